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

  @Test func `a snapshot from a pipe or standard input is judged by both sets`() throws {
    let diff = "$licet diff everything/old everything/new --as-of 2025-06-01 --snapshot"
    let file = "everything/snapshot/people.json"
    let fromFile = try shell("\(diff) \(file)")
    #expect(fromFile.code == 0 && fromFile.output.contains("14 verdicts of 30 change"), "\(fromFile)")
    let named = "<(sed 's/^{/{\"people\": {/; $s/$/}/' \(file))"
    for (source, name) in [("\(named)", "[0-9]*"), ("- < \(named)", "stdin")] {
      let piped = try shell("\(diff) \(source)")
      #expect(piped.code == 0, "\(piped.errors)")
      let output = piped.output.replacing(try Regex("snapshot \(name), as of"), with: "snapshot people, as of")
      #expect(output == fromFile.output)
    }
    #expect(try shell("\(diff) - --snapshot - < \(file)").code == 64)
  }

  /// A set, and edits of it: what is said of each, and each witness pasted to either set as a test.
  private struct Edit {
    let heading: String
    let old: String
    let new: String
  }

  /// `## heading`, then pairs of texts with `->` between, `&&` between pairs, `====` between edits.
  private static func edits() throws -> [Edit] {
    let old = try String(contentsOf: folder.appendingPathComponent("edits/old/desk.licet"), encoding: .utf8)
    return try String(contentsOf: folder.appendingPathComponent("edits/edits.txt"), encoding: .utf8)
      .components(separatedBy: "\n====\n").map { block in
        var lines = block.components(separatedBy: "\n")
        let heading = lines.removeFirst()
        if lines.last == "" { lines.removeLast() }
        var new = old
        for pair in lines.joined(separator: "\n").components(separatedBy: "\n&&\n") {
          let parts = pair.components(separatedBy: "\n->")
          let (from, to) = (try #require(parts.first), String(try #require(parts.last).dropFirst()))
          #expect(parts.count == 2 && new.components(separatedBy: from).count == 2, "\(heading): \(from)")
          new = new.replacingOccurrences(of: from, with: to)
        }
        return Edit(heading: heading, old: old, new: new)
      }
  }

  @Test func `each edit is told as recorded, and each of its witnesses is a test that passes with either set's verdict`() throws {
    var told = ""
    var replayed = 0
    for edit in try Self.edits() {
      let folder = try TemporaryFolder(["old.licet": edit.old, "new.licet": edit.new])
      let text = try Tool.shell("cd '\(folder.path)' && $licet diff old.licet new.licet --exit-code")
      told += "\(edit.heading)\n\(text.output)\(text.reason), \(text.code)\n\n"
      replayed += try replay(Self.witnesses(inText: text.output), ["old": edit.old, "new": edit.new])
    }
    let golden = Self.folder.appendingPathComponent("edits/expected.txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { try Data(told.utf8).write(to: golden) }
    #expect(told == (try String(contentsOf: golden, encoding: .utf8)), "differs from edits/expected.txt")
    #expect(replayed >= 80)
  }

  @Test func `a witness is a test that passes with either set's verdict`() throws {
    let sets = try Dictionary(
      uniqueKeysWithValues: ["old", "new"].map { set in
        (set, try String(contentsOf: Self.folder.appendingPathComponent("everything/\(set)/desk.licet"), encoding: .utf8))
      })
    let json = try shell("$licet diff everything/old everything/new --format json").output
    #expect(try replay(Self.witnesses(inJSON: json), sets, former: ["no_light": "no_lamp", "without_phone": "no_phone"]) >= 20)
  }

  private struct Witness {
    let rule: String
    let subject: String
    let verdicts: [String: String]
    let lines: [String]
  }

  private static func witnesses(inJSON json: String) throws -> [Witness] {
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8))
    let differences = try #require((object as? [String: Any])?["differences"] as? [[String: Any]])
    return differences.compactMap { difference in
      guard let witness = difference["witness"] as? [String: Any], let lines = witness["test"] as? [String],
        let subject = witness["subject"] as? String, let rule = witness["rule"] as? String
      else { return nil }
      let verdicts = ["old", "new"].compactMap { set in (witness[set] as? String).map { (set, $0) } }
      return Witness(
        rule: String(rule.dropFirst("desk.".count)), subject: subject, verdicts: Dictionary(uniqueKeysWithValues: verdicts), lines: lines)
    }
  }

  /// `witness: no_lamp: pass → fail for person "person-1"`, and the lines of the test below it.
  private static func witnesses(inText text: String) -> [Witness] {
    let lines = text.components(separatedBy: "\n")
    return lines.indices.compactMap { place in
      let parts = lines[place].components(separatedBy: ": ")
      guard parts.count == 3, parts[0] == "      witness" else { return nil }
      let (verdicts, subject) = (parts[2].components(separatedBy: " for ")[0], parts[2].components(separatedBy: " for ").dropFirst().first)
      let words = verdicts.components(separatedBy: " → ").map { $0.components(separatedBy: " as ")[0] }
      let told = zip(["old", "new"], words).filter { $0.1 != "no such rule" }
      return Witness(
        rule: parts[1], subject: subject ?? "", verdicts: Dictionary(uniqueKeysWithValues: told),
        lines: lines[(place + 1)...].prefix { $0.hasPrefix("        ") }.map { String($0.dropFirst(8)) })
    }
  }

  /// What is said to be judged otherwise is, when the witness is pasted to either set as a test; returns how often it was.
  private func replay(_ witnesses: [Witness], _ sets: [String: String], former: [String: String] = [:]) throws -> Int {
    var texts = sets
    var replayed = 0
    for (place, witness) in witnesses.enumerated() {
      for (set, text) in sets {
        guard let verdict = witness.verdicts[set] else { continue }
        // Some rules have another name in the old set.
        let name = set == "old" ? former[witness.rule] ?? witness.rule : witness.rule
        let whom = witness.subject.isEmpty ? "" : " for \(witness.subject)"
        let givens = witness.lines.joined(separator: "\n  ")
        var test = "\ntest \"witness \(place)\" {\n  \(givens)\n  expect \(verdict) \(name)\(whom)\n}\n"
        // Either set spells a product's id by a name that the other may lack.
        let mine = Set(Self.identifiers(in: [text]).map(\.name))
        for (other, id) in Self.identifiers(in: sets.values) where !mine.contains(other) {
          test = test.replacingOccurrences(of: other + "]", with: "\"\(id)\"]")
        }
        // A field that only one of them reads is no more than another key in a snapshot; in a test it would be a mistake.
        if !text.contains("chiefId") { test = test.replacingOccurrences(of: ", chiefId: \"person-1\"", with: "") }
        texts[set, default: text] += test
        replayed += 1
      }
    }
    for (set, text) in texts where text != sets[set] {
      let folder = try TemporaryFolder(["desk.licet": text])
      let result = try Tool.run("test", folder.path)
      #expect(result.code == 0, "\(set):\n\(result.output)\(result.errors)")
    }
    return replayed
  }

  /// `sku BASIC`, and its id.
  private static func identifiers(in texts: some Sequence<String>) -> [(name: String, id: String)] {
    texts.flatMap { $0.components(separatedBy: "\n") }.compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 3, words[0] == "sku" || words[0] == "plan", words[2].count == 36 else { return nil }
      return ("\(words[0]) \(words[1])", String(words[2]))
    }
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
