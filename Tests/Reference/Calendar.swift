/// Days of the proleptic Gregorian calendar, counted one year and one month at a time.
enum Calendar {
  static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  static func days(in month: Int, of year: Int) -> Int {
    [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// Days from 1970-01-01; nil where there is no such day in the years 1 to 9999.
  static func day(_ year: Int, _ month: Int, _ day: Int) -> Int? {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= days(in: month, of: year) else { return nil }
    let before = year - 1
    var count = before * 365 + before / 4 - before / 100 + before / 400
    for earlier in 1..<month { count += days(in: earlier, of: year) }
    return count + day - 1 - 719_162
  }

  static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
    var year = max(1, 1970 + Int((Double(day) / 365.2425).rounded(.down)) - 1)
    while let next = Calendar.day(year + 1, 1, 1), next <= day { year += 1 }
    var rest = day - (Calendar.day(year, 1, 1) ?? 0)
    var month = 1
    while rest >= days(in: month, of: year) {
      rest -= days(in: month, of: year)
      month += 1
    }
    return (year, month, rest + 1)
  }

  /// A day that the month lacks is its last day; nil outside the years 1 to 9999.
  static func shift(_ day: Int, months: Int) -> Int? {
    let (year, month, number) = civil(day)
    let (total, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    guard !overflow, total >= 12, total < 120_000 else { return nil }
    let target = total / 12
    let targetMonth = total % 12 + 1
    return Calendar.day(target, targetMonth, min(number, days(in: targetMonth, of: target)))
  }

  static func text(_ day: Int) -> String {
    let (year, month, number) = civil(day)
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(number, 2)
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// `YYYY-MM-DD`.
  static func parseDay(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D, let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
      let number = number(bytes[8..<10])
    else { return nil }
    return day(year, month, number)
  }

  /// `YYYY-MM-DDTHH:MM:SS[.f…]Z` as ticks of 100 ns from 1970.
  static func parseInstant(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == 0x5A, bytes[10] == 0x54, bytes[13] == 0x3A, bytes[16] == 0x3A,
      let day = parseDay(String(decoding: bytes[0..<10], as: UTF8.self)), let hour = number(bytes[11..<13]),
      let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]), hour < 24, minute < 60, second < 60
    else { return nil }
    var ticks = 0
    if bytes.count > 20 {
      guard bytes[19] == 0x2E, bytes.count <= 28, bytes.count > 21, let fraction = number(bytes[20..<(bytes.count - 1)]) else { return nil }
      ticks = fraction
      for _ in 0..<(28 - bytes.count) { ticks *= 10 }
    }
    return Int64(((day * 24 + hour) * 60 + minute) * 60 + second) * 10_000_000 + Int64(ticks)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Int(String(decoding: bytes, as: UTF8.self))
  }

  static let ticksPerDay: Int64 = 864_000_000_000

  static func day(ofInstant ticks: Int64) -> Int {
    Int(ticks >= 0 ? ticks / ticksPerDay : -((-ticks + ticksPerDay - 1) / ticksPerDay))
  }
}
