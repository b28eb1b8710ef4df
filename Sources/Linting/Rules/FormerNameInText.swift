import Semantics
import Syntax

extension LintRule {
  static let formerNameInText = LintRule(
    "former_name_in_text", .warning,
    summary: "a text calls a product by a name that it no longer has",
    why: "Readers search the shop and the portal for it in vain. Write the present title.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      product standard "Business Standard" {
        formerly "Business Premium" before 2020-04-21
        sku STANDARD 11111111-2222-3333-4444-555555555555
      }
      feature reset "Reset a password"
      matrix editions {
        |       | standard |
        |-------|----------|
        | reset | yes |
      }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} needs Business Premium."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      product standard "Business Standard" {
        formerly "Business Premium" before 2020-04-21
        sku STANDARD 11111111-2222-3333-4444-555555555555
      }
      feature reset "Reset a password"
      matrix editions {
        |       | standard |
        |-------|----------|
        | reset | yes |
      }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} needs Business Standard."
      }
      """
  ) { set, findings in
    // All present titles as one text, apart by a byte that no title has.
    var present: [UInt8] = []
    for title in set.program.products.map(\.title) {
      for text in [title.text] + title.translations.map(\.text) { present += text.utf8 + [0] }
    }
    var former: [(title: Text, product: Product)] = []
    for product in set.program.products {
      for one in product.formerly where one.period.before.map({ $0 <= set.asOf }) ?? true {
        let title = one.title.text
        if title.utf8.contains(0x20) && !stands(title, in: present) { former.append((title, product)) }
      }
    }
    guard !former.isEmpty else { return }
    for rule in set.rules {
      for clause in rule.node.clauses {
        let span: SourceSpan
        switch clause.value {
        case .title(_, let text): span = text.span
        case .message(_, let text), .remedy(_, let text): span = text.span
        case .forEach, .letting, .when, .require, .cite, .effective, .formerly: continue
        }
        let text = Array(set.text(span).utf8)
        for (title, product) in former where stands(title, in: text) {
          findings.add(
            "`\(title)` is called `\(product.title.text)` now", at: span, related: [Diagnostic.Related(product.name.span, "declared here")])
        }
      }
    }
  }
}

private func stands(_ title: Text, in text: [UInt8]) -> Bool {
  let title = Array(title.utf8)
  guard let first = title.first, title.count <= text.count else { return false }
  return (0...text.count - title.count).contains { text[$0] == first && text[$0...].starts(with: title) }
}
