import Evaluation
import Semantics
import Syntax

@testable import Evaluation

/// A slot of a test's plan: path with points, kind, and what else a field may say.
struct TestSlot {
  var path: String
  var kind: SlotKind
  var nullFor: Literal?
  var atLeast: Int64?
  var atMost: Int64?

  init(_ path: String, _ kind: SlotKind, nullFor: Literal? = nil, atLeast: Int64? = nil, atMost: Int64? = nil) {
    self.path = path
    self.kind = kind
    self.nullFor = nullFor
    self.atLeast = atLeast
    self.atMost = atMost
  }
}

/// A plan of one collection; the first shape is that of its rows.
func plan(_ shapes: [TestSlot]...) -> ReadPlan {
  ReadPlan(
    shapes: shapes.map { slots in
      RowShape(
        slots: slots.map { slot in
          let path = slot.path.isEmpty ? [] : slot.path.split(separator: ".").map { Text(String($0)) }
          return (path: path, kind: slot.kind, nullFor: slot.nullFor, atLeast: slot.atLeast, atMost: slot.atMost)
        }, slotOfField: Array(slots.indices))
    }, shapeOfCollection: [ShapeID(0)])
}

/// What a test reads.
struct TestReading {
  var store: Store
  var places: [RowPlace]
  var reading: CollectionReading
  var plan: ReadPlan

  /// The rows as text: `id=#… name="Ann" enabled=yes licences=[{…}]`.
  var rows: [String] { (0..<reading.rows).map { row($0, shape: 0) } }

  func row(_ row: Int, shape: Int) -> String {
    plan.shapes[shape].slots.indices.map { number in
      let slot = plan.shapes[shape].slots[number]
      let value = text(row, shape, number, slot)
      return slot.path.isEmpty ? value : slot.path.map(\.string).joined(separator: ".") + "=" + value
    }.joined(separator: " ")
  }

  private func text(_ row: Int, _ shape: Int, _ number: Int, _ slot: RowShape.Slot) -> String {
    let table = store.tables[shape]
    let state = table.state(row: row, slot: number)
    func word(_ offset: Int) -> UInt64 { table.words[row * table.stride + slot.word + offset] }
    func kept() -> String {
      let reference = TextRef(bits: word(0))
      return "\"" + String(decoding: store.texts[reference.offset..<reference.offset + reference.count], as: UTF8.self) + "\""
    }
    func inner(_ inner: ShapeID) -> String {
      let run = RowRun(bits: word(0))
      return (run.first..<run.first + run.count).map { "{" + self.row($0, shape: inner.index) + "}" }.joined(separator: ",")
    }
    switch state {
    case .value:
      switch slot.kind {
      case .bool: return "a bool without value"
      case .int, .date, .instant: return "\(Int64(bitPattern: word(0)))"
      case .decimal: return "\(Int64(bitPattern: word(0)))e-\(word(1))"
      case .text: return kept()
      case .id: return "#" + hex(word(0)) + hex(word(1))
      case .oneOf(let set, _): return "'" + set[Int(word(0))].string + "'"
      case .record(let shape): return inner(shape)
      case .list(let shape): return "[" + inner(shape) + "]"
      }
    case .text: return "text" + kept()
    case .outside: return "outside" + kept()
    case .absent, .null, .no, .yes, .wrongType, .twice, .outOfRange: return "\(state)"
    }
  }

  private func hex(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// Reads collection 0 of a snapshot whole.
func read(
  _ snapshot: Snapshot, _ plan: ReadPlan, isSingle: Bool = false, block: Int = Window.block, limit: Int = 7,
  longestText: Int = TextRef.longest
) throws(SnapshotError) -> TestReading {
  var store = Store(plan: plan)
  var places: [RowPlace] = []
  var reader = try RowReader(
    collection: 0, of: snapshot, shape: ShapeID(0), plan: plan, isSingle: isSingle, block: block, longestText: longestText)
  while try reader.read(limit, into: &store, places: &places) > 0 {}
  return TestReading(store: store, places: places, reading: reader.reading, plan: plan)
}

/// Reads one file in memory.
func read(
  _ text: String, _ plan: ReadPlan, name: String = "users.json", isSingle: Bool = false, block: Int = Window.block
) throws(SnapshotError) -> TestReading {
  try read(memory([(name, Array(text.utf8))]), plan, isSingle: isSingle, block: block)
}

func memory(_ files: [(name: String, bytes: [UInt8])], incomplete: Set<Int> = [], unavailable: Set<Int> = []) -> Snapshot {
  Snapshot(id: "test", files: files, collections: ["users"], incomplete: incomplete, unavailable: unavailable)
}

/// `line:column reason` of the refusal, or what was read.
func refusal(_ text: [UInt8], _ plan: ReadPlan, name: String = "users.json", block: Int = Window.block) -> String {
  do {
    return "read: " + (try read(memory([(name, text)]), plan, block: block)).rows.joined(separator: "; ")
  } catch {
    switch error {
    case .malformed(_, let line, let column, let byte, let reason): return "\(line):\(column) @\(byte) \(reason)"
    case .io(_, let operation, let errno): return "\(operation) \(errno)"
    }
  }
}
