// The file, its declarations, and what the vendor says.

extension Parser {
  /// Divides the file at the words in column 1 that begin a declaration, and reads each part for itself.
  mutating func parseFile() {
    let end = tokens.count - 1
    limit = end
    var isFirst = true
    while position < end {
      let start = position
      limit = endOfDeclaration(from: start)
      part(isFirst: isFirst)
      isFirst = false
      position = max(limit, start + 1)
    }
    limit = end
  }

  /// The index behind the declaration that begins at a token.
  private func endOfDeclaration(from start: Int) -> Int {
    var open = 0
    var index = start
    while index < tokens.count - 1 {
      if index > start && inColumnOne[index] && beginsPart(index, open: open, start: start) { return index }
      switch symbols[index] {
      case .leftBrace: open += 1
      case .rightBrace:
        open -= 1
        let next = index + 1
        if inColumnOne[index] && (inColumnOne[next] || (open <= 0 && tokens[next].startsLine && symbols[next].beginsDeclaration)) {
          return next
        }
      default: break
      }
      index += 1
    }
    return tokens.count - 1
  }

  /// Whether a token in column 1 begins a new part; else it is a line of the part before it that stands too far left.
  private func beginsPart(_ index: Int, open: Int, start: Int) -> Bool {
    let next = index + 1 < tokens.count ? symbols[index + 1] : .end
    let symbol = symbols[index]
    if symbol == .rightBrace { return false }
    if symbol.beginsDeclaration && (next != .colon || open <= 0) && !(symbol == .as && symbols[start] == .test && open > 0) { return true }
    if open > 0 { return false }
    if tokens[index].kind == .word, nearestWord(tokens[index].span, among: Symbol.declarations) != nil { return true }
    switch symbols[start] {
    case .define, .holding, .invariant, .prefer, .attest:
      // The line before cannot have ended, or this one cannot begin anything.
      let before = tokens[index - 1].kind == .punctuation && ![.rightParen, .rightBracket, .rightBrace].contains(symbols[index - 1])
      return !before && tokens[index].kind == .word && !symbol.isReserved && symbol != .except
    default: return true
    }
  }

  /// One declaration, and whatever stands behind it.
  private mutating func part(isFirst: Bool) {
    let first = position
    while !isAtEnd {
      let start = position
      if !inColumnOne[start], symbol().beginsDeclaration {
        report(.columnOne, "a declaration begins in column 1", at: here, fix: outdenting)
      }
      guard let word = declarationWord() else {
        position = limit
        return
      }
      if isFirst && start == 0 && word != .module {
        report(
          .missingModule, "the file does not begin with its module", at: here,
          notes: ["the first declaration says whose names these are: `module sspr`"])
      }
      if start == first { reportColumnOne(from: start) }
      clauseStart = start
      let isMistaken = diagnostics.count
      do throws(Abandoned) {
        try declaration(word, at: start)
      } catch {
        forgetMixed(since: isMistaken)
        // What is left of it is not read as something else.
        position = limit
        return
      }
      if position < limit, diagnostics.count > isMistaken, !symbol().beginsDeclaration {
        position = limit
        return
      }
    }
  }

  /// Moves the next token to column 1: of its line where white space alone stands before it, else of a new one.
  private var outdenting: Diagnostic.Fix {
    var start = Int(here.start)
    while start > 0, source.bytes[start - 1] == 0x20 || source.bytes[start - 1] == 0x09 { start -= 1 }
    let indent = SourceSpan(file: file, start: Int32(truncatingIfNeeded: start), end: here.start)
    return startsLine()
      ? replacing(indent, with: "", "take out the indentation") : replacing(indent, with: "\n", "put it on a line of its own")
  }

