import Syntax

extension LintRule {
  static let ruleWithoutSource = LintRule(
    "rule_without_source", .warning,
    summary: "a rule rests on no source",
    why: """
      A finding costs somebody time or money, and the first question is who says so. `cite` names the page, its note, or the matrix \
      that the rule asks; a rule of your own house may cite its own document.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      source handbook "The handbook" {
        url "https://example.com/handbook"
        published 2026-01-01
      }
      notice identified {
        for each user in users
        require user.name is not "?"
        message "{user.id} is not known."
        cite handbook
      }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }
      source handbook "The handbook" {
        url "https://example.com/handbook"
        published 2026-01-01
      }
      notice identified {
        for each user in users
        require user.name is not "?"
        message "{user.id} is not known."
        cite handbook
      }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
        cite handbook
      }
      """
  ) { set, findings in
    for rule in set.rules where !rule.node.clauses.contains(where: { if case .cite = $0.value { true } else { false } }) {
      findings.add("the rule `\(rule.node.name.text)` cites no source", at: rule.node.name.span)
    }
  }
}
