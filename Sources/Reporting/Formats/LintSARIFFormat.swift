import Syntax

extension DiagnosticFormat {
  /// SARIF 2.1.0 (OASIS): what code scanning services take in.
  static let sarif = DiagnosticFormat(name: "sarif", summary: "SARIF 2.1.0, for code scanning") { diagnostics, files, _, sink in
    var kinds: [DiagnosticKind] = []
    var places: [String: Int] = [:]
    for diagnostic in diagnostics where places[diagnostic.kind.code] == nil {
      places[diagnostic.kind.code] = kinds.count
      kinds.append(diagnostic.kind)
    }
    var json = JSONWriter(sink.take(), brokenDepth: 5)
    json.object { json in
      json.member("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
      json.member("version", "2.1.0")
      json.name("runs")
      json.array { json in
        json.object { json in
          json.name("tool")
          json.object { json in
            json.name("driver")
            json.object { json in
              json.member("name", "licet")
              json.name("rules")
              json.array(kinds) { json, kind in json.descriptor(kind) }
            }
          }
          json.member("columnKind", "unicodeCodePoints")
          json.name("invocations")
          json.array { json in
            json.object { json in
              json.name("executionSuccessful")
              json.bool(true)
              if diagnostics.count > mostResults {
                json.name("toolExecutionNotifications")
                json.array { json in
                  json.object { json in
                    json.member("level", "warning")
                    json.text("message", "\(diagnostics.count - mostResults) further messages are not told here")
                  }
                }
              }
            }
          }
          json.name("results")
          json.array(diagnostics.prefix(mostResults)) { json, diagnostic in
            json.result(diagnostic, rule: places[diagnostic.kind.code] ?? 0, files)
          }
        }
      }
    }
    json.sink.write(0x0A)
    sink = json.sink
  }
}

extension JSONWriter {
  fileprivate mutating func text(_ key: StaticString, _ text: String) {
    name(key)
    object { json in json.member("text", text) }
  }

  fileprivate mutating func descriptor(_ kind: DiagnosticKind) {
    object { json in
      json.member("id", kind.code)
      json.text("shortDescription", kind.summary)
      json.text("fullDescription", kind.explanation)
      json.name("properties")
      json.object { json in
        json.name("tags")
        json.array { json in json.string(kind.nature.rawValue) }
      }
    }
  }

  fileprivate mutating func result(_ diagnostic: Diagnostic, rule: Int, _ files: [SourceFile]) {
    object { json in
      json.member("ruleId", diagnostic.kind.code)
      json.member("ruleIndex", rule)
      // The severities are called as SARIF's levels.
      json.member("level", diagnostic.severity.rawValue)
      json.text("message", ([diagnostic.message] + diagnostic.notes).joined(separator: "; "))
      json.name("locations")
      json.array { json in json.location(diagnostic.span, message: nil, id: nil, files) }
      if !diagnostic.related.isEmpty {
        json.name("relatedLocations")
        json.array(diagnostic.related.enumerated()) { json, related in
          json.location(related.element.span, message: related.element.message, id: related.offset, files)
        }
      }
      if let fix = diagnostic.fix, fix.edits.allSatisfy({ files.indices.contains(Int($0.span.file)) }) { json.sarifFix(fix, files) }
    }
  }

  private mutating func sarifFix(_ fix: Diagnostic.Fix, _ files: [SourceFile]) {
    name("fixes")
    array { json in
      json.object { json in
        json.text("description", fix.title)
        json.name("artifactChanges")
        json.array(Set(fix.edits.map(\.span.file)).sorted()) { json, file in
          json.object { json in
            json.name("artifactLocation")
            json.object { json in json.member("uri", uri(files[Int(file)].path)) }
            json.name("replacements")
            json.array(fix.edits.filter { $0.span.file == file }) { json, edit in
              json.object { json in
                json.name("deletedRegion")
                json.region(edit.span, files)
                json.text("insertedContent", edit.replacement)
              }
            }
          }
        }
      }
    }
  }

  private mutating func location(_ span: SourceSpan, message: String?, id: Int?, _ files: [SourceFile]) {
    object { json in
      if let id { json.member("id", id) }
      if files.indices.contains(Int(span.file)) {
        json.name("physicalLocation")
        json.object { json in
          json.name("artifactLocation")
          json.object { json in json.member("uri", uri(files[Int(span.file)].path)) }
          json.name("region")
          json.region(span, files)
        }
      }
      if let message { json.text("message", message) }
    }
  }

  private mutating func region(_ span: SourceSpan, _ files: [SourceFile]) {
    let file = files[Int(span.file)]
    let (start, end) = (file.position(of: span.start), file.position(of: span.end))
    object { json in
      json.member("startLine", start.line)
      json.member("startColumn", start.column)
      json.member("endLine", end.line)
      json.member("endColumn", end.column)
      json.member("byteOffset", Int(span.start))
      json.member("byteLength", Int(span.end - span.start))
    }
  }
}

/// A path as a reference of RFC 3986: what is not unreserved is written as its bytes.
private func uri(_ path: String) -> String {
  var result: [UInt8] = []
  for byte in path.utf8 {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: result.append(byte)
    default:
      let digits = Array("0123456789ABCDEF".utf8)
      result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
    }
  }
  return String(decoding: result, as: UTF8.self)
}
