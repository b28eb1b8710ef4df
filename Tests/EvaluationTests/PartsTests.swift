import Semantics
import Syntax
import Testing

@testable import Evaluation

/// However little memory collections that are joined to may take, the same comes out.
@Suite struct PartsTests {
  private static let policy = """
    module m
    entity row in rows key id {
      id: id
      n: int
      parts: list of part at most 9
      other: other by id
      third: third? by id
      group: group? by n
    }
    record part key id { id: id, on: bool }
    entity other in others key id { id: id, name: text, ok: bool, parts: list of part at most 9 }
    entity third in thirds key id { id: id, ok: bool }
    entity group in groups key n { n: int, ok: bool }
    violation small {
      title "Small"
      for each row in rows
      when row.other.ok
      require row.n > 5 or any (part in row.other.parts where part.on)
      message "{row.id} is small: {row.other.name}"
    }
    notice off {
      title "Off"
      for each row in rows
      for each part in row.parts
      require part.on and row.third.ok is true
      message "{part.id} is off"
    }
    warning group {
      title "Group"
      for each row in rows
      require row.group.ok is true
      message "{row.id} has no group"
    }
    waiver small_4 of small {
      for each row where row.n is 4
      because "It is being seen to."
      expires 2027-01-01
    }
    """

  private static let program: CheckedProgram? = {
    let parsed = parse(SourceFile(path: "m.licet", bytes: Array(policy.utf8)), file: 0)
    let checked = check([parsed])
    for diagnostic in parsed.diagnostics + checked.diagnostics { print(diagnostic.message) }
    return checked.program
  }()

  /// GUIDs in one half, texts that are none in the other.
  private static func id(_ number: Int) -> String {
    if number % 2 == 0 { return "r\(number)" }
    let digits = String(number &* 2_654_435_761 % 0xFFFF_FFFF, radix: 16)
    let padded = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    return "\(padded)-0000-4000-8000-\(String(repeating: "0", count: 12 - String(number).count))\(number)"
  }

