import Semantics
import Syntax

extension LintRule {
  static let personInRule = LintRule(
    "person_in_rule", .warning,
    summary: "a rule or a define names somebody, or something, by the label in the export",
    why: """
      Labels change, and exceptions that stand in rules are seen by nobody. Write a `waiver` with a reason and an end; or compare an \
      id.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        when user.name is not "Robot"
        require user.city is not ""
        message "{user.name} lives nowhere."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        when user.active
        require user.city is not ""
        message "{user.name} lives nowhere."
      }
      """
  ) { set, findings in
    let labels = Set(set.program.collections.compactMap(\.label.last))
    func isLabel(_ id: TypedExpressionID) -> Bool {
      if case .field(_, let field) = set[id].kind { labels.contains(field) } else { false }
    }
    func isText(_ id: TypedExpressionID) -> Bool {
      if case .literal(.text(let text)) = set[id].kind { return !text.isEmpty }
      if case .list(let elements) = set[id].kind { return elements.contains(where: isText) }
      return false
    }
    for expression in set.judged {
      guard let (left, right) = expression.kind.sides, (isLabel(left) && isText(right)) || (isLabel(right) && isText(left)) else {
        continue
      }
      findings.add(
        "a label of the export stands in a rule", at: expression.span, notes: ["exceptions are waivers: they have a reason and an end"])
    }
  }
}
