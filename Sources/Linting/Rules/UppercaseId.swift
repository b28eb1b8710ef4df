import Syntax

extension LintRule {
  static let uppercaseId = LintRule(
    "uppercase_id", .note,
    summary: "an id is written in upper case",
    why: """
      The two are equal to licet; a search in the files finds only the one that is written as searched for. Ids are written in lower \
      case.
      """,
    flagged: """
      module m
      product premium "Premium" {
        sku PREMIUM 66666666-7777-8888-9999-AAAAAAAAAAAA
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
        sku PREMIUM 66666666-7777-8888-9999-aaaaaaaaaaaa
      }
      feature reset "Reset a password"
      matrix editions {
        |       | premium |
        |-------|---------|
        | reset | yes |
      }
      """
  ) { set, findings in
    for tree in set.trees {
      for token in tree.tokens where token.kind == .guid {
        guard set.bytes(token.span).contains(where: { $0 >= 0x41 && $0 <= 0x46 }), let guid = Guid(parsing: set.bytes(token.span)) else {
          continue
        }
        let mended = guid.text.string
        findings.add(
          "this id has letters in upper case", at: token.span,
          fix: Diagnostic.Fix("write it in lower case", [Diagnostic.Fix.Edit(token.span, mended)]))
      }
    }
  }
}
