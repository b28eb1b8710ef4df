// The tokens of RFC 8259. Each function gives the place behind its token, or, where there is none, the bitwise complement of the place
// of the fault, which is negative.

extension Span where Element == UInt8 {
  /// The place of the closing quote of a text whose first byte is at `start`. Sets `isEscaped` where there is a backslash in it.
  @inline(__always) func textEnd(_ start: Int, _ isEscaped: inout Bool) -> Int {
    let at = special(from: start)
    return byte(at) == 0x22 ? at : slowTextEnd(at, &isEscaped)
  }

  @inline(never) private func slowTextEnd(_ start: Int, _ isEscaped: inout Bool) -> Int {
    var at = start
    while true {
      let first = byte(at)
      if first == 0x22 { return at }
      if first == 0x5C {
        isEscaped = true
        switch byte(at &+ 1) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: at &+= 2
        case 0x75:
          for digit in 2..<6 where hexValue(byte(at &+ digit)) == nil { return ~at }
          at &+= 6
        default: return ~at
        }
      } else if first < 0x20 {
        return ~at
      } else if first >= 0x80 {
        let length = sequenceLength(at)
        if length == 0 { return ~at }
        at &+= length
      }
      // Texts that are not ASCII seldom have it in one place only.
      if byte(at) < 0x80 { at = special(from: at) }
    }
  }

  /// The length of the well-formed UTF-8 sequence that begins here with a byte beyond ASCII; 0 where it is none.
  /// The Unicode Standard, table 3-7, https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/#G27506
  @inline(__always) private func sequenceLength(_ at: Int) -> Int {
    let first = byte(at)
    if first < 0xC2 || first > 0xF4 { return 0 }
    let second = byte(at &+ 1)
    if second & 0xC0 != 0x80 { return 0 }
    if first < 0xE0 { return 2 }
    if byte(at &+ 2) & 0xC0 != 0x80 { return 0 }
    if first < 0xF0 {
      if first == 0xE0 && second < 0xA0 { return 0 }
      if first == 0xED && second >= 0xA0 { return 0 }
      return 3
    }
    if byte(at &+ 3) & 0xC0 != 0x80 { return 0 }
    if first == 0xF0 && second < 0x90 { return 0 }
    if first == 0xF4 && second >= 0x90 { return 0 }
    return 4
  }

  @inline(__always) func spaceEnd(_ start: Int) -> Int { byte(start) > 0x20 ? start : slowSpaceEnd(start) }

  @inline(never) private func slowSpaceEnd(_ start: Int) -> Int {
    var at = start
    while true {
      switch byte(at) {
      case 0x20, 0x0A, 0x0D, 0x09: at &+= 1
      default: return at
      }
    }
  }

  func numberEnd(_ start: Int) -> Int {
    var at = start
    if byte(at) == 0x2D { at &+= 1 }
    if byte(at) == 0x30 {
      at &+= 1
    } else {
      if byte(at) &- 0x31 > 8 { return ~at }
      at = digitsEnd(at)
    }
    if byte(at) == 0x2E {
      at &+= 1
      if byte(at) &- 0x30 > 9 { return ~at }
      at = digitsEnd(at)
    }
    if byte(at) | 0x20 == 0x65 {
      at &+= 1
      if byte(at) == 0x2B || byte(at) == 0x2D { at &+= 1 }
      if byte(at) &- 0x30 > 9 { return ~at }
      at = digitsEnd(at)
    }
    return at
  }

  @inline(__always) private func digitsEnd(_ start: Int) -> Int {
    var at = start
    while byte(at) &- 0x30 < 10 { at &+= 1 }
    return at
  }

  @inline(__always) func isNull(_ at: Int) -> Bool { word4(at) == 0x6C6C_756E }
  @inline(__always) func isTrue(_ at: Int) -> Bool { word4(at) == 0x6575_7274 }
  @inline(__always) func isFalse(_ at: Int) -> Bool { word4(at) == 0x736C_6166 && byte(at &+ 4) == 0x65 }

  /// The end of `null`, `true` or `false`.
  @inline(__always) func wordEnd(_ at: Int) -> Int {
    if isNull(at) || isTrue(at) { return at &+ 4 }
    return isFalse(at) ? at &+ 5 : ~at
  }

  /// Why a text stops at a place that `textEnd` refused.
  func textMalformation(_ at: Int) -> Malformation {
    switch byte(at) {
    case 0x5C: .unknownEscape
    case 0x80...: .notUTF8
    default: .controlCharacter
    }
  }

  /// Adds the text between two places, its escapes undone. Half a surrogate pair becomes U+FFFD.
  func unescape(_ start: Int, _ end: Int, to bytes: inout [UInt8]) {
    var at = start
    while at < end {
      let first = byte(at)
      if first != 0x5C {
        bytes.append(first)
        at += 1
        continue
      }
      let letter = byte(at + 1)
      at += 2
      switch letter {
      case 0x62: bytes.append(0x08)
      case 0x66: bytes.append(0x0C)
      case 0x6E: bytes.append(0x0A)
      case 0x72: bytes.append(0x0D)
      case 0x74: bytes.append(0x09)
      case 0x75:
        var scalar = unit(at)
        at += 4
        if scalar & 0xFC00 == 0xD800 && at + 6 <= end && byte(at) == 0x5C && byte(at + 1) == 0x75 && unit(at + 2) & 0xFC00 == 0xDC00 {
          scalar = 0x10000 + (scalar & 0x3FF) << 10 + unit(at + 2) & 0x3FF
          at += 6
        }
        appendUTF8(scalar, to: &bytes)
      default: bytes.append(letter)
      }
    }
  }

  /// Whether the bytes from a place on, in lower case, are these.
  func isFolded(_ start: Int, _ name: [UInt8]) -> Bool {
    for index in name.indices where folded(byte(start + index)) != name[index] { return false }
    return true
  }

  private func unit(_ at: Int) -> UInt32 {
    var value: UInt32 = 0
    for digit in 0..<4 { value = value << 4 | UInt32(hexValue(byte(at + digit)) ?? 0) }
    return value
  }
}

