import Syntax

extension LintRule {
  static let idAsText = LintRule(
    "id_as_text", .warning,
    summary: "an id stands in quotes",
    why: """
      A text is compared letter by letter, and exports differ in upper and lower case; an id is compared as an id. Leave the quotes \
      out, and declare the field as `id`.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.city is not "11111111-2222-3333-4444-555555555555"
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.id is not 11111111-2222-3333-4444-555555555555
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    set.eachExpression { _, expression in
      if case .literal(.text(let text)) = expression.kind, Guid(parsing: text.utf8) != nil {
        findings.add("this is an id in quotes", at: expression.span)
      }
    }
  }
}
