import Semantics
import Syntax

extension LintRule {
  static let productWithoutId = LintRule(
    "product_without_id", .warning,
    summary: "a product lists neither a SKU nor a plan of its own, and is not held by all",
    why: """
      Nobody can be seen to hold it, so its column grants nothing. Add the `sku` lines of its licences, or `held by all`.
      """,
    flagged: """
      module m
      product basic "Basic" {
        held by all
      }
      product premium "Premium" {
      }
      feature reset "Reset a password"
      matrix editions {
        |       | basic | premium |
        |-------|-------|---------|
        | reset | yes | yes |
      }
      """,
    accepted: """
      module m
      product basic "Basic" {
        held by all
      }
      product premium "Premium" {
        sku PREMIUM 11111111-2222-3333-4444-555555555555
      }
      feature reset "Reset a password"
      matrix editions {
        |       | basic | premium |
        |-------|-------|---------|
        | reset | yes | yes |
      }
      """
  ) { set, findings in
    for product in set.program.products where product.skus.isEmpty && product.plans.isEmpty && !product.isHeldByAll {
      findings.add("nobody can be seen to hold `\(product.name.name)`", at: product.name.span)
    }
  }
}
