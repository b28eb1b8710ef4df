package import Syntax

extension Checker {
  mutating func checkRules() {
    for index in declared.rules.indices {
      file = declared.rules[index].file
      level = 0
      hasReportedDepth = false
      rules[index] = rule(declared.rules[index].node, declared.rules[index].span, index)
    }
  }

  /// The parts of a rule as they are found, clause by clause.
  private struct Draft {
    var scope = Scope()
    var once = Once()
    var chain: [Rule.Link] = []
    var locals: [Rule.Local] = []
    var when: TypedExpressionID?
    var require: TypedExpressionID?
    var hasRequire = false
    var hasConditions = false
    var loops = 0
    var title: TextNode?
    var titles: [LocalText.Translation] = []
    var messages: [(language: NameNode?, template: Template)] = []
    var remedies: [(language: NameNode?, template: Template)] = []
    var cites: [Cite] = []
    var period = Period()
    var formerly: [Text] = []
    var isSound = true
  }

  private mutating func rule(_ node: RuleDeclaration, _ span: SourceSpan, _ index: Int) -> Rule? {
    var draft = Draft()
    for clause in node.clauses { read(clause, &draft, index) }
    if !draft.hasRequire {
      report(
        .clauseMissing, "the rule `\(node.name.text.string)` requires nothing", at: node.name.span,
        notes: ["add a line `require` with what must be true"])
    }
    let message = template(draft.messages, draft.scope)
    let remedy = draft.remedies.isEmpty ? nil : template(draft.remedies, draft.scope)
    if !draft.messages.contains(where: { $0.language == nil }) { reportNoMessage(node, span) }
    guard draft.isSound, let require = draft.require, let message, remedy != nil || draft.remedies.isEmpty else { return nil }
    let title = draft.title?.text ?? node.name.text
    return Rule(
      name: qualified(node.name, in: file), severity: node.severity, title: LocalText(title, translations: draft.titles),
      chain: draft.chain, locals: draft.locals, when: draft.when, require: require, message: message, remedy: remedy,
      cites: draft.cites, period: draft.period, formerly: draft.formerly, span: span)
  }

  private mutating func reportNoMessage(_ node: RuleDeclaration, _ span: SourceSpan) {
    let end = SourceSpan(file: span.file, start: span.end - 1, end: span.end - 1)
    report(
      .clauseMissing, "the rule `\(node.name.text.string)` has no message", at: node.name.span,
      notes: ["a finding says in its message what is wrong, such as `message \"{user.displayName} …\"`"],
      fix: Diagnostic.Fix("add a message", [Diagnostic.Fix.Edit(end, "  message \"\(node.name.text.string)\"\n")]))
  }

  private mutating func read(_ clause: Spanned<RuleDeclaration.Clause>, _ draft: inout Draft, _ index: Int) {
    switch clause.value {
    case .title(let language, let text):
      refuseSecond(language.map { "title \($0.text.string)" } ?? "title", clause.span, &draft.once)
      if let language {
        draft.titles.append(LocalText.Translation(language: language.text, text: text.text))
      } else {
        draft.title = text
      }
    case .forEach(let name, let source):
      if draft.hasConditions {
        report(
          .badForEach, "`for each` stands before `let`, `when` and `require`", at: clause.span,
          notes: ["they are judged for each of what it names"])
      }
      link(name, source, clause.span, &draft, index)
    case .letting(let name, let value):
      draft.hasConditions = true
      local(name, value, &draft)
    case .when(let condition):
      draft.hasConditions = true
      refuseSecond("when", clause.span, &draft.once)
      guard let typed = checkCondition(condition, draft.scope) else {
        draft.isSound = false
        return
      }
      draft.when = typed
      draft.scope.present.formUnion(knowledge(typed).whenTrue)
    case .require(let condition):
      draft.hasConditions = true
      draft.hasRequire = true
      refuseSecond("require", clause.span, &draft.once)
      draft.require = checkCondition(condition, draft.scope)
    case .message(let language, let template):
      refuseSecond(language.map { "message \($0.text.string)" } ?? "message", clause.span, &draft.once)
      draft.messages.append((language, template))
    case .remedy(let language, let template):
      refuseSecond(language.map { "remedy \($0.text.string)" } ?? "remedy", clause.span, &draft.once)
      draft.remedies.append((language, template))
    case .cite(let node): citeOfRule(node, &draft)
    case .effective(let node):
      refuseSecond("effective", clause.span, &draft.once)
      draft.period = period(node)
    case .formerly(let name): draft.formerly.append(name.text)
    }
  }

