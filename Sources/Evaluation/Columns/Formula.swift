import Semantics
import Syntax

/// The conditions of rules about one collection, as formulas over what is asked of a row; what several conditions ask is asked once.
///
/// A node's answer for a row is yes, no, or neither: neither is for what cannot be told, and for what the machine alone knows.
struct Formula {
  enum Node {
    /// The same for every row.
    case constant(Bool?)
    case test(SlotTest)
    case text(TextTest)
    /// Of profile `profile` the question `number`.
    case question(profile: Int, number: Int)
    /// What the machine is asked row by row.
    case opaque(Question)
    case not(Int)
    case and([Int])
    case or([Int])
  }

  /// A condition and the variable that stands for the row.
  struct Question {
    var expression: Int
    var subject: Int
  }

  /// A test of one slot, told from its state, or from its payload beside a constant.
  struct SlotTest: Hashable {
    /// In `joins`; -1: the subject's own row.
    var join: Int
    /// In the plan.
    var slot: Int
    /// By state, one bit each.
    var yesStates: UInt16
    var noStates: UInt16
    /// Whether a path through null answers yes or no.
    var nullAnswer: Bool?
    var comparison: Comparison?
  }

  /// What is asked of a payload in state `value`.
  struct Comparison: Hashable {
    enum Operation: UInt8 { case equal, unequal, less, lessOrEqual, greater, greaterOrEqual }
    var operation: Operation
    var constant: Int64
  }

  /// A test of the text in a slot beside a constant.
  struct TextTest: Hashable {
    enum Operation: UInt8 { case equal, unequal, contains, startsWith, endsWith }
    /// As in `SlotTest`.
    var join: Int
    var slot: Int
    var operation: Operation
    var text: Text
    /// What null answers, the field's own where it may be and a path's through it.
    var nullAnswer: Bool?
  }

  /// A join that is worked out once for a batch.
  struct Join: Hashable {
    /// In `joins`; -1: from the subject's own row.
    var base: Int
    /// Of the key, in the plan.
    var slot: Int
    var collection: Int
    var mayBeMissing: Bool
  }

  /// A rule's conditions; `when` is -1 where there is none.
  struct Conditions {
    var when: Int
    var require: Int
    /// The nodes of the parts that `require` is made of by `and` and `or`: what they answer tells which of them a report names. Empty where
    /// that hangs on more.
    var leaves: [Int] = []
  }

  var nodes: [Node] = []
  var joins: [Join] = []
  var rules: [Conditions] = []
  /// By profile: what is asked of it.
  var profiles: [[Question]] = []
  var footprints: [Footprint] = []
}

/// Makes formulas of rules whose subject is a row of one collection.
struct FormulaMaker {
  private let program: CheckedProgram
  private let plan: Plan
  private let shape: Int
  private var formula = Formula()
  private var tests: [Formula.SlotTest: Int] = [:]
  private var textTests: [Formula.TextTest: Int] = [:]
  private var others: [ConditionShape: Int] = [:]
  private var locals: [VariableID: TypedExpressionID] = [:]
  private var subject = VariableID(0)
  /// The rows that parameters of inlined defines stand for.
  private var rows: [VariableID: Int] = [:]
  private var asked: [(node: Int, question: Formula.Question, footprint: Footprint)] = []
  /// By expression of the rule at hand, its node.
  private var nodeOfExpression: [TypedExpressionID: Int] = [:]

  /// - Parameter constant: the value of an expression that depends on no row.
  static func make(
    _ rules: [RuleID], shape: Int, in plan: Plan, constant: (Int) -> Value?
  ) -> Formula {
    var maker = FormulaMaker(program: plan.program, plan: plan, shape: shape)
    for id in rules {
      let rule = plan.program[id]
      maker.subject = rule.chain[0].variable
      maker.locals = Dictionary(rule.locals.map { ($0.variable, $0.value) }, uniquingKeysWith: { first, _ in first })
      maker.rows = [:]
      maker.nodeOfExpression = [:]
      let when = rule.when.map { maker.node($0, constant) } ?? -1
      var conditions = Formula.Conditions(when: when, require: maker.node(rule.require, constant))
      conditions.leaves = maker.leaves(of: rule.require) ?? []
      maker.formula.rules.append(conditions)
    }
    maker.makeProfiles()
    return maker.formula
  }

