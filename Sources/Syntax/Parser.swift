/// Reads a policy file into a tree; any bytes give a tree, and what is wrong with them stands in its diagnostics, in the order of their places.
///
/// - Complexity: O(bytes).
package func parse(_ source: SourceFile, file: Int32) -> SyntaxTree {
  let lexed = lex(source, file: file)
  var parser = Parser(source: source, file: file, lexed: lexed)
  parser.parseFile()
  var tree = SyntaxTree(source: source, file: file)
  tree.tokens = lexed.tokens
  tree.comments = lexed.comments
  tree.module = parser.module
  tree.declarations = parser.declarations
  tree.expressions = parser.expressions
  tree.diagnostics = inOrder(lexed.diagnostics + independent(parser.diagnostics, of: lexed, source), source: source, file: file)
  return tree
}

/// Without those on a line of which the lexer has refused a token: what seems to be lacking there is what that token was meant to be.
private func independent(_ diagnostics: [Diagnostic], of lexed: Lexed, _ source: SourceFile) -> [Diagnostic] {
  guard !lexed.diagnostics.isEmpty else { return diagnostics }
  var refused: Set<Int> = []
  for token in lexed.tokens where token.kind == .invalid {
    refused.formUnion(source.line(of: token.span.start)...source.line(of: token.span.end))
  }
  return diagnostics.filter { !refused.contains(source.line(of: $0.span.start)) }
}

/// By place, cut off at the limit with a last word about it.
private func inOrder(_ diagnostics: [Diagnostic], source: SourceFile, file: Int32) -> [Diagnostic] {
  let places = diagnostics.indices.sorted { left, right in
    (diagnostics[left].span.start, left) < (diagnostics[right].span.start, right)
  }
  var ordered = places.prefix(Limits.diagnostics).map { diagnostics[$0] }
  if diagnostics.count >= Limits.diagnostics, let last = ordered.last {
    ordered.append(Diagnostic(.tooManyMistakes, "after \(Limits.diagnostics) mistakes, the rest of this file is not told", at: last.span))
  }
  return ordered
}

/// Thrown where a clause cannot be read on; its diagnostic has been given.
enum Abandoned: Error { case clause }

/// One pass of recursive descent over the tokens of one file.
///
/// Recovery stands on the layout: `limit` is the end of the declaration (or of the table's cell) that is being read, and no mistake in it reaches
/// beyond. A function that throws has reported; whoever catches skips to the next clause.
struct Parser {
  let source: SourceFile
  let file: Int32
  /// The tokens that the parser sees: all but the strays.
  let tokens: [Token]
  let symbols: [Symbol]
  /// The token stands in column 1.
  let inColumnOne: [Bool]
  /// A stray stands between the token before and this one.
  let isBehindStray: [Bool]
  /// A stray stands before the token on its line.
  let isStrayOnLine: [Bool]

  var position = 0
  /// The index of the first token that may not be read now.
  var limit = 0
  /// How deep the functions of expressions and types are in one another.
  var depth = 0
  /// Where the clause or field that is being read begins.
  var clauseStart = 0
  var module: NameNode?
  var declarations: [Declaration] = []
  var expressions: [Expression] = []
  /// For each expression, how many lie one in another in it.
  var heights: [Int] = []
  var diagnostics: [Diagnostic] = []

  init(source: SourceFile, file: Int32, lexed: Lexed) {
    self.source = source
    self.file = file
    var tokens: [Token] = []
    var symbols: [Symbol] = []
    var inColumnOne: [Bool] = []
    var isBehindStray: [Bool] = []
    var isStrayOnLine: [Bool] = []
    var hasStray = false
    var hasStrayOnLine = false
    tokens.reserveCapacity(lexed.tokens.count)
    symbols.reserveCapacity(lexed.tokens.count)
    inColumnOne.reserveCapacity(lexed.tokens.count)
    // The token behind a stray stands where the stray stood.
    var lineStart: (columnOne: Bool, inherited: Bool) = (false, false)
    for index in lexed.tokens.indices {
      let token = lexed.tokens[index]
      if token.startsLine {
        let start = Int(token.span.start)
        let columnOne =
          start == 0 || source.bytes[start - 1] == 0x0A || source.bytes[start - 1] == 0x0D || (start == 3 && source.bytes[0] == 0xEF)
        lineStart = (columnOne, false)
      }
      if token.startsLine { hasStrayOnLine = false }
      if lexed.symbols[index] == .stray {
        (hasStray, hasStrayOnLine) = (true, true)
        if token.startsLine { lineStart.inherited = true }
        continue
      }
      let startsLine = token.startsLine || lineStart.inherited
      tokens.append(Token(token.kind, at: token.span, startsLine: startsLine))
      symbols.append(lexed.symbols[index])
      inColumnOne.append(startsLine && lineStart.columnOne)
      isBehindStray.append(hasStray)
      isStrayOnLine.append(hasStrayOnLine)
      (lineStart.inherited, hasStray) = (false, false)
    }
    self.tokens = tokens
    self.symbols = symbols
    self.inColumnOne = inColumnOne
    self.isBehindStray = isBehindStray
    self.isStrayOnLine = isStrayOnLine
  }

