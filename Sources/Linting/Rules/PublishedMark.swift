import Syntax

extension LintRule {
  static let publishedMark = LintRule(
    "published_mark", .note,
    summary: "a cell bears a mark of the published page instead of `yes` or `-`",
    why: """
      The marks are read so that a table can be pasted; in the file, words are found by a search and read out by a screen reader.
      """,
    flagged: """
      module m
      product basic "Basic" {
        held by all
      }
      feature reset "Reset a password"
      matrix editions {
        |       | basic |
        |-------|-------|
        | reset | ● |
      }
      """,
    accepted: """
      module m
      product basic "Basic" {
        held by all
      }
      feature reset "Reset a password"
      matrix editions {
        |       | basic |
        |-------|-------|
        | reset | yes |
      }
      """
  ) { set, findings in
    for matrix in set.matrices {
      for cell in matrix.node.rows.flatMap(\.cells).compactMap({ $0 }) where cell.isPublishedMark {
        let word = cell.mark == .yes ? "yes" : "-"
        findings.add(
          "this mark is written `\(word)`", at: cell.markSpan,
          fix: Diagnostic.Fix("write `\(word)`", [Diagnostic.Fix.Edit(cell.markSpan, word)]))
      }
    }
  }
}
