package import Syntax

extension Checker {
  // MARK: Facts

  mutating func declareFactTypes() {
    for (file, node) in declared.facts {
      self.file = file
      var type = resolve(node.type) ?? ValueType(.nothing)
      if node.type.joinedBy != nil || type.record != nil || type.element?.record != nil || type.element?.element != nil {
        report(
          .badFact, "a fact is a value or a list of values, and this is \(article(type))", at: node.type.span,
          notes: ["what a row says comes from the snapshot"])
        type = ValueType(.nothing)
      } else if type.isNullable {
        report(
          .badFact, "a fact is never null: where nobody has stated it, it is unknown", at: node.type.span,
          notes: ["leave out the `?`"])
        type.isNullable = false
      }
      program.facts.append(
        Fact(name: qualified(node.name, in: file), type: type, value: nil, title: localText(node.title)))
    }
  }

  mutating func checkFacts() {
    for (index, entry) in declared.facts.enumerated() {
      file = entry.file
      guard let value = entry.node.value else { continue }
      program.facts[index].value = constant(value, FactID(index))
    }
  }

  /// The constant that an expression is, of a fact's type; nil, reported, where it is none.
  mutating func constant(_ id: ExpressionID, _ fact: FactID) -> Constant? {
    let wanted = program.facts[fact.index].type
    guard wanted.shape != .nothing, let typed = check(id, Scope()) else { return nil }
    coerce(typed, toward: wanted)
    guard let constant = constant(typed) else { return nil }
    if fitsConstant(typed, wanted) { return constant }
    report(
      .typeMismatch,
      "the fact `\(program.facts[fact.index].name.name.string)` is \(program.describe(wanted)), and this is \(article(type(typed)))",
      at: span(typed), related: [Diagnostic.Related(program.facts[fact.index].name.span, "declared here")])
    return nil
  }

  private func fitsConstant(_ id: TypedExpressionID, _ wanted: ValueType) -> Bool {
    if fits(type(id), wanted) { return true }
    switch (program.expressions[id.index].kind, wanted.shape) {
    case (.literal(.text(let text)), .oneOf(let members, let orOther)): return orOther || members.contains(text)
    case (.list(let elements), .list(let element)): return elements.allSatisfy { fitsConstant($0, element) }
    default: return false
    }
  }

  private mutating func constant(_ id: TypedExpressionID) -> Constant? {
    let expression = program.expressions[id.index]
    switch expression.kind {
    case .literal(let literal): return .literal(literal)
    case .product(let product): return .product(product)
    case .feature(let feature): return .feature(feature)
    case .list(let elements):
      let constants = elements.map { constant($0) }
      return constants.allSatisfy { $0 != nil } ? .list(constants.compactMap { $0 }) : nil
    case .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry, .call, .not, .and, .or, .equal,
      .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .comprehension,
      .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      report(
        .notConstant, "a constant is expected, and `\(written(expression.span))` has to be worked out", at: expression.span)
      return nil
    }
  }