  /// A rule cites a source, or a matrix and with it the matrix's own source.
  private mutating func citeOfRule(_ node: CiteNode, _ draft: inout Draft) {
    let prefix = node.source.module?.text
    if names.candidates([.source], node.source.name.text, from: module, in: prefix).isEmpty,
      let matrix = names.candidates([.matrix], node.source.name.text, from: module, in: prefix).first
    {
      var hasFound = node.note == nil
      for version in program.matrices where version.name.module == matrix.module && version.name.name == matrix.name {
        guard var cite = version.cite else { continue }
        if let note = node.note {
          guard program.cited[cite.source.index].notes.contains(where: { $0.number == note.value }) else { continue }
          cite.note = note.value
        }
        cite.period = version.period
        if !draft.cites.contains(cite) { draft.cites.append(cite) }
        hasFound = true
      }
      if !hasFound, let note = node.note {
        report(
          .unknownNote, "no source of the matrix `\(matrix.name.string)` has a note \(note.value)", at: note.span,
          related: [Diagnostic.Related(matrix.span, "declared here")])
        draft.isSound = false
      }
      return
    }
    if let cite = cite(node) { draft.cites.append(cite) } else { draft.isSound = false }
  }

  private mutating func local(_ name: NameNode, _ value: ExpressionID, _ draft: inout Draft) {
    refuseTaken(name, draft.scope)
    guard let typed = check(value, draft.scope) else {
      draft.scope.bind(name, nil)
      draft.isSound = false
      return
    }
    let variable = addVariable(name, type(typed), .local)
    letPaths[variable] = path(typed)
    letKnowledge[variable] = knowledge(typed)
    draft.scope.bind(name, variable)
    draft.locals.append(Rule.Local(variable: variable, value: typed))
  }

  // MARK: For each

  private mutating func link(
    _ name: NameNode, _ source: ExpressionID, _ span: SourceSpan, _ draft: inout Draft, _ index: Int
  ) {
    draft.loops += 1
    if draft.loops > 2 {
      report(.badForEach, "a rule has at most two `for each`", at: span)
    }
    refuseTaken(name, draft.scope)
    guard let typed = check(source, draft.scope), let element = elementOfSubjects(typed, draft) else {
      draft.scope.bind(name, nil)
      draft.isSound = false
      return
    }
    let variable = addVariable(name, element, .subject)
    draft.scope.bind(name, variable)
    let thing = element.record.map { program[$0].name.name } ?? name.text
    draft.chain.append(Rule.Link(variable: variable, source: typed, thing: thing))
    ruleChains[index].append(RuleWord(variable: variable, thing: thing))
  }

  /// The type of what a `for each` runs over, where its elements can be told apart in findings.
  private mutating func elementOfSubjects(_ source: TypedExpressionID, _ draft: Draft) -> ValueType? {
    let found = type(source)
    let span = span(source)
    guard let element = found.element else {
      let note: [String]
      if let record = found.record, let collection = program[record].collection, program[collection].isSingle {
        note = ["`\(program[collection].name.string)` is one row: leave out the `for each`, and the tenant is judged"]
      } else {
        note = []
      }
      report(.notAList, "a loop runs over a list, and this is \(article(found))", at: span, notes: note)
      return nil
    }
    guard refuseNull(source, "a list") else { return nil }
    if draft.chain.isEmpty && draft.loops < 2 {
      if case .collection = program.expressions[source.index].kind { return element }
      if element.record == nil && isConstantList(source) { return element }
      report(
        .badForEach, "the first `for each` runs over a collection, or over a list of constants", at: span,
        notes: element.record == nil ? [] : ["a second `for each` may run over a list in the row of the first"])
      return nil
    }
    // A former `for each` with an error has been reported.
    guard let first = draft.chain.first else { return nil }
    guard let record = element.record, isList(source, of: first.variable) else {
      report(
        .badForEach, "the second `for each` runs over a list of rows in the first", at: span,
        related: [Diagnostic.Related(program.variables[first.variable.index].span, "the first")])
      return nil
    }
    guard !program[record].key.isEmpty else {
      let name = program[record].name
      report(
        .badForEach, "a `\(name.name.string)` has no key, so findings on it could not be told apart", at: span,
        related: [Diagnostic.Related(name.span, "add `key` and its fields here")])
      return nil
    }
    return element
  }

