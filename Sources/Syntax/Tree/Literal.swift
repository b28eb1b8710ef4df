/// A constant that a policy writes.
package enum Literal: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case decimal(Decimal)
  case text(Text)
  case date(Day)
  case instant(Instant)
  case guid(Guid)
}

/// A day of the proleptic Gregorian calendar, as days since 1970-01-01. Years 0001 to 9999.
package struct Day: Hashable, Comparable, Sendable {
  package let days: Int32
  package init(days: Int32) { self.days = days }
  package static func < (left: Day, right: Day) -> Bool { left.days < right.days }
}

/// A moment in UTC, as ticks of 100 ns since 1970-01-01T00:00:00Z. Years 0001 to 9999.
package struct Instant: Hashable, Comparable, Sendable {
  package let ticks: Int64
  package init(ticks: Int64) { self.ticks = ticks }
  package static func < (left: Instant, right: Instant) -> Bool { left.ticks < right.ticks }
  package static let ticksPerDay: Int64 = 864_000_000_000
}

/// An exact decimal number of at most 18 digits: `mantissa` / 10^`scale`, trailing zeros of the fraction removed, so that equal numbers are equal values.
package struct Decimal: Hashable, Sendable {
  package let mantissa: Int64
  /// 0 to 18.
  package let scale: UInt8
  package init(mantissa: Int64, scale: UInt8) {
    var mantissa = mantissa
    var scale = scale
    while scale > 0 && mantissa % 10 == 0 {
      mantissa /= 10
      scale -= 1
    }
    self.mantissa = mantissa
    self.scale = scale
  }
}

/// A GUID as its 16 bytes in the order of its hexadecimal digits; `high` holds the first 16 digits.
package struct Guid: Hashable, Sendable {
  package let high: UInt64
  package let low: UInt64
  @inlinable package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  @inlinable package static func == (left: Guid, right: Guid) -> Bool { (left.high ^ right.high) | (left.low ^ right.low) == 0 }
}
