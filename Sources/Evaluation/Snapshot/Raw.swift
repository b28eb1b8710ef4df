// What the scanner of rows reads and writes without checks: with `Scanner.swift` and `SystemFile.swift`, all that may say `unsafe`.
//
// The argument for each bound:
// - A text that is scanned ends in `scanPadding` (64) bytes of zero, and no token of JSON has a zero byte. Whoever steps forward has seen that
//   the bytes stepped over are no zeros, so a `Place` is at or before the end, and a load of up to 64 bytes from it lies within the padding.
// - A spelling has no zero byte, so its comparison, which goes from the front and stops at the first difference, ends at the end of the text.
// - `Slab` indices come from what was put into the same slab; each is checked where debug builds run.
// - A `Row` is written to only until the next row of its shape is added, which may move them: no shape holds rows of itself.
// - Texts are copied to a buffer with room for all that is left of the window and 64 bytes more, times the slots that one key can fill; of it
//   only what was copied there is read.
// Debug builds carry the bounds along and check every load and store; the tests run the same scanner so, and against a guard page.

#if arch(x86_64)
  import _Builtin_intrinsics.intel.sse2
#endif

/// A place in a text behind whose end 64 bytes of zero lie.
@safe struct Place {
  private let pointer: UnsafePointer<UInt8>
  #if DEBUG
    /// The first byte, and the one behind the padding.
    private let bounds: (UnsafePointer<UInt8>, UnsafePointer<UInt8>)
  #endif

  /// - Parameter text: a text with its padding.
  @inline(__always) init?(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) {
    guard let base = text.baseAddress, at >= 0, at &+ scanPadding <= text.count else { return nil }
    unsafe pointer = base + at
    #if DEBUG
      unsafe bounds = (base, base + text.count)
    #endif
  }

  @inline(__always) private init(_ other: Place, _ distance: Int) {
    unsafe pointer = other.pointer + distance
    #if DEBUG
      unsafe bounds = other.bounds
    #endif
  }

  @inline(__always) private func check(_ offset: Int, _ width: Int) {
    #if DEBUG
      precondition(
        unsafe pointer + offset >= bounds.0 && pointer + offset + width <= bounds.1, "a load beyond the padding")
    #endif
  }

  @inline(__always) subscript(_ offset: Int) -> UInt8 {
    check(offset, 1)
    return unsafe pointer[offset]
  }

