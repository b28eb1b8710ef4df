package import Syntax

extension Checker {
  // MARK: What is expected

  /// An expression's text for a message, on one line and not too long.
  func written(_ span: SourceSpan) -> String {
    let bytes = program.files[Int(span.file)].slice(span)
    let words = bytes.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    let line = String(decoding: Array(words.joined(separator: [0x20])), as: UTF8.self)
    return line.utf8.count > 60 ? String(line.unicodeScalars.prefix(57)) + "…" : line
  }

  /// A type with its article.
  func article(_ type: ValueType) -> String {
    switch type.shape {
    case .int, .instant, .id: "an " + program.describe(type)
    case .nothing: "null"
    case .row: "a row of `\(program.describe(type.present))`"
    case .oneOf: "a text, " + program.describe(type)
    case .bool, .decimal, .text, .date, .list, .product, .feature: "a " + program.describe(type)
    }
  }

  /// Reports a value that is of another type, or that may be null.
  mutating func expect(
    _ id: TypedExpressionID, _ wanted: String, orNull: String? = nil, _ isRight: (ValueType) -> Bool
  ) -> Bool {
    let found = type(id)
    guard isRight(found) else {
      report(.typeMismatch, "\(wanted) is expected, and this is \(article(found))", at: span(id))
      return false
    }
    return refuseNull(id, orNull ?? wanted)
  }

  /// Reports a value that may be null where one is needed.
  mutating func refuseNull(_ id: TypedExpressionID, _ wanted: String) -> Bool {
    guard type(id).isNullable else { return true }
    let text = written(span(id))
    report(
      .mayBeNull, "`\(text)` may be null, and \(wanted) is needed here", at: span(id),
      notes: ["ask `\(text) is not null` before it, or say with `else` what stands for null"])
    return false
  }

  /// An expression that is true or false; a nullable one has to say which of the two null is.
  mutating func checkCondition(_ id: ExpressionID, _ scope: Scope) -> TypedExpressionID? {
    guard let typed = check(id, scope) else { return nil }
    let found = type(typed)
    guard found.shape == .bool else {
      report(.typeMismatch, "a condition is expected, and this is \(article(found))", at: span(typed))
      return nil
    }
    if found.isNullable {
      let span = span(typed)
      let end = SourceSpan(file: span.file, start: span.end, end: span.end)
      report(
        .nullableCondition, "`\(written(span))` may be not set: write `is true`", at: span,
        fix: Diagnostic.Fix("write `is true`", [Diagnostic.Fix.Edit(end, " is true")]))
      return nil
    }
    return typed
  }

  // MARK: Joined conditions

  /// `and` and `or`: what an operand says of null holds for those to its right.
  mutating func checkJunction(
    _ operands: [ExpressionID], isAnd: Bool, _ span: SourceSpan, _ scope: Scope
  ) -> TypedExpressionID? {
    var scope = scope
    var typed: [TypedExpressionID] = []
    var isSound = true
    for operand in operands {
      guard let condition = checkCondition(operand, scope) else {
        isSound = false
        continue
      }
      typed.append(condition)
      let known = knowledge(condition)
      scope.present.formUnion(isAnd ? known.whenTrue : known.whenFalse)
    }
    guard isSound else { return nil }
    return add(isAnd ? .and(typed) : .or(typed), .bool, span)
  }

  // MARK: Comparisons

  mutating func checkComparison(
    _ comparison: Comparison, _ left: ExpressionID, _ right: ExpressionID, _ span: SourceSpan, _ scope: Scope
  ) -> TypedExpressionID? {
    switch comparison {
    case .has, .holds: return checkHolding(comparison, left, right, span, scope)
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual, .member, .notMember, .within, .contains,
      .startsWith, .endsWith:
      break
    }
    let first = check(left, scope)
    let second = check(right, scope)
    guard let first, let second else { return nil }
    switch comparison {
    case .less: return checkOrder(.less, first, second, span)
    case .lessOrEqual: return checkOrder(.lessOrEqual, first, second, span)
    case .greater: return checkOrder(.greater, first, second, span)
    case .greaterOrEqual: return checkOrder(.greaterOrEqual, first, second, span)
    case .equal, .notEqual: return checkEquality(first, second, negated: comparison == .notEqual, span)
    case .member, .notMember: return checkMembership(first, second, negated: comparison == .notMember, span)
    case .within: return checkWithin(first, second, span)
    case .contains: return checkTextTest(.contains, first, second, span)
    case .startsWith: return checkTextTest(.startsWith, first, second, span)
    case .endsWith: return checkTextTest(.endsWith, first, second, span)
    case .has, .holds: return nil
    }
  }

