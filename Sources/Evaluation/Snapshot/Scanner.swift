// The byte loops of the reader. One of the two files that may say `unsafe`: it does so for loads of several bytes at once,
// which `RawSpan` checks against its bounds and calls unsafe for the type alone, and for copying a run of bytes.
//
// Every text that is scanned ends in 64 bytes of zero. JSON has no use for a zero byte anywhere, so each scan stops at the first,
// and a load of up to 64 bytes from a place at or before the end stays within bounds.

/// Zero bytes behind all that is scanned.
let scanPadding = 64

extension Span where Element == UInt8 {
  @inline(__always) func byte(_ at: Int) -> UInt8 { self[at] }

  @inline(__always) func word4(_ at: Int) -> UInt32 {
    // The span checks the bound; any four bytes are a `UInt32`.
    UInt32(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt32.self))
  }

  @inline(__always) func word8(_ at: Int) -> UInt64 {
    // The span checks the bound; any eight bytes are a `UInt64`.
    UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
  }

  @inline(__always) func vector16(_ at: Int) -> SIMD16<UInt8> {
    // The span checks the bound; any sixteen bytes are a `SIMD16<UInt8>`.
    unsafe bytes.unsafeLoadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self)
  }

  /// The first byte at or after `start` that is a quote, a backslash, a control character or not ASCII.
  @inline(__always) func special(from start: Int) -> Int {
    let backslash = SIMD16<Int8>(repeating: 0x5C)
    let two = SIMD16<Int8>(repeating: 2)
    let limit = SIMD16<Int8>(repeating: 0x21)
    var at = start
    while true {
      // The span checks the bound; any sixteen bytes are a `SIMD16<Int8>`.
      let lanes = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: at, as: SIMD16<Int8>.self)
      // Signed, so that bytes beyond ASCII are negative; the exclusive or puts the quote below the space and nothing else.
      let low: SIMDMask<SIMD16<Int8>> = (lanes ^ two) .< limit
      let escape: SIMDMask<SIMD16<Int8>> = lanes .== backslash
      let mask: SIMDMask<SIMD16<Int8>> = low .| escape
      // A mask is sixteen bytes of zeros or ones.
      let words = unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self)
      let first = UInt64(littleEndian: words[0])
      if first != 0 { return at &+ (first.trailingZeroBitCount &>> 3) }
      let second = UInt64(littleEndian: words[1])
      if second != 0 { return at &+ 8 &+ (second.trailingZeroBitCount &>> 3) }
      at &+= 16
    }
  }

  /// The number of line feeds in a range.
  func lineFeeds(_ start: Int, _ end: Int) -> Int {
    precondition(start >= 0 && start <= end && end <= count)
    return unsafe withUnsafeBytes { (buffer: UnsafeRawBufferPointer) -> Int in
      let feed = SIMD16<UInt8>(repeating: 0x0A)
      let none = SIMD16<UInt8>(repeating: 0)
      var at = start
      var found = 0
      while at &+ 16 <= end {
        var sums = none
        // A byte of the sums holds 255.
        let stop = min(end, at &+ 255 &* 16)
        while at &+ 64 <= stop {
          // As below, four times.
          let base = unsafe buffer.baseAddress.unsafelyUnwrapped + at
          let first: SIMDMask<SIMD16<Int8>> = unsafe base.loadUnaligned(as: SIMD16<UInt8>.self) .== feed
          let second: SIMDMask<SIMD16<Int8>> = unsafe base.loadUnaligned(fromByteOffset: 16, as: SIMD16<UInt8>.self) .== feed
          let third: SIMDMask<SIMD16<Int8>> = unsafe base.loadUnaligned(fromByteOffset: 32, as: SIMD16<UInt8>.self) .== feed
          let fourth: SIMDMask<SIMD16<Int8>> = unsafe base.loadUnaligned(fromByteOffset: 48, as: SIMD16<UInt8>.self) .== feed
          let one = unsafe unsafeBitCast(first, to: SIMD16<UInt8>.self) &+ unsafeBitCast(second, to: SIMD16<UInt8>.self)
          let two = unsafe unsafeBitCast(third, to: SIMD16<UInt8>.self) &+ unsafeBitCast(fourth, to: SIMD16<UInt8>.self)
          sums = sums &- (one &+ two)
          at &+= 64
        }
        while at &+ 16 <= stop {
          // `at + 16` is at most `end`, which the precondition holds within the span; any sixteen bytes are a `SIMD16<UInt8>`.
          let lanes = unsafe buffer.baseAddress.unsafelyUnwrapped.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self)
          let mask: SIMDMask<SIMD16<Int8>> = lanes .== feed
          // A mask is bytes of zeros or ones, and ones are minus one.
          sums = sums &- (unsafe unsafeBitCast(mask, to: SIMD16<UInt8>.self))
          at &+= 16
        }
        if isAnySet(sums) { for lane in 0..<16 { found &+= Int(sums[lane]) } }
      }
      while at < end {
        if byte(at) == 0x0A { found &+= 1 }
        at &+= 1
      }
      return found
    }
  }

  @inline(__always) func isEqual(_ start: Int, count: Int, to other: Span<UInt8>, at otherStart: Int) -> Bool {
    var index = 0
    while index &+ 8 <= count {
      if word8(start &+ index) != other.word8(otherStart &+ index) { return false }
      index &+= 8
    }
    while index < count {
      if byte(start &+ index) != other.byte(otherStart &+ index) { return false }
      index &+= 1
    }
    return true
  }

  /// Adds a run of bytes to an array.
  @inline(__always) func copy(_ start: Int, _ end: Int, to target: inout [UInt8]) {
    // `extracting` checks the bounds; the pointer does not leave the closure.
    unsafe extracting(start..<end).withUnsafeBytes { unsafe target.append(contentsOf: $0) }
  }
}

