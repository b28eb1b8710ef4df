import Syntax

extension LintRule {
  static let listOfOne = LintRule(
    "list_of_one", .note,
    summary: "`in` stands before a list of one element",
    why: "The list promises alternatives that are not there. `is` says it.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name in ["A"]
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
      guard case .comparison(let comparison, let left, let right) = expression.kind, comparison == .member || comparison == .notMember,
        case .list(let elements) = tree[right].kind, elements.count == 1, let element = elements.first, case .literal = tree[element].kind
      else { return }
      let word = comparison == .member ? "is" : "is not"
      let mended = "\(set.text(tree[left].span)) \(word) \(set.text(tree[element].span))"
      findings.add(
        "`\(word)` says this", at: expression.span, fix: Diagnostic.Fix("write `\(word)`", [Diagnostic.Fix.Edit(expression.span, mended)]))
    }
  }
}
