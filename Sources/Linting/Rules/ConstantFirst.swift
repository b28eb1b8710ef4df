import Syntax

extension LintRule {
  static let constantFirst = LintRule(
    "constant_first", .note,
    summary: "a comparison begins with the constant",
    why: "Rules are read aloud: \"where the name is A\", not \"where A is the name\".",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require "A" is user.name
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
      guard case .comparison(let comparison, let left, let right) = expression.kind, comparison == .equal || comparison == .notEqual,
        case .literal = tree[left].kind
      else { return }
      if case .literal = set.bare(right, in: tree).kind { return }
      let mended = "\(set.text(tree[right].span)) \(comparison.rawValue) \(set.text(tree[left].span))"
      findings.add(
        "the constant stands first", at: expression.span,
        fix: Diagnostic.Fix("swap the sides", [Diagnostic.Fix.Edit(expression.span, mended)]))
    }
  }
}
