import Foundation
import TestSupport
import Testing

/// What `licet diff` prints, byte for byte, and how it ends.
@Suite struct DiffTests {
  static let folder = repositoryRoot.appendingPathComponent("Tests/Corpus/diff")
  /// The golden file, and the arguments.
  static let runs: [(golden: String, arguments: String, code: Int32)] = [
    ("everything/expected.txt", "everything/old everything/new --exit-code", 1),
    ("everything/expected.md", "everything/old everything/new --snapshot everything/snapshot --as-of 2025-06-01 --format markdown", 0),
    ("everything/expected.json", "everything/old everything/new --snapshot everything/snapshot --as-of 2025-06-01 --format json", 0),
    ("everything/snapshot.txt", "everything/old everything/new --snapshot everything/snapshot --as-of 2025-06-01", 0),
    ("everything/backwards.txt", "everything/new everything/old", 0),
    ("equal/expected.txt", "equal/old equal/new --exit-code", 0),
    ("undecided/expected.txt", "undecided/old undecided/new --exit-code", 1),
  ]

  private func shell(_ line: String) throws -> Tool.Result { try Tool.shell("cd '\(Self.folder.path)' && \(line)") }

  @Test(arguments: runs.indices) func `differences are told as recorded`(_ index: Int) throws {
    let run = Self.runs[index]
    let result = try shell("$licet diff \(run.arguments)")
    #expect(result.code == run.code, "\(result.errors)")
    let golden = Self.folder.appendingPathComponent(run.golden)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { try Data(result.output.utf8).write(to: golden) }
    #expect(result.output == (try String(contentsOf: golden, encoding: .utf8)), "differs from \(run.golden)")
  }

  @Test(arguments: ["Policies", "Tests/Corpus/testing/strong", "Tests/Corpus/testing/weak", "Tests/Corpus/diff/everything/old"])
  func `a policy set is as itself`(_ set: String) throws {
    let result = try Tool.run("diff", set, set, "--exit-code")
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output == "no difference\n")
  }

  @Test func `no verdict of a snapshot changes where the policies are the same`() throws {
    let result = try Tool.run("diff", "Policies", "Policies", "--snapshot", "Policies/Examples/contoso", "--exit-code")
    #expect(result.code == 0)
    #expect(result.output.contains("0 of 266 verdicts change"), "\(result.output)")
  }

  /// What is said to be judged otherwise is, when the witness is pasted to either set as a test.
  @Test func `a witness is a test that passes with either set's verdict`() throws {
    let object = try JSONSerialization.jsonObject(
      with: Data(shell("$licet diff everything/old everything/new --format json").output.utf8))
    let differences = try #require((object as? [String: Any])?["differences"] as? [[String: Any]])
    var replayed = 0
    for difference in differences {
      guard let witness = difference["witness"] as? [String: Any], let lines = witness["test"] as? [String],
        let subject = witness["subject"] as? String, let rule = witness["rule"] as? String
      else { continue }
      for set in ["old", "new"] {
        guard let verdict = witness[set] as? String else { continue }
        var text = try String(contentsOf: Self.folder.appendingPathComponent("everything/\(set)/desk.licet"), encoding: .utf8)
        // Some rules have another name in the old set.
        let former = ["no_light": "no_lamp", "without_phone": "no_phone"]
        let plain = String(rule.dropFirst("desk.".count))
        let name = set == "old" ? former[plain] ?? plain : plain
        text += "test \"the witness\" {\n  \(lines.joined(separator: "\n  "))\n  expect \(verdict) \(name) for \(subject)\n}\n"
        // Either set spells a product's id by a name that the other may lack.
        for (word, id) in [("PLUS", "2"), ("SPARE", "3"), ("PRO", "4"), ("EXTRA", "5")] where !text.contains("  sku \(word) ") {
          text = text.replacingOccurrences(
            of: "sku \(word)]", with: "\"" + [8, 4, 4, 4, 12].map { String(repeating: id, count: $0) }.joined(separator: "-") + "\"]")
        }
        let folder = try TemporaryFolder(["desk.licet": text])
        let result = try Tool.run("test", folder.path)
        #expect(result.code == 0, "\(set): \(rule) \(lines)\n\(result.output)\(result.errors)")
        replayed += 1
      }
    }
    #expect(replayed >= 20)
  }

  @Test func `a cell that is changed is told with those who hold it, and no other`() throws {
    let folder = try TemporaryFolder()
    for name in ["seats.licet", "seats.test.licet"] {
      let text = try String(contentsOf: repositoryRoot.appendingPathComponent("Tests/Corpus/testing/strong/\(name)"), encoding: .utf8)
      try folder.write(name, text.replacingOccurrences(of: "|   -   | yes  |", with: "|  yes  | yes  |"))
    }
    let result = try Tool.run("diff", "Tests/Corpus/testing/strong", folder.path, "--exit-code")
    #expect(result.code == 1)
    #expect(result.output.contains("widened      lamp_use × basic, from 2024-01-01\n"), "\(result.output)")
    #expect(result.output.contains("witness: no_lamp: fail → pass"))
    #expect(result.output.contains("[sku BASIC]"))
    #expect(result.output.hasSuffix("\n1 difference: 1 cell widened\n"))
  }

  @Test func `errors in either set end with 3, and are told`() throws {
    for line in ["diff broken/old broken/new", "diff broken/new broken/old"] {
      let result = try shell("$licet \(line)")
      #expect(result.code == 3)
      #expect(result.output.isEmpty)
      #expect(result.errors.contains("broken/new/rules.licet:2:11: error LIC0100"), "\(result.errors)")
    }
    #expect(try shell("$licet diff equal/old").code == 64)
    #expect(try shell("$licet diff equal/old equal/new equal/new").code == 64)
    #expect(try shell("$licet diff equal/old equal/nowhere").code == 74)
    #expect(try shell("$licet diff equal/old equal/new --as-of never").code == 64)
    #expect(try shell("$licet diff equal/old equal/new --snapshot nowhere").code == 74)
  }
}
