// Numbers as digits, written many at a time: a report has some for each finding.

/// The eight hexadecimal digits of a number, in lower case; the first digit in the lowest byte.
@inline(__always) package func hexDigits(_ number: UInt32) -> UInt64 {
  // Each step puts a half of each group into a group of its own.
  var spread = UInt64(number.byteSwapped)
  spread = (spread | spread &<< 16) & 0x0000_FFFF_0000_FFFF
  spread = (spread | spread &<< 8) & 0x00FF_00FF_00FF_00FF
  spread = (spread &>> 4 | spread &<< 8) & 0x0F0F_0F0F_0F0F_0F0F
  // One for each digit beyond 9, which is a letter: 0x57 + 10 is `a`.
  let letters = (spread &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
  return spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
}

/// Puts the lowest bytes of a word, the lowest first.
@inline(__always) package func store(_ word: UInt64, _ count: Int, in bytes: inout MutableSpan<UInt8>, at place: Int) {
  var rest = word
  for offset in 0..<count {
    bytes[place &+ offset] = UInt8(truncatingIfNeeded: rest)
    rest >>= 8
  }
}

/// The eight decimal digits of a number below 100,000,000, zeros before it included; the first digit in the lowest byte.
@inline(__always) package func decimalDigits(_ number: UInt64) -> UInt64 {
  // Halves, then quarters, then digits, each in a group of bits of its own; the divisions are by constants, as products and shifts.
  let halves = number / 10_000 | (number % 10_000) &<< 32
  let upper = (halves &* 10_486) &>> 20 & 0x0000_007F_0000_007F
  let quarters = upper | (halves &- upper &* 100) &<< 16
  let tens = (quarters &* 103) &>> 10 & 0x000F_000F_000F_000F
  return (tens | (quarters &- tens &* 10) &<< 8) &+ 0x3030_3030_3030_3030
}

/// Appends a number in decimal digits.
package func appendNumber(_ number: Int64, to bytes: inout [UInt8]) {
  if number < 0 { bytes.append(0x2D) }
  appendDigits(number.magnitude, width: 1, to: &bytes)
}

/// Appends a number that is not negative, with zeros before it up to the width, which is eight at most.
func appendDigits(_ value: Int, width: Int, to bytes: inout [UInt8]) { appendDigits(UInt64(value.magnitude), width: width, to: &bytes) }

private func appendDigits(_ number: UInt64, width: Int, to bytes: inout [UInt8]) {
  if number >= 100_000_000 {
    appendDigits(number / 100_000_000, width: 1, to: &bytes)
    return appendDigits(number % 100_000_000, width: 8, to: &bytes)
  }
  let digits = decimalDigits(number)
  let zeros = min((digits ^ 0x3030_3030_3030_3030).trailingZeroBitCount &>> 3, 8 &- max(width, 1))
  var rest = digits &>> UInt64(truncatingIfNeeded: zeros &* 8)
  for _ in zeros..<8 {
    bytes.append(UInt8(truncatingIfNeeded: rest))
    rest >>= 8
  }
}
