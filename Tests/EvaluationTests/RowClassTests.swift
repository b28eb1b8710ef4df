import Evaluation
import Semantics
import TestSupport
import Testing

/// What is asked of a class of rows once is what the machine says of each: rows that differ in anything that a condition looks at, however deep
/// within lists of lists, are of different classes.
@Suite struct RowClassTests {
  /// A condition for each kind of field, in the row itself and three lists deep.
  private static let policies: String = {
    let fields = [
      "isOn: bool?", "size: int?", "share: decimal?", "name: text?", "since: date?", "seen: instant?", "code: id?",
      "state: one of \"a\", \"b\" or other",
    ]
    let tests = [
      "%.isOn is true", "%.size is 1", "%.share is 1.5", "%.name is \"a\"", "%.since is 2026-01-01",
      "%.seen is 2026-01-01T00:00:00Z", "%.code is 00000000-0000-0000-0000-000000000001", "%.code is \"b\"",
      "%.state is \"a\"", "%.name is null",
      "any (t in %.tags where t is \"a\")",
      "count (n in %.numbers where n is 1) is 1",
    ]
    let lists = ["tags: list of text", "numbers: list of int"]
    let members = (fields + lists).map { "  \($0)\n" }.joined()
    let ways = [
      "%", "any (x in row.teams where %)", "all (x in row.teams satisfy %)",
      "any (y in row.teams where any (x in y.desks where %))",
      "all (y in row.teams satisfy any (x in y.desks where %))",
      "any (z in row.teams where any (y in z.desks where all (x in y.lamps satisfy %)))",
      "all (z in row.teams satisfy all (y in z.desks satisfy any (x in y.lamps where %)))",
    ]
    var text = "module m\nentity row in rows key id {\n  id: int\n  teams: list of team\n\(members)}\n"
    text += "record team {\n  desks: list of desk\n\(members)}\nrecord desk {\n  lamps: list of lamp\n\(members)}\n"
    text += "record lamp {\n\(members)}\n"
    for (place, way) in ways.enumerated() {
      for (number, test) in tests.enumerated() {
        let condition = way.replacing("%", with: test.replacing("%", with: place == 0 ? "row" : "x"))
        text += "violation r\(place)_\(number) {\n  for each row in rows\n  require \(condition)\n  message \"{row.id}\"\n}\n"
      }
    }
    return text
  }()

  /// Rows that are all made of few values.
  private static func rows(_ count: Int) -> String {
    var random = Seeded(5)
    func one(_ values: [String]) -> String { values[Int(random.next() % UInt64(values.count))] }
    func object(_ depth: Int, _ first: String) -> String {
      var parts = [first].filter { !$0.isEmpty }
      let fields = [
        ("isOn", ["true", "false", "null"]), ("size", ["1", "2", "null", "\"x\""]), ("share", ["1.5", "15", "null"]),
        ("name", ["\"a\"", "\"bcdefghi\"", "\"bcdefghij\"", "null", "7"]), ("since", ["\"2026-01-01\"", "\"2026-01-02\""]),
        ("seen", ["\"2026-01-01T00:00:00Z\"", "\"2026-01-01T00:00:00.0000001Z\""]),
        ("code", ["\"b\"", "\"00000000-0000-0000-0000-000000000001\"", "\"00000000-0000-0000-0000-000000000002\"", "null"]),
        ("state", ["\"a\"", "\"b\"", "\"c\""]), ("tags", ["[]", "[\"a\"]", "[\"b\",\"a\"]", "[\"b\"]", "[null]"]),
        ("numbers", ["[]", "[1]", "[1,1]", "[2]", "null"]),
      ]
      // Most are as in every other row.
      for (name, values) in fields where random.next() % 4 == 0 { parts.append("\"\(name)\":\(one(values))") }
      let lists = ["teams", "desks", "lamps"]
      if depth < lists.count {
        let inner = (0..<Int(random.next() % 3)).map { _ in object(depth + 1, "") }
        parts.append("\"\(lists[depth])\":[\(inner.joined(separator: ","))]")
      }
      return "{\(parts.joined(separator: ","))}"
    }
    return (0..<count).map { object(0, "\"id\":\($0)") }.joined(separator: "\n")
  }

  @Test func `classes of rows say what the machine says of each row`() throws {
    let found = try expectSameRowByRow(RowClassTests.policies, file: "rows.jsonl", rows: RowClassTests.rows(700))
    #expect(found.findings > 20_000)
    for (rule, counts) in found.counts.enumerated() {
      // A rule that never passes, or always, would tell nothing.
      #expect(counts.map { $0.pass > 0 && $0.fail > 0 } == true, "\(found.program.rules[rule].name.string)")
    }
  }

  /// What rules ask of one list: each of the rows to which it applies, which may be none of a whole batch.
  private static let askers = [
    """
    when row.isOn is true
      require any (t in row.tags where t is "a")
    """,
    """
    when row.isLate is true
      require count (t in row.tags where t is "b") is 1
    """,
    """
    when any (t in row.tags where t is "a")
      require row.isOn is true
    """,
    """
    when row.isOn is false or not (row.isLate is true and any (t in row.tags where t is "b"))
      require row.isLate is true
    """,
    """
    when row.isLate is true and any (t in row.tags where t is "a")
      require row.isOn is true and any (t in row.tags where t is "b")
    """,
  ]

  @Test(arguments: [[0], [0, 1], [1, 0], [0, 1, 2], [3], [4], [0, 3], [0, 1, 3, 4]])
  func `rows to which no rule applies change nothing for the others`(_ asked: [Int]) throws {
    let rules = asked.map { "violation r\($0) {\n  for each row in rows\n  \(RowClassTests.askers[$0])\n  message \"{row.id}\"\n}\n" }
    let entity = "entity row in rows key id {\n  id: int\n  isOn: bool?\n  isLate: bool?\n  tags: list of text\n}\n"
    var random = Seeded(6)
    func one(_ values: [String]) -> String { values[Int(random.next() % UInt64(values.count))] }
    let rows = (0..<3000).map { number in
      // The rows of the first batch and of a part of the next are of no concern to most rules.
      let flags = number < 1500 ? ["false"] : ["true", "false", "null", "7"]
      let tags = one(["[]", "[\"a\"]", "[\"b\"]", "[\"b\",\"a\"]", "[\"b\",\"b\"]", "[null]"])
      return "{\"id\":\(number),\"isOn\":\(one(flags)),\"isLate\":\(one(flags)),\"tags\":\(tags)}"
    }
    let found = try expectSameRowByRow(
      "module m\n" + entity + rules.joined(), file: "rows.jsonl", rows: rows.joined(separator: "\n"))
    for counts in found.counts { #expect(counts.map { $0.pass > 0 && $0.fail > 0 } == true) }
  }
}
