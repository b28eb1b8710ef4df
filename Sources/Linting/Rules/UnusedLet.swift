import Semantics
import Syntax

extension LintRule {
  static let unusedLet = LintRule(
    "unused_let", .warning,
    summary: "a `let` that nothing after it uses",
    why: "It is worked out for nobody; or the message was meant to show it.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
        for each user in users
        let who = user.name
        require user.name is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for (rule, site) in zip(set.program.rules, set.rules) {
      for local in rule.locals where !set.usage.variables.contains(local.variable) {
        let variable = set.program.variables[local.variable.index]
        let clause = site.node.clauses.first { if case .letting(let name, _) = $0.value { name.span == variable.span } else { false } }
        findings.add(
          "nothing uses `\(variable.name)`", at: variable.span,
          fix: clause.map {
            Diagnostic.Fix(
              "take the `let` out (what it reads need not be there any more)",
              [Diagnostic.Fix.Edit(wholeLines($0.span, in: set.trees[site.file].source), "")])
          })
      }
    }
  }
}
