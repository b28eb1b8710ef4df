import Syntax

extension LintRule {
  static let severityWithoutReason = LintRule(
    "severity_without_reason", .off,
    summary: "no comment above a rule says why it is a violation, a warning or a notice",
    why: """
      How much a finding matters is a judgement, and the next editor wants to know whose and why. Write a line of comment above the \
      rule. The rule is off by default, since a cited note often is the reason.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }

      violation named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }

      // A violation, because the auditors refuse accounts that belong to nobody.
      violation named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for rule in set.rules {
      let tree = set.trees[rule.file]
      if !isExplained(rule.span.start, in: tree) {
        findings.add("nothing above `\(rule.node.name.text)` says why it is a \(rule.node.severity.rawValue)", at: rule.node.name.span)
      }
    }
  }
}

/// A comment for people stands in the lines of comment right above a place.
private func isExplained(_ place: Int32, in tree: SyntaxTree) -> Bool {
  let source = tree.source
  var line = source.line(of: place)
  for comment in tree.comments.reversed() where comment.end <= place {
    guard source.line(of: comment.start) == line - 1 else { return false }
    // Behind a declaration it speaks of that one.
    let before = source.bytes[Int(source.lineStarts[line - 2])..<Int(comment.start)]
    guard before.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { return false }
    let words = source.slice(comment).drop { $0 == 0x2F || $0 == 0x20 || $0 == 0x09 }
    if !words.isEmpty, !words.starts(with: Array("lint:".utf8)), !words.starts(with: Array("mutate:".utf8)) { return true }
    line -= 1
  }
  return false
}
