package import Evaluation

/// One form in which a report is written.
package struct ReportFormat: Sendable {
  package let name: String
  /// One sentence for the help.
  package let summary: String
  /// The ending of files that are written so, without the dot; nil: none.
  package let ending: String?
  /// A form whose findings are written as they are found writes those of a list in a range, all of one tenant; `end` then writes the rest.
  package let lines: (@Sendable (FindingList, Range<Int>, Report.Tenant, ReportContext, inout FindingLines, inout ByteSink) -> Void)?
  /// All of the report, or all but the findings where `lines` has written them.
  package let end: @Sendable (Report, ReportContext, inout ByteSink) throws(SnapshotError) -> Void

  package static let all: [ReportFormat] = [.text, .plain, .json, .jsonl]

  /// Writes a finished report.
  /// - Throws: where findings cannot be read.
  package func write(_ report: Report, _ context: ReportContext, to sink: inout ByteSink) throws(SnapshotError) {
    if let lines {
      var made = FindingLines()
      var batches = report.findings.batches()
      while let batch = try batches.next() {
        batch.byTenant { tenant, range in lines(batch, range, report.tenants[tenant], context, &made, &sink) }
      }
    }
    try end(report, context, &sink)
    sink.flush()
  }
}
