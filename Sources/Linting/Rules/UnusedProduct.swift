import Semantics
import Syntax

extension LintRule {
  static let unusedProduct = LintRule(
    "unused_product", .warning,
    summary: "a product that no table, rule or other product names",
    why: """
      It decides nothing, however many SKUs it lists: a column is missing, or the product is left over. Where rules go through all \
      `products`, each of them counts as named.
      """,
    flagged: """
      module m
      product basic "Basic" {
        held by all
      }
      product premium "Premium" {
        sku PREMIUM 11111111-2222-3333-4444-555555555555
      }
      feature reset "Reset a password"
      matrix editions {
        |       | basic |
        |-------|-------|
        | reset | yes   |
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
        | reset | yes   | yes     |
      }
      """
  ) { set, findings in
    for (index, product) in set.program.products.enumerated() where !set.usage.products.contains(ProductID(index)) {
      findings.add("nothing names the product `\(product.name.name)`", at: product.name.span)
    }
  }
}
