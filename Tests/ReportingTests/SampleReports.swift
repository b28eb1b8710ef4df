import Reporting
import Semantics
import Syntax
import TestSupport

@testable import Evaluation

/// Reports made by hand over `Tests/Corpus/reporting/policies.licet`.
struct SampleReport: Sendable, CustomStringConvertible {
  let name: String
  let report: Report
  var description: String { name }

  static let all = [
    SampleReport(name: "mixed", report: mixed), SampleReport(name: "empty", report: empty), SampleReport(name: "clean", report: clean),
    SampleReport(name: "hostile", report: hostile),
  ]

  static let program: CheckedProgram = {
    guard let file = corpus("reporting").first else { preconditionFailure("no policies") }
    let result = check([parse(SourceFile(path: "desk/policies.licet", bytes: file.bytes), file: 0)])
    guard let program = result.program else { preconditionFailure("the policies have errors: \(result.diagnostics)") }
    return program
  }()

  static func rule(_ name: Text) -> RuleID {
    guard let index = program.rules.firstIndex(where: { $0.name.name == name }) else { preconditionFailure("no rule \(name)") }
    return RuleID(index)
  }

  static func context(width: Int? = nil, hasColor: Bool = false, language: Text? = nil) -> ReportContext {
    ReportContext(program: program, version: "0.1.0", language: language, width: width, hasColor: hasColor)
  }

  static func day(_ text: String) -> Day {
    guard let day = Day(parsing: Array(text.utf8)) else { preconditionFailure("no day: \(text)") }
    return day
  }

  static func counts(pass: Int = 0, fail: Int = 0, undetermined: Int = 0, inapplicable: Int = 0, waived: Int = 0) -> VerdictCounts {
    var counts = VerdictCounts()
    counts.pass = pass
    counts.fail = fail
    counts.undetermined = undetermined
    counts.inapplicable = inapplicable
    counts.waived = waived
    return counts
  }

  static func collection(_ index: Int, rows: Int, files: [String], assumed: Bool = false) -> Report.CollectionSummary {
    var reading = CollectionReading(availability: .present)
    reading.rows = rows
    reading.files = files
    reading.isAssumedComplete = assumed
    return Report.CollectionSummary(collection: CollectionID(index), reading: reading)
  }

  static func finding(
    _ rule: Text, _ verdict: Verdict, tenant: Int = 0, _ parts: [Subject.Part], message: Text, remedy: Text? = nil, causes: [Int] = [],
    line: Int64? = nil, isCollection: Bool = false
  ) -> Finding {
    Finding(
      rule: self.rule(rule), verdict: verdict, tenant: tenant,
      subject: Subject(parts: parts, isCollection: isCollection), message: message, remedy: remedy,
      because: [
        Finding.Evidence(
          expression: "someone has lamp", value: verdict == .undetermined ? "unknown" : "false", place: program.rules[0].span)
      ],
      causes: causes, contests: [],
      file: line == nil ? nil : "exports/north/people.jsonl",
      place: line.map { RowPlace(file: 0, line: $0, byte: $0 * 100) })
  }

  static func person(_ number: Int) -> Subject.Part {
    Subject.Part(thing: "person", key: Text("p\(number)"), label: Text("Person \(number)"))
  }

  static func tenant(_ id: Text, collections: [Report.CollectionSummary] = [], counts: [VerdictCounts?]) -> Report.Tenant {
    Report.Tenant(
      id: id, asOf: day("2026-11-01"), asOfFrom: .option, collections: collections, causes: [], missing: [], counts: counts, notes: [])
  }
}
