internal import Semantics
internal import Syntax

/// Rows in memory: a table for each shape of a plan, and the bytes of their texts.
///
/// One store holds a batch of a streamed collection and is emptied between batches; another holds the joined collections whole.
package struct Store: Sendable {
  package var tables: [Table]
  package var texts: [UInt8]

  package init(plan: ReadPlan) {
    tables = plan.shapes.map { Table(stride: $0.stride) }
    texts = []
  }

  /// Forgets all rows, keeps the memory.
  package mutating func removeAll() {
    for index in tables.indices {
      tables[index].words.removeAll(keepingCapacity: true)
      tables[index].count = 0
    }
    texts.removeAll(keepingCapacity: true)
  }
}

extension Store {
  /// Makes room for so many times what was added since there were so many words, by table; memory that is never needed is never touched.
  ///
  /// - Parameter most: words of a table; one that would need more grows as it is filled, since the first rows may be unlike the others.
  mutating func reserve(times: Int, since words: [Int], most: Int) {
    for index in tables.indices where tables[index].words.count > words[index] {
      let (more, isOver) = (tables[index].words.count - words[index]).multipliedReportingOverflow(by: times)
      if !isOver && more <= most { tables[index].words.reserveCapacity(words[index] + more) }
    }
  }

  /// Puts the rows of another store of the same plan behind these.
  mutating func append(_ other: Store, _ plan: ReadPlan) {
    let before = tables.map { UInt64(truncatingIfNeeded: $0.count) &<< 24 }
    let textsBefore = UInt64(truncatingIfNeeded: texts.count) &<< 24
    for (number, table) in other.tables.enumerated() where table.count > 0 {
      let first = tables[number].words.count
      tables[number].words.append(contentsOf: table.words)
      tables[number].count += table.count
      for (slot, planned) in plan.shapes[number].slots.enumerated() {
        let shift: (value: UInt64, other: UInt64)
        switch planned.kind {
        case .bool, .int, .decimal, .date, .instant: continue
        case .text: shift = (textsBefore, 0)
        case .id, .oneOf: shift = (0, textsBefore)
        case .record(let inner), .list(let inner): shift = (before[inner.index], 0)
        }
        for row in 0..<table.count {
          let word = first + row * table.stride + planned.word
          switch table.state(row: row, slot: slot) {
          case .value: tables[number].words[word] &+= shift.value
          case .text, .outside: tables[number].words[word] &+= shift.other
          case .absent, .null, .no, .yes, .wrongType, .twice, .outOfRange: break
          }
        }
      }
    }
    texts.append(contentsOf: other.texts)
  }
}

/// Rows of one shape, one behind the other.
package struct Table: Sendable {
  package let stride: Int
  package var words: [UInt64] = []
  package var count = 0

  package init(stride: Int) { self.stride = stride }

  /// Adds a row whose fields are all absent.
  /// - Returns: its number.
  package mutating func append() -> Int {
    words.append(contentsOf: repeatElement(0, count: stride))
    count += 1
    return count - 1
  }

  /// Adds a row of `stride` words.
  mutating func append(_ row: ArraySlice<UInt64>) {
    words.append(contentsOf: row)
    count += 1
  }

  /// Takes the last rows away again.
  mutating func keep(first rows: Int) {
    words.removeLast(words.count - rows * stride)
    count = rows
  }

  @inline(__always)
  package func state(row: Int, slot: Int) -> SlotState {
    let nibble = words[row * stride + (slot >> 4)] >> (UInt64(slot & 15) * 4) & 15
    return SlotState(rawValue: nibble) ?? .wrongType
  }

  /// The GUID in a slot; nil where there is none.
  @inline(__always) func guid(row: Int, slot: Int, word: Int) -> Guid? {
    let table = words.span
    let begin = row &* stride
    let nibble = table[begin &+ slot &>> 4] &>> (UInt64(truncatingIfNeeded: slot & 15) &* 4) & 15
    guard nibble == SlotState.value.rawValue else { return nil }
    return Guid(high: table[begin &+ word], low: table[begin &+ word &+ 1])
  }

  package mutating func setState(_ state: SlotState, row: Int, slot: Int) {
    let index = row * stride + (slot >> 4)
    let shift = UInt64(slot & 15) * 4
    words[index] = words[index] & ~(15 << shift) | state.rawValue << shift
  }
}

/// Where a row begins in its file.
package struct RowPlace: Sendable, Hashable {
  /// An index into `CollectionReading.files`.
  package var file: Int32
  /// From 1.
  package var line: Int64
  /// From 0; in a file in UTF-16 the offset in its UTF-8 form.
  package var byte: Int64
  package init(file: Int32, line: Int64, byte: Int64) {
    self.file = file
    self.line = line
    self.byte = byte
  }
}
