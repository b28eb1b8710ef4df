import Syntax

extension LintRule {
  static let missingRemedy = LintRule(
    "missing_remedy", .warning,
    summary: "a rule does not say what to do",
    why: "Whoever reads the report has to act on it. One sentence of `remedy` saves each of them the search.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
        title "User without a name"
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
        title "User without a name"
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
        remedy "Give the account the name of its owner."
      }
      """
  ) { set, findings in
    for rule in set.rules where !rule.node.clauses.contains(where: { if case .remedy = $0.value { true } else { false } }) {
      findings.add("the rule `\(rule.node.name.text)` does not say what to do", at: rule.node.name.span, notes: ["write `remedy \"…\"`"])
    }
  }
}
