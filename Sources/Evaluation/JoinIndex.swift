import Semantics
import Syntax

/// Finds the rows of a joined collection by key, in the store that holds them.
///
/// Open addressing over row numbers: 4 bytes a slot, at most two thirds full.
struct JoinIndex {
  /// The rows, each once: identical repeats are left out.
  private(set) var distinct = RowNumbers()
  /// Rows whose key can't be told.
  private(set) var keyless = 0
  /// Identical rows that came again.
  private(set) var repeated = 0
  /// Keys that have different rows; each by the row that came first.
  private(set) var contradictory: Set<Int32> = []
  /// Row number + 1; 0 is free.
  private var slots: [Int32] = [0, 0, 0, 0]
  private var used = 0

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
    for row in rows {
      if number >= 0, let guid = machine.joined.tables[shape].guid(row: row, slot: number, word: word) {
        let hash = Machine.hash(guid.high, guid.low, into: Machine.keySeed)
        let other = enter(row, hash, keySlots, &machine) { other, machine in
          machine.joined.tables[shape].guid(row: other, slot: number, word: word) == guid
        }
        if let other { note(row, again: other, shape, &machine) }
      } else if let hash = machine.keyHash(row: row, keySlots, .joined) {
        let other = enter(row, hash, keySlots, &machine) { other, machine in machine.haveSameKey(row, other, keySlots) }
        if let other { note(row, again: other, shape, &machine) }
      } else {
        keyless += 1
        distinct.append(Int32(row))
      }
    }
  }

  /// Enters a row under its key.
  /// - Returns: the row that has the key already.
  @inline(__always) private mutating func enter(
    _ row: Int, _ hash: UInt64, _ keySlots: [Int], _ machine: inout Machine, isSame: (Int, inout Machine) -> Bool
  ) -> Int? {
    if used * 3 >= slots.count * 2 { grow(keySlots, &machine) }
    var place = JoinIndex.place(of: hash, in: slots.count)
    while slots[place] != 0 {
      let other = Int(slots[place] - 1)
      if isSame(other, &machine) { return other }
      place += 1
      if place == slots.count { place = 0 }
    }
    slots[place] = Int32(row + 1)
    used += 1
    distinct.append(Int32(row))
    return nil
  }

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
    if slots.count * 3 < rows * 5 { resize(to: rows * 5 / 3, keySlots, &machine) }
  }

  private mutating func grow(_ keySlots: [Int], _ machine: inout Machine) { resize(to: slots.count * 2, keySlots, &machine) }

  private mutating func resize(to count: Int, _ keySlots: [Int], _ machine: inout Machine) {
    let old = slots
    slots = Array(repeating: 0, count: count)
    for entry in old where entry != 0 {
      guard let hash = machine.keyHash(row: Int(entry - 1), keySlots, .joined) else { continue }
      var place = JoinIndex.place(of: hash, in: count)
      while slots[place] != 0 {
        place += 1
        if place == count { place = 0 }
      }
      slots[place] = entry
    }
  }

  /// The slot where the search for a hash begins, of any number of slots: the highest bits say which, so all bits are mixed into these first.
  /// Texts that are numbered at their end differ in none of them else.
  /// - SeeAlso: https://lemire.me/blog/2016/06/27/a-fast-alternative-to-the-modulo-reduction/
  @inline(__always) static func place(of hash: UInt64, in count: Int) -> Int {
    let mixed = hash &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed.multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
  }

  /// The row of a GUID that is the key; nil where there is none.
  /// - Parameters:
  ///   - table: the words of the collection's rows.
  ///   - word: the key's first, from a row's begin; `number`: its slot's, for the state.
  func row(of guid: Guid, _ table: Table, number: Int, word: Int) -> Int? {
    let hash = Machine.hash(guid.high, guid.low, into: Machine.keySeed)
    let slots = slots.span
    var place = JoinIndex.place(of: hash, in: slots.count)
    while slots[place] != 0 {
      let row = Int(slots[place] &- 1)
      if table.guid(row: row, slot: number, word: word) == guid { return row }
      place = place &+ 1
      if place == slots.count { place = 0 }
    }
    return nil
  }

  /// The row number + 1 in the slot of a hash, or in the one `step` behind it; 0 is free.
  func slot(_ hash: UInt64, _ step: Int) -> Int {
    let place = JoinIndex.place(of: hash, in: slots.count) + step
    return Int(slots[place < slots.count ? place : place - slots.count])
  }
}

extension Machine {
  /// The row of a collection that has a key of one value.
  mutating func find(_ key: Value, in collection: Int) -> JoinIndex.Answer {
    let keySlot = keySlotsOfCollection[collection][0]
    let hash = self.hash(key, into: Machine.keySeed)
    var step = 0
    while true {
      let row = (indexes[collection]?.slot(hash, step) ?? 0) - 1
      if row < 0 { return .none }
      let other = read(keySlot, row: row, .joined)
      if equal(other, key).isTrue { return answer(row, in: collection) }
      step += 1
    }
  }

  /// The row of a collection that has a key of several values.
  mutating func find(_ keys: [Value], in collection: Int) -> JoinIndex.Answer {
    let keySlots = keySlotsOfCollection[collection]
    var hash = Machine.keySeed
    for key in keys { hash = self.hash(key, into: hash) }
    var step = 0
    while true {
      let row = (indexes[collection]?.slot(hash, step) ?? 0) - 1
      if row < 0 { return .none }
      var isSame = keys.count == keySlots.count
      for (key, slot) in zip(keys, keySlots) where isSame {
        let other = read(slot, row: row, .joined)
        isSame = equal(other, key).isTrue
      }
      if isSame { return answer(row, in: collection) }
      step += 1
    }
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
