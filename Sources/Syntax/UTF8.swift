/// One Unicode scalar in bytes, as RFC 3629 has it: no surrogates, no long forms, nothing above U+10FFFF.
struct DecodedScalar {
  let value: UInt32
  /// 1 to 4 bytes.
  let length: Int

  /// Nil where the bytes at the index are no UTF-8.
  init?(_ bytes: [UInt8], at index: Int) {
    let first = bytes[index]
    let length: Int
    var value: UInt32
    switch first {
    case 0x00...0x7F: (length, value) = (1, UInt32(first))
    case 0xC2...0xDF: (length, value) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, value) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (length, value) = (4, UInt32(first & 0x07))
    default: return nil
    }
    guard index + length <= bytes.count else { return nil }
    for place in index + 1..<index + length {
      guard bytes[place] & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(bytes[place] & 0x3F)
    }
    let isLongForm = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000)
    guard !isLongForm, value <= 0x10FFFF, !(0xD800...0xDFFF).contains(value) else { return nil }
    self.value = value
    self.length = length
  }

  /// A control that turns the order in which text is shown (CVE-2021-42574).
  var isBidirectionalControl: Bool { (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value) }

  /// A control character other than tab, or a separator of lines that editors do not count.
  var isControl: Bool {
    (value < 0x20 && value != 0x09) || (0x7F...0x9F).contains(value) || value == 0x2028 || value == 0x2029
  }

  /// It looks like a space, or like nothing at all.
  var isInvisible: Bool {
    switch value {
    case 0x00A0, 0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x1680, 0x180E, 0x2000...0x200F, 0x202F, 0x205F...0x2064, 0x3000, 0x3164,
      0xFE00...0xFE0F,
      0xFEFF, 0xFFA0, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }

  /// `U+202E`
  var name: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}
