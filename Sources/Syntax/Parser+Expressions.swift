// Expressions: one function climbs the precedences, so that few calls lie on the stack for each bracket.

extension Parser {
  /// How tightly an operator binds; a larger number binds tighter.
  private enum Tightness: Int {
    case or, and, not, compare, sum, term, otherwise, postfix
  }

  /// A whole expression; where none can be read, `.missing` in its place and the rest of the clause skipped by the caller.
  mutating func expression() throws(Abandoned) -> ExpressionID { try expression(.or) }

  /// As `expression`, but a mistake costs the expression alone: the name before it stays known.
  mutating func expressionOrMissing(_ recover: (inout Parser) -> Void) -> ExpressionID {
    let start = position
    let count = diagnostics.count
    do throws(Abandoned) {
      return try expression()
    } catch {
      forgetMixed(since: count)
      recover(&self)
      return addUnchecked(.missing, from: start)
    }
  }

  private mutating func expression(_ loosest: Tightness) throws(Abandoned) -> ExpressionID {
    try descend()
    defer { depth -= 1 }
    let start = position
    var left: ExpressionID
    if loosest.rawValue <= Tightness.not.rawValue, at(.not) || at(.bang) {
      if at(.bang) { reportOtherSpelling("not ", "`not`") }
      advance()
      let operand = try expression(.not)
      left = try add(.not(operand), from: start)
    } else {
      left = try postfix()
    }

    // The tighter operators first, each loop leaving what is looser to the next.
    while loosest.rawValue <= Tightness.otherwise.rawValue, accept(.else) {
      let right = try postfix()
      left = try add(.orElse(left, right), from: start)
    }
    while loosest.rawValue <= Tightness.term.rawValue, at(.star) || at(.slash) {
      let operation: Arithmetic = at(.star) ? .multiply : .divide
      advance()
      let right = try expression(.otherwise)
      left = try add(.arithmetic(operation, left, right), from: start)
    }
    while loosest.rawValue <= Tightness.sum.rawValue, at(.plus) || at(.minus) {
      let isMinus = at(.minus)
      advance()
      let right = try expression(.term)
      if let unit = acceptUnit() {
        left = try add(.shift(left, by: right, unit, backwards: isMinus), from: start)
      } else {
        left = try add(.arithmetic(isMinus ? .subtract : .add, left, right), from: start)
      }
    }
    if loosest.rawValue <= Tightness.compare.rawValue { left = try comparison(left, from: start) }
    if loosest.rawValue <= Tightness.and.rawValue { left = try connectives(left, from: start, loosest) }
    return left
  }

  private mutating func acceptUnit() -> CalendarUnit? {
    let unit: CalendarUnit? = at(.days) ? .days : at(.months) ? .months : at(.years) ? .years : nil
    if unit != nil { advance() }
    return unit
  }

  // MARK: and, or

  private mutating func connectives(_ first: ExpressionID, from start: Int, _ loosest: Tightness) throws(Abandoned) -> ExpressionID {
    var hasTold = false
    var left = first
    if atAnd { left = try conjunction(left, from: start) }
    guard loosest == .or else { return left }
    if atOr, case .and = expressions[Int(left.index)].kind { reportMixed(&hasTold, "or", beside: "and") }
    guard atOr else { return left }
    var operands = [left]
    while atOr {
      takeConnective(.or)
      let operandStart = position
      var operand = try expression(.not)
      if atAnd {
        reportMixed(&hasTold, "and", beside: "or")
        operand = try conjunction(operand, from: operandStart)
      }
      operands.append(operand)
      try checkChain(operands.count, "operands of `or`")
    }
    return try add(.or(operands), from: start)
  }

  private mutating func conjunction(_ first: ExpressionID, from start: Int) throws(Abandoned) -> ExpressionID {
    var operands = [first]
    while atAnd {
      takeConnective(.and)
      operands.append(try expression(.not))
      try checkChain(operands.count, "operands of `and`")
    }
    return try add(.and(operands), from: start)
  }

  private var atAnd: Bool { at(.and) || at(.doubleAmpersand) }