  /// Lines of a declaration that stand too far left are one mistake, with one fix for all.
  private mutating func reportColumnOne(from start: Int) {
    let lines = (start..<limit).dropFirst().filter { inColumnOne[$0] && symbols[$0] != .rightBrace }
    guard let first = lines.first else { return }
    let edits = lines.map { Diagnostic.Fix.Edit(SourceSpan(file: file, start: tokens[$0].span.start, end: tokens[$0].span.start), "  ") }
    report(
      .columnOne, "only a declaration and its closing brace begin in column 1", at: tokens[first].span,
      fix: Diagnostic.Fix(lines.count == 1 ? "indent the line" : "indent the lines", edits))
  }

  /// The word that begins a declaration, a misspelled one mended.
  private mutating func declarationWord() -> Symbol? {
    let word = symbol()
    if word.beginsDeclaration { return word }
    if kind() == .word, let meant = nearestWord(here, among: Symbol.declarations) {
      report(.unknownDeclaration, "there is no declaration `\(shortened(here))`", at: here, fix: replacing(here, with: meant.rawValue))
      return meant
    }
    if !isAtEnd && tokens[position].kind == .invalid || isStrayOnLine[position] { return nil }
    if word == .rightBrace {
      report(.expected, "this `}` closes nothing", at: here)
    } else {
      report(
        .unknownDeclaration, "expected a declaration, found `\(shortened(here))`", at: here,
        notes: ["declarations are " + Symbol.declarations.map { "`\($0.rawValue)`" }.joined(separator: ", ")])
    }
    return nil
  }

  private mutating func declaration(_ word: Symbol, at start: Int) throws(Abandoned) {
    let kind: DeclarationKind?
    advance()
    switch word {
    case .module:
      let name = try expectName("the module's name")
      if let first = module {
        report(
          .secondModule, "the file names its module twice", at: span(from: start),
          related: [Diagnostic.Related(first.span, "the first time")])
      } else {
        module = name
        if !declarations.isEmpty {
          report(.secondModule, "the module stands before all other declarations", at: span(from: start))
        }
      }
      return
    case .as:
      try expect(.of)
      let single = try expectName("the name of a single")
      try expect(.dot)
      kind = .asOf(AsOfDeclaration(single: single, field: try expectName("a field")))
    case .source: kind = .source(try sourceDeclaration())
    case .feature:
      kind = .feature(
        FeatureDeclaration(name: try expectName("the feature's name"), title: try expectTitled("the feature's title, a text")))
    case .product: kind = .product(try productDeclaration())
    case .matrix: kind = .matrix(try matrixDeclaration())
    case .prefer: kind = .prefer(try preferDeclaration())
    case .invariant: kind = .invariant(try invariantDeclaration())
    case .entity: kind = .entity(try entityDeclaration(isSingle: false))
    case .single: kind = .entity(try entityDeclaration(isSingle: true))
    case .record: kind = .record(try recordDeclaration())
    case .fact: kind = .fact(try factDeclaration())
    case .attest: kind = .attest(try attestDeclaration())
    case .define: kind = .define(try defineDeclaration())
    case .lookup: kind = .lookup(try lookupDeclaration())
    case .holding: kind = .holding(try holdingDeclaration())
    case .violation: kind = .rule(try ruleDeclaration(.violation))
    case .warning: kind = .rule(try ruleDeclaration(.warning))
    case .notice: kind = .rule(try ruleDeclaration(.notice))
    case .waiver: kind = try waiverDeclaration(at: start).map { .waiver($0) }
    case .test: kind = .test(try testDeclaration(at: start))
    default: kind = nil
    }
    if let kind { declarations.append(Declaration(kind, at: span(from: start))) }
    guard isAtEnd || inColumnOne[position] || (startsLine() && symbol().beginsDeclaration) || at(.rightBrace) else {
      if !startsLine() { try expectEnd() }
      report(.unexpected, "`\(shortened(here))` does not belong to the declaration above, which has ended", at: here)
      throw .clause
    }
  }

  // MARK: Bodies

