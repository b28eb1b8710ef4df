import Evaluation

extension ReportFormat {
  package static let jsonl = ReportFormat(
    name: "jsonl", summary: "one JSON object a line: each finding as it is found, then one line with all the rest", ending: "jsonl",
    lines: { findings, range, tenant, context, lines, sink in
      lines.write(findings, range, tenant, context, after: [0x0A], to: &sink)
    }
  ) { report, context, sink in
    var json = JSONWriter(sink.take(), isSpaced: false)
    json.object { json in
      json.head(of: report, context)
      json.tail(of: report, context)
    }
    json.sink.write(0x0A)
    sink = json.sink
  }
}