  private var atOr: Bool { at(.or) || isDoubleBar }

  /// `||`, which the lexer gives as two bars, since a table may have it.
  private var isDoubleBar: Bool {
    at(.bar) && symbol(1) == .bar && !startsLine() && tokens[position].span.end == tokens[position + 1].span.start
  }

  private mutating func takeConnective(_ symbol: Symbol) {
    if at(.doubleAmpersand) { reportOtherSpelling("and", "`and`") }
    if at(.bar) {
      let place = tokens[position].span.through(tokens[position + 1].span)
      report(.otherSpelling, "`||` is written `or`", at: place, fix: replacing(place, with: apart("or", place), "write `or`"))
      advance()
    }
    advance()
  }

  /// Where a bracket is lacking, `and` beside `or` is the same mistake.
  mutating func forgetMixed(since count: Int) {
    guard let last = diagnostics.last, diagnostics.count > count + 1 else { return }
    let kept = diagnostics[count...].filter { $0.kind.code != DiagnosticKind.mixedConnectives.code }
    if last.kind.code != DiagnosticKind.mixedConnectives.code { diagnostics.replaceSubrange(count..., with: kept) }
  }

  private mutating func reportMixed(_ hasTold: inout Bool, _ word: String, beside other: String) {
    if !hasTold {
      report(
        .mixedConnectives, "`\(word)` beside `\(other)` needs brackets", at: here,
        notes: ["put the part that belongs together in `( )`, since the two orders judge differently"])
    }
    hasTold = true
  }

  /// A sign of another language at this token.
  private mutating func reportOtherSpelling(_ replacement: String, _ spelling: String) {
    // A sign beyond ASCII has been reported by the lexer.
    guard tokens[position].kind != .invalid else { return }
    report(
      .otherSpelling, "`\(shortened(here))` is written \(spelling)", at: here,
      fix: replacing(here, with: apart(replacement, here), "write \(spelling)"))
  }

  private func apart(_ word: String, _ place: SourceSpan) -> String {
    spaced(word, from: Int(place.start), to: Int(place.end), in: source.bytes)
  }

  // MARK: Comparisons

  private mutating func comparison(_ left: ExpressionID, from start: Int) throws(Abandoned) -> ExpressionID {
    let operatorPlace = position
    var result: ExpressionID
    if accept(.matches) {
      result = try add(.matches(left, try expectText("a pattern, a text with `*` and `?`")), from: start)
    } else if let comparison = acceptComparison() {
      let right = comparison == .has || comparison == .holds ? try postfix() : try expression(.sum)
      result = try add(.comparison(comparison, left, right), from: start)
    } else {
      return left
    }
    guard atComparison else { return result }
    let first = tokens[operatorPlace].span
    report(
      .chainedComparison, "comparisons do not chain", at: here, related: [Diagnostic.Related(first, "the first comparison")],
      notes: ["write each comparison on its own and join them: `a < b and b < c`"])
    while atComparison {
      _ = acceptComparison()
      _ = accept(.matches)
      _ = try expression(.sum)
    }
    return result
  }

  private var atComparison: Bool {
    switch symbol() {
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .is, .in, .within, .contains, .matches, .has, .holds, .equals, .doubleEquals,
      .bangEquals:
      true
    case .starts, .ends: symbol(1) == .with
    case .not: symbol(1) == .in
    default: false
    }
  }

  /// Takes an operator of comparison other than `matches`.
  private mutating func acceptComparison() -> Comparison? {
    switch symbol() {
    case .less: return take(.less)
    case .lessOrEqual: return take(.lessOrEqual)
    case .greater: return take(.greater)
    case .greaterOrEqual: return take(.greaterOrEqual)
    case .in: return take(.member)
    case .within: return take(.within)
    case .has: return take(.has)
    case .holds: return take(.holds)
    case .is:
      advance()
      return accept(.not) ? .notEqual : .equal
    // In a product, `contains plan` begins a clause; no expression stands there.
    case .contains: return take(.contains)
    case .not where symbol(1) == .in:
      advance()
      return take(.notMember)
    case .starts where symbol(1) == .with:
      advance()
      return take(.startsWith)
    case .ends where symbol(1) == .with:
      advance()
      return take(.endsWith)
    case .equals, .doubleEquals:
      reportOtherSpelling("is", "`is`")
      return take(.equal)
    case .bangEquals:
      reportOtherSpelling("is not", "`is not`")
      return take(.notEqual)
    default: return nil
    }
  }