  // MARK: Looking

  /// The symbol at a distance from here; `.end` at the limit and beyond.
  func symbol(_ distance: Int = 0) -> Symbol {
    let index = position + distance
    return index < limit ? symbols[index] : .end
  }

  func kind(_ distance: Int = 0) -> Token.Kind {
    let index = position + distance
    return index < limit ? tokens[index].kind : .end
  }

  func at(_ symbol: Symbol) -> Bool { self.symbol() == symbol }
  var isAtEnd: Bool { position >= limit }

  /// The next token is the first of its line, or there is none.
  func startsLine(_ distance: Int = 0) -> Bool {
    let index = position + distance
    return index >= limit || tokens[index].startsLine
  }

  /// Where the next token is; at the limit, the place behind the last one.
  var here: SourceSpan { position < limit ? tokens[position].span : behindPrevious }

  /// The last token read.
  var previous: SourceSpan { position > 0 ? tokens[position - 1].span : SourceSpan(file: file, start: 0, end: 0) }

  var behindPrevious: SourceSpan { SourceSpan(file: file, start: previous.end, end: previous.end) }

  /// The bytes before a token on its line.
  func indentation(_ index: Int) -> Int {
    let end = Int(tokens[index].span.start)
    var start = end
    while start > 0, source.bytes[start - 1] == 0x20 || source.bytes[start - 1] == 0x09 { start -= 1 }
    return end - start
  }

  /// The next token begins a line that stands no deeper than the clause that is being read: a line of its own, not a part of it.
  var isAtNextClause: Bool {
    startsLine() && !isAtEnd && position > clauseStart && !inColumnOne[position] && tokens[clauseStart].startsLine
      && indentation(position) <= indentation(clauseStart)
  }

  /// The lexer has refused none of the tokens from an index to here.
  func isClean(from start: Int) -> Bool {
    (start..<max(start, position)).allSatisfy { tokens[$0].kind != .invalid && !isBehindStray[$0] }
  }

  func bytes(_ span: SourceSpan) -> ArraySlice<UInt8> { source.slice(span) }

  /// From the token at an index to the last one read.
  func span(from start: Int) -> SourceSpan {
    guard start < position else { return start < tokens.count ? tokens[start].span : behindPrevious }
    return tokens[start].span.through(previous)
  }

  // MARK: Taking

  mutating func advance() { position += 1 }

  mutating func accept(_ symbol: Symbol) -> Bool {
    guard at(symbol) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ symbol: Symbol, for purpose: String = "") throws(Abandoned) {
    if accept(symbol) { return }
    if kind() == .word, !startsLine(), nearestWord(here, among: [symbol]) != nil {
      report(
        .expected, "expected `\(symbol.rawValue)`\(purpose), found `\(shortened(here))`", at: here,
        fix: replacing(here, with: symbol.rawValue))
      return advance()
    }
    throw expected("`\(symbol.rawValue)`" + purpose)
  }

  /// A clause or a declaration has been read: its line has to end here, or what it stands in.
  mutating func expectEnd(_ what: String = "the end of the line") throws(Abandoned) {
    let operators: [Symbol] = [
      .and, .or, .not, .is, .in, .within, .contains, .starts, .ends, .matches, .has, .holds, .else, .where, .satisfy, .for, .from, .before,
      .with,
    ]
    let meant = kind() == .word ? nearestWord(here, among: operators) : nil
    throw expected(what, kind: .unexpected, fix: meant.map { replacing(here, with: $0.rawValue) })
  }

