import Semantics
import Syntax

extension Machine {
  /// Unknown or null where a list should be stands for itself.
  private func isList(_ value: Value) -> Bool { value.tag == .list || value.tag == .run || value.tag == .rows }

  private mutating func condition(_ index: Int32) -> Value { index < 0 ? .yes : evaluate(Int(index)) }

  mutating func any(_ node: Node) -> Value {
    let source = evaluate(Int(node.b))
    if !isList(source) { return source }
    if node.d >= 0 { return anyMember(of: source, in: evaluate(Int(node.d))) }
    var doubt = incompleteness(source)
    for index in 0..<elementCount(source) {
      let (value, membership) = element(source, index)
      variables[Int(node.a)] = value
      let holds = condition(node.c)
      if holds.isFalse { continue }
      if membership == 0 && holds.isTrue { return .yes }
      doubt = causes.union(doubt, membership)
      if holds.isUnknown { doubt = causes.union(doubt, holds.aux) }
    }
    return doubt == 0 ? .no : .unknown(doubt)
  }

  /// `any (x in source where x in other)`, the other list worked out once.
  private mutating func anyMember(of source: Value, in other: Value) -> Value {
    var doubt = incompleteness(source)
    for index in 0..<elementCount(source) {
      let (value, membership) = element(source, index)
      let holds = isMember(value, of: other)
      if holds.isFalse { continue }
      if membership == 0 && holds.isTrue { return .yes }
      doubt = causes.union(doubt, membership)
      if holds.isUnknown { doubt = causes.union(doubt, holds.aux) }
    }
    return doubt == 0 ? .no : .unknown(doubt)
  }

  mutating func all(_ node: Node) -> Value {
    let source = evaluate(Int(node.b))
    if !isList(source) { return source }
    var doubt = incompleteness(source)
    for index in 0..<elementCount(source) {
      let (value, membership) = element(source, index)
      variables[Int(node.a)] = value
      let counts = condition(node.c)
      if counts.isFalse { continue }
      let satisfied = evaluate(Int(node.d))
      if satisfied.isTrue { continue }
      if membership == 0 && counts.isTrue && satisfied.isFalse { return .no }
      doubt = causes.union(doubt, membership)
      if counts.isUnknown { doubt = causes.union(doubt, counts.aux) }
      if satisfied.isUnknown { doubt = causes.union(doubt, satisfied.aux) }
    }
    return doubt == 0 ? .yes : .unknown(doubt)
  }

  mutating func count(_ node: Node) -> Value {
    let source = evaluate(Int(node.b))
    if !isList(source) { return source }
    var doubt = incompleteness(source)
    let isOpen = doubt != 0
    if node.flag == 1 { return countDistinct(node, source) }
    var certain: Int64 = 0
    var perhaps: Int64 = 0
    for index in 0..<elementCount(source) {
      let (value, membership) = element(source, index)
      variables[Int(node.a)] = value
      let counts = condition(node.c)
      if counts.isFalse { continue }
      if membership == 0 && counts.isTrue {
        certain += 1
      } else {
        perhaps += 1
        doubt = causes.union(doubt, membership)
        if counts.isUnknown { doubt = causes.union(doubt, counts.aux) }
      }
    }
    return .interval(certain, certain + perhaps, isOpen: isOpen, causes: doubt)
  }

  private mutating func countDistinct(_ node: Node, _ source: Value) -> Value {
    var doubt = incompleteness(source)
    let isOpen = doubt != 0
    var certain = DistinctValues()
    var doubtful: [(value: Value, doubt: Int32)] = []
    for index in 0..<elementCount(source) {
      let (value, membership) = element(source, index)
      variables[Int(node.a)] = value
      let counts = condition(node.c)
      if counts.isFalse { continue }
      var why = membership
      if counts.isUnknown { why = causes.union(why, counts.aux) }
      if value.isVague { why = causes.union(why, value.aux) }
      if membership == 0 && counts.isTrue && !value.isVague {
        certain.insert(value, &self)
      } else {
        doubtful.append((value, why))
      }
    }
    let sure = Int64(certain.count)
    var most = sure
    for (value, why) in doubtful {
      if !value.isVague && certain.contains(value, &self) { continue }
      most += 1
      doubt = causes.union(doubt, why)
    }
    return .interval(sure, most, isOpen: isOpen, causes: doubt)
  }

  mutating func member(_ node: Node) -> Value {
    let value = evaluate(Int(node.a))
    let source = evaluate(Int(node.b))
    if isLasting[Int(node.b)] && source.tag == .list && ValueSet.takes(value) && source.count > 4 {
      if sets[Int(node.b)] == nil { sets[Int(node.b)] = ValueSet(list: source, machine: &self) }
      if sets[Int(node.b)]?.isDecided == true { return .bool(isIn(Int(node.b), value)) }
    }
    return isMember(value, of: source)
  }

