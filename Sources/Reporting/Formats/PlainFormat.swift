import Evaluation

extension ReportFormat {
  package static let plain = ReportFormat(
    name: "plain", summary: "the same in sentences, without drawing or colour: for logs and screen readers", ending: "txt", lines: nil
  ) { report, context, sink in
    var context = context
    context.hasColor = false
    context.width = nil
    var page = ReportPage(report, context, isDrawn: false, sink: sink.take())
    page.write()
    sink = page.page.sink
  }
}
