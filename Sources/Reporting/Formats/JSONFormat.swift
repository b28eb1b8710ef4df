import Evaluation
import Semantics
import Syntax

extension ReportFormat {
  package static let json = ReportFormat(
    name: "json", summary: "one JSON document with everything, described by report.schema.json", ending: "json", lines: nil
  ) { (report, context, sink) throws(SnapshotError) in
    var json = JSONWriter(sink.take(), brokenDepth: 2)
    try json.object { (json) throws(SnapshotError) in
      json.head(of: report, context)
      json.name("findings")
      try json.array { (json) throws(SnapshotError) in try json.findings(report, context) }
      json.tail(of: report, context)
    }
    json.sink.write(0x0A)
    sink = json.sink
  }
}

extension JSONWriter {
  /// All that stands before the findings.
  mutating func head(of report: Report, _ context: ReportContext) {
    let program = context.program
    member("report", 1)
    name("tool")
    object { json in
      json.member("name", "licet")
      json.member("version", context.version)
    }
    let days = Set(report.tenants.map(\.asOf))
    let origins = Set(report.tenants.map(\.asOfFrom))
    member("asOf", days.count == 1 ? days.first?.text : nil)
    member("asOfFrom", days.count == 1 && origins.count == 1 ? origins.first?.rawValue : nil)
    name("policies")
    array(program.files) { json, file in
      json.object { json in
        json.member("path", file.path)
        json.member("sha256", SHA256.hex(file.bytes))
      }
    }
    name("sources")
    array(program.cited) { json, source in json.source(source, context) }
    name("snapshots")
    array(report.tenants) { json, tenant in json.snapshot(tenant, context) }
    name("rules")
    array(program.rules.indices) { json, index in json.rule(RuleID(index), report, context) }
  }

  /// All that stands behind the findings.
  mutating func tail(of report: Report, _ context: ReportContext) {
    name("missing")
    array { json in
      for tenant in report.tenants {
        for missing in tenant.missing {
          json.object { json in
            json.member("snapshot", tenant.id)
            json.cause(missing.cause)
            json.member("subjects", missing.subjects)
            json.name("rules")
            json.array(missing.rules) { json, rule in json.string(context.program[rule].name.string) }
          }
        }
      }
    }
    let summary = ReportSummary(report, context)
    name("summary")
    object { json in
      json.member("fail", summary.counts.fail)
      json.member("undetermined", summary.counts.undetermined)
      json.member("waived", summary.counts.waived)
      json.member("rulesDecided", summary.rulesDecided)
      json.member("rulesUndecided", summary.rulesUndecided)
      json.member("rulesWithoutSubjects", summary.rulesWithoutSubjects)
      json.member("rulesNotRun", summary.rulesNotRun)
      json.member("exit", summary.outcome.rawValue)
    }
    guard let timing = report.timing else { return }
    name("timing")
    object { json in
      json.member("milliseconds", timing.milliseconds)
      json.member("cpuMilliseconds", timing.cpuMilliseconds)
      json.member("threads", timing.threads)
      json.member("rows", report.rowsRead)
      json.member("bytes", report.bytesRead)
    }
  }

  /// All findings, as the elements of an array.
  fileprivate mutating func findings(_ report: Report, _ context: ReportContext) throws(SnapshotError) {
    var lines = FindingLines(isSpaced: true)
    var batches = report.findings.batches()
    // The writer writes the first one, and knows then that others follow.
    var isFirst = true
    while let batch = try batches.next() {
      if isFirst { finding(batch[0], report.tenants[batch[0].tenant], context) }
      let written = isFirst ? 1 : 0
      isFirst = false
      let separator = elementSeparator
      batch.byTenant { tenant, range in
        lines.write(
          batch, max(range.lowerBound, written)..<range.upperBound, report.tenants[tenant], context, before: separator, to: &sink)
      }
    }
  }

  mutating func finding(_ finding: Finding, _ tenant: Report.Tenant, _ context: ReportContext) {
    let rule = context.program[finding.rule]
    object { json in
      json.findingHead(finding, tenant, rule)
      json.name("subject")
      json.subject(finding.subject)
      json.member("message", finding.words(in: tenant))
      json.member("remedy", finding.remedy)
      json.findingReasons(finding, tenant, rule, context)
      json.name("at")
      json.at(finding)
      json.member("fingerprint", fingerprint(of: finding, in: tenant, rule: rule))
    }
  }

  /// The members of a finding before its subject.
  mutating func findingHead(_ finding: Finding, _ tenant: Report.Tenant, _ rule: Rule) {
    member("rule", rule.name.string)
    member("verdict", finding.verdict.rawValue)
    member("original", finding.original?.rawValue)
    member("severity", rule.severity.rawValue)
    member("snapshot", tenant.id)
  }

  /// The members of a finding between its remedy and its place.
  mutating func findingReasons(_ finding: Finding, _ tenant: Report.Tenant, _ rule: Rule, _ context: ReportContext) {
    name("because")
    array(finding.because) { json, evidence in
      json.object { json in
        json.member("expression", evidence.expression)
        json.member("value", evidence.value)
      }
    }
    name("missing")
    array(finding.causes) { json, index in
      guard tenant.causes.indices.contains(index) else { return }
      json.object { json in json.cause(tenant.causes[index]) }
    }
    name("contested")
    array(finding.contests) { json, contest in json.contest(contest, context.program) }
    name("waiver")
    waiver(finding.waiver, context.program)
    name("cites")
    array(rule.cites(on: tenant.asOf)) { json, cite in json.cite(cite, context.program) }
    name("policy")
    place(rule.name.span, context)
  }

