import Semantics
import Syntax

extension LintRule {
  static let idInWords = LintRule(
    "id_in_words", .note,
    summary: "a declared SKU or plan stands in a condition as a bare id",
    why: """
      Nobody knows what it is without searching the catalogue. `sku NAME` and `plan NAME` are the same id, in words.
      """,
    flagged: """
      module m
      record license { skuId: id, planId: id }
      entity user in users key id label name { id: id, name: text, licenses: list of license }
      holding (person: user, item: product) = any (l in person.licenses where l.skuId in item.skus or l.planId in item.plans)
      product premium "Premium" {
        sku PREMIUM 11111111-2222-3333-4444-555555555555
      }
      feature reset "Reset a password"
      matrix editions {
        |       | premium |
        |-------|---------|
        | reset | yes |
      }
      notice named {
        for each user in users
        require any (l in user.licenses where l.skuId is 11111111-2222-3333-4444-555555555555)
        message "{user.name} has none."
      }
      """,
    accepted: """
      module m
      record license { skuId: id, planId: id }
      entity user in users key id label name { id: id, name: text, licenses: list of license }
      holding (person: user, item: product) = any (l in person.licenses where l.skuId in item.skus or l.planId in item.plans)
      product premium "Premium" {
        sku PREMIUM 11111111-2222-3333-4444-555555555555
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
    var ids: [(guid: Guid, span: SourceSpan)] = []
    set.eachExpression { _, expression in
      if case .literal(.guid(let guid)) = expression.kind { ids.append((guid, expression.span)) }
    }
    guard !ids.isEmpty else { return }
    var names: [Guid: (kind: String, name: Text)] = [:]
    var spellings: [String: Set<Guid>] = [:]
    for product in set.program.products {
      for (kind, identifiers) in [("sku", product.skus), ("plan", product.plans + product.components)] {
        for identifier in identifiers {
          names[identifier.guid] = names[identifier.guid] ?? (kind, identifier.name)
          spellings[kind + " " + identifier.name.string, default: []].insert(identifier.guid)
        }
      }
    }
    for (guid, span) in ids {
      guard let known = names[guid] else { continue }
      let isWord =
        known.name.utf8.first.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } == true
        && known.name.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x5F }
      let mended = known.kind + " " + (isWord ? known.name.string : "\"\(known.name)\"")
      // A name that stands for several ids would be refused, and so would one that another module has too.
      let isPlain = isWord && spellings[known.kind + " " + known.name.string]?.count == 1
      findings.add(
        "this id is `\(mended)`", at: span,
        fix: isPlain ? Diagnostic.Fix("write `\(mended)`", [Diagnostic.Fix.Edit(span, mended)]) : nil)
    }
  }
}
