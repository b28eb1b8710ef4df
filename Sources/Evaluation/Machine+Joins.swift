import Semantics
import Syntax

extension Machine {
  /// Why nothing at all can be told of a collection's rows; 0 where they can be looked at.
  mutating func absence(of collection: CollectionID) -> Int32 {
    switch readings[collection.index].availability {
    case .present: return 0
    case .notExported: return causes.set(Cause(.notExported, program[collection].name, ask: request(for: collection)))
    case .unavailable(let code, let message):
      let said = code.isEmpty && message.isEmpty ? "" : " (the export says: \(code.string) \(message.string))"
      let ask = (request(for: collection)?.string ?? "export it") + said
      return causes.set(Cause(.unavailable, program[collection].name, ask: Text(ask)))
    }
  }

  /// Why rows may be missing; 0 where the collection is complete.
  mutating func incompleteness(of collection: CollectionID) -> Int32 {
    readings[collection.index].gaps.isEmpty
      ? 0 : causes.set(Cause(.incomplete, program[collection].name, ask: "export all its pages"))
  }

  private mutating func twoRows(_ collection: CollectionID) -> Value {
    .unknown(causes.set(Cause(.twoRows, program[collection].name)))
  }

  /// What a look-up that finds nothing means.
  mutating func missing(in collection: CollectionID, mayBe: Bool) -> Value {
    var doubt = incompleteness(of: collection)
    if let index = indexes[collection.index], index.keyless > 0 {
      doubt = causes.union(doubt, causes.set(Cause(.keyMissing, program[collection].name)))
    }
    if doubt != 0 { return .unknown(doubt) }
    return mayBe ? .null : .unknown(causes.set(Cause(.rowMissing, program[collection].name)))
  }

  private func row(_ row: Int, of collection: CollectionID) -> Value {
    .row(row, shape: plan.read.shapeOfCollection[collection.index]?.index ?? 0, .joined)
  }

  /// The row that a field joins to.
  mutating func join(_ base: Value, _ field: FieldID) -> Value {
    guard case .join(let target, let by) = program[field].kind else { return .null }
    guard let shape = shapeOfRecord[field.record.index] else { return .null }
    let key = read(plan.firstSlot[shape] + plan.read.shapes[shape].slotOfField[by], row: base.index, base.arena)
    if key.isUnknown || key.isNull { return key }
    return lookUp(key, in: target, mayBeMissing: program[field].type.isNullable)
  }

  mutating func lookUp(_ key: Value, in target: CollectionID, mayBeMissing: Bool) -> Value {
    let absent = absence(of: target)
    if absent != 0 { return .unknown(absent) }
    if indexes[target.index] == nil { return .null }
    switch find(key, in: target.index) {
    case .row(let found): return row(found, of: target)
    case .contradictory: return twoRows(target)
    case .none: return missing(in: target, mayBe: mayBeMissing)
    }
  }

  /// The rows of a collection whose field is my key.
  mutating func reverse(_ base: Value, _ field: FieldID) -> Value {
    guard case .reverse(let target, let by) = program[field].kind else { return .null }
    let absent = absence(of: target)
    if absent != 0 { return .unknown(absent) }
    guard let keySlot = keySlots(of: field.record).first else { return .null }
    let key = read(keySlot, row: base.index, base.arena)
    if key.isUnknown { return key }
    guard let index = indexes[target.index] else { return .null }
    if !index.contradictory.isEmpty { return twoRows(target) }
    let targetField = FieldID(record: program[target].record, index: by)
    if reverseIndexes[targetField] == nil {
      guard let shape = shapeOfRecord[targetField.record.index] else { return .null }
      let slot = plan.firstSlot[shape] + plan.read.shapes[shape].slotOfField[by]
      reverseIndexes[targetField] = ReverseIndex(slot: slot, over: index.distinct, &self)
    }
    guard let found = reverseIndexes[targetField] else { return .null }
    var hits: [(row: Int32, doubt: Int32)] = found.doubtful
    if !key.isNull {
      for candidate in found.candidates(key, self) where equal(read(found.slot, row: Int(candidate), .joined), key).isTrue {
        hits.append((candidate, 0))
      }
    }
    hits.sort { $0.row < $1.row }
    let first = elements.count
    for hit in hits { append(row(Int(hit.row), of: target), doubt: hit.doubt) }
    return list(from: first, incomplete: incompleteness(of: target))
  }

  /// All rows of a collection.
  mutating func rows(of collection: CollectionID) -> Value {
    let absent = absence(of: collection)
    if absent != 0 { return .unknown(absent) }
    guard let index = indexes[collection.index] else { return .null }
    if !index.contradictory.isEmpty { return twoRows(collection) }
    if let most = program[collection].atMost, index.distinct.count > Int(most) {
      return .unknown(causes.set(Cause(.outOfRange, program[collection].name)))
    }
    return Value(tag: .rows, aux: incompleteness(of: collection), low: UInt64(collection.index))
  }

  /// The row of a single.
  mutating func single(_ collection: CollectionID) -> Value {
    let absent = absence(of: collection)
    if absent != 0 { return .unknown(absent) }
    guard let index = indexes[collection.index] else { return .null }
    if index.distinct.count == 1 { return row(Int(index.distinct[0]), of: collection) }
    if index.distinct.isEmpty { return missing(in: collection, mayBe: false) }
    return twoRows(collection)
  }

  /// `collection[key, …]`
  mutating func rowOf(_ node: Node) -> Value {
    let target = CollectionID(Int(node.a))
    var keys: [Value] = []
    var doubt: Int32 = 0
    var isUnknown = false
    var isNull = false
    for place in Int(node.b)..<Int(node.b + node.c) {
      let key = evaluate(Int(plan.pool[place]))
      if key.isUnknown {
        isUnknown = true
        doubt = causes.union(doubt, key.aux)
      }
      if key.isNull { isNull = true }
      keys.append(key)
    }
    if isUnknown { return .unknown(doubt) }
    if isNull && keys.count == 1 { return .null }
    if keys.count == 1 { return lookUp(keys[0], in: target, mayBeMissing: true) }
    let absent = absence(of: target)
    if absent != 0 { return .unknown(absent) }
    if indexes[target.index] == nil { return .null }
    switch find(keys, in: target.index) {
    case .row(let found): return row(found, of: target)
    case .contradictory: return twoRows(target)
    case .none: return missing(in: target, mayBe: true)
    }
  }
}
