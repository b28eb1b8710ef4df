// Names, numbers, days and texts.

extension Parser {
  // MARK: Names

  /// A word where a new name is given or an old one used; every word of the language may be one.
  mutating func expectName(_ what: String) throws(Abandoned) -> NameNode {
    if (kind() == .word || at(.brokenWord)) && !isAtNextClause && !(startsLine() && isBehindStray[position]) {
      let node = NameNode(Text(bytes(here)), at: here)
      advance()
      return node
    }
    throw expected(what)
  }

  /// The name of a variable, parameter, define, lookup or fact: operators and clause words cannot be one.
  /// - Parameter next: the symbol behind the name; where it stands here instead, the name was left out.
  mutating func expectFreeName(_ what: String, before next: Symbol? = nil) throws(Abandoned) -> NameNode {
    let symbol = symbol()
    if let next, symbol.isReserved, self.symbol(1) != next { throw expected(what) }
    let name = try expectName(what)
    if symbol.isReserved {
      report(
        .reservedName, "`\(name.text.string)` is a word of the language and cannot name \(what)", at: name.span,
        notes: ["behind a point and before a colon every word is free; here, choose another"])
    }
    return name
  }

  /// A word, or a text where the name is no word.
  mutating func expectNameOrText(_ what: String) throws(Abandoned) -> NameNode {
    if kind() == .text || at(.brokenText) {
      let text = try expectText(what)
      return NameNode(text.text, isQuoted: true, at: text.span)
    }
    return try expectName(what)
  }

  /// `name` or `module.name`.
  mutating func expectReference(_ what: String) throws(Abandoned) -> Reference {
    let first = try expectNameOrText(what)
    guard !first.isQuoted, at(.dot) else { return Reference(module: nil, name: first) }
    advance()
    return Reference(module: first, name: try expectNameOrText("a name of module `\(first.text.string)`"))
  }

  mutating func expectReferences(_ what: String) throws(Abandoned) -> [Reference] {
    var references = [try expectReference(what)]
    while accept(.comma) { references.append(try expectReference(what)) }
    return references
  }

  mutating func expectNames(_ what: String) throws(Abandoned) -> [NameNode] {
    var names = [try expectName(what)]
    while accept(.comma) { names.append(try expectName(what)) }
    return names
  }

  /// `word.word…`
  mutating func expectPath(_ what: String) throws(Abandoned) -> [NameNode] {
    var path = [try expectName(what)]
    while accept(.dot) { path.append(try expectName("a field")) }
    return path
  }

  /// `a or b with c`
  mutating func expectAlternatives(_ what: String) throws(Abandoned) -> Alternatives {
    let start = position
    var alternatives: [[Reference]] = []
    repeat {
      var together = [try expectReference(what)]
      while accept(.with) { together.append(try expectReference(what)) }
      alternatives.append(together)
    } while accept(.or)
    return Alternatives(alternatives, at: span(from: start))
  }

  /// `source note 1`
  mutating func expectCite() throws(Abandoned) -> CiteNode {
    let source = try expectReference("the name of a source")
    guard at(.note), !startsLine() else { return CiteNode(source: source, note: nil) }
    advance()
    return CiteNode(source: source, note: try expectInt("the number of a note"))
  }

  // MARK: Numbers and days

  mutating func expectInt(_ what: String) throws(Abandoned) -> IntNode {
    guard kind() == .int else { throw expected(what) }
    let span = here
    advance()
    if let value = Int64(parsing: bytes(span)) { return IntNode(value, at: span) }
    reportTooLarge(span)
    return IntNode(0, at: span)
  }

  mutating func reportTooLarge(_ span: SourceSpan) {
    report(
      .numberTooLarge, "the number `\(shortened(span))` has more digits than can be kept", at: span,
      notes: ["whole numbers reach from \(Int64.min) to \(Int64.max), and decimals have at most \(Decimal.mostDigits) digits"])
  }

  mutating func expectDay(_ what: String = "a date") throws(Abandoned) -> DayNode {
    if kind() == .date, let day = Day(parsing: bytes(here)) {
      let node = DayNode(day, at: here)
      advance()
      return node
    }
    throw expected(what, notes: ["a date is written `2026-11-01`"])
  }

  mutating func expectGuid() throws(Abandoned) -> GuidNode {
    if kind() == .guid, let guid = Guid(parsing: bytes(here)) {
      let node = GuidNode(guid, at: here)
      advance()
      return node
    }
    throw expected("a GUID")
  }

