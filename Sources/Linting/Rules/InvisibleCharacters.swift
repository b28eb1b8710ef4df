import Syntax

extension LintRule {
  static let invisibleCharacters = LintRule(
    "invisible_characters", .warning,
    summary: "a text or a comment holds a character that nobody sees",
    why: """
      Two texts that look alike are not equal, so a comparison never holds; or a word hides from whoever searches for it. It came \
      with a copy from a web page. (What turns the order of text is refused: CVE-2021-42574.)
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not "A\u{200B}"
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not "A"
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for tree in set.trees {
      for (span, scalar) in foreignScalars(in: tree) {
        switch scalar {
        case 0x00AD, 0x034F, 0x115F, 0x1160, 0x180E, 0x200B, 0x2060...0x2064, 0x3164, 0xFEFF, 0xFFA0, 0xE0000...0xE0FFF: break
        default: continue
        }
        let isInComment = tree.comments.contains { $0.start <= span.start && span.start < $0.end }
        findings.add(
          "here stands U+\(String(scalar, radix: 16, uppercase: true)), which nobody sees", at: span,
          fix: Diagnostic.Fix(isInComment ? "take it out" : "take it out (the text changes)", [Diagnostic.Fix.Edit(span, "")]))
      }
    }
  }
}
