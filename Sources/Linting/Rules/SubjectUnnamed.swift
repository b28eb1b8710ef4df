import Semantics
import Syntax

extension LintRule {
  static let subjectUnnamed = LintRule(
    "subject_unnamed", .warning,
    summary: "a message does not say whom it is about",
    why: "A hundred findings read alike. Show a name: `{user.name}`, or whatever the subject has.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "Somebody has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for (rule, site) in zip(set.program.rules, set.rules) where !rule.chain.isEmpty {
      for clause in site.node.clauses {
        guard case .message(language: nil, let template) = clause.value else { continue }
        let shows = template.parts.contains { if case .path = $0 { true } else { false } }
        if !shows { findings.add("the message does not say which \(rule.chain[0].thing) is meant", at: template.span) }
      }
    }
  }
}
