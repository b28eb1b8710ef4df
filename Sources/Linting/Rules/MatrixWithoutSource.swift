import Semantics
import Syntax

extension LintRule {
  static let matrixWithoutSource = LintRule(
    "matrix_without_source", .warning,
    summary: "a matrix, or some cell of it, rests on no source",
    why: """
      A cell decides who is licensed. Who asks why has to be shown the page that says so: cite it in the matrix, or in the cells that \
      come from elsewhere.
      """,
    flagged: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
      }
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix free {
        cite page
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      matrix editions {
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      """,
    accepted: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
      }
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix free {
        cite page
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      matrix editions {
        cite page
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      """
  ) { set, findings in
    for matrix in set.program.matrices where matrix.cite == nil {
      let bare = matrix.statements.filter { $0.cites.isEmpty && $0.mark != .unknown }
      guard let first = bare.first else { continue }
      findings.add(
        "the matrix `\(matrix.name.name)` cites no source", at: matrix.name.span,
        related: bare.count < matrix.statements.count ? [Diagnostic.Related(first.span, "nor does this cell")] : [])
    }
  }
}
