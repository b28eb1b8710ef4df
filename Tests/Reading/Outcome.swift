package import Evaluation
package import Reference
import Semantics
import Syntax

/// Everything that a reader says of a text, with nothing in it of where the reader keeps what.
package struct Outcome: Sendable {
  /// The rows that were handed over; where the reading ended in an error, perhaps not the last ones before it.
  package var image = RowImage()
  package var places: [RowPlace] = []
  package var reading: CollectionReading
  package var error: SnapshotError?

  package init(reading: CollectionReading) { self.reading = reading }

  /// What two readers disagree on; nil where they agree.
  package func difference(from other: Outcome) -> String? {
    if error != other.error { return "error: \(describe(error)) against \(describe(other.error))" }
    if places != other.places { return "places: \(places.map(describe)) against \(other.places.map(describe))" }
    if reading.rows != other.reading.rows { return "\(reading.rows) rows against \(other.reading.rows)" }
    if reading.oddities != other.reading.oddities || reading.moreOddities != other.reading.moreOddities {
      return "remarks: \(reading.oddities.map(describe)) against \(other.reading.oddities.map(describe))"
    }
    if reading.availability != other.reading.availability { return "availability" }
    if reading.gaps != other.reading.gaps { return "gaps: \(reading.gaps) against \(other.reading.gaps)" }
    if reading.isAssumedComplete != other.reading.isAssumedComplete { return "assumed completeness" }
    if error == nil && image != other.image { return "rows" }
    if error != nil, !zip(image.bytes, other.image.bytes).allSatisfy({ $0 == $1 }) { return "rows before the error" }
    return nil
  }

  private func describe(_ place: RowPlace) -> String { "\(place.line) @\(place.byte)" }
  private func describe(_ oddity: CollectionReading.Oddity) -> String { "\(oddity.line): \(oddity.message)" }
  private func describe(_ error: SnapshotError?) -> String {
    switch error {
    case .malformed(_, let line, let column, let byte, let reason): "\(line):\(column) @\(byte) \(reason)"
    case .io(_, let operation, let errno): "\(operation) \(errno)"
    case nil: "none"
    }
  }

  /// In one word or line.
  package var text: String {
    error == nil ? "read, \(reading.rows) rows, \(reading.oddities.count + reading.moreOddities) remarks" : describe(error)
  }

  /// The reason of a refusal.
  package var reason: String? {
    if case .malformed(_, _, _, _, let reason)? = error { return reason }
    return nil
  }
}

extension RowImage {
  /// Rows of a store, one behind the other.
  mutating func add(_ store: Store, _ plan: ReadPlan, shape: Int, rows: Range<Int>) {
    for row in rows {
      for number in plan.shapes[shape].slots.indices { add(store, plan, shape: shape, row: row, number) }
    }
  }

  private mutating func add(_ store: Store, _ plan: ReadPlan, shape: Int, row: Int, _ number: Int) {
    let slot = plan.shapes[shape].slots[number]
    let state = store.tables[shape].state(row: row, slot: number)
    let base = row * store.tables[shape].stride + slot.word
    func word(_ offset: Int = 0) -> UInt64 { store.tables[shape].words[base + offset] }
    add(state)
    switch state {
    case .absent, .null, .no, .yes, .wrongType, .twice, .outOfRange: return
    case .text, .outside: return addText(store, word())
    case .value: break
    }
    switch slot.kind {
    // A bool has no payload: in this state it is broken, which no other reader's will be.
    case .bool: break
    case .int, .date, .instant: add(word: word())
    case .decimal:
      add(word: word())
      add(byte: UInt8(truncatingIfNeeded: word(1)))
    case .text: addText(store, word())
    case .id:
      add(word: word())
      add(word: word(1))
    case .oneOf: add(byte: UInt8(truncatingIfNeeded: word()))
    case .record(let inner), .list(let inner):
      let run = RowRun(bits: word())
      add(count: run.count)
      add(store, plan, shape: inner.index, rows: run.first..<run.first + run.count)
    }
  }

  private mutating func addText(_ store: Store, _ word: UInt64) {
    let reference = TextRef(bits: word)
    add(text: store.texts[reference.offset..<reference.offset + reference.count])
  }
}
