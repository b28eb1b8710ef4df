import Semantics
import Syntax

extension LintRule {
  static let misleadingSku = LintRule(
    "misleading_sku", .warning,
    summary: "a condition names a SKU that is called like another product",
    why: """
      The vendor kept the old name of the SKU when it renamed the product, so the next reader takes it for the other. Ask `holds` of \
      the product; or say in a comment above that this is meant, and allow it.
      """,
    flagged: """
      module m
      record license { skuId: id, planId: id }
      entity user in users key id label name { id: id, name: text, licenses: list of license }
      holding (person: user, item: product) = any (l in person.licenses where l.skuId in item.skus or l.planId in item.plans)
      product business_standard "Standard" {
        sku BUSINESS_PREMIUM 11111111-2222-3333-4444-555555555555
      }
      product business_premium "Premium" {
        sku BUNDLE 66666666-7777-8888-9999-aaaaaaaaaaaa
      }
      feature reset "Reset a password"
      matrix editions {
        |       | business_standard | business_premium |
        |-------|-------------------|------------------|
        | reset | yes | yes |
      }
      notice named {
        for each user in users
        require any (l in user.licenses where l.skuId is sku BUSINESS_PREMIUM)
        message "{user.name} has none."
      }
      """,
    accepted: """
      module m
      record license { skuId: id, planId: id }
      entity user in users key id label name { id: id, name: text, licenses: list of license }
      holding (person: user, item: product) = any (l in person.licenses where l.skuId in item.skus or l.planId in item.plans)
      product business_standard "Standard" {
        sku BUSINESS_PREMIUM 11111111-2222-3333-4444-555555555555
      }
      product business_premium "Premium" {
        sku BUNDLE 66666666-7777-8888-9999-aaaaaaaaaaaa
      }
      feature reset "Reset a password"
      matrix editions {
        |       | business_standard | business_premium |
        |-------|-------------------|------------------|
        | reset | yes | yes |
      }
      notice named {
        for each user in users
        require user holds business_standard
        message "{user.name} has none."
      }
      """
  ) { set, findings in
    func words(_ name: Text) -> [String] {
      name.string.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
    func names(_ longer: [String], _ shorter: [String]) -> Bool {
      guard shorter.count >= 2, longer.count >= shorter.count else { return false }
      return (0...(longer.count - shorter.count)).contains { longer[$0..<$0 + shorter.count].elementsEqual(shorter) }
    }
    set.eachExpression { tree, expression in
      guard case .declared(.sku, let name) = expression.kind else { return }
      let said = words(name.text)
      let owners = set.program.products.filter { $0.skus.contains { $0.name == name.text } }
      guard !owners.isEmpty, !owners.contains(where: { names(said, words($0.name.name)) }) else { return }
      guard let other = set.program.products.first(where: { names(said, words($0.name.name)) }), let owner = owners.first else { return }
      findings.add(
        "`\(name.text)` is called like `\(other.name.name)`, and is `\(owner.name.name)`", at: expression.span,
        related: [
          Diagnostic.Related(owner.name.span, "its product"), Diagnostic.Related(other.name.span, "the product that it is called like"),
        ])
    }
  }
}
