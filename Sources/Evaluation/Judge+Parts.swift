import Semantics
import Syntax

// Where collections that rows join to take more memory than is allowed, they are divided by the hashes of their keys, and read part by part.
// What joins to them is then read once for each part, and of each pass only the rows are judged whose keys are in the part. That is possible
// where a collection is reached by one way alone, by the key of a collection that is streamed: then both rows are in one part.

/// One of the parts into which keys are divided.
struct KeyPart: Equatable {
  let number: Int
  let count: Int

  /// Keys that can't be told go with the first part.
  var isFirst: Bool { number == 0 }

  /// Whether a key of this hash is in it.
  ///
  /// Other bits of the hash decide than those that say where an index begins to search: the keys of a part lie there as widely as all.
  func has(_ hash: UInt64) -> Bool {
    let mixed = hash.byteSwapped &* 0xFF51_AFD7_ED55_8CCD
    return mixed.multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high == UInt64(truncatingIfNeeded: number)
  }
}

/// Collections that are in memory one part at a time.
struct DividedCollections {
  let collections: [CollectionID]
  /// The parts.
  let count: Int
  /// Where their rows begin in the joined store.
  let begin: Store.Mark
  /// The part in memory.
  fileprivate(set) var part: KeyPart?
  /// Parts whose repeated rows and contradictory keys are counted.
  fileprivate var counted = 0
}

extension Judge {
  /// More passes are of no use to anybody.
  private static let mostParts = 4096

  /// Whether a joined collection can be read part by part.
  func isDividable(_ collection: CollectionID, _ reach: Reach, streamed: [CollectionID]) -> Bool {
    guard !reach.wholly.contains(collection), !streamed.contains(collection), let fields = reach.joins[collection],
      program[program[collection].record].key.count == 1
    else { return false }
    return fields.allSatisfy { field in
      guard let base = program[field.record].collection else { return false }
      return streamed.contains(base) && !reach.joined.contains(base) && program[field.record].key == [field.index]
    }
  }

  /// Reads collections that can be divided: all of them whole, where memory allows that.
  mutating func readDividable(_ collections: [CollectionID]) throws(SnapshotError) {
    guard let most = options.mostMemory else {
      for collection in collections { _ = try readJoined(collection, keepPlaces: false) }
      return
    }
    let begin = machine.joined.mark
    let before = machine.joinedBytes
    var bytesRead: Int64 = 0
    for collection in collections {
      guard let until = try readJoined(collection, keepPlaces: false, most: most) else {
        bytesRead += bytes(of: collection)
        continue
      }
      bytesRead += until
      // What is still to come takes as much memory for a byte of text as what was read.
      let inAll = collections.reduce(0) { $0 + bytes(of: $1) }
      let needed = Double(machine.joinedBytes - before) * Double(inAll) / Double(max(bytesRead, 1))
      let room = Double(max(most - before, most / 8, 1))
      let count = max(2, (needed * 1.1 / room).rounded(.up))
      divided = DividedCollections(collections: collections, count: Int(min(count, Double(Judge.mostParts))), begin: begin)
      return
    }
  }

  private func bytes(of collection: CollectionID) -> Int64 {
    snapshot.entries.indices.contains(collection.index) ? snapshot.entries[collection.index].parts.reduce(0) { $0 + $1.length } : 0
  }

  /// Has a part of the divided collections in memory, in the place of another one.
  mutating func readPart(_ number: Int) throws(SnapshotError) {
    guard let divided, divided.part?.number != number else { return }
    let part = KeyPart(number: number, count: divided.count)
    machine.joined.cut(to: divided.begin)
    for collection in divided.collections { machine.indexes[collection.index] = nil }
    self.divided?.part = part
    let isNew = part.number == divided.counted
    if isNew { self.divided?.counted += 1 }
    for collection in divided.collections {
      let before = part.isFirst ? nil : summaries[collection]
      _ = try readJoined(collection, keepPlaces: false, part: part)
      if let before, isNew {
        summaries[collection]?.repeatedRows += before.repeatedRows
        summaries[collection]?.contradictoryKeys += before.contradictoryKeys
      } else if let before {
        summaries[collection] = before
      }
    }
  }

