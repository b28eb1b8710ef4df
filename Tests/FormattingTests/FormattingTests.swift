import Foundation
import Reference
import Syntax
import TestSupport
import Testing

/// All policies that the project has: of the corpus, of `Policies/`, and the examples of the language's reference.
let policies: [(name: String, bytes: [UInt8])] = {
  var files: [(name: String, bytes: [UInt8])] = []
  for folder in ["Tests/Corpus", "Policies"] {
    let root = repositoryRoot.appendingPathComponent(folder)
    let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    for name in names.sorted() where name.hasSuffix(".licet") {
      files.append((folder + "/" + name, [UInt8]((try? Data(contentsOf: root.appendingPathComponent(name))) ?? Data())))
    }
  }
  let page = (try? String(contentsOf: repositoryRoot.appendingPathComponent("Grammar/README.md"), encoding: .utf8)) ?? ""
  for (index, part) in page.components(separatedBy: "\n```").enumerated() where part.hasPrefix("licet") {
    let text = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().joined() + "\n"
    files.append(("Grammar/README.md, part \(index)", Array(text.utf8)))
  }
  return files
}()

@Suite struct FormattingTests {
  @Test(arguments: corpus("formatting")) func `a file has this canonical form`(_ example: CorpusCase) {
    switch format(SourceFile(path: example.description, bytes: example.bytes)) {
    case .text(let bytes, _): #expect(string(bytes) == example.golden("formatted", recording: string(bytes)))
    case .refused(let mistakes): Issue.record("refused: \(mistakes.map(\.message))")
    }
    #expect(flaw(of: example.bytes) == nil)
  }

  @Test func `what formatting promises holds of every policy here`() {
    #expect(policies.count > 180)
    for (name, bytes) in policies {
      let found = flaw(of: bytes)
      #expect(found == nil, "\(name)")
    }
  }

  @Test func `the project's own policies are in canonical form`() {
    for (name, bytes) in policies where name.hasPrefix("Policies/") {
      let isCanonical = canonical(string(bytes)) == string(bytes)
      #expect(isCanonical, "\(name): licet fmt --write mends it")
    }
  }

  @Test func `what formatting promises holds of generated policies`() {
    for seed in 0..<UInt64(200) {
      let found = flaw(of: Array(PolicyText.generate(seed: seed).utf8))
      #expect(found == nil, "policy \(seed)")
    }
  }

  @Test func `spaces and tabs between tokens make no difference`() {
    for (index, (name, bytes)) in policies.enumerated() {
      guard let expected = canonical(string(bytes)) else { continue }
      var generator = Seeded(state: UInt64(index))
      #expect(canonical(string(respaced(bytes, &generator))) == expected, "\(name)")
    }
  }

  @Test func `line ends and comments in any place break no promise`() {
    var formatted = 0
    for (index, (name, bytes)) in policies.enumerated() where bytes.count < 20_000 {
      for seed in 0..<3 {
        var generator = Seeded(state: UInt64(index * 3 + seed))
        let shaken = shaken(bytes, &generator)
        let found = flaw(of: shaken)
        #expect(found == nil, "\(name), seed \(seed): \(string(shaken))")
        if canonical(string(shaken)) != nil { formatted += 1 }
      }
    }
    #expect(formatted > 100)
  }

  @Test func `a damaged file is refused, or the promises hold`() {
    var (formatted, refused) = (0, 0)
    for (index, (name, bytes)) in policies.enumerated() where bytes.count < 8_000 && !bytes.isEmpty {
      var generator = Seeded(state: UInt64(index))
      for round in 0..<12 {
        let damaged = round % 2 == 0 ? damagedBytes(bytes, &generator) : damagedTokens(bytes, &generator)
        let found = flaw(of: damaged)
        #expect(found == nil, "\(name), round \(round): \(string(damaged))")
        if canonical(string(damaged)) == nil { refused += 1 } else { formatted += 1 }
      }
    }
    #expect(formatted > 300)
    #expect(refused > 300)
  }

