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
    let compared = set.comparedTexts()
    for tree in set.trees {
      let bytes = tree.source.bytes
      var texts = tree.tokens[...]
      for (span, scalar) in foreignScalars(in: tree) {
        let isInComment = tree.comments.contains { $0.start <= span.start && span.start < $0.end }
        let isAfterASCII = span.start > 0 && bytes[Int(span.start) - 1] < 0x80
        let isBeforeASCII = Int(span.end) < bytes.count && bytes[Int(span.end)] < 0x80
        switch scalar {
        case 0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x180E, 0x200B, 0x200E, 0x200F, 0x2060...0x2064, 0x3164, 0xFEFF, 0xFFA0,
          0xE0000...0xE0FFF:
          break
        // These join or part letters of scripts that need it, and emoji.
        case 0x200C, 0x200D: guard isAfterASCII || isBeforeASCII else { continue }
        // After a sign, and in `1` with a key around it, it chooses how the sign is drawn.
        case 0xFE00...0xFE0F: guard isAfterASCII, !bytes[Int(span.end)...].starts(with: [0xE2, 0x83, 0xA3]) else { continue }
        case 0x00A0, 0x2000...0x200A:
          while let token = texts.first, token.span.end <= span.start { texts.removeFirst() }
          guard let token = texts.first, token.span.start <= span.start, compared.contains(token.span) else { continue }
          findings.add(
            "\(codePoint(scalar)) stands here for a space, and is not equal to one", at: span,
            fix: Diagnostic.Fix("write a space (the text changes)", [Diagnostic.Fix.Edit(span, " ")]))
          continue
        default: continue
        }
        findings.add(
          "here stands \(codePoint(scalar)), which nobody sees", at: span,
          fix: Diagnostic.Fix(isInComment ? "take it out" : "take it out (the text changes)", [Diagnostic.Fix.Edit(span, "")]))
      }
    }
  }
}
