package import Syntax

// Evaluation takes time linear in the snapshot. A loop is unbounded where nothing says `at most N` of what it runs over. Unbounded loops may
// stand one within another only along one row: over a collection, then over a list in that row, then over a list in an element of that list.
// Each element of the snapshot is then visited once. What else would multiply is refused:
// - a loop over a collection inside an unbounded loop, unless it depends on no variable of the loops around it (then it is worked out once);
// - a loop over a list of an outer row inside an unbounded loop over something else;
// - a reverse join from anywhere but a row of a collection that is being looped over.
// A list of a joined row counts as one of the row that joins it, and looking up in a list counts as one step.

/// What an expression costs and what its value is, as far as loops go.
struct Cost {
  enum Size {
    /// No list.
    case constant
    /// At most so long, as the policy set says.
    case bounded(Int)
    /// A list in a row, of any length.
    case rows
    /// The rows of another collection that have the row's key.
    case reverse
    /// As long as a collection, of any length.
    case collection

    private var rank: Int {
      switch self {
      case .constant: 0
      case .bounded: 1
      case .rows: 2
      case .reverse: 3
      case .collection: 4
      }
    }

    func joined(_ other: Size) -> Size {
      if case .bounded(let left) = self, case .bounded(let right) = other { return .bounded(sum(left, right)) }
      return rank >= other.rank ? self : other
    }

    func times(_ other: Size) -> Size {
      if case .bounded(let left) = self, case .bounded(let right) = other { return .bounded(product(left, right)) }
      return rank >= other.rank ? self : other
    }
  }

  /// The variables on which the value depends.
  var free: Set<VariableID> = []
  /// The unbounded loops over lists in the rows of free variables.
  var lists: [VariableID: SourceSpan] = [:]
  /// The unbounded loops over reverse joins of free variables.
  var reverses: [VariableID: SourceSpan] = [:]
  /// A loop over a collection that has to be run anew for each value of the free variables.
  var whole: SourceSpan?
  /// The steps of bounded loops and of calls, for one row.
  var weight = 0

  /// The variables in whose rows the value lies, and whether a join lies between.
  var roots: [VariableID: Bool] = [:]
  var size = Size.constant

  /// Adds what another expression costs, evaluated beside this one.
  mutating func add(_ other: Cost) {
    free.formUnion(other.free)
    lists.merge(other.lists) { first, _ in first }
    reverses.merge(other.reverses) { first, _ in first }
    whole = whole ?? other.whole
    weight = sum(weight, other.weight)
  }

  /// Adds where another value lies, for a value that is made of both.
  mutating func addValue(_ other: Cost) {
    roots.merge(other.roots) { $0 || $1 }
    size = size.joined(other.size)
  }

  /// What depends on nothing is worked out once, whatever stands around it.
  mutating func settle() {
    guard free.isEmpty else { return }
    lists = [:]
    reverses = [:]
    whole = nil
    weight = 0
  }

  /// The value alone, as a variable gives it.
  var withoutSteps: Cost {
    var cost = self
    cost.lists = [:]
    cost.reverses = [:]
    cost.whole = nil
    cost.weight = 0
    return cost
  }
}

private func sum(_ left: Int, _ right: Int) -> Int {
  let (sum, overflow) = left.addingReportingOverflow(right)
  return overflow ? Int.max : sum
}

private func product(_ left: Int, _ right: Int) -> Int {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  return overflow ? Int.max : product
}

extension CheckedProgram {
  /// The most steps that bounded loops and calls within one another may take for one row.
  package static let mostSteps = 10_000_000
}

/// Works out the cost of every body of a policy set, each once.
struct CostChecker {
  let program: CheckedProgram
  let rules: [Rule]
  let holdingOf: [RecordID: Int]
  let conditions: (TypedExpressionID) -> [Matrix.Statement]
  var diagnostics: [Diagnostic] = []
  var defines: [Cost]
  var holdings: [Cost]
  var lets: [VariableID: Cost] = [:]

  init(
    _ program: CheckedProgram, rules: [Rule], holdingOf: [RecordID: Int],
    conditions: @escaping (TypedExpressionID) -> [Matrix.Statement]
  ) {
    self.program = program
    self.rules = rules
    self.holdingOf = holdingOf
    self.conditions = conditions
    defines = Array(repeating: Cost(), count: program.defines.count)
    holdings = Array(repeating: Cost(), count: program.holdings.count)
  }

