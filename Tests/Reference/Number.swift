import Syntax

/// An exact number: `mantissa` / 10^`scale`.
struct Number {
  var mantissa: Int128
  var scale: Int

  static func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(Int128(1)) { power, _ in power * 10 } }

  init(_ int: Int64) {
    mantissa = Int128(int)
    scale = 0
  }

  init(_ decimal: Decimal) {
    mantissa = Int128(decimal.mantissa)
    scale = Int(decimal.scale)
  }

  /// Nil where more than 18 digits would be needed.
  init?(mantissa: Int128, scale: Int) {
    var mantissa = mantissa
    var scale = scale
    while scale < 0 {
      guard mantissa.magnitude < UInt128(Number.power(18)) else { return nil }
      mantissa *= 10
      scale += 1
    }
    while scale > 0 && mantissa % 10 == 0 {
      mantissa /= 10
      scale -= 1
    }
    guard scale <= 18, mantissa.magnitude < UInt128(Number.power(18)) else { return nil }
    self.mantissa = mantissa
    self.scale = scale
  }

  /// A JSON number.
  /// - Returns: nil where it has more than 18 digits.
  init?(json text: String) {
    var digits = ""
    var scale = 0
    var exponent = 0
    var isNegative = false
    var isFraction = false
    var rest = Substring(text)
    if rest.first == "-" {
      isNegative = true
      rest.removeFirst()
    }
    while let character = rest.first {
      rest.removeFirst()
      if character == "." {
        isFraction = true
      } else if character == "e" || character == "E" {
        exponent = Int(rest.first == "+" ? String(rest.dropFirst()) : String(rest)) ?? 0
        break
      } else {
        digits.append(character)
        if isFraction { scale += 1 }
      }
    }
    let significant = digits.drop { $0 == "0" }
    guard significant.count <= 36, abs(exponent) < 60, let mantissa = Int128(significant.isEmpty ? "0" : String(significant)) else {
      return nil
    }
    self.init(mantissa: isNegative ? -mantissa : mantissa, scale: scale - exponent)
  }

  /// Below 0, 0, above 0.
  static func compare(_ left: Number, _ right: Number) -> Int {
    let scale = max(left.scale, right.scale)
    let first = left.mantissa * power(scale - left.scale)
    let second = right.mantissa * power(scale - right.scale)
    return first < second ? -1 : first > second ? 1 : 0
  }

  static func sum(_ left: Number, _ right: Number) -> Number? {
    let scale = max(left.scale, right.scale)
    return Number(mantissa: left.mantissa * power(scale - left.scale) + right.mantissa * power(scale - right.scale), scale: scale)
  }

  static func product(_ left: Number, _ right: Number) -> Number? {
    Number(mantissa: left.mantissa * right.mantissa, scale: left.scale + right.scale)
  }

  var negated: Number {
    var copy = self
    copy.mantissa = -mantissa
    return copy
  }

  /// Nil where the quotient needs more than 18 digits, or does not exist.
  static func quotient(_ left: Number, _ right: Number) -> Number? {
    guard right.mantissa != 0 else { return nil }
    if left.mantissa == 0 { return Number(0) }
    var common = left.mantissa.magnitude
    var other = right.mantissa.magnitude
    while other != 0 { (common, other) = (other, common % other) }
    var numerator = left.mantissa / Int128(common)
    var denominator = right.mantissa / Int128(common)
    if denominator < 0 {
      numerator = -numerator
      denominator = -denominator
    }
    var twos = 0
    var fives = 0
    while denominator % 2 == 0 {
      denominator /= 2
      twos += 1
    }
    while denominator % 5 == 0 {
      denominator /= 5
      fives += 1
    }
    guard denominator == 1 else { return nil }
    let scale = max(twos, fives)
    for _ in 0..<(scale - twos) {
      let (next, overflow) = numerator.multipliedReportingOverflow(by: 2)
      if overflow { return nil }
      numerator = next
    }
    for _ in 0..<(scale - fives) {
      let (next, overflow) = numerator.multipliedReportingOverflow(by: 5)
      if overflow { return nil }
      numerator = next
    }
    return Number(mantissa: numerator, scale: scale + left.scale - right.scale)
  }

  var text: String {
    let digits = String(mantissa.magnitude)
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    let whole = padded.dropLast(scale)
    return (mantissa < 0 ? "-" : "") + whole + (scale > 0 ? "." + padded.suffix(scale) : "")
  }
}