  /// `{ clauses }`: each clause begins a line; a misspelled clause word is mended, and a clause that cannot be read costs itself alone.
  mutating func body(_ owner: String, _ words: [Symbol], _ clause: (inout Parser, Symbol, Int) throws(Abandoned) -> Void) throws(Abandoned)
  {
    let open = try openBody()
    clauseStart = position
    var isFirst = true
    while !atEndOfBody {
      let start = position
      // A line that is no clause and stands deeper than the last one belongs to it.
      let isContinued = !isFirst && startsLine() && !words.contains(symbol()) && indentation(start) > indentation(clauseStart)
      if !isContinued { clauseStart = start }
      isFirst = false
      if isContinued {
        if !isStrayOnLine[start - 1] && !isBehindStray[start] { _ = expected("a clause", kind: .unexpected, here: true) }
        skipClause(words)
        continue
      }
      if !startsLine() {
        // Two clauses on a line, or something behind a clause.
        _ = expected("the end of the line", kind: .unexpected, notes: ["a clause begins a line"])
        if !words.contains(symbol()) {
          skipClause(words)
          continue
        }
      }
      guard let word = clauseWord(owner, words) else {
        advance()
        skipClause(words)
        continue
      }
      advance()
      let count = diagnostics.count
      do throws(Abandoned) {
        try clause(&self, word, start)
        if !startsLine() && !at(.rightBrace) { try expectEnd() }
      } catch {
        if position == start { advance() }
        forgetMixed(since: count)
        skipClause(words)
      }
    }
    closeBody(open)
  }

  /// The opening brace; where it is lacking though clauses follow, it is read as if it stood there.
  mutating func openBody() throws(Abandoned) -> Int {
    let open = position
    if accept(.leftBrace) { return open }
    let isBodyThere = startsLine() && !isAtEnd
    let abandoned = expected("`{`", fix: isBodyThere ? inserting(" {", at: previous.end, "write `{`") : nil)
    guard isBodyThere else { throw abandoned }
    return max(0, open - 1)
  }

  var atEndOfBody: Bool { isAtEnd || at(.rightBrace) }

  mutating func closeBody(_ open: Int) {
    guard at(.rightBrace) else {
      report(
        .unclosedBody, "this `{` is not closed", at: tokens[open].span,
        notes: ["its `}` stands in column 1 of the line behind the last clause"])
      return
    }
    if startsLine() && !inColumnOne[position] {
      report(.columnOne, "the closing brace of a declaration stands in column 1", at: here)
    }
    advance()
  }

  private mutating func clauseWord(_ owner: String, _ words: [Symbol]) -> Symbol? {
    let word = symbol()
    if words.contains(word) { return word }
    if kind() == .invalid || isStrayOnLine[position] { return nil }
    if kind() == .word, let meant = nearestWord(here, among: words) {
      report(.unknownClause, "\(owner) has no clause `\(shortened(here))`", at: here, fix: replacing(here, with: meant.rawValue))
      return meant
    }
    let known = words.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    if kind() == .word {
      report(.unknownClause, "\(owner) has no clause `\(shortened(here))`", at: here, notes: ["its clauses are \(known)"])
    } else {
      report(.unknownClause, "expected a clause of \(owner), found `\(shortened(here))`", at: here, notes: ["its clauses are \(known)"])
    }
    return nil
  }

  /// To the next line that begins with a clause word or stands no deeper than the clause that went wrong, or to the end of the body.
  mutating func skipClause(_ words: [Symbol]) {
    let isOnOwnLine = tokens[clauseStart].startsLine
    let indentation = indentation(clauseStart)
    var open = 0
    while !isAtEnd {
      let beginsLine = startsLine() && position > clauseStart
      let isOutdented = beginsLine && self.indentation(position) < indentation
      if at(.rightBrace) && (inColumnOne[position] || isOutdented || (!isOnOwnLine && open <= 0)) { return }
      if beginsLine && !at(.bar) {
        let isLoop = at(.for) && symbol(1) != .each
        let isClause = words.contains(symbol()) && symbol(1) != .colon && !isLoop
        if isClause || (isOnOwnLine && self.indentation(position) <= indentation) { return }
      }
      if beginsLine && at(.bar) && words.contains(.bar) { return }
      if at(.leftBrace) { open += 1 }
      if at(.rightBrace) { open -= 1 }
      advance()
    }
  }

