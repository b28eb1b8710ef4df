import Syntax

/// The keys of a streamed collection that have been read, with what their rows said.
///
/// 24 bytes a key in a table at most two thirds full: 128 bits of the key and 64 of the row's content.
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

  private(set) var repeated = 0
  private var slots: [UInt64] = Array(repeating: 0, count: 24)
  private var used = 0
  /// The contents of further rows, by place of the key's slot content and key.
  private var others: [UInt64: [UInt64: Set<UInt64>]] = [:]

  private var capacity: Int { slots.count / 3 }

  mutating func add(row: Int, _ keySlots: [Int], shape: Int, _ machine: inout Machine) -> Answer {
    guard let key = SeenKeys.key(row: row, keySlots, &machine) else { return .keyless }
    let content = machine.contentHash(row: row, shape: shape, .batch) | 1
    if used * 3 >= capacity * 2 { grow() }
    var place = SeenKeys.place(key, capacity)
    while slots[place * 3 + 2] != 0 {
      if slots[place * 3] == key.0 && slots[place * 3 + 1] == key.1 {
        if slots[place * 3 + 2] == content {
          repeated += 1
          return .repeated
        }
        let known = others[key.0]?[key.1]
        if known?.contains(content) == true {
          repeated += 1
          return .repeated
        }
        others[key.0, default: [:]][key.1, default: []].insert(content)
        return .contradictory(isFirst: known == nil)
      }
      place = (place + 1) & (capacity - 1)
    }
    slots[place * 3] = key.0
    slots[place * 3 + 1] = key.1
    slots[place * 3 + 2] = content
    used += 1
    return .new
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: old.count * 2)
    for entry in 0..<old.count / 3 where old[entry * 3 + 2] != 0 {
      var place = SeenKeys.place((old[entry * 3], old[entry * 3 + 1]), capacity)
      while slots[place * 3 + 2] != 0 { place = (place + 1) & (capacity - 1) }
      for word in 0..<3 { slots[place * 3 + word] = old[entry * 3 + word] }
    }
  }

  private static func place(_ key: (UInt64, UInt64), _ capacity: Int) -> Int {
    let mixed = (key.0 ^ (key.1 &* 0x9E37_79B9_7F4A_7C15)) &* 0xFF51_AFD7_ED55_8CCD
    return Int(truncatingIfNeeded: mixed >> 20) & (capacity - 1)
  }

  /// A GUID is its own key; others are two hashes over the key's values.
  private static func key(row: Int, _ keySlots: [Int], _ machine: inout Machine) -> (UInt64, UInt64)? {
    if keySlots.count == 1, let guid = machine.guid(keySlots[0], row: row, .batch) { return (guid.high, guid.low) }
    guard let first = machine.keyHash(row: row, keySlots, .batch) else { return nil }
    var second: UInt64 = 0x94D0_49BB_1331_11EB
    for slot in keySlots { second = machine.hash(machine.read(slot, row: row, .batch), into: second) }
    return (first, second)
  }
}
