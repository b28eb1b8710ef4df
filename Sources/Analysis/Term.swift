import Semantics
import Syntax

/// What a condition asks about: a path, a fact, a part of an expression that is not looked into, or the difference of two of these.
struct Term {
  enum Kind {
    case bool
    /// Texts, ids, products: equal or not. The values of a closed set, where it has no others.
    case symbol(closed: [Text]?)
    /// Whole steps of its unit, both ends included.
    case number(Unit, Int128, Int128)
    /// The first less the second, both numbers of one unit.
    case difference(Int, Int)
  }
  enum Unit {
    case whole
    /// Of 10⁻¹⁸.
    case fraction
    case day
    /// Of 100 ns.
    case tick
  }
  /// The shape that it stands for.
  var shape: Int
  /// As the policy writes it.
  var text: String
  var kind: Kind
  var isNullable: Bool
  var mayBeUnknown: Bool
  /// It may be known to lie between two numbers and no better, as a count of a list that is not complete.
  var isVague: Bool
  /// Numbers at which something begins to be true or false.
  var thresholds: Set<Int128> = []
  var symbols: [Literal] = []
  var symbolPlaces: [Literal: Int] = [:]
}

extension Term.Unit {
  init?(_ shape: ValueType.Shape) {
    switch shape {
    case .int: self = .whole
    case .decimal: self = .fraction
    case .date: self = .day
    case .instant: self = .tick
    case .bool, .text, .id, .oneOf, .row, .list, .product, .feature, .nothing: return nil
    }
  }

  static let fractions: Int128 = 1_000_000_000_000_000_000
  private static let ticks = Int128(Instant.ticksPerDay)

  /// All values that the type has.
  var range: (Int128, Int128) {
    switch self {
    case .whole: (Int128(Int64.min), Int128(Int64.max))
    case .fraction: (-Self.fractions * Self.fractions, Self.fractions * Self.fractions)
    case .day: (Int128(Day.first.days), Int128(Day.last.days))
    case .tick: (Int128(Day.first.days) * Self.ticks, (Int128(Day.last.days) + 1) * Self.ticks - 1)
    }
  }

  /// A constant in this unit, rounded down, and whether that is exact; nil for one of another sort.
  func number(_ literal: Literal) -> (floor: Int128, isExact: Bool)? {
    switch (self, literal) {
    case (.whole, .int(let value)): return (Int128(value), true)
    case (.fraction, .int(let value)): return (Int128(value) * Self.fractions, true)
    case (.whole, .decimal(let value)): return divided(Int128(value.mantissa), by: power(of: Int(value.scale)))
    case (.fraction, .decimal(let value)): return (Int128(value.mantissa) * power(of: 18 - Int(value.scale)), true)
    case (.day, .date(let day)): return (Int128(day.days), true)
    case (.tick, .date(let day)): return (Int128(day.days) * Self.ticks, true)
    case (.tick, .instant(let instant)): return (Int128(instant.ticks), true)
    case (.day, .instant(let instant)): return divided(Int128(instant.ticks), by: Self.ticks)
    default: return nil
    }
  }

  private func divided(_ value: Int128, by divisor: Int128) -> (floor: Int128, isExact: Bool) {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return (rest < 0 ? quotient - 1 : quotient, rest == 0)
  }

  private func power(of exponent: Int) -> Int128 {
    var result: Int128 = 1
    for _ in 0..<max(0, exponent) { result *= 10 }
    return result
  }

  /// As a policy writes the number.
  func text(_ value: Int128) -> String {
    switch self {
    case .whole: String(value)
    case .fraction: decimalText(value)
    case .day: Day(days: Int32(truncatingIfNeeded: value)).text.string
    case .tick: Instant(ticks: Int64(truncatingIfNeeded: value)).text.string
    }
  }

  private func decimalText(_ value: Int128) -> String {
    let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: UInt128(Self.fractions))
    var digits = String(rest)
    digits = String(repeating: "0", count: max(0, 18 - digits.count)) + digits
    while digits.count > 1 && digits.last == "0" { digits.removeLast() }
    return "\(value < 0 ? "-" : "")\(whole).\(digits)"
  }

  /// A number between two, both included, that people like to read.
  func simple(_ low: Int128, _ high: Int128) -> Int128 {
    if self == .day, let some = Day(year: 2026, month: 1, day: 1).map({ Int128($0.days) }), low <= some, some <= high { return some }
    if self == .tick, let some = Day(year: 2026, month: 1, day: 1).map({ Int128($0.days) * Self.ticks }), low <= some, some <= high {
      return some
    }
    if low <= 0 && 0 <= high { return 0 }
    // The shortest decimal, the nearest to zero of these.
    if self == .fraction {
      let (least, most) = low > 0 ? (low, high) : (-high, -low)
      var step = Self.fractions
      while step > 1, (least + step - 1) / step * step > most { step /= 10 }
      let found = (least + step - 1) / step * step
      return low > 0 ? found : -found
    }
    let step = self == .tick ? Self.ticks : 1
    // The nearest to zero, on a whole step where one is inside.
    if low > 0 {
      let up = (low + step - 1) / step * step
      return up <= high ? up : low
    }
    let down = high / step * step
    return down > high ? (down - step >= low ? down - step : high) : (down >= low ? down : high)
  }
}