  /// Whether a value is in the set of a lasting list.
  private mutating func isIn(_ set: Int, _ value: Value) -> Bool {
    let hash = ValueSet.hash(value, self)
    var step = 0
    while let other = sets[set]?.slot(hash, step), !other.isNull {
      if equal(other, value).isTrue { return true }
      step += 1
    }
    return false
  }

  /// Whether a value is in a list.
  mutating func isMember(_ value: Value, of source: Value) -> Value {
    if value.tag == .guid { holdings.asked?.append(Guid(high: value.low, low: value.high)) }
    if value.isUnknown || source.isUnknown { return bothUnknown(value, source) }
    if !isList(source) { return .null }
    var doubt = incompleteness(source)
    for index in 0..<elementCount(source) {
      let (other, membership) = element(source, index)
      let result = equal(value, other)
      if result.isFalse { continue }
      if membership == 0 && result.isTrue { return .yes }
      doubt = causes.union(doubt, membership)
      if result.isUnknown { doubt = causes.union(doubt, result.aux) }
    }
    return doubt == 0 ? .no : .unknown(doubt)
  }

  /// Whether each element of the one list is in the other.
  mutating func within(_ left: Value, _ right: Value) -> Value {
    if left.isUnknown || right.isUnknown { return bothUnknown(left, right) }
    if !isList(left) || !isList(right) { return .null }
    var doubt = incompleteness(left)
    for index in 0..<elementCount(left) {
      let (value, membership) = element(left, index)
      let result = isMember(value, of: right)
      if result.isTrue { continue }
      if membership == 0 && result.isFalse { return .no }
      doubt = causes.union(doubt, membership)
      if result.isUnknown { doubt = causes.union(doubt, result.aux) }
    }
    return doubt == 0 ? .yes : .unknown(doubt)
  }

  // MARK: loops

  /// What the loops of a comprehension gave.
  private struct Gathered {
    var values: [Value] = []
    var doubts: [Int32] = []
    var incomplete: Int32 = 0
    /// The outermost source where that is no list.
    var instead: Value?
  }

  private mutating func gather(_ node: Node) -> Gathered {
    var gathered = Gathered()
    loop(0, node, doubt: 0, into: &gathered)
    return gathered
  }

  private mutating func loop(_ depth: Int, _ node: Node, doubt: Int32, into gathered: inout Gathered) {
    if depth == Int(node.c) {
      let counts = condition(node.d)
      if counts.isFalse { return }
      gathered.values.append(evaluate(Int(node.a)))
      gathered.doubts.append(counts.isUnknown ? causes.union(doubt, counts.aux) : doubt)
      return
    }
    let place = Int(node.b) + depth * 2
    let variable = Int(plan.pool[place])
    let source = evaluate(Int(plan.pool[place + 1]))
    if !isList(source) {
      if depth == 0 {
        gathered.instead = source
      } else if source.isUnknown {
        gathered.incomplete = causes.union(gathered.incomplete, causes.union(doubt, source.aux))
      }
      return
    }
    if incompleteness(source) != 0 {
      gathered.incomplete = causes.union(gathered.incomplete, causes.union(doubt, incompleteness(source)))
    }
    for index in 0..<elementCount(source) {
      let (value, membership) = element(source, index)
      variables[variable] = value
      loop(depth + 1, node, doubt: causes.union(doubt, membership), into: &gathered)
    }
  }

  mutating func comprehension(_ node: Node) -> Value {
    let gathered = gather(node)
    if let instead = gathered.instead { return instead }
    let first = elements.count
    elements.append(contentsOf: gathered.values)
    doubts.append(contentsOf: gathered.doubts)
    return list(from: first, incomplete: gathered.incomplete)
  }

  mutating func aggregate(_ node: Node) -> Value {
    let gathered = gather(node)
    if let instead = gathered.instead { return instead }
    var doubt = gathered.incomplete
    for index in gathered.values.indices where gathered.values[index].isUnknown {
      doubt = causes.union(doubt, causes.union(gathered.values[index].aux, gathered.doubts[index]))
    }
    if node.flag == 0 {
      if doubt != 0 { return .unknown(causes.union(doubt, self.doubt(in: gathered.values, gathered.doubts))) }
      return sum(gathered.values, gathered.doubts)
    }
    for perhaps in gathered.doubts { doubt = causes.union(doubt, perhaps) }
    for value in gathered.values where value.tag == .int && !value.isExactInt { doubt = causes.union(doubt, value.aux) }
    if doubt != 0 { return .unknown(doubt) }
    guard var best = gathered.values.first else { return .null }
    for value in gathered.values.dropFirst() {
      guard case .decided(let sign) = compare(value, best) else { continue }
      if node.flag == 1 ? sign < 0 : sign > 0 { best = value }
    }
    return best
  }

