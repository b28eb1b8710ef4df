import Syntax
import TestSupport
import Testing

/// What is wrong with how a tree stands to its source; nil where tokens and gaps are the source, and gaps are white space and comments.
private func flaw(of bytes: [UInt8]) -> String? {
  let source = SourceFile(path: "m.licet", bytes: bytes)
  let tree = parse(source, file: 3)
  guard let last = tree.tokens.last, last.kind == .end, Int(last.span.start) == bytes.count else { return "no end" }
  var place: Int32 = 0
  var comments = tree.comments[...]
  var rebuilt: [UInt8] = []
  for token in tree.tokens {
    guard token.span.file == 3, token.span.start >= place, token.span.end >= token.span.start else { return "tokens overlap at \(place)" }
    guard token.kind == .end || !token.span.isEmpty else { return "an empty token at \(place)" }
    while place < token.span.start {
      if let comment = comments.first, comment.start == place {
        guard comment.end <= token.span.start, source.slice(comment).starts(with: [0x2F, 0x2F]) else {
          return "a comment over a token at \(place)"
        }
        rebuilt += source.slice(comment)
        place = comment.end
        comments = comments.dropFirst()
      } else {
        let byte = bytes[Int(place)]
        let isMark = place < 3 && bytes.starts(with: [0xEF, 0xBB, 0xBF])
        guard [0x20, 0x09, 0x0A, 0x0D].contains(byte) || isMark else { return "byte \(byte) at \(place) is in no token" }
        rebuilt.append(byte)
        place += 1
      }
    }
    rebuilt += source.slice(token.span)
    place = token.span.end
  }
  guard comments.isEmpty else { return "comments are left over" }
  guard rebuilt == bytes else { return "the source is not rebuilt" }
  for diagnostic in tree.diagnostics {
    let span = diagnostic.span
    guard span.file == 3, span.start >= 0, span.start <= span.end, Int(span.end) <= bytes.count else {
      return "\(diagnostic.kind.code) has no place"
    }
    for edit in diagnostic.fix?.edits ?? [] {
      guard edit.span.start >= 0, edit.span.start <= edit.span.end, Int(edit.span.end) <= bytes.count else {
        return "a fix of \(diagnostic.kind.code) has no place"
      }
    }
  }
  let files = Array(repeating: source, count: 4)
  let drawn = DiagnosticRenderer(.text(color: true)).render(tree.diagnostics, in: files)
  guard drawn.isEmpty == tree.diagnostics.isEmpty else { return "rendered to nothing" }
  guard !tree.tokens.contains(where: { $0.kind == .invalid }) || !tree.diagnostics.isEmpty else { return "an invalid token without a word" }
  return nil
}

@Test(arguments: corpus("syntax/good") + corpus("syntax/bad")) func `tokens and gaps are the source`(_ example: CorpusCase) {
  #expect(flaw(of: example.bytes) == nil)
}

@Test(arguments: corpus("syntax/good")) func `cut off anywhere, a file is still read`(_ example: CorpusCase) {
  let bytes = example.bytes
  // Every place of short files; of long ones, places that a seed chooses.
  var generator = Seeded(UInt64(bytes.count))
  for count in bytes.count < 700 ? Array(0...bytes.count) : (0..<120).map({ _ in Int.random(in: 0...bytes.count, using: &generator) }) {
    let found = flaw(of: Array(bytes[..<count]))
    #expect(found == nil, "cut at \(count)")
  }
}

@Test(arguments: corpus("syntax/good")) func `damaged, a file is still read`(_ example: CorpusCase) {
  let alphabet = Array("\"{}()[]|,:.=<>+-*/?&!; \n\r\taz09_é●\u{202E}\u{0}".utf8) + [0x80, 0xFF]
  var generator = Seeded(7)
  for round in 0..<60 {
    var bytes = example.bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)], at: place)
      case 2: bytes[place] = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator)))
      }
      if bytes.isEmpty { bytes = [0x6D] }
    }
    #expect(flaw(of: bytes) == nil, "round \(round)")
  }
}

