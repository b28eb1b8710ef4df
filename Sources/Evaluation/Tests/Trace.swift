package import Semantics
package import Syntax

/// What the parts of a rule's condition were for one subject: what a failed test shows, and what coverage counts.
package struct Trace: Sendable {
  /// One expression with its value.
  package struct Part: Sendable {
    package var expression: TypedExpressionID
    /// As reports write it.
    package var value: Text
  }
  /// A `let` that the condition uses, `when` or `require`, with those of its parts that have a value of their own.
  package struct Clause: Sendable {
    /// `when`, `require`, `let paid =`
    package var word: String
    package var expression: TypedExpressionID
    package var parts: [Part]
  }
  /// A part of the condition that no `and`, `or` or `not` takes apart.
  package struct Condition: Hashable, Sendable {
    package enum Truth: Int, Sendable, CaseIterable { case yes, no, unknown }
    package var expression: TypedExpressionID
    package var truth: Truth
  }
  /// One cell of a matrix, for one of the columns that it stands for.
  package struct Cell: Hashable, Sendable {
    package var matrix: MatrixID
    /// Its place in the matrix's statements.
    package var statement: Int
  }
  /// What a matrix may be asked about a subject: a feature, and products that are held, or perhaps held.
  struct Question: Hashable {
    var feature: FeatureID
    var products: [ProductID]
  }
  package var clauses: [Clause] = []
  /// Those that were asked for: behind a false `when`, or a false operand of `and`, nothing is.
  package var conditions: Set<Condition> = []
  /// Likewise those of the rule's waivers, of every tenant and day.
  var waivers: Set<Condition> = []
  /// Those whose products were held, and which said what the answer was.
  package var cells: Set<Cell> = []
  /// All cells that could have had a say: no other one can change the verdict.
  var questions: Set<Question> = []
}

extension Machine {
  /// The values of a rule's condition for the subject at hand; only tests ask for them.
  mutating func trace(of rule: Rule) -> Trace {
    var tracer = Tracer(rule: rule)
    var isAsked = true
    if let when = rule.when {
      tracer.visit(when, &self)
      tracer.cells(in: when, &self)
      isAsked = !evaluate(when.index).isFalse
    }
    if isAsked {
      tracer.visit(rule.require, &self)
      tracer.cells(in: rule.require, &self)
    }
    for waiver in program.waivers where program[waiver.rule].name == rule.name {
      for condition in waiver.conditions { tracer.cells(in: condition, &self) }
      tracer.visitWaiver(waiver, &self)
    }
    for template in [rule.message, rule.remedy].compactMap({ $0 }) {
      for case .value(let expression) in template.parts { tracer.cells(in: expression, &self) }
    }
    let inUse = tracer.locals
    for local in rule.locals where inUse.contains(local.variable) {
      tracer.show("let \(program.variables[local.variable.index].name.string) =", local.value, &self)
    }
    if let when = rule.when { tracer.show("when", when, &self) }
    if isAsked { tracer.show("require", rule.require, &self) }
    return tracer.trace
  }

  /// A value as a failed test shows it: texts in quotes, rows by their key.
  fileprivate mutating func shownValue(_ value: Value) -> Text {
    switch value.tag {
    case .unknown: return "unknown"
    case .text: return Text([0x22] + text(of: value, nil).utf8 + [0x22])
    case .product, .feature: return keyText(value)
    case .null, .bool, .int, .decimal, .date, .instant, .guid, .row, .list, .run, .rows: return text(of: value, nil)
    }
  }
}

/// Goes through one condition.
private struct Tracer {
  let rule: Rule
  var trace = Trace()
  var locals: Set<VariableID> = []

  init(rule: Rule) { self.rule = rule }

  private func local(_ variable: VariableID) -> TypedExpressionID? {
    rule.locals.first { $0.variable == variable }?.value
  }

