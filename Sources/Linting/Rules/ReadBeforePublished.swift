import Semantics
import Syntax

extension LintRule {
  static let readBeforePublished = LintRule(
    "read_before_published", .warning,
    summary: "a source was read before it was published",
    why: "What was read was an older page than the one that is named; or one of the days is mistyped.",
    flagged: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
        published 2026-03-01
        retrieved 2026-01-01
      }
      """,
    accepted: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
        published 2026-01-01
        retrieved 2026-03-01
      }
      """
  ) { set, findings in
    for source in set.program.cited {
      guard let published = source.published, let retrieved = source.retrieved, retrieved < published else { continue }
      findings.add(
        "the source `\(source.name.name)` was read on \(retrieved.text), before it was published on \(published.text)", at: source.name.span
      )
    }
  }
}
