import Syntax

extension LintRule {
  static let duplicateElement = LintRule(
    "duplicate_element", .warning,
    summary: "an element stands twice in a list",
    why: "The second changes nothing; mostly another was meant, which is now missing.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name in ["A", "B", "A"]
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name in ["A", "B"]
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    set.eachExpression { tree, expression in
      guard case .comparison(let comparison, _, let right) = expression.kind, comparison == .member || comparison == .notMember,
        case .list(let elements) = tree[right].kind
      else { return }
      var first: [ArraySlice<UInt8>: SourceSpan] = [:]
      for (index, element) in elements.enumerated() {
        let span = tree[element].span
        guard let known = first[set.bytes(span)] else {
          first[set.bytes(span)] = span
          continue
        }
        let joined = SourceSpan(file: span.file, start: tree[elements[index - 1]].span.end, end: span.end)
        findings.add(
          "`\(set.text(span))` is in the list already", at: span, related: [Diagnostic.Related(known, "the first time")],
          fix: Diagnostic.Fix("take it out", [Diagnostic.Fix.Edit(joined, "")]))
      }
    }
  }
}
