import Syntax

extension LintRule {
  static let sameTestName = LintRule(
    "same_test_name", .warning,
    summary: "two tests of a module have the same name",
    why: "When one of them fails, nobody can tell which; and `--filter` runs both.",
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
      test "whoever has a name passes" {
        as of 2026-11-01
        given user { id: 11111111-2222-3333-4444-555555555555, name: "?" }
        expect fail named for user "?"
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
    var first: [[Text]: SourceSpan] = [:]
    for test in set.testNodes {
      let key = [set.trees[test.file].module?.text ?? "", test.node.name.text]
      if let known = first[key] {
        findings.add("another test has this name", at: test.node.name.span, related: [Diagnostic.Related(known, "this one")])
      } else {
        first[key] = test.node.name.span
      }
    }
  }
}