  private mutating func checkOrder(
    _ order: TypedExpressionKind.Order, _ left: TypedExpressionID, _ right: TypedExpressionID, _ span: SourceSpan
  ) -> TypedExpressionID? {
    let isOrdered = { (type: ValueType) in type.isNumber || type.isTime || type.isText }
    let wanted = "a number, a date, an instant or a text"
    let isLeft = expect(left, wanted, orNull: "a value to compare", isOrdered)
    let isRight = expect(right, wanted, orNull: "a value to compare", isOrdered)
    guard isLeft, isRight else { return nil }
    guard areComparable(type(left), type(right)) else {
      reportIncomparable(type(left), type(right), span)
      return nil
    }
    return add(.order(order, left, right), .bool, span)
  }

  private mutating func checkEquality(
    _ left: TypedExpressionID, _ right: TypedExpressionID, negated: Bool, _ span: SourceSpan
  ) -> TypedExpressionID? {
    coerce(left, toward: type(right))
    coerce(right, toward: type(left))
    guard areComparable(type(left), type(right)) else {
      reportIncomparable(type(left), type(right), span)
      return nil
    }
    guard isMember(right, of: type(left)), isMember(left, of: type(right)) else { return nil }
    return add(.equal(left, right, negated: negated), .bool, span)
  }

  mutating func reportIncomparable(_ left: ValueType, _ right: ValueType, _ span: SourceSpan) {
    var notes: [String] = []
    if left.isText && right.shape == .id || left.shape == .id && right.isText {
      notes.append("only a text that stands right beside an id is read as one: declare the other as `id` too")
    }
    if left.shape == .bool && right.shape == .text || left.shape == .text && right.shape == .bool {
      notes.append("`true` and `false` are written without quotes")
    }
    if left.element != nil, right.element == nil { notes.append("a value is looked for with `in`") }
    report(.notComparable, "\(article(left)) and \(article(right)) cannot be compared", at: span, notes: notes)
  }

  /// Reports a text that a closed set does not have.
  private mutating func isMember(_ id: TypedExpressionID, of set: ValueType) -> Bool {
    guard case .oneOf(let members, orOther: false) = set.shape else { return true }
    switch program.expressions[id.index].kind {
    case .literal(.text(let text)):
      if members.contains(text) { return true }
      let near = nearest(text, among: members)
      let span = span(id)
      report(
        .notInSet, "`\(text.string)` is none of the values that this can have", at: span,
        notes: [
          near.map { "did you mean `\($0.string)`?" }
            ?? "it is " + program.describe(set.present)
        ],
        fix: near.map { Diagnostic.Fix("write `\($0.string)`", [Diagnostic.Fix.Edit(span, quoted($0))]) })
      return false
    case .list(let elements):
      var isSound = true
      for element in elements { isSound = isMember(element, of: set) && isSound }
      return isSound
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry, .call,
      .not,
      .and, .or, .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse,
      .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      return true
    }
  }

  private mutating func checkMembership(
    _ item: TypedExpressionID, _ list: TypedExpressionID, negated: Bool, _ span: SourceSpan
  ) -> TypedExpressionID? {
    guard expect(list, "a list", { $0.element != nil }), let element = type(list).element else { return nil }
    coerce(item, toward: element)
    coerce(list, toward: .list(of: type(item)))
    let now = type(list).element ?? element
    guard refuseNull(item, "a value to look for") else { return nil }
    guard areComparable(type(item), now) else {
      report(
        .notComparable, "\(article(type(item))) is no element of \(article(type(list)))", at: span)
      return nil
    }
    guard isMember(list, of: type(item)), isMember(item, of: now) else { return nil }
    return add(.member(item, list, negated: negated), .bool, span)
  }

