import Semantics
import Syntax

extension LintRule {
  static let skuForPlan = LintRule(
    "sku_for_plan", .warning,
    summary: "the id of a plan stands where SKUs are compared, or the reverse",
    why: """
      A SKU is what is bought and assigned; a plan is a part of it. Both are ids, so the comparison is allowed, and never holds. \
      Which fields hold which follows from the holdings, from joins and from comparisons.
      """,
    flagged: """
      module m
      record license { skuId: id, planId: id }
      entity user in users key id label name { id: id, name: text, licenses: list of license }
      holding (person: user, item: product) = any (l in person.licenses where l.skuId in item.skus or l.planId in item.plans)
      product premium "Premium" {
        sku PREMIUM 11111111-2222-3333-4444-555555555555
        plan PREMIUM_PLAN 66666666-7777-8888-9999-aaaaaaaaaaaa
      }
      feature reset "Reset a password"
      matrix editions {
        |       | premium |
        |-------|---------|
        | reset | yes |
      }
      notice named {
        for each user in users
        require any (l in user.licenses where l.skuId is plan PREMIUM_PLAN)
        message "{user.name} has none."
      }
      """,
    accepted: """
      module m
      record license { skuId: id, planId: id }
      entity user in users key id label name { id: id, name: text, licenses: list of license }
      holding (person: user, item: product) = any (l in person.licenses where l.skuId in item.skus or l.planId in item.plans)
      product premium "Premium" {
        sku PREMIUM 11111111-2222-3333-4444-555555555555
        plan PREMIUM_PLAN 66666666-7777-8888-9999-aaaaaaaaaaaa
      }
      feature reset "Reset a password"
      matrix editions {
        |       | premium |
        |-------|---------|
        | reset | yes |
      }
      notice named {
        for each user in users
        require any (l in user.licenses where l.skuId is sku PREMIUM)
        message "{user.name} has none."
      }
      """
  ) { set, findings in
    let roles = IdRoles(set.program)
    var skus: Set<Guid> = []
    var plans: Set<Guid> = []
    for product in set.program.products {
      skus.formUnion(product.skus.map(\.guid))
      plans.formUnion((product.plans + product.components).map(\.guid))
    }
    func check(_ value: TypedExpressionID, _ literal: TypedExpressionID) {
      if case .list(let elements) = set[literal].kind { for element in elements { check(value, element) } }
      guard case .literal(.guid(let guid)) = set[literal].kind, let field = roles.origin(of: value), let role = roles.role(of: field) else {
        return
      }
      if role == .sku && plans.contains(guid) && !skus.contains(guid) {
        findings.add("this is a plan, and `\(set.program[field].name)` holds SKUs", at: set[literal].span)
      }
      if role == .plan && skus.contains(guid) && !plans.contains(guid) {
        findings.add("this is a SKU, and `\(set.program[field].name)` holds plans", at: set[literal].span)
      }
    }
    for expression in set.judged {
      guard let (left, right) = expression.kind.sides else { continue }
      check(left, right)
      check(right, left)
      for (value, named) in [(left, right), (right, left)] {
        guard let field = roles.origin(of: value), let role = roles.role(of: field), let said = roles.role(named: named), said != role
        else {
          continue
        }
        let words =
          role == .sku
          ? "these are plans, and `\(set.program[field].name)` holds SKUs" : "these are SKUs, and `\(set.program[field].name)` holds plans"
        findings.add(words, at: set[named].span)
      }
    }
    // Of a test with cases, one message is enough.
    var told: Set<SourceSpan> = []
    for test in set.program.tests {
      for row in test.rows {
        check(row.value, of: set.program[row.collection].record) { field, guid in
          guard let role = roles.role(of: field) else { return }
          let isWrong = role == .sku ? plans.contains(guid) && !skus.contains(guid) : skus.contains(guid) && !plans.contains(guid)
          guard isWrong, told.insert(test.span).inserted else { return }
          let kind = role == .sku ? "a plan, and it holds SKUs" : "a SKU, and it holds plans"
          findings.add("this test gives `\(set.program[field].name)` the id of \(kind)", at: test.span)
        }
      }
    }

    func check(_ value: PolicyTest.Value, of record: RecordID, _ look: (FieldID, Guid) -> Void) {
      guard case .record(let members) = value else { return }
      for (name, member) in members {
        guard let place = set.program[record].fields.firstIndex(where: { $0.name == name }) else { continue }
        let field = FieldID(record: record, index: place)
        each(member, of: field, look)
      }
    }
    func each(_ value: PolicyTest.Value, of field: FieldID, _ look: (FieldID, Guid) -> Void) {
      switch value {
      case .literal(.guid(let guid)): look(field, guid)
      case .literal: break
      case .list(let elements): for element in elements { each(element, of: field, look) }
      case .record:
        if let inner = set.program[field].type.innermostRecord { check(value, of: inner, look) }
      }
    }
  }
}
