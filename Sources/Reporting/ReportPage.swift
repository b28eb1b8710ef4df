import Evaluation
import Semantics
import Syntax

/// The report as an administrator reads it: what was read, what each rule found, whom it hits, what is missing, what it comes to.
struct ReportPage {
  let report: Report
  let context: ReportContext
  /// Tables, rules and signs; else sentences and words.
  let isDrawn: Bool
  var page: Page
  /// Findings of one rule that are spelt out.
  static let shownFindings = 10
  /// Subjects that are named for one cause.
  static let shownSubjects = 3
  var program: CheckedProgram { context.program }

  init(_ report: Report, _ context: ReportContext, isDrawn: Bool, sink: ByteSink) {
    self.report = report
    self.context = context
    self.isDrawn = isDrawn
    page = Page(sink, width: context.width, hasColor: context.hasColor)
  }

  /// - Throws: where findings cannot be read.
  mutating func write() throws(SnapshotError) {
    // Findings stand ordered by tenant and rule.
    var findings = FindingCursor(report.findings)
    for (index, tenant) in report.tenants.enumerated() {
      if index > 0 { page.blank() }
      header(tenant)
      rules(tenant)
      while let found = try findings.rule(of: index) { group(found, tenant) }
      missing(tenant)
      remarks(tenant)
    }
    page.blank()
    let summary = ReportSummary(report, context)
    let tone: Page.Tone =
      switch summary.outcome {
      case .clean: .good
      case .findings: .bad
      case .undetermined, .nothingEvaluated: .doubtful
      }
    page.paragraph(summary.reason, tone: tone)
    if let timing = report.timing { page.paragraph(words(timing)) }
  }

  /// What was read, how long it took, and how fast that is.
  private func words(_ timing: Timing) -> String {
    let seconds = String(fixed: timing.milliseconds)
    let rate = timing.milliseconds > 0 ? ", \(grouped(Int((report.bytesRead * 1000 / Int64(timing.milliseconds)) >> 20))) MiB a second" : ""
    return "read \(grouped(report.rowsRead)) rows, \(grouped(Int(report.bytesRead >> 20))) MiB, in \(seconds) s\(rate); "
      + "\(String(fixed: timing.cpuMilliseconds)) s of CPU on \(timing.threads) thread\(timing.threads == 1 ? "" : "s")"
  }

  // MARK: what was read

  private mutating func header(_ tenant: Report.Tenant) {
    page.line(page.toned(shown(tenant.id), .strong) + ", as of \(tenant.asOf.text) (\(tenant.asOfFrom.words))")
    if let folder = tenant.collections.compactMap({ $0.reading.files.first }).first.flatMap(folderName) {
      page.line(page.toned("read from \(shown(folder))", .dim))
    }
    let names = tenant.collections.map { shown(program[$0.collection].name) }
    let rows = tenant.collections.map { grouped($0.reading.rows) }
    let nameWidth = names.map(\.unicodeScalars.count).max() ?? 0
    let rowWidth = rows.map(\.utf8.count).max() ?? 0
    for (index, summary) in tenant.collections.enumerated() {
      let reading = summary.reading
      let name = isDrawn ? left(names[index], nameWidth) : names[index] + ":"
      switch reading.availability {
      case .notExported:
        page.line("  \(name)  " + page.toned("not exported", .doubtful))
      case .unavailable(let code, let message):
        page.paragraph("not available: \(shown(code)): \(shown(message))", first: "  \(name)  ", then: "    ", tone: .doubtful)
      case .present:
        let count = (isDrawn ? right(rows[index], rowWidth) : rows[index]) + (reading.rows == 1 ? " row " : " rows")
        let files = reading.files.count == 1 ? shown(fileName(reading.files[0])) : counted(reading.files.count, "file", "files")
        let whole = reading.isComplete ? (reading.isAssumedComplete ? ", assumed to be complete" : "") : ", not complete"
        page.line("  \(name)  \(isDrawn ? count : counted(reading.rows, "row", "rows"))  \(files)\(whole)")
        for gap in reading.gaps { page.paragraph(shown(gap.words), first: "    ", then: "    ", tone: .doubtful) }
      }
      if summary.repeatedRows > 0 {
        page.line("    \(counted(summary.repeatedRows, "row stands", "rows stand")) there again, and counted once")
      }
      if summary.contradictoryKeys > 0 {
        let keys = counted(summary.contradictoryKeys, "key has", "keys have")
        page.line("    " + page.toned("\(keys) different rows", .doubtful))
      }
    }
  }

  // MARK: what each rule came to

