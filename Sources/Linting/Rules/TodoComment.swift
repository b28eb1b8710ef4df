import Syntax

extension LintRule {
  static let todoComment = LintRule(
    "todo_comment", .note,
    summary: "a comment says that something is still to be done",
    why: "Nobody reads it where it stands. Open an issue, and let the comment say what is so.",
    flagged: """
      module m
      // TODO: ask the vendor
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      // The vendor was asked, and did not answer.
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for tree in set.trees {
      for comment in tree.comments {
        let words = set.text(comment).split { !$0.isLetter }
        if let word = words.first(where: { ["TODO", "FIXME", "XXX"].contains($0) }) {
          findings.add("`\(word)`: something is still to be done", at: comment)
        }
      }
    }
  }
}
