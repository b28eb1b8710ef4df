import Syntax

extension LintRule {
  static let longMessage = LintRule(
    "long_message", .note, bound: 180,
    summary: "a message or a title is longer than the bound, in characters",
    why: "It is cut off in tables, and not read in lists. Say who and what; what to do belongs in the remedy.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name, and without a name nobody can tell whose account it is, and without a name nobody can tell whose account it is, and without a name nobody can tell whose account it is, and without a name nobody can tell whose account it is."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for rule in set.rules {
      for clause in rule.node.clauses {
        let span: SourceSpan
        switch clause.value {
        case .title(_, let text): span = text.span
        case .message(_, let text): span = text.span
        case .forEach, .letting, .when, .require, .remedy, .cite, .effective, .formerly: continue
        }
        let length = Int64(set.bytes(span).count { $0 & 0xC0 != 0x80 }) - 2
        if length > findings.bound { findings.add("this text has \(length) characters, and \(findings.bound) are readable", at: span) }
      }
    }
  }
}
