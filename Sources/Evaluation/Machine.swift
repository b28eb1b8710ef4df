import Semantics
import Syntax

/// Judges expressions for one tenant on one day: the plan, the rows in memory, and what is remembered while a subject is judged.
///
/// Nothing here fails: what cannot be told is `Value.unknown` with its causes.
struct Machine {
  let plan: Plan
  let program: CheckedProgram
  let day: Day
  /// Of each fact on the day.
  let facts: [Value]
  let terms: Terms
  var causes: Causes

  /// What was found of each collection; set before anything is judged.
  var readings: [CollectionReading]
  var joined: Store
  var batch: Store
  /// By collection; nil where it is not joined.
  var indexes: [JoinIndex?]
  /// By record and field, made when first asked for.
  var reverseIndexes: [FieldID: ReverseIndex] = [:]

  var variables: [Value]
  /// Elements of lists made while judging, and how sure each is of being in: the causes of doubt, 0 for certain.
  var elements: [Value] = []
  var doubts: [Int32] = []
  /// Texts made while judging.
  var scratch: [UInt8] = []
  /// Where the elements and texts that outlive a subject end.
  var lastingElements = 0
  var lastingTexts = 0

  /// Changes with each row; what is remembered for another is stale. Calls and holdings do not depend on the rule.
  var serial: UInt64 = 1
  /// Changes with each subject of each rule.
  var localSerial: UInt64 = 1
  var calls: [CallMemo]
  /// By expression: the row that a join found last.
  var joins: [CallMemo]
  /// What is held, by profile: subjects that agree in all on which their holdings hang have one.
  var holdings: Holdings
  /// The products of the day by their identifiers.
  lazy var products = ProductIndex(program, terms)
  /// Values of expressions that depend on nothing but the day, by expression.
  var lasting: [Value?]
  var isLasting: [Bool]
  /// Sets of the elements of lasting lists, for `in`.
  var sets: [ValueSet?]
  var slotCauses: [Int32]
  /// By record: its shape; by shape: its record; by collection: the slots of its key.
  let shapeOfRecord: [Int?]
  let recordOfShape: [RecordID?]
  let keySlotsOfCollection: [[Int]]
  /// By variable: the expression of a `let`, and the subject for which it was last worked out.
  var locals: [Int32]
  var localSerials: [UInt64]

  struct CallMemo {
    var serial: UInt64 = 0
    var argument = Value.null
    var result = Value.null
  }

  init(
    plan: Plan, day: Day, facts: [Value], terms: Terms, causes: Causes, readings: [CollectionReading],
    productsLookedUp: Int = Holdings.productsLookedUp
  ) {
    self.plan = plan
    program = plan.program
    self.day = day
    self.facts = facts
    self.terms = terms
    self.causes = causes
    self.readings = readings
    joined = Store(plan: plan.read)
    batch = Store(plan: plan.read)
    indexes = Array(repeating: nil, count: program.collections.count)
    variables = Array(repeating: .null, count: program.variables.count)
    calls = Array(repeating: CallMemo(), count: program.defines.count)
    joins = Array(repeating: CallMemo(), count: program.expressions.count)
    holdings = Holdings(plan, productsLookedUp: productsLookedUp)
    lasting = Array(repeating: nil, count: program.expressions.count)
    isLasting = Dependence.lasting(in: program)
    slotCauses = Array(repeating: 0, count: plan.slots.count * 16)
    sets = Array(repeating: nil, count: program.expressions.count)
    shapeOfRecord = plan.shapeOfRecord
    var records: [RecordID?] = Array(repeating: nil, count: plan.read.shapes.count)
    for (record, shape) in plan.shapeOfRecord.enumerated() {
      if let shape { records[shape] = RecordID(record) }
    }
    recordOfShape = records
    keySlotsOfCollection = plan.program.collections.map { collection in
      guard let shape = plan.shapeOfRecord[collection.record.index] else { return [] }
      return plan.program[collection.record].key.map {
        plan.firstSlot[shape] + plan.read.shapes[shape].slotOfField[$0]
      }
    }
    locals = Array(repeating: -1, count: plan.program.variables.count)
    localSerials = Array(repeating: 0, count: plan.program.variables.count)
    for rule in plan.program.rules {
      for local in rule.locals { locals[local.variable.index] = Int32(local.value.index) }
    }
    elements = terms.elements
    doubts = Array(repeating: 0, count: terms.elements.count)
    lastingElements = elements.count
    // A plan holds exactly its program's nodes.
    precondition(plan.nodes.count == program.expressions.count)
  }

  /// Forgets what was remembered for the last row.
  mutating func beginRow() {
    serial += 1
    if elements.count > lastingElements {
      elements.removeLast(elements.count - lastingElements)
      doubts.removeLast(doubts.count - lastingElements)
    }
    if scratch.count > lastingTexts { scratch.removeLast(scratch.count - lastingTexts) }
  }

  /// Forgets the `let`s of the last subject: of another rule, or of another element of the same row.
  mutating func beginSubject() { localSerial += 1 }

  // MARK: texts

  func texts(_ arena: Value.Arena) -> [UInt8] {
    switch arena {
    case .constants: plan.texts
    case .joined: joined.texts
    case .batch: batch.texts
    case .scratch: scratch
    }
  }

  func bytes(_ text: Value) -> ArraySlice<UInt8> {
    let all = texts(text.arena)
    return all[text.index..<text.index + text.count]
  }

  /// A text of the machine's own.
  mutating func text(_ bytes: some Sequence<UInt8>) -> Value {
    let first = scratch.count
    scratch.append(contentsOf: bytes)
    return Value(tag: .text, arena: .scratch, low: UInt64(first), high: UInt64(scratch.count - first))
  }

  // MARK: slots

