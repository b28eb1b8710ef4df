import Semantics
import Syntax

/// Plans a program. A field is read where any expression of the program names it, and where it is a key, a label, what a join goes by, or the day of the snapshot.
struct Planner {
  private let program: CheckedProgram
  private var isRead: [[Bool]]
  private var shapeOfRecord: [ShapeID?]
  private var shapes: [RowShape] = []
  /// For each shape, the record and field that name its slots in causes.
  private var owners: [[FieldID]] = []

  static func plan(_ program: CheckedProgram) -> Plan {
    var planner = Planner(program)
    planner.markFields()
    return planner.lower()
  }

  private init(_ program: CheckedProgram) {
    self.program = program
    isRead = program.records.map { Array(repeating: false, count: $0.fields.count) }
    shapeOfRecord = Array(repeating: nil, count: program.records.count)
  }

  // MARK: fields

  private mutating func mark(_ field: FieldID) {
    if isRead[field.record.index][field.index] { return }
    isRead[field.record.index][field.index] = true
    switch program[field].kind {
    case .stored: break
    case .join(_, let by): mark(FieldID(record: field.record, index: by))
    case .reverse(let collection, let by): mark(FieldID(record: program[collection].record, index: by))
    }
  }

  private mutating func markFields() {
    for record in program.records.indices {
      for key in program.records[record].key { mark(FieldID(record: RecordID(record), index: key)) }
    }
    for collection in program.collections {
      for field in collection.label { mark(field) }
    }
    if let asOf = program.asOf { mark(asOf.field) }
    for expression in program.expressions {
      if case .field(_, let field) = expression.kind { mark(field) }
    }
  }

  /// The shape of a record's rows, made when first asked for; its inner shapes come before it.
  private mutating func shape(of record: RecordID) -> ShapeID {
    if let known = shapeOfRecord[record.index] { return known }
    var slots: [(path: [Text], kind: SlotKind, nullFor: Literal?, atLeast: Int64?, atMost: Int64?)] = []
    var slotOfField = Array(repeating: -1, count: program[record].fields.count)
    var owner: [FieldID] = []
    for index in program[record].fields.indices where isRead[record.index][index] {
      let field = program[record].fields[index]
      guard case .stored = field.kind else { continue }
      let id = FieldID(record: record, index: index)
      guard let kind = slotKind(of: field.type, for: id) else { continue }
      slotOfField[index] = slots.count
      slots.append((field.path, kind, field.nullFor, field.atLeast, field.atMost))
      owner.append(id)
    }
    let id = ShapeID(shapes.count)
    shapes.append(RowShape(slots: slots, slotOfField: slotOfField))
    owners.append(owner)
    shapeOfRecord[record.index] = id
    return id
  }

  private mutating func slotKind(of type: ValueType, for field: FieldID) -> SlotKind? {
    switch type.shape {
    case .bool: return .bool
    case .int: return .int
    case .decimal: return .decimal
    case .text: return .text
    case .date: return .date
    case .instant: return .instant
    case .id: return .id
    case .oneOf(let members, let orOther): return .oneOf(members, orOther: orOther)
    case .row(let record): return .record(shape(of: record))
    case .list(let element):
      if case .row(let record) = element.shape { return .list(shape(of: record)) }
      guard let kind = slotKind(of: element, for: field) else { return nil }
      let id = ShapeID(shapes.count)
      shapes.append(RowShape(slots: [(path: [], kind: kind, nullFor: nil, atLeast: nil, atMost: nil)], slotOfField: [0]))
      owners.append([field])
      return .list(id)
    case .product, .feature, .nothing: return nil
    }
  }

  /// Whether a field may be null, or the elements of the list that it is.
  private func mayBeNull(_ field: FieldID, isElement: Bool) -> Bool {
    var type = program[field].type
    if isElement, case .list(let element) = type.shape { type = element }
    return type.isNullable
  }

  // MARK: nodes