  private mutating func rules(_ tenant: Report.Tenant) {
    page.blank()
    if tenant.isEmpty {
      page.paragraph("Nothing was evaluated: no rule met a subject.", tone: .doubtful)
    }
    var leftOut = 0
    var rows: [(rule: Rule, counts: VerdictCounts)] = []
    var silent: [String] = []
    for (index, rule) in program.rules.enumerated() {
      if let counts = tenant.counts(of: RuleID(index)) {
        rows.append((rule, counts))
      } else if !context.only.isEmpty && !context.only.contains(RuleID(index)) {
        leftOut += 1
      } else {
        silent.append(
          "\(isDrawn ? left(rule.severity.word, 9) + "  " : rule.severity.word + " ")\(shown(rule.name.string)): "
            + (rule.period.contains(tenant.asOf) ? "not run" : "not in force on \(tenant.asOf.text), not run"))
      }
    }
    if isDrawn { table(rows) } else { sentences(rows) }
    for line in silent { page.line(page.toned(line, .dim)) }
    if leftOut > 0 { page.line(page.toned("\(counted(leftOut, "rule", "rules")) left out by `--only`", .dim)) }
  }

  private mutating func sentences(_ rows: [(rule: Rule, counts: VerdictCounts)]) {
    for (rule, counts) in rows {
      let name = "\(rule.severity.word) \(shown(rule.name.string)): "
      guard counts.subjects > 0 else {
        page.line(name + "no subjects, nothing was checked")
        continue
      }
      page.line(
        name + "\(counted(counts.subjects, "subject", "subjects")), \(grouped(counts.fail)) fail, "
          + "\(grouped(counts.undetermined)) cannot be told, \(grouped(counts.waived)) waived, \(grouped(counts.pass)) pass, "
          + "\(grouped(counts.inapplicable)) do not apply")
    }
  }

  private mutating func table(_ rows: [(rule: Rule, counts: VerdictCounts)]) {
    let heads = ["fail", "cannot tell", "waived", "pass", "not applicable"]
    let cells = rows.map { _, counts in
      [counts.fail, counts.undetermined, counts.waived, counts.pass, counts.inapplicable].map(grouped)
    }
    let names = rows.map { "\(left($0.rule.severity.word, 9))  \(shown($0.rule.name.string))" }
    let first = max(4, names.map(\.unicodeScalars.count).max() ?? 0)
    let widths = heads.indices.map { column in max(heads[column].utf8.count, cells.map { $0[column].utf8.count }.max() ?? 0) }
    let line = left("Rule", first) + heads.indices.map { "  " + right(heads[$0], widths[$0]) }.joined()
    page.line(page.toned(line, .strong))
    page.line(page.toned(String(repeating: "─", count: line.unicodeScalars.count), .dim))
    for (index, row) in rows.enumerated() {
      guard row.counts.subjects > 0 else {
        page.line(left(names[index], first) + "  " + page.toned("no subjects: nothing was checked", .doubtful))
        continue
      }
      var text = left(names[index], first)
      for column in heads.indices {
        let cell = right(cells[index][column], widths[column])
        let isZero = cells[index][column] == "0"
        text +=
          "  " + (isZero ? page.toned(cell, .dim) : column == 0 ? page.toned(cell, .bad) : column == 1 ? page.toned(cell, .doubtful) : cell)
      }
      page.line(text)
    }
  }

  // MARK: what is missing, and what is odd

  private mutating func missing(_ tenant: Report.Tenant) {
    guard !tenant.missing.isEmpty else { return }
    page.blank()
    page.line(page.toned("What is missing", .strong))
    for missing in tenant.missing {
      let rules = missing.rules.map { shown(program[$0].name.string) }
      page.paragraph(missing.cause.words, first: isDrawn ? "  ? " : "  ", then: "    ", tone: .doubtful)
      let verb = missing.rules.count == 1 ? "rule" : "rules"
      page.paragraph(
        "holds up \(counted(missing.subjects, "subject", "subjects")) in \(verb) \(listed(rules))", first: "    ", then: "    ")
      if let ask = missing.cause.ask { page.paragraph("to do: \(shown(ask))", first: "    ", then: "    ") }
    }
  }

  private mutating func remarks(_ tenant: Report.Tenant) {
    var lines = tenant.notes.map(shown)
    for summary in tenant.collections {
      for oddity in summary.reading.oddities { lines.append("\(shown(fileName(oddity.file))):\(oddity.line): \(shown(oddity.message))") }
      if summary.reading.moreOddities > 0 {
        lines.append("\(grouped(summary.reading.moreOddities)) more of this kind in \(shown(program[summary.collection].name))")
      }
    }
    guard !lines.isEmpty else { return }
    page.blank()
    page.line(page.toned("To be noted", .strong))
    for line in lines { page.paragraph(line, first: isDrawn ? "  - " : "  ", then: "    ") }
  }
}
