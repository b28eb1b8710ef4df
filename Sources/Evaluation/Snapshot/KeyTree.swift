internal import Semantics
internal import Syntax

/// A read plan as the row parser uses it: for each object that may be met, its planned keys and what becomes of their values.
///
/// All in flat arrays. A node stands for an object: a row itself, or an object on the path to deeper fields of the same row.
package struct KeyTree: Sendable {
  struct Node: Sendable {
    /// The planned keys of the object, in `keys`.
    var keys: Range<Int>
    /// Where the object's part of `table` begins, and how many places that has, a power of two.
    var table: Range<Int>
  }

  struct Key: Sendable {
    /// In lower case.
    var folded: [UInt8]
    /// What is read from the value: slots, in `slots`. Seldom more than one.
    var slots: [Int]
    /// What is read from within the value, if that is an object.
    var node: Int?
  }

  /// A slot without payload of its own to copy: what is longer lies in the other arrays.
  struct Slot: Sendable {
    enum Kind: UInt8, Sendable { case bool, int, decimal, text, date, instant, id, oneOf, record, list }
    var kind: Kind
    var admitsOther = false
    var hasNullFor: Bool
    /// Where its state is: the word from the row's begin, and the bits.
    var stateWord: Int
    var stateShift: UInt64
    /// The first word of the payload, from the row's begin.
    var word: Int
    /// The shape of a record or of a list's elements.
    var inner = 0
    var atLeast: Int64
    var atMost: Int64
    /// In `members`.
    var members = 0..<0
  }

  struct Shape: Sendable {
    /// The object of a row; nil where the rows are scalars, whose slot is `scalar`.
    var node: Int?
    var scalar: Int
    var slots: Range<Int>
    var stride: Int
  }

  private(set) var nodes: [Node] = []
  private(set) var keys: [Key] = []
  /// Of each object its planned keys by the hash of their names, by open addressing: their numbers in `keys`; -1 where there is none.
  private var table: [Int32] = []
  private(set) var slots: [Slot] = []
  private(set) var shapes: [Shape] = []
  private(set) var members: [[UInt8]] = []
  /// By slot.
  private(set) var nullFor: [Literal?] = []
  /// By slot: its path, for messages.
  private(set) var paths: [Text] = []

  package init(_ plan: ReadPlan) {
    for row in plan.shapes {
      let first = slots.count
      for (number, slot) in row.slots.enumerated() { addSlot(slot, number: number) }
      let isScalar = row.slots.count == 1 && row.slots[0].path.isEmpty
      let paths = row.slots.enumerated().map { (slot: first + $0.offset, path: $0.element.path[...]) }
      shapes.append(
        Shape(node: isScalar ? nil : addNode(paths), scalar: first, slots: first..<slots.count, stride: row.stride))
    }
  }

  private mutating func addSlot(_ slot: RowShape.Slot, number: Int) {
    var planned = Slot(
      kind: .bool, hasNullFor: slot.nullFor != nil, stateWord: number / 16, stateShift: UInt64(number % 16 * 4), word: slot.word,
      atLeast: slot.atLeast ?? .min, atMost: slot.atMost ?? .max)
    switch slot.kind {
    case .bool: planned.kind = .bool
    case .int: planned.kind = .int
    case .decimal: planned.kind = .decimal
    case .text: planned.kind = .text
    case .date: planned.kind = .date
    case .instant: planned.kind = .instant
    case .id: planned.kind = .id
    case .oneOf(let set, let orOther):
      planned.kind = .oneOf
      planned.admitsOther = orOther
      planned.members = members.count..<members.count + set.count
      members += set.map(\.utf8)
    case .record(let inner):
      planned.kind = .record
      planned.inner = inner.index
    case .list(let inner):
      planned.kind = .list
      planned.inner = inner.index
    }
    slots.append(planned)
    nullFor.append(slot.nullFor)
    paths.append(Text(slot.path.map(\.string).joined(separator: ".")))
  }

  /// - Parameter paths: slots of the object, with what is left of their paths.
  private mutating func addNode(_ paths: [(slot: Int, path: ArraySlice<Text>)]) -> Int {
    var names: [[UInt8]] = []
    var inside: [[UInt8]: [(slot: Int, path: ArraySlice<Text>)]] = [:]
    for (slot, path) in paths {
      guard let name = path.first.map({ folded($0.utf8) }) else { continue }
      if inside[name] == nil { names.append(name) }
      inside[name, default: []].append((slot, path.dropFirst()))
    }
    let firstKey = keys.count
    keys += names.map { Key(folded: $0, slots: [], node: nil) }
    let node = nodes.count
    nodes.append(Node(keys: firstKey..<firstKey + names.count, table: addTable(names, firstKey)))
    for (index, name) in names.enumerated() {
      let here = inside[name] ?? []
      keys[firstKey + index].slots = here.filter(\.path.isEmpty).map(\.slot)
      let deeper = here.filter { !$0.path.isEmpty }
      if !deeper.isEmpty { keys[firstKey + index].node = addNode(deeper) }
    }
    return node
  }

  private mutating func addTable(_ names: [[UInt8]], _ firstKey: Int) -> Range<Int> {
    var size = 2
    while size < names.count * 2 { size *= 2 }
    let begin = table.count
    table += repeatElement(-1, count: size)
    for (number, name) in names.enumerated() {
      var place = KeyTree.hash(name.span, 0, name.count) & (size - 1)
      while table[begin + place] >= 0 { place = (place + 1) & (size - 1) }
      table[begin + place] = Int32(truncatingIfNeeded: firstKey + number)
    }
    return begin..<table.count
  }

  /// Of a name in either case.
  private static func hash(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for at in start..<end { hash = (hash ^ UInt64(folded(bytes[at]))) &* 0x0000_0100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 32)
  }

  /// The planned key of a node that a raw key is, without regard to ASCII case.
  func key(of node: Int, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    let range = nodes[node].table
    var place = KeyTree.hash(bytes, start, end) & (range.count - 1)
    while true {
      let index = Int(table[range.lowerBound + place])
      if index < 0 { return nil }
      if keys[index].folded.count == end - start {
        var at = start
        while at < end && folded(bytes[at]) == keys[index].folded[at - start] { at += 1 }
        if at == end { return index }
      }
      place = (place + 1) & (range.count - 1)
    }
  }

  /// All slots that are read from a key's value or from within it.
  func slots(under key: Int) -> [Int] {
    var found = keys[key].slots
    if let node = keys[key].node { for inner in nodes[node].keys { found += slots(under: inner) } }
    return found
  }
}
