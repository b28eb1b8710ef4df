import Syntax

extension LintRule {
  static let negatedComparison = LintRule(
    "negated_comparison", .note,
    summary: "`not` stands before a comparison that has a negation of its own",
    why: """
      Read quickly, `not x is y` seems to negate x. `x is not y` and `x not in y` say the same where it belongs.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require not user.name is ""
        message "{user.id} has no name."
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
    set.eachExpression { tree, expression in
      guard case .not(let inner) = expression.kind, case .comparison(let comparison, let left, let right) = set.bare(inner, in: tree).kind,
        comparison == .equal || comparison == .member
      else { return }
      let word = comparison == .equal ? "is not" : "not in"
      let mended = "\(set.text(tree[left].span)) \(word) \(set.text(tree[right].span))"
      findings.add(
        "`\(word)` says this without `not` before it", at: expression.span,
        fix: Diagnostic.Fix("write `\(word)`", [Diagnostic.Fix.Edit(expression.span, mended)]))
    }
  }
}
