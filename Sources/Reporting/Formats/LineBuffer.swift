import Syntax

// One of the files that may say `unsafe`. The argument: the memory is lent by an array that is being made, and used until that is done; each
// write is checked against the room that is left.

/// Memory that lines are put together in, without the counting and growing of an array for each of their pieces.
@safe struct LineBuffer {
  private let base: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  private var count = 0

  private init(_ base: UnsafeMutablePointer<UInt8>, _ capacity: Int) {
    unsafe self.base = base
    self.capacity = capacity
  }

  /// What is written to a buffer that holds so many bytes.
  static func bytes(_ capacity: Int, _ write: (inout LineBuffer) -> Void) -> [UInt8] {
    unsafe Array(unsafeUninitializedCapacity: capacity) { memory, count in
      guard let base = memory.baseAddress else { return }
      var buffer = unsafe LineBuffer(base, memory.count)
      write(&buffer)
      count = buffer.count
    }
  }

  var isEmpty: Bool { count == 0 }
  var room: Int { capacity &- count }

  @inline(__always) private mutating func take(_ bytes: Int) -> UnsafeMutablePointer<UInt8> {
    precondition(bytes <= room, "more is written than there is room for")
    let place = unsafe base + count
    count &+= bytes
    return unsafe place
  }

  @inline(__always) mutating func append(_ byte: UInt8) { unsafe take(1).pointee = byte }

  @inline(__always) mutating func append(_ bytes: Span<UInt8>) {
    let place = unsafe take(bytes.count)
    unsafe bytes.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { unsafe place.update(from: first, count: source.count) }
    }
  }

  @inline(__always) mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

  /// The lowest `bytes` bytes of a word, the lowest first.
  @inline(__always) mutating func append(_ word: UInt64, _ bytes: Int) {
    if room >= 8 {
      let place = unsafe take(bytes)
      unsafe UnsafeMutableRawPointer(place).storeBytes(of: word.littleEndian, as: UInt64.self)
    } else {
      for number in 0..<bytes { append(UInt8(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: number &* 8))) }
    }
  }

  /// A number that is not negative, in decimal digits.
  mutating func append(number: UInt64) {
    if number >= 100_000_000 {
      append(number: number / 100_000_000)
      append(decimalDigits(number % 100_000_000), 8)
      return
    }
    let digits = decimalDigits(number)
    let zeros = min((digits ^ 0x3030_3030_3030_3030).trailingZeroBitCount &>> 3, 7)
    append(digits &>> UInt64(truncatingIfNeeded: zeros &* 8), 8 &- zeros)
  }

  /// A text as it stands within a string of JSON: at most six times as long.
  mutating func append(escaped text: Span<UInt8>) {
    // Without a branch for each byte, so that many are looked at together.
    var isOdd = false
    unsafe text.withUnsafeBufferPointer { bytes in
      var odd: UInt8 = 0
      for place in 0..<bytes.count {
        let byte = unsafe bytes[place]
        odd |= (byte &- 0x20 >= 0x5F ? 1 : 0) | (byte == 0x22 ? 1 : 0) | (byte == 0x5C ? 1 : 0)
      }
      isOdd = odd != 0
    }
    if isOdd { append(LineBuffer.escaped(text)) } else { append(text) }
  }

  private static func escaped(_ text: Span<UInt8>) -> [UInt8] {
    JSONWriter.bytes { $0.escape(unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }) }
  }
}
