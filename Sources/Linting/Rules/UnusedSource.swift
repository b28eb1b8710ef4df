import Semantics
import Syntax

extension LintRule {
  static let unusedSource = LintRule(
    "unused_source", .warning,
    summary: "a source that nothing cites",
    why: "Either a table or a rule rests on it and does not say so, or it is left over from one that is gone.",
    flagged: """
      module m
      source page "Accounts" {
        url "https://example.com/accounts"
        published 2026-01-01
      }
      source former "Accounts, as they were" {
        url "https://example.com/accounts"
        published 2020-01-01
      }
      entity user in users key id label name { id: id, name: text }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
        cite page
      }
      """,
    accepted: """
      module m
      source page "Accounts" {
        url "https://example.com/accounts"
        published 2026-01-01
      }
      entity user in users key id label name { id: id, name: text }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
        cite page
      }
      """
  ) { set, findings in
    for (index, source) in set.program.cited.enumerated() where !set.usage.sources.contains(CitedSourceID(index)) {
      findings.add("nothing cites the source `\(source.name.name)`", at: source.name.span)
    }
  }
}
