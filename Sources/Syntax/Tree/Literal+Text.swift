// Numbers and GUIDs from text and back, and literals as policies write them; dates and instants are in `Calendar.swift`.

extension Guid {
  /// Reads `8-4-4-4-12` hexadecimal digits of either case, and nothing else: no braces, no bare 32 digits.
  package init?(parsing bytes: some Collection<UInt8>) {
    guard bytes.count == 36 else { return nil }
    var digits: UInt128 = 0
    var index: UInt64 = 0
    for byte in bytes {
      if Guid.hyphenPlaces &>> index & 1 == 1 {
        guard byte == 0x2D else { return nil }
      } else {
        guard let digit = hexDigit(byte) else { return nil }
        digits = digits &<< 4 | UInt128(digit)
      }
      index &+= 1
    }
    self.init(high: UInt64(truncatingIfNeeded: digits &>> 64), low: UInt64(truncatingIfNeeded: digits))
  }

  /// A bit for each place of a hyphen.
  private static let hyphenPlaces: UInt64 = 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23

  /// Thirty-two digits in lower case, with four hyphens.
  package var text: Text {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return Text(utf8: bytes)
  }

  package func write(to bytes: inout [UInt8]) {
    let start = bytes.count
    // A literal needs no counting of who holds it.
    bytes.append(contentsOf: "------------------------------------".utf8)
    var span = bytes.mutableSpan
    let third = hexDigits(UInt32(truncatingIfNeeded: high))
    let fourth = hexDigits(UInt32(truncatingIfNeeded: low >> 32))
    store(hexDigits(UInt32(truncatingIfNeeded: high >> 32)), 8, in: &span, at: start)
    store(third, 4, in: &span, at: start + 9)
    store(third >> 32, 4, in: &span, at: start + 14)
    store(fourth, 4, in: &span, at: start + 19)
    store(fourth >> 32, 4, in: &span, at: start + 24)
    store(hexDigits(UInt32(truncatingIfNeeded: low)), 8, in: &span, at: start + 28)
  }
}

extension Decimal {
  /// The most digits that a decimal has, before and behind its point together.
  package static let mostDigits = 18

  /// Reads `-12.50`: an optional minus, digits, and optionally a point and digits. Nil for anything else and for more than 18 digits that count.
  package init?(parsing bytes: some Collection<UInt8>) {
    var text = Array(bytes)[...]
    let isNegative = text.first == 0x2D
    if isNegative { text = text.dropFirst() }
    let whole = text.prefix(while: isDigit)
    text = text.dropFirst(whole.count)
    var fraction: ArraySlice<UInt8> = []
    if let point = text.first {
      fraction = text.dropFirst()
      guard point == 0x2E, !fraction.isEmpty, fraction.allSatisfy(isDigit) else { return nil }
    }
    guard !whole.isEmpty else { return nil }
    while fraction.last == 0x30 { fraction = fraction.dropLast() }
    let digits = (whole + fraction).drop { $0 == 0x30 }
    guard digits.count <= Decimal.mostDigits, fraction.count <= Decimal.mostDigits else { return nil }
    var mantissa: Int64 = 0
    for digit in digits { mantissa = mantissa * 10 + Int64(digit - 0x30) }
    self.init(mantissa: isNegative ? -mantissa : mantissa, scale: UInt8(truncatingIfNeeded: fraction.count))
  }

  /// `-12.5`: as few digits as say it, one at least before the point.
  package var text: Text {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return Text(utf8: bytes)
  }

  package func write(to bytes: inout [UInt8]) {
    if mantissa < 0 { bytes.append(0x2D) }
    var digits = Array(String(mantissa.magnitude).utf8)
    let places = Int(scale)
    if digits.count <= places { digits.insert(contentsOf: repeatElement(0x30, count: places + 1 - digits.count), at: 0) }
    bytes.append(contentsOf: digits.dropLast(places))
    if places > 0 {
      bytes.append(0x2E)
      bytes.append(contentsOf: digits.suffix(places))
    }
  }
}

extension Int64 {
  /// Reads an optional minus and digits; nil for anything else and beyond 64 bits.
  package init?(parsing bytes: some Collection<UInt8>) {
    var digits = bytes[...]
    let isNegative = digits.first == 0x2D
    if isNegative { digits = digits.dropFirst() }
    guard !digits.isEmpty else { return nil }
    var value: Int64 = 0
    for byte in digits {
      guard isDigit(byte) else { return nil }
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let digit = Int64(byte - 0x30)
      let (sum, second) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      guard !first, !second else { return nil }
      value = sum
    }
    self = value
  }
}

private func hexDigit(_ byte: UInt8) -> UInt64? {
  if isDigit(byte) { return UInt64(byte - 0x30) }
  let lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? UInt64(lower - 0x57) : nil
}

extension Literal {
  /// As policy text writes it, and reads it again.
  package var written: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .decimal(let value): value.text.string
    case .text(let text): text.quoted
    case .date(let day): day.text.string
    case .instant(let instant): instant.text.string
    case .guid(let guid): guid.text.string
    }
  }
}

extension Text {
  /// Between quotes, with what would end the text escaped; a brace is one wherever no message stands.
  package var quoted: String {
    var bytes: [UInt8] = [0x22]
    for byte in utf8 {
      if byte == 0x22 || byte == 0x5C { bytes.append(0x5C) }
      bytes.append(byte)
    }
    return String(decoding: bytes + [0x22], as: UTF8.self)
  }
}