  private init(program: CheckedProgram, plan: Plan, shape: Int) {
    self.program = program
    self.plan = plan
    self.shape = shape
  }

  private mutating func add(_ node: Formula.Node) -> Int {
    formula.nodes.append(node)
    return formula.nodes.count - 1
  }

  /// The nodes below `and` and `or`; nil where one has none, or they are too many.
  private func leaves(of id: TypedExpressionID) -> [Int]? {
    switch program[id].kind {
    case .and(let operands), .or(let operands):
      var found: [Int] = []
      for operand in operands {
        guard let inner = leaves(of: operand) else { return nil }
        found += inner
      }
      return found.count <= 64 ? found : nil
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry,
      .call, .not, .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .list,
      .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      return nodeOfExpression[id].map { [$0] }
    }
  }

  /// The node of a condition of the rule at hand.
  private mutating func node(_ id: TypedExpressionID, _ constant: (Int) -> Value?) -> Int {
    let node = anyNode(id, constant)
    nodeOfExpression[id] = node
    return node
  }

  private mutating func anyNode(_ id: TypedExpressionID, _ constant: (Int) -> Value?) -> Int {
    if let plain = plainNode(id, constant) { return plain }
    let shape = ConditionShape(id, subject: subject, locals: locals, in: program)
    if let known = others[shape] { return known }
    let made: Int
    switch program[id].kind {
    case .and(let operands):
      let inner = operands.map { node($0, constant) }
      made = add(.and(inner))
    case .or(let operands):
      let inner = operands.map { node($0, constant) }
      made = add(.or(inner))
    case .not(let operand):
      let inner = node(operand, constant)
      made = add(.not(inner))
    case .variable(let variable) where locals[variable] != nil:
      made = locals[variable].map { node($0, constant) } ?? 0
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry,
      .call, .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .list,
      .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      let question = Formula.Question(expression: id.index, subject: subject.index)
      made = add(.opaque(question))
      if let footprint = FootprintFinder.footprint(of: [question], shape: self.shape, in: plan) {
        asked.append((made, question, footprint))
      }
    }
    others[shape] = made
    return made
  }

  /// Questions that hang on the same slots of which many values are to be expected are told from one profile.
  private mutating func makeProfiles() {
    var groups: [(rich: Set<Int>, members: [Int])] = []
    for (index, one) in asked.enumerated() {
      if let known = groups.firstIndex(where: { $0.rich == one.footprint.rich }) {
        groups[known].members.append(index)
      } else {
        groups.append((one.footprint.rich, [index]))
      }
    }
    for group in groups {
      let questions = group.members.map { asked[$0].question }
      guard let footprint = FootprintFinder.footprint(of: questions, shape: shape, in: plan) else { continue }
      for (number, member) in group.members.enumerated() {
        formula.nodes[asked[member].node] = .question(profile: formula.profiles.count, number: number)
      }
      formula.profiles.append(questions)
      formula.footprints.append(footprint)
    }
  }

  // MARK: - What slots tell

