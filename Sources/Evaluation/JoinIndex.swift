import Semantics
import Syntax

/// Finds the rows of a joined collection by key, in the store that holds them.
///
/// Open addressing over row numbers: 4 bytes a slot, at most three quarters full. The bits that row numbers leave free hold some of the key's hash,
/// so that a row is seldom looked at in vain.
struct JoinIndex {
  /// The rows, each once: identical repeats are left out.
  private(set) var distinct = RowNumbers()
  /// Rows whose key can't be told.
  private(set) var keyless = 0
  /// Identical rows that came again.
  private(set) var repeated = 0
  /// Keys that have different rows; each by the row that came first.
  private(set) var contradictory: Set<Int32> = []
  /// Row number + 1 in the lowest `rowBits`, the lowest bits of the hash above them; 0 is free.
  private var slots: [UInt32] = [0, 0, 0, 0]
  private var rowBits: UInt32 = 3
  private var used = 0
  /// Of the rows that were taken in last; its memory is used again.
  private var search = KeySearch()

  /// About the memory of the slots that its rows need.
  var bytes: Int { used * MemoryLayout<UInt32>.stride * 3 / 2 }

  enum Answer {
    case row(Int)
    case contradictory
    case none
  }

  /// Takes in the rows of a collection that are in the joined store.
  mutating func add(rows: Range<Int>, keySlots: [Int], shape: Int, _ machine: inout Machine) {
    // Most keys are one GUID, which is looked at where it stands.
    let slot = keySlots.count == 1 ? machine.plan.slots[keySlots[0]] : nil
    let (number, word) = slot.flatMap { $0.kind == .id ? (Int($0.number), Int($0.word)) : nil } ?? (-1, 0)
    // Taken out, so that it can be filled while the rest is changed.
    var search = KeySearch()
    swap(&search, &self.search)
    defer { swap(&search, &self.search) }
    var first = rows.lowerBound
    while first < rows.upperBound {
      let end = min(first + KeySearch.most, rows.upperBound)
      if (used + end - first) * 4 > slots.count * 3 { grow(keySlots, for: end, &machine) }
      search.removeAll()
      let table = number >= 0 ? machine.joined.tables[shape] : Table(stride: 1)
      for row in first..<end where number >= 0 {
        if let guid = table.guid(row: row, slot: number, word: word) { search.add(guid, for: row) }
      }
      fetch(&search)
      var next = 0
      for row in first..<end {
        guard next < search.count, search.entries[next].number == row else {
          add(row: row, keySlots, shape, &machine)
          continue
        }
        let entry = search.entries[next]
        let other = enter(row, entry.hash, keySlots, &machine) { other, _ in
          table.guid(row: other, slot: number, word: word) == entry.key
        }
        if let other { note(row, again: other, shape, &machine) }
        next += 1
      }
      first = end
    }
  }

  /// Counts a row whose key can't be told, and which is not kept.
  mutating func addKeyless() { keyless += 1 }

  private mutating func add(row: Int, _ keySlots: [Int], _ shape: Int, _ machine: inout Machine) {
    guard let hash = machine.keyHash(row: row, keySlots, .joined) else {
      keyless += 1
      distinct.append(Int32(row))
      return
    }
    let other = enter(row, hash, keySlots, &machine) { other, machine in machine.haveSameKey(row, other, keySlots) }
    if let other { note(row, again: other, shape, &machine) }
  }

  /// Enters a row under its key.
  /// - Returns: the row that has the key already.
  @inline(__always) private mutating func enter(
    _ row: Int, _ hash: UInt64, _ keySlots: [Int], _ machine: inout Machine, isSame: (Int, inout Machine) -> Bool
  ) -> Int? {
    if used * 4 >= slots.count * 3 || UInt32(row + 1) >> rowBits != 0 { grow(keySlots, for: row + 1, &machine) }
    let tag = self.tag(hash)
    var place = JoinIndex.place(of: hash, in: slots.count)
    while slots[place] != 0 {
      if isTagged(slots[place], tag) {
        let other = self.row(in: slots[place])
        if isSame(other, &machine) { return other }
      }
      place += 1
      if place == slots.count { place = 0 }
    }
    slots[place] = tag | UInt32(row + 1)
    used += 1
    distinct.append(Int32(row))
    return nil
  }

