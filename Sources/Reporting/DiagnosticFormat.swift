package import Syntax

/// One form in which messages about policies are written.
package struct DiagnosticFormat: Sendable {
  /// How many messages one document carries that services refuse when it is longer; the rest is counted.
  static let mostResults = 25_000

  package let name: String
  package let summary: String
  package let write: @Sendable (_ diagnostics: [Diagnostic], _ files: [SourceFile], _ hasColor: Bool, _ sink: inout ByteSink) -> Void

  package static let all: [DiagnosticFormat] = [.text, .plain, .json, .github, .sarif, .junit]

  private static let text = DiagnosticFormat(name: "text", summary: "with the lines that are meant") { diagnostics, files, hasColor, sink in
    sink.write(DiagnosticRenderer(.text(color: hasColor), inFull: "--format json").render(diagnostics, in: files))
  }

  private static let plain = DiagnosticFormat(name: "plain", summary: "one line a message") { diagnostics, files, _, sink in
    sink.write(DiagnosticRenderer(.plain, inFull: "--format json").render(diagnostics, in: files))
  }

  private static let json = DiagnosticFormat(name: "json", summary: "one JSON document") { diagnostics, files, _, sink in
    var json = JSONWriter(sink.take(), brokenDepth: 2)
    json.object { json in
      json.member("lint", 1)
      json.name("files")
      json.array(files) { json, file in json.string(file.path) }
      json.name("diagnostics")
      json.array(diagnostics) { json, diagnostic in
        json.object { json in
          json.member("code", diagnostic.kind.code)
          json.member("nature", diagnostic.kind.nature.rawValue)
          json.member("severity", diagnostic.severity.rawValue)
          json.member("message", diagnostic.message)
          json.name("at")
          json.range(diagnostic.span, files)
          json.name("related")
          json.array(diagnostic.related) { json, related in
            json.object { json in
              json.member("message", related.message)
              json.name("at")
              json.range(related.span, files)
            }
          }
          json.name("notes")
          json.array(diagnostic.notes) { json, note in json.string(note) }
          json.name("fix")
          json.fix(diagnostic.fix, files)
        }
      }
    }
    json.sink.write(0x0A)
    sink = json.sink
  }
}

extension JSONWriter {
  /// Lines and columns from 1, bytes from 0; the end is behind the last character.
  mutating func range(_ span: SourceSpan, _ files: [SourceFile]) {
    guard files.indices.contains(Int(span.file)) else { return null() }
    let file = files[Int(span.file)]
    let start = file.position(of: span.start)
    let end = file.position(of: span.end)
    object { json in
      json.member("path", file.path)
      json.member("line", start.line)
      json.member("column", start.column)
      json.member("endLine", end.line)
      json.member("endColumn", end.column)
      json.member("byte", Int(span.start))
      json.member("endByte", Int(span.end))
    }
  }

  fileprivate mutating func fix(_ fix: Diagnostic.Fix?, _ files: [SourceFile]) {
    guard let fix else { return null() }
    object { json in
      json.member("title", fix.title)
      json.name("edits")
      json.array(fix.edits) { json, edit in
        json.object { json in
          json.name("at")
          json.range(edit.span, files)
          json.member("replacement", edit.replacement)
        }
      }
    }
  }
}