extension Place {
  /// The length of the well-formed UTF-8 sequence that begins here with a byte beyond ASCII; 0 where it is none. As `Span`'s.
  @inline(__always) var sequenceLength: Int {
    let first = self[0]
    if first < 0xC2 || first > 0xF4 { return 0 }
    let second = self[1]
    if second & 0xC0 != 0x80 { return 0 }
    if first < 0xE0 { return 2 }
    if self[2] & 0xC0 != 0x80 { return 0 }
    if first < 0xF0 {
      if first == 0xE0 && second < 0xA0 { return 0 }
      if first == 0xED && second >= 0xA0 { return 0 }
      return 3
    }
    if self[3] & 0xC0 != 0x80 { return 0 }
    if first == 0xF0 && second < 0x90 { return 0 }
    if first == 0xF4 && second >= 0x90 { return 0 }
    return 4
  }
}

/// Adds a scalar as UTF-8; a surrogate becomes U+FFFD.
@inline(__always) func appendUTF8(_ value: UInt32, to bytes: inout [UInt8]) {
  let scalar = value & 0xFFFF_F800 == 0xD800 ? 0xFFFD : value
  if scalar < 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: scalar))
    return
  }
  if scalar < 0x800 {
    bytes.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
  } else {
    if scalar < 0x10000 {
      bytes.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
    } else {
      bytes.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
    }
    bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
  }
  bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
}

@inline(__always) func hexValue(_ byte: UInt8) -> UInt8? {
  if byte &- 0x30 < 10 { return byte &- 0x30 }
  let letter = (byte | 0x20) &- 0x61
  return letter < 6 ? letter &+ 10 : nil
}

/// The byte in lower case, if it is an ASCII letter.
@inline(__always) func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

func folded(_ bytes: some Sequence<UInt8>) -> [UInt8] { bytes.map { folded($0) } }
