import Semantics
import Syntax

extension LintRule {
  static let sourceWithoutAddress = LintRule(
    "source_without_address", .warning,
    summary: "a source has no `url`",
    why:
      "Whoever doubts a cell wants to read the page itself. Without an address the title has to be searched for, and pages are retitled.",
    flagged: """
      module m
      source page "Editions" {
        published 2026-01-01
      }
      """,
    accepted: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
        published 2026-01-01
      }
      """
  ) { set, findings in
    for source in set.program.cited where source.url?.isEmpty ?? true {
      findings.add("the source `\(source.name.name)` has no address", at: source.name.span, notes: ["write `url \"https://…\"`"])
    }
  }
}
