import Semantics
import Syntax

extension LintRule {
  static let retiredId = LintRule(
    "retired_id", .warning,
    summary: "a condition names a SKU or a plan whose period has ended, or what holds now a product that has only such",
    why: """
      The vendor has retired it, so on the days that are judged now nobody is assigned it, and the condition never holds. Name the \
      one that follows; or say in `effective` for which days the rule was.
      """,
    flagged: """
      module m
      record license { skuId: id, planId: id }
      entity user in users key id label name { id: id, name: text, licenses: list of license }
      holding (person: user, item: product) = any (l in person.licenses where l.skuId in item.skus or l.planId in item.plans)
      product premium "Premium" {
        sku PREMIUM_OLD 11111111-2222-3333-4444-555555555555 before 2020-01-01
        sku PREMIUM 66666666-7777-8888-9999-aaaaaaaaaaaa
      }
      feature reset "Reset a password"
      matrix editions {
        |       | premium |
        |-------|---------|
        | reset | yes |
      }
      notice named {
        for each user in users
        require any (l in user.licenses where l.skuId is sku PREMIUM_OLD)
        message "{user.name} has none."
      }
      """,
    accepted: """
      module m
      record license { skuId: id, planId: id }
      entity user in users key id label name { id: id, name: text, licenses: list of license }
      holding (person: user, item: product) = any (l in person.licenses where l.skuId in item.skus or l.planId in item.plans)
      product premium "Premium" {
        sku PREMIUM_OLD 11111111-2222-3333-4444-555555555555 before 2020-01-01
        sku PREMIUM 66666666-7777-8888-9999-aaaaaaaaaaaa
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
    var last: [Guid: (name: Text, end: Day?, span: SourceSpan)] = [:]
    for product in set.program.products {
      for identifier in product.skus + product.plans + product.components {
        if let known = last[identifier.guid] {
          guard let end = known.end, identifier.period.before.map({ $0 > end }) ?? true else { continue }
        }
        last[identifier.guid] = (identifier.name, identifier.period.before, identifier.span)
      }
    }
    for expression in set.judged {
      guard case .literal(.guid(let guid)) = expression.kind, let known = last[guid], let end = known.end, end <= set.asOf else { continue }
      findings.add(
        "`\(known.name)` has ended on \(end.text)", at: expression.span, related: [Diagnostic.Related(known.span, "declared here")])
    }
    // A product of which all that one could be assigned has ended.
    let retired = Set(
      set.program.products.indices.filter { index in
        let product = set.program.products[index]
        let identifiers = product.skus + product.plans
        return !product.isHeldByAll && !identifiers.isEmpty && identifiers.allSatisfy { $0.period.before.map { $0 <= set.asOf } ?? false }
      }.map { ProductID($0) })
    guard !retired.isEmpty else { return }
    func tell(_ words: String, _ product: ProductID, _ span: SourceSpan) {
      let name = set.program[product].name
      findings.add(
        "\(words) `\(name.name)`, whose SKUs and plans have all ended", at: span, related: [Diagnostic.Related(name.span, "declared here")])
    }
    func isIncluded(_ product: ProductID) -> Bool {
      set.program.products.indices.contains { index in
        !retired.contains(ProductID(index))
          && set.program.products[index].includes.contains { $0.product == product && $0.period.contains(set.asOf) }
      }
    }
    for expression in set.judged {
      guard case .holds(_, let asked) = expression.kind, case .product(let product) = set[asked].kind, retired.contains(product) else {
        continue
      }
      // With one that includes it, it is held still.
      if !isIncluded(product) { tell("nobody holds", product, expression.span) }
    }
    for (index, product) in set.program.products.enumerated() where !retired.contains(ProductID(index)) {
      for inclusion in product.includes where retired.contains(inclusion.product) && inclusion.period.contains(set.asOf) {
        tell("`\(product.name.name)` includes", inclusion.product, product.name.span)
      }
    }
    for matrix in set.program.matrices where matrix.period.contains(set.asOf) {
      var told: Set<ProductID> = []
      for statement in matrix.statements where statement.period.contains(set.asOf) && statement.mark != .unknown {
        for product in statement.products where retired.contains(product) && told.insert(product).inserted {
          tell("this table speaks of", product, statement.span)
        }
      }
    }
  }
}
