/// A JSON value with where it stands, decoded from bytes as RFC 8259 says, one byte at a time.
struct RawJSON {
  struct Member {
    /// Its escapes undone.
    var name: [UInt8]
    var isEscaped: Bool
    /// Of its quote.
    var place: Int
    var value: RawJSON
  }

  indirect enum Kind {
    case object([Member])
    case array([RawJSON])
    /// Its escapes undone; half a surrogate pair is U+FFFD.
    case string([UInt8])
    case number
    case bool(Bool)
    case null
  }

  var kind: Kind
  /// Its bytes.
  var range: Range<Int>
}

/// Decodes a text; `nil` from any function is a refusal.
struct RawDecoder {
  let bytes: [UInt8]
  var at = 0
  /// Arrays and objects around what is read.
  var depth = 0
  static let deepest = 256

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    at += 1
    return true
  }

  mutating func passSpace() { while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 } }

  mutating func value() -> RawJSON? {
    let start = at
    guard let first = next, let kind = kind(first) else { return nil }
    return RawJSON(kind: kind, range: start..<at)
  }

  private mutating func kind(_ first: UInt8) -> RawJSON.Kind? {
    switch first {
    case 0x7B: return container { $0.object() }
    case 0x5B: return container { $0.array() }
    case 0x22: return string().map { .string($0.bytes) }
    case 0x74: return word("true") ? .bool(true) : nil
    case 0x66: return word("false") ? .bool(false) : nil
    case 0x6E: return word("null") ? .null : nil
    default: return number() ? .number : nil
    }
  }

  private mutating func container(_ body: (inout RawDecoder) -> RawJSON.Kind?) -> RawJSON.Kind? {
    guard depth < RawDecoder.deepest else { return nil }
    depth += 1
    defer { depth -= 1 }
    at += 1
    passSpace()
    return body(&self)
  }

  private mutating func object() -> RawJSON.Kind? {
    if take(0x7D) { return .object([]) }
    var members: [RawJSON.Member] = []
    while true {
      let place = at
      guard next == 0x22, let name = string() else { return nil }
      passSpace()
      guard take(0x3A) else { return nil }
      passSpace()
      guard let value = value() else { return nil }
      members.append(RawJSON.Member(name: name.bytes, isEscaped: name.isEscaped, place: place, value: value))
      passSpace()
      if take(0x7D) { return .object(members) }
      guard take(0x2C) else { return nil }
      passSpace()
    }
  }

  private mutating func array() -> RawJSON.Kind? {
    if take(0x5D) { return .array([]) }
    var elements: [RawJSON] = []
    while true {
      guard let value = value() else { return nil }
      elements.append(value)
      passSpace()
      if take(0x5D) { return .array(elements) }
      guard take(0x2C) else { return nil }
      passSpace()
    }
  }

  private mutating func word(_ word: StaticString) -> Bool {
    for byte in word.description.utf8 where !take(byte) { return false }
    return true
  }

  private mutating func number() -> Bool {
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
    _ = take(0x2D)
    guard isDigit(next) else { return false }
    if !take(0x30) { while isDigit(next) { at += 1 } }
    if take(0x2E) {
      guard isDigit(next) else { return false }
      while isDigit(next) { at += 1 }
    }
    if take(0x65) || take(0x45) {
      if !take(0x2B) { _ = take(0x2D) }
      guard isDigit(next) else { return false }
      while isDigit(next) { at += 1 }
    }
    return true
  }

  private mutating func string() -> (bytes: [UInt8], isEscaped: Bool)? {
    at += 1
    let start = at
    var units: [UInt16] = []
    var plain: [UInt8] = []
    var isEscaped = false
    func flush() {
      // Pairs become one scalar, halves U+FFFD: the standard library's own decoding.
      plain += Array(String(decoding: units, as: UTF16.self).utf8)
      units = []
    }
    while let byte = next {
      at += 1
      switch byte {
      case 0x22:
        flush()
        // The standard library says what is UTF-8.
        guard String(validating: bytes[start..<at - 1], as: UTF8.self) != nil else { return nil }
        return (plain, isEscaped)
      case 0x00..<0x20: return nil
      case 0x5C:
        isEscaped = true
        guard let letter = next else { return nil }
        at += 1
        if letter == 0x75 {
          guard at + 4 <= bytes.count, bytes[at..<at + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
          else { return nil }
          at += 4
          units.append(unit)
        } else {
          let meant: [UInt8: UInt8] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
          ]
          guard let letter = meant[letter] else { return nil }
          flush()
          plain.append(letter)
        }
      default:
        flush()
        plain.append(byte)
      }
    }
    return nil
  }
}

/// What can be said of a text alone.
package enum RawText {
  /// Whether bytes are one value of RFC 8259, with white space around it.
  package static func isJSON(_ bytes: [UInt8]) -> Bool {
    var decoder = RawDecoder(bytes)
    decoder.passSpace()
    guard decoder.value() != nil else { return false }
    decoder.passSpace()
    return decoder.next == nil
  }
}
