import Syntax

extension DiagnosticFormat {
  /// JUnit's XML, as build servers read it: a case for each message, and one that passes for each file without any.
  static let junit = DiagnosticFormat(name: "junit", summary: "JUnit's XML, for build servers") { diagnostics, files, _, sink in
    let failures = diagnostics.count { $0.severity != .note }
    let told = Set(diagnostics.map { Int($0.span.file) })
    let clean = files.indices.filter { !told.contains($0) }
    sink.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    sink.write("<testsuites name=\"licet lint\" tests=\"\(diagnostics.count + clean.count)\" failures=\"\(failures)\" errors=\"0\">\n")
    sink.write(
      "  <testsuite name=\"licet lint\" tests=\"\(diagnostics.count + clean.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"0\">\n"
    )
    for diagnostic in diagnostics {
      let index = Int(diagnostic.span.file)
      let path = files.indices.contains(index) ? files[index].path : "?"
      let place = files.indices.contains(index) ? files[index].position(of: diagnostic.span.start) : (line: 1, column: 1)
      let name = "\(diagnostic.kind.code) at line \(place.line), column \(place.column)"
      let lines =
        ["\(path):\(place.line):\(place.column): \(diagnostic.message)"] + diagnostic.notes.map { "note: " + $0 }
        + (diagnostic.fix.map { ["help: " + $0.title] } ?? [])
      sink.write("    <testcase classname=\"\(xml(path))\" name=\"\(xml(name))\">\n")
      if diagnostic.severity == .note {
        sink.write("      <system-out>\(xml(lines.joined(separator: "\n")))</system-out>\n")
      } else {
        let type = "\(diagnostic.severity.rawValue), \(diagnostic.kind.nature.rawValue)"
        sink.write(
          "      <failure type=\"\(type)\" message=\"\(xml(diagnostic.message))\">\(xml(lines.joined(separator: "\n")))</failure>\n")
      }
      sink.write("    </testcase>\n")
    }
    for index in clean {
      sink.write("    <testcase classname=\"\(xml(files[index].path))\" name=\"nothing to say\"/>\n")
    }
    sink.write("  </testsuite>\n</testsuites>\n")
  }

  /// A text in XML: marks as entities; what XML 1.0 has no place for, or a reader would obey, as its code.
  private static func xml(_ text: String) -> String {
    var result = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if !result.isEmpty || line.startIndex != text.startIndex { result += "\n" }
      for scalar in shown(String(line)).unicodeScalars {
        switch scalar.value {
        case 0x26: result += "&amp;"
        case 0x3C: result += "&lt;"
        case 0x3E: result += "&gt;"
        case 0x22: result += "&quot;"
        case 0x27: result += "&apos;"
        case 0xFFFE, 0xFFFF: result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}