  // MARK: Sources and products

  private mutating func sourceDeclaration() throws(Abandoned) -> SourceDeclaration {
    let name = try expectName("the source's name")
    var declaration = SourceDeclaration(name: name, title: headText("the source's title, a text"), clauses: [])
    try body("a source", [.url, .published, .retrieved, .locale, .translation, .note]) { (parser, word, start) throws(Abandoned) in
      let clause: SourceDeclaration.Clause
      switch word {
      case .url: clause = .url(try parser.expectText("an address, a text"))
      case .published: clause = .published(try parser.expectDay())
      case .retrieved: clause = .retrieved(try parser.expectDay())
      case .locale: clause = .locale(try parser.expectText("a locale, a text like `\"nl-NL\"`"))
      case .translation:
        guard parser.at(.human) || parser.at(.machine) else { throw parser.expected("`human` or `machine`") }
        clause = .translation(isMachine: parser.at(.machine))
        parser.advance()
      default:
        let number = try parser.expectInt("the note's number")
        clause = .note(SourceDeclaration.Note(number: number, text: try parser.expectTitled("the note, a text")))
      }
      declaration.clauses.append(Spanned(clause, at: parser.span(from: start)))
      try parser.checkChain(declaration.clauses.count, "clauses of a source")
    }
    return declaration
  }

  /// A text of a declaration's head; where it is lacking, the body is read all the same.
  mutating func headText(_ what: String) -> TextNode {
    do throws(Abandoned) {
      return try expectText(what)
    } catch {
      skipHead()
      return TextNode(Text(utf8: []), at: behindPrevious)
    }
  }

  private mutating func headTitled(_ what: String) -> Titled {
    do throws(Abandoned) {
      return try expectTitled(what)
    } catch {
      skipHead()
      return Titled(TextNode(Text(utf8: []), at: behindPrevious))
    }
  }

  private mutating func skipHead() {
    while !isAtEnd && !startsLine() && !at(.leftBrace) { advance() }
  }

  private mutating func productDeclaration() throws(Abandoned) -> ProductDeclaration {
    let name = try expectName("the product's name")
    var declaration = ProductDeclaration(name: name, title: headTitled("the product's title, a text"), clauses: [])
    try body("a product", [.formerly, .sku, .plan, .contains, .includes, .requires, .held]) { (parser, word, start) throws(Abandoned) in
      let clause: ProductDeclaration.Clause
      switch word {
      case .formerly: clause = .formerly(try parser.expectTitled("the former title, a text"), try parser.period())
      case .sku: clause = .sku(try parser.expectNameOrText("the name of a SKU"), try parser.expectGuid(), try parser.period())
      case .plan: clause = .plan(try parser.expectNameOrText("the name of a plan"), try parser.expectGuid(), try parser.period())
      case .contains:
        try parser.expect(.plan)
        clause = .containsPlan(try parser.expectNameOrText("the name of a plan"), try parser.expectGuid(), try parser.period())
      case .includes: clause = .includes(try parser.expectReferences("the name of a product"), try parser.period())
      case .requires: clause = .requires(try parser.expectAlternatives("the name of a product"))
      default:
        try parser.expect(.by)
        try parser.expect(.all)
        clause = .heldByAll
      }
      declaration.clauses.append(Spanned(clause, at: parser.span(from: start)))
      try parser.checkChain(declaration.clauses.count, "clauses of a product")
    }
    return declaration
  }

  private mutating func preferDeclaration() throws(Abandoned) -> PreferDeclaration {
    let preferred = try expectReference("the name of a matrix")
    try expect(.over)
    let over = try expectReference("the name of a matrix")
    try expect(.for)
    let features = try expectReferences("the name of a feature")
    try expect(.because)
    return PreferDeclaration(preferred: preferred, over: over, features: features, reason: try expectText("the reason, a text"))
  }