  private mutating func take(_ comparison: Comparison) -> Comparison {
    advance()
    return comparison
  }

  // MARK: Postfix

  private mutating func postfix() throws(Abandoned) -> ExpressionID {
    let start = position
    var base = try atom()
    while true {
      if at(.dot) {
        advance()
        base = try add(.member(base, try expectName("a field")), from: start)
      } else if at(.leftBracket), !startsLine() {
        advance()
        if at(.rightBracket) { throw expected("a key") }
        let keys = try expressions(until: .rightBracket, "keys")
        base = try add(.element(base, keys: keys), from: start)
      } else if at(.leftParen), !startsLine(), isCallable(base) {
        advance()
        base = try add(.call(base, arguments: try expressions(until: .rightParen, "arguments")), from: start)
      } else {
        return base
      }
    }
  }

  /// Functions have a name, or `module.name`.
  private func isCallable(_ id: ExpressionID) -> Bool {
    switch expressions[Int(id.index)].kind {
    case .name: true
    case .member(let base, _): if case .name = expressions[Int(base.index)].kind { true } else { false }
    default: false
    }
  }

  /// `a, b, …` and the closing bracket.
  private mutating func expressions(until close: Symbol, _ what: String) throws(Abandoned) -> [ExpressionID] {
    var elements: [ExpressionID] = []
    if accept(close) { return elements }
    repeat {
      elements.append(try expression())
      try checkChain(elements.count, what)
    } while accept(.comma)
    guard accept(close) else { throw expected("`,` or `\(close.rawValue)`") }
    return elements
  }

  // MARK: Atoms

  private mutating func atom() throws(Abandoned) -> ExpressionID {
    let start = position
    if isAtLiteral {
      let literal = try expectLiteral("a literal")
      return try add(.literal(literal.literal), from: start)
    }
    switch symbol() {
    case .leftParen:
      advance()
      let inner = try expression()
      try expectClosing(.rightParen, of: start)
      return try add(.parenthesized(inner), from: start)
    case .leftBracket: return try listOrComprehension()
    case .leftBrace: return try record()
    case .any, .all, .count: return try binderForm()
    case .sum, .min, .max: return try aggregate()
    case .products: return try productsForm()
    case .today:
      advance()
      return try add(.today, from: start)
    case .unknown:
      advance()
      return try add(.unknown(try expectText("the reason, a text")), from: start)
    case .days where symbol(1) == .from:
      position += 2
      let from = try expression(.sum)
      try expect(.to)
      let to = try expression(.sum)
      return try add(.days(from: from, to: to), from: start)
    case .start where symbol(1) == .of:
      position += 2
      try expect(.month)
      return try add(.startOfMonth, from: start)
    case .sku, .plan, .product, .feature:
      if namesAfterKind, let kind = IdentifierKind(rawValue: symbol().rawValue) {
        advance()
        return try add(.declared(kind, try expectNameOrText("a name")), from: start)
      }
    default: break
    }
    if (kind() == .word && !symbol().isReserved) || at(.brokenWord) {
      let name = try expectName("a name")
      return try add(.name(name), from: start)
    }
    var notes: [String] = []
    if kind() == .word && !startsLine() { notes.append("`\(shortened(here))` is a word of the language and names nothing here") }
    throw expected("an expression", notes: notes)
  }

  /// Behind `sku`, `plan`, `product`, `feature`, on the same line: a name, and no operator.
  private var namesAfterKind: Bool {
    guard !startsLine(1) else { return false }
    return kind(1) == .text || (kind(1) == .word && !symbol(1).isReserved && symbol(1) != .to)
  }

