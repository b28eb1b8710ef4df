// Gregorian arithmetic after Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that the leap day is last.

extension Day {
  package struct Components: Hashable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int
  }

  /// 0001-01-01.
  package static let first = Day(days: -719_162)
  /// 9999-12-31.
  package static let last = Day(days: 2_932_896)

  /// Nil where the calendar has no such day, or the year is not 1 to 9999.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Day.length(ofMonth: month, year: year) else { return nil }
    let shifted = month > 2 ? year : year - 1
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    self.init(days: Int32(truncatingIfNeeded: era * 146_097 + dayOfEra - 719_468))
  }

  /// Reads `2026-11-01`, and nothing else.
  package init?(parsing bytes: some Collection<UInt8>) {
    guard bytes.count == 10 else { return nil }
    var digits: [Int] = []
    for (index, byte) in bytes.enumerated() {
      if index == 4 || index == 7 {
        guard byte == 0x2D else { return nil }
      } else {
        guard isDigit(byte) else { return nil }
        digits.append(Int(byte - 0x30))
      }
    }
    self.init(
      year: digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3], month: digits[4] * 10 + digits[5],
      day: digits[6] * 10 + digits[7])
  }

  package var components: Components {
    let shifted = Int(days) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return Components(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month, day: dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  package var firstOfMonth: Day { Day(days: days - Int32(truncatingIfNeeded: components.day - 1)) }

  /// Nil outside the years 1 to 9999.
  package func adding(days count: Int64) -> Day? {
    let (sum, overflow) = Int64(days).addingReportingOverflow(count)
    guard !overflow, sum >= Int64(Day.first.days), sum <= Int64(Day.last.days) else { return nil }
    return Day(days: Int32(truncatingIfNeeded: sum))
  }

  /// The same day of another month; a day that the month lacks is its last day. Nil outside the years 1 to 9999.
  package func adding(months count: Int64) -> Day? {
    let parts = components
    let (total, overflow) = Int64(parts.year * 12 + parts.month - 1).addingReportingOverflow(count)
    guard !overflow, total >= 12, total < 120_000 else { return nil }
    let year = Int(total / 12)
    let month = Int(total % 12) + 1
    return Day(year: year, month: month, day: min(parts.day, Day.length(ofMonth: month, year: year)))
  }

  /// The same day of another year; 29 February becomes 28 where the year lacks it. Nil outside the years 1 to 9999.
  package func adding(years count: Int64) -> Day? {
    let (months, overflow) = count.multipliedReportingOverflow(by: 12)
    return overflow ? nil : adding(months: months)
  }

  /// `2026-11-01`
  package var text: Text {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return Text(utf8: bytes)
  }

  package func write(to bytes: inout [UInt8]) {
    let parts = components
    let digits = decimalDigits(UInt64((parts.year * 10_000 + parts.month * 100 + parts.day).magnitude))
    let start = bytes.count
    bytes.append(contentsOf: Day.hyphens)
    var span = bytes.mutableSpan
    store(digits, 4, in: &span, at: start)
    store(digits >> 32, 2, in: &span, at: start + 5)
    store(digits >> 48, 2, in: &span, at: start + 8)
  }

  private static let hyphens = [UInt8](repeating: 0x2D, count: 10)

  package static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// 28 to 31; 0 for a number that is no month.
  package static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 1, 3, 5, 7, 8, 10, 12: 31
    case 4, 6, 9, 11: 30
    case 2: isLeap(year) ? 29 : 28
    default: 0
    }
  }
}

extension Instant {
  /// The first moment of a day.
  package init(startOf day: Day) { self.init(ticks: Int64(day.days) * Instant.ticksPerDay) }

  /// Reads `2026-11-01T09:30:00Z` with up to seven digits of a fraction, and zeros behind those; nil for anything else, leap seconds included.
  package init?(parsing bytes: some Collection<UInt8>) {
    let text = Array(bytes)
    guard text.count >= 20, text[10] == 0x54, text[13] == 0x3A, text[16] == 0x3A, text[text.count - 1] == 0x5A,
      let day = Day(parsing: text[0..<10]), let hour = twoDigits(text, at: 11), let minute = twoDigits(text, at: 14),
      let second = twoDigits(text, at: 17), hour < 24, minute < 60, second < 60
    else { return nil }
    var fraction: Int64 = 0
    if text.count > 20 {
      let digits = text[20..<text.count - 1]
      guard text[19] == 0x2E, !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
      var unit: Int64 = 1_000_000
      for byte in digits {
        // Finer than 100 ns is not kept, so nothing may stand there.
        guard unit > 0 || byte == 0x30 else { return nil }
        fraction += Int64(byte - 0x30) * unit
        unit /= 10
      }
    }
    let seconds = Int64(hour * 3600 + minute * 60 + second)
    self.init(ticks: Int64(day.days) * Instant.ticksPerDay + seconds * 10_000_000 + fraction)
  }

  /// The day on which it falls, in UTC.
  package var day: Day {
    let days = ticks / Instant.ticksPerDay - (ticks % Instant.ticksPerDay < 0 ? 1 : 0)
    return Day(days: Int32(truncatingIfNeeded: days))
  }

  /// The same time of another day; nil outside the years 1 to 9999.
  package func adding(days count: Int64) -> Instant? { day.adding(days: count).flatMap { moved(to: $0) } }
  package func adding(months count: Int64) -> Instant? { day.adding(months: count).flatMap { moved(to: $0) } }
  package func adding(years count: Int64) -> Instant? { day.adding(years: count).flatMap { moved(to: $0) } }

  private func moved(to other: Day) -> Instant? {
    let time = ticks - Int64(day.days) * Instant.ticksPerDay
    return Instant(ticks: Int64(other.days) * Instant.ticksPerDay + time)
  }

  /// `2026-11-01T09:30:00Z`, with as many digits of a fraction as it has.
  package var text: Text {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return Text(utf8: bytes)
  }

  package func write(to bytes: inout [UInt8]) {
    let day = self.day
    let time = Int(ticks - Int64(day.days) * Instant.ticksPerDay)
    let seconds = time / 10_000_000
    day.write(to: &bytes)
    let digits = decimalDigits(UInt64((seconds / 3600 * 10_000 + seconds / 60 % 60 * 100 + seconds % 60).magnitude))
    let start = bytes.count
    bytes.append(contentsOf: Instant.noTime)
    var span = bytes.mutableSpan
    store(digits >> 16, 2, in: &span, at: start + 1)
    store(digits >> 32, 2, in: &span, at: start + 4)
    store(digits >> 48, 2, in: &span, at: start + 7)
    var fraction = time % 10_000_000
    if fraction != 0 {
      var width = 7
      while fraction % 10 == 0 {
        fraction /= 10
        width -= 1
      }
      bytes.append(0x2E)
      appendDigits(fraction, width: width, to: &bytes)
    }
    bytes.append(0x5A)
  }

  private static let noTime = Array("T00:00:00".utf8)
}

private func twoDigits(_ bytes: [UInt8], at index: Int) -> Int? {
  guard isDigit(bytes[index]), isDigit(bytes[index + 1]) else { return nil }
  return Int(bytes[index] - 0x30) * 10 + Int(bytes[index + 1] - 0x30)
}
