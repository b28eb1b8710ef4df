import Syntax

extension LintRule {
  static let futureSource = LintRule(
    "future_source", .warning,
    summary: "a source was published or read on a day that has not come",
    why: "Nobody can have read a page tomorrow: the year is mistyped, or day and month are swapped.",
    flagged: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
        published 2926-01-01
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
        switch clause.value {
        case .published(let day), .retrieved(let day):
          if day.day > set.asOf { findings.add("\(day.day.text) has not come by \(set.asOf.text)", at: day.span) }
        case .url, .locale, .translation, .note: break
        }
      }
    }
  }
}