  /// Reads rows of a joined collection, and keeps those whose keys are in a part.
  /// - Parameter places: is given one for each row that is read; none at the end.
  /// - Returns: the number of rows that are kept.
  mutating func readRows(
    _ limit: Int, of part: KeyPart, _ keySlots: [Int], _ shape: Int, _ reader: inout RowReader, _ index: inout JoinIndex,
    places: inout [RowPlace]
  ) throws(SnapshotError) -> Int {
    var end = machine.joined.mark
    var kept = 0
    while places.count < limit, try reader.read(1, into: &machine.joined, places: &places) > 0 {
      let hash = machine.keyHash(row: machine.joined.tables[shape].count - 1, keySlots, .joined)
      if let hash, part.has(hash) {
        machine.joined.mark(into: &end)
        kept += 1
      } else {
        if hash == nil { index.addKeyless() }
        machine.joined.cut(to: end)
      }
    }
    return kept
  }

  /// Reads the parts that nothing has joined to, to count what of their keys is odd.
  mutating func readOtherParts() throws(SnapshotError) {
    guard let divided else { return }
    for number in divided.counted..<divided.count { try readPart(number) }
  }

  /// Streams a collection once for each part of the collections that it joins to. Findings are told in the order of its rows, as if there were
  /// one part.
  mutating func streamByParts(_ collection: CollectionID, _ rules: [RuleID], _ count: Int) throws(SnapshotError) {
    let told = onFindings
    let names = snapshot.entries[collection.index].parts.map(\.name)
    var sorter = FindingSorter(passesOver: names, most: options.mostFindings)
    onFindings = { (findings, _) throws(SnapshotError) in try sorter.add(findings) }
    var contradictions: [Contradiction] = []
    var repeated = 0
    for number in 0..<count {
      try readPart(number)
      try sorter.beginPass()
      contradictions += try streamRows(of: collection, rules, KeyPart(number: number, count: count))
      repeated += summaries[collection]?.repeatedRows ?? 0
    }
    summaries[collection]?.repeatedRows = repeated
    summaries[collection]?.contradictoryKeys = contradictions.count
    onFindings = told
    var batches = sorter.sorted().batches()
    while let batch = try batches.next() { try told?(batch, machine.causes.all) }
    contradictions.sort { left, right in
      let (one, other) = (left.place, right.place)
      return one.file != other.file ? one.file < other.file : one.byte < other.byte
    }
    judgeContradictions(contradictions, collection, rules)
  }

  /// What the rows of a batch are to a pass over a streamed collection, by their keys.
  static func roles(_ keys: [SeenKeys.Key?], _ keySlots: [Int], _ part: KeyPart?, _ machine: inout Machine) -> [RowRole] {
    keys.enumerated().map { role(ofRow: $0, $1, keySlots, part, &machine) }
  }

  /// What a row of a streamed collection is to a pass over it.
  static func role(ofRow row: Int, _ key: SeenKeys.Key?, _ keySlots: [Int], _ part: KeyPart?, _ machine: inout Machine) -> RowRole {
    guard key != nil else { return part?.isFirst ?? true ? .keyless : .skipped }
    guard let part else { return .judged }
    return machine.keyHash(row: row, keySlots, .batch).map(part.has) ?? false ? .judged : .skipped
  }
}

extension Machine {
  /// The memory of rows that are joined to, with their indexes; in bytes.
  var joinedBytes: Int { indexes.reduce(joined.bytes) { $0 + ($1?.bytes ?? 0) } }
}

extension Store {
  /// How much of a store is filled.
  struct Mark {
    fileprivate var rows: [Int]
    fileprivate var texts: Int
  }

  var mark: Mark { Mark(rows: tables.map(\.count), texts: texts.count) }

  /// As `mark`, in the memory of another one.
  func mark(into mark: inout Mark) {
    for index in tables.indices { mark.rows[index] = tables[index].count }
    mark.texts = texts.count
  }

  /// Forgets all that came behind a mark.
  mutating func cut(to mark: Mark) {
    for index in tables.indices where tables[index].count > mark.rows[index] { tables[index].keep(first: mark.rows[index]) }
    texts.removeLast(texts.count - mark.texts)
  }

  /// The memory that is filled.
  var bytes: Int { tables.reduce(texts.count) { $0 + $1.words.count * MemoryLayout<UInt64>.stride } }
}
