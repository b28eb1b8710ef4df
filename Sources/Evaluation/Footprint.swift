import Semantics
import Syntax

/// What of a row decides a condition: slots of its own, of the rows that it joins to, and of the elements of its lists.
///
/// All else that a condition sees is the same for every row: constants, facts, the day, and collections that are in memory.
/// Rows that agree in their footprint have one verdict, for the same causes and with the same evidence.
struct Footprint {
  /// One thing to write down of a row at hand.
  struct Step {
    enum Kind: UInt8 {
      /// Of state word `slot`, the states in `mask`.
      case states
      /// The content of plan slot `slot`, where it has one.
      case content
      /// The rows in plan slot `slot`, each by the `count` steps that follow.
      case rows
      /// The row of `collection` that the key in plan slot `slot` joins to, by the `count` steps that follow.
      case join
    }
    var kind: Kind
    var mayBeMissing = false
    /// Of a plan slot its kind and where it is; the words from the row's begin.
    var slotKind = SlotInfo.Kind.bool
    var stateShift: UInt8 = 0
    var slot: Int32
    var count: Int32 = 0
    var stateWord: Int32 = 0
    var word: Int32 = 0
    /// The shape of the rows in it.
    var target: Int32 = -1
    var collection: Int32 = -1
    var mask: UInt64 = 0

    init(states word: Int, mask: UInt64) {
      kind = .states
      slot = Int32(word)
      self.mask = mask
    }

    init(_ kind: Kind, slot: Int, in plan: Plan) {
      let info = plan.slots[slot]
      self.kind = kind
      self.slot = Int32(slot)
      slotKind = info.kind
      stateWord = info.number >> 4
      stateShift = UInt8(info.number & 15) * 4
      word = info.word
      target = info.target
    }
  }
  var shape: Int
  var steps: [Step]
  let hasJoins: Bool
  /// Slots of which many values are to be expected, lists among them: conditions with the same ones are best kept together.
  var rich: Set<Int>
}

/// Finds footprints.
struct FootprintFinder {
  private let program: CheckedProgram
  private let plan: Plan
  private var nodes: [Node] = []
  private var isFound = true
  private var bound: [Thing]
  private var known: [Visit: Thing] = [:]

  /// What counts of a row: of the subject's, of one that it joins to, or of each in a list.
  private struct Node {
    var shape: Int
    var record: RecordID?
    var isElement: Bool
    /// By state word: the states that count.
    var states: [UInt64]
    /// Slots whose content counts.
    var contents: [Int] = []
    /// Lists and records, and the node of their rows.
    var runs: [(slot: Int, node: Int)] = []
    /// Joins: the slot by which they go, their collection, and the node of the row found.
    var joins: [(slot: Int, collection: CollectionID, mayBeMissing: Bool, node: Int)] = []
  }

  /// What an expression stands for.
  private enum Thing: Hashable {
    /// Nothing that is not marked already.
    case other
    case row(Int)
    case list(Int)
  }

  private struct Visit: Hashable {
    var body: Int
    var arguments: [Thing]
  }

  private init(_ plan: Plan, shape: Int, record: RecordID?) {
    self.plan = plan
    program = plan.program
    bound = Array(repeating: .other, count: plan.program.variables.count)
    _ = node(shape: shape, record: record, isElement: false)
  }

  /// The footprint of conditions of rules over the rows of one collection.
  static func footprint(of questions: [Formula.Question], shape: Int, in plan: Plan) -> Footprint? {
    footprint(of: [], and: questions, shape: shape, in: plan)
  }

  /// The footprint of rules over the rows of one collection, and of conditions of others; nil where an answer hangs on more than that.
  static func footprint(
    of rules: [RuleID], and questions: [Formula.Question] = [], shape: Int, in plan: Plan
  ) -> Footprint? {
    var finder = FootprintFinder(
      plan, shape: shape,
      record: plan.read.shapeOfCollection.firstIndex { $0?.index == shape }
        .map { plan.program.collections[$0].record })
    for id in rules {
      let rule = plan.program[id]
      if let first = rule.chain.first { finder.bound[first.variable.index] = .row(0) }
      // Each element is a subject, known by its key and told from others by all of it.
      if rule.chain.count > 1 { finder.takeElements(of: rule.chain[1].source) }
      if let when = rule.when { finder.take(when) }
      finder.take(rule.require)
    }
    for question in questions {
      finder.bound[question.subject] = .row(0)
      finder.take(TypedExpressionID(question.expression))
    }
    return finder.finish()
  }

  /// The footprint of what a record's rows hold.
  static func footprint(ofHolding record: RecordID, shape: Int, in plan: Plan) -> Footprint? {
    var finder = FootprintFinder(plan, shape: shape, record: record)
    finder.visitHolding(of: record, by: .row(0))
    return finder.finish()
  }

