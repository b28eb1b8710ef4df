import ReadingChecks
import Semantics
import Syntax
import TestSupport
import Testing

@testable import Evaluation

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

  private struct Case {
    var name: String
    var files: [(name: String, bytes: [UInt8])]
  }

  /// Rows, and how they stand in the file.
  private static let single: [(name: String, file: String, text: String)] = {
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

  /// Rows, and how they stand in pages of twenty.
  private static let paged: [Case] = {
    func pages(_ name: String, of rows: [String] = plain, ending: String = "json", _ make: (_ number: Int, _ rows: [String]) -> String)
      -> Case
    {
      Case(
        name: name,
        files: stride(from: 0, to: rows.count, by: 20).enumerated().map { number, first in
          ("rows.000\(number).\(ending)", Array(make(number, Array(rows[first..<min(first + 20, rows.count)])).utf8))
        })
    }
    func page(_ number: Int, _ rows: [String], link: String? = nil, said: String = "") -> String {
      let next = link ?? (number < 9 ? #","@odata.nextLink":"page \#(number + 1)""# : "")
      return #"{"@odata.context":"c"\#(said),"value":["# + rows.joined(separator: ",") + "]\(next)}"
    }
    var twice = plain
    twice[25] = row(5)
    twice[70] = row(61)
    twice[90] = row(20)
    twice[150] = row(20)
    twice[160] = row(21, n: 99)
    twice[161] = row(21, n: 98)
    twice[171] = #"{"name":"without a key","n":1,"parts":[]}"#
    twice[172] = #"{"id":"r172","name":"null","n":1.5,"parts":[],"x":1,"x":2}"#
    var cases = [
      pages("pages") { page($0, $1, said: $0 == 0 ? #","@odata.count":200"# : "") },
      pages("pages with keys that come again, and odd rows", of: twice) { page($0, $1) },
      pages("pages that count their rows, some wrongly") { page($0, $1, said: #","Count":\#($0 == 3 ? 21 : $0 == 6 ? 19 : 20)"#) },
      pages("pages of which two count all rows, differently") { page($0, $1, said: $0 % 5 == 2 ? #","@odata.count":\#(195 + $0)"# : "") },
      pages("pages of which one is an error") {
        $0 == 5 ? #"{"error":{"code":"Throttled","message":"Later."}}"# : page($0, $1)
      },
      pages("pages of which one names no next one") { page($0, $1, link: $0 == 4 ? "" : nil) },
      pages("pages of which another names no next one") { page($0, $1, link: $0 == 6 ? "" : nil) },
      pages("pages of which two name the same next one") { page($0, $1, link: $0 == 7 ? #","@odata.nextLink":"page 3""# : nil) },
      pages("pages of which the last names a next one") { page($0, $1, link: #","@odata.nextLink":"page \#($0 + 1)""#) },
      pages("pages of which one is malformed") { page($0, $1) + ($0 == 6 ? "," : "") },
      pages("pages with keys that are not read") { page($0, $1, said: $0 % 2 == 1 ? #","note":\#($0)"# : "") },
      pages("pages of which two have no rows") { page($0, $0 % 4 == 1 ? [] : $1) },
      pages("arrays") { "[" + $1.joined(separator: ",\n") + "]" + ($0 % 2 == 0 ? "\n" : "") },
      pages("arrays between pages") { $0 % 3 == 0 ? "[" + $1.joined(separator: ",") + "]" : page($0, $1, link: "") },
      pages("lines", ending: "jsonl") { $1.joined(separator: $0 == 0 ? "\r\n" : "\n") },
      pages("lines of which one file is empty", ending: "jsonl") { $0 == 5 ? "" : $1.joined(separator: "\n") },
      pages("one long page among others", of: Array(plain[..<60])) { page($0, $0 == 1 ? Array(plain[20...]) : $1) },
    ]
    var missing = cases[0]
    missing.name = "a page is missing"
    missing.files.remove(at: 4)
    cases.append(missing)
    var empty = cases[0]
    empty.name = "an empty file of lines behind pages"
    empty.files.append(("rows.0010.jsonl", []))
    cases.append(empty)
    var transcoded = cases[1]
    transcoded.name = "pages of which one is in UTF-16"
    let text = String(decoding: transcoded.files[4].bytes, as: UTF8.self)
    transcoded.files[4].bytes = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    cases.append(transcoded)
    return cases
  }()

  private static let cases = single.map { Case(name: $0.name, files: [($0.file, Array($0.text.utf8))]) } + paged

  private func outcome(_ tested: Case, jobs: Int, segment: Int64, batch: Int) -> String {
    guard let program = SegmentTests.program, let today = Day(parsing: Array("2026-11-01".utf8)) else { return "no program" }
    let snapshot = Snapshot(
      id: "t",
      files: tested.files + [("others.jsonl", Array(SegmentTests.others.joined(separator: "\n").utf8))],
      collections: program.collections.map(\.fileName), incomplete: [], unavailable: [])
    var options = EvaluationOptions(asOf: today, today: today)
    options.jobs = jobs
    options.segmentSize = segment
    options.batchSize = batch
    do throws(SnapshotError) {
      let report = try evaluate(program, snapshots: [snapshot], options: options)
      var text = "\(report.tenants[0].counts)\n\(report.tenants[0].notes)\n"
      for summary in report.tenants[0].collections {
        let reading = summary.reading
        text += "\(reading.rows) \(reading.gaps) \(reading.oddities) \(reading.files) \(reading.availability) \(reading.isAssumedComplete) "
        text += "\(summary.bytes) \(summary.repeatedRows) \(summary.contradictoryKeys)\n"
      }
      for missing in report.tenants[0].missing { text += "\(missing.cause) \(missing.subjects) \(missing.rules)\n" }
      for finding in try report.findings.all() {
        text +=
          "\(finding.rule) \(finding.verdict) \(finding.subject) \(finding.message) \(finding.file ?? "") \(finding.place.map { "\($0.line) \($0.byte)" } ?? "")"
        text += " \(finding.causes.map { report.tenants[0].causes[$0] }) \(finding.because.map(\.value))\n"
      }
      return text
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: cases.indices) func `files say the same in one piece and in many`(_ index: Int) {
    let tested = SegmentTests.cases[index]
    let whole = outcome(tested, jobs: 1, segment: .max / 4, batch: 1024)
    #expect(whole.count > 40)
    for (jobs, segment, batch) in [
      (2, 1, 1), (3, 300, 7), (2, 1, 3), (2, 500, 64), (7, 100, 1), (7, 4000, 10), (3, 2500, 5), (2, 9000, 20), (64, 30, 2),
    ] {
      #expect(
        outcome(tested, jobs: jobs, segment: Int64(segment), batch: batch) == whole, "\(tested.name): \(jobs) threads, \(segment) bytes")
    }
  }

  /// Pages of every sort in any order.
  private static func mixed(_ seed: UInt64) -> Case {
    var random = Seeded(seed)
    var files: [(name: String, bytes: [UInt8])] = []
    for page in 1...Int.random(in: 3...14, using: &random) {
      var rows: [String] = []
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        // A key stands twice now and then, with the same row or another.
        rows.append(row(Int.random(in: 0..<150, using: &random), n: Int.random(in: 0..<20, using: &random) == 0 ? 77 : nil))
      }
      func wrapper(_ said: String, _ behind: String) -> String { "{\(said)\"value\":[" + rows.joined(separator: ", ") + "]\(behind)}" }
      let link = #","@odata.nextLink":"\#(Int.random(in: 0..<12, using: &random) == 0 ? 2 : page)""#
      var name = "json"
      var text = wrapper("", link)
      switch Int.random(in: 0..<24, using: &random) {
      case 0: text = wrapper("", "")
      case 1: text = "[" + rows.joined(separator: ",\n") + "]"
      case 2:
        name = "jsonl"
        text = rows.joined(separator: "\n")
      case 3: text = #"{"error":{"code":"Throttled","message":"Later."}}"#
      case 4: text = wrapper(#""Count":\#(Int.random(in: 0..<9, using: &random)),"#, link)
      case 5: text = wrapper(#""@odata.count":\#(Int.random(in: 0..<90, using: &random)),"#, link)
      case 6: text = wrapper(#""note":{"id":1},"#, link + #","other":[]"#)
      case 7 where Int.random(in: 0..<4, using: &random) == 0: text = wrapper("", link) + "]"
      case 8: text = "\u{FEFF}" + text
      case 9: text = wrapper("", link) + "\n" + wrapper("", #","@odata.nextLink":"\#(page + 100)""#)
      default: break
      }
      var bytes = Array(text.utf8)
      if Int.random(in: 0..<24, using: &random) == 0 {
        bytes = [0xFE, 0xFF] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
      }
      if Int.random(in: 0..<30, using: &random) > 0 { files.append(("rows.\(page).\(name)", bytes)) }
    }
    return Case(name: "seed \(seed)", files: files)
  }

  @Test func `pages of any sort say the same in one piece and in many`() {
    for seed in 0..<300 as Range<UInt64> {
      let tested = SegmentTests.mixed(seed)
      var random = Seeded(seed)
      let whole = outcome(tested, jobs: 1, segment: .max / 4, batch: 1024)
      for _ in 0..<4 {
        let jobs = Int.random(in: 2...4, using: &random)
        let segment = Int64.random(in: 300...3000, using: &random)
        let cut = outcome(tested, jobs: jobs, segment: segment, batch: Int.random(in: 1...30, using: &random))
        #expect(cut == whole, "\(tested.name): \(jobs) threads, \(segment) bytes")
      }
    }
  }

  @Test(arguments: [("]", ""), (#"],"@odata.nextLink":"x"}"#, #"{"value":"#), ("\n \n", nil)] as [(String, String?)])
  func `pages of as many rows as a batch are cut`(_ end: String, _ begin: String?) throws {
    let rows = (0..<20).map { #"{"id":\#($0),"v":1}"# }
    let text = begin.map { $0 + "[" + rows.joined(separator: ",") } ?? rows.joined(separator: "\n")
    let planned = Plans.single(.int)
    let snapshot = Snapshot(
      id: "t", files: (0..<9).map { ("rows.\($0 + 1).json", Array((text + end).utf8)) }, collections: ["rows"], incomplete: [],
      unavailable: [])
    var reader = try RowReader(collection: 0, of: snapshot, shape: ShapeID(0), plan: planned.plan, isSingle: false)
    var store = Store(plan: planned.plan)
    var places: [RowPlace] = []
    let size = Int64(text.utf8.count * 2)
    #expect(try reader.cut(into: size) == nil)
    #expect(try reader.read(20, into: &store, places: &places) == 20)
    #expect(try reader.cut(into: size)?.segments.count == 4)
  }
}
