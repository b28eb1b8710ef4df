extension TypedExpressionKind {
  /// The expressions that this one is made of, in the order in which they are written or evaluated.
  package var operands: [TypedExpressionID] {
    switch self {
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .single, .collection, .products: []
    case .field(let base, _): [base]
    case .row(_, let keys): keys
    case .entry(_, let key): [key]
    case .call(_, let arguments): arguments
    case .not(let operand), .negate(let operand), .matches(let operand, _): [operand]
    case .and(let operands), .or(let operands), .list(let operands): operands
    case .equal(let left, let right, _), .order(_, let left, let right), .member(let left, let right, _): [left, right]
    case .within(let left, let right), .textTest(_, let left, let right): [left, right]
    case .has(let left, let right), .holds(let left, let right), .arithmetic(_, let left, let right): [left, right]
    case .shift(let base, let amount, _, _): [base, amount]
    case .days(let from, let to): [from, to]
    case .orElse(let left, let right): [left, right]
    case .comprehension(let comprehension), .aggregate(_, let comprehension):
      comprehension.loops.map(\.source) + (comprehension.condition.map { [$0] } ?? []) + [comprehension.element]
    case .any(_, let source, let condition), .count(_, let source, let condition, _):
      [source] + (condition.map { [$0] } ?? [])
    case .all(_, let source, let condition, let satisfy): [source] + (condition.map { [$0] } ?? []) + [satisfy]
    case .productsHeld(let operand), .productsGranting(let operand), .part(_, let operand): [operand]
    case .function(_, let arguments): arguments
    }
  }
}