@Test func `any bytes are read`() {
  var generator = Seeded(11)
  let words = [
    "module m\n", "matrix x {\n", "  | a | b |\n", "|---|", "define a = ", "any (", " for each ", "\"", "{", "}", "\n}\n", "// ", "/*",
    "0001-01-01T", "●", "test \"t\" {\n", " cases\n", "list of ", "one of ", "not ", "is ", "\u{FEFF}", "1.", "-", "||",
  ]
  for round in 0..<20_000 {
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0..<8, using: &generator) {
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: bytes.append(UInt8.random(in: 0...255, using: &generator))
      case 1: bytes.append(UInt8.random(in: 0x20...0x7E, using: &generator))
      default: bytes += words[Int.random(in: 0..<words.count, using: &generator)].utf8
      }
    }
    if let flaw = flaw(of: bytes) { Issue.record("round \(round): \(flaw)") }
  }
}

@Test func `20,000 mutants of the policies are read`() {
  let files = policyFiles()
  let pieces = [
    "\"", "{", "}", "(", ")", "[", "|", "\n", "\n}\n", "//", "any (", "for each ", " and ", " or ", "-", "9999999999999999999999",
    "0000-00-00",
    "2026-02-30", "●", "\u{202E}", "\u{FEFF}", "\u{0}", "matrix x {\n", "when ", "not ", "else ", "99999999-9999-9999-9999-99999999999g",
  ]
  var generator = Seeded(2)
  for round in 0..<20_000 {
    let bytes = files[Int.random(in: 0..<files.count, using: &generator)].bytes
    // A part of a file, since what goes wrong goes wrong within a declaration or two.
    let start = Int.random(in: 0..<bytes.count, using: &generator)
    let part = Array(bytes[start..<min(bytes.count, start + Int.random(in: 1...500, using: &generator))])
    if let flaw = flaw(of: generator.mutant(of: part, pieces)) { Issue.record("round \(round): \(flaw)") }
  }
}

@Test func `reading takes time in proportion to size`() {
  let hostile = [
    "/* ", "\"", "'", "“", "{", "(", "| ", "a-", "0001-01-01T", "define a = ", "define a = (\n", "module m ", "  module m\n", "}\n",
    "\u{202E}", "x:", "violation v {\n", "\"{\" ",
    "a.", "not ", "|\n", "  | a |\n", "one of \"a\", ", "é", "//", "1.",
  ]
  let clock = ContinuousClock()
  for piece in hostile {
    func time(_ count: Int) -> Duration {
      let source = SourceFile(path: "m", bytes: Array(("module m\ntest \"t\" {\n" + String(repeating: piece, count: count)).utf8))
      return (0..<2).map { _ in clock.measure { _ = parse(source, file: 0) } }.min() ?? .zero
    }
    let (short, long) = (time(500), time(8_000))
    // Sixteen times as long; quadratic would be 256 times.
    #expect(long < short * 64 + .milliseconds(60), "\(piece): \(short), then \(long)")
  }
}

/// Policies as people write them: `words` gives names that begin declarations, where a missing word leaves another reading.
private let ordinary = corpus("syntax/good").filter { $0.name != "words" }

@Test(arguments: ordinary) func `one mistake gives one message`(_ example: CorpusCase) {
  let bytes = example.bytes
  let tokens = parse(SourceFile(path: "m.licet", bytes: bytes), file: 0).tokens
  var generator = Seeded(5)
  for token in tokens where token.kind != .end {
    // A brace or a bar may be missed at several places; of the others, a sample.
    let (start, end) = (Int(token.span.start), Int(token.span.end))
    if end - start == 1, "{}|".utf8.contains(bytes[start]) { continue }
    guard Int.random(in: 0..<12, using: &generator) == 0 else { continue }
    let text = Array(bytes[start..<end])
    // Left out, doubled, misspelled, another word, and a character that is none.
    var replacements: [[UInt8]] = [[], text + [0x20] + text, [bytes[start]] + text.dropFirst(2), Array("zz".utf8)]
    // The place where a bracket is missed may be lines away from the character that took its place.
    if end - start > 1 || isLetter(text) { replacements.append([0x40]) }
    for replacement in replacements {
      var damaged = bytes
      damaged.replaceSubrange(start..<end, with: replacement)
      let tree = parse(SourceFile(path: "m.licet", bytes: damaged), file: 0)
      let told = tree.diagnostics.map { "\(tree.source.position(of: $0.span.start)) \($0.message)" }
      #expect(
        told.count <= 1,
        "\(told), where `\(String(decoding: text, as: UTF8.self))` became `\(String(decoding: replacement, as: UTF8.self))`")
    }
  }
}

private func isLetter(_ text: [UInt8]) -> Bool { text.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } }
