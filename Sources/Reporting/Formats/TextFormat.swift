import Evaluation

extension ReportFormat {
  package static let text = ReportFormat(
    name: "text", summary: "for people at a terminal: tables, colour, ten findings a rule", ending: nil, lines: nil
  ) { (report, context, sink) throws(SnapshotError) in
    var page = ReportPage(report, context, isDrawn: true, sink: sink.take())
    try page.write()
    sink = page.page.sink
  }
}
