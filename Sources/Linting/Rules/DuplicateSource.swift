import Semantics
import Syntax

extension LintRule {
  static let duplicateSource = LintRule(
    "duplicate_source", .warning,
    summary: "two sources are the same page of the same day",
    why: "Two declarations of one page come to say different things of it. Keep one, and cite that one in both places.",
    flagged: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
        published 2026-01-01
      }
      source editions "Editions of the product" {
        url "https://example.com/editions"
        published 2026-01-01
      }
      """,
    accepted: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
        published 2025-01-01
      }
      source editions "Editions of the product" {
        url "https://example.com/editions"
        published 2026-01-01
      }
      """
  ) { set, findings in
    struct Page: Hashable {
      let url: Text
      let published: Day?
      let retrieved: Day?
    }
    var first: [Page: QualifiedName] = [:]
    for source in set.program.cited {
      guard let url = source.url else { continue }
      let page = Page(url: url, published: source.published, retrieved: source.retrieved)
      if let known = first[page] {
        findings.add(
          "the source `\(source.name.name)` is the page of `\(known.name)`", at: source.name.span,
          related: [Diagnostic.Related(known.span, "declared here already")])
      } else {
        first[page] = source.name
      }
    }
  }
}