  private mutating func expectClosing(_ close: Symbol, of open: Int) throws(Abandoned) {
    guard !accept(close) else { return }
    let count = diagnostics.count
    let abandoned = expected("`\(close.rawValue)`")
    if diagnostics.count > count {
      diagnostics[count].related.append(Diagnostic.Related(tokens[open].span, "to close this one"))
    }
    throw abandoned
  }

  private mutating func listOrComprehension() throws(Abandoned) -> ExpressionID {
    let start = position
    advance()
    if accept(.rightBracket) { return try add(.list([]), from: start) }
    let first = try expression()
    if at(.for) {
      let comprehension = try loops(of: first, many: true)
      try expectClosing(.rightBracket, of: start)
      return try add(.comprehension(comprehension), from: start)
    }
    var elements = [first]
    while accept(.comma) {
      elements.append(try expression())
      try checkChain(elements.count, "elements of a list")
    }
    guard accept(.rightBracket) else {
      throw expected("`,`, `for` or `]`")
    }
    return try add(.list(elements), from: start)
  }

  /// `for x in xs … where p`
  private mutating func loops(of element: ExpressionID, many: Bool) throws(Abandoned) -> Comprehension {
    var loops: [Comprehension.Loop] = []
    guard at(.for) else { throw expected("`for` and a variable") }
    while at(.for) {
      if !many && !loops.isEmpty {
        report(
          .severalLoops, "only a list has several loops", at: here,
          notes: ["put the inner loop into a list: `sum (x for x in [y.n for z in zs for y in z.ys])`"])
      }
      advance()
      let name = try expectFreeName("a variable", before: .in)
      try expect(.in)
      loops.append(Comprehension.Loop(name: name, source: try expression(.sum)))
      try checkChain(loops.count, "loops")
    }
    let condition = accept(.where) ? try expression() : nil
    return Comprehension(element: element, loops: loops, condition: condition)
  }

  private mutating func aggregate() throws(Abandoned) -> ExpressionID {
    let start = position
    let kind: Aggregate = at(.sum) ? .sum : at(.min) ? .min : .max
    advance()
    let open = position
    try expect(.leftParen, for: " behind `\(kind.rawValue)`")
    let element = try expression()
    let comprehension = try loops(of: element, many: false)
    try expectClosing(.rightParen, of: open)
    return try add(.aggregate(kind, comprehension), from: start)
  }

  private mutating func binderForm() throws(Abandoned) -> ExpressionID {
    let start = position
    let word = symbol()
    advance()
    let isDistinct = word == .count && accept(.distinct)
    let open = position
    try expect(.leftParen, for: " behind `\(shortened(previous))`")
    let name = try expectFreeName("a variable", before: .in)
    try expect(.in)
    let source = try expression(.sum)
    let condition = accept(.where) ? try expression() : nil
    let binder = Binder(name: name, source: source, condition: condition)
    if word == .all {
      guard accept(.satisfy) else {
        throw expected(
          "`satisfy` and a condition", notes: ["`all (x in xs where p satisfy q)`: of those for which p holds, each must satisfy q"])
      }
      let satisfy = try expression()
      try expectClosing(.rightParen, of: open)
      return try add(.all(binder, satisfy: satisfy), from: start)
    }
    try expectClosing(.rightParen, of: open)
    return try add(word == .any ? .any(binder) : .count(binder, distinct: isDistinct), from: start)
  }

  private mutating func productsForm() throws(Abandoned) -> ExpressionID {
    let start = position
    advance()
    if at(.held), symbol(1) == .by {
      position += 2
      let holder = try postfix()
      return try add(.productsHeld(by: holder), from: start)
    }
    if accept(.granting) {
      let feature = try postfix()
      return try add(.productsGranting(feature), from: start)
    }
    return try add(.products, from: start)
  }

