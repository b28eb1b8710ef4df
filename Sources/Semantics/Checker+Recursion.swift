internal import Syntax

extension Checker {
  /// What can be said only of the whole: that nothing leads back to itself, how deep evaluation goes, and that it ends in linear time.
  ///
  /// What is wrong in itself stands for nothing here, so that each mistake gives one message; bounds of loops are counted only where all
  /// shapes could be read.
  mutating func checkRecursionAndCost() {
    if !diagnostics.isEmpty || hasSyntaxErrors { emptyBrokenBodies() }
    let conditions = conditionsByFeature()
    checkSubjectsOfConditions(conditions)
    var edges = self.edges(conditions)
    var cycles = Semantics.cycles(in: edges)
    for cycle in apart(cycles) { reportCycle(cycle) }
    while !cycles.isEmpty {
      for node in Set(cycles.joined()) { empty(node) }
      edges = self.edges(conditions)
      cycles = Semantics.cycles(in: edges)
    }
    let order = callees(first: edges)
    let deep = checkDepth(order, edges)
    if deep || hasBrokenShapes { return }
    checkCost(order, conditions)
  }

  private var hasSyntaxErrors: Bool { trees.contains { $0.diagnostics.contains { $0.severity == .error } } }

  /// Bodies that could not be checked become a constant: the program is not given out.
  private mutating func emptyBrokenBodies() {
    for index in program.defines.indices where defineStates[index] != .sound { empty(index) }
    for index in program.holdings.indices where !soundHoldings.contains(index) { empty(program.defines.count + index) }
  }

  private mutating func empty(_ node: Int) {
    let body = add(.literal(.bool(false)), ValueType(.bool), nodeName(node).span)
    if node < program.defines.count {
      program.defines[node].body = body
    } else {
      program.holdings[node - program.defines.count].body = body
    }
  }

  /// The defines on which cells depend, by feature.
  private func conditionsByFeature() -> [FeatureID: [Matrix.Statement]] {
    var result: [FeatureID: [Matrix.Statement]] = [:]
    for matrix in program.matrices {
      for statement in matrix.statements where statement.condition != nil { result[statement.feature, default: []].append(statement) }
    }
    return result
  }

  /// The conditions of cells that `has` may ask; all of them where the feature is not a constant.
  func askedConditions(_ feature: TypedExpressionID, _ conditions: [FeatureID: [Matrix.Statement]]) -> [Matrix.Statement] {
    if case .feature(let feature) = program.expressions[feature.index].kind { return conditions[feature] ?? [] }
    return conditions.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  /// A cell's condition is asked of the one who has the feature, so their kinds must agree.
  private mutating func checkSubjectsOfConditions(_ conditions: [FeatureID: [Matrix.Statement]]) {
    guard !conditions.isEmpty else { return }
    for expression in program.expressions {
      guard case .has(let subject, let feature) = expression.kind else { continue }
      for statement in askedConditions(feature, conditions) {
        guard let condition = statement.condition, let parameter = program.defines[condition.index].parameters.first
        else { continue }
        let wanted = program.variables[parameter.index].type
        guard wanted.record != type(subject).record else { continue }
        report(
          .badCellCondition,
          "`\(program[statement.feature].name.name.string)` depends on `\(program.defines[condition.index].name.name.string)`, which is asked of \(article(wanted)), and this is \(article(type(subject)))",
          at: expression.span, related: [Diagnostic.Related(statement.span, "the cell")])
        break
      }
    }
  }

  /// Which define or holding uses which: defines by their index, holdings behind them.
  private func edges(_ conditions: [FeatureID: [Matrix.Statement]]) -> [[Int]] {
    let count = program.defines.count
    return (program.defines.map(\.body) + program.holdings.map(\.body)).map { body in
      var used: Set<Int> = []
      var open = [body]
      while let id = open.popLast() {
        let kind = program.expressions[id.index].kind
        switch kind {
        case .call(let define, _): used.insert(define.index)
        case .has(let subject, let feature):
          if let record = type(subject).record, let holding = holdingOf[record] { used.insert(count + holding) }
          for statement in askedConditions(feature, conditions) {
            if let condition = statement.condition { used.insert(condition.index) }
          }
        case .holds(let subject, _), .productsHeld(let subject):
          if let record = type(subject).record, let holding = holdingOf[record] { used.insert(count + holding) }
        case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry,
          .not, .and, .or, .equal, .order, .member, .within, .textTest, .matches, .arithmetic, .negate, .shift, .days, .orElse, .list,
          .comprehension, .aggregate, .any, .all, .count, .products, .productsGranting, .part, .function:
          break
        }
        open.append(contentsOf: kind.operands)
      }
      return used.sorted()
    }
  }

  private func nodeName(_ node: Int) -> (name: String, span: SourceSpan) {
    if node < program.defines.count {
      let name = program.defines[node].name
      return ("`\(name.name.string)`", name.span)
    }
    let holding = program.holdings[node - program.defines.count]
    return (
      "what a `\(program[holding.record].name.name.string)` holds", program.variables[holding.subject.index].span
    )
  }

  private mutating func reportCycle(_ cycle: [Int]) {
    guard let first = cycle.first.map({ nodeName($0) }) else { return }
    report(
      .recursion, "\(first.name) is defined by itself", at: first.span,
      related: cycle.dropFirst().map {
        let (name, span) = nodeName($0)
        return Diagnostic.Related(span, "through \(name)")
      })
  }

  /// All nodes, each behind those that it uses.
  private func callees(first edges: [[Int]]) -> [Int] {
    var order: [Int] = []
    var seen = Array(repeating: false, count: edges.count)
    for start in edges.indices where !seen[start] {
      var path: [(node: Int, next: Int)] = [(start, 0)]
      seen[start] = true
      while let top = path.last {
        if top.next < edges[top.node].count {
          path[path.count - 1].next += 1
          let node = edges[top.node][top.next]
          if !seen[node] {
            seen[node] = true
            path.append((node, 0))
          }
        } else {
          order.append(top.node)
          path.removeLast()
        }
      }
    }
    return order
  }

  /// How many levels evaluation may need; told at the define that is the first to go too deep.
  private mutating func checkDepth(_ order: [Int], _ edges: [[Int]]) -> Bool {
    var isDeep = false
    var depths = Array(repeating: 0, count: edges.count)
    for node in order {
      let isDefine = node < program.defines.count
      let body = isDefine ? program.defines[node].body : program.holdings[node - program.defines.count].body
      let used = edges[node].map { depths[$0] }.max() ?? 0
      // A use may stand as deep as the body goes; the sum is never too small.
      depths[node] = height(body) + used
      if depths[node] > CheckedProgram.deepest && used <= CheckedProgram.deepest {
        let (name, span) = nodeName(node)
        isDeep = true
        report(
          .tooDeepThroughDefines, "\(name) lies more than \(CheckedProgram.deepest) levels deep, counted through the defines that it uses",
          at: span)
      }
    }
    return isDeep
  }

  /// The levels of one expression, without those of what it calls; the parser bounds them.
  private func height(_ id: TypedExpressionID) -> Int {
    1 + (program.expressions[id.index].kind.operands.map { height($0) }.max() ?? 0)
  }
}
