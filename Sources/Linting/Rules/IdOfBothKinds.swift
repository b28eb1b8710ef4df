import Semantics
import Syntax

extension LintRule {
  static let idOfBothKinds = LintRule(
    "id_of_both_kinds", .warning,
    summary: "one id is declared both as a SKU and as a plan",
    why: """
      A SKU is bought, a plan is a part of it, and their ids are hardly ever the same: mostly one of the two lines was copied from the wrong \
      column.
      """,
    flagged: """
      module m
      product premium "Premium" {
        sku PREMIUM 11111111-2222-3333-4444-555555555555
        plan PREMIUM 11111111-2222-3333-4444-555555555555
      }
      feature reset "Reset a password"
      matrix editions {
        |       | premium |
        |-------|---------|
        | reset | yes |
      }
      """,
    accepted: """
      module m
      product premium "Premium" {
        sku PREMIUM 11111111-2222-3333-4444-555555555555
        plan PREMIUM 66666666-7777-8888-9999-aaaaaaaaaaaa
      }
      feature reset "Reset a password"
      matrix editions {
        |       | premium |
        |-------|---------|
        | reset | yes |
      }
      """
  ) { set, findings in
    var skus: [Guid: SourceSpan] = [:]
    for product in set.program.products { for sku in product.skus where skus[sku.guid] == nil { skus[sku.guid] = sku.span } }
    for product in set.program.products {
      for plan in product.plans + product.components {
        guard let sku = skus[plan.guid] else { continue }
        findings.add("`\(plan.name)` has the id of a SKU", at: plan.span, related: [Diagnostic.Related(sku, "the SKU")])
      }
    }
  }
}
