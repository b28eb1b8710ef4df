import Syntax

extension LintRule {
  static let allowWithoutReason = LintRule(
    "allow_without_reason", .warning,
    summary: "a comment allows something and does not say why",
    why: "The next reader cannot tell an exception from a sloppiness. Write it behind `because`.",
    flagged: """
      module m
      // lint: allow unused_source
      source page "Editions" {
        url "https://example.com/editions"
        published 2026-01-01
      }
      """,
    accepted: """
      module m
      // lint: allow unused_source because the table that cites it comes next week.
      source page "Editions" {
        url "https://example.com/editions"
        published 2026-01-01
      }
      """
  ) { allowances, findings in
    for allowance in allowances where allowance.reason.isEmpty {
      findings.add("nothing says why `\(allowance.rule)` is allowed here", at: allowance.comment, notes: ["write `because …` behind it"])
    }
  }
}
