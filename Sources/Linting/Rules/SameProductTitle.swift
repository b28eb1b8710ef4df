import Semantics
import Syntax

extension LintRule {
  static let sameProductTitle = LintRule(
    "same_product_title", .warning,
    summary: "two products have the same title",
    why: """
      Reports show titles, and nobody can tell the two apart. Write what the one has and the other has not; or it is one product \
      with several SKUs.
      """,
    flagged: """
      module m
      product basic "Premium" {
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
    var first: [Text: QualifiedName] = [:]
    for product in set.program.products {
      guard let known = first[product.title.text] else {
        first[product.title.text] = product.name
        continue
      }
      findings.add(
        "`\(product.name.name)` has the title of `\(known.name)`", at: product.name.span,
        related: [Diagnostic.Related(known.span, "declared here")])
    }
  }
}