  private static func row(_ number: Int, n: Int? = nil) -> String {
    let parts = (0..<number % 3).map { #"{"id":"p\#($0)","on":\#((number + $0) % 4 == 0)}"# }.joined(separator: ",")
    return #"{"id":"\#(id(number))","n":\#(n ?? number % 11),"parts":[\#(parts)]}"#
  }

  private static func other(_ number: Int, name: String? = nil) -> String {
    let parts = (0..<number % 2).map { #"{"id":"o\#($0)","on":\#(number % 8 == 1)}"# }.joined(separator: ",")
    return
      #"{"id":"\#(id(number))","name":"\#(name ?? "Nr. \(number)")","ok":\#(number % 5 != 0),"parts":[\#(parts)]}"#
  }

  /// Rows of all sorts: with and without key, that come again, that contradict each other.
  private static let files: [(name: String, text: String)] = {
    var rows = (0..<300).map { row($0) }
    rows[150] = row(20)
    for (place, key) in [(160, 21), (161, 21), (260, 22), (30, 7), (281, 140), (120, 40), (200, 91)] { rows[place] = row(key, n: place) }
    rows[171] = #"{"n":1,"parts":[]}"#
    rows[172] = #"{"id":null,"n":1,"parts":[]}"#
    rows[11] = #"{"id":7,"n":1,"parts":[{"on":false}]}"#
    var others = (0..<290).map { other($0) }
    others[150] = other(20)
    others[160] = other(21, name: "another")
    others[161] = other(22, name: "another")
    others[171] = #"{"name":"nobody","ok":true,"parts":[]}"#
    others[172] = #"{"id":"r9999","ok":1,"parts":null}"#
    let thirds = stride(from: 0, to: 300, by: 3).map { #"{"id":"\#(id($0))","ok":\#($0 % 2 == 0)}"# }
    let groups = (0..<9).map { #"{"n":\#($0),"ok":\#($0 % 3 == 0)}"# }
    func pages(_ name: String, _ rows: [String], _ count: Int) -> [(String, String)] {
      let size = (rows.count + count - 1) / count
      return (0..<count).map { page in
        let some = rows[page * size..<min(rows.count, (page + 1) * size)]
        return ("\(name).000\(page + 1).json", "{\"value\":[\(some.joined(separator: ","))]}")
      }
    }
    return pages("rows", rows, 3) + [("others.jsonl", others.joined(separator: "\n"))] + pages("thirds", thirds, 2)
      + [("groups.json", "[\(groups.joined(separator: ","))]")]
  }()

  private static func snapshot(_ files: [(name: String, text: String)], of program: CheckedProgram) -> Snapshot {
    Snapshot(
      id: "t", files: files.map { ($0.name, Array($0.text.utf8)) }, collections: program.collections.map(\.fileName), incomplete: [],
      unavailable: [])
  }

  /// The number of parts.
  private func parts(_ files: [(name: String, text: String)], memory: Int?) throws -> Int {
    let program = try #require(PartsTests.program)
    var options = EvaluationOptions(today: Day(days: 20_000))
    options.mostMemory = memory
    let snapshot = PartsTests.snapshot(files, of: program)
    var judge = try Judge(plan: Planner.plan(program), snapshot: snapshot, options: options, tenant: 0)
    try judge.run()
    return judge.divided?.count ?? 1
  }

  private func outcome(
    _ files: [(name: String, text: String)], _ change: (inout EvaluationOptions) -> Void
  ) throws -> (text: String, asides: [String]) {
    let program = try #require(PartsTests.program)
    let today = try #require(Day(parsing: Array("2026-11-01".utf8)))
    let snapshot = PartsTests.snapshot(files, of: program)
    var options = EvaluationOptions(asOf: today, today: today)
    change(&options)
    func words(_ finding: Finding, _ causes: [Cause]) -> String {
      "\(finding.rule) \(finding.verdict) \(finding.subject) \(finding.message) \(finding.file ?? "") "
        + "\(finding.place.map { "\($0.line) \($0.byte)" } ?? "") \(finding.causes.map { causes[$0] }) \(finding.because.map(\.value))\n"
    }
    var text = ""
    let report = try evaluate(
      program, snapshots: [snapshot], options: options,
      onFindings: { findings, tenant in for finding in findings { text += words(finding, tenant.causes) } })
    text += "\(report.tenants[0].counts)\n\(report.tenants[0].notes)\n"
    for summary in report.tenants[0].collections {
      text +=
        "\(summary.collection) \(summary.reading.rows) \(summary.reading.gaps) \(summary.reading.oddities) \(summary.bytes) "
        + "\(summary.repeatedRows) \(summary.contradictoryKeys)\n"
    }
    for missing in report.tenants[0].missing { text += "\(missing.cause) \(missing.subjects) \(missing.rules)\n" }
    for finding in try report.findings.all() { text += words(finding, report.tenants[0].causes) }
    return (text, report.asides)
  }

  @Test(arguments: [1000, 5000, 20_000, 60_000]) func `in parts and whole the same is found, in the same order`(_ memory: Int) throws {
    let whole = try outcome(PartsTests.files) { _ in }
    for verdict in Verdict.allCases where verdict != .pass && verdict != .inapplicable { #expect(whole.text.contains(" \(verdict) ")) }
    for (jobs, segment, batch, findings) in [(1, Int.max / 4, 1024, Int.max), (2, 300, 7, 500), (2, 2000, 64, 0), (7, 100, 1, 5000)] {
      let divided = try outcome(PartsTests.files) {
        $0.mostMemory = memory
        $0.jobs = jobs
        $0.segmentSize = Int64(segment)
        $0.batchSize = batch
        $0.mostFindings = findings
      }
      #expect(divided.text == whole.text, "\(memory) bytes, \(jobs) threads, segments of \(segment), batches of \(batch)")
    }
    let parts = try parts(PartsTests.files, memory: memory)
    #expect(memory < 60_000 ? parts > 1 : parts == 1)
    #expect(memory > 1000 || parts > 20)
  }

  @Test func `collections that nothing in the snapshot joins to are counted whole`() throws {
    let files = PartsTests.files.filter { !$0.name.hasPrefix("rows") }
    let whole = try outcome(files) { _ in }
    let divided = try outcome(files) { $0.mostMemory = 5000 }
    #expect(divided.text == whole.text)
    #expect(try parts(files, memory: 5000) > 1)
  }

  @Test func `what cannot be divided is kept whole, and that is said`() throws {
    func asides(_ memory: Int) throws -> [String] {
      try outcome(PartsTests.files) {
        $0.mostMemory = memory
        $0.only = [RuleID(2)]
      }.asides
    }
    let told = try asides(100)
    #expect(told.count == 1 && told[0].contains("`groups`") && !told[0].contains("others"))
    #expect(try asides(100_000).isEmpty)
  }

  @Test func `each key is in one part, and the parts are of one size`() {
    for count in [1, 2, 7, 4096] {
      var sizes = Array(repeating: 0, count: count)
      for number in 0..<700 {
        let hash = Machine.hash(UInt64(number), 0, into: Machine.keySeed)
        let parts = (0..<count).filter { KeyPart(number: $0, count: count).has(hash) }
        #expect(parts.count == 1)
        sizes[parts[0]] += 1
      }
      #expect(sizes.allSatisfy { $0 < 700 / count + 60 }, "\(sizes)")
    }
  }
}
