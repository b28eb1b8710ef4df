import Syntax

extension LintRule {
  static let duplicateRule = LintRule(
    "duplicate_rule", .warning,
    summary: "two rules ask the same of the same subjects",
    why: """
      Everybody is reported twice, and the two drift apart when one is mended. Keep one; `formerly` keeps the old name for waivers.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      notice called {
        for each user in users
        require user.name is not ""
        message "{user.id} is not called anything."
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
      notice called {
        for each user in users
        require user.city is not ""
        message "{user.id} is not called anything."
      }
      """
  ) { set, findings in
    var first: [[String]: NameNode] = [:]
    for rule in set.rules {
      let tree = set.trees[rule.file]
      var parts: [String] = []
      for clause in rule.node.clauses {
        switch clause.value {
        case .forEach(let name, in: let source): parts.append("for \(name.text) in \(set.text(tree[source].span))")
        case .letting(let name, let value): parts.append("let \(name.text) = \(set.text(tree[value].span))")
        case .when(let condition): parts.append("when " + set.text(tree[condition].span))
        case .require(let condition): parts.append("require " + set.text(tree[condition].span))
        case .effective: parts.append(set.text(clause.span))
        case .title, .message, .remedy, .cite, .formerly: break
        }
      }
      if let known = first[parts] {
        findings.add(
          "`\(rule.node.name.text)` asks what `\(known.text)` asks", at: rule.node.name.span,
          related: [Diagnostic.Related(known.span, "the other rule")])
      } else {
        first[parts] = rule.node.name
      }
    }
  }
}