  /// A field of a row that is reached from a variable by names, perhaps with an empty list for null.
  private func isList(_ id: TypedExpressionID, of variable: VariableID) -> Bool {
    switch program.expressions[id.index].kind {
    case .field: path(id)?.root == .variable(variable)
    case .orElse(let list, _): isList(list, of: variable)
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .single, .collection, .row, .entry, .call, .not,
      .and, .or,
      .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .list, .comprehension,
      .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      false
    }
  }

  /// A list whose elements stand in the policy set itself.
  func isConstantList(_ id: TypedExpressionID) -> Bool {
    switch program.expressions[id.index].kind {
    case .literal, .product, .feature, .products: true
    case .list(let elements): elements.allSatisfy { isConstantList($0) }
    case .call(let define, let arguments): arguments.isEmpty && constantLists.contains(define)
    case .part(_, let item), .productsGranting(let item): isConstantList(item)
    case .function(_, let arguments): arguments.allSatisfy { isConstantList($0) }
    case .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry, .not, .and, .or, .equal, .order,
      .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .comprehension, .aggregate, .any,
      .all, .count, .productsHeld:
      false
    }
  }

  // MARK: Texts

  private mutating func template(
    _ templates: [(language: NameNode?, template: Template)], _ scope: Scope
  ) -> LocalTemplate? {
    var result = LocalTemplate(parts: [], translations: [])
    var isSound = true
    for (language, template) in templates {
      guard let parts = parts(of: template, scope) else {
        isSound = false
        continue
      }
      if let language {
        result.translations.append(LocalTemplate.Translation(language: language.text, parts: parts))
      } else {
        result.parts = parts
      }
    }
    return isSound ? result : nil
  }

  private mutating func parts(of template: Template, _ scope: Scope) -> [LocalTemplate.Part]? {
    var parts: [LocalTemplate.Part] = []
    var isSound = true
    for part in template.parts {
      switch part {
      case .text(let text): parts.append(.text(text))
      case .path(let words):
        guard let value = shown(words, scope) else {
          isSound = false
          continue
        }
        parts.append(.value(value))
      }
    }
    return isSound ? parts : nil
  }

  /// A path in a message: a value that can be shown.
  private mutating func shown(_ words: [NameNode], _ scope: Scope) -> TypedExpressionID? {
    guard let typed = valuePath(words, scope) else { return nil }
    let found = type(typed)
    guard isShowable(found) else {
      let notes: [String]
      if let record = found.record, let collection = program[record].collection, !program[collection].label.isEmpty {
        let label = program[collection].label.map { program[$0].name.string }.joined(separator: ".")
        notes = ["write `{\(written(span(typed))).\(label)}`"]
      } else {
        notes = ["name a value of it"]
      }
      report(.notShown, "a message cannot show \(article(found))", at: span(typed), notes: notes)
      return nil
    }
    if found.isNullable {
      let text = written(span(typed))
      report(
        .mayBeNull, "`\(text)` may be null, and a message shows values", at: span(typed),
        notes: ["say with `let shown = \(text) else \"…\"` what stands for null, or ask `\(text) is not null` in `when`"])
      return nil
    }
    return typed
  }

  private func isShowable(_ type: ValueType) -> Bool {
    switch type.shape {
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .product, .feature: true
    case .list(let element): element.element == nil && element.shape != .nothing && isShowable(element)
    case .row, .nothing: false
    }
  }

  /// The value that words with dots between them name.
  private mutating func valuePath(_ words: [NameNode], _ scope: Scope) -> TypedExpressionID? {
    guard let first = words.first else { return nil }
    var rest = words.dropFirst()
    var typed: TypedExpressionID?
    if let binding = scope.bindings[first.text] {
      guard case .variable(let variable) = binding else { return nil }
      typed = add(.variable(variable), program.variables[variable.index].type, first.span)
      if let id = typed, isPresent(id, scope) { program.expressions[id.index].type.isNullable = false }
    } else if let second = rest.first, names.modules.contains(first.text),
      names.candidates(NameKind.values, first.text, from: module, in: nil).isEmpty
        || !names.candidates(NameKind.values, second.text, from: module, in: first.text).isEmpty
    {
      guard let symbol = resolve(NameKind.values, second, in: first) else { return nil }
      typed = value(of: symbol, first.span.through(second.span), scope)
      rest = rest.dropFirst()
    } else {
      guard let symbol = resolve(NameKind.values, first, in: nil, visible: scope.bindings.keys.sorted()) else { return nil }
      typed = value(of: symbol, first.span, scope)
    }
    for word in rest {
      guard let base = typed else { return nil }
      typed = member(of: base, word, first.span.through(word.span), scope)
    }
    return typed
  }

