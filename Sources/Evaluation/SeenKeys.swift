import Syntax

/// The keys of a streamed collection that have been read, with where their rows stand.
///
/// Where the rows join to rows in memory by this key, these stand for it: 6 bytes and a bit each, for the place, and 4 bytes more once any key
/// comes again. Other keys take 24 bytes in a table at most two thirds full: 128 bits of the key, and 64 of the place. Keys seldom come again,
/// so what a row says is only worked out when its key does: it is read a second time.
struct SeenKeys {
  enum Answer {
    case new
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
  /// Of rows in memory, the places of the rows with their keys.
  private var placesOfJoined: PlaceLog
  /// The contents of rows whose key came again, by key.
  private var contents: [UInt64: [UInt64: Set<UInt64>]] = [:]

  private var capacity: Int { slots.count / 3 }

  /// - Parameter joined: how many rows in memory may stand for keys.
  init(joined: Int) { placesOfJoined = PlaceLog(count: joined) }

  /// Takes a key in.
  /// - Parameters:
  ///   - place: of its row, not 0.
  ///   - content: of the row that stands at a place, as a hash.
  mutating func add(
    _ key: Key, at place: UInt64, content: (UInt64) throws(SnapshotError) -> UInt64
  ) throws(SnapshotError) -> Answer {
    if key.joined >= 0 {
      let number = Int(key.joined)
      if placesOfJoined.has(number) { return try again(key, placesOfJoined.place(of: number), place, content) }
      placesOfJoined.add(number, place)
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
  /// A content in the place of a place, for rows that cannot be read again: as many bits of the hash as `PlaceLog` keeps.
  static func packed(_ content: UInt64) -> UInt64 { content >> (64 - PlaceLog.contentBits) | 1 << 63 }
}

/// Places of rows, as `RowPlace.packed`, or what rows say in their place, as `SeenKeys.packed`, for rows in memory: 6 bytes and a bit for each.
///
/// Rows in memory come in any order, so to write by their numbers would be to wait for memory. What is added is put behind what was added
/// before: the number, and how far the place is from the one before it. By number there is but the bit, until a place is asked for. Contents are
/// not near each other, and are kept by number.
struct PlaceLog {
  /// Numbers, as they came.
  private var numbers: [Int32] = []
  /// Of each, how far its place is from the one before it; 0 where a block begins.
  private var steps: [UInt16] = []
  /// Where a place is too far from the one before it, and after so many others, a block begins: with which number, and at which place.
  private var blocks: [(first: Int32, place: UInt64)] = []
  private static let block = 256
  private var last: UInt64 = 0
  /// A bit for each number that has a place.
  private var isThere: [UInt64]
  /// By number, when it came; -1: it did not. Empty until that is asked for.
  private var arrivals: [Int32] = []
  /// By number, a content: three words each, the lowest bits first, of which the highest is set; all 0 where there is none. Empty without contents.
  private var contents: [UInt16] = []
  fileprivate static let contentBits: UInt64 = 47
  private let count: Int

  /// - Parameter count: of the rows in memory.
  init(count: Int) {
    self.count = count
    isThere = Array(repeating: 0, count: (count + 63) / 64)
    // Memory that is not needed is not touched.
    numbers.reserveCapacity(count)
    steps.reserveCapacity(count)
  }

  @inline(__always) func has(_ number: Int) -> Bool {
    isThere[number &>> 6] &>> UInt64(truncatingIfNeeded: number & 63) & 1 != 0
  }

  /// Adds the place of a number that has none.
  @inline(__always) mutating func add(_ number: Int, _ place: UInt64) {
    isThere[number &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: number & 63)
    if place &>> 63 == 1 { return addContent(number, place) }
    let arrival = Int32(truncatingIfNeeded: numbers.count)
    if !arrivals.isEmpty { arrivals[number] = arrival }
    let step = place &- last
    last = place
    numbers.append(Int32(truncatingIfNeeded: number))
    if let block = blocks.last, step <= UInt64(UInt16.max), arrival &- block.first < PlaceLog.block {
      steps.append(UInt16(truncatingIfNeeded: step))
    } else {
      steps.append(0)
      blocks.append((arrival, place))
    }
  }

  @inline(never) private mutating func addContent(_ number: Int, _ content: UInt64) {
    if contents.isEmpty { contents = Array(repeating: 0, count: count * 3) }
    let short = content & (1 << PlaceLog.contentBits - 1) | 1 << PlaceLog.contentBits
    for word in 0..<3 { contents[number * 3 + word] = UInt16(truncatingIfNeeded: short >> UInt64(word * 16)) }
  }

  private func content(of number: Int) -> UInt64? {
    if contents.isEmpty { return nil }
    let short = (0..<3).reduce(0) { $0 | UInt64(contents[number * 3 + $1]) << UInt64($1 * 16) }
    return short == 0 ? nil : short ^ 1 << PlaceLog.contentBits | 1 << 63
  }

  /// The place of a number that has one, or its content.
  @inline(never) mutating func place(of number: Int) -> UInt64 {
    if let content = content(of: number) { return content }
    if arrivals.isEmpty {
      arrivals = Array(repeating: -1, count: count)
      for (arrival, number) in numbers.enumerated() { arrivals[Int(number)] = Int32(truncatingIfNeeded: arrival) }
    }
    let arrival = arrivals[number]
    // The last block that does not begin behind it.
    var low = 0
    var high = blocks.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if blocks[middle].first <= arrival { low = middle } else { high = middle }
    }
    let first = blocks[low].first
    return steps[Int(first)...Int(arrival)].reduce(blocks[low].place) { $0 &+ UInt64($1) }
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
