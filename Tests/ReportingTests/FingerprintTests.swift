import Reporting
import Semantics
import Syntax
import Testing

@testable import Evaluation

@Suite struct FingerprintTests {
  /// FIPS 180-4 examples, and lengths about the end of a block, checked against another implementation.
  static let vectors: [(text: String, count: Int, hash: String)] = [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", 1,
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ("a", 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
    ("a", 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
    ("a", 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
  ]

  @Test(arguments: vectors.indices) func `the hash is that of the standard`(_ index: Int) {
    let vector = FingerprintTests.vectors[index]
    #expect(SHA256.hex(Array(String(repeating: vector.text, count: vector.count).utf8)) == vector.hash)
  }

  @Test func `a fingerprint tells rule, tenant and subject apart, and nothing else`() {
    let tenant = SampleReport.tenant("a", counts: [])
    let rule = SampleReport.program.rules[0]
    let one = SampleReport.finding("no_lamp", .fail, [SampleReport.person(1)], message: "x", line: 1)
    let print = fingerprint(of: one, in: tenant, rule: rule)
    var changed = one
    changed.message = "y"
    changed.verdict = .undetermined
    changed.place = nil
    changed.subject.parts[0].label = "Another name"
    #expect(fingerprint(of: changed, in: tenant, rule: rule) == print)

    var others: Set<String> = [print]
    others.insert(fingerprint(of: one, in: SampleReport.tenant("b", counts: []), rule: rule))
    others.insert(fingerprint(of: one, in: tenant, rule: SampleReport.program.rules[1]))
    changed.subject.parts[0].key = "p2"
    others.insert(fingerprint(of: changed, in: tenant, rule: rule))
    changed.subject.parts[0].key = nil
    others.insert(fingerprint(of: changed, in: tenant, rule: rule))
    changed.subject.parts = []
    others.insert(fingerprint(of: changed, in: tenant, rule: rule))
    // Where the one part ends and the next begins is part of it.
    changed.subject.parts = [Subject.Part(thing: "ab", key: "c", label: nil)]
    others.insert(fingerprint(of: changed, in: tenant, rule: rule))
    changed.subject.parts = [Subject.Part(thing: "a", key: "bc", label: nil)]
    others.insert(fingerprint(of: changed, in: tenant, rule: rule))
    #expect(others.count == 8)
  }
}