  private mutating func checkWithin(
    _ left: TypedExpressionID, _ right: TypedExpressionID, _ span: SourceSpan
  ) -> TypedExpressionID? {
    let isLeft = expect(left, "a list", { $0.element != nil })
    let isRight = expect(right, "a list", { $0.element != nil })
    guard isLeft, isRight else { return nil }
    coerce(left, toward: type(right))
    coerce(right, toward: type(left))
    guard areComparable(type(left), type(right)) else {
      reportIncomparable(type(left), type(right), span)
      return nil
    }
    return add(.within(left, right), .bool, span)
  }

  private mutating func checkTextTest(
    _ test: TypedExpressionKind.TextTest, _ left: TypedExpressionID, _ right: TypedExpressionID, _ span: SourceSpan
  ) -> TypedExpressionID? {
    if test == .contains, type(left).element != nil {
      report(
        .typeMismatch, "`contains` is asked of a text, and this is \(article(type(left)))", at: self.span(left),
        notes: ["write `\(written(self.span(right))) in \(written(self.span(left)))`"])
      return nil
    }
    let isLeft = expect(left, "a text", { $0.isText })
    let isRight = expect(right, "a text", { $0.isText })
    return isLeft && isRight ? add(.textTest(test, left, right), .bool, span) : nil
  }

  // MARK: Holding

  private mutating func checkHolding(
    _ comparison: Comparison, _ left: ExpressionID, _ right: ExpressionID, _ span: SourceSpan, _ scope: Scope
  ) -> TypedExpressionID? {
    let subject = checkSubject(left, scope)
    let object = checkConstantLike(right, comparison == .has ? .feature : .product, scope)
    guard let subject, let object else { return nil }
    return add(comparison == .has ? .has(subject, object) : .holds(subject, object), .bool, span)
  }

  /// A row whose kind has a `holding`.
  mutating func checkSubject(_ id: ExpressionID, _ scope: Scope) -> TypedExpressionID? {
    guard let typed = check(id, scope) else { return nil }
    guard let record = type(typed).record else {
      report(.noHolding, "\(article(type(typed))) holds nothing: a row is expected", at: span(typed))
      return nil
    }
    guard refuseNull(typed, "someone who holds") else { return nil }
    guard holdingOf[record] != nil else {
      let name = program[record].name
      report(
        .noHolding, "nothing says when a `\(name.name.string)` holds a product", at: span(typed),
        related: [Diagnostic.Related(name.span, "declared here")],
        notes: ["declare `holding (it: \(name.name.string), item: product) = …`"])
      return nil
    }
    return typed
  }

  /// A product or a feature; a bare word is looked for among these first.
  mutating func checkConstantLike(_ id: ExpressionID, _ kind: NameKind, _ scope: Scope) -> TypedExpressionID? {
    if case .name(let name) = trees[file][id].kind, scope.bindings[name.text] == nil {
      let found = names.candidates([kind], name.text, from: module, in: nil)
      let others = names.candidates([.define, .fact], name.text, from: module, in: nil)
      if !found.isEmpty || others.isEmpty {
        guard let symbol = resolve([kind], name, in: nil, visible: scope.bindings.keys.sorted()) else { return nil }
        return value(of: symbol, name.span, scope)
      }
    }
    guard let typed = check(id, scope) else { return nil }
    let wanted: ValueType = kind == .feature ? .feature : .product
    return expect(typed, "a \(kind.word)", { $0.shape == wanted.shape }) ? typed : nil
  }

  // MARK: Arithmetic and null