  /// The node of a condition that constants and slots tell; nil where it is none.
  private mutating func plainNode(_ id: TypedExpressionID, _ constant: (Int) -> Value?) -> Int? {
    if let value = constant(id.index) {
      return add(.constant(value.isTrue ? true : value.isFalse ? false : nil))
    }
    switch program[id].kind {
    case .variable(let variable):
      guard let local = locals[variable] else { return nil }
      return plainNode(local, constant)
    case .field: return truth(id)
    case .equal(let left, let right, let negated):
      return equality(left, right, negated, constant) ?? equality(right, left, negated, constant)
    case .order(let order, let left, let right):
      let number = ConditionShape.number(of: order)
      let operations: [Formula.Comparison.Operation] = [.less, .lessOrEqual, .greater, .greaterOrEqual]
      let turned: [Formula.Comparison.Operation] = [.greater, .greaterOrEqual, .less, .lessOrEqual]
      return comparison(left, right, operations[number], nullAnswer: nil, constant)
        ?? comparison(right, left, turned[number], nullAnswer: nil, constant)
    case .not(let operand):
      guard let inner = plainNode(operand, constant) else { return nil }
      return add(.not(inner))
    case .and(let operands):
      guard let inner = plainNodes(operands, constant) else { return nil }
      return add(.and(inner))
    case .or(let operands):
      guard let inner = plainNodes(operands, constant) else { return nil }
      return add(.or(inner))
    case .call(let define, let arguments):
      let define = program.defines[define.index]
      let outer = rows
      defer { rows = outer }
      for (parameter, argument) in zip(define.parameters, arguments) {
        guard let join = row(argument) else { return nil }
        rows[parameter] = join
      }
      return plainNode(define.body, constant)
    case .textTest(let test, let left, let right):
      let operation: Formula.TextTest.Operation =
        switch test {
        case .contains: .contains
        case .startsWith: .startsWith
        case .endsWith: .endsWith
        }
      return textTest(left, right, operation, nullAnswer: nil)
    case .literal, .product, .feature, .fact, .today, .startOfMonth, .unknown, .single, .collection, .row, .entry, .member, .within,
      .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .list, .comprehension, .aggregate, .any, .all,
      .count, .products, .productsHeld, .productsGranting, .part, .function:
      return nil
    }
  }

  private mutating func plainNodes(_ operands: [TypedExpressionID], _ constant: (Int) -> Value?) -> [Int]? {
    var inner: [Int] = []
    for operand in operands {
      guard let node = plainNode(operand, constant) else { return nil }
      nodeOfExpression[operand] = node
      inner.append(node)
    }
    return inner
  }

  /// The join that gives the row an expression stands for; -1 for the subject; nil where it is no such row.
  private mutating func row(_ id: TypedExpressionID) -> Int? {
    switch program[id].kind {
    case .variable(let variable):
      if variable == subject { return -1 }
      if let join = rows[variable] { return join }
      return locals[variable].flatMap { row($0) }
    case .field(let base, let field):
      guard case .join(let target, let by) = program[field].kind, let join = row(base),
        let slot = planSlot(FieldID(record: field.record, index: by))
      else { return nil }
      let made = Formula.Join(
        base: join, slot: slot, collection: target.index, mayBeMissing: program[field].type.isNullable)
      if let known = formula.joins.firstIndex(of: made) { return known }
      formula.joins.append(made)
      return formula.joins.count - 1
    case .literal, .product, .feature, .fact, .today, .startOfMonth, .unknown, .single, .collection, .row, .entry, .call, .not, .and,
      .or, .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .list,
      .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      return nil
    }
  }

  private func planSlot(_ field: FieldID) -> Int? {
    guard let shape = plan.shapeOfRecord[field.record.index] else { return nil }
    let slot = plan.read.shapes[shape].slotOfField[field.index]
    return slot < 0 ? nil : plan.firstSlot[shape] + slot
  }

  /// The row and slot of a stored field.
  private mutating func slot(_ id: TypedExpressionID) -> (join: Int, slot: Int)? {
    if case .variable(let variable) = program[id].kind, let local = locals[variable] { return slot(local) }
    guard case .field(let base, let field) = program[id].kind, case .stored = program[field].kind, let join = row(base),
      let slot = planSlot(field)
    else { return nil }
    return (join, slot)
  }

  private mutating func test(_ test: Formula.SlotTest) -> Int {
    if let known = tests[test] { return known }
    let made = add(.test(test))
    tests[test] = made
    return made
  }

  private static func bit(_ state: SlotState) -> UInt16 { 1 << UInt16(truncatingIfNeeded: state.rawValue) }

  private mutating func truth(_ id: TypedExpressionID) -> Int? {
    guard case .bool = program[id].type.shape, let (join, slot) = slot(id) else { return nil }
    return test(
      Formula.SlotTest(
        join: join, slot: slot, yesStates: FormulaMaker.bit(.yes), noStates: FormulaMaker.bit(.no), nullAnswer: nil, comparison: nil))
  }