  /// `{ name: value, … }`
  mutating func record() throws(Abandoned) -> ExpressionID {
    let start = position
    try expect(.leftBrace)
    var fields: [FieldValue] = []
    while !at(.rightBrace) {
      let name = try expectName("a field or `}`")
      try expect(.colon)
      fields.append(FieldValue(name: name, value: try expression()))
      try checkChain(fields.count, "fields of a record")
      guard accept(.comma) || startsLine() || at(.rightBrace) else { throw expected("`,` or `}`") }
      if isAtEnd { break }
    }
    try expectClosing(.rightBrace, of: start)
    return try add(.record(fields), from: start)
  }

  /// A literal, a name, or a list of them: what a person states.
  mutating func constant() throws(Abandoned) -> ExpressionID {
    try descend()
    defer { depth -= 1 }
    let start = position
    if isAtLiteral {
      let literal = try expectLiteral("a value")
      return try add(.literal(literal.literal), from: start)
    }
    if accept(.leftBracket) {
      var elements: [ExpressionID] = []
      if !at(.rightBracket) {
        repeat {
          elements.append(try constant())
          try checkChain(elements.count, "elements of a list")
        } while accept(.comma)
      }
      guard accept(.rightBracket) else { throw expected("`,` or `]`") }
      return try add(.list(elements), from: start)
    }
    let first = try expectName("a value")
    let base = try add(.name(first), from: start)
    guard accept(.dot) else { return base }
    return try add(.member(base, try expectNameOrText("a name")), from: start)
  }

  // MARK: The arena

  /// Adds an expression whose operands stand already; refuses one that is too deep.
  private mutating func add(_ kind: ExpressionKind, from start: Int) throws(Abandoned) -> ExpressionID {
    var height = 1
    for operand in operands(of: kind) { height = max(height, heights[Int(operand.index)] + 1) }
    guard height <= Limits.nesting else { throw tooDeep(span(from: start)) }
    let id = addUnchecked(kind, from: start)
    heights[Int(id.index)] = height
    return id
  }

  private mutating func addUnchecked(_ kind: ExpressionKind, from start: Int) -> ExpressionID {
    let id = ExpressionID(index: Int32(truncatingIfNeeded: expressions.count))
    expressions.append(Expression(kind, span(from: start)))
    heights.append(1)
    return id
  }

  /// One level deeper; every call is paid back by `depth -= 1`.
  mutating func descend() throws(Abandoned) {
    guard depth < Limits.nesting else { throw tooDeep(here) }
    depth += 1
  }

  private mutating func tooDeep(_ span: SourceSpan) -> Abandoned {
    report(
      .tooDeep, "this lies deeper than \(Limits.nesting) operators and brackets in one another", at: span,
      notes: ["give a part of it a name, with `let` or `define`"])
    return .clause
  }

  mutating func checkChain(_ count: Int, _ what: String) throws(Abandoned) {
    guard count > Limits.chain else { return }
    report(.tooLong, "more than \(Limits.chain) \(what)", at: previous)
    throw .clause
  }
}

/// The expressions that an expression is made of, in the order of the source.
package func operands(of kind: ExpressionKind) -> [ExpressionID] {
  func parts(_ binder: Binder) -> [ExpressionID] { [binder.source] + (binder.condition.map { [$0] } ?? []) }
  func parts(_ each: Comprehension) -> [ExpressionID] {
    [each.element] + each.loops.map(\.source) + (each.condition.map { [$0] } ?? [])
  }
  switch kind {
  case .literal, .name, .declared, .products, .startOfMonth, .today, .unknown, .missing: return []
  case .member(let base, _), .parenthesized(let base), .not(let base), .matches(let base, _), .productsHeld(let base),
    .productsGranting(let base):
    return [base]
  case .element(let base, let rest), .call(let base, let rest): return [base] + rest
  case .and(let all), .or(let all), .list(let all): return all
  case .comparison(_, let left, let right), .arithmetic(_, let left, let right), .shift(let left, let right, _, _),
    .orElse(let left, let right), .days(let left, let right):
    return [left, right]
  case .comprehension(let each), .aggregate(_, let each): return parts(each)
  case .any(let binder), .count(let binder, _): return parts(binder)
  case .all(let binder, let satisfy): return parts(binder) + [satisfy]
  case .record(let fields): return fields.map(\.value)
  }
}