  @Test func `the reference shows a form and the canonical one that it gets`() throws {
    let page = try String(contentsOf: repositoryRoot.appendingPathComponent("Grammar/README.md"), encoding: .utf8)
    let section = try #require(page.components(separatedBy: "\n## 10. Canonical form\n").dropFirst().first)
    let examples = section.components(separatedBy: "```licet\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    #expect(examples.count == 2)
    #expect(examples.first.flatMap(canonical) == examples.last)
    #expect(examples.first != examples.last)
  }

  // MARK: Making variants

  /// Other spaces between tokens that stand on one line.
  private func respaced(_ bytes: [UInt8], _ generator: inout Seeded) -> [UInt8] {
    varied(bytes) { gap, isNewLine in
      if isNewLine || gap.isEmpty { return gap }
      return (0...generator.below(4)).map { _ -> UInt8 in generator.below(5) == 0 ? 0x09 : 0x20 }
    }
  }

  /// Some gaps become new lines, with or without a comment behind the token or on a line of its own.
  private func shaken(_ bytes: [UInt8], _ generator: inout Seeded) -> [UInt8] {
    let often = 5 + generator.below(60)
    return varied(bytes) { gap, isNewLine in
      guard generator.below(often) == 0, !gap.contains(0x2F) else { return gap }
      let indent = String(repeating: " ", count: 8 + generator.below(40))
      let number = generator.below(1_000)
      let variants = [
        "\n\(indent)", "  // c\(number)\n\(indent)", "\n\(indent)// c\(number)\n\(indent)", "\n\n\n\(indent)",
        " // a\(number)\n// b  \n\n\(indent)",
      ]
      return isNewLine ? Array("  // c\(number)".utf8) + gap : Array(variants[generator.below(variants.count)].utf8)
    }
  }

  private func varied(_ bytes: [UInt8], _ vary: ([UInt8], Bool) -> [UInt8]) -> [UInt8] {
    let tree = parse(SourceFile(path: "v", bytes: bytes), file: 0)
    var result: [UInt8] = []
    var end = 0
    for token in tree.tokens {
      let start = Int(token.span.start)
      let gap = Array(bytes[end..<start])
      result += end == 0 || token.kind == .end ? gap : vary(gap, gap.contains { $0 == 0x0A || $0 == 0x0D })
      result += bytes[start..<Int(token.span.end)]
      end = Int(token.span.end)
    }
    return result
  }

  private func damagedBytes(_ bytes: [UInt8], _ generator: inout Seeded) -> [UInt8] {
    let alphabet: [[UInt8]] = [
      "\"", "{", "}", "(", ")", "[", "]", "|", "//", "\n", "\n\n\n", "  ", "\t", ",", "-", "?", "●", "✗", "✔", "=", "==", "≠", "&&", "||",
      "!", "−", ";", "≤", "“", " \r\n",
      "é",
      "字", "\r", "and", "or", ".",
    ].map { Array($0.utf8) }
    var bytes = bytes
    for _ in 0...generator.below(2) where !bytes.isEmpty {
      let place = generator.below(bytes.count)
      switch generator.below(3) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(contentsOf: alphabet[generator.below(alphabet.count)], at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + 1 + generator.below(20)))
      }
    }
    return bytes
  }

  private func damagedTokens(_ bytes: [UInt8], _ generator: inout Seeded) -> [UInt8] {
    let tokens = parse(SourceFile(path: "d", bytes: bytes), file: 0).tokens.filter { !$0.span.isEmpty }
    guard tokens.count > 2 else { return bytes }
    var texts = tokens.map { Array(bytes[Int($0.span.start)..<Int($0.span.end)]) }
    let (place, other) = (generator.below(texts.count), generator.below(texts.count))
    switch generator.below(3) {
    case 0: texts[place] = texts[other]
    case 1: texts.swapAt(place, other)
    default: texts[place] = []
    }
    var result: [UInt8] = []
    var end = 0
    for (token, text) in zip(tokens, texts) {
      result += bytes[end..<Int(token.span.start)] + text
      end = Int(token.span.end)
    }
    return result + bytes[end...]
  }
}
