// Expressions: what does not fit on its line is broken at its operators, the loosest first.

extension Formatter {
  mutating func expression(_ id: ExpressionID) {
    let node = tree[id]
    switch node.kind {
    case .literal, .name, .declared, .products, .startOfMonth, .today, .unknown, .missing: takeFlat(through: node.span.end)
    case .member(let base, _):
      expression(base)
      take(until: node.span.end)
    case .element(let base, let keys): applied(base, to: keys)
    case .call(let base, let arguments): applied(base, to: arguments)
    case .parenthesized(let inner):
      put()
      expression(inner)
      put()
    case .not(let operand):
      put()
      expression(operand)
    case .and(let operands), .or(let operands): chain(operands)
    case .comparison(_, let left, let right): comparison(left, right)
    case .matches(let left, let pattern):
      begin(.here)
      expression(left)
      gap(shift: 2)
      take(until: pattern.span.end)
      end()
    case .arithmetic(let operation, _, _): sum(id, isSum: operation == .add || operation == .subtract)
    case .shift: sum(id, isSum: true)
    case .orElse: alternatives(id)
    case .list(let elements): list(elements)
    case .comprehension(let each):
      begin(.here)
      put()
      expression(each.element)
      loops(each, shift: 2)
      put()
      end()
    case .aggregate(_, let each):
      put()
      put()
      begin(.here)
      expression(each.element)
      loops(each, shift: 0)
      end()
      put()
    case .any(let binder), .count(let binder, _): self.binder(binder, satisfy: nil)
    case .all(let binder, let satisfy): self.binder(binder, satisfy: satisfy)
    case .productsHeld(let operand), .productsGranting(let operand):
      take(until: tree[operand].span.start)
      expression(operand)
    case .days(let from, let to):
      begin(.here)
      take(until: tree[from].span.start)
      expression(from)
      gap(shift: 2)
      take(until: tree[to].span.start)
      expression(to)
      end()
    case .record(let fields): record(fields)
    }
  }

  /// `base[…]` or `base(…)`
  private mutating func applied(_ base: ExpressionID, to operands: [ExpressionID]) {
    expression(base)
    glue()
    put()
    elements(operands)
    put()
  }

  /// Elements with their commas, as many on a line as fit.
  private mutating func elements(_ elements: [ExpressionID]) {
    guard !elements.isEmpty else { return }
    begin(.here, isFilled: true)
    for (index, element) in elements.enumerated() {
      if index > 0 {
        put()
        gap()
      }
      expression(element)
    }
    end()
  }

  private mutating func chain(_ operands: [ExpressionID]) {
    begin(.here)
    for (index, operand) in operands.enumerated() {
      if index > 0 {
        gap()
        put()
      }
      expression(operand)
    }
    end()
  }

  private mutating func comparison(_ left: ExpressionID, _ right: ExpressionID) {
    begin(.here)
    expression(left)
    if isBracketed(right) { space() } else { gap(shift: 2) }
    take(until: tree[right].span.start)
    expression(right)
    end()
  }

  /// The expression begins with a bracket or a word and a bracket, and is broken inside.
  private func isBracketed(_ id: ExpressionID) -> Bool {
    switch tree[id].kind {
    case .list, .comprehension, .parenthesized, .record, .any, .all, .count, .aggregate: true
    case .literal, .name, .declared, .member, .element, .call, .not, .and, .or, .comparison, .matches, .arithmetic, .shift, .orElse,
      .products,
      .productsHeld, .productsGranting, .days, .startOfMonth, .today, .unknown, .missing:
      false
    }
  }

  /// `a + b - c`, or `a * b / c`: operands of operators that bind alike, left to right.
  private mutating func sum(_ id: ExpressionID, isSum: Bool) {
    var steps: [(operand: ExpressionID, end: Int32)] = []
    var first = id
    while true {
      let node = tree[first]
      if case .arithmetic(let operation, let left, let right) = node.kind, (operation == .add || operation == .subtract) == isSum {
        steps.append((right, node.span.end))
        first = left
      } else if case .shift(let left, let by, _, _) = node.kind, isSum {
        steps.append((by, node.span.end))
        first = left
      } else {
        break
      }
    }
    begin(.here)
    expression(first)
    for step in steps.reversed() {
      gap()
      take(until: tree[step.operand].span.start)
      expression(step.operand)
      take(until: step.end)
    }
    end()
  }

  private mutating func alternatives(_ id: ExpressionID) {
    var operands: [ExpressionID] = []
    var first = id
    while case .orElse(let left, let right) = tree[first].kind {
      operands.append(right)
      first = left
    }
    begin(.here)
    expression(first)
    for operand in operands.reversed() {
      gap(shift: 2)
      put()
      expression(operand)
    }
    end()
  }

  /// A list of records or lists has one of them on a line, as a table has rows; other elements fill their lines.
  private mutating func list(_ elements: [ExpressionID]) {
    put()
    if elements.contains(where: { isDeep($0) }) {
      beginWithGap(.deeper(2), spaces: 0)
      for (index, element) in elements.enumerated() {
        if index > 0 {
          put()
          gap()
        }
        if case .record(let fields) = tree[element].kind {
          let isRow = !fields.contains { isDeep($0.value) && !isEmpty($0.value) }
          record(fields, limit: isRow ? Layout.rowLimit : Layout.limit)
        } else {
          expression(element)
        }
      }
      end()
    } else {
      self.elements(elements)
    }
    put()
  }

  private func isDeep(_ id: ExpressionID) -> Bool {
    switch tree[id].kind {
    case .record, .list: true
    case .literal, .name, .declared, .member, .element, .call, .parenthesized, .not, .and, .or, .comparison, .matches, .arithmetic, .shift,
      .orElse, .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .days, .startOfMonth, .today,
      .unknown, .missing:
      false
    }
  }

  private func isEmpty(_ id: ExpressionID) -> Bool {
    if case .list(let elements) = tree[id].kind { elements.isEmpty } else { false }
  }

  private mutating func record(_ fields: [FieldValue], limit: Int = Layout.limit) {
    put()
    if !fields.isEmpty { begin(.here, isFilled: true, limit: limit) }
    for (index, field) in fields.enumerated() {
      if index > 0 { gap() }
      take(until: tree[field.value].span.start)
      expression(field.value)
      separator(isLast: index == fields.count - 1)
    }
    if !fields.isEmpty { end() }
    put()
  }

  /// The comma behind a field or a parameter, which the source may lack at the end of a line, and may have behind the last.
  mutating func separator(isLast: Bool) {
    let hasComma = byte == 0x2C
    if isLast {
      if hasComma { skip() }
    } else if hasComma {
      glue()
      put()
    } else {
      insert(",")
    }
  }

  private mutating func loops(_ each: Comprehension, shift: Int) {
    for loop in each.loops {
      gap(shift: shift)
      take(until: tree[loop.source].span.start)
      expression(loop.source)
    }
    if let condition = each.condition {
      gap(shift: shift)
      put()
      expression(condition)
    }
  }

  private mutating func binder(_ binder: Binder, satisfy: ExpressionID?) {
    while !isAtEnd, byte != 0x28 { put() }
    put()
    begin(.here)
    take(until: tree[binder.source].span.start)
    expression(binder.source)
    if let condition = binder.condition {
      gap()
      put()
      expression(condition)
    }
    if let satisfy {
      gap()
      put()
      expression(satisfy)
    }
    end()
    put()
  }
}
