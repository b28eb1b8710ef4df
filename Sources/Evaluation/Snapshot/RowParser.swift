internal import Semantics
internal import Syntax

/// Reads one row from its text into the store. The whole row lies in memory; nothing of it is kept but the planned slots.
///
/// It knows all of the rules, remembers nothing from row to row, and takes its time: rows that have nothing odd are the scanner's.
/// Functions give the place behind what they read, or -1 with `fault` set. `base` is where a row begins in `building`.
struct RowParser {
  let tree: KeyTree
  /// The longest text that is kept.
  let longestText: Int
  private(set) var fault = Fault(at: 0, reason: .expectedValue)
  /// What is odd in the row, by place.
  var remarks: [(at: Int, message: String)] = []
  /// An unescaped text with its padding.
  var scratch: [UInt8] = []
  /// Rows that are not whole yet, the innermost last; a row goes to its table when it is.
  private(set) var building: [UInt64] = []
  /// The end of the innermost of them.
  private var top = 0

  init(_ tree: KeyTree, longestText: Int) {
    self.longestText = longestText
    self.tree = tree
  }

  /// Reads the object that begins at `start` as a new row of a shape's table.
  ///
  /// Where it fails, the store holds a part of what lies within the row.
  mutating func row(_ bytes: Span<UInt8>, _ start: Int, shape: Int, depth: Int, _ store: inout Store) -> Int {
    top = 0
    if bytes.byte(start) != 0x7B { return failed(start, .rowIsNoObject) }
    let base = begin(shape)
    guard let node = tree.shapes[shape].node else { return skip(bytes, start, depth: depth) }
    let end = object(bytes, start, node: node, base: base, depth: depth, &store)
    finish(shape, base, &store)
    return end
  }

  /// Begins a row.
  /// - Returns: its base.
  mutating func begin(_ shape: Int) -> Int {
    let base = top
    top += tree.shapes[shape].stride
    for place in base..<min(top, building.count) { building[place] = 0 }
    while building.count < top { building.append(0) }
    return base
  }

  /// Moves a row to its table.
  mutating func finish(_ shape: Int, _ base: Int, _ store: inout Store) {
    store.tables[shape].append(building[base..<top])
    top = base
  }

  @inline(__always) mutating func set(_ state: SlotState, _ slot: Int, _ base: Int) {
    let word = base &+ tree.slots[slot].stateWord
    let shift = tree.slots[slot].stateShift
    building[word] = building[word] & ~(15 &<< shift) | state.rawValue &<< shift
  }

  @inline(__always) mutating func put(_ payload: UInt64, _ slot: Int, _ base: Int, offset: Int = 0) {
    building[base &+ tree.slots[slot].word &+ offset] = payload
  }

  // MARK: - Objects

  /// Reads the object at `start` into a row.
  mutating func object(_ bytes: Span<UInt8>, _ start: Int, node: Int, base: Int, depth: Int, _ store: inout Store) -> Int {
    if depth >= Skipper.deepest { return failed(start, .tooDeep) }
    var at = bytes.spaceEnd(start + 1)
    if bytes.byte(at) == 0x7D { return at + 1 }
    /// Where the value of each planned key lies, and the other keys, in lower case.
    var met: [Int: Range<Int>] = [:]
    var others: Set<[UInt8]> = []
    var cut: [Int] = []
    while true {
      let name = at
      if bytes.byte(at) != 0x22 { return failed(at, .expectedKey) }
      var isEscaped = false
      let end = bytes.textEnd(at + 1, &isEscaped)
      if end < 0 { return failed(~end, bytes.textMalformation(~end)) }
      let colon = bytes.spaceEnd(end + 1)
      if bytes.byte(colon) != 0x3A { return failed(colon, .expectedColon) }
      at = bytes.spaceEnd(colon + 1)
      // At the end of the window the white space may go on.
      if bytes.byte(at) == 0 { return failed(at, .expectedValue) }
      let value = at
      if let key = plannedKey(bytes, name + 1, end, isEscaped: isEscaped, of: node) {
        if let first = met[key] {
          at = again(bytes, value, first, name, key, depth: depth, base: base)
        } else {
          at = self.value(bytes, value, key: key, base: base, depth: depth, &store)
          met[key] = value..<max(at, value)
        }
      } else {
        if let key = cutKey(bytes, name + 1, end, isEscaped: isEscaped, of: node) {
          if bytes.byte(value) == 0x22 {
            cut.append(key)
            remarks.append((name, "a list of the row goes on in pages that were not exported"))
          }
        } else if !others.insert(otherName(bytes, name + 1, end, isEscaped: isEscaped)).inserted {
          remarks.append((name, "a key that no policy reads stands twice in an object"))
        }
        at = skip(bytes, value, depth: depth + 1)
      }
      if at < 0 { return at }
      at = bytes.spaceEnd(at)
      if bytes.byte(at) == 0x7D {
        // Lists that go on elsewhere are not known.
        for key in cut { for slot in tree.keys[key].slots { set(.outOfRange, slot, base) } }
        return at + 1
      }
      if bytes.byte(at) != 0x2C { return failed(at, .expectedCommaOrBrace) }
      at = bytes.spaceEnd(at + 1)
    }
  }

