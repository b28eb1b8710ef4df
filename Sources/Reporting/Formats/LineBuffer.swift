import Syntax

// One of the files that may say `unsafe`. The argument: the memory is lent by an array that is being made, and used until that is done; each
// write is checked against the room that is left, or against what was written before. What is read begins and ends within a span, or within
// what was written.

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
  /// Where the next byte goes.
  var end: Int { count }

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
      if let first = source.baseAddress { unsafe LineBuffer.copy(first, source.count, to: place) }
    }
  }

  /// Copies bytes, most of them sixteen at a time; the last sixteen overlap those before them.
  @inline(__always) private static func copy(_ source: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>) {
    if count >= 16 {
      let last = count &- 16
      var place = 0
      while place < last {
        unsafe copy(source + place, to: target + place, as: SIMD16<UInt8>.self)
        place &+= 16
      }
      unsafe copy(source + last, to: target + last, as: SIMD16<UInt8>.self)
    } else if count >= 8 {
      unsafe copy(source, to: target, as: UInt64.self)
      unsafe copy(source + (count &- 8), to: target + (count &- 8), as: UInt64.self)
    } else {
      var place = 0
      while place < count {
        unsafe target[place] = source[place]
        place &+= 1
      }
    }
  }

  @inline(__always) private static func copy<Word: BitwiseCopyable>(
    _ source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, as type: Word.Type
  ) {
    let word = unsafe UnsafeRawPointer(source).loadUnaligned(as: type)
    unsafe UnsafeMutableRawPointer(target).storeBytes(of: word, as: type)
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

  /// Leaves room for bytes that are written later.
  /// - Returns: where they begin.
  @inline(__always) mutating func skip(_ bytes: Int) -> Int {
    _ = unsafe take(bytes)
    return count &- bytes
  }

  /// Writes a hash as 64 hexadecimal digits in lower case, where room was left for them.
  mutating func set(_ hash: SIMD8<UInt32>, at place: Int) {
    precondition(place >= 0 && place <= count &- 64, "a hash is written where no room was left")
    for word in 0..<8 {
      let digits = hexDigits(hash[word].byteSwapped).littleEndian
      unsafe UnsafeMutableRawPointer(base + place + word &* 8).storeBytes(of: digits, as: UInt64.self)
    }
  }

  /// Takes off what was written from a place on, as words, the lowest byte first, with zeros behind it; nil where it is more than 64 bytes,
  /// which stay. There is to be room for as many.
  @inline(__always) mutating func takeBlock(from start: Int) -> (words: SIMD16<UInt32>, length: Int)? {
    let length = count &- start
    precondition(start >= 0 && length >= 0, "more is taken off than was written")
    if length > 64 { return nil }
    let zeros = unsafe take(64 &- length)
    unsafe zeros.update(repeating: 0, count: 64 &- length)
    var words = unsafe UnsafeRawPointer(base + start).loadUnaligned(as: SIMD16<UInt32>.self)
    for word in 0..<16 { words[word] = words[word].littleEndian }
    count = start
    return (words, length)
  }

  /// Takes off what was written from a place on.
  mutating func take(from start: Int) -> [UInt8] {
    precondition(start >= 0 && start <= count, "more is taken off than was written")
    let taken = unsafe Array(UnsafeBufferPointer(start: base + start, count: count &- start))
    count = start
    return taken
  }

  /// A text as it stands within a string of JSON: at most six times as long.
  mutating func append(escaped text: Span<UInt8>) {
    let place = unsafe take(text.count)
    let isPlain = unsafe text.withUnsafeBufferPointer { source in
      unsafe source.baseAddress.map { unsafe LineBuffer.copyPlain($0, source.count, to: place) } ?? true
    }
    if isPlain { return }
    count &-= text.count
    append(LineBuffer.escaped(text))
  }

  /// As `copy`, and looks at what it copies.
  /// - Returns: whether a string of JSON holds all of it as it is.
  @inline(__always) private static func copyPlain(
    _ source: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    if count >= 16 {
      let last = count &- 16
      var odd = SIMDMask<SIMD16<Int8>>(repeating: false)
      var place = 0
      while true {
        // The bounds are those of `copy`; any sixteen bytes are a vector.
        let bytes = unsafe UnsafeRawPointer(source + place).loadUnaligned(as: SIMD16<Int8>.self)
        unsafe UnsafeMutableRawPointer(target + place).storeBytes(of: bytes, as: SIMD16<Int8>.self)
        odd = odd .| isOdd(bytes)
        if place == last { break }
        place = min(place &+ 16, last)
      }
      // A mask is sixteen bytes of zeros or ones.
      let words = unsafe unsafeBitCast(odd, to: SIMD2<UInt64>.self)
      return words[0] | words[1] == 0
    }
    var odd: UInt8 = 0
    for place in 0..<count {
      let byte = unsafe source[place]
      unsafe target[place] = byte
      odd |= (byte &- 0x20 >= 0x5F ? 1 : 0) | (byte == 0x22 ? 1 : 0) | (byte == 0x5C ? 1 : 0)
    }
    return odd == 0
  }

  /// Control characters, quotes, backslashes and what is not ASCII.
  @inline(__always) private static func isOdd(_ bytes: SIMD16<Int8>) -> SIMDMask<SIMD16<Int8>> {
    let two = SIMD16<Int8>(repeating: 2)
    let limit = SIMD16<Int8>(repeating: 0x21)
    let backslash = SIMD16<Int8>(repeating: 0x5C)
    let delete = SIMD16<Int8>(repeating: 0x7F)
    // Signed, so that bytes beyond ASCII are negative; the exclusive or puts the quote below the space and nothing else.
    let low: SIMDMask<SIMD16<Int8>> = (bytes ^ two) .< limit
    let escape: SIMDMask<SIMD16<Int8>> = bytes .== backslash
    let end: SIMDMask<SIMD16<Int8>> = bytes .== delete
    return low .| escape .| end
  }

  private static func escaped(_ text: Span<UInt8>) -> [UInt8] {
    JSONWriter.bytes { $0.escape(unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }) }
  }
}
