import Semantics
import Syntax

extension LintRule {
  static let subjectIgnored = LintRule(
    "subject_ignored", .warning,
    summary: "a rule goes through subjects and asks nothing of them",
    why: """
      All of them fail, or none. Leave out `for each`, so that the tenant is judged once; or ask of the subject what was meant.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      fact allowed: bool = true "It is allowed"
      notice named {
        for each user in users
        require allowed
        message "{user.name} is not allowed."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      fact allowed: bool = true "It is allowed"
      notice named {
        for each user in users
        require allowed or user.active
        message "{user.name} is not allowed."
      }
      """
  ) { set, findings in
    for rule in set.program.rules {
      guard let subject = rule.chain.last else { continue }
      let values = Dictionary(uniqueKeysWithValues: rule.locals.map { ($0.variable, $0.value) })
      var rest = [rule.require] + (rule.when.map { [$0] } ?? [])
      var seen: Set<VariableID> = []
      while !rest.isEmpty {
        let reached = set.reach(rest)
        rest = []
        for id in reached {
          guard case .variable(let variable) = set[id].kind, seen.insert(variable).inserted else { continue }
          if let value = values[variable] { rest.append(value) }
        }
      }
      guard !rule.chain.contains(where: { seen.contains($0.variable) }) else { continue }
      findings.add("`\(rule.name.name)` asks nothing of the \(subject.thing) that it judges", at: rule.name.span)
    }
  }
}
