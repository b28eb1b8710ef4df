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
    let present = set.program.products.flatMap { [$0.title.text.string] + $0.title.translations.map(\.text.string) }
    var former: [(title: String, product: Product)] = []
    for product in set.program.products {
      for one in product.formerly where one.period.before.map({ $0 <= set.asOf }) ?? true {
        let title = one.title.text.string
        if title.contains(" ") && !present.contains(where: { $0.contains(title) }) { former.append((title, product)) }
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
        let text = set.text(span)
        for (title, product) in former where text.contains(title) {
          findings.add(
            "`\(title)` is called `\(product.title.text)` now", at: span, related: [Diagnostic.Related(product.name.span, "declared here")])
        }
      }
    }
  }
}
