import Evaluation
import Semantics
import Syntax

extension ReportPage {
  /// The findings of one rule in one tenant: who fails, who is waived, who cannot be told and why, what to do, and who says so.
  mutating func group(_ found: RuleFindings, _ tenant: Report.Tenant) {
    let rule = program[found.rule]
    page.blank()
    let title = shown(rule.title.text(in: context.language))
    let name = "\(rule.severity.word) \(shown(rule.name.string))"
    page.line((isDrawn ? page.toned("── ", .dim) : "") + page.toned(name, .strong))
    if !title.isEmpty { page.paragraph(title) }
    // A remedy that is the same for all is told once, below them; so is what decided all of them alike.
    failed(found.failing, showsRemedy: found.remedy == nil, but: found.evidence)
    waived(found.waived)
    untold(found.untold, tenant)
    because(found.evidence, indent: "  ")
    if let remedy = found.remedy ?? nil { page.paragraph("to do: \(shown(remedy))", first: "  ", then: "  ") }
    contests(found.contests)
    sources(rule.cites(on: tenant.asOf))
  }

  /// The parts of the condition that decided, with their values.
  private mutating func because(_ parts: [Finding.Evidence], indent: String) {
    guard !parts.isEmpty else { return }
    let words = parts.map { "`\(shown($0.expression))` is \(shown($0.value))" }
    page.paragraph("because: \(words.joined(separator: ", "))", first: indent, then: indent + "  ")
  }

  private mutating func failed(_ findings: RuleFindings.Group, showsRemedy: Bool, but common: [Finding.Evidence]) {
    for finding in findings.first {
      let sign = isDrawn ? page.toned("✗", .bad) + " " : "fail: "
      page.line("  \(sign)\(finding.subject.words)\(at(finding))")
      page.paragraph(shown(finding.message), first: "    ", then: "    ")
      because(finding.because.filter { part in !common.contains { $0.saysSame(as: part) } }, indent: "    ")
      if showsRemedy, let remedy = finding.remedy { page.paragraph("to do: \(shown(remedy))", first: "    ", then: "    ") }
    }
    more(findings.count, "fail", "fail")
  }

  private mutating func waived(_ findings: RuleFindings.Group) {
    for finding in findings.first {
      let sign = isDrawn ? "~ " : "waived: "
      page.line("  \(sign)\(finding.subject.words)\(at(finding))")
      let original = finding.original == .undetermined ? "cannot be told" : "fails"
      guard let name = finding.waiver else { continue }
      var text = "\(original), waived by \(shown(name.string))"
      if let waiver = program.waivers.first(where: { $0.name == name }) {
        text += ", which expires on \(waiver.expires.text): \(shown(waiver.because))"
        if let by = waiver.by { text += " (\(shown(by)))" }
      }
      page.paragraph(text, first: "    ", then: "    ")
    }
    more(findings.count, "waived", "waived")
  }

  private mutating func more(_ count: Int, _ one: String, _ many: String) {
    let rest = count - ReportPage.shownFindings
    if rest > 0 { page.line(page.toned("  and \(grouped(rest)) more \(rest == 1 ? one : many); `--format json` lists all", .dim)) }
  }

  /// Those whom the same causes hold up are told together.
  private mutating func untold(_ groups: [(causes: [Int], group: RuleFindings.Group)], _ tenant: Report.Tenant) {
    for (_, group) in groups.prefix(ReportPage.shownFindings) {
      let names = group.first.map { $0.subject.words + (row($0).map { " (\($0))" } ?? "") }
      let rest = group.count - names.count
      let sign = isDrawn ? page.toned("?", .doubtful) + " " : "undetermined: "
      let whom = listed(rest > 0 ? names + ["\(grouped(rest)) more"] : names)
      page.paragraph(whom, first: "  \(sign)", then: "    ")
      if let first = group.first.first { page.paragraph(first.words(in: tenant), first: "    ", then: "    ") }
    }
    let rest = groups.dropFirst(ReportPage.shownFindings).reduce(0) { $0 + $1.group.count }
    if rest > 0 { page.line(page.toned("  and \(grouped(rest)) more cannot be told; `--format json` lists all", .dim)) }
  }

  private func at(_ finding: Finding) -> String { row(finding).map { page.toned("  " + $0, .dim) } ?? "" }

  /// File and line of the subject's row.
  private func row(_ finding: Finding) -> String? {
    guard let file = finding.file, let place = finding.place else { return nil }
    return "\(shown(fileName(file))):\(place.line)"
  }

  /// Cells on which two tables contradict each other: products of one feature, one pair of tables and one reason are told together.
  private mutating func contests(_ all: [Finding.Contest]) {
    var contests: [Finding.Contest] = []
    var products: [[String]] = []
    for contest in all {
      let name = listed(contest.product.map { shown(program[$0].title.text(in: context.language)) })
      let known = contests.firstIndex {
        $0.feature == contest.feature && $0.preferred == contest.preferred && $0.over == contest.over && $0.reason == contest.reason
      }
      if let known {
        if !products[known].contains(name) { products[known].append(name) }
      } else {
        contests.append(contest)
        products.append([name])
      }
    }
    for (contest, products) in zip(contests, products) {
      let feature = shown(program[contest.feature].title.text(in: context.language))
      page.paragraph(
        "contested: `\(feature)` with \(listed(products)): `\(shown(contest.preferred.string))` holds, "
          + "`\(shown(contest.over.string))` says otherwise: \(shown(contest.reason))",
        first: "  ", then: "    ")
    }
  }

  private mutating func sources(_ cites: [Cite]) {
    var order: [CitedSourceID] = []
    for cite in cites where !order.contains(cite.source) { order.append(cite.source) }
    for id in order {
      let source = program.cited[id.index]
      var text = "source: \(shown(source.title))"
      var dates: [String] = []
      if let published = source.published { dates.append("published \(published.text)") }
      if let retrieved = source.retrieved { dates.append("retrieved \(retrieved.text)") }
      if source.isMachineTranslated == true { dates.append("machine translated") }
      if !dates.isEmpty { text += " (\(dates.joined(separator: ", ")))" }
      page.paragraph(text, first: "  ", then: "    ")
      if let url = source.url { page.line("    \(shown(url))") }
      for cite in cites where cite.source == id {
        guard let number = cite.note else { continue }
        guard let note = source.notes.first(where: { $0.number == number }) else { continue }
        page.paragraph("note \(number): \(shown(note.text.text(in: context.language)))", first: "    ", then: "      ")
      }
    }
  }
}
