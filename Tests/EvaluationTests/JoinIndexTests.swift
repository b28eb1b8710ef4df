import Semantics
import Syntax
import Testing

@testable import Evaluation

/// Rows of a joined collection are found by their keys, however like these are.
@Suite struct JoinIndexTests {
  private static let policy = """
    module m
    entity user in users key id {
      id: id
      registration: registration by id
    }
    entity registration in registrations key id {
      id: id
      isReady: bool
    }
    violation not_ready {
      for each user in users
      require  user.registration.isReady
      message  "{user.id}"
    }

    """

  /// GUIDs whose hashes are all the same: the lower half takes back what the upper one changes.
  private static let alike: [Guid] = (0..<6 as Range<UInt64>).map { number in
    func mixed(_ upper: UInt64) -> UInt64 {
      let hash = (Machine.keySeed ^ upper) &* 0x9E37_79B9_7F4A_7C15
      return hash ^ hash >> 29
    }
    let upper = 0x1111_1111_1111_1111 &* (number + 1)
    return Guid(high: upper, low: 0x2222_2222_2222_2222 ^ mixed(upper))
  }

  @Test func `keys with one hash are told apart`() throws {
    let keys = JoinIndexTests.alike
    #expect(Set(keys.map { Machine.hash($0.high, $0.low, into: Machine.keySeed) }).count == 1)
    #expect(Set(keys).count == keys.count)
    let parsed = parse(SourceFile(path: "m.licet", bytes: Array(JoinIndexTests.policy.utf8)), file: 0)
    let checked = check([parsed])
    let program = try #require(checked.program, "\((parsed.diagnostics + checked.diagnostics).map(\.message))")
    let today = try #require(Day(parsing: Array("2026-11-01".utf8)))
    let users = keys.map { "{\"id\":\"\($0.text)\"}" }.joined(separator: "\n")
    // Of the last key there is no row.
    let registrations = keys.dropLast().enumerated().map { "{\"id\":\"\($0.element.text)\",\"isReady\":\($0.offset % 2 == 0)}" }
    for rows in [registrations, registrations.reversed()] {
      let snapshot = Snapshot(
        id: "t",
        files: [("users.jsonl", Array(users.utf8)), ("registrations.jsonl", Array(rows.joined(separator: "\n").utf8))],
        collections: program.collections.map(\.fileName), incomplete: [], unavailable: [])
      let report = try evaluate(program, snapshots: [snapshot], options: EvaluationOptions(asOf: today, today: today))
      let found = try report.findings.all().map { "\($0.verdict) \($0.message)" }.sorted()
      #expect(found == ["fail \(keys[1].text)", "fail \(keys[3].text)", "undetermined \(keys[5].text)"])
    }
  }
}
