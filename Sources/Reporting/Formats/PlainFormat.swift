import Evaluation

extension ReportFormat {
  package static let plain = ReportFormat(
    name: "plain", summary: "the same in sentences, without drawing or colour: for logs and screen readers", ending: "txt", lines: nil
  ) { (report, context, sink) throws(SnapshotError) in
    var context = context
    context.hasColor = false
    context.width = nil
    var page = ReportPage(report, context, isDrawn: false, sink: sink.take())
    try page.write()
    sink = page.page.sink
  }
}
