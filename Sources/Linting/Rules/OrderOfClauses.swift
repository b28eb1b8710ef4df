import Syntax

extension LintRule {
  static let orderOfClauses = LintRule(
    "order_of_clauses", .note,
    summary: "the clauses of a rule do not stand in their usual order",
    why: """
      Title, subjects, conditions, requirement, texts, source: whoever has read one rule finds the line in each other.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        message "{user.id} has no name."
        require user.name is not ""
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
      var highest = 0
      for clause in rule.node.clauses {
        let rank: Int
        switch clause.value {
        case .title: rank = 1
        case .forEach, .letting, .when: rank = 2
        case .require: rank = 3
        case .message: rank = 4
        case .remedy: rank = 5
        case .cite: rank = 6
        case .effective, .formerly: continue
        }
        if rank < highest {
          findings.add(
            "this stands too late", at: clause.span, notes: ["the order is title, for each, let and when, require, message, remedy, cite"])
          break
        }
        highest = rank
      }
    }
  }
}
