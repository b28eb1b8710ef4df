package import Syntax

extension Checker {
  /// The typed form of an expression; nil where it has an error, which is reported.
  mutating func check(_ id: ExpressionID, _ scope: Scope) -> TypedExpressionID? {
    level += 1
    defer { level -= 1 }
    let expression = trees[file][id]
    let span = expression.span
    guard level <= CheckedProgram.deepest else {
      reportDepth(span)
      return nil
    }
    switch expression.kind {
    case .missing: return nil
    case .literal(let literal): return add(.literal(literal), literal.type, span)
    case .name(let name): return checkName(name, scope)
    case .declared(let kind, let name): return checkDeclared(kind, name, span)
    case .member(let base, let name): return checkMember(base, name, span, scope)
    case .element(let base, let keys): return checkElement(base, keys, span, scope)
    case .call(let callee, let arguments): return checkCall(callee, arguments, span, scope)
    case .parenthesized(let inner): return check(inner, scope)
    case .not(let operand):
      guard let typed = checkCondition(operand, scope) else { return nil }
      return add(.not(typed), .bool, span)
    case .and(let operands): return checkJunction(operands, isAnd: true, span, scope)
    case .or(let operands): return checkJunction(operands, isAnd: false, span, scope)
    case .comparison(let comparison, let left, let right): return checkComparison(comparison, left, right, span, scope)
    case .matches(let operand, let glob):
      guard let typed = check(operand, scope), expect(typed, "a text", { $0.isText }) else { return nil }
      return add(.matches(typed, glob.text), .bool, span)
    case .arithmetic(let arithmetic, let left, let right): return checkArithmetic(arithmetic, left, right, span, scope)
    case .shift(let base, let amount, let unit, let backwards):
      let base = check(base, scope)
      let amount = check(amount, scope)
      guard let base, let amount else { return nil }
      let isTime = expect(base, "a date or an instant", { $0.isTime })
      guard expect(amount, "an int", { $0.shape == .int }), isTime else { return nil }
      return add(.shift(base, by: amount, unit, backwards: backwards), type(base), span)
    case .orElse(let left, let right): return checkOrElse(left, right, span, scope)
    case .list(let elements): return checkList(elements, span, scope)
    case .comprehension(let comprehension):
      guard let typed = checkComprehension(comprehension, scope) else { return nil }
      return add(.comprehension(typed), .list(of: type(typed.element)), span)
    case .aggregate(let aggregate, let comprehension): return checkAggregate(aggregate, comprehension, span, scope)
    case .any(let binder):
      guard let loop = checkBinder(binder, scope) else { return nil }
      return add(.any(loop.variable, in: loop.source, where: loop.condition), .bool, span)
    case .all(let binder, let satisfy):
      guard let loop = checkBinder(binder, scope), let satisfy = checkCondition(satisfy, loop.scope) else { return nil }
      return add(.all(loop.variable, in: loop.source, where: loop.condition, satisfy: satisfy), .bool, span)
    case .count(let binder, let distinct):
      guard let loop = checkBinder(binder, scope) else { return nil }
      return add(.count(loop.variable, in: loop.source, where: loop.condition, distinct: distinct), .int, span)
    case .products: return add(.products, .list(of: .product), span)
    case .productsHeld(let subject):
      guard let typed = checkSubject(subject, scope) else { return nil }
      return add(.productsHeld(by: typed), .list(of: .product), span)
    case .productsGranting(let feature):
      guard let typed = checkConstantLike(feature, .feature, scope) else { return nil }
      return add(.productsGranting(typed), .list(of: .product), span)
    case .days(let from, let to):
      let from = check(from, scope)
      let to = check(to, scope)
      guard let from, let to else { return nil }
      let isTime = expect(from, "a date or an instant", { $0.isTime })
      guard expect(to, "a date or an instant", { $0.isTime }), isTime else { return nil }
      return add(.days(from: from, to: to), .int, span)
    case .startOfMonth: return add(.startOfMonth, .date, span)
    case .today: return add(.today, .date, span)
    case .unknown(let reason): return add(.unknown(reason.text), .bool, span)
    case .record:
      report(.recordOutsideTest, "a record is written in a test's `given` alone", at: span)
      return nil
    }
  }

