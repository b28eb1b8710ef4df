import Syntax

extension LintRule {
  static let duplicateCondition = LintRule(
    "duplicate_condition", .warning,
    summary: "a condition stands twice among those joined by `and` or `or`",
    why: """
      The second decides nothing. Mostly it was copied and meant to be about something else, which now nobody asks.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.active and user.name is not "" and user.active
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.active and user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    set.eachExpression { tree, expression in
      var operands: [ExpressionID] = []
      if case .and(let all) = expression.kind { operands = all }
      if case .or(let all) = expression.kind { operands = all }
      var first: [ArraySlice<UInt8>: SourceSpan] = [:]
      for (index, operand) in operands.enumerated() {
        let span = tree[operand].span
        guard let known = first[set.bytes(span)] else {
          first[set.bytes(span)] = span
          continue
        }
        let connected = SourceSpan(file: span.file, start: tree[operands[index - 1]].span.end, end: span.end)
        findings.add(
          "`\(set.text(span))` stands here a second time", at: span, related: [Diagnostic.Related(known, "the first time")],
          fix: Diagnostic.Fix("take it out", [Diagnostic.Fix.Edit(connected, "")]))
      }
    }
  }
}
