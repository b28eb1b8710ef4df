import Syntax

extension LintRule {
  static let brokenId = LintRule(
    "broken_id", .warning,
    summary: "a text looks like an id and is none",
    why: """
      A digit is lost or doubled, so it equals nothing, and the rule is silent for ever. An id has 8, 4, 4, 4 and 12 digits.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.city is not "11111111-2222-3333-4444-55555555555"
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.id is not 11111111-2222-3333-4444-555555555555
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for tree in set.trees {
      for expression in tree.expressions {
        guard case .literal(.text(let text)) = expression.kind, text.utf8.count >= 28, Guid(parsing: text.utf8) == nil else { continue }
        let parts = text.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
        let isHexadecimal = text.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66) || $0 == 0x2D }
        guard isHexadecimal, (4...6).contains(parts.count) else { continue }
        let lengths = parts.map { String($0.count) }.joined(separator: ", ")
        findings.add("this is no id: it has \(lengths) digits, and an id has 8, 4, 4, 4, 12", at: expression.span)
      }
    }
  }
}
