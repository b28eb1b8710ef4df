import Syntax

extension Machine {
  /// flag: 0 +, 1 -, 2 *, 3 /
  mutating func arithmetic(_ flag: UInt8, _ left: Value, _ right: Value) -> Value {
    if left.isUnknown || right.isUnknown { return bothUnknown(left, right) }
    if left.isNull || right.isNull { return .null }
    if left.tag == .decimal || right.tag == .decimal { return decimalArithmetic(flag, left, right) }
    if left.isExactInt && right.isExactInt { return exact(flag, left.signedLow, right.signedLow) }
    let doubt = causes.union(left.aux, right.aux)
    switch flag {
    case 0:
      let (low, lowOver) = left.signedLow.addingReportingOverflow(right.signedLow)
      let isOpen = left.isOpen || right.isOpen
      let (high, highOver) = isOpen ? (low, false) : left.signedHigh.addingReportingOverflow(right.signedHigh)
      if lowOver || highOver { return overflow() }
      return .interval(low, high, isOpen: isOpen, causes: doubt)
    case 1:
      // Without an upper end on the right there is no lower end here.
      if right.isOpen { return .unknown(doubt) }
      let (low, lowOver) = left.signedLow.subtractingReportingOverflow(right.signedHigh)
      let (high, highOver) = left.isOpen ? (low, false) : left.signedHigh.subtractingReportingOverflow(right.signedLow)
      if lowOver || highOver { return overflow() }
      return .interval(low, high, isOpen: left.isOpen, causes: doubt)
    case 2:
      if left.isOpen || right.isOpen {
        if left.signedLow < 0 || right.signedLow < 0 { return .unknown(doubt) }
        let (low, over) = left.signedLow.multipliedReportingOverflow(by: right.signedLow)
        return over ? overflow() : .interval(low, low, isOpen: true, causes: doubt)
      }
      var least = Int64.max
      var most = Int64.min
      for first in [left.signedLow, left.signedHigh] {
        for second in [right.signedLow, right.signedHigh] {
          let (product, over) = first.multipliedReportingOverflow(by: second)
          if over { return overflow() }
          least = min(least, product)
          most = max(most, product)
        }
      }
      return .interval(least, most, isOpen: false, causes: doubt)
    default: return .unknown(doubt)
    }
  }

  private mutating func exact(_ flag: UInt8, _ left: Int64, _ right: Int64) -> Value {
    let result: (partialValue: Int64, overflow: Bool)
    switch flag {
    case 0: result = left.addingReportingOverflow(right)
    case 1: result = left.subtractingReportingOverflow(right)
    case 2: result = left.multipliedReportingOverflow(by: right)
    default:
      if right == 0 { return notExact() }
      result = left.dividedReportingOverflow(by: right)
    }
    return result.overflow ? overflow() : .int(result.partialValue)
  }

  private mutating func decimalArithmetic(_ flag: UInt8, _ left: Value, _ right: Value) -> Value {
    if (left.tag == .int && !left.isExactInt) || (right.tag == .int && !right.isExactInt) {
      return .unknown(causes.union(left.tag == .int ? left.aux : 0, right.tag == .int ? right.aux : 0))
    }
    let first = decimal(left)
    let second = decimal(right)
    let result: Decimal?
    switch flag {
    case 0: result = DecimalArithmetic.add(first, second)
    case 1: result = DecimalArithmetic.add(first, Decimal(mantissa: -second.mantissa, scale: second.scale))
    case 2: result = DecimalArithmetic.multiply(first, second)
    default:
      guard let quotient = DecimalArithmetic.divide(first, second) else { return notExact() }
      result = quotient
    }
    guard let result else { return overflow() }
    return Value(tag: .decimal, low: UInt64(bitPattern: result.mantissa), high: UInt64(result.scale))
  }

  mutating func overflow() -> Value { .unknown(causes.set(Cause(.overflow, "arithmetic"))) }
  mutating func notExact() -> Value { .unknown(causes.set(Cause(.notExact, "division"))) }