  mutating func checkArithmetic(
    _ arithmetic: Arithmetic, _ left: ExpressionID, _ right: ExpressionID, _ span: SourceSpan, _ scope: Scope
  ) -> TypedExpressionID? {
    let first = check(left, scope)
    let second = check(right, scope)
    guard let first, let second else { return nil }
    if type(first).isTime {
      report(
        .typeMismatch, "`\(arithmetic.rawValue)` is done with numbers, and this is \(article(type(first)))",
        at: self.span(first),
        notes: [
          type(second).isTime
            ? "write `days from … to …` for the days between two dates" : "say the unit: `days`, `months` or `years`"
        ])
      return nil
    }
    let isLeft = expect(first, "a number", \.isNumber)
    let isRight = expect(second, "a number", \.isNumber)
    guard isLeft, isRight else { return nil }
    let isDecimal = type(first).shape == .decimal || type(second).shape == .decimal
    return add(.arithmetic(arithmetic, first, second), isDecimal ? .decimal : .int, span)
  }

  mutating func checkOrElse(
    _ left: ExpressionID, _ right: ExpressionID, _ span: SourceSpan, _ scope: Scope
  ) -> TypedExpressionID? {
    let first = check(left, scope)
    let second = check(right, scope)
    guard let first, let second else { return nil }
    coerce(first, toward: type(second))
    coerce(second, toward: type(first))
    guard let both = unified(type(first).present, type(second)) else {
      report(
        .typeMismatch, "what stands for null is \(article(type(second))), and beside it is \(article(type(first)))",
        at: self.span(second))
      return nil
    }
    guard isMember(second, of: type(first)) else { return nil }
    return add(.orElse(first, second), ValueType(both.shape, isNullable: type(second).isNullable), span)
  }

  mutating func checkList(_ elements: [ExpressionID], _ span: SourceSpan, _ scope: Scope) -> TypedExpressionID? {
    let typed = elements.map { check($0, scope) }
    guard typed.allSatisfy({ $0 != nil }) else { return nil }
    let ids = typed.compactMap { $0 }
    var element = ValueType(.nothing)
    if ids.contains(where: { type($0).shape == .id }) {
      for id in ids { coerce(id, toward: .id) }
    }
    for id in ids {
      guard let both = unified(element, type(id)) else {
        report(
          .typeMismatch, "the elements of a list are of one type, and \(article(type(id))) stands beside \(article(element))",
          at: self.span(id))
        return nil
      }
      element = both
    }
    return add(.list(ids), .list(of: element), span)
  }

  /// Reads a text that stands beside an id as an id, also within lists and on both sides of `else`.
  mutating func coerce(_ id: TypedExpressionID, toward wanted: ValueType) {
    let expression = program.expressions[id.index]
    switch (expression.kind, wanted.shape) {
    case (.literal(.text(let text)), .id):
      program.expressions[id.index].type = .id
      if let guid = Guid(parsing: text.utf8) { program.expressions[id.index].kind = .literal(.guid(guid)) }
    case (.list(let elements), .list(let element)):
      for part in elements { coerce(part, toward: element) }
      guard element.shape != .nothing else { return }
      var both = ValueType(.nothing)
      for part in elements {
        guard let next = unified(both, type(part)) else { return }
        both = next
      }
      program.expressions[id.index].type = .list(of: elements.isEmpty ? element : both)
    case (.orElse(let left, let right), .id):
      coerce(left, toward: wanted)
      coerce(right, toward: wanted)
      if let both = unified(type(left).present, type(right)) { program.expressions[id.index].type.shape = both.shape }
    case (.orElse(_, let right), .list):
      coerce(right, toward: wanted)
    default: break
    }
  }
}

extension DiagnosticKind {
  package static let typeMismatch = DiagnosticKind(
    code: "LIC0300",
    summary: "a value of another type than the one that is needed",
    explanation: """
      Every expression has one type: bool, int, decimal, text, date, instant, id, a row, a product, a feature, or a list of these. Nothing \
      is converted silently but an int beside a decimal, a date beside an instant, and a text that stands beside an id.
      """,
    wrong: """
      module m
      entity sku in skus key id { id: id, consumed: int }
      notice used {
        for each sku in skus
        require  sku.consumed + "1" > 0
        message  "{sku.id}"
      }
      """,
    right: """
      module m
      entity sku in skus key id { id: id, consumed: int }
      notice used {
        for each sku in skus
        require  sku.consumed + 1 > 0
        message  "{sku.id}"
      }
      """)

