internal import Semantics
internal import Syntax

/// Reads one row from its text into the store. The whole row lies in memory; nothing of it is kept but the planned slots.
///
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
  private var memory: KeyMemory
  /// What a key means that found no room in the memory.
  private var unlearned = KeyMemory.Meaning.nothing

  init(_ plan: ReadPlan, longestText: Int) {
    self.longestText = longestText
    tree = KeyTree(plan)
    memory = KeyMemory(planned: tree.nodes.map(\.keys.count))
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
    // Behind the brace or a comma.
    var at = start + 1
    var met: UInt64 = 0
    var cut: UInt64 = 0
    var spelling = -1
    var guess = memory.first(of: node)
    while true {
      let keyStart = at
      let meaning: KeyMemory.Meaning
      at = guess >= 0 ? memory.match(bytes, at, guess) : -1
      if at >= 0 {
        spelling = guess
        meaning = memory.meaning(guess)
      } else {
        if keyStart == start + 1 && bytes.byte(bytes.spaceEnd(keyStart)) == 0x7D { return bytes.spaceEnd(keyStart) + 1 }
        at = key(bytes, keyStart, node: node, &spelling)
        if at < 0 { return at }
        meaning = spelling >= 0 ? memory.meaning(spelling) : unlearned
      }
      if meaning.isNextLink {
        if bytes.byte(at) == 0x22 {
          cut |= meaning.bit == 0 ? .max : meaning.bit
          remarks.append((bytes.spaceEnd(keyStart), "a list of the row goes on in pages that were not exported"))
        }
        at = skipped(bytes, at, spelling, depth: depth)
      } else if meaning.bit & met != 0 || meaning.bit == 0 && isSet(meaning.key, base) {
        at = again(bytes, at, objectStart: start, keyStart: keyStart, meaning.key, node: node, depth: depth, base: base)
      } else {
        met |= meaning.bit
        if meaning.slot >= 0 {
          at = slot(bytes, at, meaning.slot, base: base, depth: depth, &store)
        } else if meaning.key >= 0 {
          at = value(bytes, at, key: meaning.key, base: base, depth: depth, &store)
        } else {
          at = skipped(bytes, at, spelling, depth: depth)
        }
      }
      if at < 0 { return at }
      at = bytes.spaceEnd(at)
      if bytes.byte(at) == 0x7D {
        if cut != 0 { cutLists(cut, node: node, base: base) }
        return at + 1
      }
      if bytes.byte(at) != 0x2C { return failed(at, .expectedCommaOrBrace) }
      at += 1
      guess = memory.next(after: spelling)
    }
  }

  /// Reads a key that was not guessed, up to its value, and remembers it.
  /// - Parameter spelling: that of the key before, -1 at the first; then that of this key, or -1 where `unlearned` says what it means.
  @inline(never)
  private mutating func key(_ bytes: Span<UInt8>, _ start: Int, node: Int, _ spelling: inout Int) -> Int {
    let quote = bytes.spaceEnd(start)
    if bytes.byte(quote) != 0x22 { return failed(quote, .expectedKey) }
    var isEscaped = false
    let keyEnd = bytes.textEnd(quote + 1, &isEscaped)
    if keyEnd < 0 { return failed(~keyEnd, bytes.textMalformation(~keyEnd)) }
    let colon = bytes.spaceEnd(keyEnd + 1)
    if bytes.byte(colon) != 0x3A { return failed(colon, .expectedColon) }
    let at = bytes.spaceEnd(colon + 1)
    // At the end of the window the white space may go on.
    if bytes.byte(at) == 0 { return failed(at, .expectedValue) }
    var found = memory.find(bytes, start, at, node: node)
    if found < 0 {
      unlearned = meaning(bytes, quote + 1, keyEnd, isEscaped: isEscaped, of: node)
      found = memory.learn(bytes, start, at, node: node, unlearned)
    }
    if found >= 0 { memory.link(spelling, to: found, node: node) }
    spelling = found
    return at
  }

  private mutating func meaning(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isEscaped: Bool, of node: Int) -> KeyMemory.Meaning {
    // Objects of which nothing is read have no planned keys.
    guard tree.nodes.indices.contains(node) else { return .nothing }
    if let key = plannedKey(bytes, start, end, isEscaped: isEscaped, of: node) {
      let isPlain = tree.keys[key].node == nil && tree.keys[key].slots.count == 1
      return KeyMemory.Meaning(key: key, slot: isPlain ? tree.keys[key].slots[0] : -1, bit: bit(of: key, in: node))
    }
    for ending in ODataKeys.nextLinks where end - start > ending.count {
      let name = end - ending.count
      if !isEscaped, bytes.isFolded(name, ending), let key = tree.key(of: node, bytes, start, name) {
        return KeyMemory.Meaning(key: key, slot: -1, bit: bit(of: key, in: node), isNextLink: true)
      }
    }
    var name: [UInt8] = []
    bytes.unescape(start, end, to: &name)
    return KeyMemory.Meaning(key: -1, slot: -1, bit: memory.bit(of: folded(name), node: node))
  }

  private func bit(of key: Int, in node: Int) -> UInt64 { 1 << UInt64(key - tree.nodes[node].keys.lowerBound) }

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

  /// A key that stands in its object again: of no account with the same value, else unknown.
  @inline(never)
  private mutating func again(
    _ bytes: Span<UInt8>, _ start: Int, objectStart: Int, keyStart: Int, _ key: Int, node: Int, depth: Int, base: Int
  ) -> Int {
    let end = skip(bytes, start, depth: depth + 1)
    if end < 0 { return end }
    let place = bytes.spaceEnd(keyStart)
    guard key >= 0 else {
      remarks.append((place, "a key that no policy reads stands twice in an object"))
      return end
    }
    let name = String(decoding: tree.keys[key].folded, as: UTF8.self)
    let first = firstValue(bytes, objectStart, key: key, of: node, depth: depth)
    if first.count == end - start && bytes.isEqual(first.lowerBound, count: first.count, to: bytes, at: start) {
      remarks.append((place, "key `\(name)` stands twice in an object, with the same value"))
    } else {
      remarks.append((place, "key `\(name)` stands twice in an object, with different values"))
      for slot in tree.slots(under: key) { set(.twice, slot, base) }
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

  private func isSet(_ key: Int, _ base: Int) -> Bool {
    key >= 0 && tree.slots(under: key).contains { building[base + tree.slots[$0].stateWord] >> tree.slots[$0].stateShift & 15 != 0 }
  }

  /// Lists that go on elsewhere are not known.
  private mutating func cutLists(_ cut: UInt64, node: Int, base: Int) {
    for key in tree.nodes[node].keys {
      let bit = bit(of: key, in: node)
      // Beyond the 64th key it is not known which one.
      guard bit == 0 ? cut == .max : bit & cut != 0 else { continue }
      for slot in tree.keys[key].slots { set(.outOfRange, slot, base) }
    }
  }

  // MARK: - What is not read

  /// Passes a value of which nothing is read.
  /// - Parameter depth: containers around the object that the value is in.
  @inline(__always)
  private mutating func skipped(_ bytes: Span<UInt8>, _ start: Int, _ spelling: Int, depth: Int) -> Int {
    if bytes.byte(start) == 0x22 {
      var isEscaped = false
      let end = bytes.textEnd(start + 1, &isEscaped)
      return end >= 0 ? end + 1 : failed(~end, bytes.textMalformation(~end))
    }
    return skippedOther(bytes, start, spelling, depth: depth)
  }

  @inline(never)
  private mutating func skippedOther(_ bytes: Span<UInt8>, _ start: Int, _ spelling: Int, depth: Int) -> Int {
    switch bytes.byte(start) {
    case 0x6E, 0x74, 0x66:
      let end = bytes.wordEnd(start)
      return end >= 0 ? end : failed(start, .word)
    case 0x7B:
      let node = memory.inside(spelling)
      return node < 0 ? skip(bytes, start, depth: depth + 1) : skippedObject(bytes, start, node: node, depth: depth + 1)
    case 0x5B: return skippedArray(bytes, start, spelling, depth: depth + 1)
    default: return skip(bytes, start, depth: depth + 1)
    }
  }

  /// Passes an object whose keys are guessed.
  private mutating func skippedObject(_ bytes: Span<UInt8>, _ start: Int, node: Int, depth: Int) -> Int {
    // So deep the guessing ends, and the walk without recursion takes over.
    if depth > 24 { return skip(bytes, start, depth: depth) }
    var at = start + 1
    var spelling = -1
    var guess = memory.first(of: node)
    while true {
      let keyStart = at
      at = guess >= 0 ? memory.match(bytes, at, guess) : -1
      if at >= 0 {
        spelling = guess
      } else {
        if keyStart == start + 1 && bytes.byte(bytes.spaceEnd(keyStart)) == 0x7D { return bytes.spaceEnd(keyStart) + 1 }
        at = key(bytes, keyStart, node: node, &spelling)
        if at < 0 { return at }
      }
      at = skipped(bytes, at, spelling, depth: depth)
      if at < 0 { return at }
      at = bytes.spaceEnd(at)
      if bytes.byte(at) == 0x7D { return at + 1 }
      if bytes.byte(at) != 0x2C { return failed(at, .expectedCommaOrBrace) }
      at += 1
      guess = memory.next(after: spelling)
    }
  }

  /// Passes an array, whose objects' keys are guessed.
  private mutating func skippedArray(_ bytes: Span<UInt8>, _ start: Int, _ spelling: Int, depth: Int) -> Int {
    if depth > 24 { return skip(bytes, start, depth: depth) }
    var at = bytes.spaceEnd(start + 1)
    if bytes.byte(at) == 0x5D { return at + 1 }
    while true {
      at = skipped(bytes, at, spelling, depth: depth)
      if at < 0 { return at }
      at = bytes.spaceEnd(at)
      if bytes.byte(at) == 0x5D { return at + 1 }
      if bytes.byte(at) != 0x2C { return failed(at, .expectedCommaOrBracket) }
      at = bytes.spaceEnd(at + 1)
    }
  }

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
