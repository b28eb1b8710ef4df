import Semantics
import Syntax

extension LintRule {
  static let untestedCell = LintRule(
    "untested_cell", .off,
    summary: "no test gives anybody the product of a cell and asks for its feature in its days",
    why: """
      A cell that no test looks at can be wrong for years. The rule reads tests without running them, so it is off by default; \
      `licet test` tells which cells decided something.
      """,
    flagged: """
      module m
      record license { skuId: id }
      entity user in users key id label name { id: id, name: text, licenses: list of license }
      holding (person: user, item: product) = any (l in person.licenses where l.skuId in item.skus)
      product premium "Premium" {
        sku PREMIUM 11111111-2222-3333-4444-555555555555
      }
      product basic "Basic" {
        sku BASIC 66666666-7777-8888-9999-aaaaaaaaaaaa
      }
      feature reset "Reset a password"
      matrix editions {
        |       | premium | basic |
        |-------|---------|-------|
        | reset | yes | yes |
      }
      notice resets {
        for each user in users
        require user has reset
        message "{user.name} may not reset."
      }
      test "premium resets" {
        as of 2026-11-01
        given user { id: 11111111-2222-3333-4444-555555555555, name: "Anna", licenses: [{ skuId: sku PREMIUM }] }
        expect pass resets for user "Anna"
      }
      """,
    accepted: """
      module m
      record license { skuId: id }
      entity user in users key id label name { id: id, name: text, licenses: list of license }
      holding (person: user, item: product) = any (l in person.licenses where l.skuId in item.skus)
      product premium "Premium" {
        sku PREMIUM 11111111-2222-3333-4444-555555555555
      }
      product basic "Basic" {
        sku BASIC 66666666-7777-8888-9999-aaaaaaaaaaaa
      }
      feature reset "Reset a password"
      matrix editions {
        |       | premium | basic |
        |-------|---------|-------|
        | reset | yes | yes |
      }
      notice resets {
        for each user in users
        require user has reset
        message "{user.name} may not reset."
      }
      test "premium resets" {
        as of 2026-11-01
        given user { id: 11111111-2222-3333-4444-555555555555, name: "Anna", licenses: [{ skuId: sku PREMIUM }] }
        expect pass resets for user "Anna"
      }
      test "basic resets" {
        as of 2026-11-01
        given user { id: 66666666-7777-8888-9999-aaaaaaaaaaaa, name: "Bo", licenses: [{ skuId: sku BASIC }] }
        expect pass resets for user "Bo"
      }
      """
  ) { set, findings in
    let asked = set.program.rules.map { rule in
      Set(set.reach(set.roots(of: rule)).compactMap { if case .feature(let feature) = set[$0].kind { feature } else { nil } })
    }
    var products: [Guid: Set<ProductID>] = [:]
    for (index, product) in set.program.products.enumerated() {
      for identifier in product.skus + product.plans + product.components {
        products[identifier.guid, default: []].insert(ProductID(index))
      }
    }
    let heldByAll = Set(set.program.products.indices.filter { set.program.products[$0].isHeldByAll }.map { ProductID($0) })
    var looks: [(day: Day, features: Set<FeatureID>, products: Set<ProductID>)] = []
    for test in set.program.tests {
      var held = heldByAll
      for row in test.rows { for guid in guids(in: row.value) { held.formUnion(products[guid] ?? []) } }
      for product in held { held.formUnion(set.program[product].includes.map(\.product)) }
      let features = test.expectations.reduce(into: Set<FeatureID>()) { $0.formUnion(asked[$1.rule.index]) }
      looks.append((test.asOf, features, held))
    }
    for matrix in set.program.matrices {
      let own = looks.filter { matrix.period.contains($0.day) }
      for statement in matrix.statements {
        let isLookedAt = own.contains { $0.features.contains(statement.feature) && $0.products.isSuperset(of: statement.products) }
        guard !isLookedAt else { continue }
        let names = statement.products.map { set.program[$0].name.name.string }.joined(separator: " with ")
        findings.add("no test looks at `\(set.program[statement.feature].name.name)` × `\(names)`", at: statement.span)
      }
    }
  }
}

/// All ids in a value of a test.
private func guids(in value: PolicyTest.Value) -> [Guid] {
  var rest = [value]
  var found: [Guid] = []
  while let next = rest.popLast() {
    switch next {
    case .literal(.guid(let guid)): found.append(guid)
    case .literal: break
    case .list(let elements): rest += elements
    case .record(let members): rest += members.map(\.value)
    }
  }
  return found
}