  private mutating func equality(
    _ left: TypedExpressionID, _ right: TypedExpressionID, _ negated: Bool, _ constant: (Int) -> Value?
  ) -> Int? {
    guard let other = constant(right.index), !other.isUnknown, let (join, slot) = slot(left) else { return nil }
    let null = FormulaMaker.bit(.null)
    let maybeNull = plan.slots[slot].mayBeNull ? null : 0
    var equal: UInt16
    var unequal: UInt16
    switch other.tag {
    case .null:
      equal = maybeNull
      unequal = FormulaMaker.bit(.value) | FormulaMaker.bit(.yes) | FormulaMaker.bit(.no) | FormulaMaker.bit(.text)
    case .bool where plan.slots[slot].kind == .bool:
      equal = FormulaMaker.bit(other.isTrue ? .yes : .no)
      unequal = FormulaMaker.bit(other.isTrue ? .no : .yes) | maybeNull
    case .int, .date, .instant:
      return comparison(left, right, negated ? .unequal : .equal, nullAnswer: negated, constant)
    case .text where plan.slots[slot].kind == .oneOf:
      guard let member = member(right, of: slot) else { return nil }
      let comparison = Formula.Comparison(operation: negated ? .unequal : .equal, constant: member)
      let apart = maybeNull | FormulaMaker.bit(.text)
      return test(
        Formula.SlotTest(
          join: join, slot: slot, yesStates: negated ? apart : 0, noStates: negated ? 0 : apart, nullAnswer: negated,
          comparison: comparison))
    case .text: return textTest(left, right, negated ? .unequal : .equal, nullAnswer: negated)
    case .unknown, .bool, .decimal, .guid, .row, .product, .feature, .list, .run, .rows: return nil
    }
    if negated { swap(&equal, &unequal) }
    let nullAnswer = other.isNull != negated
    return test(
      Formula.SlotTest(join: join, slot: slot, yesStates: equal, noStates: unequal, nullAnswer: nullAnswer, comparison: nil))
  }

  /// A slot's text beside a literal.
  private mutating func textTest(
    _ left: TypedExpressionID, _ right: TypedExpressionID, _ operation: Formula.TextTest.Operation, nullAnswer: Bool?
  ) -> Int? {
    guard case .literal(.text(let text)) = program[right].kind, let (join, slot) = slot(left), plan.slots[slot].kind == .text else {
      return nil
    }
    let test = Formula.TextTest(join: join, slot: slot, operation: operation, text: text, nullAnswer: nullAnswer)
    if let known = textTests[test] { return known }
    let made = add(.text(test))
    textTests[test] = made
    return made
  }

  /// The number of a literal among the members of a closed set.
  private func member(_ id: TypedExpressionID, of slot: Int) -> Int64? {
    guard case .literal(.text(let text)) = program[id].kind else { return nil }
    let info = plan.slots[slot]
    guard case .oneOf(let members, _) = plan.read.shapes[Int(info.shape)].slots[Int(info.number)].kind else { return nil }
    return members.firstIndex(of: text).map { Int64($0) }
  }

  /// A slot's payload beside a constant of its kind.
  private mutating func comparison(
    _ left: TypedExpressionID, _ right: TypedExpressionID, _ operation: Formula.Comparison.Operation, nullAnswer: Bool?,
    _ constant: (Int) -> Value?
  ) -> Int? {
    guard let other = constant(right.index), let (join, slot) = slot(left) else { return nil }
    let number: Int64
    switch (plan.slots[slot].kind, other.tag) {
    case (.int, .int) where other.isExactInt: number = other.signedLow
    case (.date, .date), (.instant, .instant): number = other.signedLow
    case (.instant, .date): number = other.signedLow * Instant.ticksPerDay
    default: return nil
    }
    let null = plan.slots[slot].mayBeNull ? FormulaMaker.bit(.null) : 0
    return test(
      Formula.SlotTest(
        join: join, slot: slot, yesStates: nullAnswer == true ? null : 0, noStates: nullAnswer == false ? null : 0,
        nullAnswer: nullAnswer, comparison: Formula.Comparison(operation: operation, constant: number)))
  }
}
