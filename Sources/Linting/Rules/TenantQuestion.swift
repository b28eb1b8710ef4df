import Semantics
import Syntax

extension LintRule {
  static let tenantQuestion = LintRule(
    "tenant_question", .warning,
    summary: "a rule about somebody asks what the tenant as a whole may do",
    why: """
      That the tenant owns a licence does not give it to the one who is judged: with licences per user, each needs one. Ask `user \
      has …`; or judge the tenant, without `for each`.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      single organization key id { id: id }
      holding (tenant: organization, item: product) = item is basic
      holding (person: user, item: product) = item is basic
      product basic "Basic" {
        held by all
      }
      feature reset "Reset a password"
      notice resets {
        for each user in users
        when user.active
        require organization has reset
        message "{user.name} may not reset."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      single organization key id { id: id }
      holding (tenant: organization, item: product) = item is basic
      holding (person: user, item: product) = item is basic
      product basic "Basic" {
        held by all
      }
      feature reset "Reset a password"
      notice resets {
        for each user in users
        when user.active
        require user has reset
        message "{user.name} may not reset."
      }
      """
  ) { set, findings in
    for rule in set.program.rules where !rule.chain.isEmpty {
      var values = Dictionary(uniqueKeysWithValues: rule.locals.map { ($0.variable, [$0.value]) })
      // Through defines and through what is `let`; what parameters are bound to is known when all is reached.
      var reached: [TypedExpressionID] = []
      var seen: Set<TypedExpressionID> = []
      var rest = [rule.require]
      while !rest.isEmpty {
        let found = set.reach(rest).filter { seen.insert($0).inserted }
        reached += found
        rest = []
        for id in found {
          if case .variable(let variable) = set[id].kind { rest += values[variable] ?? [] }
          guard case .call(let define, let arguments) = set[id].kind else { continue }
          for (parameter, argument) in zip(set.program.defines[define.index].parameters, arguments) {
            values[parameter, default: []].append(argument)
          }
        }
        rest.removeAll { seen.contains($0) }
      }
      // The single from which a subject comes, where it never is anything else.
      func single(_ subject: TypedExpressionID, _ depth: Int = 0) -> CollectionID? {
        if case .single(let collection) = set[subject].kind { return collection }
        guard depth < 64, case .variable(let variable) = set[subject].kind, let bound = values[variable] else { return nil }
        let singles = bound.map { single($0, depth + 1) }
        return singles.allSatisfy { $0 == singles[0] } ? singles[0] : nil
      }
      for id in reached.sorted(by: { (set[$0].span.file, set[$0].span.start) < (set[$1].span.file, set[$1].span.start) }) {
        let subject: TypedExpressionID
        let asked: String
        switch set[id].kind {
        case .has(let row, _), .holds(let row, _): (subject, asked) = (row, "may do")
        case .productsHeld(let row): (subject, asked) = (row, "holds")
        default: continue
        }
        guard let collection = single(subject) else { continue }
        findings.add(
          "this asks what `\(set.program[collection].name)` \(asked), whoever is judged", at: set[id].span,
          related: [Diagnostic.Related(rule.name.span, "the rule judges each `\(rule.chain[0].thing)`")])
      }
    }
  }
}
