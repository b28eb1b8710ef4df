import Syntax

/// The keys of a streamed collection that have been read, with where their rows stand.
///
/// Where the rows join to rows in memory by this key, these stand for it: 6 bytes each, for the place. Other keys take 24 bytes in a table at
/// most two thirds full: 128 bits of the key, and 64 of the place. Keys seldom come again, so what a row says is only worked out when its key
/// does: it is read a second time.
struct SeenKeys {
  enum Answer {
    case new
    /// The key can't be told.
    case keyless
    /// The same row again.
    case repeated
    /// Another row of a key that was read; `isFirst`: the key had but one content so far.
    case contradictory(isFirst: Bool)
  }

  /// 128 bits of a row's key.
  struct Key {
    var first: UInt64
    var second: UInt64
    /// The row in memory that has the key too; -1 where there is none.
    var joined: Int32 = -1
  }

  /// The rows that a streamed collection joins to by its key.
  struct Joined {
    /// Of the formula of the rules.
    var join: Int
    /// How many rows there are.
    var count: Int
  }

  private(set) var repeated = 0
  private var slots: [UInt64] = Array(repeating: 0, count: 24)
  private var used = 0
  /// By row in memory, the place of the row with its key.
  private var placesOfJoined: ShortPlaces
  /// Of what `fetch` looked at, so that it does.
  private var fetched: UInt64 = 0
  /// The contents of rows whose key came again, by key.
  private var contents: [UInt64: [UInt64: Set<UInt64>]] = [:]

  private var capacity: Int { slots.count / 3 }

  /// - Parameters:
  ///   - joined: how many rows in memory may stand for keys.
  ///   - mostBytes: of a file, up to where its last row begins.
  init(joined: Int, mostBytes: Int64) { placesOfJoined = ShortPlaces(count: joined, mostBytes: mostBytes) }

  /// Brings near what is kept of rows in memory that stand for keys: none of those that are added next has to wait for the one before it.
  @inline(never) mutating func fetch(_ keys: [Key?]) { fetched = placesOfJoined.sum(keys.span) }

  /// Takes a key in.
  /// - Parameters:
  ///   - place: of its row, not 0.
  ///   - content: of the row that stands at a place, as a hash.
  mutating func add(
    _ key: Key, at place: UInt64, content: (UInt64) throws(SnapshotError) -> UInt64
  ) throws(SnapshotError) -> Answer {
    if key.joined >= 0 {
      let known = placesOfJoined[Int(key.joined)]
      if known != 0 { return try again(key, known, place, content) }
      // What says no place says what the row says.
      if !placesOfJoined.set(place, at: Int(key.joined)) { _ = placesOfJoined.set(try content(place), at: Int(key.joined)) }
      return .new
    }
    if used * 3 >= capacity * 2 { grow() }
    var entry = SeenKeys.entry(key, capacity) * 3
    while slots[entry + 2] != 0 {
      if slots[entry] == key.first && slots[entry + 1] == key.second { return try again(key, slots[entry + 2], place, content) }
      entry += 3
      if entry == slots.count { entry = 0 }
    }
    slots[entry] = key.first
    slots[entry + 1] = key.second
    slots[entry + 2] = place
    used += 1
    return .new
  }

  /// A key that was read at another place.
  private mutating func again(
    _ key: Key, _ first: UInt64, _ place: UInt64, _ content: (UInt64) throws(SnapshotError) -> UInt64
  ) throws(SnapshotError) -> Answer {
    var known = contents[key.first]?[key.second] ?? []
    if known.isEmpty { known.insert(try content(first)) }
    let isNew = known.insert(try content(place)).inserted
    contents[key.first, default: [:]][key.second] = known
    if isNew { return .contradictory(isFirst: known.count == 2) }
    repeated += 1
    return .repeated
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: old.count * 2)
    for entry in 0..<old.count / 3 where old[entry * 3 + 2] != 0 {
      var place = SeenKeys.entry(Key(first: old[entry * 3], second: old[entry * 3 + 1]), capacity)
      while slots[place * 3 + 2] != 0 { place = (place + 1) & (capacity - 1) }
      for word in 0..<3 { slots[place * 3 + word] = old[entry * 3 + word] }
    }
  }

  private static func entry(_ key: Key, _ capacity: Int) -> Int {
    let mixed = (key.first ^ (key.second &* 0x9E37_79B9_7F4A_7C15)) &* 0xFF51_AFD7_ED55_8CCD
    return Int(truncatingIfNeeded: mixed >> 20) & (capacity - 1)
  }

  /// The keys of the batch's rows, in their order. A GUID is its own key; others are two hashes over the key's values. Nil where the key
  /// can't be told.
  ///
  /// - Parameter joined: by row of the batch, the row in memory that stands for its key where that is a GUID; negative where there is none.
  static func keys(_ count: Int, _ keySlots: [Int], _ joined: [Int32]?, _ machine: inout Machine) -> [Key?] {
    var keys: [Key?] = []
    keys.reserveCapacity(count)
    for row in 0..<count {
      guard keySlots.count == 1, let guid = machine.guid(keySlots[0], row: row, .batch) else {
        keys.append(hashed(row: row, keySlots, &machine))
        continue
      }
      var key = Key(first: guid.high, second: guid.low)
      if let joined { key.joined = max(joined[row], -1) }
      keys.append(key)
    }
    return keys
  }

  private static func hashed(row: Int, _ keySlots: [Int], _ machine: inout Machine) -> Key? {
    guard let first = machine.keyHash(row: row, keySlots, .batch) else { return nil }
    var second: UInt64 = 0x94D0_49BB_1331_11EB
    for slot in keySlots { second = machine.hash(machine.read(slot, row: row, .batch), into: second) }
    return Key(first: first, second: second)
  }
}

