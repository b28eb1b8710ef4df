import Syntax

extension LintRule {
  static let sameOnBothSides = LintRule(
    "same_on_both_sides", .warning,
    summary: "both sides of a comparison or a subtraction are the same",
    why: """
      It is always so, or never, or unknown: one of the two was meant to be something else, mostly after copying.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not user.name
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not user.city
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    set.eachExpression { tree, expression in
      var found: (ExpressionID, ExpressionID)?
      if case .comparison(_, let left, let right) = expression.kind { found = (left, right) }
      if case .arithmetic(.subtract, let left, let right) = expression.kind { found = (left, right) }
      if case .arithmetic(.divide, let left, let right) = expression.kind { found = (left, right) }
      guard let sides = found, set.bytes(tree[sides.0].span).elementsEqual(set.bytes(tree[sides.1].span)) else { return }
      findings.add("both sides are `\(set.text(tree[sides.0].span))`", at: expression.span)
    }
  }
}