  /// The conditions that are asked for, in the order in which they are.
  mutating func visit(_ id: TypedExpressionID, _ machine: inout Machine) {
    switch machine.program[id].kind {
    case .and(let operands):
      for operand in operands {
        visit(operand, &machine)
        if machine.evaluate(operand.index).isFalse { return }
      }
    case .or(let operands):
      for operand in operands {
        visit(operand, &machine)
        if machine.evaluate(operand.index).isTrue { return }
      }
    case .not(let operand): visit(operand, &machine)
    case .variable(let variable):
      if let value = local(variable) { visit(value, &machine) } else { note(id, &machine) }
    case .literal, .product, .feature, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry,
      .call, .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days,
      .orElse, .list, .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part,
      .function:
      note(id, &machine)
    }
  }

  mutating func visitWaiver(_ waiver: Waiver, _ machine: inout Machine) {
    let own = trace.conditions
    trace.conditions = []
    for condition in waiver.conditions { visit(condition, &machine) }
    trace.waivers.formUnion(trace.conditions)
    trace.conditions = own
  }

  private mutating func note(_ id: TypedExpressionID, _ machine: inout Machine) {
    let value = machine.evaluate(id.index)
    if value.isUnknown {
      trace.conditions.insert(Trace.Condition(expression: id, truth: .unknown))
    } else if value.tag == .bool {
      trace.conditions.insert(Trace.Condition(expression: id, truth: value.isTrue ? .yes : .no))
    }
  }

  // MARK: what a failed test shows

  mutating func show(_ word: String, _ id: TypedExpressionID, _ machine: inout Machine) {
    var clause = Trace.Clause(word: word, expression: id, parts: [])
    parts(of: id, into: &clause, &machine)
    trace.clauses.append(clause)
  }

  /// What has a value by itself and is not plain to see; below a binder only its source.
  private mutating func parts(of id: TypedExpressionID, into clause: inout Trace.Clause, _ machine: inout Machine) {
    let kind = machine.program[id].kind
    // Which row a path leads to is seen from what is asked of it.
    if isTelling(kind, machine.program), machine.evaluate(id.index).tag != .row {
      clause.parts.append(Trace.Part(expression: id, value: machine.shownValue(machine.evaluate(id.index))))
    }
    for operand in Outside.operands(of: kind) { parts(of: operand, into: &clause, &machine) }
  }

  private func isTelling(_ kind: TypedExpressionKind, _ program: CheckedProgram) -> Bool {
    switch kind {
    case .literal, .product, .feature, .unknown, .single, .collection, .products, .list: false
    case .variable(let variable): program.variables[variable.index].role == .local
    case .fact, .today, .startOfMonth, .field, .row, .entry, .call, .not, .and, .or, .equal, .order, .member, .within,
      .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .comprehension, .aggregate, .any,
      .all, .count, .productsHeld, .productsGranting, .part, .function:
      true
    }
  }

  // MARK: cells

  /// The cells that answered each `has` that was asked, below binders for each of their elements.
  mutating func cells(in id: TypedExpressionID, _ machine: inout Machine) {
    switch machine.program[id].kind {
    case .and(let operands):
      for operand in operands {
        cells(in: operand, &machine)
        if machine.evaluate(operand.index).isFalse { return }
      }
    case .or(let operands):
      for operand in operands {
        cells(in: operand, &machine)
        if machine.evaluate(operand.index).isTrue { return }
      }
    case .variable(let variable):
      guard let value = local(variable) else { return }
      locals.insert(variable)
      cells(in: value, &machine)
    case .has(let subject, let feature):
      cells(in: subject, &machine)
      answer(machine.evaluate(subject.index), machine.evaluate(feature.index), &machine)
    case .call(let define, let arguments):
      for argument in arguments { cells(in: argument, &machine) }
      let declared = machine.program.defines[define.index]
      let values = arguments.map { machine.evaluate($0.index) }
      for (parameter, value) in zip(declared.parameters, values) { machine.variables[parameter.index] = value }
      cells(in: declared.body, &machine)
    case .any(let variable, let source, let condition), .count(let variable, let source, let condition, _):
      loop(variable, source, [condition], &machine)
    case .all(let variable, let source, let condition, let satisfy): loop(variable, source, [condition, satisfy], &machine)
    case .comprehension(let comprehension), .aggregate(_, let comprehension):
      loops(comprehension.loops[...], [comprehension.condition, comprehension.element], &machine)
    case .literal, .product, .feature, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry,
      .not, .equal, .order, .member, .within, .textTest, .matches, .holds, .arithmetic, .negate, .shift, .days, .orElse,
      .list, .products, .productsHeld, .productsGranting, .part, .function:
      for operand in machine.program[id].kind.operands { cells(in: operand, &machine) }
    }
  }

