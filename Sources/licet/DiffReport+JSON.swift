import Analysis
import Evaluation
import Reporting
import Semantics
import Syntax

extension DiffReport {
  /// One object; what is in it stands in Policies/README.md.
  func writeJSON(to sink: ByteSink) {
    var json = JSONWriter(sink, brokenDepth: 3)
    json.object { json in
      json.member("format", "licet-diff-1")
      json.member("differs", differs)
      json.name("same")
      json.object { json in
        for kind in Difference.Kind.allCases { member(kind, comparison.same[kind] ?? 0, &json) }
      }
      json.name("differences")
      json.array(entries) { json, entry in write(entry, &json) }
      json.name("snapshots")
      json.array(tenants) { json, tenant in write(tenant, &json) }
    }
    json.sink.write(0x0A)
    json.sink.flush()
  }

  private func member(_ kind: Difference.Kind, _ count: Int, _ json: inout JSONWriter) {
    switch kind {
    case .cell: json.member("cell", count)
    case .date: json.member("date", count)
    case .product: json.member("product", count)
    case .feature: json.member("feature", count)
    case .rule: json.member("rule", count)
    case .fact: json.member("fact", count)
    case .waiver: json.member("waiver", count)
    case .attestation: json.member("attestation", count)
    case .entity: json.member("entity", count)
    case .holding: json.member("holding", count)
    case .lookup: json.member("lookup", count)
    case .preference: json.member("preference", count)
    }
  }

  private func write(_ entry: Entry, _ json: inout JSONWriter) {
    let difference = entry.difference
    json.object { json in
      json.member("kind", difference.kind.rawValue)
      json.member("change", difference.change.rawValue)
      json.member("name", difference.name)
      json.member("formerName", difference.formerName)
      json.name("details")
      json.array(entry.details) { json, detail in json.string(detail) }
      json.member("from", difference.period?.from?.text)
      json.member("before", difference.period?.before?.text)
      json.name("old")
      write(difference.old, old, &json)
      json.name("new")
      write(difference.new, new, &json)
      json.name("witness")
      guard let witness = entry.witness else { return json.null() }
      json.object { json in
        json.member("rule", witness.newRule.map { new[$0].name.string } ?? witness.oldRule.map { old[$0].name.string })
        json.member("subject", witness.subject)
        json.member("old", witness.old?.rawValue)
        json.member("new", witness.new?.rawValue)
        json.name("test")
        json.array(witness.lines) { json, line in json.string(line) }
      }
    }
  }

  private func write(_ span: SourceSpan?, _ program: CheckedProgram, _ json: inout JSONWriter) {
    guard let span else { return json.null() }
    let file = program.files[Int(span.file)]
    json.object { json in
      json.member("file", file.path)
      json.member("line", file.line(of: span.start))
    }
  }

  private func write(_ tenant: VerdictChanges, _ json: inout JSONWriter) {
    json.object { json in
      json.member("id", tenant.id)
      json.member("asOf", tenant.asOf.text)
      json.member("formerAsOf", tenant.formerAsOf.text)
      json.member("verdicts", tenant.verdicts)
      json.member("changed", tenant.changed)
      json.member("subjects", tenant.subjects)
      json.name("rules")
      json.array(tenant.rules) { json, rule in
        json.object { json in
          json.member("old", rule.old.map { old[$0].name.string })
          json.member("new", rule.new.map { new[$0].name.string })
          json.name("moves")
          json.array(rule.moves) { json, move in
            json.object { json in
              json.member("from", move.from?.rawValue)
              json.member("to", move.to?.rawValue)
              json.member("count", move.count)
            }
          }
          json.name("subjects")
          json.array(rule.subjects) { json, changed in
            json.object { json in
              json.name("subject")
              json.array(changed.subject.parts) { json, part in
                json.object { json in
                  json.member("thing", part.thing)
                  json.member("key", part.key)
                  json.member("label", part.label)
                }
              }
              json.member("from", changed.from?.rawValue)
              json.member("to", changed.to?.rawValue)
            }
          }
        }
      }
    }
  }
}
