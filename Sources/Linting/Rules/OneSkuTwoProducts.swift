import Semantics
import Syntax

extension LintRule {
  static let oneSkuTwoProducts = LintRule(
    "one_sku_two_products", .warning,
    summary: "one SKU is declared in two products for the same days",
    why: """
      Whoever is assigned it holds both products, and has the features of both. Mostly a line was copied and its id left as it was; where \
      the SKU has moved to another product, end its period in the former one.
      """,
    flagged: """
      module m
      product basic "Basic" {
        sku BASIC 66666666-7777-8888-9999-aaaaaaaaaaaa
      }
      product premium "Premium" {
        sku BASIC 66666666-7777-8888-9999-aaaaaaaaaaaa
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
        sku BASIC 66666666-7777-8888-9999-aaaaaaaaaaaa
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
    var known: [Guid: [(product: Int, identifier: Product.Identifier)]] = [:]
    for (index, product) in set.program.products.enumerated() {
      for identifier in product.skus {
        if let other = known[identifier.guid]?.first(where: { $0.product != index && $0.identifier.period.overlaps(identifier.period) }) {
          findings.add(
            "the SKU `\(identifier.name)` is also one of `\(set.program.products[other.product].name.name)`", at: identifier.span,
            related: [Diagnostic.Related(other.identifier.span, "here")])
        }
        known[identifier.guid, default: []].append((index, identifier))
      }
    }
  }
}
