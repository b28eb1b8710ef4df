internal import Syntax

/// The variables that an expression sees, and what is known of them there.
struct Scope {
  enum Binding {
    case variable(VariableID)
    /// Its declaration has an error, which is reported; uses of it stay silent.
    case broken
  }
  private(set) var bindings: [Text: Binding] = [:]
  /// The paths that are not null here.
  var present: Set<ValuePath> = []
  /// Records are written in tests alone.
  var allowsRecords = false

  mutating func bind(_ name: NameNode, _ variable: VariableID?) {
    bindings[name.text] = variable.map { .variable($0) } ?? .broken
  }

  func learning(_ paths: Set<ValuePath>) -> Scope {
    var scope = self
    scope.present.formUnion(paths)
    return scope
  }
}

/// A value that is reached by names alone: a variable or a single, and fields from there.
struct ValuePath: Hashable {
  enum Root: Hashable {
    case variable(VariableID)
    case single(CollectionID)
  }
  let root: Root
  var fields: [FieldID]
}

/// Which paths are not null where a condition is true, and where it is false.
struct Knowledge {
  var whenTrue: Set<ValuePath> = []
  var whenFalse: Set<ValuePath> = []
}

extension Checker {
  /// The path that an expression is; a `let` that stands for a path is that path.
  func path(_ id: TypedExpressionID) -> ValuePath? {
    switch program.expressions[id.index].kind {
    case .variable(let variable):
      return letPaths[variable] ?? ValuePath(root: .variable(variable), fields: [])
    case .single(let collection): return ValuePath(root: .single(collection), fields: [])
    case .field(let base, let field):
      guard var path = path(base) else { return nil }
      path.fields.append(field)
      return path
    case .literal, .product, .feature, .fact, .today, .startOfMonth, .unknown, .collection, .row, .entry, .call, .not, .and, .or, .equal,
      .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .list, .comprehension,
      .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      return nil
    }
  }

  /// What is known of paths where a condition holds and where it does not.
  func knowledge(_ id: TypedExpressionID) -> Knowledge {
    var knowledge = Knowledge()
    switch program.expressions[id.index].kind {
    case .variable(let variable):
      if let known = letKnowledge[variable] { knowledge = known }
    case .not(let operand):
      let inner = self.knowledge(operand)
      knowledge = Knowledge(whenTrue: inner.whenFalse, whenFalse: inner.whenTrue)
    case .and(let operands):
      let inner = operands.map { self.knowledge($0) }
      knowledge.whenTrue = inner.reduce(into: []) { $0.formUnion($1.whenTrue) }
      knowledge.whenFalse = common(inner.map(\.whenFalse))
    case .or(let operands):
      let inner = operands.map { self.knowledge($0) }
      knowledge.whenFalse = inner.reduce(into: []) { $0.formUnion($1.whenFalse) }
      knowledge.whenTrue = common(inner.map(\.whenTrue))
    case .equal(let left, let right, let negated):
      if isNull(right) || isNull(left) {
        let paths = prefixes(isNull(right) ? left : right)
        if negated { knowledge.whenTrue = paths } else { knowledge.whenFalse = paths }
      } else if !negated {
        // What equals a constant is not null; what equals another value may be, where that one is unknown.
        if isConstant(right) { knowledge.whenTrue = prefixes(left) }
        if isConstant(left) { knowledge.whenTrue = prefixes(right) }
      } else {
        if isConstant(right) { knowledge.whenFalse = prefixes(left) }
        if isConstant(left) { knowledge.whenFalse = prefixes(right) }
      }
    case .literal, .product, .feature, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry, .call, .order,
      .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .list, .comprehension,
      .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      break
    }
    return knowledge
  }

  private func isNull(_ id: TypedExpressionID) -> Bool {
    if case .literal(.null) = program.expressions[id.index].kind { return true }
    return false
  }

  /// A constant that is not null.
  private func isConstant(_ id: TypedExpressionID) -> Bool {
    switch program.expressions[id.index].kind {
    case .literal, .product, .feature: !isNull(id)
    case .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry, .call, .not, .and, .or, .equal,
      .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .list, .comprehension,
      .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      false
    }
  }

  private func common(_ sets: [Set<ValuePath>]) -> Set<ValuePath> {
    guard var result = sets.first else { return [] }
    for set in sets.dropFirst() { result.formIntersection(set) }
    return result
  }

  /// A path and all that it passes through: through null it would have been null.
  private func prefixes(_ id: TypedExpressionID) -> Set<ValuePath> {
    guard let path = path(id) else { return [] }
    return Set((0...path.fields.count).map { ValuePath(root: path.root, fields: Array(path.fields.prefix($0))) })
  }
}
