import Semantics
import Syntax

extension LintRule {
  static let sourceWithoutDate = LintRule(
    "source_without_date", .warning,
    summary: "a source says neither when it was published nor when it was read",
    why: """
      Pages change under the same address. Without a day nobody can tell whether the table still says what the page says; write \
      `published`, or `retrieved` where the page bears no date.
      """,
    flagged: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
      }
      """,
    accepted: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
        retrieved 2026-01-01
      }
      """
  ) { set, findings in
    for source in set.program.cited where source.published == nil && source.retrieved == nil {
      findings.add("the source `\(source.name.name)` has no day", at: source.name.span, notes: ["write `published` or `retrieved`"])
    }
  }
}
