import Semantics
import Syntax

extension LintRule {
  static let oneNameTwoIds = LintRule(
    "one_name_two_ids", .warning,
    summary: "one name stands for two SKUs, or for two plans",
    why: """
      Whoever writes `sku NAME` is refused, since either may be meant; and one of the two ids is often mistyped.
      """,
    flagged: """
      module m
      product basic "Basic" {
        sku LICENCE 66666666-7777-8888-9999-aaaaaaaaaaaa
      }
      product premium "Premium" {
        sku LICENCE 11111111-2222-3333-4444-555555555555
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
        sku LICENCE 66666666-7777-8888-9999-aaaaaaaaaaaa
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
    var skus: [Text: Product.Identifier] = [:]
    var plans: [Text: Product.Identifier] = [:]
    func look(_ identifiers: [Product.Identifier], _ first: inout [Text: Product.Identifier]) {
      for identifier in identifiers {
        guard let known = first[identifier.name] else {
          first[identifier.name] = identifier
          continue
        }
        guard known.guid != identifier.guid else { continue }
        findings.add(
          "`\(identifier.name)` has another id elsewhere", at: identifier.span, related: [Diagnostic.Related(known.span, "here")])
      }
    }
    for product in set.program.products {
      look(product.skus, &skus)
      look(product.plans + product.components, &plans)
    }
  }
}
