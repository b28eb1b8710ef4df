/// The spellings of keys that were met, and which followed which.
///
/// Exports repeat their keys in one order, so the next key is guessed and its bytes compared in one go, colon and white space included; a
/// wrong guess costs the comparison. What is remembered is bounded, whatever the data.
struct KeyMemory {
  /// A key as it is spelled behind a comma or an opening brace, up to its value.
  private struct Spelling {
    // The first 32 bytes, and where they count.
    var low = SIMD16<UInt8>(repeating: 0)
    var lowMask = SIMD16<UInt8>(repeating: 0)
    var high = SIMD16<UInt8>(repeating: 0)
    var highMask = SIMD16<UInt8>(repeating: 0)
    var length: Int
    /// The rest, in `rests`.
    var rest: Int
    var next = -1
    var node: Int
    var meaning: Meaning
  }

  /// What becomes of the value of a key.
  struct Meaning {
    /// The planned key; -1 where nothing is read.
    var key: Int
    /// The slot, where the value fills this one and no other; else -1.
    var slot: Int
    /// The bit of the key among the first 64 of its object; 0 beyond.
    var bit: UInt64
    /// The object within a value that is not read; -1 where none was met.
    var inside = -1
    /// The value says that the planned key's list goes on elsewhere.
    var isNextLink = false

    static let nothing = Meaning(key: -1, slot: -1, bit: 0)
  }

  /// How many spellings are remembered, of all objects together.
  private static let limit = 512
  /// How long a spelling may be.
  private static let longest = 256

  private var spellings: [Spelling] = []
  private var rests: [UInt8] = []
  /// By node: the spelling that came first last time.
  private var firsts: [Int]
  /// By node of planned keys: their number, and the others that were met, in lower case.
  private let planned: [Int]
  private var names: [[[UInt8]]]
  /// Open addressing: the spelling, or -1.
  private var table = [Int](repeating: -1, count: 2048)

  /// - Parameter planned: for each node of planned keys, their number.
  init(planned: [Int]) {
    self.planned = planned
    names = planned.map { _ in [] }
    firsts = [Int](repeating: -1, count: planned.count)
  }

  /// A bit for a key that is not planned; 0 where there is none left.
  mutating func bit(of name: [UInt8], node: Int) -> UInt64 {
    guard spellings.count < KeyMemory.limit else { return 0 }
    if let index = names[node].firstIndex(of: name) { return 1 << UInt64(planned[node] + index) }
    guard planned[node] + names[node].count < 64 else { return 0 }
    names[node].append(name)
    return 1 << UInt64(planned[node] + names[node].count - 1)
  }

  /// A node for the object within a spelling's value, of which nothing is read; -1 where there is no room.
  mutating func inside(_ spelling: Int) -> Int {
    if spelling < 0 { return -1 }
    if spellings[spelling].meaning.inside < 0 && firsts.count < KeyMemory.limit {
      spellings[spelling].meaning.inside = firsts.count
      firsts.append(-1)
    }
    return spellings[spelling].meaning.inside
  }

  @inline(__always) func first(of node: Int) -> Int { firsts[node] }
  @inline(__always) func next(after spelling: Int) -> Int { spelling < 0 ? -1 : spellings[spelling].next }
  @inline(__always) func meaning(_ spelling: Int) -> Meaning { spellings[spelling].meaning }

  /// The place of the value behind a spelling, if it stands here; else -1.
  @inline(__always) func match(_ bytes: Span<UInt8>, _ at: Int, _ spelling: Int) -> Int {
    let low = (bytes.vector16(at) ^ spellings[spelling].low) & spellings[spelling].lowMask
    let high = (bytes.vector16(at &+ 16) ^ spellings[spelling].high) & spellings[spelling].highMask
    if isAnySet(low | high) { return -1 }
    let length = spellings[spelling].length
    if length > 32 && !bytes.isEqual(at &+ 32, count: length &- 32, to: rests.span, at: spellings[spelling].rest) { return -1 }
    return at &+ length
  }

  /// The spelling that stands between two places; -1 where it is new.
  func find(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, node: Int) -> Int {
    var entry = hash(bytes, start, end, node)
    while table[entry] >= 0 {
      let spelling = table[entry]
      if spellings[spelling].node == node && match(bytes, start, spelling) == end { return spelling }
      entry = (entry + 1) % table.count
    }
    return -1
  }

  /// Remembers a spelling.
  /// - Returns: -1 where there is no room.
  mutating func learn(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, node: Int, _ meaning: Meaning) -> Int {
    let length = end - start
    if spellings.count >= KeyMemory.limit || length > KeyMemory.longest { return -1 }
    var spelling = Spelling(length: length, rest: rests.count, node: node, meaning: meaning)
    for index in 0..<min(length, 16) {
      spelling.low[index] = bytes.byte(start + index)
      spelling.lowMask[index] = 0xFF
    }
    for index in 16..<max(min(length, 32), 16) {
      spelling.high[index - 16] = bytes.byte(start + index)
      spelling.highMask[index - 16] = 0xFF
    }
    if length > 32 { bytes.copy(start + 32, end, to: &rests) }
    var entry = hash(bytes, start, end, node)
    while table[entry] >= 0 { entry = (entry + 1) % table.count }
    table[entry] = spellings.count
    spellings.append(spelling)
    return spellings.count - 1
  }

  /// Notes that a spelling follows another in its object, or opens it (`previous` -1).
  mutating func link(_ previous: Int, to spelling: Int, node: Int) {
    if previous >= 0 { spellings[previous].next = spelling } else { firsts[node] = spelling }
  }

  private func hash(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ node: Int) -> Int {
    var hash = UInt64(truncatingIfNeeded: node)
    for at in start..<end { hash = (hash ^ UInt64(bytes.byte(at))) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) % UInt64(table.count))
  }
}
