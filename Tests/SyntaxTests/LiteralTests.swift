import Syntax
import Testing

private func day(_ text: String) -> Day? { Day(parsing: text.utf8) }
private func instant(_ text: String) -> Instant? { Instant(parsing: text.utf8) }
private func decimal(_ text: String) -> Decimal? { Decimal(parsing: text.utf8) }

@Test func `days count on through months, leap years and centuries`() {
  // An independent count, a day at a time, over spans that hold every case.
  for years in [1...9, 1599...1601, 1895...1905, 1968...2030, 2096...2104, 9996...9999] {
    guard var days = Day(year: years.lowerBound, month: 1, day: 1)?.days else {
      Issue.record("no first day")
      return
    }
    for year in years {
      let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
      for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
        for number in 1...length {
          let day = Day(days: days)
          #expect(day.components.year == year && day.components.month == month + 1 && day.components.day == number)
          #expect(Day(year: year, month: month + 1, day: number) == day)
          #expect(Syntax.Day(parsing: day.text.utf8) == day)
          days += 1
        }
        #expect(Day(year: year, month: month + 1, day: length + 1) == nil)
      }
    }
  }
  #expect(day("1970-01-01")?.days == 0)
  #expect(day("0001-01-01") == Day.first)
  #expect(day("9999-12-31") == Day.last)
}