  /// - Parameter order: defines and holdings (behind the defines), each behind those that it uses.
  mutating func run(_ order: [Int]) {
    for node in order {
      if node < defines.count {
        defines[node] = body(program.defines[node].body)
      } else {
        holdings[node - defines.count] = body(program.holdings[node - defines.count].body)
      }
    }
    for rule in rules { check(rule) }
    for waiver in program.waivers {
      var inner = Cost()
      for condition in waiver.conditions { inner.add(cost(condition)) }
      close(inner, over: rules[waiver.rule.index].chain)
    }
  }

  private mutating func body(_ id: TypedExpressionID) -> Cost {
    var cost = cost(id)
    bound(&cost, program[id].span)
    return cost
  }

  /// Reports what takes too many steps for one row, and counts it no further.
  private mutating func bound(_ cost: inout Cost, _ span: SourceSpan) {
    guard cost.weight > CheckedProgram.mostSteps else { return }
    cost.weight = 0
    diagnostics.append(
      Diagnostic(
        .notLinear, "this may take more than \(CheckedProgram.mostSteps) steps for one row", at: span,
        notes: [
          "the bounds of loops within one another are multiplied, and each use of a define counts: lower an `at most`, or keep a value in a `let`"
        ]))
  }

  private mutating func check(_ rule: Rule) {
    var inner = Cost()
    for local in rule.locals {
      let value = cost(local.value)
      inner.add(value)
      lets[local.variable] = value.withoutSteps
    }
    if let when = rule.when { inner.add(cost(when)) }
    inner.add(cost(rule.require))
    for template in [rule.message, rule.remedy].compactMap({ $0 }) {
      for parts in [template.parts] + template.translations.map(\.parts) {
        for case .value(let value) in parts { inner.add(cost(value)) }
      }
    }
    bound(&inner, rule.name.span)
    close(inner, over: rule.chain)
  }

  private mutating func close(_ inner: Cost, over chain: [Rule.Link]) {
    var inner = inner
    for link in chain.reversed() { inner = loop(link.variable, cost(link.source), link.source, inner) }
  }

  // MARK: Expressions

  mutating func cost(_ id: TypedExpressionID) -> Cost {
    let expression = program[id]
    switch expression.kind {
    case .variable(let variable):
      if let value = lets[variable] { return value }
      var cost = Cost(free: [variable], roots: [variable: false])
      if expression.type.element != nil { cost.size = .rows }
      return cost
    case .collection(let collection):
      return Cost(size: program[collection].atMost.map { .bounded(Int(clamping: $0)) } ?? .collection)
    case .field(let base, let field): return cost(ofField: field, base)
    case .row(_, let keys):
      var cost = Cost()
      for key in keys { cost.add(self.cost(key)) }
      for variable in cost.free { cost.roots[variable] = true }
      return cost
    case .orElse, .list, .function:
      var cost = Cost()
      for operand in expression.kind.operands {
        let part = self.cost(operand)
        cost.add(part)
        cost.addValue(part)
      }
      if case .list(let elements) = expression.kind { cost.size = .bounded(elements.count) }
      return cost
    case .call(let define, let arguments):
      var cost = call(defines[define.index], program.defines[define.index].parameters, arguments.map { self.cost($0) }, expression)
      bound(&cost, expression.span)
      cost.settle()
      return cost
    case .has(let subject, let object), .holds(let subject, let object):
      return cost(ofHolding: subject, object, expression)
    case .productsHeld(let subject): return cost(ofHolding: subject, nil, expression)
    case .any(let variable, let source, let condition), .count(let variable, let source, let condition, _):
      var cost = loop(variable, self.cost(source), source, condition.map { self.cost($0) } ?? Cost())
      cost.settle()
      return cost
    case .all(let variable, let source, let condition, let satisfy):
      let head = self.cost(source)
      var inner = condition.map { self.cost($0) } ?? Cost()
      inner.add(self.cost(satisfy))
      var cost = loop(variable, head, source, inner)
      cost.settle()
      return cost
    case .comprehension(let comprehension), .aggregate(_, let comprehension):
      var cost = self.cost(comprehension)
      if case .aggregate = expression.kind {
        cost.roots = [:]
        cost.size = .constant
      }
      return cost
    case .literal, .product, .feature, .fact, .today, .startOfMonth, .unknown, .single, .entry, .not, .and, .or, .equal,
      .order, .member, .within, .textTest, .matches, .arithmetic, .negate, .shift, .days, .products, .productsGranting, .part:
      var cost = Cost()
      for operand in expression.kind.operands { cost.add(self.cost(operand)) }
      if expression.type.element != nil { cost.size = .bounded(longest(expression.kind)) }
      return cost
    }
  }

