import Semantics

/// Numbers for what rows have in common: each description that is new gets the next one.
///
/// A description is a run of words; two are the same only where every word is.
struct RowClasses {
  /// Beyond so many classes, or words in all, the owner begins anew: memory does not grow with the collection.
  static let most = 1 << 15
  static let mostWords = 1 << 20

  private var words: [UInt64] = []
  /// Where each class's description ends.
  private var ends: [Int] = []
  private var hashes: [UInt32] = []
  /// Number + 1; 0 is free.
  private var slots: [Int32] = Array(repeating: 0, count: 64)

  var count: Int { ends.count }
  var isFull: Bool { ends.count >= RowClasses.most || words.count >= RowClasses.mostWords }

  mutating func removeAll() {
    words.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    slots = Array(repeating: 0, count: 64)
  }

  /// The number of a description; one that equals `count` before the call is new.
  mutating func number(of description: [UInt64]) -> Int {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for word in description {
      hash = (hash ^ word) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash >> 32
    }
    let short = UInt32(truncatingIfNeeded: hash)
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place] != 0 {
      let number = Int(slots[place] - 1)
      if hashes[number] == short && isEqual(number, description) { return number }
      place = (place + 1) & (slots.count - 1)
    }
    words.append(contentsOf: description)
    ends.append(words.count)
    hashes.append(short)
    slots[place] = Int32(truncatingIfNeeded: ends.count)
    if ends.count * 2 > slots.count { grow() }
    return ends.count - 1
  }

  private func isEqual(_ number: Int, _ description: [UInt64]) -> Bool {
    let first = number == 0 ? 0 : ends[number - 1]
    guard ends[number] - first == description.count else { return false }
    for index in description.indices where words[first + index] != description[index] { return false }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for number in hashes.indices {
      var place = Int(hashes[number]) & (slots.count - 1)
      while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
      slots[place] = Int32(number + 1)
    }
  }
}

extension Machine {
  /// Writes what of a row decides a condition behind `words`.
  mutating func describe(
    _ row: Int, _ arena: Value.Arena, _ footprint: Footprint, node: Int = 0, into words: inout [UInt64]
  ) {
    let shape = footprint.nodes[node].shape
    describeOwn(row, arena, footprint, node, into: &words)
    for run in footprint.nodes[node].runs {
      let slot = plan.slots[plan.firstSlot[shape] + run.slot]
      guard state(row, slot, arena) == .value else { continue }
      let rows = RowRun(bits: word(row, slot, arena))
      words.append(UInt64(truncatingIfNeeded: rows.count))
      for place in 0..<rows.count { describe(rows.first + place, arena, footprint, node: run.node, into: &words) }
    }
    for join in footprint.nodes[node].joins {
      let key = read(join.slot, row: row, arena)
      var found = key
      if !key.isUnknown && !key.isNull { found = lookUp(key, in: join.collection, mayBeMissing: join.mayBeMissing) }
      words.append(UInt64(found.tag.rawValue) | UInt64(UInt32(bitPattern: found.aux)) << 8)
      if found.tag == .row { describe(found.index, found.arena, footprint, node: join.node, into: &words) }
    }
  }

  private func describeOwn(
    _ row: Int, _ arena: Value.Arena, _ footprint: Footprint, _ node: Int, into words: inout [UInt64]
  ) {
    let shape = footprint.nodes[node].shape
    let base = row * plan.layouts[shape].stride
    for (place, mask) in footprint.nodes[node].states.enumerated() {
      words.append(self.words(shape, base + place, arena) & mask)
    }
    for slot in footprint.nodes[node].contents {
      describeContent(row, arena, plan.slots[plan.firstSlot[shape] + slot], into: &words)
    }
  }

  /// The content of a slot, whose state is told already.
  private func describeContent(_ row: Int, _ arena: Value.Arena, _ slot: SlotInfo, into words: inout [UInt64]) {
    let state = state(row, slot, arena)
    guard state == .value || state == .text else { return }
    let first = word(row, slot, arena)
    switch slot.kind {
    case .bool: break
    case .int, .date, .instant: words.append(first)
    case .decimal:
      words.append(first)
      words.append(self.words(Int(slot.shape), row * plan.layouts[Int(slot.shape)].stride + Int(slot.word) + 1, arena))
    case .id where state == .value:
      words.append(first)
      words.append(self.words(Int(slot.shape), row * plan.layouts[Int(slot.shape)].stride + Int(slot.word) + 1, arena))
    case .oneOf where state == .value: words.append(first)
    case .text, .id, .oneOf: describeText(TextRef(bits: first), arena, into: &words)
    case .record, .list:
      let rows = RowRun(bits: first)
      words.append(UInt64(truncatingIfNeeded: rows.count))
      let shape = Int(slot.target)
      let slots = plan.firstSlot[shape]..<plan.firstSlot[shape] + plan.layouts[shape].slotCount
      for row in rows.first..<rows.first + rows.count {
        for place in 0..<plan.layouts[shape].stateWords {
          words.append(self.words(shape, row * plan.layouts[shape].stride + place, arena))
        }
        for slot in slots { describeContent(row, arena, plan.slots[slot], into: &words) }
      }
    }
  }

  /// The length, then the bytes, eight to a word.
  private func describeText(_ text: TextRef, _ arena: Value.Arena, into words: inout [UInt64]) {
    words.append(UInt64(truncatingIfNeeded: text.count))
    var word: UInt64 = 0
    for place in 0..<text.count {
      word = word << 8 | UInt64(arena == .batch ? batch.texts[text.offset + place] : joined.texts[text.offset + place])
      if place & 7 == 7 {
        words.append(word)
        word = 0
      }
    }
    if text.count & 7 != 0 { words.append(word) }
  }

  @inline(__always) private func words(_ shape: Int, _ place: Int, _ arena: Value.Arena) -> UInt64 {
    arena == .batch ? batch.tables[shape].words[place] : joined.tables[shape].words[place]
  }

  @inline(__always) private func word(_ row: Int, _ slot: SlotInfo, _ arena: Value.Arena) -> UInt64 {
    words(Int(slot.shape), row * plan.layouts[Int(slot.shape)].stride + Int(slot.word), arena)
  }

  @inline(__always) private func state(_ row: Int, _ slot: SlotInfo, _ arena: Value.Arena) -> SlotState {
    arena == .batch
      ? batch.tables[Int(slot.shape)].state(row: row, slot: Int(slot.number))
      : joined.tables[Int(slot.shape)].state(row: row, slot: Int(slot.number))
  }
}