  mutating func checkAttestations() {
    for (file, node, span) in declared.attestations {
      self.file = file
      if node.expires.day <= node.on.day {
        report(
          .expiresTooEarly, "this statement expires before it is made", at: node.expires.span,
          related: [Diagnostic.Related(node.on.span, "it is made on this day")])
      }
      guard let found = resolve(.fact, node.fact) else { continue }
      let fact = FactID(found.index)
      guard let value = constant(node.value, fact) else { continue }
      let attestation = Attestation(
        fact: fact, value: value, tenant: node.tenant?.text, because: node.because.text, by: node.by.text, on: node.on.day,
        expires: node.expires.day, span: span)
      let mine = Period(from: attestation.on, before: attestation.expires)
      if let other = program.attestations.first(where: {
        $0.fact == fact && $0.tenant == attestation.tenant && overlap(Period(from: $0.on, before: $0.expires), mine) != nil
      }) {
        report(
          .statedTwice,
          "`\(node.fact.text.string)` is stated twice\(node.tenant.map { " in \"\($0.text.string)\"" } ?? "") for the same days",
          at: node.fact.span, related: [Diagnostic.Related(other.span, "the other statement")],
          notes: ["let the former expire on the day of the latter"])
      }
      program.attestations.append(attestation)
    }
  }

  mutating func checkAsOf() {
    for (index, entry) in declared.asOf.enumerated() {
      file = entry.file
      if index > 0 {
        report(
          .badAsOf, "`as of` stands twice in the policy set", at: entry.span,
          related: [Diagnostic.Related(declared.asOf[0].span, "it stands here already")])
        continue
      }
      guard let found = resolve(.collection, entry.node.single) else { continue }
      let collection = program.collections[found.index]
      guard collection.isSingle else {
        report(
          .badAsOf, "`\(collection.name.string)` has many rows, and one day is wanted", at: entry.node.single.span,
          notes: ["name a field of a `single`"])
        continue
      }
      guard let place = field(entry.node.field, of: collection.record) else { continue }
      let type = program[collection.record].fields[place].type
      if type.shape == .nothing { continue }
      guard type.isTime else {
        report(
          .badAsOf, "a date or an instant is expected, and this is \(article(type))", at: entry.node.field.span)
        continue
      }
      program.asOf = (CollectionID(found.index), FieldID(record: collection.record, index: place))
    }
  }

  // MARK: Lookups

  mutating func checkLookups() {
    for (index, entry) in declared.lookups.enumerated() {
      file = entry.file
      let count = diagnostics.count
      program.lookups.append(lookup(entry.node))
      lookupsAreSound[index] = diagnostics.count == count
    }
  }

  private mutating func lookup(_ node: LookupDeclaration) -> Lookup {
    var lookup = Lookup(
      name: qualified(node.name, in: file), languages: node.columns.dropFirst(2).map(\.text), entries: [], other: nil,
      valueType: ValueType(.nothing))
    if node.columns.count < 2 {
      report(.badLookup, "a lookup has a column of keys and one of values", at: node.name.span)
    }
    var seen: [Literal: SourceSpan] = [:]
    var languages: Set<Text> = []
    for column in node.columns.dropFirst(2) where !languages.insert(column.text).inserted {
      report(.badLookup, "the language `\(column.text.string)` has two columns", at: column.span)
    }
    var keyType: ValueType?
    for (place, row) in node.rows.enumerated() {
      for (column, value) in row.values.enumerated() {
        guard let both = unified(lookup.valueType, value.literal.type), column == 0 || value.literal.type.shape == .text else {
          report(
            .badLookup,
            column == 0
              ? "the values of a lookup are of one type, and \(article(value.literal.type)) stands beside \(article(lookup.valueType))"
              : "the columns of languages hold texts", at: value.span)
          continue
        }
        if column == 0 { lookup.valueType = both }
      }
      let values = row.values.map(\.literal)
      guard let key = row.key else {
        if lookup.other != nil {
          report(.badLookup, "`other` stands twice", at: row.span)
        } else if place + 1 < node.rows.count {
          report(.badLookup, "`other` is the last row", at: row.span)
        }
        lookup.other = values
        continue
      }
      let type = key.literal.type
      if let first = seen[key.literal] {
        report(
          .badLookup, "this key stands twice", at: key.span, related: [Diagnostic.Related(first, "it stands here already")])
      } else if type.shape == .nothing {
        report(.badLookup, "null is no key of a lookup", at: key.span)
      } else if let keyType, keyType != type {
        report(
          .badLookup, "the keys of a lookup are of one type, and \(article(type)) stands beside \(article(keyType))", at: key.span)
      } else {
        keyType = type
        seen[key.literal] = key.span
        lookup.entries.append(Lookup.Entry(key: key.literal, values: values))
      }
    }
    return lookup
  }

  // MARK: Defines and holdings

  /// The parameters of defines and holdings, so that bodies may use each other whatever their order.
  mutating func declareParameters() {
    for (index, entry) in declared.defines.enumerated() {
      file = entry.file
      var seen: Set<Text> = []
      for parameter in entry.node.parameters ?? [] {
        if !seen.insert(parameter.name.text).inserted {
          report(.duplicateField, "the parameter `\(parameter.name.text.string)` stands twice", at: parameter.name.span)
        }
        let type = resolve(parameter.type)
        if type == nil { defineStates[index] = .broken }
        program.defines[index].parameters.append(
          addVariable(parameter.name, type ?? ValueType(.nothing), .parameter))
      }
    }
    for (file, node, span) in declared.holdings {
      self.file = file
      declareHolding(node, span)
    }
  }

  private mutating func declareHolding(_ node: HoldingDeclaration, _ span: SourceSpan) {
    let types = node.parameters.map { resolve($0.type) }
    guard types.allSatisfy({ $0 != nil }) else { return }
    let known = types.compactMap { $0 }
    guard known.count == 2, let record = known[0].record, known[1].shape == .product, !known[0].isNullable,
      !known[1].isNullable, node.parameters[0].name.text != node.parameters[1].name.text
    else {
      report(
        .badHolding, "a `holding` has two parameters: one who holds, which is a row, and a product",
        at: node.parameters.first.map { $0.name.span.through(node.parameters[node.parameters.count - 1].type.span) } ?? span,
        notes: ["such as `holding (person: user, item: product) = …`"])
      return
    }
    if let other = holdingOf[record] {
      let first = program.variables[program.holdings[other].subject.index]
      report(
        .badHolding, "what a `\(program[record].name.name.string)` holds is said twice", at: node.parameters[0].type.span,
        related: [Diagnostic.Related(first.span, "it is said here already")])
      return
    }
    holdingOf[record] = program.holdings.count
    holdingNodes.append((file, node))
    program.holdings.append(
      Holding(
        record: record, subject: addVariable(node.parameters[0].name, known[0], .parameter),
        product: addVariable(node.parameters[1].name, known[1], .parameter), body: TypedExpressionID(0)))
  }

  mutating func checkHoldings() {
    for (index, entry) in holdingNodes.enumerated() {
      file = entry.file
      level = 0
      hasReportedDepth = false
      var scope = Scope()
      scope.bind(entry.node.parameters[0].name, program.holdings[index].subject)
      scope.bind(entry.node.parameters[1].name, program.holdings[index].product)
      if let body = checkCondition(entry.node.body, scope) {
        program.holdings[index].body = body
        soundHoldings.insert(index)
      }
    }
  }

  /// Whether a define is sound; its body is checked where that has not been done.
  @discardableResult
  mutating func checkDefine(_ id: DefineID, usedAt span: SourceSpan? = nil) -> Bool {
    switch defineStates[id.index] {
    case .sound: return true
    case .broken: return false
    case .underway:
      reportRecursion(id, usedAt: span)
      return false
    case .unchecked: break
    }
    let entry = declared.defines[id.index]
    let outer = (file, level, hasReportedDepth)
    if span == nil {
      level = 0
      hasReportedDepth = false
    }
    file = entry.file
    defineStates[id.index] = .underway
    underway.append(id)
    var scope = Scope()
    for (parameter, variable) in zip(entry.node.parameters ?? [], program.defines[id.index].parameters) {
      scope.bind(parameter.name, variable)
    }
    let body = check(entry.node.body, scope)
    underway.removeLast()
    (file, level) = (outer.0, outer.1)
    if span == nil { hasReportedDepth = outer.2 }
    // A define in a cycle has been marked as broken by then.
    guard let body, defineStates[id.index] == .underway else {
      defineStates[id.index] = .broken
      return false
    }
    program.defines[id.index].body = body
    if isConstantList(body) { constantLists.insert(id) }
    defineStates[id.index] = .sound
    return true
  }

  private mutating func reportRecursion(_ id: DefineID, usedAt span: SourceSpan?) {
    let begin = underway.firstIndex(of: id) ?? 0
    let cycle = underway[begin...]
    let name = program.defines[id.index].name
    report(
      .recursion, "`\(name.name.string)` is defined by itself", at: name.span,
      related: cycle.dropFirst().map {
        Diagnostic.Related(program.defines[$0.index].name.span, "through `\(program.defines[$0.index].name.name.string)`")
      } + (span.map { [Diagnostic.Related($0, "used here")] } ?? []))
    for member in cycle { defineStates[member.index] = .broken }
  }
}

