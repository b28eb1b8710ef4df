import Semantics
import Syntax

/// What a condition says, apart from where it stands: two conditions of one shape have one value for every row.
///
/// The rule's subject is one thing whatever it is called, `let`s stand for what they are, and binders are numbered as they come.
struct ConditionShape: Hashable {
  /// The operations in order, with what belongs to each.
  private enum Part: Hashable {
    case head(Int, Int, Int)
    case literal(Literal)
    case text(Text)
    case subject
    case bound(Int)
    case variable(Int)
  }

  private var parts: [Part] = []

  init(_ expression: TypedExpressionID, subject: VariableID, locals: [VariableID: TypedExpressionID], in program: CheckedProgram) {
    var walk = Walk(subject: subject, locals: locals, program: program)
    walk.visit(expression)
    parts = walk.parts
  }

  private struct Walk {
    let subject: VariableID
    let locals: [VariableID: TypedExpressionID]
    let program: CheckedProgram
    var parts: [Part] = []
    var binders: [VariableID: Int] = [:]

    mutating func head(_ operation: Int, _ first: Int = 0, _ second: Int = 0) { parts.append(.head(operation, first, second)) }

    mutating func bind(_ variable: VariableID) { binders[variable] = binders.count }

    mutating func visit(_ id: TypedExpressionID) {
      let kind = program[id].kind
      switch kind {
      case .variable(let variable):
        if variable == subject {
          parts.append(.subject)
        } else if let number = binders[variable] {
          parts.append(.bound(number))
        } else if let local = locals[variable] {
          visit(local)
        } else {
          parts.append(.variable(variable.index))
        }
        return
      case .any(let variable, let source, let condition):
        head(1, condition == nil ? 0 : 1)
        visit(source)
        bind(variable)
        if let condition { visit(condition) }
        return
      case .all(let variable, let source, let condition, let satisfy):
        head(2, condition == nil ? 0 : 1)
        visit(source)
        bind(variable)
        if let condition { visit(condition) }
        visit(satisfy)
        return
      case .count(let variable, let source, let condition, let distinct):
        head(3, condition == nil ? 0 : 1, distinct ? 1 : 0)
        visit(source)
        bind(variable)
        if let condition { visit(condition) }
        return
      case .comprehension(let comprehension): return visit(comprehension, 4, 0)
      case .aggregate(let aggregate, let comprehension):
        let number =
          switch aggregate {
          case .sum: 0
          case .min: 1
          case .max: 2
          }
        return visit(comprehension, 5, number)
      case .literal(let literal):
        head(6)
        parts.append(.literal(literal))
      case .product(let product): head(7, product.index)
      case .feature(let feature): head(8, feature.index)
      case .fact(let fact): head(9, fact.index)
      case .today: head(10)
      case .startOfMonth: head(11)
      case .unknown(let reason):
        head(12)
        parts.append(.text(reason))
      case .field(_, let field): head(13, field.record.index, field.index)
      case .single(let collection): head(14, collection.index)
      case .collection(let collection): head(15, collection.index)
      case .row(let collection, let keys): head(16, collection.index, keys.count)
      case .entry(let lookup, _): head(17, lookup.index)
      case .call(let define, _): head(18, define.index)
      case .not: head(19)
      case .and(let operands): head(20, operands.count)
      case .or(let operands): head(21, operands.count)
      case .equal(_, _, let negated): head(22, negated ? 1 : 0)
      case .order(let order, _, _): head(23, ConditionShape.number(of: order))
      case .member(_, _, let negated): head(24, negated ? 1 : 0)
      case .within: head(25)
      case .textTest(let test, _, _):
        let number =
          switch test {
          case .contains: 0
          case .startsWith: 1
          case .endsWith: 2
          }
        head(26, number)
      case .matches(_, let glob):
        head(27)
        parts.append(.text(glob))
      case .has: head(28)
      case .holds: head(29)
      case .arithmetic(let arithmetic, _, _):
        let number =
          switch arithmetic {
          case .add: 0
          case .subtract: 1
          case .multiply: 2
          case .divide: 3
          }
        head(30, number)
      case .negate: head(31)
      case .shift(_, _, let unit, let backwards):
        let number =
          switch unit {
          case .days: 0
          case .months: 1
          case .years: 2
          }
        head(32, number, backwards ? 1 : 0)
      case .days: head(33)
      case .orElse: head(34)
      case .list(let operands): head(35, operands.count)
      case .products: head(36)
      case .productsHeld: head(37)
      case .productsGranting: head(38)
      case .part(let part, _):
        let number =
          switch part {
          case .skus: 0
          case .plans: 1
          case .components: 2
          case .includes: 3
          }
        head(39, number)
      case .function(let function, let operands):
        let number =
          switch function {
          case .union: 0
          case .common: 1
          case .without: 2
          case .lower: 3
          }
        head(40, number, operands.count)
      }
      for operand in Operands.of(kind) { visit(operand) }
    }

    mutating func visit(_ comprehension: TypedComprehension, _ operation: Int, _ number: Int) {
      head(operation, number, comprehension.loops.count * 2 + (comprehension.condition == nil ? 0 : 1))
      for loop in comprehension.loops {
        visit(loop.source)
        bind(loop.variable)
      }
      if let condition = comprehension.condition { visit(condition) }
      visit(comprehension.element)
    }
  }

  static func number(of order: TypedExpressionKind.Order) -> Int {
    switch order {
    case .less: 0
    case .lessOrEqual: 1
    case .greater: 2
    case .greaterOrEqual: 3
    }
  }
}