  private mutating func lower() -> Plan {
    var shapeOfCollection: [ShapeID?] = []
    for collection in program.collections { shapeOfCollection.append(shape(of: collection.record)) }
    for record in program.records.indices { _ = shape(of: RecordID(record)) }
    var plan = Plan(program: program, read: ReadPlan(shapes: shapes, shapeOfCollection: shapeOfCollection))
    plan.shapeOfRecord = shapeOfRecord.map { $0?.index }
    for (number, shape) in shapes.enumerated() {
      plan.firstSlot.append(plan.slots.count)
      plan.layouts.append(
        Layout(
          stride: shape.stride, stateWords: shape.stateWords, firstSlot: plan.slots.count, slotCount: shape.slots.count,
          isScalar: shape.slots.count == 1 && shape.slots[0].path.isEmpty))
      for (index, slot) in shape.slots.enumerated() {
        let owner = owners[number][index]
        var info = SlotInfo(
          kind: .bool, mayBeNull: mayBeNull(owner, isElement: slot.path.isEmpty), shape: Int32(number), number: Int32(index),
          word: Int32(slot.word), target: -1,
          record: Int32(owner.record.index), field: Int32(owner.index))
        switch slot.kind {
        case .bool: info.kind = .bool
        case .int: info.kind = .int
        case .decimal: info.kind = .decimal
        case .text: info.kind = .text
        case .date: info.kind = .date
        case .instant: info.kind = .instant
        case .id: info.kind = .id
        case .oneOf(let members, _):
          info.kind = .oneOf
          info.target = Int32(plan.constants.count)
          for member in members { _ = plan.constant(.text(member)) }
        case .record(let inner):
          info.kind = .record
          info.target = Int32(inner.index)
        case .list(let inner):
          info.kind = .list
          info.target = Int32(inner.index)
        }
        plan.slots.append(info)
      }
    }
    plan.defines = program.defines.map {
      DefineNode(
        body: Int32($0.body.index), parameter: $0.parameters.count == 1 ? Int32($0.parameters[0].index) : -1)
    }
    plan.rules = program.rules.map {
      RuleNode(
        subject: $0.chain.first.map { Int32($0.variable.index) } ?? -1, links: Int32($0.chain.count),
        when: $0.when.map { Int32($0.index) } ?? -1, require: Int32($0.require.index))
    }
    plan.holdings = Array(repeating: HoldingNode(), count: program.records.count)
    for holding in program.holdings {
      plan.holdings[holding.record.index] = HoldingNode(
        subject: Int32(holding.subject.index), product: Int32(holding.product.index), body: Int32(holding.body.index))
    }
    for (index, expression) in program.expressions.enumerated() {
      plan.nodes.append(node(expression, index, in: &plan))
    }
    return plan
  }