  /// The bits of a hash that a slot has room for, in their place.
  @inline(__always) private func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash) << rowBits }

  @inline(__always) private func isTagged(_ slot: UInt32, _ tag: UInt32) -> Bool { (slot ^ tag) >> rowBits == 0 }

  /// The row in a slot; -1 where it is free.
  @inline(__always) private func row(in slot: UInt32) -> Int { Int(slot & (1 << rowBits &- 1)) &- 1 }

  /// A row whose key came before: the same again, or another one.
  private mutating func note(_ row: Int, again other: Int, _ shape: Int, _ machine: inout Machine) {
    let hash = machine.contentHash(row: row, shape: shape, .joined)
    if hash == machine.contentHash(row: other, shape: shape, .joined) {
      repeated += 1
      return
    }
    if contradictory.insert(Int32(other)).inserted { others[Int32(other)] = [] }
    if others[Int32(other)]?.contains(hash) == true {
      repeated += 1
    } else {
      others[Int32(other)]?.append(hash)
      distinct.append(Int32(row))
    }
  }

  /// The contents of further rows of contradictory keys.
  private var others: [Int32: [UInt64]] = [:]

  /// Makes room for so many rows.
  mutating func reserve(rows: Int, _ keySlots: [Int], _ machine: inout Machine) {
    if slots.count * 2 < rows * 3 { resize(to: rows * 3 / 2, for: rows, keySlots, &machine) }
  }

  /// Makes room for more rows, and for the numbers of the first `rows`.
  private mutating func grow(_ keySlots: [Int], for rows: Int, _ machine: inout Machine) {
    var count = slots.count
    while used * 4 >= count * 3 || count < KeySearch.most { count *= 2 }
    resize(to: max(count, slots.count * 2), for: rows, keySlots, &machine)
  }

  private mutating func resize(to count: Int, for rows: Int, _ keySlots: [Int], _ machine: inout Machine) {
    let old = slots.lazy.filter { $0 != 0 }.map { [rowBits] in Int($0 & (1 << rowBits &- 1)) - 1 }
    slots = Array(repeating: 0, count: count)
    rowBits = UInt32(Int.bitWidth - max(count, rows + 1).leadingZeroBitCount)
    for row in old {
      guard let hash = machine.keyHash(row: row, keySlots, .joined) else { continue }
      var place = JoinIndex.place(of: hash, in: count)
      while slots[place] != 0 {
        place += 1
        if place == count { place = 0 }
      }
      slots[place] = tag(hash) | UInt32(row + 1)
    }
  }

  /// The slot where the search for a hash begins, of any number of slots: the highest bits say which, so all bits are mixed into these first.
  /// Texts that are numbered at their end differ in none of them else.
  /// - SeeAlso: https://lemire.me/blog/2016/06/27/a-fast-alternative-to-the-modulo-reduction/
  @inline(__always) static func place(of hash: UInt64, in count: Int) -> Int {
    let mixed = hash &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed.multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
  }

  /// Brings the slots where searches begin near: none has to wait for the one before it.
  @inline(never) private func fetch(_ search: inout KeySearch) {
    let slots = slots.span
    let count = search.count
    // The list is this search's alone: it was added to since the last one.
    var entries = search.entries.mutableSpan
    for number in 0..<count { entries[number].slot = slots[JoinIndex.place(of: entries[number].hash, in: slots.count)] }
  }

  /// Goes on to the slots that have the hashes' tags, and brings near the rows that they name: seldom is one of another key.
  @inline(never) private func fetchRows(_ search: inout KeySearch, _ table: Table, word: Int) {
    if table.count == 0 { return }
    let slots = slots.span
    let words = table.words.span
    let count = search.count
    var sum: UInt64 = 0
    var entries = search.entries.mutableSpan
    for number in 0..<count {
      var slot = entries[number].slot
      let tag = self.tag(entries[number].hash)
      if slot != 0 && !isTagged(slot, tag) {
        var place = JoinIndex.place(of: entries[number].hash, in: slots.count)
        repeat {
          place = place &+ 1 == slots.count ? 0 : place &+ 1
          slot = slots[place]
        } while slot != 0 && !isTagged(slot, tag)
        entries[number].slot = slot
      }
      // The states stand first, the key's second word last of what is looked at.
      let begin = max(row(in: slot), 0) &* table.stride
      sum &+= words[begin] &+ words[begin &+ word &+ 1]
    }
    search.sum = sum
  }

  /// Finds the rows of GUIDs that are keys.
  /// - Parameters:
  ///   - table: the words of the collection's rows.
  ///   - word: the key's first, from a row's begin; `number`: its slot's, for the state.
  ///   - found: is given the row of each, at the search's number for it, or `missing`.
  func find(
    _ search: inout KeySearch, _ table: Table, number: Int, word: Int, orElse missing: Int32, into found: inout [Int32]
  ) {
    fetch(&search)
    fetchRows(&search, table, word: word)
    let entries = search.entries.span
    for next in 0..<search.count {
      let entry = entries[next]
      var row = row(in: entry.slot)
      if row >= 0, table.guid(row: row, slot: number, word: word) != entry.key {
        // Two keys with one tag, one behind the other.
        var place: Int?
        repeat {
          row = self.row(entry.hash, from: &place) ?? -1
        } while row >= 0 && table.guid(row: row, slot: number, word: word) != entry.key
      }
      found[Int(entry.number)] = row < 0 ? missing : Int32(truncatingIfNeeded: row)
    }
  }

  /// The row that a hash leads to from a place on, which is moved behind it; nil where there is none left.
  func row(_ hash: UInt64, from place: inout Int?) -> Int? {
    let tag = self.tag(hash)
    var at = place ?? JoinIndex.place(of: hash, in: slots.count)
    defer { place = at }
    while slots[at] != 0 {
      let slot = slots[at]
      at = at + 1 == slots.count ? 0 : at + 1
      if isTagged(slot, tag) { return self.row(in: slot) }
    }
    return nil
  }
}

