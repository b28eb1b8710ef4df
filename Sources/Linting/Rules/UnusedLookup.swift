import Semantics
import Syntax

extension LintRule {
  static let unusedLookup = LintRule(
    "unused_lookup", .warning,
    summary: "a lookup that nothing looks into",
    why: "Its rows are kept up to date for nothing. Take it out, or look into it: `cause[user.error]`.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      lookup greeting {
        | name | greeting |
        |------|----------|
        | "A"  | "Hello"  |
        | other | "Hi"    |
      }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }
      lookup greeting {
        | name | greeting |
        |------|----------|
        | "A"  | "Hello"  |
        | other | "Hi"    |
      }
      notice named {
        for each user in users
        let hello = greeting[user.name]
        require user.name is not ""
        message "{hello}, {user.id}."
      }
      """
  ) { set, findings in
    for (index, lookup) in set.program.lookups.enumerated() where !set.usage.lookups.contains(LookupID(index)) {
      findings.add("nothing looks into `\(lookup.name.name)`", at: lookup.name.span)
    }
  }
}
