internal import Syntax

// Values that JSON carries as texts. Each function reads a text between two places of a span, with 64 bytes behind it.

extension Span where Element == UInt8 {
  /// A GUID in its form of 36 characters, in upper or lower case; RFC 9562, https://www.rfc-editor.org/rfc/rfc9562#section-4
  @inline(__always) func guid(_ at: Int) -> Guid? {
    var wrong: UInt64 = 0
    // The hyphens leave gaps in 8-4-4-4-12; two loads beside each close them.
    let a = hexBits(word8(at), &wrong)
    let b = hexBits(UInt64(word4(at &+ 9)) | UInt64(word4(at &+ 14)) &<< 32, &wrong)
    let c = hexBits(UInt64(word4(at &+ 19)) | UInt64(word4(at &+ 24)) &<< 32, &wrong)
    let d = hexBits(word8(at &+ 28), &wrong)
    guard wrong == 0 && byte(at &+ 8) == 0x2D && byte(at &+ 13) == 0x2D && byte(at &+ 18) == 0x2D && byte(at &+ 23) == 0x2D else {
      return nil
    }
    return Guid(high: a &<< 32 | b, low: c &<< 32 | d)
  }

  /// `2026-11-01`, as days since 1970-01-01; years 0001 to 9999.
  func day(_ at: Int) -> Int64? {
    guard let century = twoDigits(at), let rest = twoDigits(at + 2), let month = twoDigits(at + 5), let day = twoDigits(at + 8),
      byte(at + 4) == 0x2D, byte(at + 7) == 0x2D
    else { return nil }
    let year = century * 100 + rest
    guard year >= 1, (1...12).contains(month), day >= 1, day <= lengthOfMonth(month, year) else { return nil }
    // Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that the leap day is last.
    let shifted = month > 2 ? year : year - 1
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  enum InstantReading {
    case value(Int64)
    case notInstant
    /// Before the year 1 or after 9999.
    case outOfRange
  }

  /// A date and time with its zone, or `/Date(milliseconds)/`; in ticks of 100 ns since 1970. Digits beyond the seventh are cut off.
  ///
  /// RFC 3339, https://www.rfc-editor.org/rfc/rfc3339#section-5.6; seconds may be left out as in OData's `dateTimeOffsetValue`. A text
  /// without zone is no instant: which moment it means is not in the data.
  func instant(_ start: Int, _ end: Int) -> InstantReading {
    if byte(start) == 0x2F { return millisecondDate(start, end) }
    guard end - start >= 17, let day = day(start), byte(start + 10) | 0x20 == 0x74, let hour = twoDigits(start + 11),
      byte(start + 13) == 0x3A, let minute = twoDigits(start + 14), hour < 24, minute < 60
    else { return .notInstant }
    var at = start + 16
    var ticks = day * Instant.ticksPerDay + (hour * 60 + minute) * 600_000_000
    if byte(at) == 0x3A {
      guard let second = twoDigits(at + 1), second < 60 else { return .notInstant }
      ticks += second * 10_000_000
      at += 3
      if byte(at) == 0x2E {
        at += 1
        var unit: Int64 = 1_000_000
        let first = at
        while byte(at) &- 0x30 < 10 {
          ticks += Int64(byte(at) - 0x30) * unit
          unit /= 10
          at += 1
        }
        if at == first { return .notInstant }
      }
    }
    switch byte(at) {
    case 0x5A, 0x7A: at += 1
    case 0x2B, 0x2D:
      guard let hours = twoDigits(at + 1), byte(at + 3) == 0x3A, let minutes = twoDigits(at + 4), hours < 24, minutes < 60 else {
        return .notInstant
      }
      let offset = (hours * 60 + minutes) * 600_000_000
      ticks += byte(at) == 0x2B ? -offset : offset
      at += 6
    default: return .notInstant
    }
    if at != end { return .notInstant }
    return Span<UInt8>.instants.contains(ticks) ? .value(ticks) : .outOfRange
  }

  /// `/Date(1613679244000)/` and `/Date(1613679244000+0200)/`, as serializers of .NET write it: milliseconds in UTC; the offset only says
  /// which zone wrote them.
  private func millisecondDate(_ start: Int, _ end: Int) -> InstantReading {
    let head: [UInt8] = [0x2F, 0x44, 0x61, 0x74, 0x65, 0x28]
    for (index, letter) in head.enumerated() where byte(start + index) != letter { return .notInstant }
    var at = start + 6
    let isNegative = byte(at) == 0x2D
    if isNegative { at += 1 }
    let first = at
    var milliseconds: Int64 = 0
    while byte(at) &- 0x30 < 10 {
      // Far beyond the year 9999, far below overflow.
      if milliseconds < 1 << 56 { milliseconds = milliseconds * 10 + Int64(byte(at) - 0x30) }
      at += 1
    }
    if at == first { return .notInstant }
    if byte(at) == 0x2B || byte(at) == 0x2D {
      guard twoDigits(at + 1) != nil, twoDigits(at + 3) != nil else { return .notInstant }
      at += 5
    }
    guard byte(at) == 0x29, byte(at + 1) == 0x2F, at + 2 == end else { return .notInstant }
    // Twice as far as the year 9999; as ticks it is still below 2⁶³.
    guard milliseconds < 1 << 49 else { return .outOfRange }
    let ticks = milliseconds * 10_000 * (isNegative ? -1 : 1)
    return Span<UInt8>.instants.contains(ticks) ? .value(ticks) : .outOfRange
  }

  /// 0001-01-01T00:00:00Z to the last tick of 9999.
  private static var instants: ClosedRange<Int64> { -719_162 * Instant.ticksPerDay...2_932_897 * Instant.ticksPerDay - 1 }

  private func twoDigits(_ at: Int) -> Int64? {
    let tens = byte(at) &- 0x30
    let ones = byte(at + 1) &- 0x30
    return tens < 10 && ones < 10 ? Int64(tens) * 10 + Int64(ones) : nil
  }
}

extension Place {
  /// The same, sixteen digits at a time.
  @inline(__always) func guid(_ at: Int) -> Guid? {
    // The hyphens leave gaps in 8-4-4-4-12; two loads beside each close them.
    let first = SIMD2(word8(at), UInt64(word4(at &+ 9)) | UInt64(word4(at &+ 14)) &<< 32)
    let second = SIMD2(UInt64(word4(at &+ 19)) | UInt64(word4(at &+ 24)) &<< 32, word8(at &+ 28))
    // The four stand five bytes apart.
    var right: SIMDMask<SIMD16<Int8>> = (vector16(at &+ 8) & Place.hyphens.places) .== Place.hyphens.bytes
    let high = hexWord(first, &right)
    let low = hexWord(second, &right)
    return isAllSet(right) ? Guid(high: high, low: low) : nil
  }

