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
  mutating func describe(_ row: Value, _ footprint: Footprint, into words: inout [UInt64]) {
    describe(row.index, footprint.shape, row.arena, footprint.steps, 0..<footprint.steps.count, into: &words)
  }

  private mutating func describe(
    _ row: Int, _ shape: Int, _ arena: Value.Arena, _ steps: [Footprint.Step], _ range: Range<Int>,
    into words: inout [UInt64]
  ) {
    let table = arena == .batch ? batch.tables[shape].words : joined.tables[shape].words
    let base = row &* plan.layouts[shape].stride
    var at = range.lowerBound
    while at < range.upperBound {
      let step = steps[at]
      let inner = at &+ 1..<at &+ 1 &+ Int(step.count)
      at = inner.upperBound
      switch step.kind {
      case .states: words.append(table[base &+ Int(step.slot)] & step.mask)
      case .content: describeContent(table, base, plan.slots[Int(step.slot)], arena, into: &words)
      case .rows:
        let slot = plan.slots[Int(step.slot)]
        guard Machine.state(table, base, slot) == .value else { continue }
        let rows = RowRun(bits: table[base &+ Int(slot.word)])
        words.append(UInt64(truncatingIfNeeded: rows.count))
        for place in 0..<rows.count {
          describe(rows.first + place, Int(slot.target), arena, steps, inner, into: &words)
        }
      case .join:
        let key = read(Int(step.slot), row: row, arena)
        var found = key
        if !key.isUnknown && !key.isNull {
          found = lookUp(key, in: CollectionID(Int(step.collection)), mayBeMissing: step.mayBeMissing)
        }
        words.append(UInt64(found.tag.rawValue) | UInt64(UInt32(bitPattern: found.aux)) << 8)
        if found.tag == .row { describe(found.index, found.count, found.arena, steps, inner, into: &words) }
      }
    }
  }

  @inline(__always) private static func state(_ table: [UInt64], _ base: Int, _ slot: SlotInfo) -> SlotState {
    let nibble = table[base &+ Int(slot.number) &>> 4] &>> (UInt64(slot.number & 15) &* 4) & 15
    return SlotState(rawValue: nibble) ?? .wrongType
  }

  // Mutating, though they change nothing: to call one that is not from one that is copies the machine.

  /// The content of a slot, whose state is told already.
  private mutating func describeContent(
    _ table: [UInt64], _ base: Int, _ slot: SlotInfo, _ arena: Value.Arena, into words: inout [UInt64]
  ) {
    let state = Machine.state(table, base, slot)
    guard state == .value || state == .text else { return }
    let place = base &+ Int(slot.word)
    switch slot.kind {
    case .bool: break
    case .int, .date, .instant: words.append(table[place])
    case .decimal:
      words.append(table[place])
      words.append(table[place &+ 1])
    case .id where state == .value:
      words.append(table[place])
      words.append(table[place &+ 1])
    case .oneOf where state == .value: words.append(table[place])
    case .text, .id, .oneOf: describeText(TextRef(bits: table[place]), arena, into: &words)
    case .record, .list:
      let rows = RowRun(bits: table[place])
      words.append(UInt64(truncatingIfNeeded: rows.count))
      describeRows(rows, Int(slot.target), arena, into: &words)
    }
  }

  /// Rows with all that is planned of them.
  private mutating func describeRows(_ rows: RowRun, _ shape: Int, _ arena: Value.Arena, into words: inout [UInt64]) {
    let table = arena == .batch ? batch.tables[shape].words : joined.tables[shape].words
    let layout = plan.layouts[shape]
    for row in rows.first..<rows.first &+ rows.count {
      let base = row &* layout.stride
      for place in 0..<layout.stateWords { words.append(table[base &+ place]) }
      for slot in layout.firstSlot..<layout.firstSlot &+ layout.slotCount {
        describeContent(table, base, plan.slots[slot], arena, into: &words)
      }
    }
  }

  /// The length, then the bytes, eight to a word.
  private mutating func describeText(_ text: TextRef, _ arena: Value.Arena, into words: inout [UInt64]) {
    let bytes = arena == .batch ? batch.texts : joined.texts
    words.append(UInt64(truncatingIfNeeded: text.count))
    var word: UInt64 = 0
    for place in 0..<text.count {
      word = word << 8 | UInt64(bytes[text.offset &+ place])
      if place & 7 == 7 {
        words.append(word)
        word = 0
      }
    }
    if text.count & 7 != 0 { words.append(word) }
  }
}