  private mutating func loop(
    _ variable: VariableID, _ source: TypedExpressionID, _ inner: [TypedExpressionID?], _ machine: inout Machine
  ) {
    loops([TypedComprehension.Loop(variable: variable, source: source)], inner, &machine)
  }

  private mutating func loops(
    _ loops: ArraySlice<TypedComprehension.Loop>, _ inner: [TypedExpressionID?], _ machine: inout Machine
  ) {
    guard let loop = loops.first else {
      for part in inner.compactMap({ $0 }) { cells(in: part, &machine) }
      return
    }
    cells(in: loop.source, &machine)
    let list = machine.evaluate(loop.source.index)
    let values = (0..<machine.elementCount(list)).map { machine.element(list, $0).value }
    for value in values {
      machine.variables[loop.variable.index] = value
      self.loops(loops.dropFirst(), inner, &machine)
    }
  }

  /// The cells of one feature that said of this subject what the answer was.
  private mutating func answer(_ subject: Value, _ feature: Value, _ machine: inout Machine) {
    guard subject.tag == .row, feature.tag == .feature else { return }
    let outcome = machine.has(subject, feature)
    for matrix in machine.program.matrices {
      for statement in matrix.statements where statement.feature.index == feature.index {
        var applies = Value.yes
        for product in statement.products where !applies.isFalse {
          applies = machine.both(applies, machine.holds(subject, product.index))
        }
        if !applies.isFalse {
          trace.questions.insert(Trace.Question(feature: statement.feature, products: statement.products))
        }
      }
    }
    let granted = grants(of: FeatureID(feature.index), on: machine.day, in: machine.program)
    for cell in granted.alternatives + granted.denied {
      var applies = Value.yes
      for product in cell.products { applies = machine.both(applies, machine.holds(subject, product.index)) }
      guard applies.isTrue else { continue }
      var condition = Value.yes
      if let define = cell.condition {
        let declared = machine.program.defines[define.index]
        if let parameter = declared.parameters.first { machine.variables[parameter.index] = subject }
        condition = machine.evaluate(declared.body.index)
      }
      let decided =
        switch cell.mark {
        case .yes: outcome.tag == condition.tag && outcome.low == condition.low
        case .unknown: outcome.isUnknown && !condition.isFalse
        case .no: outcome.isFalse && condition.isTrue
        }
      if decided { trace.cells.insert(Trace.Cell(matrix: cell.matrix, statement: cell.statement)) }
    }
  }
}

/// The operands that have a value by themselves: below a binder only its source, since the rest sees its variable.
enum Outside {
  static func operands(of kind: TypedExpressionKind) -> [TypedExpressionID] {
    switch kind {
    case .any(_, let source, _), .all(_, let source, _, _), .count(_, let source, _, _): [source]
    case .comprehension(let comprehension), .aggregate(_, let comprehension):
      comprehension.loops.first.map { [$0.source] } ?? []
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection,
      .row, .entry, .call, .not, .and, .or, .equal, .order, .member, .within, .textTest, .matches, .has, .holds,
      .arithmetic, .negate, .shift, .days, .orElse, .list, .products, .productsHeld, .productsGranting, .part, .function:
      kind.operands
    }
  }
}
