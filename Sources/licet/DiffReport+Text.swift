import Analysis
import Evaluation
import Reporting
import Semantics
import Syntax

extension DiffReport {
  /// Subjects that are named of each rule.
  static let shownSubjects = 10

  var text: String {
    var lines: [String] = []
    for kind in Difference.Kind.allCases {
      let mine = entries.filter { $0.difference.kind == kind }
      guard !mine.isEmpty else { continue }
      lines.append(kind.plural)
      for entry in mine { lines += text(entry) }
      lines.append("")
    }
    for tenant in tenants { lines += text(tenant) + [""] }
    return (lines + [summary]).joined(separator: "\n") + "\n"
  }

  private func text(_ entry: Entry) -> [String] {
    let difference = entry.difference
    let word = DiffReport.word(difference.change)
    var lines = ["  " + word + String(repeating: " ", count: max(1, 13 - word.utf8.count)) + title(difference)]
    for detail in entry.details { lines.append("      " + printable(detail)) }
    let place = place(difference)
    if !place.isEmpty { lines.append("      " + place) }
    if let witness = entry.witness {
      lines.append("      witness: \(verdicts(witness, entry.difference))")
      for line in witness.lines { lines.append("        " + printable(line)) }
    } else if entry.isAsked {
      lines.append("      no witness was found")
    }
    return lines
  }

  /// `no_lamp: pass → fail for user "user-1"`; with how grave it is, where that differs.
  func verdicts(_ witness: DifferenceWitness, _ difference: Difference) -> String {
    let rule = witness.newRule.map { new[$0].name.name.string } ?? witness.oldRule.map { old[$0].name.name.string } ?? ""
    let whom = witness.subject.isEmpty ? "" : " for \(witness.subject)"
    let (before, after) = (
      difference.severities.map { " as \($0.old.rawValue)" } ?? "", difference.severities.map { " as \($0.new.rawValue)" } ?? ""
    )
    return printable("\(rule): \(DiffReport.word(witness.old))\(before) → \(DiffReport.word(witness.new))\(after)\(whom)")
  }

  private func text(_ tenant: VerdictChanges) -> [String] {
    var lines = [heading(tenant)]
    for rule in tenant.rules {
      lines.append("  \(name(rule))")
      for move in rule.moves { lines.append("    \(DiffReport.word(move.from)) → \(DiffReport.word(move.to)): \(move.count)") }
      for changed in rule.subjects.prefix(DiffReport.shownSubjects) {
        lines.append("      \(DiffReport.subject(changed.subject)): \(DiffReport.word(changed.from)) → \(DiffReport.word(changed.to))")
      }
      let rest = rule.subjects.count - DiffReport.shownSubjects
      if rest > 0 { lines.append("      and \(rest) more") }
    }
    return lines
  }

  func heading(_ tenant: VerdictChanges) -> String {
    let former = tenant.formerAsOf == tenant.asOf ? "" : "\(tenant.formerAsOf.text) → "
    return "snapshot \(printable(tenant.id.string)), as of \(former)\(tenant.asOf.text): \(tenant.changed) of "
      + "\(plural(tenant.verdicts, "verdict")) \(tenant.changed == 1 ? "changes" : "change"), of \(plural(tenant.subjects, "subject"))"
  }
}
