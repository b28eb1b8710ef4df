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

  /// The example of RFC 7693, appendix B, and others checked against Python's hashlib.
  static let keyed: [(text: String, count: Int, key: String, hash: String)] = [
    ("abc", 1, "", "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"),
    ("", 1, "", "69217a3079908094e11121d042354a7c1f55b6482ca1a51e1b250dfd1ed0eef9"),
    ("", 1, "key", "a65f92611fdc3722a305edf1ed575947aa86209290344f817e45c3a4edfddad9"),
    ("a", 1, "key", "aec7254f887813570cc9eb78e8bd9645c2740b3b23b41d26d3ea157644fc2bdd"),
    ("a", 63, "key", "d953b4722cff9af3879d83c239260c82b231201a7a9761f7b37bae2553a3a61e"),
    ("a", 64, "key", "a89e01225f980aa382f43a0418ff41cf545458001c273da194f87f7190a26a82"),
    ("a", 65, "key", "cebdb2a6f3ef3527979ef1f1cd05915168403ed45c36b9c9a8ce1c30b3ed38af"),
    ("a", 128, "", "3ac477e27353f9019b81694afe60c8049403784f91a58288428ea318bfa82809"),
    ("ab", 1000, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", "6a21942ccb1336b90dcd18b3454047be5b9423f9e1f047add70c144d9009784c"),
  ]

  @Test(arguments: keyed.indices) func `the keyed hash is that of the standard`(_ index: Int) {
    let vector = FingerprintTests.keyed[index]
    let bytes = Array(String(repeating: vector.text, count: vector.count).utf8)
    #expect(BLAKE2s.hex(bytes, key: Array(vector.key.utf8)) == vector.hash)
  }

  /// `hashlib.blake2s(b"12:desk.no_lamp,1:a,6:person,").hexdigest()[:32]`, and
  /// `hashlib.blake2s(b"2:p1,", key=hashlib.blake2s(b"1:a,").digest()).hexdigest()[:32]`; of a tenant as a whole the hash of nothing.
  @Test func `a fingerprint is what its description says`() {
    let tenant = SampleReport.tenant("a", counts: [])
    var finding = SampleReport.finding("no_lamp", .fail, [SampleReport.person(1)], message: "x", line: 1)
    let rule = SampleReport.program[finding.rule]
    #expect(rule.name.string == "desk.no_lamp")
    #expect(fingerprint(of: finding, in: tenant, rule: rule) == "d95812f4822705bd1b8e6a51738484642e85f8ddea798c935e0fecb57bed39b1")
    finding.subject.parts = []
    #expect(fingerprint(of: finding, in: tenant, rule: rule) == "801c634e4c4009fb77441778aeb103d6b74d85dad2fa4d22653a4facf22f050f")
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