  private mutating func invariantDeclaration() throws(Abandoned) -> InvariantDeclaration {
    let name = try expectName("the invariant's name")
    try expect(.every)
    try expect(.product)
    try expect(.granting)
    let granting = try expectReference("the name of a feature")
    try expect(.grants)
    var declaration = InvariantDeclaration(
      name: name, granting: granting, grants: try expectReference("the name of a feature"), exceptions: [])
    while accept(.except) {
      let product = try expectReference("the name of a product")
      try expect(.because)
      declaration.exceptions.append(InvariantDeclaration.Exception(product: product, reason: try expectText("the reason, a text")))
      try checkChain(declaration.exceptions.count, "exceptions")
    }
    return declaration
  }
}

// MARK: - Messages

extension DiagnosticKind {
  static let unexpected = DiagnosticKind(
    code: "LIC0101",
    summary: "something stands behind the end of a clause or a declaration",
    explanation: """
      A clause begins a line and ends before the next one does; a declaration ends with its last clause or its brace. What stands \
      behind belongs to neither.
      """,
    wrong: """
      module m
      product p "Product" {
        held by all held by all
      }
      """,
    right: """
      module m
      product p "Product" {
        held by all
      }
      """)

  static let unknownDeclaration = DiagnosticKind(
    code: "LIC0102",
    summary: "no declaration begins with this word",
    explanation: """
      In column 1 stands the word that says what is declared. A misspelled one is read as the nearest, so that the rest of the \
      declaration is still checked.
      """,
    wrong: """
      module m
      featur f "Reset"
      """,
    right: """
      module m
      feature f "Reset"
      """)

  static let unknownClause = DiagnosticKind(
    code: "LIC0103",
    summary: "the declaration has no such clause",
    explanation: """
      Within the braces of a declaration each line begins with a clause word. A misspelled one is read as the nearest, so that the \
      rest of the clause is still checked.
      """,
    wrong: """
      module m
      violation v {
        for each user in users
        whem user.enabled
        require user.licensed
        message "{user.name} has no licence."
      }
      """,
    right: """
      module m
      violation v {
        for each user in users
        when user.enabled
        require user.licensed
        message "{user.name} has no licence."
      }
      """)

  static let columnOne = DiagnosticKind(
    code: "LIC0104",
    summary: "declarations and their closing braces begin in column 1, and nothing else does",
    explanation: """
      This is how one mistake is kept from spoiling the rest of the file: wherever a declaration begins, reading begins anew. Clauses, \
      rows of tables and what is broken over lines are indented.
      """,
    wrong: """
      module m
      feature f "Reset"
        feature g "Change"
      """,
    right: """
      module m
      feature f "Reset"
      feature g "Change"
      """)

  static let unclosedBody = DiagnosticKind(
    code: "LIC0105",
    summary: "the brace of a declaration is not closed",
    explanation: """
      The next declaration begins in column 1, or the file ends, before the closing brace.
      """,
    wrong: """
      module m
      product p "Product" {
        held by all
      feature f "Reset"
      """,
    right: """
      module m
      product p "Product" {
        held by all
      }
      feature f "Reset"
      """)

  static let missingModule = DiagnosticKind(
    code: "LIC0106",
    summary: "the file does not begin with its module",
    explanation: """
      Names are looked for in their own module first, and other modules write `module.name`. So every file says in its first line \
      whose names it declares; by convention the module is called as the folder.
      """,
    wrong: """
      feature f "Reset"
      """,
    right: """
      module m
      feature f "Reset"
      """)

  static let secondModule = DiagnosticKind(
    code: "LIC0107",
    summary: "the module stands twice, or not in the first place",
    explanation: """
      A file belongs to one module, which its first declaration names. Several files may belong to the same one.
      """,
    wrong: """
      module m
      feature f "Reset"
      module n
      """,
    right: """
      module m
      feature f "Reset"
      """)
}