  /// The bytes from the first hyphen of a GUID to the last.
  private static var hyphens: (places: SIMD16<UInt8>, bytes: SIMD16<UInt8>) {
    (
      SIMD16(0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0xFF),
      SIMD16(0x2D, 0, 0, 0, 0, 0x2D, 0, 0, 0, 0, 0x2D, 0, 0, 0, 0, 0x2D)
    )
  }
}

/// Sixteen hexadecimal digits, the first in the lowest byte, as a number. Takes lanes from `right` where a byte is none.
@inline(__always) private func hexWord(_ words: SIMD2<UInt64>, _ right: inout SIMDMask<SIMD16<Int8>>) -> UInt64 {
  let digits = bytes(of: words)
  // What is below the first of them is large without its sign.
  let decimal = digits &- 0x30
  let isDecimal: SIMDMask<SIMD16<Int8>> = decimal .< SIMD16<UInt8>(repeating: 10)
  let letter = (digits | SIMD16(repeating: 0x20)) &- 0x61
  let isLetter: SIMDMask<SIMD16<Int8>> = letter .< SIMD16<UInt8>(repeating: 6)
  right = right .& (isDecimal .| isLetter)
  return packedNibbles((letter &+ 10).replacing(with: decimal, where: isDecimal))
}

/// Eight hexadecimal digits, the first in the lowest byte, as 32 bits. Sets bits of `wrong` where a byte is none.
@inline(__always) private func hexBits(_ digits: UInt64, _ wrong: inout UInt64) -> UInt64 {
  // Letters have bit 6.
  let letters = digits &>> 6 & 0x0101_0101_0101_0101
  let values = (digits & 0x0F0F_0F0F_0F0F_0F0F) &+ letters &* 9
  // Each digit is written back in lower case and must give what was read.
  let tenOrMore = (values &+ 0x7676_7676_7676_7676) &>> 7 & 0x0101_0101_0101_0101
  let written = values &+ 0x3030_3030_3030_3030 &+ tenOrMore &* 0x27
  wrong |= (digits | letters &<< 5) ^ written | values & 0xF0F0_F0F0_F0F0_F0F0
  var packed = values.byteSwapped
  packed = (packed | packed &>> 4) & 0x00FF_00FF_00FF_00FF
  packed = (packed | packed &>> 8) & 0x0000_FFFF_0000_FFFF
  return (packed | packed &>> 16) & 0xFFFF_FFFF
}

private func lengthOfMonth(_ month: Int64, _ year: Int64) -> Int64 {
  switch month {
  case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}