  /// A value perhaps in widens the sum where it is not negative; else nothing can be told.
  private mutating func sum(_ values: [Value], _ doubts: [Int32]) -> Value {
    var total = Value.int(0)
    for index in values.indices {
      let value = values[index]
      if doubts[index] == 0 {
        total = arithmetic(0, total, value)
      } else if value.tag == .int && value.signedLow >= 0 {
        total = arithmetic(
          0, total, .interval(0, value.signedHigh, isOpen: value.isOpen, causes: causes.union(doubts[index], value.aux)))
        if value.signedHigh == 0 && !value.isOpen { continue }
      } else {
        return .unknown(doubt(in: values, doubts))
      }
      if total.isUnknown { return total }
    }
    return total
  }

  /// The causes of all that can't be told of what is summed.
  private mutating func doubt(in values: [Value], _ doubts: [Int32]) -> Int32 {
    var doubt: Int32 = 0
    for index in values.indices {
      doubt = causes.union(doubt, doubts[index])
      if values[index].tag == .int { doubt = causes.union(doubt, values[index].aux) }
    }
    return doubt
  }

  mutating func function(_ node: Node) -> Value {
    let first = evaluate(Int(plan.pool[Int(node.b)]))
    if node.flag == 3 {
      if first.tag != .text { return first }
      let lowered = bytes(first).map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
      return text(lowered)
    }
    let second = evaluate(Int(plan.pool[Int(node.b) + 1]))
    if first.isUnknown || second.isUnknown { return bothUnknown(first, second) }
    if !isList(first) || !isList(second) { return .null }
    var found: [(value: Value, doubt: Int32)] = []
    var known = DistinctValues()
    var incomplete = incompleteness(first)
    // Where each known value is in `found`.
    func admit(_ value: Value, _ doubt: Int32, _ machine: inout Machine) {
      // Each value once; it is in as soon as any of its appearances is.
      if value.isVague {
        found.append((value, doubt))
        return
      }
      guard let place = known.insert(value, at: found.count, &machine) else {
        found.append((value, doubt))
        return
      }
      let both = machine.causes.union(found[place].doubt, doubt)
      found[place].doubt = doubt == 0 || found[place].doubt == 0 ? 0 : both
    }
    for index in 0..<elementCount(first) {
      let (value, doubt) = element(first, index)
      admit(value, doubt, &self)
    }
    if node.flag != 0 {
      var kept: [(value: Value, doubt: Int32)] = []
      for (value, doubt) in found {
        let inside = isMember(value, of: second)
        let wanted = node.flag == 1 ? inside : negation(inside)
        if wanted.isFalse { continue }
        kept.append((value, wanted.isUnknown ? causes.union(doubt, wanted.aux) : doubt))
      }
      found = kept
    } else {
      incomplete = causes.union(incomplete, incompleteness(second))
      for index in 0..<elementCount(second) {
        let (value, doubt) = element(second, index)
        admit(value, doubt, &self)
      }
    }
    let begin = elements.count
    for (value, doubt) in found { append(value, doubt: doubt) }
    return list(from: begin, incomplete: incomplete)
  }

  mutating func isEqual(_ left: Value, _ right: Value) -> Bool { equal(left, right).isTrue }
}

/// Values each once, found again in constant time but for lists and numbers not known exactly.
struct DistinctValues {
  private var keys: [Key: Int] = [:]
  private var others: [(value: Value, place: Int)] = []
  private struct Key: Hashable {
    var tag: UInt8
    var low: UInt64
    var high: UInt64
    var text: [UInt8]
  }

  var count: Int { keys.count + others.count }

  /// Equal values have one key: a whole number that of the decimal, a day that of its first moment.
  private func key(_ value: Value, _ machine: Machine) -> Key? {
    switch value.tag {
    case .text: return Key(tag: value.tag.rawValue, low: 0, high: 0, text: Array(machine.bytes(value)))
    case .int: return value.isExactInt ? Key(tag: Value.Tag.decimal.rawValue, low: value.low, high: 0, text: []) : nil
    case .date:
      let moment = UInt64(bitPattern: value.signedLow * Instant.ticksPerDay)
      return Key(tag: Value.Tag.instant.rawValue, low: moment, high: 0, text: [])
    case .row: return Key(tag: value.arena.rawValue &+ 100, low: value.low, high: value.high, text: [])
    case .null, .bool, .decimal, .instant, .guid, .product, .feature:
      return Key(tag: value.tag.rawValue, low: value.low, high: value.high, text: [])
    case .unknown, .list, .run, .rows: return nil
    }
  }

  func contains(_ value: Value, _ machine: inout Machine) -> Bool { place(of: value, &machine) != nil }

  private func place(of value: Value, _ machine: inout Machine) -> Int? {
    if let key = key(value, machine) { return keys[key] }
    return others.first { machine.isEqual($0.value, value) }?.place
  }

  /// Takes a value in at a place of the caller's.
  /// - Returns: the place of the equal value that was there already; nil where the value is new.
  @discardableResult
  mutating func insert(_ value: Value, at place: Int = 0, _ machine: inout Machine) -> Int? {
    if let known = self.place(of: value, &machine) { return known }
    if let key = key(value, machine) { keys[key] = place } else { others.append((value, place)) }
    return nil
  }
}