  mutating func reportDepth(_ span: SourceSpan) {
    guard !hasReportedDepth else { return }
    hasReportedDepth = true
    report(
      .tooDeepThroughDefines,
      "this expression lies more than \(CheckedProgram.deepest) levels deep, counted through the defines that use it",
      at: span)
  }

  // MARK: Names

  private mutating func checkName(_ name: NameNode, _ scope: Scope) -> TypedExpressionID? {
    if let binding = scope.bindings[name.text] {
      switch binding {
      case .broken: return nil
      case .variable(let variable):
        return narrowed(add(.variable(variable), program.variables[variable.index].type, name.span), scope)
      }
    }
    guard
      let found = resolve(NameKind.values, name, in: nil, visible: scope.bindings.keys.sorted())
    else { return nil }
    return value(of: found, name.span, scope)
  }

  /// What a declared name stands for in an expression.
  mutating func value(of found: DeclaredName, _ span: SourceSpan, _ scope: Scope) -> TypedExpressionID? {
    switch found.kind {
    case .define: return checkDefineCall(DefineID(found.index), [], span, isCall: false, scope)
    case .fact:
      let type = program.facts[found.index].type
      return type.shape == .nothing ? nil : add(.fact(FactID(found.index)), type, span)
    case .lookup:
      report(
        .wrongKind, "`\(found.name.string)` is a lookup", at: span,
        related: [Diagnostic.Related(found.span, "declared here")], notes: ["write `\(found.name.string)[…]`"])
      return nil
    case .collection:
      let collection = program.collections[found.index]
      let row = ValueType(.row(collection.record))
      let id = CollectionID(found.index)
      return collection.isSingle ? add(.single(id), row, span) : add(.collection(id), .list(of: row), span)
    case .product: return add(.product(ProductID(found.index)), .product, span)
    case .feature: return add(.feature(FeatureID(found.index)), .feature, span)
    case .sku, .plan:
      guard let guid = found.guid else { return nil }
      return add(.literal(.guid(guid)), .id, span)
    case .source, .matrix, .rule, .waiver, .record: return nil
    }
  }

  private mutating func checkDeclared(_ kind: IdentifierKind, _ name: NameNode, _ span: SourceSpan) -> TypedExpressionID? {
    let wanted: NameKind =
      switch kind {
      case .sku: .sku
      case .plan: .plan
      case .product: .product
      case .feature: .feature
      }
    guard let found = resolve(wanted, name) else { return nil }
    return value(of: found, span, Scope())
  }

  /// `base.name`: a field, a part of a product, or what another module declares.
  private mutating func checkMember(
    _ base: ExpressionID, _ name: NameNode, _ span: SourceSpan, _ scope: Scope
  ) -> TypedExpressionID? {
    if let prefix = modulePrefix(base, scope) {
      let found = names.candidates(NameKind.values, name.text, from: module, in: prefix.text)
      let isValue = !names.candidates(NameKind.values, prefix.text, from: module, in: nil).isEmpty
      if !found.isEmpty || !isValue {
        guard let symbol = resolve(NameKind.values, name, in: prefix) else { return nil }
        return value(of: symbol, span, scope)
      }
    }
    guard let typed = check(base, scope) else { return nil }
    return member(of: typed, name, span, scope)
  }

  /// The module that a base names, where no variable has that name.
  func modulePrefix(_ base: ExpressionID, _ scope: Scope) -> NameNode? {
    guard case .name(let name) = trees[file][base].kind, scope.bindings[name.text] == nil, names.modules.contains(name.text)
    else { return nil }
    return name
  }

