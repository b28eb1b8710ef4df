/// The tokens of a file, what stands between them, and what was no token.
package struct Lexed: Sendable {
  /// In order, without overlap; between two of them are white space and comments only. The last is `.end`.
  package var tokens: [Token] = []
  /// What each token is to the parser; as many as there are tokens.
  package var symbols: [Symbol] = []
  /// From `//` to before the end of the line.
  package var comments: [SourceSpan] = []
  package var diagnostics: [Diagnostic] = []
}

/// Splits any bytes into tokens; never fails, since bytes that are no token become one of kind `.invalid`.
///
/// - Complexity: O(bytes).
package func lex(_ source: SourceFile, file: Int32) -> Lexed {
  var lexer = Lexer(source: source, file: file)
  lexer.run()
  return lexer.lexed
}

private struct Lexer {
  let bytes: [UInt8]
  let file: Int32
  var lexed = Lexed()
  var index = 0
  /// No token has been read on this line.
  var isLineStart = true
  /// One wrong encoding makes many wrong bytes: it is told once.
  var hasToldEncoding = false
  /// No `*/` stands further on: it is not sought again.
  var hasSeenLastBlock = false

  init(source: SourceFile, file: Int32) {
    self.bytes = source.bytes
    self.file = file
  }

  mutating func run() {
    guard bytes.count <= SourceFile.largestSize else {
      report(.fileTooLarge, "the file is larger than \(SourceFile.largestSize >> 20) MB", 0, 0)
      return refuseFile()
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      report(.notUTF8, "the file is in UTF-16", 0, 2, notes: ["save it as UTF-8"])
      return refuseFile()
    }
    // Editors on Windows write a byte-order mark; it says nothing about UTF-8 and counts as white space.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    while index < bytes.count { step() }
    add(.end, .end, from: bytes.count, to: bytes.count)
  }

  /// All bytes as one token that the parser passes over.
  private mutating func refuseFile() {
    let size = min(bytes.count, Int(Int32.max))
    if size > 0 { add(.invalid, .stray, from: 0, to: size) }
    add(.end, .end, from: size, to: size)
  }

  private mutating func step() {
    let byte = bytes[index]
    switch byte {
    case 0x20, 0x09: index += 1
    case 0x0A, 0x0D:
      index += 1
      isLineStart = true
    case 0x22: text()
    case 0x2F where peek(1) == 0x2F: comment()
    case 0x2F where peek(1) == 0x2A: blockComment()
    case 0x23: hashComment()
    case 0x27: singleQuoted()
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: wordOrNumber()
    case 0x80...0xFF: beyondASCII()
    default: sign(byte)
    }
  }

  // MARK: Words and numbers

  /// A run of letters, digits, `_` and inner hyphens is one token, whatever it turns out to be.
  private mutating func wordOrNumber() {
    let start = index
    var end = endOfRun(from: start)
    let hasHyphen = bytes[start..<end].contains(0x2D)
    let hasForeignLetter = bytes[start..<end].contains { $0 >= 0x80 }

    if !hasHyphen && !hasForeignLetter && isLetter(bytes[start]) {
      return add(.word, Symbol(word: bytes[start..<end]), from: start, to: end)
    }
    if looksLikeInstant(start, end) {
      end = endOfInstant(from: end)
      if Instant(parsing: bytes[start..<end]) != nil { return add(.instant, .other_, from: start, to: end) }
      report(
        .noSuchDay, "`\(string(start, end))` is no moment", start, end,
        notes: ["write it as `2026-11-01T09:30:00Z`: a day of the calendar, hours to seconds, in UTC"])
      return add(.invalid, .brokenWord, from: start, to: end)
    }
    if isDigits(start, end) {
      if end + 1 < bytes.count, bytes[end] == 0x2E, isDigit(bytes[end + 1]) {
        let fractionEnd = endOfRun(from: end + 1)
        if isDigits(end + 1, fractionEnd) { return add(.decimal, .other_, from: start, to: fractionEnd) }
        end = fractionEnd
      } else {
        return add(.int, .other_, from: start, to: end)
      }
    }
    if end - start == 10, hasShape("0000-00-00", start) {
      if Day(parsing: bytes[start..<end]) != nil { return add(.date, .other_, from: start, to: end) }
      report(.noSuchDay, "there is no day `\(string(start, end))`", start, end)
      return add(.invalid, .brokenWord, from: start, to: end)
    }
    if Guid(parsing: bytes[start..<end]) != nil { return add(.guid, .other_, from: start, to: end) }

    add(.invalid, .brokenWord, from: start, to: end)
    let run = string(start, end)
    if hasForeignLetter {
      report(
        .strangeWord, "`\(run)` is no word: words are made of the letters a to z, digits and `_`", start, end,
        notes: ["a name with other characters stands in quotes: `\"\(run)\"`"])
    } else if hasHyphen {
      var notes: [String] = []
      if hasShape("0000-", start) && bytes[start..<end].allSatisfy({ isDigit($0) || $0 == 0x2D }) {
        notes.append("a date has four digits, two and two: `2026-11-01`")
      } else if bytes[start..<end].filter({ $0 == 0x2D }).count == 4 && end - start > 24 {
        notes.append("a GUID has 8, 4, 4, 4 and 12 hexadecimal digits; here are \(groups(start, end))")
      } else {
        let parts = bytes[start..<end].split(separator: 0x2D).map { String(decoding: $0, as: UTF8.self) }
        notes.append("a subtraction is written `\(parts.joined(separator: " - "))`; a name that has a hyphen stands in quotes")
      }
      report(
        .neitherGuidNorDate, "`\(run)` is neither a GUID nor a date; a minus needs a space on each side", start, end, notes: notes)
    } else {
      report(
        .strangeWord, "`\(run)` is neither a word nor a number: a word begins with a letter, a number has digits only", start, end)
    }
  }

  private func endOfRun(from start: Int) -> Int {
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if isWordByte(byte) {
        end += 1
      } else if byte == 0x2D && end > start && end + 1 < bytes.count && isWordByte(bytes[end + 1]) && bytes[end - 1] != 0x2D {
        end += 1
      } else if byte >= 0x80, let scalar = DecodedScalar(bytes, at: end), isPartOfStrangeWord(scalar) {
        end += scalar.length
      } else {
        break
      }
    }
    return end
  }

  private func isPartOfStrangeWord(_ scalar: DecodedScalar) -> Bool {
    scalar.value >= 0xAA && !scalar.isInvisible && !scalar.isControl && !scalar.isBidirectionalControl
      && Lexer.mark(scalar.value) == nil && Lexer.otherMark(scalar.value) == nil && Lexer.mended(scalar.value) == nil
      && !Lexer.isQuote(scalar.value)
  }

  private func looksLikeInstant(_ start: Int, _ end: Int) -> Bool {
    end - start >= 11 && hasShape("0000-00-00", start) && bytes[start + 10] | 0x20 == 0x74
  }

  /// Behind the colons, points and signs of a moment, as far as digits follow them.
  private func endOfInstant(from start: Int) -> Int {
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if isWordByte(byte) {
        end += 1
      } else if [0x3A, 0x2E, 0x2B, 0x2D].contains(byte) && end + 1 < bytes.count && isDigit(bytes[end + 1]) {
        end += 1
      } else {
        break
      }
    }
    return end
  }

  private func isDigits(_ start: Int, _ end: Int) -> Bool { bytes[start..<end].allSatisfy(isDigit) }

  /// `0` of the shape stands for any digit.
  private func hasShape(_ shape: String, _ start: Int) -> Bool {
    var place = start
    for expected in shape.utf8 {
      guard place < bytes.count, expected == 0x30 ? isDigit(bytes[place]) : bytes[place] == expected else { return false }
      place += 1
    }
    return true
  }

  private func groups(_ start: Int, _ end: Int) -> String {
    let lengths = bytes[start..<end].split(separator: 0x2D, omittingEmptySubsequences: false).map { String($0.count) }
    return lengths.joined(separator: ", ")
  }

  // MARK: Texts

  private mutating func text() {
    let start = index
    var end = start + 1
    var hasTold = false
    while end < bytes.count, bytes[end] != 0x22 {
      let byte = bytes[end]
      if byte == 0x0A || byte == 0x0D { break }
      if byte == 0x5C {
        let escaped = end + 1 < bytes.count ? bytes[end + 1] : 0x0A
        if escaped != 0x22 && escaped != 0x5C && escaped != 0x7B && escaped != 0x0A && escaped != 0x0D && !hasTold {
          hasTold = true
          let length = DecodedScalar(bytes, at: end + 1)?.length ?? 1
          report(
            .unknownEscape, "`\(string(end, end + 1 + length))` is no escape", end, end + 1 + length,
            notes: ["there are `\\\"`, `\\\\` and `\\{`; a single backslash is written `\\\\`"],
            fix: fix("write `\\\\`", end, end + 1, "\\\\"))
        }
        end += escaped == 0x22 || escaped == 0x5C || escaped == 0x7B ? 2 : 1
      } else {
        end += character(at: end, in: "a text", hasTold: &hasTold)
      }
    }
    if end < bytes.count, bytes[end] == 0x22 {
      add(.text, .other_, from: start, to: end + 1)
    } else {
      add(.invalid, .brokenText, from: start, to: end)
      report(
        .unterminatedText, "this text has no closing `\"`", start, end,
        notes: ["a text stands on one line; a quote in it is written `\\\"`"])
    }
  }

  /// Looks at one character of a text or a comment; reports the first that may not stand there. Returns its length.
  private mutating func character(at place: Int, in what: String, hasTold: inout Bool) -> Int {
    let byte = bytes[place]
    if byte >= 0x20 && byte < 0x7F || byte == 0x09 { return 1 }
    guard let scalar = DecodedScalar(bytes, at: place) else {
      reportEncoding(place, place + 1)
      return 1
    }
    guard scalar.isBidirectionalControl || scalar.isControl else { return scalar.length }
    if hasTold {
      // The first has been told; its fix takes the others out, too.
      if let last = lexed.diagnostics.last, let fix = last.fix, last.kind.code != DiagnosticKind.unknownEscape.code {
        let edit = Diagnostic.Fix.Edit(span(place, place + scalar.length), "")
        lexed.diagnostics[lexed.diagnostics.count - 1].fix = Diagnostic.Fix(fix.title, fix.edits + [edit])
      }
    } else if scalar.isBidirectionalControl {
      reportBidirectional(scalar, at: place)
    } else {
      reportControl(scalar, at: place, in: what)
    }
    hasTold = true
    return scalar.length
  }

  private mutating func singleQuoted() {
    let start = index
    var end = start + 1
    while end < bytes.count, bytes[end] != 0x27, bytes[end] != 0x0A, bytes[end] != 0x0D, bytes[end] != 0x22 { end += 1 }
    guard end < bytes.count, bytes[end] == 0x27 else {
      report(.strangeCharacter, "a text stands in double quotes, not behind `'`", start, start + 1)
      return add(.invalid, .stray, from: start, to: start + 1)
    }
    end += 1
    add(.invalid, .brokenText, from: start, to: end)
    report(
      .strangeCharacter, "a text stands in double quotes", start, end,
      fix: Diagnostic.Fix(
        "write double quotes", [Diagnostic.Fix.Edit(span(start, start + 1), "\""), Diagnostic.Fix.Edit(span(end - 1, end), "\"")]))
  }

  // MARK: Comments

  private mutating func comment() {
    let start = index
    var end = start
    var hasTold = false
    while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += character(at: end, in: "a comment", hasTold: &hasTold) }
    lexed.comments.append(span(start, end))
    index = end
  }

  private mutating func blockComment() {
    let start = index
    var end = start + 2
    if !hasSeenLastBlock { while end + 1 < bytes.count, !(bytes[end] == 0x2A && bytes[end + 1] == 0x2F) { end += 1 } }
    if end + 1 < bytes.count && !hasSeenLastBlock {
      end += 2
    } else {
      hasSeenLastBlock = true
      end = endOfLine(from: start)
    }
    report(.otherComment, "a comment begins with `//` and ends with its line", start, start + 2)
    add(.invalid, .stray, from: start, to: end)
  }

  private mutating func hashComment() {
    let start = index
    report(
      .otherComment, "a comment begins with `//`", start, start + 1, fix: fix("write `//`", start, start + 1, "//"))
    add(.invalid, .stray, from: start, to: endOfLine(from: start))
  }

  private func endOfLine(from start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
    return end
  }

  // MARK: Signs

  private mutating func sign(_ byte: UInt8) {
    let start = index
    let next = peek(1)
    func two(_ symbol: Symbol) { add(.punctuation, symbol, from: start, to: start + 2) }
    func one(_ symbol: Symbol) { add(.punctuation, symbol, from: start, to: start + 1) }
    switch byte {
    case 0x7B: one(.leftBrace)
    case 0x7D: one(.rightBrace)
    case 0x28: one(.leftParen)
    case 0x29: one(.rightParen)
    case 0x5B: one(.leftBracket)
    case 0x5D: one(.rightBracket)
    case 0x2C: one(.comma)
    case 0x3A: one(.colon)
    case 0x2E: one(.dot)
    case 0x7C: one(.bar)
    case 0x2B: one(.plus)
    case 0x2D: one(.minus)
    case 0x2A: one(.star)
    case 0x2F: one(.slash)
    case 0x3F: one(.question)
    case 0x3D: next == 0x3D ? two(.doubleEquals) : one(.equals)
    case 0x3C: next == 0x3D ? two(.lessOrEqual) : one(.less)
    case 0x3E: next == 0x3D ? two(.greaterOrEqual) : one(.greater)
    case 0x21: next == 0x3D ? two(.bangEquals) : one(.bang)
    case 0x26 where next == 0x26: two(.doubleAmpersand)
    default: strangeASCII(byte)
    }
  }

  private mutating func strangeASCII(_ byte: UInt8) {
    let start = index
    if byte < 0x20 || byte == 0x7F {
      if let scalar = DecodedScalar(bytes, at: start) { reportControl(scalar, at: start, in: "policy text") }
      var end = start + 1
      while end < bytes.count, bytes[end] < 0x20 || bytes[end] == 0x7F, ![0x09, 0x0A, 0x0D].contains(bytes[end]) { end += 1 }
      return add(.invalid, .stray, from: start, to: end)
    }
    var end = start + 1
    while end < bytes.count, [0x24, 0x25, 0x26, 0x40, 0x5C, 0x5E, 0x60, 0x7E].contains(bytes[end]), byte != 0x3B { end += 1 }
    var notes: [String] = []
    var fix: Diagnostic.Fix?
    if byte == 0x3B {
      notes = ["a clause ends with its line; fields are separated by a line end or a comma"]
      if isLastOfLine(start) { fix = self.fix("leave it out", start, start + 1, "") }
    }
    report(.strangeCharacter, "`\(string(start, end))` means nothing here", start, end, notes: notes, fix: fix)
    add(.invalid, .stray, from: start, to: end)
  }

  /// Nothing but white space or a comment stands behind a sign on its line, and taking it out joins nothing.
  private func isLastOfLine(_ start: Int) -> Bool {
    var next = start + 1
    while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 { next += 1 }
    guard next < bytes.count, bytes[next] != 0x0A, bytes[next] != 0x0D else { return true }
    let isComment = bytes[next] == 0x2F && next + 1 < bytes.count && bytes[next + 1] == 0x2F
    return isComment && !(start > 0 && bytes[start - 1] == 0x2F)
  }

  // MARK: Beyond ASCII

  private mutating func beyondASCII() {
    let start = index
    guard let scalar = DecodedScalar(bytes, at: start) else {
      var end = start + 1
      while end < bytes.count, bytes[end] >= 0x80, DecodedScalar(bytes, at: end) == nil { end += 1 }
      reportEncoding(start, end)
      return add(.invalid, .stray, from: start, to: end)
    }
    let end = start + scalar.length
    if Lexer.mark(scalar.value) != nil {
      // Emoji may carry the selector of their colour.
      let selector = DecodedScalar(bytes, at: min(end, bytes.count - 1))
      let hasSelector = end < bytes.count && (selector?.value == 0xFE0F || selector?.value == 0xFE0E)
      return add(.mark, .other_, from: start, to: end + (hasSelector ? 3 : 0))
    }
    if let (symbol, spelling) = Lexer.mended(scalar.value) {
      report(
        .strangeCharacter, "`\(string(start, end))` is written `\(spelling)`", start, end,
        fix: fix("write `\(spelling)`", start, end, spelling == "-" && isInDate(start, end) ? spelling : apart(spelling, start, end)))
      return add(.invalid, symbol, from: start, to: end)
    }
    if let isYes = Lexer.otherMark(scalar.value) {
      let spelling = isYes ? "yes" : "-"
      report(
        .strangeCharacter, "`\(string(start, end))` is none of the marks that are read", start, end,
        notes: ["they are ● ✓ ✅ and ✗ ❌; best is `yes` or `-`"], fix: fix("write `\(spelling)`", start, end, apart(spelling, start, end)))
      return add(.invalid, isYes ? .yes : .minus, from: start, to: end)
    }
    if Lexer.isQuote(scalar.value) { return curlyQuoted(from: start, behind: end) }
    if scalar.isBidirectionalControl {
      reportBidirectional(scalar, at: start)
      return add(.invalid, .stray, from: start, to: end)
    }
    if scalar.isInvisible {
      report(
        .strangeCharacter, "\(scalar.name) looks like a space or like nothing, and is neither", start, end,
        fix: fix("write a space", start, end, " "))
      return add(.invalid, .stray, from: start, to: end)
    }
    if scalar.isControl {
      reportControl(scalar, at: start, in: "policy text")
      return add(.invalid, .stray, from: start, to: end)
    }
    if isPartOfStrangeWord(scalar) { return wordOrNumber() }
    report(.strangeCharacter, "`\(string(start, end))` means nothing here", start, end)
    add(.invalid, .stray, from: start, to: end)
  }

  /// A sign of another spelling, with the spaces without which it would run into what stands beside it.
  private func apart(_ spelling: String, _ start: Int, _ end: Int) -> String { spaced(spelling, from: start, to: end, in: bytes) }

  /// A dash is one of a date's or a GUID's, written by a word processor: it joins what stands beside it.
  private func isInDate(_ start: Int, _ end: Int) -> Bool {
    guard end - start == 3 else { return false }
    func dash(_ place: Int) -> Bool {
      place >= 0 && place + 2 < bytes.count && DecodedScalar(bytes, at: place).map { Lexer.mended($0.value)?.1 == "-" } ?? false
    }
    // A GUID has 36 characters, of which four are dashes.
    var run: [UInt8] = [0x2D]
    var place = start
    while place > 0, run.count <= 36 {
      if isWordByte(bytes[place - 1]) || bytes[place - 1] == 0x2D {
        place -= 1
        run.insert(bytes[place], at: 0)
      } else if dash(place - 3) {
        place -= 3
        run.insert(0x2D, at: 0)
      } else {
        break
      }
    }
    place = end
    while place < bytes.count, run.count <= 36 {
      if isWordByte(bytes[place]) || bytes[place] == 0x2D {
        run.append(bytes[place])
        place += 1
      } else if dash(place) {
        run.append(0x2D)
        place += 3
      } else {
        break
      }
    }
    return Day(parsing: run[...]) != nil || Guid(parsing: run[...]) != nil
  }

  private mutating func curlyQuoted(from start: Int, behind opening: Int) {
    var end = opening
    var closing: Int?
    while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D, bytes[end] != 0x22, closing == nil {
      let scalar = DecodedScalar(bytes, at: end)
      if let scalar, Lexer.isQuote(scalar.value) { closing = end }
      end += scalar?.length ?? 1
    }
    guard let closing else {
      report(
        .strangeCharacter, "a text stands in straight double quotes", start, opening, fix: fix("write `\"`", start, opening, "\""))
      return add(.invalid, .brokenText, from: start, to: opening)
    }
    add(.invalid, .brokenText, from: start, to: end)
    report(
      .strangeCharacter, "a text stands in straight double quotes", start, end,
      fix: Diagnostic.Fix(
        "write straight quotes", [Diagnostic.Fix.Edit(span(start, opening), "\""), Diagnostic.Fix.Edit(span(closing, end), "\"")]))
  }

  /// Whether a published mark says yes; nil for what is no mark.
  static func mark(_ scalar: UInt32) -> Bool? {
    switch scalar {
    case 0x25CF, 0x2713, 0x2705: true
    case 0x2717, 0x274C: false
    default: nil
    }
  }

  /// Whether a mark of other tables, which looks like a published one, says yes.
  private static func otherMark(_ scalar: UInt32) -> Bool? {
    switch scalar {
    case 0x2714, 0x2611, 0x1F5F8, 0x2B24, 0x26AB: true
    case 0x2718, 0x2716, 0x2612, 0x1F5F4: false
    default: nil
    }
  }

  /// What word processors and mathematicians write for a sign of the language.
  private static func mended(_ scalar: UInt32) -> (Symbol, String)? {
    switch scalar {
    case 0x2010...0x2015, 0x2212: (.minus, "-")
    case 0x2264: (.lessOrEqual, "<=")
    case 0x2265: (.greaterOrEqual, ">=")
    case 0x2260: (.bangEquals, "is not")
    case 0x00D7: (.star, "*")
    case 0x00F7: (.slash, "/")
    case 0xFF5C: (.bar, "|")
    default: nil
    }
  }

  private static func isQuote(_ scalar: UInt32) -> Bool {
    (0x2018...0x201F).contains(scalar) || scalar == 0x00AB || scalar == 0x00BB || scalar == 0x2039 || scalar == 0x203A
  }

  // MARK: Reports

  private mutating func reportEncoding(_ start: Int, _ end: Int) {
    guard !hasToldEncoding else { return }
    hasToldEncoding = true
    let digits = String(bytes[start], radix: 16, uppercase: true)
    report(
      .notUTF8, "the byte \(digits) is not UTF-8", start, end, notes: ["the file seems to be in another encoding: save it as UTF-8"])
  }

  private mutating func reportBidirectional(_ scalar: DecodedScalar, at place: Int) {
    report(
      .bidirectionalControl, "the control \(scalar.name) shows text in another order than it is read in", place, place + scalar.length,
      fix: fix("leave it out", place, place + scalar.length, ""))
  }

  private mutating func reportControl(_ scalar: DecodedScalar, at place: Int, in what: String) {
    report(
      .controlCharacter, "the control character \(scalar.name) may not stand in \(what)", place, place + scalar.length,
      fix: fix("leave it out", place, place + scalar.length, ""))
  }

  private func peek(_ distance: Int) -> UInt8? { index + distance < bytes.count ? bytes[index + distance] : nil }

  private func span(_ start: Int, _ end: Int) -> SourceSpan {
    SourceSpan(file: file, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: min(end, bytes.count)))
  }

  private func string(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<min(end, bytes.count)], as: UTF8.self) }

  private func fix(_ title: String, _ start: Int, _ end: Int, _ replacement: String) -> Diagnostic.Fix {
    Diagnostic.Fix(title, [Diagnostic.Fix.Edit(span(start, end), replacement)])
  }

  private mutating func add(_ kind: Token.Kind, _ symbol: Symbol, from start: Int, to end: Int) {
    lexed.tokens.append(Token(kind, at: span(start, end), startsLine: isLineStart))
    lexed.symbols.append(symbol)
    isLineStart = false
    index = end
  }

  private mutating func report(
    _ kind: DiagnosticKind, _ message: String, _ start: Int, _ end: Int, notes: [String] = [], fix: Diagnostic.Fix? = nil
  ) {
    guard lexed.diagnostics.count < Limits.diagnostics else { return }
    lexed.diagnostics.append(Diagnostic(kind, message, at: span(start, end), notes: notes, fix: fix))
  }
}