extension DiagnosticKind {
  package static let badHolding = DiagnosticKind(
    code: "LIC0307",
    summary: "a `holding` that says nothing new, or of no one",
    explanation: """
      A `holding` has two parameters, a row and a product, and says when the row holds the product. There is one for each kind of row.
      """,
    wrong: """
      module m
      entity user in users key id { id: id, plan: id }
      holding (item: product, person: user) = person.plan in item.plans
      """,
    right: """
      module m
      entity user in users key id { id: id, plan: id }
      holding (person: user, item: product) = person.plan in item.plans
      """)

  package static let notConstant = DiagnosticKind(
    code: "LIC0313",
    summary: "something that has to be worked out, where a constant is stated",
    explanation:
      "What a person states, and the default of a setting, are literals, products, features, SKUs and plans, and lists of these.",
    wrong: """
      module m
      define usual = 7
      fact limit: int = usual "The limit"
      """,
    right: """
      module m
      fact limit: int = 7 "The limit"
      """)

  package static let badAsOf = DiagnosticKind(
    code: "LIC0314",
    summary: "a day of the snapshot that cannot be told",
    explanation: "`as of` names, once in the policy set, a field of a `single` that is a date or an instant.",
    wrong: """
      module m
      single export key tenant { tenant: id, takenOn: text }
      as of export.takenOn
      """,
    right: """
      module m
      single export key tenant { tenant: id, takenOn: date }
      as of export.takenOn
      """)

