import Semantics
import Syntax

extension LintRule {
  static let oneIdTwoNames = LintRule(
    "one_id_two_names", .warning,
    summary: "one id is declared under two names",
    why: """
      Whoever searches for the one name does not find the other. Vendors rename; keep the present name in all lines.
      """,
    flagged: """
      module m
      product basic "Basic" {
        sku BASIC 66666666-7777-8888-9999-aaaaaaaaaaaa
        contains plan DIRECTORY 11111111-2222-3333-4444-555555555555
      }
      product premium "Premium" {
        sku PREMIUM_1 22222222-2222-3333-4444-555555555555
        contains plan DIRECTORY_FREE 11111111-2222-3333-4444-555555555555
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
        contains plan DIRECTORY 11111111-2222-3333-4444-555555555555
      }
      product premium "Premium" {
        sku PREMIUM_1 22222222-2222-3333-4444-555555555555
        contains plan DIRECTORY 11111111-2222-3333-4444-555555555555
      }
      feature reset "Reset a password"
      matrix editions {
        |       | basic | premium |
        |-------|-------|---------|
        | reset | yes | yes |
      }
      """
  ) { set, findings in
    var first: [Guid: Product.Identifier] = [:]
    for product in set.program.products {
      for identifier in product.skus + product.plans + product.components {
        guard let known = first[identifier.guid] else {
          first[identifier.guid] = identifier
          continue
        }
        // Of two periods, each may have its own name.
        guard known.name != identifier.name, known.period == identifier.period else { continue }
        findings.add(
          "the id of `\(identifier.name)` is called `\(known.name)` elsewhere", at: identifier.span,
          related: [Diagnostic.Related(known.span, "here")])
      }
    }
  }
}