  package static let mayBeNull = DiagnosticKind(
    code: "LIC0301",
    summary: "a value that may be null where one is needed",
    explanation: """
      A field with `?` may be null, and so may all that is reached through it. Order, arithmetic, `in`, a loop, `has` and `holds`, and a \
      name in a message need a value: `else` says what stands for null, or `is not null` is asked before it. `when` narrows the clauses \
      below it, `and` what stands to its right, `where` the rest of its binder.
      """,
    wrong: """
      module m
      entity sku in skus key id { id: id, consumed: int? }
      notice used {
        for each sku in skus
        require  sku.consumed > 0
        message  "{sku.id}"
      }
      """,
    right: """
      module m
      entity sku in skus key id { id: id, consumed: int? }
      notice used {
        for each sku in skus
        require  sku.consumed is not null and sku.consumed > 0
        message  "{sku.id}"
      }
      """)

  package static let nullableCondition = DiagnosticKind(
    code: "LIC0302",
    summary: "a bare condition that may be null",
    explanation: """
      A nullable bool has three values. `is true` is false of null, `is not true` is true of it; say which is meant.
      """,
    wrong: """
      module m
      entity user in users key id { id: id, enabled: bool? }
      notice off {
        for each user in users
        require  user.enabled
        message  "{user.id}"
      }
      """,
    right: """
      module m
      entity user in users key id { id: id, enabled: bool? }
      notice off {
        for each user in users
        require  user.enabled is true
        message  "{user.id}"
      }
      """)

  package static let notComparable = DiagnosticKind(
    code: "LIC0303",
    summary: "two values that cannot be compared",
    explanation: """
      `is`, `in`, `within` and order compare values of one type; a number with a number, a date with an instant, a text with a text. A \
      text that stands right beside an id is read as an id.
      """,
    wrong: """
      module m
      entity sku in skus key id { id: id, consumed: int }
      notice used {
        for each sku in skus
        require  sku.consumed is "none"
        message  "{sku.id}"
      }
      """,
    right: """
      module m
      entity sku in skus key id { id: id, consumed: int }
      notice used {
        for each sku in skus
        require  sku.consumed is 0
        message  "{sku.id}"
      }
      """)

  package static let notInSet = DiagnosticKind(
    code: "LIC0304",
    summary: "a text that a closed set does not have",
    explanation: """
      A field that is `one of "A", "B"` never equals another text, so the comparison would always be false. Add the value to the set where \
      the export has it, or end the set with `or other`.
      """,
    wrong: """
      module m
      entity plan in plans key id { id: id, state: one of "Active", "Disabled" }
      notice off {
        for each plan in plans
        require  plan.state is "Activ"
        message  "{plan.id}"
      }
      """,
    right: """
      module m
      entity plan in plans key id { id: id, state: one of "Active", "Disabled" }
      notice off {
        for each plan in plans
        require  plan.state is "Active"
        message  "{plan.id}"
      }
      """)

  package static let noHolding = DiagnosticKind(
    code: "LIC0306",
    summary: "one who can hold nothing",
    explanation: """
      `has`, `holds` and `products held by` ask the `holding` that is declared for the kind of row on their left.
      """,
    wrong: """
      module m
      entity user in users key id { id: id }
      product basic "Basic" {
        held by all
      }
      notice holds_basic {
        for each user in users
        require  user holds basic
        message  "{user.id}"
      }
      """,
    right: """
      module m
      entity user in users key id { id: id, plan: id }
      product basic "Basic" {
        held by all
      }
      holding (person: user, item: product) = person.plan in item.plans
      notice holds_basic {
        for each user in users
        require  user holds basic
        message  "{user.id}"
      }
      """)
}