  // MARK: Waivers

  mutating func checkWaivers() {
    for (file, node, span) in declared.waivers {
      self.file = file
      level = 0
      hasReportedDepth = false
      if let on = node.on, node.expires.day <= on.day {
        report(
          .expiresTooEarly, "this waiver expires before it is given", at: node.expires.span,
          related: [Diagnostic.Related(on.span, "it is given on this day")])
      }
      guard let found = resolve(.rule, node.rule) else { continue }
      let chain = ruleChains[found.index]
      var scope = Scope()
      var conditions: [TypedExpressionID] = []
      var seen: Set<Text> = []
      for word in chain {
        let variable = program.variables[word.variable.index]
        scope.bind(NameNode(variable.name, at: variable.span), word.variable)
      }
      for part in node.scopes {
        let known = chain.map { program.variables[$0.variable.index].name }
        if !known.contains(part.variable.text) {
          // The words of a rule that has errors itself are not all known.
          if rules[found.index] != nil {
            reportUnknown(
              "variable", part.variable, among: known, kind: .badWaiver, of: " of the rule `\(node.rule.name.text.string)`",
              notes: known.isEmpty ? ["the rule has no `for each`: leave it out"] : [])
          }
          continue
        }
        if !seen.insert(part.variable.text).inserted {
          report(.clauseTwice, "`for each \(part.variable.text.string)` stands twice", at: part.variable.span)
        }
        if let condition = part.condition, let typed = checkCondition(condition, scope) { conditions.append(typed) }
      }
      program.waivers.append(
        Waiver(
          name: qualified(node.name, in: file), rule: RuleID(found.index), tenants: node.tenants.map(\.text),
          conditions: conditions, because: node.because.text, by: node.by?.text, on: node.on?.day, expires: node.expires.day,
          span: span))
    }
  }
}

extension DiagnosticKind {
  package static let notShown = DiagnosticKind(
    code: "LIC0317",
    summary: "a value that a message cannot show",
    explanation: "A message shows single values and lists of them. Of a row, name a field.",
    wrong: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice never {
        for each user in users
        require  false
        message  "{user} is there."
      }
      """,
    right: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice never {
        for each user in users
        require  false
        message  "{user.name} is there."
      }
      """)

  package static let clauseMissing = DiagnosticKind(
    code: "LIC0600",
    summary: "a rule without what it requires, or without a message",
    explanation: "Every rule has one `require`, which is what must be true, and a `message`, which says what is wrong where it is not.",
    wrong: """
      module m
      entity user in users key id { id: id }
      notice never {
        for each user in users
        message  "{user.id} is there."
      }
      """,
    right: """
      module m
      entity user in users key id { id: id }
      notice never {
        for each user in users
        require  false
        message  "{user.id} is there."
      }
      """)

  package static let badForEach = DiagnosticKind(
    code: "LIC0602",
    summary: "subjects of a rule that could not be told apart or counted",
    explanation: """
      The first `for each` runs over a collection or a list of constants, the second over a list in the row of the first, whose record has \
      a key: the keys along the chain are what a finding is known by. Both stand before `let`, `when` and `require`.
      """,
    wrong: """
      module m
      record plan { id: id }
      entity sku in skus key id { id: id, plans: list of plan }
      notice never {
        for each sku in skus
        for each plan in sku.plans
        require  false
        message  "{plan.id} is there."
      }
      """,
    right: """
      module m
      record plan key id { id: id }
      entity sku in skus key id { id: id, plans: list of plan }
      notice never {
        for each sku in skus
        for each plan in sku.plans
        require  false
        message  "{plan.id} is there."
      }
      """)

  package static let badWaiver = DiagnosticKind(
    code: "LIC0604",
    summary: "a waiver of what its rule does not judge",
    explanation: "The words after `for each` in a waiver are those of the rule itself, so that it waives the rule's own subjects.",
    wrong: """
      module m
      entity user in users key id { id: id }
      notice never {
        for each user in users
        require  false
        message  "{user.id} is there."
      }
      waiver known of never {
        for each person where person.id is "1"
        because "Accepted."
        expires 2027-01-01
      }
      """,
    right: """
      module m
      entity user in users key id { id: id }
      notice never {
        for each user in users
        require  false
        message  "{user.id} is there."
      }
      waiver known of never {
        for each user where user.id is "1"
        because "Accepted."
        expires 2027-01-01
      }
      """)
}