/// GUIDs that are looked for together: the memory that holds them is asked for all of them before any is waited for.
struct KeySearch {
  struct Entry {
    var key: Guid
    var hash: UInt64
    /// Whose key it is.
    var number: Int32
    /// What was met where the key's row is looked for.
    fileprivate(set) var slot: UInt32 = 0
  }

  /// Beyond so many nothing is gained.
  static let most = 1024

  private(set) var count = 0
  /// Those behind `count` are free.
  fileprivate(set) var entries: [Entry] = []
  /// Of what was fetched, so that it is.
  fileprivate var sum: UInt64 = 0

  mutating func removeAll() { count = 0 }

  @inline(__always) mutating func add(_ key: Guid, for number: Int) {
    let hash = Machine.hash(key.high, key.low, into: Machine.keySeed)
    let entry = Entry(key: key, hash: hash, number: Int32(truncatingIfNeeded: number))
    if count == entries.count { entries.append(entry) } else { entries[count] = entry }
    count &+= 1
  }
}

extension Machine {
  /// The row of a collection that has a key of one value.
  mutating func find(_ key: Value, in collection: Int) -> JoinIndex.Answer {
    let keySlot = keySlotsOfCollection[collection][0]
    let hash = self.hash(key, into: Machine.keySeed)
    var place: Int?
    while let row = indexes[collection]?.row(hash, from: &place) {
      let other = read(keySlot, row: row, .joined)
      if equal(other, key).isTrue { return answer(row, in: collection) }
    }
    return .none
  }

  /// The row of a collection that has a key of several values.
  mutating func find(_ keys: [Value], in collection: Int) -> JoinIndex.Answer {
    let keySlots = keySlotsOfCollection[collection]
    var hash = Machine.keySeed
    for key in keys { hash = self.hash(key, into: hash) }
    var place: Int?
    while let row = indexes[collection]?.row(hash, from: &place) {
      var isSame = keys.count == keySlots.count
      for (key, slot) in zip(keys, keySlots) where isSame {
        let other = read(slot, row: row, .joined)
        isSame = equal(other, key).isTrue
      }
      if isSame { return answer(row, in: collection) }
    }
    return .none
  }