  mutating func member(
    of base: TypedExpressionID, _ name: NameNode, _ span: SourceSpan, _ scope: Scope
  ) -> TypedExpressionID? {
    let owner = type(base)
    if let record = owner.record {
      guard let index = field(name, of: record) else { return nil }
      let field = program[record].fields[index]
      if field.type.shape == .nothing { return nil }
      return narrowed(
        add(.field(base, FieldID(record: record, index: index)), field.type.orNull(owner.isNullable), span), scope)
    }
    if owner.shape == .product {
      guard let part = TypedExpressionKind.ProductPart(rawValue: name.text.string) else {
        reportUnknown(
          "part", name, among: TypedExpressionKind.ProductPart.allCases.map { Text($0.rawValue) }, kind: .unknownField,
          of: " of a product")
        return nil
      }
      guard refuseNull(base, "a product") else { return nil }
      return add(.part(part, of: base), .list(of: part == .includes ? .product : .id), span)
    }
    let notes: [String] =
      owner.element?.record == nil ? [] : ["it is a list: loop over its rows, such as `any (x in … where x.\(name.text.string) …)`"]
    report(
      .unknownField, "`\(name.text.string)` is asked of \(article(owner)), which has no fields", at: name.span, notes: notes)
    return nil
  }

  /// The same without null, where a condition before it says so.
  func isPresent(_ id: TypedExpressionID, _ scope: Scope) -> Bool {
    guard !scope.present.isEmpty, let path = path(id) else { return false }
    return scope.present.contains(path)
  }

  private mutating func narrowed(_ id: TypedExpressionID, _ scope: Scope) -> TypedExpressionID {
    if program.expressions[id.index].type.isNullable && isPresent(id, scope) {
      program.expressions[id.index].type.isNullable = false
    }
    return id
  }

  // MARK: Brackets

  /// `collection[key, …]` or `lookup[value]`
  private mutating func checkElement(
    _ base: ExpressionID, _ keys: [ExpressionID], _ span: SourceSpan, _ scope: Scope
  ) -> TypedExpressionID? {
    let typedKeys = keys.map { check($0, scope) }
    guard let found = callee(base, [.lookup, .collection], scope) else { return nil }
    guard typedKeys.allSatisfy({ $0 != nil }) else { return nil }
    let keys = typedKeys.compactMap { $0 }
    if found.kind == .lookup { return checkEntry(LookupID(found.index), keys, span) }
    let collection = CollectionID(found.index)
    let record = program[collection].record
    let fields = program[record].key.map { program[record].fields[$0] }
    guard fields.count == keys.count, !program[collection].isSingle else {
      let name = program[collection].name.string
      report(
        .wrongCount,
        program[collection].isSingle
          ? "`\(name)` is a single row, and is asked for without a key"
          : "the key of `\(name)` has \(fields.count) field\(fields.count == 1 ? "" : "s"), and \(keys.count) stand\(keys.count == 1 ? "s" : "") here",
        at: span, notes: fields.isEmpty ? [] : ["write `\(name)[\(fields.map(\.name.string).joined(separator: ", "))]`"])
      return nil
    }
    for (key, field) in zip(keys, fields) where field.type.shape != .nothing {
      coerce(key, toward: field.type)
      guard fits(type(key), field.type.orNull(true)) else {
        report(
          .typeMismatch, "the key `\(field.name.string)` is \(program.describe(field.type)), and this is \(article(type(key)))",
          at: self.span(key))
        return nil
      }
    }
    return add(.row(collection, keys: keys), ValueType(.row(record), isNullable: true), span)
  }

