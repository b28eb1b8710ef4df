import Semantics
import Syntax

extension LintRule {
  static let oldSource = LintRule(
    "old_source", .note, bound: 1826,
    summary: "something in force rests on a source that nobody has looked at for longer than the bound, in days",
    why: """
      Vendors change what an edition includes without telling. What is in force on the day of linting should rest on a page that \
      somebody has read in the last years: read it again, and write the day as `retrieved`, or cite the page that follows it. Sources \
      that only former versions cite may be as old as those are.
      """,
    flagged: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
        published 2012-01-01
      }
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        cite page
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      """,
    accepted: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
        published 2012-01-01
        retrieved 2026-01-01
      }
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        cite page
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      """
  ) { set, findings in
    var citing: [CitedSourceID: QualifiedName] = [:]
    for matrix in set.program.matrices where matrix.period.contains(set.asOf) {
      for cite in [matrix.cite].compactMap({ $0 }) + matrix.statements.flatMap(\.cites) where citing[cite.source] == nil {
        citing[cite.source] = matrix.name
      }
    }
    for (rule, site) in zip(set.program.rules, set.rules) where rule.period.contains(set.asOf) {
      for cite in set.ownCites(of: rule, site) where citing[cite.source] == nil { citing[cite.source] = rule.name }
    }
    for (index, source) in set.program.cited.enumerated() {
      guard let name = citing[CitedSourceID(index)] else { continue }
      guard let seen = [source.published, source.retrieved].compactMap({ $0 }).max() else { continue }
      let age = Int64(set.asOf.days) - Int64(seen.days)
      guard age > findings.bound else { continue }
      findings.add(
        "the source `\(source.name.name)` was last read on \(seen.text), \(counted(age, "day")) ago", at: source.name.span,
        related: [Diagnostic.Related(name.span, "`\(name.name)`, which is in force, rests on it")],
        notes: ["read the page again and write the day as `retrieved`"])
    }
  }
}
