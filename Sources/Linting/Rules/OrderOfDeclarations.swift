import Syntax

extension LintRule {
  static let orderOfDeclarations = LintRule(
    "order_of_declarations", .note,
    summary: "a source stands below what may cite it, or a test above what it tests",
    why: """
      A file is read from above: what the vendor says, what is judged, and the tests, each where it is looked for.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
        cite page
      }
      source page "Accounts" {
        url "https://example.com/"
        published 2026-01-01
      }
      """,
    accepted: """
      module m
      source page "Accounts" {
        url "https://example.com/"
        published 2026-01-01
      }
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
        cite page
      }
      """
  ) { set, findings in
    for tree in set.trees {
      var citing: SourceSpan?
      var test: SourceSpan?
      for declaration in tree.declarations {
        if case .test = declaration.kind {
          test = test ?? declaration.span
          continue
        }
        if let test {
          findings.add("this stands below a test", at: declaration.span, related: [Diagnostic.Related(test, "the test")])
          break
        }
        switch declaration.kind {
        case .matrix, .rule: citing = citing ?? declaration.span
        case .source(let node):
          if let citing {
            findings.add(
              "this source stands below what cites sources", at: node.name.span, related: [Diagnostic.Related(citing, "this may cite it")])
          }
        case .asOf, .feature, .product, .prefer, .invariant, .entity, .record, .fact, .attest, .define, .lookup, .holding, .waiver, .test,
          .lint:
          break
        }
      }
    }
  }
}