  private mutating func checkEntry(_ lookup: LookupID, _ keys: [TypedExpressionID], _ span: SourceSpan) -> TypedExpressionID? {
    guard lookupsAreSound[lookup.index] else { return nil }
    guard let key = keys.first, keys.count == 1 else {
      report(.wrongCount, "a lookup has one key, and \(keys.count) stand here", at: span)
      return nil
    }
    guard refuseNull(key, "a key") else { return nil }
    let declared = program.lookups[lookup.index]
    if let sample = declared.entries.first?.key {
      coerce(key, toward: sample.type)
      guard areComparable(type(key), sample.type) else {
        report(
          .typeMismatch,
          "the lookup `\(declared.name.name.string)` is asked by \(program.describe(sample.type)), and this is \(article(type(key)))",
          at: self.span(key), related: [Diagnostic.Related(declared.name.span, "declared here")])
        return nil
      }
    }
    return add(.entry(lookup, key), declared.valueType, span)
  }

  /// What stands before brackets: a name, or `module.name`.
  private mutating func callee(_ base: ExpressionID, _ kinds: [NameKind], _ scope: Scope) -> DeclaredName? {
    let expression = trees[file][base]
    switch expression.kind {
    case .name(let name):
      if scope.bindings[name.text] == nil { return resolve(kinds, name, in: nil) }
    case .member(let prefix, let name):
      if let prefix = modulePrefix(prefix, scope) { return resolve(kinds, name, in: prefix) }
    case .missing: return nil
    case .literal, .declared, .element, .call, .parenthesized, .not, .and, .or, .comparison, .matches, .arithmetic, .shift, .orElse,
      .list, .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .days, .startOfMonth, .today,
      .unknown, .record:
      break
    }
    let words = kinds.map(\.phrase).joined(separator: " or ")
    report(.wrongKind, "\(words) is expected before the brackets", at: expression.span)
    return nil
  }

  // MARK: Calls

  private mutating func checkCall(
    _ callee: ExpressionID, _ arguments: [ExpressionID], _ span: SourceSpan, _ scope: Scope
  ) -> TypedExpressionID? {
    let typed = arguments.map { check($0, scope) }
    if case .name(let name) = trees[file][callee].kind, scope.bindings[name.text] == nil,
      names.all(.define, name.text).isEmpty, let function = TypedExpressionKind.Function(rawValue: name.text.string)
    {
      guard typed.allSatisfy({ $0 != nil }) else { return nil }
      return checkFunction(function, typed.compactMap { $0 }, span)
    }
    if case .name(let name) = trees[file][callee].kind, scope.bindings[name.text] == nil,
      names.candidates(NameKind.values, name.text, from: module, in: nil).isEmpty
    {
      let functions = TypedExpressionKind.Function.allCases.map { Text($0.rawValue) }
      reportUnknown("define or function", name, among: spellings([.define]) + functions)
      return nil
    }
    guard let found = self.callee(callee, [.define], scope), typed.allSatisfy({ $0 != nil }) else { return nil }
    return checkDefineCall(DefineID(found.index), typed.compactMap { $0 }, span, isCall: true, scope)
  }

  private mutating func checkFunction(
    _ function: TypedExpressionKind.Function, _ arguments: [TypedExpressionID], _ span: SourceSpan
  ) -> TypedExpressionID? {
    let wanted = function == .lower ? 1 : 2
    guard arguments.count == wanted else {
      report(
        .wrongCount, "`\(function.rawValue)` takes \(wanted == 1 ? "one value" : "two lists"), and \(arguments.count) stand here",
        at: span)
      return nil
    }
    switch function {
    case .lower:
      guard expect(arguments[0], "a text", { $0.isText }) else { return nil }
      return add(.function(function, arguments), .text, span)
    case .union, .common, .without:
      for argument in arguments {
        guard expect(argument, "a list", { $0.element != nil }) else { return nil }
      }
      coerce(arguments[0], toward: type(arguments[1]))
      coerce(arguments[1], toward: type(arguments[0]))
      let (left, right) = (type(arguments[0]), type(arguments[1]))
      guard let both = unified(left, right), areComparable(left, right) else {
        reportIncomparable(left, right, span)
        return nil
      }
      return add(.function(function, arguments), function == .union ? both : left, span)
    }
  }