  private func node(_ expression: TypedExpression, _ index: Int, in plan: inout Plan) -> Node {
    func at(_ id: TypedExpressionID) -> Int32 { Int32(id.index) }
    func at(_ id: TypedExpressionID?) -> Int32 { id.map { Int32($0.index) } ?? -1 }
    func pool(_ ids: [TypedExpressionID]) -> (first: Int32, count: Int32) {
      let first = Int32(plan.pool.count)
      for id in ids { plan.pool.append(at(id)) }
      return (first, Int32(ids.count))
    }
    func loops(_ comprehension: TypedComprehension, _ operation: Node.Operation, _ flag: UInt8) -> Node {
      let first = Int32(plan.pool.count)
      for loop in comprehension.loops {
        plan.pool.append(Int32(loop.variable.index))
        plan.pool.append(at(loop.source))
      }
      return Node(
        operation: operation, flag: flag, a: at(comprehension.element), b: first, c: Int32(comprehension.loops.count),
        d: at(comprehension.condition))
    }
    switch expression.kind {
    case .literal(let literal): return Node(operation: .constant, a: plan.constant(literal))
    case .product(let product):
      plan.constants.append(.product(product.index))
      return Node(operation: .constant, a: Int32(plan.constants.count - 1))
    case .feature(let feature):
      plan.constants.append(Value(tag: .feature, low: UInt64(feature.index)))
      return Node(operation: .constant, a: Int32(plan.constants.count - 1))
    case .variable(let variable): return Node(operation: .variable, a: Int32(variable.index))
    case .fact(let fact): return Node(operation: .fact, a: Int32(fact.index))
    case .today: return Node(operation: .today)
    case .startOfMonth: return Node(operation: .startOfMonth)
    case .unknown: return Node(operation: .stated, a: Int32(index))
    case .field(let base, let field):
      switch program[field].kind {
      case .stored:
        let shape = shapeOfRecord[field.record.index].map(\.index) ?? 0
        let slot = shapes[shape].slotOfField[field.index]
        return Node(operation: .stored, a: at(base), b: Int32(plan.firstSlot[shape] + max(slot, 0)))
      case .join(let target, let by):
        let shape = shapeOfRecord[field.record.index].map(\.index) ?? 0
        return Node(
          operation: .join, flag: program[field].type.isNullable ? 1 : 0, a: at(base),
          b: Int32(plan.firstSlot[shape] + max(shapes[shape].slotOfField[by], 0)), c: Int32(target.index))
      case .reverse: return Node(operation: .reverse, a: at(base), b: Int32(field.record.index), c: Int32(field.index))
      }
    case .single(let collection): return Node(operation: .single, a: Int32(collection.index))
    case .collection(let collection): return Node(operation: .collection, a: Int32(collection.index))
    case .row(let collection, let keys):
      let operands = pool(keys)
      return Node(operation: .rowOf, a: Int32(collection.index), b: operands.first, c: operands.count)
    case .entry(let lookup, let value): return Node(operation: .entry, a: Int32(lookup.index), b: at(value))
    case .call(let define, let arguments):
      let operands = pool(arguments)
      return Node(operation: .call, a: Int32(define.index), b: operands.first, c: operands.count)
    case .not(let operand): return Node(operation: .not, a: at(operand))
    case .negate(let operand): return Node(operation: .negate, a: at(operand))
    case .and(let list):
      let operands = pool(list)
      return Node(operation: .and, b: operands.first, c: operands.count)
    case .or(let list):
      let operands = pool(list)
      return Node(operation: .or, b: operands.first, c: operands.count)
    case .list(let list):
      let operands = pool(list)
      return Node(operation: .list, b: operands.first, c: operands.count)
    case .equal(let left, let right, let negated):
      return Node(operation: .equal, flag: negated ? 1 : 0, a: at(left), b: at(right))
    case .member(let left, let right, let negated):
      return Node(operation: .member, flag: negated ? 1 : 0, a: at(left), b: at(right))
    case .order(let order, let left, let right):
      let flag: UInt8 =
        switch order {
        case .less: 0
        case .lessOrEqual: 1
        case .greater: 2
        case .greaterOrEqual: 3
        }
      return Node(operation: .order, flag: flag, a: at(left), b: at(right))
    case .within(let left, let right): return Node(operation: .within, a: at(left), b: at(right))
    case .has(let left, let right): return Node(operation: .has, a: at(left), b: at(right))
    case .holds(let left, let right): return Node(operation: .holds, a: at(left), b: at(right))
    case .days(let from, let to): return Node(operation: .days, a: at(from), b: at(to))
    case .orElse(let left, let right): return Node(operation: .orElse, a: at(left), b: at(right))
    case .textTest(let test, let left, let right):
      let flag: UInt8 =
        switch test {
        case .contains: 0
        case .startsWith: 1
        case .endsWith: 2
        }
      return Node(operation: .textTest, flag: flag, a: at(left), b: at(right))
    case .matches(let operand, let glob):
      plan.globs.append(glob)
      return Node(operation: .matches, a: at(operand), b: Int32(plan.globs.count - 1))
    case .arithmetic(let operation, let left, let right):
      let flag: UInt8 =
        switch operation {
        case .add: 0
        case .subtract: 1
        case .multiply: 2
        case .divide: 3
        }
      return Node(operation: .arithmetic, flag: flag, a: at(left), b: at(right))
    case .shift(let date, let amount, let unit, let backwards):
      let flag: UInt8 =
        switch unit {
        case .days: 0
        case .months: 1
        case .years: 2
        }
      return Node(operation: .shift, flag: flag, a: at(date), b: at(amount), c: backwards ? 1 : 0)
    case .comprehension(let comprehension): return loops(comprehension, .comprehension, 0)
    case .aggregate(let aggregate, let comprehension):
      let flag: UInt8 =
        switch aggregate {
        case .sum: 0
        case .min: 1
        case .max: 2
        }
      return loops(comprehension, .aggregate, flag)
    case .any(let variable, let source, let condition):
      return Node(
        operation: .any, a: Int32(variable.index), b: at(source), c: at(condition),
        d: at(condition.flatMap { membership($0, of: variable) }))
    case .all(let variable, let source, let condition, let satisfy):
      return Node(operation: .all, a: Int32(variable.index), b: at(source), c: at(condition), d: at(satisfy))
    case .count(let variable, let source, let condition, let distinct):
      return Node(
        operation: .count, flag: distinct ? 1 : 0, a: Int32(variable.index), b: at(source), c: at(condition))
    case .products: return Node(operation: .products)
    case .productsHeld(let subject): return Node(operation: .productsHeld, a: at(subject))
    case .productsGranting(let feature): return Node(operation: .productsGranting, a: at(feature))
    case .part(let part, let product):
      let flag: UInt8 =
        switch part {
        case .skus: 0
        case .plans: 1
        case .components: 2
        case .includes: 3
        }
      return Node(operation: .part, flag: flag, a: at(product))
    case .function(let function, let list):
      let flag: UInt8 =
        switch function {
        case .union: 0
        case .common: 1
        case .without: 2
        case .lower: 3
        }
      let operands = pool(list)
      return Node(operation: .function, flag: flag, b: operands.first, c: operands.count)
    }
  }
}

