import Syntax

extension LintRule {
  static let countForAny = LintRule(
    "count_for_any", .note,
    summary: "things are counted only to learn whether there is one",
    why: """
      `any (…)` says what is meant. Whoever reads a count looks for the number that matters, and for what happens above it.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice crowded {
        require count (user in users where user.active) > 0
        message "Nobody is active."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice crowded {
        require any (user in users where user.active)
        message "Nobody is active."
      }
      """
  ) { set, findings in
    set.eachExpression { tree, expression in
      guard case .comparison(let comparison, let left, let right) = expression.kind,
        case .count(_, distinct: _) = set.bare(left, in: tree).kind,
        case .literal(.int(let number)) = tree[right].kind
      else { return }
      switch (comparison, number) {
      case (.greater, 0), (.greaterOrEqual, 1), (.notEqual, 0): findings.add("`any (…)` says this", at: expression.span)
      case (.equal, 0), (.less, 1), (.lessOrEqual, 0): findings.add("`not any (…)` says this", at: expression.span)
      default: break
      }
    }
  }
}
