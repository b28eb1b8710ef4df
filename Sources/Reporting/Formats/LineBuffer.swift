import Syntax

// One of the files that may say `unsafe`. The argument: the memory is lent by an array that is being made, and used until that is done; each
// write is checked against the room that is left, or against what was written before. What is read begins and ends within a span, or within
// what was written. Pieces that are copied in whole vectors end `slack` bytes before the end of both, which is checked too.

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

  /// Bytes behind a piece that can be read and written, where it is copied without a look at its end.
  static let slack = 32

  /// Whether a range of bytes is one, and whether there are more behind it, here and there.
  @inline(__always) private func isRoomy(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    // What is negative is very large without its sign; sums of two counts that are not are below 2⁶⁴.
    let (first, last, slack) = (UInt(bitPattern: start), UInt(bitPattern: end), UInt(LineBuffer.slack))
    return first <= last && last <= UInt(bitPattern: Int.max) && last &+ slack <= UInt(bitPattern: bytes.count)
      && last &- first &+ slack <= UInt(bitPattern: room)
  }

  /// A range of bytes. Where there are more on both sides it is copied thirty-two at a time, and what is too much is written over next.
  @inline(__always) mutating func append(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
    let length = end &- start
    if !isRoomy(bytes, start, end) { return append(bytes.extracting(start..<end)) }
    let target = unsafe base + count
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let first = source.baseAddress else { return }
      var place = 0
      repeat {
        unsafe LineBuffer.copy(first + start + place, to: target + place, as: SIMD32<UInt8>.self)
        place &+= 32
      } while place < length
    }
    count &+= length
  }

  @inline(__always) mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

  /// What was written before, from one place up to another.
  @inline(__always) mutating func append(again start: Int, _ end: Int) {
    precondition(start >= 0 && start <= end && end <= count, "what is repeated was not written")
    let target = unsafe take(end &- start)
    unsafe LineBuffer.copy(base + start, end &- start, to: target)
  }

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

  /// Takes the last byte off.
  mutating func takeByte() {
    precondition(count > 0, "no byte was written")
    count &-= 1
  }

  /// Leaves room for bytes that are written later.
  /// - Returns: where they begin.
  @inline(__always) mutating func skip(_ bytes: Int) -> Int {
    _ = unsafe take(bytes)
    return count &- bytes
  }

  /// Writes half of a hash as 32 hexadecimal digits in lower case, where room was left for them.
  mutating func set(_ hash: SIMD4<UInt32>, at place: Int) {
    precondition(place >= 0 && place <= count &- 32, "a hash is written where no room was left")
    var words = hash
    for word in 0..<4 { words[word] = words[word].littleEndian }
    let bytes = unsafe unsafeBitCast(words, to: SIMD16<UInt8>.self)
    unsafe UnsafeMutableRawPointer(base + place).storeBytes(of: LineBuffer.hexDigits(bytes), as: SIMD32<UInt8>.self)
  }

  /// The hexadecimal digits of bytes, in lower case; of each byte the upper one comes first.
  @inline(__always) private static func hexDigits(_ bytes: SIMD16<UInt8>) -> SIMD32<UInt8> {
    let lower = bytes & SIMD16(repeating: 0x0F)
    let upper = (bytes &>> 4) & SIMD16(repeating: 0x0F)
    var digits = SIMD32<UInt8>()
    digits.evenHalf = hexDigit(upper)
    digits.oddHalf = hexDigit(lower)
    return digits
  }

  /// The digit of each number below sixteen.
  @inline(__always) private static func hexDigit(_ numbers: SIMD16<UInt8>) -> SIMD16<UInt8> {
    let isLetter: SIMDMask<SIMD16<Int8>> = numbers .> SIMD16(repeating: 9)
    return (numbers &+ 0x30).replacing(with: numbers &+ 0x57, where: isLetter)
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

  /// A range of bytes as a text stands within a string of JSON: at most six times as long.
  @inline(__always) mutating func append(escaped bytes: Span<UInt8>, _ start: Int, _ end: Int) {
    if isRoomy(bytes, start, end) && copyPlain(bytes, start, end &- start) {
      count &+= end &- start
    } else {
      append(LineBuffer.escaped(bytes.extracting(start..<end)))
    }
  }

  /// Copies bytes and up to sixteen more, and looks at what it copies.
  /// - Returns: whether a string of JSON holds all of it as it is.
  @inline(__always) private func copyPlain(_ bytes: Span<UInt8>, _ start: Int, _ length: Int) -> Bool {
    let target = unsafe base + count
    return unsafe bytes.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return true }
      let first = unsafe UnsafeRawPointer(base + start)
      var odd = SIMDMask<SIMD16<Int8>>(repeating: false)
      var place = 0
      while place &+ 16 <= length {
        // Any sixteen bytes are a vector.
        let vector = unsafe first.loadUnaligned(fromByteOffset: place, as: SIMD16<Int8>.self)
        unsafe UnsafeMutableRawPointer(target + place).storeBytes(of: vector, as: SIMD16<Int8>.self)
        odd = odd .| LineBuffer.isOdd(vector)
        place &+= 16
      }
      let vector = unsafe first.loadUnaligned(fromByteOffset: place, as: SIMD16<Int8>.self)
      unsafe UnsafeMutableRawPointer(target + place).storeBytes(of: vector, as: SIMD16<Int8>.self)
      let counts: SIMDMask<SIMD16<Int8>> = LineBuffer.places .< SIMD16(repeating: Int8(truncatingIfNeeded: length &- place))
      odd = odd .| (LineBuffer.isOdd(vector) .& counts)
      // A mask is sixteen bytes of zeros or ones.
      let words = unsafe unsafeBitCast(odd, to: SIMD2<UInt64>.self)
      return words[0] | words[1] == 0
    }
  }

  @inline(__always) private static var places: SIMD16<Int8> { SIMD16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }

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