  private func answer(_ row: Int, in collection: Int) -> JoinIndex.Answer {
    if indexes[collection]?.contradictory.isEmpty ?? true { return .row(row) }
    return indexes[collection]?.contradictory.contains(Int32(row)) == true ? .contradictory : .row(row)
  }
}

/// The rows of a collection by the value of one field, in the order of the collection.
struct ReverseIndex {
  /// By hash of the value, the rows that may have it.
  private var rows: [UInt64: [Int32]] = [:]
  /// Rows whose field can't be told, with the causes.
  private(set) var doubtful: [(row: Int32, doubt: Int32)] = []
  let slot: Int

  init(slot: Int, over distinct: RowNumbers, _ machine: inout Machine) {
    self.slot = slot
    for row in distinct {
      let value = machine.read(slot, row: Int(row), .joined)
      if value.isUnknown {
        doubtful.append((row, value.aux))
      } else if !value.isNull {
        rows[machine.hash(value, into: Machine.keySeed), default: []].append(row)
      }
    }
  }

  func candidates(_ key: Value, _ machine: Machine) -> [Int32] {
    rows[machine.hash(key, into: Machine.keySeed)] ?? []
  }
}

extension Machine {
  static let keySeed: UInt64 = 0x2545_F491_4F6C_DD1D

  /// Mixes a known value into a hash; equal values of one type give equal hashes.
  @inline(__always) func hash(_ value: Value, into seed: UInt64) -> UInt64 {
    if value.tag != .text { return Machine.hash(value.low, value.high, into: seed) }
    let hash = hash(ofText: value, into: seed)
    return hash ^ hash >> 32
  }

  @inline(__always) static func hash(_ low: UInt64, _ high: UInt64, into seed: UInt64) -> UInt64 {
    var hash = (seed ^ low) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 29
    hash = (hash ^ high) &* 0xFF51_AFD7_ED55_8CCD
    return hash ^ hash >> 32
  }

  /// The GUID in a slot of a row; nil where there is none, or another key.
  @inline(__always) mutating func guid(_ slot: Int, row: Int, _ arena: Value.Arena) -> Guid? {
    let shape = Int(plan.slots[slot].shape)
    let number = Int(plan.slots[slot].number)
    let word = Int(plan.slots[slot].word)
    guard plan.slots[slot].kind == .id else { return nil }
    return arena == .batch
      ? batch.tables[shape].guid(row: row, slot: number, word: word) : joined.tables[shape].guid(row: row, slot: number, word: word)
  }

  @inline(never) private func hash(ofText text: Value, into seed: UInt64) -> UInt64 {
    var hash = seed
    for byte in bytes(text) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash ^ 1
  }

  /// The slots of a record's key, as numbers in the plan.
  func keySlots(of record: RecordID) -> [Int] {
    guard let shape = shapeOfRecord[record.index] else { return [] }
    return program[record].key.map { plan.firstSlot[shape] + plan.read.shapes[shape].slotOfField[$0] }
  }

  /// Nil where a part of the key can't be told, or a single key is null.
  mutating func keyHash(row: Int, _ keySlots: [Int], _ arena: Value.Arena) -> UInt64? {
    if keySlots.count == 1, let guid = guid(keySlots[0], row: row, arena) {
      return Machine.hash(guid.high, guid.low, into: Machine.keySeed)
    }
    var hash = Machine.keySeed
    for slot in keySlots {
      let value = read(slot, row: row, arena)
      if value.isUnknown || (value.isNull && keySlots.count == 1) { return nil }
      hash = self.hash(value, into: hash)
    }
    return hash
  }

  mutating func haveSameKey(
    _ left: Int, _ right: Int, _ keySlots: [Int], _ arena: Value.Arena = .joined
  ) -> Bool {
    for slot in keySlots {
      let first = read(slot, row: left, arena)
      let second = read(slot, row: right, arena)
      if !equal(first, second).isTrue { return false }
    }
    return true
  }

  /// A hash over all that is kept of a row: equal for rows that say the same.
  func contentHash(row: Int, shape: Int, _ arena: Value.Arena) -> UInt64 {
    arena == .batch ? batch.contentHash(row: row, shape: shape, plan) : joined.contentHash(row: row, shape: shape, plan)
  }
}
