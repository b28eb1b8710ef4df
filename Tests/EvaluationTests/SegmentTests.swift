import Evaluation
import Semantics
import Syntax
import Testing

/// However a file is cut and whoever reads the pieces, the same comes out.
@Suite struct SegmentTests {
  private static let policy = """
    module m
    entity row in rows key id label name {
      id: id
      name: text?
      n: int
      parts: list of part at most 9
      other: other by id
    }
    record part key id { id: id, on: bool }
    entity other in others key id { id: id, ok: bool }
    violation small {
      title "Small"
      for each row in rows
      when row.other.ok
      require row.n > 5 or any (part in row.parts where part.on)
      message "{row.id} is small"
    }
    notice off {
      title "Off"
      for each row in rows
      for each part in row.parts
      require part.on
      message "{part.id} is off"
    }
    """

  private static let program = check([parse(SourceFile(path: "m.licet", bytes: Array(policy.utf8)), file: 0)]).program

  private static func row(_ number: Int, n: Int? = nil) -> String {
    // Parts begin as rows do, so that what is guessed of a row's beginning is wrong now and then.
    let parts = (0..<number % 3).map { #"{"id":"p\#($0)","on":\#((number + $0) % 4 == 0)}"# }.joined(separator: ",")
    let name = number % 7 == 0 ? "null" : #""Nr. \#(number)\#(number % 5 == 0 ? " é\\n" : "")""#
    return #"{"id":"r\#(number)","name":\#(name),"extra":{"id":[1,{}]},"n":\#(n ?? number % 11),"parts":[\#(parts)]}"#
  }

  private static let plain = (0..<200).map { row($0) }
  private static let others = (0..<190).map { #"{"id":"r\#($0)","ok":\#($0 % 5 != 0)}"# }

  /// Rows, and how they stand in the file.
  static let files: [(name: String, file: String, text: String)] = {
    var files: [(String, String, String)] = [
      ("lines", "rows.jsonl", plain.joined(separator: "\n") + "\n"),
      ("lines with empty ones between them", "rows.jsonl", plain.joined(separator: "\r\n\n \n")),
      ("an array", "rows.json", "[" + plain.joined(separator: ",") + "]"),
      ("an array on many lines", "rows.json", "[\n  " + plain.joined(separator: " ,\n\n  ") + "\n]\n"),
      ("an array in its wrapper", "rows.json", #"{"@odata.count":200,"value":["# + plain.joined(separator: ", ") + #"],"Count":200}"#),
      ("a count that is not reached", "rows.json", #"{"@odata.count":201,"value":["# + plain.joined(separator: ",") + "]}"),
    ]
    var twice = plain
    twice[150] = row(20)
    twice[160] = row(21, n: 99)
    twice[161] = row(21, n: 98)
    twice[170] = #"{"id":"r3","name":null,"n":1,"n":2,"parts":[]}"#
    twice[171] = #"{"name":"without a key","n":1,"parts":[]}"#
    twice[172] = #"{"id":"r172","name":"null","n":1.5,"parts":[],"x":1,"x":2}"#
    files.append(("keys that come again, and odd rows", "rows.jsonl", twice.joined(separator: "\n")))
    files.append(("the same in an array", "rows.json", "[" + twice.joined(separator: ",") + "]"))
    // Keys that look like what a report calls a row without one.
    var strange = plain
    for number in stride(from: 30, to: 190, by: 20) {
      strange[number] = #"{"name":null,"n":1,"parts":[]}"#
      strange[number + 1] = #"{"id":"?2","name":null,"n":\#(number),"parts":[{"id":"?7","on":false}]}"#
      strange[number + 2] = #"{"id":"?\#(number + 900)","name":null,"n":1,"parts":[{"id":"x","on":false}]}"#
    }
    files.append(("keys that look like none", "rows.jsonl", strange.joined(separator: "\n")))
    var broken = plain
    broken[133] = #"{"id":"r133","n":01}"#
    files.append(("a malformed row", "rows.jsonl", broken.joined(separator: "\n")))
    files.append(("a malformed row in an array", "rows.json", "[" + broken.joined(separator: ",\n") + "]"))
    files.append(("an end that is missing", "rows.json", "[" + plain.joined(separator: ",")))
    files.append(("something behind the end", "rows.jsonl", plain.joined(separator: "\n") + " []"))
    return files
  }()

  private func outcome(_ file: (name: String, file: String, text: String), jobs: Int, segment: Int64, batch: Int) -> String {
    guard let program = SegmentTests.program, let today = Day(parsing: Array("2026-11-01".utf8)) else { return "no program" }
    let snapshot = Snapshot(
      id: "t",
      files: [
        (file.file, Array(file.text.utf8)), ("others.jsonl", Array(SegmentTests.others.joined(separator: "\n").utf8)),
      ],
      collections: program.collections.map(\.fileName), incomplete: [], unavailable: [])
    var options = EvaluationOptions(asOf: today, today: today)
    options.jobs = jobs
    options.segmentSize = segment
    options.batchSize = batch
    do throws(SnapshotError) {
      let report = try evaluate(program, snapshots: [snapshot], options: options)
      var text = "\(report.tenants[0].counts)\n\(report.tenants[0].notes)\n"
      for summary in report.tenants[0].collections {
        text +=
          "\(summary.reading.rows) \(summary.reading.gaps) \(summary.reading.oddities) \(summary.repeatedRows) \(summary.contradictoryKeys)\n"
      }
      for missing in report.tenants[0].missing { text += "\(missing.cause) \(missing.subjects) \(missing.rules)\n" }
      for finding in try report.findings.all() {
        text +=
          "\(finding.rule) \(finding.verdict) \(finding.subject) \(finding.message) \(finding.place.map { "\($0.line) \($0.byte)" } ?? "")"
        text += " \(finding.causes.map { report.tenants[0].causes[$0] }) \(finding.because.map(\.value))\n"
      }
      return text
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: files.indices) func `a file says the same in one piece and in many`(_ index: Int) {
    let file = SegmentTests.files[index]
    let whole = outcome(file, jobs: 1, segment: .max / 4, batch: 1024)
    #expect(whole.count > 40)
    for (jobs, segment, batch) in [(1, 1, 1), (1, 300, 7), (2, 1, 3), (2, 500, 64), (7, 100, 1), (7, 4000, 10), (64, 30, 2)] {
      #expect(outcome(file, jobs: jobs, segment: Int64(segment), batch: batch) == whole, "\(file.name): \(jobs) threads, \(segment) bytes")
    }
  }
}