extension Machine {
  /// The rows in memory that stand for the keys of a collection's rows: those of a collection that a rule joins to by the key alone.
  func joinedByKey(_ keySlots: [Int], _ joins: [Formula.Join]) -> SeenKeys.Joined? {
    guard keySlots.count == 1, plan.slots[keySlots[0]].kind == .id else { return nil }
    for (number, join) in joins.enumerated() where join.base < 0 && join.slot == keySlots[0] {
      let slots = keySlotsOfCollection[join.collection]
      if slots.count == 1, plan.slots[slots[0]].kind == .id, indexes[join.collection] != nil {
        return SeenKeys.Joined(join: number, count: joined.tables[Int(plan.slots[slots[0]].shape)].count)
      }
    }
    return nil
  }
}

extension RowReader {
  /// What a row says, as a hash: of one that stands at a place, or itself what it says.
  mutating func content(_ packed: UInt64, _ store: inout Store, _ plan: Plan) throws(SnapshotError) -> UInt64 {
    if packed >> 63 == 1 { return packed }
    try readAgain(RowPlace(packed: packed), into: &store)
    return SeenKeys.packed(store.contentHash(row: 0, shape: source.shape, plan))
  }
}

extension SeenKeys {
  /// A content in the place of a place, for rows that cannot be read again: as many bits of the hash as `ShortPlaces` have room for.
  static func packed(_ content: UInt64) -> UInt64 { content >> 17 | 1 << 63 }
}

/// Places of rows, as `RowPlace.packed`, by number, or what rows say in their place, as `SeenKeys.packed`: six bytes each.
///
/// The highest bit tells the two apart. Of the others as many are the byte's as the longest file needs, and the rest are the file's.
struct ShortPlaces {
  private static let isContent: UInt64 = 1 << 47
  private static let bits = 47

  /// Three for each, the lowest bits first; all 0 where there is none.
  private var words: [UInt16]
  private let byteBits: UInt64

  init(count: Int, mostBytes: Int64) {
    words = Array(repeating: 0, count: count * 3)
    byteBits = UInt64(min(UInt64.bitWidth - UInt64(max(mostBytes, 0) + 1).leadingZeroBitCount, RowPlace.byteBits))
  }

  /// 0 where there is none.
  @inline(__always) subscript(_ number: Int) -> UInt64 {
    let first = number &* 3
    let short = UInt64(words[first]) | UInt64(words[first &+ 1]) &<< 16 | UInt64(words[first &+ 2]) &<< 32
    if short & ShortPlaces.isContent != 0 { return short ^ ShortPlaces.isContent | 1 << 63 }
    return (short &>> byteBits) &<< UInt64(RowPlace.byteBits) | short & (1 &<< byteBits &- 1)
  }

  /// Of the words of rows in memory, one each.
  @inline(__always) fileprivate func sum(_ keys: Span<SeenKeys.Key?>) -> UInt64 {
    let words = words.span
    var sum: UInt64 = 0
    for index in keys.indices {
      guard let key = keys[index], key.joined >= 0 else { continue }
      sum &+= UInt64(words[Int(key.joined) &* 3])
    }
    return sum
  }

  /// - Returns: false where there is no room for so high a number of a file, and nothing was set.
  @inline(__always) mutating func set(_ place: UInt64, at number: Int) -> Bool {
    var short = place & (ShortPlaces.isContent - 1) | ShortPlaces.isContent
    if place >> 63 == 0 {
      let file = place &>> UInt64(RowPlace.byteBits)
      let byte = place & (1 << UInt64(RowPlace.byteBits) - 1)
      if byte &>> byteBits != 0 || file &>> (UInt64(ShortPlaces.bits) &- byteBits) != 0 { return false }
      short = file &<< byteBits | byte
    }
    let first = number &* 3
    words[first] = UInt16(truncatingIfNeeded: short)
    words[first &+ 1] = UInt16(truncatingIfNeeded: short &>> 16)
    words[first &+ 2] = UInt16(truncatingIfNeeded: short &>> 32)
    return true
  }
}

extension RowPlace {
  /// Of `packed`, those of the byte.
  static let byteBits = 44

  /// As one number below 2⁶³ that is not 0.
  var packed: UInt64 { UInt64(truncatingIfNeeded: file) << UInt64(RowPlace.byteBits) | UInt64(truncatingIfNeeded: byte) + 1 }

  /// Without the line.
  init(packed: UInt64) {
    let byte = packed & (1 << UInt64(RowPlace.byteBits) - 1)
    self.init(file: Int32(truncatingIfNeeded: packed >> UInt64(RowPlace.byteBits)), line: 0, byte: Int64(truncatingIfNeeded: byte) - 1)
  }
}