  // MARK: Telling

  /// Reports what was expected here, and what stands here instead.
  ///
  /// - Parameter isHere: the next token is the mistake, even on a new line; else a line that has ended too early is.
  mutating func expected(
    _ what: String, kind: DiagnosticKind = .expected, here isHere: Bool = false, notes: [String] = [], fix: Diagnostic.Fix? = nil
  ) -> Abandoned {
    // The lexer has spoken of a broken token.
    if !isAtEnd && tokens[position].kind == .invalid { return .clause }
    if isExcused(isHere) { return .clause }
    if isHere && !isAtEnd {
      report(kind, "expected \(what), found `\(shortened(here))`", at: here, notes: notes, fix: fix)
    } else {
      report(kind, "expected \(what), found \(found)", at: placeOfMistake, notes: notes, fix: fix)
    }
    return .clause
  }

  /// The lexer has told of a stray before this place on its line, which may be what is lacking here.
  func isExcused(_ isHere: Bool) -> Bool {
    guard position < tokens.count else { return false }
    let isBehindLine = position > 0 && startsLine() && !isHere
    return isBehindLine ? isBehindStray[position] || isStrayOnLine[position - 1] : isStrayOnLine[position]
  }

  /// Where something is lacking: at the next token, or behind the last one where the line has ended.
  var placeOfMistake: SourceSpan { position > 0 && startsLine() ? behindPrevious : here }

  /// The next token, for people.
  var found: String {
    if isAtEnd {
      if position < tokens.count && symbols[position] == .bar { return "the end of the cell" }
      return position + 1 >= tokens.count ? "the end of the file" : "the end of the line"
    }
    if position > 0 && startsLine() { return "the end of the line" }
    return "`\(shortened(here))`"
  }

  /// The source text of a span, cut off where it is long.
  func shortened(_ span: SourceSpan) -> String {
    let text = source.slice(span)
    guard text.count > 60 else { return String(decoding: text, as: UTF8.self) }
    var cut = text.prefix(57)
    while let last = cut.last, last & 0xC0 == 0x80 { cut = cut.dropLast() }
    if let last = cut.last, last >= 0xC0 { cut = cut.dropLast() }
    return String(decoding: cut, as: UTF8.self) + "…"
  }

  mutating func report(
    _ kind: DiagnosticKind, _ message: String, at span: SourceSpan, related: [Diagnostic.Related] = [], notes: [String] = [],
    fix: Diagnostic.Fix? = nil
  ) {
    guard diagnostics.count < Limits.diagnostics else { return }
    diagnostics.append(Diagnostic(kind, message, at: span, related: related, notes: notes, fix: fix))
  }

  func replacing(_ span: SourceSpan, with text: String, _ title: String? = nil) -> Diagnostic.Fix {
    Diagnostic.Fix(title ?? "write `\(text)`", [Diagnostic.Fix.Edit(span, text)])
  }

  func inserting(_ text: String, at offset: Int32, _ title: String? = nil) -> Diagnostic.Fix {
    replacing(SourceSpan(file: file, start: offset, end: offset), with: text, title)
  }

  /// The word of the language, among these, that a misspelled one was probably meant to be.
  func nearestWord(_ span: SourceSpan, among words: [Symbol]) -> Symbol? {
    nearest(Text(bytes(span)), among: words.lazy.map { Text($0.rawValue) }).flatMap { name in words.first { Text($0.rawValue) == name } }
  }
}

// MARK: - Messages

extension DiagnosticKind {
  static let expected = DiagnosticKind(
    code: "LIC0100",
    summary: "something else is expected here",
    explanation: """
      The text cannot be read on at this place. The message says what may stand there, and what was found instead.
      """,
    wrong: """
      module m
      feature f
      """,
    right: """
      module m
      feature f "Reset"
      """)

  static let tooManyMistakes = DiagnosticKind(
    code: "LIC0126",
    summary: "a file has more mistakes than are told",
    explanation: """
      After a thousand mistakes the rest of the file is not told, since the file is most likely not a policy, or one mistake at its \
      beginning has caused the others.
      """,
    wrong: "",
    right: "module m")
}
