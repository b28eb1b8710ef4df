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
    // What a product is called now, and what it was called.
    func isNow(_ said: [String], _ product: Product) -> Bool {
      names(said, words(product.name.name)) || names(said, words(product.title.text))
    }
    func wasOnce(_ said: [String], _ product: Product) -> Bool { product.formerly.contains { names(said, words($0.title.text)) } }
    func look(_ name: Text, _ owners: [Product], _ span: SourceSpan) {
      let said = words(name)
      guard let owner = owners.first, !owners.contains(where: { isNow(said, $0) }) else { return }
      var other = set.program.products.first { isNow(said, $0) }
      // A former name of its own product is why it is called so.
      if other == nil, !owners.contains(where: { wasOnce(said, $0) }) { other = set.program.products.first { wasOnce(said, $0) } }
      guard let other else { return }
      findings.add(
        "`\(name)` is called like `\(other.name.name)`, and is `\(owner.name.name)`", at: span,
        related: [
          Diagnostic.Related(owner.name.span, "its product"), Diagnostic.Related(other.name.span, "the product that it is called like"),
        ])
    }
    set.eachExpression { tree, expression in
      if case .declared(.sku, let name) = expression.kind {
        look(name.text, set.program.products.filter { $0.skus.contains { $0.name == name.text } }, expression.span)
      }
      if case .literal(.guid(let guid)) = expression.kind {
        let owners = set.program.products.filter { $0.skus.contains { $0.guid == guid } }
        if let name = owners.first?.skus.first(where: { $0.guid == guid })?.name { look(name, owners, expression.span) }
      }
    }
  }
}
