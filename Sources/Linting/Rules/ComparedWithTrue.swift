import Semantics
import Syntax

extension LintRule {
  static let comparedWithTrue = LintRule(
    "compared_with_true", .note,
    summary: "something that is true or false is compared with `true` or `false`",
    why: """
      A condition needs no comparison: `user.active` and `not user.active` say it. (Where the field may be null, `is true` is needed \
      and not flagged.)
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.active is true
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.active
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for expression in set.expressions {
      guard case .equal(let left, let right, negated: let negated) = expression.kind, case .literal(.bool(let value)) = set[right].kind,
        set[left].type.shape == .bool, !set[left].type.isNullable
      else { continue }
      let text = set.text(set[left].span)
      let mended = value != negated ? text : "not " + text
      // What has spaces in it may bind looser than the comparison did.
      let isSimple = !text.utf8.contains(0x20)
      findings.add(
        "`\(mended)` says the same", at: expression.span,
        fix: isSimple ? Diagnostic.Fix("write `\(mended)`", [Diagnostic.Fix.Edit(expression.span, mended)]) : nil)
    }
  }
}