  /// The causes of a slot's being unknown in a state.
  mutating func slotCause(_ slot: Int, _ state: SlotState) -> Int32 {
    let place = slot * 16 + Int(state.rawValue)
    if slotCauses[place] != 0 { return slotCauses[place] }
    let info = plan.slots[slot]
    let field = FieldID(record: RecordID(Int(info.record)), index: Int(info.field))
    let kind: Cause.Kind =
      switch state {
      case .absent: .absent
      case .null: .unexpectedNull
      case .outside: .outsideClosedSet
      case .twice: .keyTwice
      case .outOfRange: .outOfRange
      case .value, .no, .yes, .wrongType, .text: .wrongType
      }
    let set = causes.set(Cause(kind, path(of: field), ask: kind == .absent ? request(for: field) : nil))
    slotCauses[place] = set
    return set
  }

  /// `collection.field`, or `record.field` of a record inside one.
  func path(of field: FieldID) -> Text {
    let record = program[field.record]
    let owner = record.collection.map { program[$0].name } ?? record.name.name
    return Text(owner.utf8 + [0x2E] + program[field].name.utf8)
  }

  private func request(for field: FieldID) -> Text? {
    guard let collection = program[field.record].collection else { return nil }
    return request(for: collection)
  }

  /// How the collection is exported, as its shape says.
  func request(for collection: CollectionID) -> Text? {
    let collection = program[collection]
    guard let request = collection.requests.first else { return collection.conditions.first }
    let permissions = collection.permissions.first.map { $0.map(\.string).joined(separator: ", ") }
    return Text("export \(request.string)" + (permissions.map { " (permission \($0))" } ?? ""))
  }

  /// The value of a slot of a row.
  mutating func read(_ slot: Int, row: Int, _ arena: Value.Arena) -> Value {
    let info = plan.slots[slot]
    let shape = Int(info.shape)
    let state: SlotState
    var low: UInt64 = 0
    var high: UInt64 = 0
    if arena == .batch {
      state = batch.tables[shape].state(row: row, slot: Int(info.number))
      let place = row * batch.tables[shape].stride + Int(info.word)
      if info.kind != .bool { low = batch.tables[shape].words[place] }
      if info.kind == .id || info.kind == .decimal { high = batch.tables[shape].words[place + 1] }
    } else {
      state = joined.tables[shape].state(row: row, slot: Int(info.number))
      let place = row * joined.tables[shape].stride + Int(info.word)
      if info.kind != .bool { low = joined.tables[shape].words[place] }
      if info.kind == .id || info.kind == .decimal { high = joined.tables[shape].words[place + 1] }
    }
    switch state {
    case .yes: return .yes
    case .no: return .no
    case .null:
      return info.mayBeNull ? .null : .unknown(slotCause(slot, state))
    case .text:
      let text = TextRef(bits: low)
      return Value(tag: .text, arena: arena, low: UInt64(text.offset), high: UInt64(text.count))
    case .value:
      switch info.kind {
      case .bool: return .unknown(slotCause(slot, .wrongType))
      case .int: return .int(Int64(bitPattern: low))
      case .decimal: return Value(tag: .decimal, low: low, high: high)
      case .text:
        let text = TextRef(bits: low)
        return Value(tag: .text, arena: arena, low: UInt64(text.offset), high: UInt64(text.count))
      case .date: return Value(tag: .date, low: low)
      case .instant: return Value(tag: .instant, low: low)
      case .id: return Value(tag: .guid, low: low, high: high)
      case .oneOf: return plan.constants[Int(info.target) + Int(truncatingIfNeeded: low)]
      case .record: return .row(RowRun(bits: low).first, shape: Int(info.target), arena)
      case .list: return Value(tag: .run, arena: arena, low: low, high: UInt64(info.target))
      }
    case .absent, .wrongType, .outside, .twice, .outOfRange: return .unknown(slotCause(slot, state))
    }
  }

  // MARK: lists

  /// Whether a list's elements can be told, and how many there are.
  func elementCount(_ list: Value) -> Int {
    switch list.tag {
    case .list: return list.count
    case .run: return RowRun(bits: list.low).count
    case .rows: return indexes[list.index]?.distinct.count ?? 0
    case .unknown, .null, .bool, .int, .decimal, .text, .date, .instant, .guid, .row, .product, .feature: return 0
    }
  }

  /// An element of a list, and the causes of doubt that it is one.
  mutating func element(_ list: Value, _ index: Int) -> (value: Value, doubt: Int32) {
    switch list.tag {
    case .list: return (elements[list.index + index], doubts[list.index + index])
    case .run:
      let row = RowRun(bits: list.low).first + index
      let shape = Int(truncatingIfNeeded: list.high)
      if plan.layouts[shape].isScalar { return (read(plan.layouts[shape].firstSlot, row: row, list.arena), 0) }
      return (.row(row, shape: shape, list.arena), 0)
    case .rows:
      let shape = plan.read.shapeOfCollection[list.index]?.index ?? 0
      return (.row(Int(indexes[list.index]?.distinct[index] ?? 0), shape: shape, .joined), 0)
    case .unknown, .null, .bool, .int, .decimal, .text, .date, .instant, .guid, .row, .product, .feature:
      return (.null, 0)
    }
  }

  /// The causes of a list's being incomplete; 0 where it is whole.
  func incompleteness(_ list: Value) -> Int32 { list.tag == .list || list.tag == .rows ? list.aux : 0 }

  /// Puts elements behind each other as a list; they were appended from `first` on.
  func list(from first: Int, incomplete: Int32 = 0) -> Value {
    .list(first: first, count: elements.count - first, incomplete: incomplete)
  }

  mutating func append(_ value: Value, doubt: Int32 = 0) {
    elements.append(value)
    doubts.append(doubt)
  }
}
