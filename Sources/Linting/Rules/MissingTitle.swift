import Syntax

extension LintRule {
  static let missingTitle = LintRule(
    "missing_title", .warning,
    summary: "a rule has no title",
    why: "Reports group their findings under the title. Without one they show the rule's name, which only its author understands.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
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
      }
      """
  ) { set, findings in
    for rule in set.rules {
      // A translation is shown to some only, and a text of spaces says nothing.
      let isSaid = rule.node.clauses.contains {
        if case .title(nil, let text) = $0.value { !text.isBlank } else { false }
      }
      guard !isSaid else { continue }
      findings.add("the rule `\(rule.node.name.text)` has no title", at: rule.node.name.span, notes: ["write `title \"…\"`"])
    }
  }
}
