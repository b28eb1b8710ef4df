import Syntax

extension LintRule {
  static let insecureAddress = LintRule(
    "insecure_address", .note,
    summary: "the address of a source is not `https`",
    why: "What is read over `http` can be changed on the way, and the vendor's pages have long moved.",
    flagged: """
      module m
      source page "Editions" {
        url "http://example.com/editions"
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
    for source in set.sources {
      for clause in source.node.clauses {
        if case .url(let url) = clause.value, !url.text.utf8.starts(with: "https://".utf8) {
          findings.add("`\(url.text)` does not begin with `https://`", at: url.span)
        }
      }
    }
  }
}
