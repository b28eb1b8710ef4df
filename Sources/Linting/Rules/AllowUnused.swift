import Syntax

extension LintRule {
  static let allowUnused = LintRule(
    "allow_unused", .warning,
    summary: "a comment allows what is not there",
    why: """
      What it was to silence has been mended, or it stands in the wrong place: it speaks for the one declaration that follows it. \
      Left there, it will hide the next mistake.
      """,
    flagged: """
      module m
      // lint: allow missing_title because it is a draft.
      feature reset "Reset a password"
      """,
    accepted: """
      module m
      feature reset "Reset a password"
      """
  ) { allowances, findings in
    for allowance in allowances where allowance.silenced == 0 {
      // In the wrong place it is to be moved: what it speaks of may still be there.
      let place = allowance.range == nil ? ["it stands above no declaration"] : []
      findings.add(
        "nothing here is flagged by `\(allowance.rule)`", at: allowance.comment, notes: place,
        fix: allowance.range.map { _ in Diagnostic.Fix("take the comment out", [Diagnostic.Fix.Edit(allowance.line, "")]) })
    }
  }
}
