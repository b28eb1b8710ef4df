import Semantics
import Syntax

extension LintRule {
  static let untestedFailure = LintRule(
    "untested_failure", .note,
    summary: "a rule is tested, and no test expects it to fail",
    why: "Such tests hold as well for a rule that never finds anybody. Add one of somebody who is to be found.",
    flagged: """
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
    let expectations = set.program.tests.flatMap(\.expectations)
    let tested = Set(expectations.map(\.rule))
    let failing = Set(expectations.filter { $0.verdict == .fail }.map(\.rule))
    for (index, rule) in set.program.rules.enumerated() where tested.contains(RuleID(index)) && !failing.contains(RuleID(index)) {
      findings.add("no test expects `\(rule.name.name)` to fail", at: rule.name.span)
    }
  }
}