  private func finish() -> Footprint? {
    if !isFound { return nil }
    var rich: Set<Int> = []
    for node in nodes where !node.isElement {
      let first = plan.firstSlot[node.shape]
      for slot in node.contents {
        switch plan.slots[first + slot].kind {
        case .bool, .oneOf: break
        case .int, .decimal, .text, .date, .instant, .id, .record, .list: rich.insert(first + slot)
        }
      }
      for run in node.runs { rich.insert(first + run.slot) }
    }
    let steps = steps(of: 0)
    return Footprint(shape: nodes[0].shape, steps: steps, hasJoins: steps.contains { $0.kind == .join }, rich: rich)
  }

  private func steps(of node: Int) -> [Footprint.Step] {
    let node = nodes[node]
    let first = plan.firstSlot[node.shape]
    var steps: [Footprint.Step] = []
    for (word, mask) in node.states.enumerated() where mask != 0 { steps.append(Footprint.Step(states: word, mask: mask)) }
    for slot in node.contents { steps.append(Footprint.Step(.content, slot: first + slot, in: plan)) }
    for run in node.runs {
      let inner = self.steps(of: run.node)
      var step = Footprint.Step(.rows, slot: first + run.slot, in: plan)
      step.count = Int32(inner.count)
      steps.append(step)
      steps += inner
    }
    for join in node.joins {
      let inner = self.steps(of: join.node)
      var step = Footprint.Step(.join, slot: first + join.slot, in: plan)
      step.mayBeMissing = join.mayBeMissing
      step.count = Int32(inner.count)
      step.collection = Int32(join.collection.index)
      steps.append(step)
      steps += inner
    }
    return steps
  }

  // MARK: marks

  private mutating func node(shape: Int, record: RecordID?, isElement: Bool) -> Int {
    let states = [UInt64](repeating: 0, count: plan.layouts[shape].stateWords)
    nodes.append(Node(shape: shape, record: record, isElement: isElement, states: states))
    return nodes.count - 1
  }

  private mutating func markState(_ slot: Int, of node: Int) {
    nodes[node].states[slot >> 4] |= 15 << (UInt64(slot & 15) * 4)
  }

  private mutating func markContent(_ slot: Int, of node: Int) {
    markState(slot, of: node)
    if plan.slots[plan.firstSlot[nodes[node].shape] + slot].kind == .bool { return }
    if !nodes[node].contents.contains(slot) { nodes[node].contents.append(slot) }
  }

  private mutating func markAll(of node: Int) {
    for slot in 0..<plan.layouts[nodes[node].shape].slotCount { markContent(slot, of: node) }
  }

  /// A whole value counts: a list of scalars with all in it, a joined row by its key.
  ///
  /// Other rows are told apart by where they are, which no description says.
  private mutating func mark(_ thing: Thing) {
    switch thing {
    case .other: break
    case .list(let node):
      if plan.layouts[nodes[node].shape].isScalar { markAll(of: node) } else { isFound = false }
    case .row(let node):
      if nodes[node].isElement && plan.layouts[nodes[node].shape].isScalar { return markAll(of: node) }
      guard node > 0, !nodes[node].isElement, let record = nodes[node].record else {
        isFound = false
        return
      }
      let shape = nodes[node].shape
      for key in program[record].key { markContent(plan.read.shapes[shape].slotOfField[key], of: node) }
    }
  }

  private mutating func take(_ id: TypedExpressionID) { mark(visit(id)) }

  private mutating func takeElements(of list: TypedExpressionID) {
    let thing = visit(list)
    if case .list(let node) = thing { markAll(of: node) } else { mark(thing) }
  }

  // MARK: walk

  private mutating func visit(_ id: TypedExpressionID) -> Thing {
    let kind = program[id].kind
    switch kind {
    case .variable(let variable):
      guard program.variables[variable.index].role == .local else { return bound[variable.index] }
      for rule in program.rules {
        for local in rule.locals where local.variable == variable {
          return remembered(Visit(body: local.value.index, arguments: [])) { $0.visit(local.value) }
        }
      }
      return .other
    case .field(let base, let field): return visit(field, of: visit(base))
    case .call(let define, let arguments):
      let define = program.defines[define.index]
      let things = arguments.map { visit($0) }
      return remembered(Visit(body: define.body.index, arguments: things)) { finder in
        for (parameter, thing) in zip(define.parameters, things) { finder.bound[parameter.index] = thing }
        return finder.visit(define.body)
      }
    case .equal(let left, let right, _):
      if isNull(right) {
        visitNullTest(of: left)
      } else if isNull(left) {
        visitNullTest(of: right)
      } else {
        take(left)
        take(right)
      }
    case .has(let subject, let feature):
      let thing = visit(subject)
      take(feature)
      visitHolding(of: subject, by: thing)
      for matrix in program.matrices {
        for statement in matrix.statements {
          guard let condition = statement.condition, isAsked(statement.feature, by: feature) else { continue }
          let define = program.defines[condition.index]
          _ = remembered(Visit(body: define.body.index, arguments: [thing])) { finder in
            if let parameter = define.parameters.first { finder.bound[parameter.index] = thing }
            finder.take(define.body)
            return .other
          }
        }
      }
    case .holds(let subject, let product):
      let thing = visit(subject)
      take(product)
      visitHolding(of: subject, by: thing)
    case .productsHeld(let subject): visitHolding(of: subject, by: visit(subject))
    case .any(let variable, let source, let condition), .count(let variable, let source, let condition, false):
      bind(variable, to: visit(source))
      if let condition { take(condition) }
    case .count(let variable, let source, let condition, true):
      let list = visit(source)
      mark(list)
      bind(variable, to: list)
      if let condition { take(condition) }
    case .all(let variable, let source, let condition, let satisfy):
      bind(variable, to: visit(source))
      if let condition { take(condition) }
      take(satisfy)
    case .comprehension(let comprehension), .aggregate(_, let comprehension):
      for loop in comprehension.loops { bind(loop.variable, to: visit(loop.source)) }
      if let condition = comprehension.condition { take(condition) }
      take(comprehension.element)
    case .literal, .product, .feature, .fact, .today, .startOfMonth, .unknown, .single, .collection, .row, .entry, .not,
      .and, .or, .order, .member, .within, .textTest, .matches, .arithmetic, .negate, .shift, .days, .orElse, .list,
      .products, .productsGranting, .part, .function:
      for operand in Operands.of(kind) { take(operand) }
    }
    return .other
  }

