import Semantics
import Syntax

extension LintRule {
  static let untestedRule = LintRule(
    "untested_rule", .warning,
    summary: "no test expects anything of a rule",
    why: """
      Nobody notices when the next edit makes it say something else. One test of somebody who passes and one of somebody who fails \
      suffice for a beginning.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
        for each user in users
        require user.name is not "?"
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
        for each user in users
        require user.name is not "?"
        message "{user.id} has no name."
      }
      test "whoever has a name passes" {
        as of 2026-11-01
        given user { id: 11111111-2222-3333-4444-555555555555, name: "Anna" }
        expect pass named for user "Anna"
      }
      test "whoever has none fails" {
        as of 2026-11-01
        given user { id: 11111111-2222-3333-4444-555555555555, name: "?" }
        expect fail named for user "?"
      }
      """
  ) { set, findings in
    let tested = Set(set.program.tests.flatMap(\.expectations).map(\.rule))
    for (index, rule) in set.program.rules.enumerated() where !tested.contains(RuleID(index)) {
      findings.add("no test expects anything of `\(rule.name.name)`", at: rule.name.span)
    }
  }
}
