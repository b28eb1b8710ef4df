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
    for rule in set.rules {
      // A translation is shown to some only, and a text of spaces says nothing.
      let isSaid = rule.node.clauses.contains {
        if case .remedy(nil, let text) = $0.value { !text.isBlank } else { false }
      }
      guard !isSaid else { continue }
      findings.add("the rule `\(rule.node.name.text)` does not say what to do", at: rule.node.name.span, notes: ["write `remedy \"…\"`"])
    }
  }
}