  /// The planned key whose list goes on elsewhere, as a key beside it says.
  private func cutKey(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isEscaped: Bool, of node: Int) -> Int? {
    if isEscaped { return nil }
    for ending in ODataKeys.nextLinks where end - start > ending.count {
      let name = end - ending.count
      if bytes.isFolded(name, ending), let key = tree.key(of: node, bytes, start, name) { return key }
    }
    return nil
  }

  private func otherName(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isEscaped: Bool) -> [UInt8] {
    var name: [UInt8] = []
    if isEscaped { bytes.unescape(start, end, to: &name) } else { bytes.copy(start, end, to: &name) }
    return folded(name)
  }

  private func plannedKey(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isEscaped: Bool, of node: Int) -> Int? {
    if !isEscaped { return tree.key(of: node, bytes, start, end) }
    var name: [UInt8] = []
    bytes.unescape(start, end, to: &name)
    let count = name.count
    name.append(contentsOf: repeatElement(0, count: scanPadding))
    return tree.key(of: node, name.span, 0, count)
  }

  /// Reads a planned key's value into the slots that want it.
  private mutating func value(_ bytes: Span<UInt8>, _ start: Int, key: Int, base: Int, depth: Int, _ store: inout Store) -> Int {
    var end = -1
    for slot in tree.keys[key].slots {
      end = self.slot(bytes, start, slot, base: base, depth: depth, &store)
      if end < 0 { return end }
    }
    if let node = tree.keys[key].node {
      if bytes.byte(start) == 0x7B { return object(bytes, start, node: node, base: base, depth: depth + 1, &store) }
      // A path through null is null, through anything else it leads nowhere.
      let state = bytes.isNull(start) ? SlotState.null : .wrongType
      for slot in tree.slots(under: key) where !tree.keys[key].slots.contains(slot) { set(state, slot, base) }
      if end < 0 { end = skip(bytes, start, depth: depth + 1) }
    }
    return end
  }

  // MARK: - Keys that stand twice

  /// A planned key that stands in its object again: of no account with the same value as at first, else unknown.
  private mutating func again(
    _ bytes: Span<UInt8>, _ start: Int, _ first: Range<Int>, _ place: Int, _ key: Int, depth: Int, base: Int
  ) -> Int {
    let end = skip(bytes, start, depth: depth + 1)
    if end < 0 { return end }
    let name = String(decoding: tree.keys[key].folded, as: UTF8.self)
    let first = trimmed(bytes, first)
    let second = trimmed(bytes, start..<end)
    if first.count == second.count && bytes.isEqual(first.lowerBound, count: first.count, to: bytes, at: start) {
      remarks.append((place, "key `\(name)` stands twice in an object, with the same value"))
    } else {
      remarks.append((place, "key `\(name)` stands twice in an object, with different values"))
      for slot in tree.slots(under: key) { set(.twice, slot, base) }
    }
    return end
  }

  /// Without the white space behind a value, which no value ends in.
  private func trimmed(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Range<Int> {
    var end = value.upperBound
    while end > value.lowerBound && bytes.byte(end - 1) <= 0x20 { end -= 1 }
    return value.lowerBound..<end
  }

  // MARK: - What is not read

  /// Passes a value, and the white space behind it.
  mutating func skip(_ bytes: Span<UInt8>, _ start: Int, depth: Int) -> Int {
    var skipper = Skipper(depth: depth)
    var at = start
    guard let fault = skipper.run(bytes, &at) else { return at }
    self.fault = fault
    return -1
  }

  mutating func failed(_ at: Int, _ reason: Malformation) -> Int {
    fault = Fault(at: at, reason: reason)
    return -1
  }
}