  /// `from DATE before DATE`, either left out.
  mutating func period() throws(Abandoned) -> PeriodNode {
    var from: DayNode?
    var before: DayNode?
    if accept(.from) { from = try expectDay("the first day, a date") }
    if accept(.before) { before = try expectDay("the day before which it ends, a date") }
    if from == nil && before != nil && at(.from) {
      report(.expected, "`from` stands before `before`", at: here)
      advance()
      from = try expectDay("the first day, a date")
    }
    if let from, let before, before.day <= from.day {
      report(
        .emptyPeriod, "this period is empty: it ends before `\(before.day.text.string)`, and begins on `\(from.day.text.string)`",
        at: from.span.through(before.span), notes: ["`from` includes its day, `before` does not"])
    }
    return PeriodNode(from: from, before: before)
  }

  /// As `period`, where one of both has to stand.
  mutating func expectPeriod() throws(Abandoned) -> PeriodNode {
    guard at(.from) || at(.before) else { throw expected("`from` or `before` and a date") }
    return try period()
  }

  // MARK: Texts

  mutating func expectText(_ what: String) throws(Abandoned) -> TextNode {
    guard kind() == .text || at(.brokenText) else {
      throw expected(what, notes: kind() == .word && !startsLine() ? ["a text stands in double quotes"] : [])
    }
    let node = TextNode(Text(utf8: unescaped(here)), at: here)
    advance()
    return node
  }

  /// `"Seat" nl "Zetel"`
  mutating func expectTitled(_ what: String) throws(Abandoned) -> Titled {
    let text = try expectText(what)
    var translations: [Titled.Translation] = []
    while kind() == .word, !startsLine(), kind(1) == .text, !startsLine(1) {
      let language = try expectName("a language")
      translations.append(Titled.Translation(language: language, text: try expectText("a text")))
    }
    return Titled(text, translations: translations)
  }

  /// A language before a text: `message nl "…"`.
  mutating func acceptLanguage() -> NameNode? {
    guard kind() == .word, !startsLine(), kind(1) == .text || symbol(1) == .brokenText else { return nil }
    let node = NameNode(Text(bytes(here)), at: here)
    advance()
    return node
  }

  /// The bytes between the quotes, escapes undone. A text that the lexer refused gives what can be made of it.
  private func unescaped(_ span: SourceSpan) -> [UInt8] {
    var result: [UInt8] = []
    let (start, end) = content(of: span)
    var index = start
    while index < end {
      if source.bytes[index] == 0x5C && index + 1 < end { index += 1 }
      result.append(source.bytes[index])
      index += 1
    }
    return result
  }

  /// The offsets behind the opening and before the closing quote.
  private func content(of span: SourceSpan) -> (start: Int, end: Int) {
    let end = Int(span.end)
    let start = min(Int(span.start) + 1, end)
    let isClosed = end > start && source.bytes[end - 1] == 0x22
    return (start, isClosed ? end - 1 : end)
  }

  /// A text in which `{path}` is replaced.
  mutating func expectTemplate(_ what: String) throws(Abandoned) -> Template {
    let span = here
    let isBroken = at(.brokenText)
    let plain = try expectText(what)
    guard !isBroken else { return Template(parts: [.text(plain.text)], at: span) }
    var parts: [Template.Part] = []
    var text: [UInt8] = []
    let (start, end) = content(of: span)
    var index = start
    while index < end {
      let byte = source.bytes[index]
      if byte == 0x5C && index + 1 < end {
        text.append(source.bytes[index + 1])
        index += 2
      } else if byte == 0x7B {
        if !text.isEmpty { parts.append(.text(Text(utf8: text))) }
        text = []
        var close = index + 1
        while close < end, source.bytes[close] != 0x7D, source.bytes[close] != 0x7B { close += 1 }
        if let path = path(from: index, to: close, end: end) { parts.append(.path(path)) }
        index = close < end && source.bytes[close] == 0x7D ? close + 1 : close
      } else {
        text.append(byte)
        index += 1
      }
    }
    if !text.isEmpty || parts.isEmpty { parts.append(.text(Text(utf8: text))) }
    return Template(parts: parts, at: span)
  }