  /// How long a list can be that the policy set itself holds.
  private func longest(_ kind: TypedExpressionKind) -> Int {
    switch kind {
    case .products, .productsGranting: program.products.count
    case .part(let part, _):
      program.products.map {
        switch part {
        case .skus: $0.skus.count
        case .plans: $0.plans.count
        case .components: $0.components.count
        case .includes: $0.includes.count
        }
      }.max() ?? 0
    // What a person states is short.
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry,
      .call, .not, .and, .or, .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days,
      .orElse, .list, .comprehension, .aggregate, .any, .all, .count, .productsHeld, .function:
      1
    }
  }

  private mutating func cost(ofField id: FieldID, _ base: TypedExpressionID) -> Cost {
    var cost = self.cost(base)
    let field = program[id]
    cost.size = .constant
    switch field.kind {
    case .stored:
      if field.type.element != nil { cost.size = field.atMost.map { .bounded(Int(clamping: $0)) } ?? .rows }
    case .join: for root in cost.roots.keys { cost.roots[root] = true }
    case .reverse(let collection, _):
      if let most = field.atMost ?? program[collection].atMost {
        cost.size = .bounded(Int(clamping: most))
      } else if cost.roots.isEmpty || cost.roots.values.contains(true) {
        cost.size = .collection
      } else {
        cost.size = .reverse
      }
    }
    return cost
  }

  private mutating func cost(ofHolding subject: TypedExpressionID, _ object: TypedExpressionID?, _ expression: TypedExpression) -> Cost {
    let subjectCost = cost(subject)
    var result = subjectCost.withoutSteps
    result.roots = [:]
    result.size = object == nil ? .bounded(program.products.count) : .constant
    result.add(subjectCost)
    if let object { result.add(cost(object)) }
    if let record = program[subject].type.record, let index = holdingOf[record] {
      // The product is one of the catalogue: a constant.
      var held = call(holdings[index], [program.holdings[index].subject], [subjectCost], expression)
      held.free.remove(program.holdings[index].product)
      result.add(held)
    }
    if case .has(_, let feature) = expression.kind {
      for statement in conditions(feature) {
        guard let define = statement.condition else { continue }
        result.add(call(defines[define.index], program.defines[define.index].parameters, [subjectCost], expression))
      }
    }
    bound(&result, expression.span)
    result.settle()
    return result
  }

  /// A body's cost with the arguments in the places of its parameters.
  private func call(_ body: Cost, _ parameters: [VariableID], _ arguments: [Cost], _ expression: TypedExpression) -> Cost {
    let span = expression.span
    var cost = Cost()
    cost.weight = sum(body.weight, 1)
    cost.size = body.size
    cost.free = body.free.subtracting(parameters)
    if body.whole != nil { cost.whole = span }
    for (parameter, argument) in zip(parameters, arguments) {
      cost.add(argument)
      let isList = program.variables[parameter.index].type.element != nil
      if body.lists[parameter] != nil {
        if isList { head(argument, span, &cost) } else { headOfRows(argument, span, &cost) }
      }
      if body.reverses[parameter] != nil { headOfReverse(argument, span, &cost) }
      if let isJoined = body.roots[parameter] {
        cost.roots.merge(argument.roots.mapValues { $0 || isJoined }) { $0 || $1 }
        if isList { cost.size = cost.size.joined(argument.size) }
        if case .reverse = body.size, argument.roots.isEmpty || argument.roots.values.contains(true) { cost.size = .collection }
      }
    }
    return cost
  }

  // MARK: Loops

  private mutating func cost(_ comprehension: TypedComprehension) -> Cost {
    var heads: [Cost] = []
    for loop in comprehension.loops {
      heads.append(cost(loop.source))
    }
    var inner = cost(comprehension.element)
    if let condition = comprehension.condition { inner.add(cost(condition)) }
    inner.roots = [:]
    inner.size = .constant
    for (loop, head) in zip(comprehension.loops, heads).reversed() {
      let value = inner
      inner = self.loop(loop.variable, head, loop.source, value)
      // Where the elements lie: what lay in the loop's variable lies in its source.
      inner.roots = value.roots
      inner.roots[loop.variable] = nil
      inner.roots.merge(head.roots) { $0 || $1 }
      inner.size = head.size.times(value.size)
    }
    inner.settle()
    return inner
  }

