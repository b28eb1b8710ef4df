import Semantics
import Syntax

extension LintRule {
  static let retiredId = LintRule(
    "retired_id", .warning,
    summary: "a condition names a SKU or a plan whose period has ended",
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
  }
}