/// Whether two runs of words are the same.
@inline(__always) func isEqual(_ left: Span<UInt64>, _ right: Span<UInt64>) -> Bool {
  let count = left.count
  if right.count != count { return false }
  var index = 0
  var difference: UInt64 = 0
  while index &+ 2 <= count {
    // Below `count`, which both have.
    difference |= unsafe left[unchecked: index] ^ right[unchecked: index]
    difference |= unsafe left[unchecked: index &+ 1] ^ right[unchecked: index &+ 1]
    index &+= 2
  }
  if index < count { difference |= unsafe left[unchecked: index] ^ right[unchecked: index] }
  return difference == 0
}

/// Whether a vector has any bit.
@inline(__always) func isAnySet(_ vector: SIMD16<UInt8>) -> Bool {
  // Sixteen bytes are two words.
  let words = unsafe unsafeBitCast(vector, to: SIMD2<UInt64>.self)
  return words[0] | words[1] != 0
}

/// Two words as their bytes, the lowest first.
@inline(__always) func bytes(of words: SIMD2<UInt64>) -> SIMD16<UInt8> {
  unsafe unsafeBitCast(SIMD2(words[0].littleEndian, words[1].littleEndian), to: SIMD16<UInt8>.self)
}

/// A mask as bytes of zeros or ones.
@inline(__always) func bits(of mask: SIMDMask<SIMD16<Int8>>) -> SIMD16<UInt8> {
  unsafe unsafeBitCast(mask, to: SIMD16<UInt8>.self)
}

/// Sixteen numbers below 16 as the digits of one, the first the highest.
@inline(__always) func packedNibbles(_ values: SIMD16<UInt8>) -> UInt64 {
  let pairs = unsafe unsafeBitCast(values, to: SIMD8<UInt16>.self)
  let even = pairs
  let packed = SIMD8<UInt8>(truncatingIfNeeded: (even &<< 4 | even &>> 8) & SIMD8<UInt16>(repeating: 0xFF))
  return UInt64(bigEndian: unsafe unsafeBitCast(packed, to: UInt64.self))
}

/// Moves a run of bytes of an array to its front.
func moveToFront(_ bytes: inout [UInt8], from start: Int, count: Int) {
  precondition(start >= 0 && count >= 0 && start + count <= bytes.count)
  unsafe bytes.withUnsafeMutableBytes { (buffer: UnsafeMutableRawBufferPointer) in
    guard let base = buffer.baseAddress else { return }
    // Both runs lie within the array by the precondition; they may overlap, which `copyMemory` admits.
    unsafe base.copyMemory(from: base + start, byteCount: count)
  }
}
