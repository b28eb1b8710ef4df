import Semantics
import Syntax

extension LintRule {
  static let unusedDefine = LintRule(
    "unused_define", .warning,
    summary: "a define that nothing uses",
    why: "The next editor mends it and wonders why nothing changes. Take it out, or use it where its condition is spelt out.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      define has_name(person: user) = person.name is not ""
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }
      define has_name(person: user) = person.name is not ""
      notice named {
        for each user in users
        require has_name(user)
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for (index, define) in set.program.defines.enumerated() where !set.usage.defines.contains(DefineID(index)) {
      findings.add("nothing uses the define `\(define.name.name)`", at: define.name.span)
    }
  }
}
