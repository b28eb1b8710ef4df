package import Syntax

extension Checker {
  struct CheckedBinder {
    let variable: VariableID
    let source: TypedExpressionID
    let condition: TypedExpressionID?
    /// With the variable, and with what the condition says of null.
    let scope: Scope
  }

  /// `name in source where condition`
  mutating func checkBinder(_ binder: Binder, _ scope: Scope) -> CheckedBinder? {
    var inner = scope
    let bound = checkLoop(binder.name, binder.source, scope, &inner)
    guard let written = binder.condition else {
      guard let bound else { return nil }
      return CheckedBinder(variable: bound.variable, source: bound.source, condition: nil, scope: inner)
    }
    guard let condition = checkCondition(written, inner), let bound else { return nil }
    inner.present.formUnion(knowledge(condition).whenTrue)
    return CheckedBinder(variable: bound.variable, source: bound.source, condition: condition, scope: inner)
  }

  /// Binds a loop's variable to the elements of its source; to nothing where the source has an error.
  private mutating func checkLoop(
    _ name: NameNode, _ source: ExpressionID, _ scope: Scope, _ inner: inout Scope
  ) -> (variable: VariableID, source: TypedExpressionID)? {
    refuseTaken(name, scope)
    guard let typed = check(source, scope), expectList(typed), let element = type(typed).element else {
      inner.bind(name, nil)
      return nil
    }
    let variable = addVariable(name, element, .bound)
    inner.bind(name, variable)
    return (variable, typed)
  }

  private mutating func expectList(_ id: TypedExpressionID) -> Bool {
    let found = type(id)
    guard found.element != nil else {
      var notes: [String] = []
      if let record = found.record, let collection = program[record].collection, !program[collection].isSingle {
        notes.append("all rows are `\(program[collection].name.string)`")
      }
      report(.notAList, "a loop runs over a list, and this is \(article(found))", at: span(id), notes: notes)
      return false
    }
    guard found.isNullable else { return true }
    let text = written(span(id))
    report(
      .mayBeNull, "`\(text)` may be null, and a list is needed here", at: span(id),
      notes: ["write `(\(text) else [])`, or ask `\(text) is not null` before it"])
    return false
  }

  /// Reports a variable that is a word of the language, or that has the name of one that is seen already.
  mutating func refuseTaken(_ name: NameNode, _ scope: Scope) {
    guard let binding = scope.bindings[name.text] else { return }
    var related: [Diagnostic.Related] = []
    if case .variable(let variable) = binding {
      related.append(Diagnostic.Related(program.variables[variable.index].span, "the other one"))
    }
    report(
      .shadowedVariable, "`\(name.text.string)` names a variable already", at: name.span, related: related,
      notes: ["choose another name"])
  }

  mutating func checkComprehension(_ node: Comprehension, _ scope: Scope) -> TypedComprehension? {
    var inner = scope
    var loops: [TypedComprehension.Loop] = []
    for loop in node.loops {
      let outer = inner
      if let bound = checkLoop(loop.name, loop.source, outer, &inner) {
        loops.append(TypedComprehension.Loop(variable: bound.variable, source: bound.source))
      }
    }
    var condition: TypedExpressionID?
    var isSound = loops.count == node.loops.count
    if let written = node.condition {
      condition = checkCondition(written, inner)
      if let condition {
        inner.present.formUnion(knowledge(condition).whenTrue)
      } else {
        isSound = false
      }
    }
    guard let element = check(node.element, inner), isSound else { return nil }
    return TypedComprehension(element: element, loops: loops, condition: condition)
  }

  mutating func checkAggregate(
    _ aggregate: Aggregate, _ node: Comprehension, _ span: SourceSpan, _ scope: Scope
  ) -> TypedExpressionID? {
    guard let typed = checkComprehension(node, scope) else { return nil }
    switch aggregate {
    case .sum:
      guard expect(typed.element, "a number", \.isNumber) else { return nil }
      return add(.aggregate(aggregate, typed), type(typed.element), span)
    case .min, .max:
      guard expect(typed.element, "a number, a date, an instant or a text", { $0.isNumber || $0.isTime || $0.isText })
      else { return nil }
      // The least of nothing is null.
      return add(.aggregate(aggregate, typed), type(typed.element).orNull(true), span)
    }
  }
}

extension DiagnosticKind {
  package static let shadowedVariable = DiagnosticKind(
    code: "LIC0204",
    summary: "a variable that has the name of another one",
    explanation: "Where both are seen, a reader could not tell which one is meant.",
    wrong: """
      module m
      entity user in users key id { id: id, friends: list of id }
      notice friends {
        for each user in users
        require  any (user in user.friends where user is "1")
        message  "{user.id}"
      }
      """,
    right: """
      module m
      entity user in users key id { id: id, friends: list of id }
      notice friends {
        for each user in users
        require  any (friend in user.friends where friend is "1")
        message  "{user.id}"
      }
      """)

  package static let notAList = DiagnosticKind(
    code: "LIC0308",
    summary: "a loop over something that is no list",
    explanation: "Loops run over collections, lists in a row, and lists that are made of these.",
    wrong: """
      module m
      entity user in users key id { id: id }
      notice friends {
        for each user in users
        require  any (friend in user.id where friend is "1")
        message  "{user.id}"
      }
      """,
    right: """
      module m
      entity user in users key id { id: id, friends: list of id }
      notice friends {
        for each user in users
        require  any (friend in user.friends where friend is "1")
        message  "{user.id}"
      }
      """)
}
