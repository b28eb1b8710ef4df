import Semantics
import Syntax

extension LintRule {
  static let magicDate = LintRule(
    "magic_date", .note,
    summary: "a date stands in the middle of a condition",
    why: """
      Nobody who reads the report learns of it, and nobody is reminded when it has to move. Name it: `fact migration: date = \
      2026-01-01 \"The day of the migration\"`, or say `effective` for the whole rule.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.born < 2008-01-01
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      fact of_age: date = 2008-01-01 "Born before it is of age"
      notice named {
        for each user in users
        require user.born < of_age
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for expression in set.judged {
      if case .literal(.date(let day)) = expression.kind { findings.add("the day \(day.text) has no name", at: expression.span) }
      if case .literal(.instant(let instant)) = expression.kind {
        findings.add("the moment \(instant.text) has no name", at: expression.span)
      }
    }
  }
}