  /// The cost of running something for each element of a source; what would multiply is reported.
  private mutating func loop(_ variable: VariableID, _ head: Cost, _ source: TypedExpressionID, _ inner: Cost) -> Cost {
    let span = program[source].span
    var cost = head.withoutSteps
    cost.roots = [:]
    cost.size = .constant
    cost.add(head)
    cost.free.formUnion(inner.free.subtracting([variable]))
    let isOfCollection = head.roots.isEmpty
    let isUnbounded: Bool
    switch head.size {
    case .constant, .bounded:
      isUnbounded = false
      var count = 1
      if case .bounded(let bound) = head.size { count = bound }
      cost.weight = sum(cost.weight, product(count, max(1, inner.weight)))
      bound(&cost, span)
    case .rows, .reverse, .collection:
      isUnbounded = true
      cost.weight = sum(cost.weight, max(1, inner.weight))
    }
    self.head(head, span, &cost)

    if let reverse = inner.reverses[variable], !isOfCollection {
      refuse(reverse, inside: span, "these are the rows of another collection, and many rows here may share them")
    }
    if isUnbounded {
      for (other, span) in inner.lists.sorted(by: { $0.key < $1.key }) where other != variable {
        refuse(
          span, inside: program[source].span,
          "this list lies in `\(program.variables[other.index].name.string)`, outside the loop around it")
        return cost
      }
      for (other, span) in inner.reverses.sorted(by: { $0.key < $1.key }) where other != variable {
        refuse(
          span, inside: program[source].span,
          "these rows lie with `\(program.variables[other.index].name.string)`, outside the loop around it")
        return cost
      }
      if let whole = inner.whole { refuse(whole, inside: span, "a collection would be run through for each element of another loop") }
      return cost
    }
    for (other, span) in inner.lists where other != variable { cost.lists[other] = cost.lists[other] ?? span }
    for (other, span) in inner.reverses where other != variable { cost.reverses[other] = cost.reverses[other] ?? span }
    cost.whole = cost.whole ?? inner.whole
    if let span = inner.lists[variable] ?? (isOfCollection ? inner.reverses[variable] : nil) { headOfRows(head, span, &cost) }
    return cost
  }

  /// Adds the loop over a list itself.
  private func head(_ list: Cost, _ span: SourceSpan, _ cost: inout Cost) {
    switch list.size {
    case .constant, .bounded: break
    case .rows: headOfRows(list, span, &cost)
    case .reverse: headOfReverse(list, span, &cost)
    case .collection: cost.whole = cost.whole ?? span
    }
  }

  private func headOfRows(_ list: Cost, _ span: SourceSpan, _ cost: inout Cost) {
    if list.roots.isEmpty { cost.whole = cost.whole ?? span }
    for root in list.roots.keys { cost.lists[root] = cost.lists[root] ?? span }
  }

  private func headOfReverse(_ list: Cost, _ span: SourceSpan, _ cost: inout Cost) {
    if list.roots.isEmpty || list.roots.values.contains(true) { cost.whole = cost.whole ?? span }
    for (root, isJoined) in list.roots where !isJoined { cost.reverses[root] = cost.reverses[root] ?? span }
  }

  private mutating func refuse(_ span: SourceSpan, inside loop: SourceSpan, _ reason: String) {
    diagnostics.append(
      Diagnostic(
        .notLinear, "this loop takes more than linear time: \(reason)", at: span,
        related: [Diagnostic.Related(loop, "the loop around it")],
        notes: ["join through a key, or say `at most N` where the collection or the list is small"]))
  }
}

extension Checker {
  mutating func checkCost(_ order: [Int], _ conditions: [FeatureID: [Matrix.Statement]]) {
    let view = self
    var checker = CostChecker(program, rules: rules.compactMap { $0 }, holdingOf: holdingOf) {
      view.askedConditions($0, conditions)
    }
    checker.run(order)
    var seen: Set<SourceSpan> = []
    for diagnostic in checker.diagnostics where seen.insert(diagnostic.span).inserted { diagnostics.append(diagnostic) }
  }
}

extension DiagnosticKind {
  package static let notLinear = DiagnosticKind(
    code: "LIC0501",
    summary: "a loop that would take more than linear time",
    explanation: """
      Every policy is judged in time linear in the snapshot. Rows of another collection are found through a key, in a join or with \
      `collection[key]`; a collection or a list is run through inside another loop only where it is declared small with `at most N`, or where \
      it does not depend on that loop, so that it is worked out once.
      """,
    wrong: """
      module m
      entity user in users key id { id: id, manager: id }
      notice manages {
        for each user in users
        require  any (other in users where other.manager is user.id)
        message  "{user.id} manages nobody."
      }
      """,
    right: """
      module m
      entity user in users key id { id: id, manager: id, reports: list of user by manager }
      notice manages {
        for each user in users
        require  any (other in user.reports)
        message  "{user.id} manages nobody."
      }
      """)
}
