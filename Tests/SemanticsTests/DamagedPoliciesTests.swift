import Semantics
import Syntax
import TestSupport
import Testing

/// The same file with some tokens or lines of it exchanged, taken away or repeated.
private func damaged(_ bytes: [UInt8], _ generator: inout Seeded) -> [UInt8] {
  let source = SourceFile(path: "d", bytes: bytes)
  let tokens = parse(source, file: 0).tokens.filter { !$0.span.isEmpty }
  guard tokens.count > 2 else { return bytes }
  var texts = tokens.map { Array(source.slice($0.span)) }
  for _ in 0..<Int.random(in: 1...3, using: &generator) {
    let place = Int.random(in: 2..<texts.count, using: &generator)
    let other = Int.random(in: 2..<texts.count, using: &generator)
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: texts[place] = texts[other]
    case 1: texts.swapAt(place, other)
    case 2: texts[place] = []
    default: texts[place] += Array(" ".utf8) + texts[other]
    }
  }
  var result: [UInt8] = []
  var end: Int32 = 0
  for (token, text) in zip(tokens, texts) {
    result += bytes[Int(end)..<Int(token.span.start)] + text
    end = token.span.end
  }
  return result + bytes[Int(end)...]
}

@Suite struct DamagedPoliciesTests {
  private func flaw(_ files: [(path: String, bytes: [UInt8])]) -> String? {
    let result = checked(files)
    let hasErrors = result.diagnostics.contains { $0.severity == .error }
    guard (result.checked.program == nil) == hasErrors else { return "a program and errors, or neither" }
    for diagnostic in result.diagnostics {
      for span in [diagnostic.span] + diagnostic.related.map(\.span) + (diagnostic.fix?.edits.map(\.span) ?? []) {
        guard files.indices.contains(Int(span.file)), span.start >= 0, span.start <= span.end,
          Int(span.end) <= files[Int(span.file)].bytes.count
        else { return "\(diagnostic.kind.code) has no place" }
      }
      guard !diagnostic.message.isEmpty, !diagnostic.message.contains("\n") else { return "\(diagnostic.kind.code) says nothing" }
    }
    return nil
  }

  @Test(arguments: corpus("semantics/bad") + corpus("semantics/good")) func `a damaged policy set is still checked`(
    _ example: CorpusCase
  ) {
    var generator = Seeded(11)
    for round in 0..<8 {
      let found = flaw([("d", damaged(example.bytes, &generator))])
      #expect(found == nil, "round \(round)")
    }
  }

  @Test func `one damaged file among many is still checked`() {
    let files = corpus("semantics/examples").map { (path: $0.description, bytes: $0.bytes) }
    var generator = Seeded(13)
    for round in 0..<22 {
      var copy = files
      let place = round % files.count
      copy[place].bytes = damaged(copy[place].bytes, &generator)
      let found = flaw(copy)
      #expect(found == nil, "round \(round)")
    }
  }

  @Test func `no files, and files of nothing, are a policy set`() {
    #expect(checked([]).checked.program != nil)
    #expect(checked([("a", [])]).checked.program != nil)
    #expect(checked([("a", Array("module m".utf8))]).checked.program != nil)
  }
}
