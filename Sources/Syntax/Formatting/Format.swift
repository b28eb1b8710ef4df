/// What became of a file that was to be formatted.
package enum Formatted: Sendable {
  /// The canonical form, and what stood otherwise than the language spells it: each has been mended.
  case text([UInt8], mended: [Diagnostic])
  /// The file has mistakes, or the formatter would have lost something; it is to be left as it is, byte for byte.
  case refused([Diagnostic])
}

/// Gives a policy text its one canonical form.
///
/// Layout alone is changed, apart from signs that have another spelling: published marks become `yes` and `-`, GUIDs their lower case, and what
/// the language refuses but knows how to write (`==`, `≤`, curly quotes, a clause in column 1) is written so. A file that has any other mistake is
/// refused.
///
/// - Complexity: O(bytes).
package func format(_ source: SourceFile) -> Formatted {
  var tree = parse(source, file: 0)
  var mended: [Diagnostic] = []
  // A sign that the lexer refuses hides what the parser would say of its line, and of very many not all are told at once.
  for _ in tree.tokens {
    let mendable = tree.diagnostics.filter { $0.severity == .error && isOtherSpelling($0) }
    guard !mendable.isEmpty, let next = tree.mended(mendable) else { break }
    mended += mendable
    tree = next
  }
  let mistakes = tree.diagnostics.filter { $0.severity == .error }
  guard mistakes.isEmpty else { return .refused(mended.isEmpty ? mistakes : parse(source, file: 0).diagnostics) }
  var formatter = Formatter(tree)
  guard let bytes = formatter.run() else { return .refused([]) }
  let formatted = parse(SourceFile(path: source.path, bytes: bytes), file: 0)
  guard !formatted.diagnostics.contains(where: { $0.severity == .error }), isSame(tree, formatted) else { return .refused([]) }
  return .text(bytes, mended: mended)
}

/// Whether a mistake is a sign for which the language has one other spelling, or a line that stands too far left or right, and nothing else.
private func isOtherSpelling(_ diagnostic: Diagnostic) -> Bool {
  let kinds: [DiagnosticKind] = [.otherSpelling, .strangeCharacter, .columnOne]
  return diagnostic.fix != nil && kinds.contains { $0.code == diagnostic.kind.code }
}

extension SyntaxTree {
  /// The tree of the text with the fixes of diagnostics.
  ///
  /// - Returns: nil where there are none, two of them touch the same place, or a token or comment that they do not replace has become another.
  fileprivate func mended(_ diagnostics: [Diagnostic]) -> SyntaxTree? {
    let edits = diagnostics.flatMap { $0.fix?.edits ?? [] }.sorted { ($0.span.start, $0.span.end) < ($1.span.start, $1.span.end) }
    guard !edits.isEmpty, let mending = Mending(edits, of: source.bytes) else { return nil }
    let mended = parse(SourceFile(path: source.path, bytes: mending.bytes), file: file)
    return mending.keeps(self, in: mended) ? mended : nil
  }
}

/// A text in which places have been replaced, and where everything else now stands.
private struct Mending {
  private(set) var bytes: [UInt8] = []
  /// In order: the places as they were, and what stands in them now.
  private var replaced: [(old: Range<Int>, new: Range<Int>, isQuote: Bool)] = []

  /// Nil where two edits touch the same place.
  init?(_ edits: [Diagnostic.Fix.Edit], of old: [UInt8]) {
    var end = 0
    for edit in edits {
      guard Int(edit.span.start) >= end else { return nil }
      bytes += old[end..<Int(edit.span.start)]
      let start = bytes.count
      bytes += edit.replacement.utf8
      end = Int(edit.span.end)
      replaced.append((Int(edit.span.start)..<end, start..<bytes.count, edit.replacement == "\""))
    }
    bytes += old[end...]
  }

  /// Whether each token and comment that has not been replaced is still there, for itself, and nothing has come beside the replacements.
  ///
  /// - Complexity: O(tokens).
  func keeps(_ old: SyntaxTree, in new: SyntaxTree) -> Bool {
    guard moved(old.comments.map(range)) == new.comments.map(range) else { return false }
    let kept = moved(old.tokens.filter { $0.kind != .end }.map { range($0.span) })
    var next = kept.startIndex
    var place = replaced.startIndex
    for token in new.tokens where token.kind != .end {
      let found = range(token.span)
      if next < kept.endIndex, kept[next] == found {
        next += 1
        continue
      }
      while place < replaced.endIndex, replaced[place].new.upperBound <= found.lowerBound { place += 1 }
      guard place < replaced.endIndex, replaced[place].new.lowerBound <= found.lowerBound else { return false }
      if found.upperBound <= replaced[place].new.upperBound { continue }
      // A quote that opened nothing now opens a text.
      guard token.kind == .text, replaced[place].isQuote else { return false }
      while next < kept.endIndex, kept[next].lowerBound < found.upperBound {
        guard kept[next].lowerBound > found.lowerBound, kept[next].upperBound <= found.upperBound else { return false }
        next += 1
      }
    }
    return next == kept.endIndex
  }

