import Semantics
import Syntax

extension LintRule {
  static let lookupWithoutOther = LintRule(
    "lookup_without_other", .note,
    summary: "a lookup has no row `other`",
    why: """
      A value that the table does not list, such as one that the vendor has added since, leaves unknown what is shown. The row \
      `other` says what to write then.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      lookup greeting {
        | name | greeting |
        |------|----------|
        | "A"  | "Hello"  |
      }
      notice named {
        for each user in users
        let hello = greeting[user.name]
        require user.name is not ""
        message "{hello}, {user.id}."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      lookup greeting {
        | name  | greeting |
        |-------|----------|
        | "A"   | "Hello"  |
        | other | "Hi"     |
      }
      notice named {
        for each user in users
        let hello = greeting[user.name]
        require user.name is not ""
        message "{hello}, {user.id}."
      }
      """
  ) { set, findings in
    for lookup in set.program.lookups where lookup.other == nil {
      findings.add(
        "`\(lookup.name.name)` does not say what stands for other values", at: lookup.name.span,
        notes: ["write `| other | … |` as its last row"])
    }
  }
}