  private mutating func remembered(_ visit: Visit, _ body: (inout FootprintFinder) -> Thing) -> Thing {
    if let thing = known[visit] { return thing }
    let thing = body(&self)
    known[visit] = thing
    return thing
  }

  /// The elements of a list that is not of the row's own are the same for all rows.
  private mutating func bind(_ variable: VariableID, to list: Thing) {
    switch list {
    case .list(let node): bound[variable.index] = .row(node)
    case .row, .other: bound[variable.index] = .other
    }
  }

  private mutating func visit(_ field: FieldID, of base: Thing) -> Thing {
    guard case .row(let owner) = base else { return .other }
    let shape = nodes[owner].shape
    switch program[field].kind {
    case .stored:
      let slot = plan.read.shapes[shape].slotOfField[field.index]
      guard slot >= 0 else {
        isFound = false
        return .other
      }
      switch plan.read.shapes[shape].slots[slot].kind {
      case .list(let inner): return .list(run(slot, inner.index, of: owner))
      case .record(let inner): return .row(run(slot, inner.index, of: owner))
      case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf: markContent(slot, of: owner)
      }
      return .other
    case .join(let target, let by):
      let slot = plan.read.shapes[shape].slotOfField[by]
      if nodes[owner].isElement {
        // What it goes by decides which row is found, and that row is the same for all.
        markContent(slot, of: owner)
        return .other
      }
      if let found = nodes[owner].joins.first(where: { $0.slot == slot && $0.collection == target }) {
        return .row(found.node)
      }
      guard let other = plan.shapeOfRecord[program[target].record.index] else {
        isFound = false
        return .other
      }
      let found = node(shape: other, record: program[target].record, isElement: false)
      nodes[owner].joins.append((slot, target, program[field].type.isNullable, found))
      return .row(found)
    case .reverse:
      isFound = false
      return .other
    }
  }

  /// The node of a list's or record's rows.
  private mutating func run(_ slot: Int, _ shape: Int, of owner: Int) -> Int {
    markState(slot, of: owner)
    if let known = nodes[owner].runs.first(where: { $0.slot == slot }) { return known.node }
    let inner = node(shape: shape, record: nil, isElement: true)
    nodes[owner].runs.append((slot, inner))
    return inner
  }

  private func isNull(_ id: TypedExpressionID) -> Bool {
    if case .literal(.null) = program[id].kind { return true }
    return false
  }

  /// Of a value that is only asked whether it is null, the state is enough.
  private mutating func visitNullTest(of id: TypedExpressionID) {
    guard case .field(let base, let field) = program[id].kind else { return take(id) }
    let thing = visit(base)
    guard case .row(let owner) = thing, case .stored = program[field].kind else {
      // Whether a joined row was found is part of every description.
      if case .row(let found) = visit(field, of: thing), nodes[found].isElement { markAll(of: found) }
      return
    }
    let slot = plan.read.shapes[nodes[owner].shape].slotOfField[field.index]
    if slot >= 0 { markState(slot, of: owner) } else { isFound = false }
  }

  private func isAsked(_ feature: FeatureID, by expression: TypedExpressionID) -> Bool {
    if case .feature(let asked) = program[expression].kind { return asked == feature }
    return true
  }

  private mutating func visitHolding(of subject: TypedExpressionID, by thing: Thing) {
    if case .row(let record) = program[subject].type.shape { visitHolding(of: record, by: thing) }
  }

  private mutating func visitHolding(of record: RecordID, by thing: Thing) {
    for holding in program.holdings where holding.record == record {
      _ = remembered(Visit(body: holding.body.index, arguments: [thing])) { finder in
        finder.bound[holding.subject.index] = thing
        finder.take(holding.body)
        return .other
      }
    }
  }
}