  /// The path between the brace at `open` and the one at `close`; nil after a report where there is no such path.
  private mutating func path(from open: Int, to close: Int, end: Int) -> [NameNode]? {
    guard close < end, source.bytes[close] == 0x7D else {
      report(
        .badPlaceholder, "this brace has no closing `}`", at: range(open, open + 1),
        notes: ["a brace that is meant as one is written `\\{`"],
        fix: inserting("\\", at: Int32(truncatingIfNeeded: open), "write `\\{`"))
      return nil
    }
    var names: [NameNode] = []
    var start = open + 1
    for index in open + 1...close where index == close || source.bytes[index] == 0x2E {
      let word = source.bytes[start..<index]
      guard let first = word.first, isLetter(first), word.allSatisfy(isWordByte) else {
        report(
          .badPlaceholder, "`\(shortened(range(open, close + 1)))` names neither a variable nor a path", at: range(open, close + 1),
          notes: [
            "between braces stands a name, or names with points: `{user.displayName}`; put anything else into a `let`",
            "a brace that is meant as one is written `\\{`",
          ])
        return nil
      }
      names.append(NameNode(Text(word), at: range(start, index)))
      start = index + 1
    }
    return names
  }

  private func range(_ start: Int, _ end: Int) -> SourceSpan {
    SourceSpan(file: file, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end))
  }

  // MARK: Literals

  /// Whether a literal begins here: a number, a text, a date, a moment, a GUID, `true`, `false`, `null`.
  var isAtLiteral: Bool {
    switch kind() {
    case .int, .decimal, .date, .instant, .guid, .text: true
    case .word: at(.true) || at(.false) || at(.null)
    case .punctuation: at(.minus) && (kind(1) == .int || kind(1) == .decimal)
    case .invalid: at(.brokenText)
    case .mark, .end: false
    }
  }

  mutating func expectLiteral(_ what: String) throws(Abandoned) -> LiteralNode {
    guard isAtLiteral else { throw expected(what) }
    let start = position
    let isNegative = accept(.minus)
    let span = here
    let text = (isNegative ? [0x2D] : []) + bytes(span)
    let literal: Literal
    switch kind() {
    case .int:
      advance()
      if let value = Int64(parsing: text) {
        literal = .int(value)
      } else {
        reportTooLarge(span)
        literal = .int(0)
      }
    case .decimal:
      advance()
      if let value = Decimal(parsing: text) {
        literal = .decimal(value)
      } else {
        reportTooLarge(span)
        literal = .int(0)
      }
    case .date: literal = .date(try expectDay().day)
    case .instant:
      guard let instant = Instant(parsing: text) else { throw expected(what) }
      advance()
      literal = .instant(instant)
    case .guid: literal = .guid(try expectGuid().guid)
    case .text, .invalid: literal = .text(try expectText(what).text)
    case .word, .punctuation, .mark, .end:
      literal = at(.null) ? .null : .bool(at(.true))
      advance()
    }
    return LiteralNode(literal, at: self.span(from: start))
  }
}

// MARK: - Messages

extension DiagnosticKind {
  static let reservedName = DiagnosticKind(
    code: "LIC0108",
    summary: "a word of the language names a variable, parameter, define, lookup or fact",
    explanation: """
      Operators and clause words would be read as such where the name is used. Fields of a snapshot may have any name, since they \
      stand behind a point or before a colon.
      """,
    wrong: """
      module m
      define count = 3
      """,
    right: """
      module m
      define limit = 3
      """)

  static let numberTooLarge = DiagnosticKind(
    code: "LIC0109",
    summary: "a number has more digits than can be kept",
    explanation: """
      Whole numbers have 64 bits, decimals 18 digits; nothing is rounded.
      """,
    wrong: """
      module m
      define limit = 99999999999999999999
      """,
    right: """
      module m
      define limit = 9999
      """)

  static let emptyPeriod = DiagnosticKind(
    code: "LIC0110",
    summary: "a period ends before it begins",
    explanation: """
      `from` includes its day and `before` does not, so a period that ends before the day on which it begins holds on no day.
      """,
    wrong: """
      module m
      product p "Product" {
        sku SKU 00000000-0000-4000-8000-000000000001 from 2026-01-01 before 2025-01-01
      }
      """,
    right: """
      module m
      product p "Product" {
        sku SKU 00000000-0000-4000-8000-000000000001 from 2025-01-01 before 2026-01-01
      }
      """)

  static let badPlaceholder = DiagnosticKind(
    code: "LIC0111",
    summary: "a brace in a message does not hold a name or a path",
    explanation: """
      In a message or a remedy `{name}` and `{user.displayName}` are replaced by what they name. Anything more belongs into a `let`, \
      whose name then stands in the message. A brace that is meant as one is written `\\{`.
      """,
    wrong: """
      module m
      violation v {
        for each user in users
        message nl "{user.seats + 1} plaatsen"
        require user.licensed
        message "{user.name} has no licence."
      }
      """,
    right: """
      module m
      violation v {
        for each user in users
        let seats = user.seats + 1
        message nl "{seats} plaatsen"
        require user.licensed
        message "{user.name} has no licence."
      }
      """)
}
