import Syntax

extension LintRule {
  static let exportUnsaid = LintRule(
    "export_unsaid", .note,
    summary: "an entity does not say how its rows are exported",
    why: """
      Whoever is to run the policies next month has to find out anew which request to send, and with which permission. `request`, \
      `permission` and `condition` say it once.
      """,
    flagged: """
      module m
      entity user in users key id label name {
        id: id
        name: text
      }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name {
        request "/users?$select=id,name"
        permission "Users.Read"

        id: id
        name: text
      }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for entity in set.entities where entity.node.exports.isEmpty {
      findings.add(
        "`\(entity.node.name.text)` does not say how it is exported", at: entity.node.name.span, notes: ["write `request \"…\"`"])
    }
  }
}
