import Syntax

extension DiagnosticFormat {
  /// Annotations of GitHub Actions: a line each, which the service shows at the line of the pull request.
  static let github = DiagnosticFormat(name: "github", summary: "annotations of a pull request") { diagnostics, files, _, sink in
    for diagnostic in diagnostics {
      let level: String
      switch diagnostic.severity {
      case .error: level = "error"
      case .warning: level = "warning"
      case .note: level = "notice"
      }
      var properties: [String] = []
      let index = Int(diagnostic.span.file)
      if files.indices.contains(index) {
        let start = files[index].position(of: diagnostic.span.start)
        let end = files[index].position(of: diagnostic.span.end)
        properties += ["file=\(property(files[index].path))", "line=\(start.line)", "endLine=\(end.line)"]
        // Columns are only taken within one line.
        if start.line == end.line { properties += ["col=\(start.column)", "endColumn=\(end.column)"] }
      }
      properties.append("title=\(property("\(diagnostic.kind.code) (\(diagnostic.kind.nature.rawValue))"))")
      let lines = [diagnostic.message] + diagnostic.notes + (diagnostic.fix.map { ["help: " + $0.title] } ?? [])
      sink.write("::\(level) \(properties.joined(separator: ","))::\(lines.map(data).joined(separator: "%0A"))\n")
    }
  }

  /// What stands behind the second `::`. A runner also obeys the older `##[command]`, wherever it stands in a line.
  private static func data(_ text: String) -> String { escaped(text, [0x25: "%25", 0x0D: "%0D", 0x0A: "%0A"]) }

  private static func property(_ text: String) -> String {
    escaped(text, [0x25: "%25", 0x0D: "%0D", 0x0A: "%0A", 0x3A: "%3A", 0x2C: "%2C"])
  }

  private static func escaped(_ text: String, _ codes: [UInt32: String]) -> String {
    var result = ""
    var last: UInt32 = 0
    for scalar in shown(text).unicodeScalars {
      if scalar.value == 0x5B && last == 0x23 { result += " " }
      result += codes[scalar.value] ?? String(scalar)
      last = scalar.value
    }
    return result
  }
}
