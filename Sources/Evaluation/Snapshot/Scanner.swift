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
    var at = start
    var found = 0
    let feed = SIMD16<UInt8>(repeating: 0x0A)
    let one = SIMD16<UInt8>(repeating: 1)
    let zero = SIMD16<UInt8>(repeating: 0)
    while at &+ 16 <= end {
      var sums = zero
      var rounds = 0
      // A byte of the sums holds 255.
      while at &+ 16 <= end && rounds < 255 {
        let mask: SIMDMask<SIMD16<Int8>> = vector16(at) .== feed
        sums = sums &+ zero.replacing(with: one, where: mask)
        at &+= 16
        rounds &+= 1
      }
      if sums != zero { for lane in 0..<16 { found &+= Int(sums[lane]) } }
    }
    while at < end {
      if byte(at) == 0x0A { found &+= 1 }
      at &+= 1
    }
    return found
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

/// Moves a run of bytes of an array to its front.
func moveToFront(_ bytes: inout [UInt8], from start: Int, count: Int) {
  precondition(start >= 0 && count >= 0 && start + count <= bytes.count)
  unsafe bytes.withUnsafeMutableBytes { (buffer: UnsafeMutableRawBufferPointer) in
    guard let base = buffer.baseAddress else { return }
    // Both runs lie within the array by the precondition; they may overlap, which `copyMemory` admits.
    unsafe base.copyMemory(from: base + start, byteCount: count)
  }
}