  package static let badLookup = DiagnosticKind(
    code: "LIC0315",
    summary: "a lookup whose rows do not fit together",
    explanation: """
      All keys of a lookup are of one type and all values are; the columns behind them are the values in other languages. `other` is the \
      last row and stands for all other keys.
      """,
    wrong: """
      module m
      lookup advice {
        | code | advice |
        |------|--------|
        | "A"  | "Wait" |
        | 2    | "Ask"  |
      }
      """,
    right: """
      module m
      lookup advice {
        | code | advice |
        |------|--------|
        | "A"  | "Wait" |
        | "B"  | "Ask"  |
      }
      """)

  package static let badFact = DiagnosticKind(
    code: "LIC0316",
    summary: "a fact that nobody could state",
    explanation: """
      A fact is a bool, a number, a text, a date, an id, a product, a feature, or a list of these. It is never null: until somebody states \
      it, it is unknown.
      """,
    wrong: """
      module m
      fact limit: int? "The limit"
      """,
    right: """
      module m
      fact limit: int "The limit"
      """)

  package static let recursion = DiagnosticKind(
    code: "LIC0500",
    summary: "something that is defined by itself",
    explanation: """
      Every policy ends, so no define and no `holding` leads back to itself, neither directly nor through `has`, `holds` or the conditions \
      of a matrix.
      """,
    wrong: """
      module m
      define a = b
      define b = a
      """,
    right: """
      module m
      define a = b
      define b = 1
      """)

  package static let statedTwice = DiagnosticKind(
    code: "LIC0605",
    summary: "a fact that is stated twice for the same days",
    explanation:
      "Two statements of one fact for one tenant may differ, and nothing says which is meant; the former expires on the day of the latter.",
    wrong: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "Read." by "a" on 2026-01-01 expires 2027-01-01
      attest limit = 2 because "Read." by "a" on 2026-06-01 expires 2027-06-01
      """,
    right: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "Read." by "a" on 2026-01-01 expires 2026-06-01
      attest limit = 2 because "Read." by "a" on 2026-06-01 expires 2027-06-01
      """)
}