extension Planner {
  /// The list of a condition that says no more than that a variable is in it; the list does not depend on the variable.
  private func membership(_ condition: TypedExpressionID, of variable: VariableID) -> TypedExpressionID? {
    guard case .member(let element, let list, negated: false) = program[condition].kind,
      case .variable(variable) = program[element].kind, case .part(_, let product) = program[list].kind
    else { return nil }
    switch program[product].kind {
    case .product: return list
    case .variable(let other): return other == variable ? nil : list
    case .literal, .feature, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry, .call, .not, .and, .or,
      .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .list,
      .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      return nil
    }
  }
}

extension Plan {
  /// The number of a constant, added to the others.
  mutating func constant(_ literal: Literal) -> Int32 {
    constants.append(value(literal))
    return Int32(constants.count - 1)
  }

  /// A literal as a value; its text goes to the constants' texts.
  mutating func value(_ literal: Literal) -> Value {
    switch literal {
    case .null: return .null
    case .bool(let bool): return .bool(bool)
    case .int(let int): return .int(int)
    case .decimal(let decimal):
      return Value(tag: .decimal, low: UInt64(bitPattern: decimal.mantissa), high: UInt64(decimal.scale))
    case .text(let text):
      texts.append(contentsOf: text.utf8)
      return Value(tag: .text, low: UInt64(texts.count - text.utf8.count), high: UInt64(text.utf8.count))
    case .date(let day): return Value(tag: .date, low: UInt64(bitPattern: Int64(day.days)))
    case .instant(let instant): return Value(tag: .instant, low: UInt64(bitPattern: instant.ticks))
    case .guid(let guid): return Value(tag: .guid, low: guid.high, high: guid.low)
    }
  }
}
