import Semantics
import Syntax

extension LintRule {
  static let orderOfVersions = LintRule(
    "order_of_versions", .note,
    summary: "the versions of a matrix do not stand in the order of their days",
    why: """
      Whoever looks for the table in force looks at the last one. Put the newest version below the others of its file.
      """,
    flagged: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        effective from 2025-01-01
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      matrix editions {
        effective from 2020-01-01
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      """,
    accepted: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        effective from 2020-01-01
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      matrix editions {
        effective from 2025-01-01
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      """
  ) { set, findings in
    var last: [[Text]: (file: Int32, from: Day?, span: SourceSpan)] = [:]
    for matrix in set.program.matrices {
      let key = [matrix.name.module, matrix.name.name]
      if let known = last[key], known.file == matrix.name.span.file, (matrix.period.from ?? .first) < (known.from ?? .first) {
        findings.add(
          "this version is older than the one above", at: matrix.name.span, related: [Diagnostic.Related(known.span, "the one above")])
      }
      last[key] = (matrix.name.span.file, matrix.period.from, matrix.name.span)
    }
  }
}
