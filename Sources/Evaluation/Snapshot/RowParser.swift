internal import Semantics
internal import Syntax

/// Reads one row from its text into the store. The whole row lies in memory; nothing of it is kept but the planned slots.
///
/// Functions give the place behind what they read, or -1 with `fault` set.
struct RowParser {
  let tree: KeyTree
  var fault = Fault(at: 0, reason: .expectedValue)
  /// What is odd in the row, by place.
  var remarks: [(at: Int, message: String)] = []
  /// An unescaped text with its padding.
  var scratch: [UInt8] = []

  init(_ plan: ReadPlan) { tree = KeyTree(plan) }

  /// Reads the object that begins at `start` as a new row of a shape's table.
  ///
  /// Where it fails, the store holds a part of the row.
  mutating func row(_ bytes: Span<UInt8>, _ start: Int, shape: Int, depth: Int, _ store: inout Store) -> Int {
    let row = store.tables[shape].append()
    if bytes.byte(start) != 0x7B { return failed(start, .rowIsNoObject) }
    guard let node = tree.shapes[shape].node else { return skip(bytes, start, depth: depth) }
    return object(bytes, start, node: node, row: row, depth: depth, &store)
  }

  /// Reads the object at `start` into a row.
  mutating func object(_ bytes: Span<UInt8>, _ start: Int, node: Int, row: Int, depth: Int, _ store: inout Store) -> Int {
    if depth >= Skipper.deepest { return failed(start, .tooDeep) }
    var at = bytes.spaceEnd(start + 1)
    if bytes.byte(at) == 0x7D { return at + 1 }
    // The planned keys that were met, for the first 64 of a node; a later one shows in its slots.
    var met: UInt64 = 0
    while true {
      if bytes.byte(at) != 0x22 { return failed(at, .expectedKey) }
      let keyStart = at + 1
      var isEscaped = false
      let keyEnd = bytes.textEnd(keyStart, &isEscaped)
      if keyEnd < 0 { return failed(~keyEnd, bytes.textMalformation(~keyEnd)) }
      at = bytes.spaceEnd(keyEnd + 1)
      if bytes.byte(at) != 0x3A { return failed(at, .expectedColon) }
      at = bytes.spaceEnd(at + 1)
      if let key = plannedKey(bytes, keyStart, keyEnd, isEscaped: isEscaped, of: node) {
        let bit: UInt64 = 1 << UInt64(key - tree.nodes[node].keys.lowerBound)
        if met & bit != 0 || bit == 0 && isSet(key, row, store) {
          at = again(bytes, at, objectStart: start, keyStart: keyStart, key: key, node: node, row: row, depth: depth, &store)
        } else {
          met |= bit
          at = value(bytes, at, key: key, row: row, depth: depth, &store)
        }
      } else {
        at = skip(bytes, at, depth: depth + 1)
      }
      if at < 0 { return at }
      at = bytes.spaceEnd(at)
      if bytes.byte(at) == 0x7D { return at + 1 }
      if bytes.byte(at) != 0x2C { return failed(at, .expectedCommaOrBrace) }
      at = bytes.spaceEnd(at + 1)
    }
  }

  mutating func plannedKey(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isEscaped: Bool, of node: Int) -> Int? {
    if !isEscaped { return tree.key(of: node, bytes, start, end) }
    var name: [UInt8] = []
    bytes.unescape(start, end, to: &name)
    let count = name.count
    name.append(contentsOf: repeatElement(0, count: scanPadding))
    return tree.key(of: node, name.span, 0, count)
  }

  /// Reads a planned key's value into the slots that want it.
  mutating func value(_ bytes: Span<UInt8>, _ start: Int, key: Int, row: Int, depth: Int, _ store: inout Store) -> Int {
    var end = -1
    for slot in tree.keys[key].slots {
      end = self.slot(bytes, start, slot, row: row, depth: depth, &store)
      if end < 0 { return end }
    }
    if let node = tree.keys[key].node {
      if bytes.byte(start) == 0x7B { return object(bytes, start, node: node, row: row, depth: depth + 1, &store) }
      // A path through null is null, through anything else it leads nowhere.
      let state = bytes.isNull(start) ? SlotState.null : .wrongType
      for slot in tree.slots(under: key) where !tree.keys[key].slots.contains(slot) { set(state, slot, row, &store) }
      if end < 0 { end = skip(bytes, start, depth: depth + 1) }
    }
    return end
  }

  /// A planned key that stands in its object again: of no account with the same value, else unknown.
  mutating func again(
    _ bytes: Span<UInt8>, _ start: Int, objectStart: Int, keyStart: Int, key: Int, node: Int, row: Int, depth: Int, _ store: inout Store
  ) -> Int {
    let end = skip(bytes, start, depth: depth + 1)
    if end < 0 { return end }
    let first = firstValue(bytes, objectStart, key: key, of: node, depth: depth)
    let name = String(decoding: tree.keys[key].folded, as: UTF8.self)
    if isSame(bytes, first, start..<end) {
      remarks.append((keyStart, "key `\(name)` stands twice in an object, with the same value"))
    } else {
      remarks.append((keyStart, "key `\(name)` stands twice in an object, with different values"))
      for slot in tree.slots(under: key) { set(.twice, slot, row, &store) }
    }
    return end
  }

  /// Where the value of a key lies that was met before in the object.
  private mutating func firstValue(_ bytes: Span<UInt8>, _ objectStart: Int, key: Int, of node: Int, depth: Int) -> Range<Int> {
    var at = bytes.spaceEnd(objectStart + 1)
    while true {
      var isEscaped = false
      let keyEnd = bytes.textEnd(at + 1, &isEscaped)
      let start = bytes.spaceEnd(bytes.spaceEnd(keyEnd + 1) + 1)
      let end = skip(bytes, start, depth: depth + 1)
      if plannedKey(bytes, at + 1, keyEnd, isEscaped: isEscaped, of: node) == key { return start..<end }
      at = bytes.spaceEnd(bytes.spaceEnd(end) + 1)
    }
  }

  private func isSame(_ bytes: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
    left.count == right.count && bytes.isEqual(left.lowerBound, count: left.count, to: bytes, at: right.lowerBound)
  }

  mutating func skip(_ bytes: Span<UInt8>, _ start: Int, depth: Int) -> Int {
    var skipper = Skipper(depth: depth)
    var at = start
    guard let fault = skipper.run(bytes, &at) else { return at }
    self.fault = fault
    return -1
  }

  func set(_ state: SlotState, _ slot: Int, _ row: Int, _ store: inout Store) {
    store.tables[tree.slots[slot].shape].setState(state, row: row, slot: tree.slots[slot].number)
  }

  private func isSet(_ key: Int, _ row: Int, _ store: Store) -> Bool {
    tree.slots(under: key).contains {
      store.tables[tree.slots[$0].shape].state(row: row, slot: tree.slots[$0].number) != .absent
    }
  }

  mutating func failed(_ at: Int, _ reason: Malformation) -> Int {
    fault = Fault(at: at, reason: reason)
    return -1
  }
}
