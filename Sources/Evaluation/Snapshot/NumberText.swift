/// A number of JSON as it is written: sign, digits without zeros at either end, power of ten. Exact.
struct NumberText {
  enum Whole {
    case value(Int64)
    /// It has a fraction.
    case fraction
    case outOfRange
  }

  private var isNegative = false
  /// Without trailing zeros.
  private var digits: UInt64 = 0
  private var exponent = 0
  /// More digits than 64 bits hold.
  private var isLong = false

  /// - Parameter end: behind a number that the grammar admits.
  init(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
    var at = start
    // Zeros wait until a digit follows that makes them count.
    var zeros = 0
    var isFraction = false
    loop: while at < end {
      let byte = bytes.byte(at)
      switch byte {
      case 0x2D: isNegative = true
      case 0x2E: isFraction = true
      case 0x30:
        if isFraction { exponent -= 1 }
        if digits != 0 { zeros += 1 }
      case 0x31...0x39:
        if isFraction { exponent -= 1 }
        add(byte - 0x30, behind: zeros)
        zeros = 0
      default: break loop
      }
      at += 1
    }
    exponent += zeros
    if at < end { addExponent(bytes, at + 1, end) }
  }

  private mutating func add(_ digit: UInt8, behind zeros: Int) {
    // 64 bits hold at most 20 digits.
    if zeros > 20 || isLong {
      isLong = true
      return
    }
    for round in 0...zeros {
      let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(round == zeros ? UInt64(digit) : 0)
      if overflow || carry {
        isLong = true
        return
      }
      digits = sum
    }
  }

  private mutating func addExponent(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
    var at = start
    let isDown = bytes.byte(at) == 0x2D
    if isDown || bytes.byte(at) == 0x2B { at += 1 }
    var power = 0
    // Beyond this no number of 64 bits or 18 digits is left, whatever stands before the exponent; no text is that long.
    while at < end && power < 1 << 50 {
      power = power * 10 + Int(bytes.byte(at) - 0x30)
      at += 1
    }
    exponent += isDown ? -power : power
  }

  var whole: Whole {
    if digits == 0 && !isLong { return .value(0) }
    if exponent < 0 { return .fraction }
    if isLong || exponent > 18 { return .outOfRange }
    var value: Int64
    if isNegative {
      guard digits <= UInt64(Int64.max) + 1 else { return .outOfRange }
      value = Int64(truncatingIfNeeded: 0 &- digits)
    } else {
      guard digits <= UInt64(Int64.max) else { return .outOfRange }
      value = Int64(digits)
    }
    for _ in 0..<exponent {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return .outOfRange }
      value = product
    }
    return .value(value)
  }

  /// Mantissa and scale, without trailing zeros in the fraction; nil where it has more than 18 digits.
  var decimal: (mantissa: Int64, scale: Int)? {
    if digits == 0 && !isLong { return (0, 0) }
    if isLong || exponent > 17 || exponent < -18 { return nil }
    var mantissa = digits
    for _ in 0..<max(exponent, 0) {
      let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      mantissa = product
    }
    guard mantissa < 1_000_000_000_000_000_000 else { return nil }
    return (isNegative ? -Int64(mantissa) : Int64(mantissa), max(-exponent, 0))
  }
}
