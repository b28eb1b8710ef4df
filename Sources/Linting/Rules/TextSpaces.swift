import Syntax

extension LintRule {
  static let textSpaces = LintRule(
    "text_spaces", .warning,
    summary: "a text begins or ends with a space, or has two in a row",
    why: "Reports and tables show it askew, and a search for the words does not find them.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id}  has no name. "
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for tree in set.trees {
      for token in tree.tokens where token.kind == .text && !set.isInTest(token.span) {
        let text = set.bytes(token.span).dropFirst().dropLast()
        guard text.first == 0x20 || text.last == 0x20 || zip(text, text.dropFirst()).contains(where: { $0 == 0x20 && $1 == 0x20 }) else {
          continue
        }
        // Vendors name things so; a name has to be what it is.
        guard set.isProse(token.span) else { continue }
        let mended = String(decoding: text, as: UTF8.self).split(separator: " ").joined(separator: " ")
        findings.add(
          "this text has spaces that nobody wants", at: token.span,
          fix: Diagnostic.Fix("take them out (the text changes)", [Diagnostic.Fix.Edit(token.span, "\"\(mended)\"")]))
      }
    }
  }
}