  /// A named expression, or a function of typed parameters.
  private mutating func checkDefineCall(
    _ id: DefineID, _ arguments: [TypedExpressionID], _ span: SourceSpan, isCall: Bool, _ scope: Scope
  ) -> TypedExpressionID? {
    let node = declared.defines[id.index].node
    let name = node.name.text.string
    let parameters = node.parameters ?? []
    guard isCall == (node.parameters != nil) else {
      report(
        .wrongKind,
        isCall
          ? "`\(name)` is a named expression without parameters"
          : "`\(name)` is a define of \(parameters.count) parameter\(parameters.count == 1 ? "" : "s")",
        at: span, related: [Diagnostic.Related(node.name.span, "declared here")],
        notes: ["write `\(name)\(isCall ? "" : "(\(parameters.map(\.name.text.string).joined(separator: ", ")))")`"])
      return nil
    }
    guard arguments.count == parameters.count else {
      report(
        .wrongCount,
        "`\(name)` takes \(parameters.count) value\(parameters.count == 1 ? "" : "s"), and \(arguments.count) stand\(arguments.count == 1 ? "s" : "") here",
        at: span, related: [Diagnostic.Related(node.name.span, "declared here")])
      return nil
    }
    guard checkDefine(id, usedAt: span) else { return nil }
    let define = program.defines[id.index]
    var isSound = true
    for (argument, parameter) in zip(arguments, define.parameters) {
      let wanted = program.variables[parameter.index].type
      coerce(argument, toward: wanted)
      if type(argument).isNullable && !wanted.isNullable && fits(type(argument).present, wanted) {
        isSound = refuseNull(argument, "a value for the parameter `\(program.variables[parameter.index].name.string)`") && isSound
      } else if !fits(type(argument), wanted) {
        report(
          .typeMismatch,
          "the parameter `\(program.variables[parameter.index].name.string)` of `\(name)` is \(program.describe(wanted)), and this is \(article(type(argument)))",
          at: self.span(argument), related: [Diagnostic.Related(program.variables[parameter.index].span, "declared here")])
        isSound = false
      }
    }
    return isSound ? add(.call(id, arguments), type(define.body), span) : nil
  }
}

extension CheckedProgram {
  /// The deepest nesting of expressions, counted through the defines that they use.
  package static let deepest = 300
}

extension DiagnosticKind {
  package static let wrongCount = DiagnosticKind(
    code: "LIC0305",
    summary: "too many or too few values in brackets",
    explanation: "A define takes as many values as it has parameters, a lookup one, a collection as many as its key has fields.",
    wrong: """
      module m
      entity user in users key id { id: id, country: text }
      define is_in(person: user, place: text) = person.country is place
      notice abroad {
        for each user in users
        require  is_in(user)
        message  "{user.id} is abroad."
      }
      """,
    right: """
      module m
      entity user in users key id { id: id, country: text }
      define is_in(person: user, place: text) = person.country is place
      notice abroad {
        for each user in users
        require  is_in(user, "NL")
        message  "{user.id} is abroad."
      }
      """)

  package static let recordOutsideTest = DiagnosticKind(
    code: "LIC0309",
    summary: "a record outside a test",
    explanation: "Records come from the snapshot; only a test writes its own, in `given`.",
    wrong: """
      module m
      define units = { enabled: 3 }
      """,
    right: """
      module m
      define units = 3
      """)

  package static let tooDeepThroughDefines = DiagnosticKind(
    code: "LIC0502",
    summary: "an expression that lies too deep",
    explanation: """
      Evaluation never needs more than a known depth. Defines are counted with what they are used in; give a part of the condition a `let` \
      in the rule instead of a define within a define.
      """,
    wrong: tooDeepExample(CheckedProgram.deepest + 10),
    right: tooDeepExample(3))

  /// Defines that use one another, each one level deeper.
  private static func tooDeepExample(_ count: Int) -> String {
    var lines = ["module m", "define d0 = 1"]
    for number in 1...count { lines.append("define d\(number) = d\(number - 1)") }
    return lines.joined(separator: "\n")
  }
}