/// Whether a token of kind `.mark` says yes.
package func isAffirmative(mark bytes: ArraySlice<UInt8>) -> Bool {
  bytes.isEmpty ? false : DecodedScalar(Array(bytes), at: 0).flatMap { Lexer.mark($0.value) } ?? false
}

/// A text that takes the place of source bytes, with a space at each end that would run into what stands beside it.
func spaced(_ text: String, from start: Int, to end: Int, in bytes: [UInt8]) -> String {
  func joins(_ own: UInt8?, _ other: UInt8, isBefore: Bool) -> Bool {
    guard let own else { return false }
    // A sign beyond ASCII may be about to become a word, and a `!` behind a word one, too.
    let isWord = isWordByte(other) || other == 0x2D || other >= 0x80
    if isWordByte(own) { return isWord || (!isBefore && other == 0x21) }
    if own == 0x2F { return other == 0x2F || other >= 0x80 }
    return own == 0x2D && isWord
  }
  let (first, last) = (text.utf8.first, text.utf8.last)
  let before = start > 0 && joins(first, bytes[start - 1], isBefore: true)
  var behind = end < bytes.count && joins(last, bytes[end], isBefore: false)
  // A minus before a number is its sign, unless a word or number stands before it.
  if text == "-", !before { behind = false }
  return (before ? " " : "") + text + (behind ? " " : "")
}
