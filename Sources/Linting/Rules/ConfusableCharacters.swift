import Syntax

extension LintRule {
  static let confusableCharacters = LintRule(
    "confusable_characters", .warning,
    summary: "a word mixes Latin letters with Cyrillic or Greek ones that look like them",
    why: """
      Nobody sees the difference, and the two are not equal: a comparison never holds, or a name passes for another. Type the word \
      anew.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not "\u{0410}dmin"
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not "Admin"
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for tree in set.trees {
      for (span, scalar) in foreignScalars(in: tree) {
        let isLookalike: Bool
        switch scalar {
        case 0x0410, 0x0412, 0x0415, 0x041A, 0x041C, 0x041D, 0x041E, 0x0420, 0x0421, 0x0422, 0x0425, 0x0430, 0x0435, 0x043E, 0x0440, 0x0441,
          0x0443, 0x0445, 0x0455, 0x0456, 0x0458, 0x0501, 0x0391, 0x0392, 0x0395, 0x0396, 0x0397, 0x0399, 0x039A, 0x039C, 0x039D, 0x039F,
          0x03A1,
          0x03A4, 0x03A5, 0x03A7, 0x03BF, 0x03BD:
          isLookalike = true
        default: isLookalike = false
        }
        guard isLookalike else { continue }
        let bytes = tree.source.bytes
        func isLatin(_ place: Int) -> Bool {
          bytes.indices.contains(place) && (bytes[place] | 0x20) >= 0x61 && (bytes[place] | 0x20) <= 0x7A
        }
        guard isLatin(Int(span.start) - 1) || isLatin(Int(span.end)) else { continue }
        findings.add("U+0\(String(scalar, radix: 16, uppercase: true)) stands in a word of Latin letters and looks like one", at: span)
      }
    }
  }
}