  @inline(__always) func word4(_ offset: Int = 0) -> UInt32 {
    check(offset, 4)
    return unsafe UInt32(littleEndian: UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  @inline(__always) func word8(_ offset: Int = 0) -> UInt64 {
    check(offset, 8)
    return unsafe UInt64(littleEndian: UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  @inline(__always) func vector16(_ offset: Int = 0) -> SIMD16<UInt8> {
    check(offset, 16)
    return unsafe UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
  }

  @inline(__always) static func + (place: Place, distance: Int) -> Place { Place(place, distance) }
  @inline(__always) static func - (left: Place, right: Place) -> Int { unsafe left.pointer - right.pointer }

  /// The next byte at or after this one that is a quote, a backslash, a control character or no ASCII.
  ///
  /// Steps by sixteen bytes while there is none in them, so that where the next load is does not hang on what the last one held.
  @inline(__always) var special: Place {
    var place = self
    while true {
      let bits = Place.specials(place.vector16())
      if bits != 0 { return place + bits.trailingZeroBitCount &>> Place.shift }
      place = place + 16
    }
  }

  /// Whether so many bytes from here on have nothing special in them, and a quote is behind them.
  @inline(__always) func isPlainText(_ count: Int) -> Bool {
    var place = self
    var left = count
    while left >= 16 {
      if Place.specials(place.vector16()) != 0 { return false }
      place = place + 16
      left &-= 16
    }
    return Place.specials(place.vector16()).trailingZeroBitCount &>> Place.shift == left && place[left] == 0x22
  }

  #if arch(x86_64)
    static let shift = 0
    /// One bit for each of sixteen bytes.
    @inline(__always) static func specials(_ bytes: SIMD16<UInt8>) -> UInt32 {
      UInt32(truncatingIfNeeded: _mm_movemask_epi8(unsafe unsafeBitCast(mask(bytes), to: SIMD2<Int64>.self)))
    }
  #else
    static let shift = 2
    /// Four bits for each of sixteen bytes.
    @inline(__always) static func specials(_ bytes: SIMD16<UInt8>) -> UInt64 {
      // A mask is sixteen bytes of zeros or ones: of each pair four bits and four are left, as one byte.
      let pairs = unsafe unsafeBitCast(mask(bytes), to: SIMD8<UInt16>.self)
      let narrowed = SIMD8<UInt8>(truncatingIfNeeded: pairs &>> 4)
      return UInt64(littleEndian: unsafe unsafeBitCast(narrowed, to: UInt64.self))
    }
  #endif

  @inline(__always) private static func mask(_ bytes: SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>> {
    let lanes = unsafe unsafeBitCast(bytes, to: SIMD16<Int8>.self)
    let backslash = SIMD16<Int8>(repeating: 0x5C)
    let two = SIMD16<Int8>(repeating: 2)
    let limit = SIMD16<Int8>(repeating: 0x21)
    // Signed, so that bytes beyond ASCII are negative; the exclusive or puts the quote below the space and nothing else.
    let low: SIMDMask<SIMD16<Int8>> = (lanes ^ two) .< limit
    let escape: SIMDMask<SIMD16<Int8>> = lanes .== backslash
    return low .| escape
  }

  /// Copies `count` bytes, and up to 15 more, to a buffer that has room for them.
  @inline(__always) func copy(_ count: Int, to target: Cells<UInt8>, at offset: Int) {
    var done = 0
    while done < count {
      target.store(vector16(done), at: offset &+ done)
      done &+= 16
    }
  }
}

/// A bit for each of sixteen lanes, the first lane's lowest.
@inline(__always) func bitMask(of lanes: SIMDMask<SIMD16<Int8>>) -> UInt16 {
  #if arch(x86_64)
    return UInt16(truncatingIfNeeded: _mm_movemask_epi8(unsafe unsafeBitCast(lanes, to: SIMD2<Int64>.self)))
  #else
    // A mask is sixteen bytes of zeros or ones; of each byte another bit is kept, and the product adds them up in its highest byte.
    let words = unsafe unsafeBitCast(lanes, to: SIMD2<UInt64>.self)
    let low = (UInt64(littleEndian: words[0]) & 0x8040_2010_0804_0201) &* 0x0101_0101_0101_0101 &>> 56
    let high = (UInt64(littleEndian: words[1]) & 0x8040_2010_0804_0201) &* 0x0101_0101_0101_0101 &>> 56
    return UInt16(truncatingIfNeeded: low | high &<< 8)
  #endif
}

/// Whether a mask has every lane.
@inline(__always) func isAllSet(_ lanes: SIMDMask<SIMD16<Int8>>) -> Bool {
  #if arch(x86_64)
    return bitMask(of: lanes) == .max
  #else
    // A mask is sixteen bytes of zeros or ones.
    let words = unsafe unsafeBitCast(lanes, to: SIMD2<UInt64>.self)
    return words[0] & words[1] == .max
  #endif
}

extension Array where Element == UInt8 {
  /// Lends a place in a text with its padding.
  @inline(__always) func lend(_ at: Int, _ body: (Place) -> Void) {
    // The place does not leave the closure.
    unsafe withUnsafeBufferPointer { if let place = unsafe Place($0, at) { body(place) } }
  }
}

/// Bytes that a text is compared with at one go: the first 32, and where they count.
struct Pattern: BitwiseCopyable {
  private var low = SIMD16<UInt8>(repeating: 0)
  private var lowMask = SIMD16<UInt8>(repeating: 0)
  private var high = SIMD16<UInt8>(repeating: 0)
  private var highMask = SIMD16<UInt8>(repeating: 0)
  /// Of all the bytes.
  private(set) var count = 0

  /// Of no text.
  static let never: Pattern = {
    var pattern = Pattern()
    pattern.low[0] = 1
    pattern.lowMask[0] = 0xFF
    return pattern
  }()

  private init() {}

  init(_ bytes: some Collection<UInt8>) {
    count = bytes.count
    for (index, byte) in bytes.prefix(32).enumerated() {
      if index < 16 {
        low[index] = byte
        lowMask[index] = 0xFF
      } else {
        high[index - 16] = byte
        highMask[index - 16] = 0xFF
      }
    }
  }

  @inline(__always) func matches(_ place: Place) -> Bool {
    let first = (place.vector16() ^ low) & lowMask
    let second = (place.vector16(16) ^ high) & highMask
    return isAllSet((first | second) .== SIMD16(repeating: 0))
  }
}

/// Elements of a slab, which must outlive it.
@safe struct Cells<Element: BitwiseCopyable> {
  private let pointer: UnsafeMutablePointer<Element>
  #if DEBUG
    private let capacity: Int
  #endif

  @inline(__always) fileprivate init(_ pointer: UnsafeMutablePointer<Element>, _ capacity: Int) {
    unsafe self.pointer = pointer
    #if DEBUG
      self.capacity = capacity
    #endif
  }

  @inline(__always) fileprivate func check(_ index: Int, _ width: Int) {
    #if DEBUG
      precondition(index >= 0 && index + width <= capacity, "an index beyond the slab")
    #endif
  }

  /// In place: one field of an element is read or written without the others.
  @inline(__always) subscript(_ index: Int) -> Element {
    unsafeAddress {
      check(index, 1)
      return unsafe UnsafePointer(pointer + index)
    }
    nonmutating unsafeMutableAddress {
      check(index, 1)
      return unsafe pointer + index
    }
  }
}

/// One element of a slab, which must outlive it.
@safe struct Cell<Element: BitwiseCopyable>: BitwiseCopyable {
  fileprivate let pointer: UnsafeMutablePointer<Element>

  @inline(__always) fileprivate init(_ pointer: UnsafeMutablePointer<Element>) { unsafe self.pointer = pointer }

  @inline(__always) var value: Element {
    unsafeAddress { unsafe UnsafePointer(pointer) }
    nonmutating unsafeMutableAddress { unsafe pointer }
  }

  @inline(__always) static func == (left: Cell, right: Cell) -> Bool { unsafe left.pointer == right.pointer }
}

extension Cell where Element == UInt8 {
  /// Sixteen bytes of the slab, which the owner of the cell knows to be there.
  @inline(__always) func vector16(_ offset: Int) -> SIMD16<UInt8> {
    unsafe UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
  }
}

extension Cells {
  @inline(__always) func cell(_ index: Int) -> Cell<Element> {
    check(index, 1)
    return unsafe Cell(pointer + index)
  }
}

extension Cells where Element == UInt8 {
  @inline(__always) func vector16(_ offset: Int) -> SIMD16<UInt8> {
    check(offset, 16)
    return unsafe UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
  }

  @inline(__always) func store(_ vector: SIMD16<UInt8>, at offset: Int) {
    check(offset, 16)
    unsafe UnsafeMutableRawPointer(pointer).storeBytes(of: vector, toByteOffset: offset, as: SIMD16<UInt8>.self)
  }
}

/// Memory of its owner's, of trivial elements.
@safe struct Slab<Element: BitwiseCopyable>: ~Copyable {
  private var pointer: UnsafeMutablePointer<Element>
  private(set) var capacity: Int

  /// Of no use once the slab has grown.
  @inline(__always) var cells: Cells<Element> { unsafe Cells(pointer, capacity) }

  init(capacity: Int, filledWith element: Element) {
    self.capacity = max(capacity, 1)
    unsafe pointer = .allocate(capacity: self.capacity)
    unsafe pointer.initialize(repeating: element, count: self.capacity)
  }

  /// Leaves the elements to be written before they are read: so memory that is never needed is never touched.
  init(unwritten capacity: Int) {
    self.capacity = max(capacity, 1)
    unsafe pointer = .allocate(capacity: self.capacity)
  }

  init(_ elements: [Element], orElse element: Element) {
    self.init(capacity: elements.count, filledWith: element)
    for (index, element) in elements.enumerated() { unsafe pointer[index] = element }
  }

  deinit { unsafe pointer.deallocate() }

  @inline(__always) subscript(_ index: Int) -> Element {
    unsafeAddress { unsafe UnsafePointer(pointer + checked(index)) }
    nonmutating unsafeMutableAddress { unsafe pointer + checked(index) }
  }

  @inline(__always) private func checked(_ index: Int) -> Int {
    #if DEBUG
      precondition(index >= 0 && index < capacity, "an index beyond the slab")
    #endif
    return index
  }

  /// Makes room for more, keeps the first `kept` elements, and leaves the others to be written before they are read: so memory that is never
  /// needed is never touched.
  @inline(never) mutating func grow(to count: Int, keeping kept: Int) {
    guard count > capacity else { return }
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: count)
    unsafe larger.update(from: pointer, count: kept)
    unsafe pointer.deallocate()
    unsafe pointer = larger
    capacity = count
  }

  /// Puts the first elements behind those of an array.
  func append(_ count: Int, to array: inout [Element]) {
    if count == 0 { return }
    precondition(count <= capacity)
    unsafe array.append(contentsOf: UnsafeBufferPointer(start: pointer, count: count))
  }
}

/// The words of rows, apart for each shape; those behind the rows that were added are zero.
@safe struct RowSlabs: ~Copyable {
  @unsafe private struct Table: BitwiseCopyable {
    var pointer: UnsafeMutablePointer<UInt64>
    var capacity: Int
  }

  private let tables: UnsafeMutablePointer<Table>
  private let count: Int

  /// - Parameter strides: the words a row, by shape.
  init(strides: [Int]) {
    count = strides.count
    unsafe tables = .allocate(capacity: max(count, 1))
    for (shape, stride) in strides.enumerated() {
      let capacity = stride * 16
      let pointer = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
      unsafe pointer.initialize(repeating: 0, count: capacity)
      unsafe (tables + shape).initialize(to: Table(pointer: pointer, capacity: capacity))
    }
  }

  deinit {
    for shape in 0..<count { unsafe tables[shape].pointer.deallocate() }
    unsafe tables.deallocate()
  }

  /// The words from `base` on.
  @inline(__always) mutating func add(_ shape: Int, _ base: Int, stride: Int) -> Row {
    if unsafe base &+ stride > tables[shape].capacity { grow(shape, base &+ stride) }
    return unsafe Row(tables[shape].pointer + base, stride)
  }

  /// Makes words zero again, of rows that are given up.
  func clear(_ shape: Int, _ words: Range<Int>) {
    precondition(unsafe shape < count && words.lowerBound >= 0 && words.upperBound <= tables[shape].capacity)
    unsafe (tables[shape].pointer + words.lowerBound).update(repeating: 0, count: words.count)
  }

  @inline(never) private mutating func grow(_ shape: Int, _ wanted: Int) {
    let old = unsafe tables[shape]
    let capacity = wanted * 2
    let pointer = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
    unsafe pointer.initialize(repeating: 0, count: capacity)
    unsafe pointer.update(from: old.pointer, count: old.capacity)
    unsafe old.pointer.deallocate()
    unsafe tables[shape] = Table(pointer: pointer, capacity: capacity)
  }

  /// Puts the first words of a shape's behind those of an array.
  func append(_ shape: Int, _ words: Int, to array: inout [UInt64]) {
    precondition(unsafe shape < count && words <= tables[shape].capacity)
    unsafe array.append(contentsOf: UnsafeBufferPointer(start: tables[shape].pointer, count: words))
  }
}

/// A row that is being filled.
@safe struct Row {
  private let pointer: UnsafeMutablePointer<UInt64>
  #if DEBUG
    private let stride: Int
  #endif

  @inline(__always) fileprivate init(_ pointer: UnsafeMutablePointer<UInt64>, _ stride: Int) {
    unsafe self.pointer = pointer
    #if DEBUG
      self.stride = stride
    #endif
  }

  @inline(__always) private func check(_ word: Int) {
    #if DEBUG
      precondition(word >= 0 && word < stride, "a word beyond the row")
    #endif
  }

  @inline(__always) subscript(_ word: Int) -> UInt64 {
    get {
      check(word)
      return unsafe pointer[word]
    }
    nonmutating set {
      check(word)
      unsafe pointer[word] = newValue
    }
  }
}
