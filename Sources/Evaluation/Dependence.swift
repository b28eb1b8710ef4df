import Semantics
import Syntax

/// Finds the expressions that depend on no row: constants, facts, the day, and what is made of them.
enum Dependence {
  /// By expression: its value is the same for every subject of a tenant.
  static func lasting(in program: CheckedProgram) -> [Bool] {
    var walk = Walk(program: program)
    return program.expressions.indices.map { walk.visit($0) }
  }

  private struct Walk {
    let program: CheckedProgram
    var known: [Bool?]
    var knownToRead: [Bool?]
    init(program: CheckedProgram) {
      self.program = program
      known = Array(repeating: nil, count: program.expressions.count)
      knownToRead = known
    }

    mutating func visit(_ index: Int) -> Bool {
      if let answer = known[index] { return answer }
      let answer = find(index)
      known[index] = answer
      return answer
    }

    /// An expression lasts where it reads no row and no variable but those that it binds itself over what lasts.
    /// Those are not looked for: lists made by loops count as changing, unless a define without parameters holds them.
    private mutating func find(_ index: Int) -> Bool {
      let expression = program.expressions[index]
      switch expression.kind {
      case .call(let define, let arguments):
        // Nothing outside is seen by a define but its parameters.
        return arguments.allSatisfy { visit($0.index) } && !readsRows(program.defines[define.index].body.index)
      case .literal, .product, .feature, .fact, .today, .startOfMonth, .unknown, .products: return true
      case .variable, .field, .single, .collection, .row, .has, .holds, .productsHeld: return false
      case .any, .all, .count, .comprehension, .aggregate: return false
      case .entry, .not, .and, .or, .equal, .order, .member, .within, .textTest, .matches, .arithmetic, .negate, .shift,
        .days, .orElse, .list, .productsGranting, .part, .function:
        return Operands.of(expression.kind).allSatisfy { visit($0.index) }
      }
    }

    /// Whether anything below reads the snapshot.
    private mutating func readsRows(_ index: Int) -> Bool {
      if let answer = knownToRead[index] { return answer }
      let answer = findReads(index)
      knownToRead[index] = answer
      return answer
    }

    private mutating func findReads(_ index: Int) -> Bool {
      let kind = program.expressions[index].kind
      switch kind {
      case .field, .single, .collection, .row, .has, .holds, .productsHeld: return true
      case .call(let define, _):
        if readsRows(program.defines[define.index].body.index) { return true }
      case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .products, .any, .all, .count,
        .comprehension, .aggregate, .entry, .not, .and, .or, .equal, .order, .member, .within, .textTest, .matches,
        .arithmetic, .negate, .shift, .days, .orElse, .list, .productsGranting, .part, .function:
        break
      }
      for operand in Operands.of(kind) where readsRows(operand.index) { return true }
      return false
    }
  }
}

/// The operands of an expression, in order.
enum Operands {
  static func of(_ kind: TypedExpressionKind) -> [TypedExpressionID] {
    switch kind {
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .single, .collection, .products:
      return []
    case .field(let base, _): return [base]
    case .row(_, let keys): return keys
    case .entry(_, let value): return [value]
    case .call(_, let arguments): return arguments
    case .not(let operand), .negate(let operand), .matches(let operand, _), .productsHeld(let operand),
      .productsGranting(let operand), .part(_, let operand):
      return [operand]
    case .and(let operands), .or(let operands), .list(let operands), .function(_, let operands): return operands
    case .equal(let left, let right, _), .order(_, let left, let right), .member(let left, let right, _),
      .within(let left, let right), .textTest(_, let left, let right), .has(let left, let right),
      .holds(let left, let right), .arithmetic(_, let left, let right), .shift(let left, let right, _, _),
      .days(let left, let right), .orElse(let left, let right):
      return [left, right]
    case .comprehension(let comprehension), .aggregate(_, let comprehension):
      return comprehension.loops.map(\.source) + [comprehension.element] + (comprehension.condition.map { [$0] } ?? [])
    case .any(_, let source, let condition), .count(_, let source, let condition, _):
      return [source] + (condition.map { [$0] } ?? [])
    case .all(_, let source, let condition, let satisfy):
      return [source] + (condition.map { [$0] } ?? []) + [satisfy]
    }
  }
}
