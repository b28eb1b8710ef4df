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
      for id in set.reach([rule.require]) {
        var subject: TypedExpressionID?
        if case .has(let asked, _) = set[id].kind { subject = asked }
        if case .holds(let asked, _) = set[id].kind { subject = asked }
        guard let subject, case .single(let collection) = set[subject].kind else { continue }
        findings.add(
          "this asks what `\(set.program[collection].name)` may do, whoever is judged", at: set[id].span,
          related: [Diagnostic.Related(rule.name.span, "the rule judges each `\(rule.chain[0].thing)`")])
      }
    }
  }
}
