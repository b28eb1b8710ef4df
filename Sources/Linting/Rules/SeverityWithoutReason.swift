import Syntax

extension LintRule {
  static let severityWithoutReason = LintRule(
    "severity_without_reason", .off,
    summary: "no comment above a rule says why it is a violation, a warning or a notice",
    why: """
      How much a finding matters is a judgement, and the next editor wants to know whose and why. Write a line of comment above the \
      rule. The rule is off by default, since a cited note often is the reason.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }

      violation named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }

      // A violation, because the auditors refuse accounts that belong to nobody.
      violation named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for rule in set.rules {
      let source = set.trees[rule.file].source
      let line = source.line(of: rule.span.start)
      let isSaid = set.trees[rule.file].comments.contains {
        $0.end <= rule.span.start && source.line(of: $0.start) + 1 == line && LintComment(set.trees[rule.file], $0) == nil
      }
      if !isSaid {
        findings.add("nothing above `\(rule.node.name.text)` says why it is a \(rule.node.severity.rawValue)", at: rule.node.name.span)
      }
    }
  }
}
