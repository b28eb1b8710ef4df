import Syntax

extension LintRule {
  static let doubleNegation = LintRule(
    "double_negation", .warning,
    summary: "a condition is negated twice",
    why: """
      Two negations have to be taken apart before anybody can tell whom the rule hits. The same without them says it at once.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require not (user.name is not "A")
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is "A"
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    set.eachExpression { tree, expression in
      guard case .not(let inner) = expression.kind else { return }
      let operand = set.bare(inner, in: tree)
      func sides(_ left: ExpressionID, _ word: String, _ right: ExpressionID) -> String {
        "\(set.text(tree[left].span)) \(word) \(set.text(tree[right].span))"
      }
      var written: String?
      if case .not(let core) = operand.kind { written = set.text(tree[core].span) }
      if case .comparison(.notEqual, let left, let right) = operand.kind { written = sides(left, "is", right) }
      if case .comparison(.notMember, let left, let right) = operand.kind { written = sides(left, "in", right) }
      guard let mended = written else { return }
      findings.add(
        "this is negated twice", at: expression.span,
        fix: Diagnostic.Fix("write it without negation", [Diagnostic.Fix.Edit(expression.span, mended)]))
    }
  }
}
