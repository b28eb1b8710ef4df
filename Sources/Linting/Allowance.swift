import Syntax

/// A comment `// lint: allow RULE because …`: what it silences, and how often it did.
package struct Allowance: Sendable {
  package let rule: String
  /// The words behind `because`; empty where there are none.
  let reason: String
  let comment: SourceSpan
  /// From the comment to the end of the declaration that follows; nil where none does, or the comment stands inside one.
  let range: SourceSpan?
  /// The comment with its whole line, where nothing else stands on it.
  let line: SourceSpan
  var silenced = 0

  func covers(_ span: SourceSpan) -> Bool {
    range.map { $0.file == span.file && $0.start <= span.start && span.start < $0.end } ?? false
  }

  static func all(in trees: [SyntaxTree]) -> [Allowance] {
    var allowances: [Allowance] = []
    for tree in trees {
      for comment in tree.comments {
        guard let words = LintComment(tree, comment)?.words, words.count >= 2, words[0] == "allow" else { continue }
        let reason = words.count > 3 && words[2] == "because" ? words[3...].joined(separator: " ") : ""
        allowances.append(
          Allowance(
            rule: words[1], reason: reason, comment: comment, range: range(comment, in: tree), line: wholeLines(comment, in: tree.source)))
      }
    }
    return allowances
  }

  private static func range(_ comment: SourceSpan, in tree: SyntaxTree) -> SourceSpan? {
    guard let next = tree.declarations.first(where: { $0.span.end > comment.start }), next.span.start >= comment.end else { return nil }
    return comment.through(next.span)
  }
}

/// A comment that speaks to lint: its words behind `lint:`.
struct LintComment {
  let words: [String]

  /// Nil for a comment for people.
  init?(_ tree: SyntaxTree, _ comment: SourceSpan) {
    let bytes = tree.source.slice(comment).drop { $0 == 0x2F || $0 == 0x20 || $0 == 0x09 }
    let prefix = Array("lint:".utf8)
    guard bytes.starts(with: prefix) else { return nil }
    words = bytes.dropFirst(prefix.count).split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
  }
}