  /// A day or an instant moved by a number of days, months or years.
  mutating func shift(_ node: Node) -> Value {
    let date = evaluate(Int(node.a))
    let amount = evaluate(Int(node.b))
    if date.isUnknown || amount.isUnknown { return bothUnknown(date, amount) }
    if date.isNull || amount.isNull { return .null }
    if !amount.isExactInt { return .unknown(amount.aux) }
    var steps = amount.signedLow
    if node.c == 1 {
      if steps == .min { return overflow() }
      steps = -steps
    }
    if date.tag == .date {
      let start = Day(days: Int32(truncatingIfNeeded: date.signedLow))
      let moved =
        switch node.flag {
        case 0: start.adding(days: steps)
        case 1: start.adding(months: steps)
        default: start.adding(years: steps)
        }
      guard let moved else { return overflow() }
      return Value(tag: .date, low: UInt64(bitPattern: Int64(moved.days)))
    }
    let start = Instant(ticks: date.signedLow)
    let moved =
      switch node.flag {
      case 0: start.adding(days: steps)
      case 1: start.adding(months: steps)
      default: start.adding(years: steps)
      }
    guard let moved else { return overflow() }
    return Value(tag: .instant, low: UInt64(bitPattern: moved.ticks))
  }

  /// Whole days between the days of two moments.
  mutating func days(_ node: Node) -> Value {
    let from = evaluate(Int(node.a))
    let to = evaluate(Int(node.b))
    if from.isUnknown || to.isUnknown { return bothUnknown(from, to) }
    if from.isNull || to.isNull { return .null }
    func day(_ value: Value) -> Int64 {
      value.tag == .date ? value.signedLow : Int64(Instant(ticks: value.signedLow).day.days)
    }
    return .int(day(to) - day(from))
  }
}

/// Exact arithmetic of decimals; nil where 18 digits do not hold the result.
enum DecimalArithmetic {
  private static let limit: Int128 = 1_000_000_000_000_000_000

  static func add(_ left: Decimal, _ right: Decimal) -> Decimal? {
    let scale = max(left.scale, right.scale)
    return make(raised(left, to: scale) + raised(right, to: scale), scale: Int(scale))
  }

  static func multiply(_ left: Decimal, _ right: Decimal) -> Decimal? {
    make(Int128(left.mantissa) * Int128(right.mantissa), scale: Int(left.scale) + Int(right.scale))
  }

  /// Nil too where the division does not come out, or is by zero.
  static func divide(_ left: Decimal, _ right: Decimal) -> Decimal? {
    if right.mantissa == 0 { return nil }
    let scale = max(left.scale, right.scale)
    var rest = raised(left, to: scale)
    let divisor = raised(right, to: scale)
    let isNegative = (rest < 0) != (divisor < 0) && rest != 0
    rest = rest.magnitude128
    let size = divisor.magnitude128
    var quotient = rest / size
    rest %= size
    var digits = 0
    while rest != 0 {
      if digits == 18 || quotient >= limit { return nil }
      rest *= 10
      quotient = quotient * 10 + rest / size
      rest %= size
      digits += 1
    }
    return make(isNegative ? -quotient : quotient, scale: digits)
  }

  static func compare(_ left: Decimal, _ right: Decimal) -> Int {
    let scale = max(left.scale, right.scale)
    let first = raised(left, to: scale)
    let second = raised(right, to: scale)
    return first < second ? -1 : first > second ? 1 : 0
  }

  /// Below 10^19 × 10^18, so it fits 128 bits.
  private static func raised(_ value: Decimal, to scale: UInt8) -> Int128 {
    var mantissa = Int128(value.mantissa)
    for _ in value.scale..<max(scale, value.scale) { mantissa *= 10 }
    return mantissa
  }

  private static func make(_ mantissa: Int128, scale: Int) -> Decimal? {
    var mantissa = mantissa
    var scale = scale
    while scale > 0 && mantissa % 10 == 0 {
      mantissa /= 10
      scale -= 1
    }
    guard scale <= 18 && mantissa < limit && mantissa > -limit else { return nil }
    return Decimal(mantissa: Int64(truncatingIfNeeded: mantissa), scale: UInt8(scale))
  }
}

extension Int128 {
  fileprivate var magnitude128: Int128 { self < 0 ? -self : self }
}