@Test(arguments: [
  "2026-02-29", "2026-00-01", "2026-13-01", "2026-01-00", "0000-01-01", "2026-1-01", "2026-01-1", "2026/01/01", "", "2026-01-01 ",
  "+026-01-01", "２０26-01-01",
])
func `what is no day is refused`(_ text: String) { #expect(day(text) == nil) }

@Test func `a day that the month lacks is its last day`() {
  #expect(day("2026-01-31")?.adding(months: 1) == day("2026-02-28"))
  #expect(day("2024-01-31")?.adding(months: 1) == day("2024-02-29"))
  #expect(day("2024-02-29")?.adding(years: 1) == day("2025-02-28"))
  #expect(day("2026-03-31")?.adding(months: -1) == day("2026-02-28"))
  #expect(day("2026-01-15")?.adding(months: -1) == day("2025-12-15"))
  #expect(day("2026-12-15")?.adding(months: 1) == day("2027-01-15"))
  #expect(day("2026-11-23")?.firstOfMonth == day("2026-11-01"))
}

@Test func `the calendar ends, and says so`() {
  #expect(Day.last.adding(days: 1) == nil)
  #expect(Day.first.adding(days: -1) == nil)
  #expect(Day.last.adding(months: 1) == nil)
  #expect(Day.first.adding(months: -1) == nil)
  #expect(Day.first.adding(days: .max) == nil)
  #expect(Day.first.adding(days: .min) == nil)
  #expect(Day.first.adding(months: .max) == nil)
  #expect(Day.first.adding(months: .min) == nil)
  #expect(Day.first.adding(years: .max) == nil)
  #expect(Day.first.adding(years: 9998) == day("9999-01-01"))
  #expect(Day(days: .max).components.year > 9999)
  #expect(Day(days: .min).components.year < 1)
}

@Test(arguments: [
  "1970-01-01T00:00:00Z", "2026-11-01T09:30:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.9999999Z",
  "2026-11-01T09:30:00.1Z", "2026-11-01T09:30:00.0000001Z",
])
func `a moment is written as it was read`(_ text: String) {
  #expect(instant(text)?.text == Text(text))
}

@Test func `a moment has seven digits of a fraction, and zeros behind those`() {
  #expect(instant("1970-01-01T00:00:00.1234567Z")?.ticks == 1_234_567)
  #expect(instant("1970-01-01T00:00:00.12345670000Z")?.ticks == 1_234_567)
  #expect(instant("1970-01-01T00:00:00.12345678Z") == nil)
  #expect(instant("1970-01-01T01:02:03Z")?.ticks == 37_230_000_000)
  #expect(instant("1969-12-31T23:00:00Z")?.ticks == -36_000_000_000)
}

@Test(arguments: [
  "2026-11-01T24:00:00Z", "2026-11-01T00:60:00Z", "2026-11-01T00:00:60Z", "2026-11-01T00:00:00", "2026-11-01T00:00:00z",
  "2026-11-01T00:00:00.Z", "2026-11-01T00:00:00+00:00", "2026-02-30T00:00:00Z", "2026-11-01T00:00Z", "", "2026-11-01 00:00:00Z",
])
func `what is no moment is refused`(_ text: String) { #expect(instant(text) == nil) }

@Test func `a moment falls on a day, and a day begins with a moment`() {
  #expect(instant("1969-12-31T23:59:59.9999999Z")?.day == day("1969-12-31"))
  #expect(instant("1969-12-31T00:00:00Z")?.day == day("1969-12-31"))
  #expect(instant("2026-11-01T23:59:59Z")?.day == day("2026-11-01"))
  #expect(day("2026-11-01").map { Instant(startOf: $0) } == instant("2026-11-01T00:00:00Z"))
  #expect(instant("2026-01-31T12:00:00Z")?.adding(months: 1) == instant("2026-02-28T12:00:00Z"))
  #expect(instant("1969-12-31T12:00:00Z")?.adding(days: 1) == instant("1970-01-01T12:00:00Z"))
  #expect(instant("9999-12-31T12:00:00Z")?.adding(days: 1) == nil)
}

@Test(arguments: [
  ("0", 0, 0), ("-0.0", 0, 0), ("12.50", 125, 1), ("-12.5", -125, 1), ("0.001", 1, 3), ("100", 100, 0), ("007", 7, 0),
  ("999999999999999999", 999_999_999_999_999_999, 0), ("0.999999999999999999", 999_999_999_999_999_999, 18),
  ("1.000000000000000000000", 1, 0),
])
func `decimals are exact`(_ text: String, _ mantissa: Int64, _ scale: UInt8) {
  #expect(decimal(text) == Decimal(mantissa: mantissa, scale: scale))
  #expect(decimal(text).flatMap { decimal($0.text.string) } == decimal(text))
}

@Test(arguments: [
  "", "-", ".", "1.", ".5", "1e3", "+1", "1.2.3", "--1", "1000000000000000000", "0.0000000000000000001", "12345678901234567.89",
])
func `what is no decimal of eighteen digits is refused`(_ text: String) { #expect(decimal(text) == nil) }

@Test func `decimals are written with as few digits as say it`() {
  #expect(decimal("-0.50")?.text == "-0.5")
  #expect(decimal("12.340")?.text == "12.34")
  #expect(decimal("0.0001")?.text == "0.0001")
  #expect(decimal("-100")?.text == "-100")
}

@Test func `whole numbers have 64 bits`() {
  #expect(Int64(parsing: "9223372036854775807".utf8) == .max)
  #expect(Int64(parsing: "-9223372036854775808".utf8) == .min)
  #expect(Int64(parsing: "9223372036854775808".utf8) == nil)
  #expect(Int64(parsing: "-9223372036854775809".utf8) == nil)
  #expect(Int64(parsing: "".utf8) == nil)
  #expect(Int64(parsing: "-".utf8) == nil)
  #expect(Int64(parsing: "1a".utf8) == nil)
}

@Test func `GUIDs are read in either case and written in lower`() {
  let text = "078D2b04-F1BD-4111-bbd4-B4b1b354cef4"
  #expect(Guid(parsing: text.utf8)?.text == Text(text.lowercased()))
  #expect(Guid(parsing: text.utf8)?.high == 0x078D_2B04_F1BD_4111)
  #expect(Guid(parsing: text.utf8)?.low == 0xBBD4_B4B1_B354_CEF4)
  for wrong in [
    "", "078d2b04f1bd4111bbd4b4b1b354cef4", "{078d2b04-f1bd-4111-bbd4-b4b1b354cef4}", "078d2b04-f1bd-4111-bbd4-b4b1b354cefg",
    "078d2b04-f1bd-4111-bbd4_b4b1b354cef4", "078d2b04-f1bd-4111-bbd4-b4b1b354cef",
  ] {
    #expect(Guid(parsing: wrong.utf8) == nil)
  }
}

@Test func `the nearest name is found by its letters`() {
  let names: [Text] = ["assignedLicenses", "assignedPlans", "accountEnabled", "id", "skuId"]
  #expect(nearest("assignedLicense", among: names) == "assignedLicenses")
  #expect(nearest("asignedlicenses", among: names) == "assignedLicenses")
  #expect(nearest("accuontEnabled", among: names) == "accountEnabled")
  #expect(nearest("ID", among: names) == "id")
  #expect(nearest("displayName", among: names) == nil)
  #expect(nearest("x", among: names) == nil)
  #expect(nearest("", among: names) == nil)
  #expect(nearest("ab", among: ["ac", "aa"]) == "aa")
}
