import Syntax

extension LintRule {
  static let confusableCharacters = LintRule(
    "confusable_characters", .warning,
    summary: "a word mixes Latin letters with others that look like them, or a compared text is wholly of such",
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
    let compared = set.comparedTexts()
    for tree in set.trees {
      let foreign = foreignScalars(in: tree)
      var texts = tree.tokens[...]
      var index = 0
      while index < foreign.count {
        // The word around it: letters, digits and `_`.
        let bytes = tree.source.bytes
        var (start, end) = (Int(foreign[index].span.start), Int(foreign[index].span.start))
        while start > 0, isWordByte(bytes[start - 1]) { start -= 1 }
        var lookalikes: [(span: SourceSpan, scalar: UInt32)] = []
        var isWhole = true
        while true {
          while end < bytes.count, isWordByte(bytes[end]) { end += 1 }
          guard index < foreign.count, Int(foreign[index].span.start) == end, isWordScalar(foreign[index].scalar) else { break }
          if looksLatin(foreign[index].scalar) { lookalikes.append(foreign[index]) } else { isWhole = false }
          end = Int(foreign[index].span.end)
          index += 1
        }
        guard let first = lookalikes.first else {
          // It is part of no word, or of a foreign one.
          if index < foreign.count, Int(foreign[index].span.start) <= end { index += 1 }
          continue
        }
        let isMixed = bytes[start..<end].contains { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
        if isMixed {
          for (span, scalar) in lookalikes {
            findings.add("\(codePoint(scalar)) stands in a word of Latin letters and looks like one", at: span)
          }
        } else if isWhole {
          while let token = texts.first, token.span.end <= first.span.start { texts.removeFirst() }
          guard let token = texts.first, compared.contains(token.span), token.span.start <= first.span.start else { continue }
          let last = lookalikes[lookalikes.count - 1]
          findings.add("all letters of this word look like Latin ones and are others", at: first.span.through(last.span))
        }
      }
    }
  }
}

private func isWordByte(_ byte: UInt8) -> Bool {
  (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
}

private func isWordScalar(_ value: UInt32) -> Bool {
  guard let properties = Unicode.Scalar(value)?.properties else { return false }
  return properties.isAlphabetic || properties.numericType != nil || properties.isDiacritic
}

/// Letters of other alphabets, and of other widths and faces, that look like Latin ones.
private func looksLatin(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0x0391, 0x0392, 0x0395, 0x0396, 0x0397, 0x0399, 0x039A, 0x039C, 0x039D, 0x039F, 0x03A1, 0x03A4, 0x03A5, 0x03A7, 0x03BD, 0x03BF: true
  case 0x0405, 0x0406, 0x0408, 0x0410, 0x0412, 0x0415, 0x041A, 0x041C, 0x041D, 0x041E, 0x0420, 0x0421, 0x0422, 0x0425: true
  case 0x0430, 0x0435, 0x043E, 0x0440, 0x0441, 0x0443, 0x0445, 0x0455, 0x0456, 0x0458, 0x04AE, 0x04BB, 0x04CF, 0x0501, 0x051A...0x051D: true
  case 0xFF21...0xFF3A, 0xFF41...0xFF5A, 0x1D400...0x1D7FF: true
  default: false
  }
}