  private mutating func source(_ source: CitedSource, _ context: ReportContext) {
    object { json in
      json.member("source", source.name.name)
      json.member("module", source.name.module)
      json.member("title", source.title)
      json.member("url", source.url)
      json.member("published", source.published?.text)
      json.member("retrieved", source.retrieved?.text)
      json.name("notes")
      json.array(source.notes) { json, note in
        json.object { json in
          json.member("note", note.number)
          json.member("text", note.text.text(in: context.language))
        }
      }
    }
  }

  private mutating func snapshot(_ tenant: Report.Tenant, _ context: ReportContext) {
    object { json in
      json.member("id", tenant.id)
      json.member("asOf", tenant.asOf.text)
      json.member("asOfFrom", tenant.asOfFrom.rawValue)
      json.name("collections")
      json.array(tenant.collections) { json, summary in
        let reading = summary.reading
        json.object { json in
          json.member("name", context.program[summary.collection].name)
          json.member("rows", reading.rows)
          json.member("complete", reading.isComplete)
          json.member("assumed", reading.isAssumedComplete)
          json.member("availability", reading.availability.word)
          json.name("files")
          json.array(reading.files) { json, file in json.string(fileName(file)) }
          json.name("gaps")
          json.array(reading.gaps) { json, gap in json.string(gap.words) }
          json.name("oddities")
          json.array(reading.oddities) { json, oddity in
            json.object { json in
              json.member("message", oddity.message)
              json.member("file", fileName(oddity.file))
              json.member("line", oddity.line)
            }
          }
          json.member("moreOddities", reading.moreOddities)
          json.member("repeatedRows", summary.repeatedRows)
          json.member("contradictoryKeys", summary.contradictoryKeys)
        }
      }
      json.name("notes")
      json.array(tenant.notes) { json, note in json.string(note) }
    }
  }

  private mutating func rule(_ id: RuleID, _ report: Report, _ context: ReportContext) {
    let rule = context.program[id]
    object { json in
      json.member("id", rule.name.string)
      json.member("severity", rule.severity.rawValue)
      json.member("title", rule.title.text(in: context.language))
      json.name("counts")
      json.counts(report.counts(of: id))
      json.name("bySnapshot")
      json.array(report.tenants) { json, tenant in
        json.object { json in
          json.member("snapshot", tenant.id)
          json.name("counts")
          json.counts(tenant.counts(of: id))
        }
      }
    }
  }

  /// Null where the rule was not run.
  private mutating func counts(_ counts: VerdictCounts?) {
    guard let counts else { return null() }
    object { json in
      json.member("subjects", counts.subjects)
      json.member("inapplicable", counts.inapplicable)
      json.member("pass", counts.pass)
      json.member("fail", counts.fail)
      json.member("undetermined", counts.undetermined)
      json.member("waived", counts.waived)
    }
  }

  private mutating func subject(_ subject: Subject) {
    guard !subject.parts.isEmpty else {
      return object { json in json.member("kind", "tenant") }
    }
    if subject.isCollection {
      return object { json in
        json.member("kind", "collection")
        json.member("collection", subject.parts[0].thing)
      }
    }
    part(subject.parts[...])
  }

  /// The last thing of a chain, with the one that holds it as `of`.
  private mutating func part(_ parts: ArraySlice<Subject.Part>) {
    guard let part = parts.last else { return null() }
    object { json in
      json.member("kind", "row")
      json.member("entity", part.thing)
      json.member("key", part.key)
      json.member("label", part.label)
      if parts.count > 1 {
        json.name("of")
        json.part(parts.dropLast())
      }
    }
  }

  private mutating func cause(_ cause: Cause) {
    member("path", cause.path)
    member("kind", cause.kind.rawValue)
    member("ask", cause.ask)
  }

  private mutating func contest(_ contest: Finding.Contest, _ program: CheckedProgram) {
    object { json in
      json.member("feature", program[contest.feature].name.string)
      json.name("products")
      json.array(contest.product) { json, product in json.string(program[product].name.string) }
      json.member("preferred", contest.preferred.string)
      json.member("over", contest.over.string)
      json.member("reason", contest.reason)
    }
  }

  private mutating func waiver(_ name: QualifiedName?, _ program: CheckedProgram) {
    guard let name else { return null() }
    let waiver = program.waivers.first { $0.name == name }
    object { json in
      json.member("id", name.string)
      json.member("because", waiver?.because)
      json.member("by", waiver?.by)
      json.member("on", waiver?.on?.text)
      json.member("expires", waiver?.expires.text)
    }
  }

  private mutating func cite(_ cite: Cite, _ program: CheckedProgram) {
    let source = program.cited[cite.source.index]
    object { json in
      json.member("source", source.name.name)
      json.member("module", source.name.module)
      if let note = cite.note { json.member("note", note) }
    }
  }

  private mutating func place(_ span: SourceSpan, _ context: ReportContext) {
    guard let place = context.place(span) else { return null() }
    object { json in
      json.member("path", place.path)
      json.member("line", place.line)
    }
  }

  private mutating func at(_ finding: Finding) {
    guard let file = finding.file, let place = finding.place else { return null() }
    object { json in
      json.member("file", fileName(file))
      json.member("line", place.line)
      json.member("byte", place.byte)
    }
  }
}
