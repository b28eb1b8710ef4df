import Syntax

extension LintRule {
  static let sameMessage = LintRule(
    "same_message", .warning,
    summary: "two rules have the same message",
    why: "Readers cannot tell which of the two they are to mend. Mostly the text was copied with the rule.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      notice placed {
        for each user in users
        require user.city is not ""
        message "{user.id} has no name."
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
      notice placed {
        for each user in users
        require user.city is not ""
        message "{user.id} lives nowhere."
      }
      """
  ) { set, findings in
    var first: [ArraySlice<UInt8>: SourceSpan] = [:]
    for rule in set.rules {
      for clause in rule.node.clauses {
        guard case .message(language: nil, let template) = clause.value else { continue }
        if let known = first[set.bytes(template.span)] {
          findings.add("another rule says the same", at: template.span, related: [Diagnostic.Related(known, "this one")])
        } else {
          first[set.bytes(template.span)] = template.span
        }
      }
    }
  }
}
