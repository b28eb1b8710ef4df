extension CheckedProgram {
  /// The expressions on which a rule's verdict rests, through the defines, holdings and cells' conditions that it uses; each once.
  package func expressions(in rule: Rule) -> [TypedExpressionID] {
    var open = rule.chain.map(\.source) + rule.locals.map(\.value) + [rule.when, rule.require].compactMap { $0 }
    var seen = Set(open)
    var found: [TypedExpressionID] = []
    while let id = open.popLast() {
      found.append(id)
      let kind = self[id].kind
      for next in kind.operands + bodies(kind) where seen.insert(next).inserted { open.append(next) }
    }
    return found
  }

  /// The bodies that an expression uses without being made of them.
  private func bodies(_ kind: TypedExpressionKind) -> [TypedExpressionID] {
    switch kind {
    case .call(let define, _): return [defines[define.index].body]
    case .has(let subject, let feature):
      var conditions: [TypedExpressionID] = []
      for matrix in matrices {
        for statement in matrix.statements {
          if case .feature(let asked) = self[feature].kind, asked != statement.feature { continue }
          if let condition = statement.condition { conditions.append(defines[condition.index].body) }
        }
      }
      return holding(of: subject) + conditions
    case .holds(let subject, _), .productsHeld(let subject): return holding(of: subject)
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry,
      .not, .and, .or, .equal, .order, .member, .within, .textTest, .matches, .arithmetic, .negate, .shift, .days, .orElse, .list,
      .comprehension, .aggregate, .any, .all, .count, .products, .productsGranting, .part, .function:
      return []
    }
  }

  private func holding(of subject: TypedExpressionID) -> [TypedExpressionID] {
    holdings.filter { $0.record == self[subject].type.record }.map(\.body)
  }
}