  private func range(_ span: SourceSpan) -> Range<Int> { Int(span.start)..<Int(span.end) }

  /// Where ranges stand now, without those that have been replaced whole.
  private func moved(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var place = replaced.startIndex
    var shift = 0
    for range in ranges {
      while place < replaced.endIndex, replaced[place].old.upperBound <= range.lowerBound {
        shift = replaced[place].new.upperBound - replaced[place].old.upperBound
        place += 1
      }
      var last = place
      var lastShift = shift
      var isReplaced = false
      while last < replaced.endIndex, replaced[last].old.lowerBound < range.upperBound {
        let (old, new, _) = replaced[last]
        if old.lowerBound <= range.lowerBound, range.upperBound <= old.upperBound { isReplaced = true }
        lastShift = new.upperBound - old.upperBound
        last += 1
      }
      if !isReplaced { result.append(range.lowerBound + shift..<range.upperBound + lastShift) }
    }
    return result
  }
}

/// Whether a formatted text has the tokens and comments of the tree that it was made from, in their order: the formatter's own guard.
private func isSame(_ tree: SyntaxTree, _ formatted: SyntaxTree) -> Bool {
  guard formatted.comments.count == tree.comments.count else { return false }
  var before = Reading(tokens: tree.tokens, comments: tree.comments, source: tree.source)
  var after = Reading(tokens: formatted.tokens, comments: formatted.comments, source: formatted.source)
  while true {
    let (left, right) = (before.next(), after.next())
    guard left == right else { return false }
    if left == nil { return true }
  }
}

/// What a text says, piece by piece: tokens and comments in their order, without commas (a line end parts fields, too) and without dashes of tables.
private struct Reading {
  let tokens: [Token]
  let comments: [SourceSpan]
  let source: SourceFile
  private var token = 0
  private var comment = 0
  /// The next token stands in a line of bars, dashes and colons alone.
  private var isInDashes = false

  init(tokens: [Token], comments: [SourceSpan], source: SourceFile) {
    self.tokens = tokens
    self.comments = comments
    self.source = source
  }

  mutating func next() -> ArraySlice<UInt8>? {
    while token < tokens.count {
      let next = tokens[token]
      if comment < comments.count, comments[comment].start < next.span.start {
        comment += 1
        return trimmed(source.slice(comments[comment - 1]))
      }
      if next.kind == .end { return nil }
      token += 1
      if next.startsLine { isInDashes = isDashes(from: token - 1) }
      let bytes = spelled(next, in: source)
      let sign = bytes.count == 1 ? bytes[bytes.startIndex] : 0
      if sign == 0x2C || (isInDashes && sign != 0x7C) { continue }
      return bytes
    }
    return nil
  }

  private func isDashes(from start: Int) -> Bool {
    guard source.bytes[Int(tokens[start].span.start)] == 0x7C else { return false }
    var index = start
    repeat {
      let sign = source.bytes[Int(tokens[index].span.start)]
      guard sign == 0x7C || sign == 0x2D || sign == 0x3A else { return false }
      index += 1
    } while tokens[index].kind != .end && !tokens[index].startsLine
    return true
  }
}

/// The bytes of a token as they are written in canonical form.
func spelled(_ token: Token, in source: SourceFile) -> ArraySlice<UInt8> {
  let bytes = source.slice(token.span)
  switch token.kind {
  case .mark: return isAffirmative(mark: bytes) ? [0x79, 0x65, 0x73] : [0x2D]
  case .guid: return ArraySlice(bytes.map { isLetter($0) ? $0 | 0x20 : $0 })
  case .word, .int, .decimal, .date, .instant, .text, .punctuation, .invalid, .end: return bytes
  }
}

/// Without the white space at its end.
func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var bytes = bytes
  while bytes.last == 0x20 || bytes.last == 0x09 { bytes.removeLast() }
  return bytes
}
