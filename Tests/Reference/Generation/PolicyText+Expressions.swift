/// A dotted path that an expression may write.
struct Path {
  var text: String
  var kind: Kind
  var isNullable: Bool
  /// Over which one may loop, since they lie with the innermost loop's row, or are few.
  var isLoopable = true
  /// Rows of another collection.
  var isReverse = false
}

extension PolicyText {
  // MARK: - Paths

  func paths(_ scope: Scope) -> [Path] {
    var result: [Path] = []
    for name in scope.names {
      extend(
        Path(text: name.text, kind: name.kind, isNullable: name.isNullable, isLoopable: name.loop == scope.loop), scope, 3, &result)
    }
    for index in shapes.indices where shapes[index].isSingle {
      extend(
        Path(text: shapes[index].name, kind: .row(index), isNullable: false, isLoopable: scope.loop == 0 && !scope.isInLoop), scope, 2,
        &result)
    }
    for fact in facts { result.append(Path(text: fact.name, kind: fact.kind, isNullable: false)) }
    return result
  }

  private func extend(_ path: Path, _ scope: Scope, _ depth: Int, _ result: inout [Path]) {
    var path = path
    if scope.notNull.contains(path.text) { path.isNullable = false }
    result.append(path)
    guard depth > 0 else { return }
    switch path.kind {
    case .row(let index):
      for member in shapes[index].members {
        extend(
          Path(
            text: path.text + "." + member.name, kind: member.kind, isNullable: path.isNullable || member.isNullable,
            isLoopable: isRow(member.kind) ? path.isLoopable && !member.isJoin : path.isLoopable || !member.isJoin,
            isReverse: member.isJoin), scope, depth - 1, &result)
      }
    case .product:
      for part in ["skus", "plans", "components"] {
        result.append(Path(text: path.text + "." + part, kind: .list(.id), isNullable: path.isNullable))
      }
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .list, .feature: break
    }
  }

  private func isRow(_ kind: Kind) -> Bool {
    if case .row = kind { return true }
    return false
  }

  /// A path made not null: as it is, or with an `else`.
  mutating func solid(_ path: Path) -> String {
    guard path.isNullable else { return path.text }
    switch path.kind {
    case .list: return "(" + path.text + " else [])"
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .product, .feature:
      return "(" + path.text + " else " + literal(path.kind) + ")"
    case .row: return path.text
    }
  }

  private mutating func somePath(_ scope: Scope, _ isFit: (Path) -> Bool) -> Path? {
    let fit = paths(scope).filter(isFit)
    return fit.isEmpty ? nil : random.pick(fit)
  }

  // MARK: - Expressions

  /// An expression of a type, never null, that may stand as an operand.
  mutating func expression(_ kind: Kind, _ scope: Scope, _ depth: Int) -> String {
    budget -= 1
    let depth = budget < 0 ? 0 : depth
    switch kind {
    case .bool: return boolean(scope, depth)
    case .int: return integer(scope, depth)
    case .decimal: return decimal(scope, depth)
    case .text: return textual(scope, depth)
    case .date: return date(scope, depth)
    case .list(let element): return list(element, scope, depth)
    case .instant, .id, .oneOf, .row, .product, .feature:
      if depth > 0, kind == .id, random.chance(10), let index = products.indices.randomElement(using: &random) {
        return "sku S" + String(index)
      }
      if let path = somePath(scope, { $0.kind == kind }), random.chance(75) { return solid(path) }
      return literal(kind)
    }
  }

  mutating func integer(_ scope: Scope, _ depth: Int) -> String {
    if depth > 0 {
      switch random.below(9) {
      case 0, 1:
        if let source = source(scope, depth) {
          let inner = source.scope
          let condition = random.chance(70) ? " where " + boolean(inner, depth - 1) : ""
          return "count (" + source.variable + " in " + source.text + condition + ")"
        }
      case 2:
        let element: Kind = random.pick([.id, .text, .int])
        let variable = name("x")
        return "count distinct (" + variable + " in " + list(element, scope, depth - 1) + ")"
      case 3, 4:
        if let source = source(scope, depth) {
          let condition = random.chance(50) ? " where " + boolean(source.scope, depth - 1) : ""
          let function = random.pick(["sum", "sum", "min", "max"])
          let text =
            function + " (" + expression(.int, source.scope, random.below(2)) + " for " + source.variable + " in " + source.text + condition
            + ")"
          return function == "sum" ? text : "(" + text + " else " + literal(.int) + ")"
        }
      case 5:
        return "(" + integer(scope, depth - 1) + random.pick([" + ", " - ", " * ", " / ", " + "]) + integer(scope, depth - 1) + ")"
      case 6:
        return "(days from " + expression(random.pick([.date, .instant]), scope, 0) + " to " + expression(.date, scope, depth - 1) + ")"
      case 7:
        if let lookup = lookups.first(where: { $0.value == .int }) { return lookup.name + "[" + textual(scope, depth - 1) + "]" }
        return call(.int, scope) ?? literal(.int)
      default: break
      }
    }
    if let path = somePath(scope, { $0.kind == .int }), random.chance(80) { return solid(path) }
    return literal(.int)
  }

  private mutating func decimal(_ scope: Scope, _ depth: Int) -> String {
    if depth > 0 && random.chance(50) {
      return "(" + decimal(scope, depth - 1) + random.pick([" + ", " - ", " * ", " / "])
        + expression(random.pick([.int, .decimal]), scope, depth - 1) + ")"
    }
    if depth > 0, random.chance(30), let source = source(scope, depth) {
      return "sum (" + decimal(source.scope, 0) + " for " + source.variable + " in " + source.text + ")"
    }
    if let path = somePath(scope, { $0.kind == .decimal }), random.chance(80) { return solid(path) }
    return literal(.decimal)
  }

  private mutating func textual(_ scope: Scope, _ depth: Int) -> String {
    if depth > 0 {
      switch random.below(6) {
      case 0: return "lower(" + textual(scope, depth - 1) + ")"
      case 1: if let lookup = lookups.first(where: { $0.value == .text }) { return lookup.name + "[" + textual(scope, depth - 1) + "]" }
      case 2: if let call = call(.text, scope) { return call }
      default: break
      }
    }
    if let path = somePath(scope, { $0.kind == .text }), random.chance(80) { return solid(path) }
    return literal(.text)
  }

  private mutating func date(_ scope: Scope, _ depth: Int) -> String {
    if depth > 0 && random.chance(50) {
      let amount = random.chance(70) ? String(random.below(40)) : integer(scope, depth - 1)
      return "(" + date(scope, depth - 1) + random.pick([" + ", " - "]) + amount + random.pick([" days", " months", " years"]) + ")"
    }
    if let path = somePath(scope, { $0.kind == .date }), random.chance(70) { return solid(path) }
    return random.pick(["today", "(start of month)", literal(.date)])
  }

  /// A define of the type: without parameter, or of a row in sight.
  private mutating func call(_ kind: Kind, _ scope: Scope) -> String? {
    let fit = defines.filter { $0.kind == kind }
    guard !fit.isEmpty else { return nil }
    let define = random.pick(fit)
    guard let parameter = define.parameter else { return define.name }
    guard let path = somePath(scope, { $0.kind == .row(parameter) && !$0.isNullable }) else { return nil }
    return define.name + "(" + path.text + ")"
  }

  // MARK: - Lists

  /// Something to loop over: its text, a fresh variable, and the scope that sees it.
  private mutating func source(_ scope: Scope, _ depth: Int) -> (variable: String, text: String, scope: Scope)? {
    var candidates: [(text: String, kind: Kind, isOwn: Bool)] = []
    for path in paths(scope) {
      if case .list(let element) = path.kind, path.isLoopable || random.chance(1) {
        candidates.append((path.isNullable ? "(" + path.text + " else [])" : path.text, element, !path.isReverse))
      }
    }
    for index in shapes.indices where !shapes[index].isSingle {
      if let collection = shapes[index].collection, shapes[index].isSmall || !scope.isInLoop || random.chance(2) {
        candidates.append((collection, .row(index), !scope.isInLoop))
        candidates.append((collection, .row(index), !scope.isInLoop))
      }
    }
    candidates.append(("products", .product, true))
    for constant in constants { candidates.append((constant, .product, true)) }
    if depth > 1 {
      if let subject = holder(scope) { candidates.append(("products held by " + subject, .product, true)) }
      candidates.append(("products granting " + random.pick(features), .product, true))
    }
    guard var choice = candidates.isEmpty ? nil : random.pick(candidates) else { return nil }
    if depth > 1 && random.chance(12) {
      let element: Kind = random.pick([.id, .text, .int])
      choice = (list(element, scope, depth - 1), element, true)
    }
    let variable = name("x")
    var inner = scope
    inner.isInLoop = true
    inner.loop += 1
    inner.names.append(Scope.Name(text: variable, kind: choice.kind, isNullable: false, loop: choice.isOwn ? inner.loop : -1))
    return (variable, choice.text, inner)
  }

  mutating func list(_ element: Kind, _ scope: Scope, _ depth: Int) -> String {
    if depth > 0 {
      switch random.below(5) {
      case 0, 1:
        if let source = source(scope, depth) {
          var inner = source.scope
          var loops = " for " + source.variable + " in " + source.text
          if random.chance(30), let second = self.source(inner, 0) {
            inner = second.scope
            loops += " for " + second.variable + " in " + second.text
          }
          var condition = ""
          if random.chance(60) { condition = " where " + boolean(inner, depth - 1) }
          return "[" + expression(element, inner, 0) + loops + condition + "]"
        }
      case 2:
        return random.pick(["union", "common", "without"]) + "(" + list(element, scope, depth - 1) + ", " + list(element, scope, depth - 1)
          + ")"
      case 3: if let call = call(.list(element), scope) { return call }
      default: break
      }
    }
    if let path = somePath(scope, { $0.kind == .list(element) }), random.chance(70) { return solid(path) }
    return "["
      + (0..<(1 + random.below(3))).map { _ in random.chance(70) ? literal(element) : expression(element, scope, 0) }.joined(
        separator: ", ") + "]"
  }

  /// A row in sight that may hold products.
  private mutating func holder(_ scope: Scope) -> String? {
    if scope.isBare { return nil }
    let holders = holders
    return somePath(scope) { path in
      if case .row(let index) = path.kind { return holders.contains(index) && !path.isNullable }
      return false
    }?.text
  }

  // MARK: - Conditions

  /// A condition that may stand as an operand.
  mutating func boolean(_ scope: Scope, _ depth: Int) -> String {
    budget -= 1
    guard depth > 0, budget > 0 else { return leaf(scope) }
    switch random.below(14) {
    case 0: return "(not " + boolean(scope, depth - 1) + ")"
    case 1, 2:
      let word = random.pick([" and ", " or "])
      return "(" + (0..<(2 + random.below(2))).map { _ in boolean(scope, depth - 1) }.joined(separator: word) + ")"
    case 3, 4:
      if let source = source(scope, depth) {
        let condition = random.chance(85) ? " where " + boolean(source.scope, depth - 1) : ""
        return "any (" + source.variable + " in " + source.text + condition + ")"
      }
      return leaf(scope)
    case 5:
      if let source = source(scope, depth) {
        let condition = random.chance(50) ? " where " + boolean(source.scope, depth - 1) : ""
        return "all (" + source.variable + " in " + source.text + condition + " satisfy " + boolean(source.scope, depth - 1) + ")"
      }
      return leaf(scope)
    case 6:
      let kind: Kind = random.pick([.int, .int, .decimal, .date, .text])
      let right: Kind = kind == .int && random.chance(20) ? .decimal : kind == .date && random.chance(30) ? .instant : kind
      return "(" + expression(kind, scope, depth - 1) + " " + random.pick(["<", "<=", ">", ">=", "is", "is not"]) + " "
        + expression(right, scope, depth - 1) + ")"
    case 7:
      let kind: Kind = random.pick([.id, .text, .int, .id])
      return "(" + expression(kind, scope, 0) + random.pick([" in ", " not in "]) + list(kind, scope, depth - 1) + ")"
    case 8:
      let kind: Kind = random.pick([.id, .text, .int])
      return "(" + list(kind, scope, depth - 1) + random.pick([" within ", " within ", " is ", " is not "]) + list(kind, scope, depth - 1)
        + ")"
    case 9, 10: return narrowed(scope, depth)
    case 11: return "(" + boolean(scope, depth - 1) + " and unknown \"reason " + String(random.below(3)) + "\")"
    case 12: return call(.bool, scope) ?? leaf(scope)
    default: return leaf(scope)
    }
  }

  /// `(path is not null and …)`
  private mutating func narrowed(_ scope: Scope, _ depth: Int) -> String {
    guard let path = somePath(scope, { $0.isNullable }) else { return leaf(scope) }
    var inner = scope
    inner.notNull.insert(path.text)
    let condition: String
    if random.chance(60), let test = predicate(Path(text: path.text, kind: path.kind, isNullable: false), inner) {
      condition = test
    } else {
      condition = boolean(inner, depth - 1)
    }
    return "(" + path.text + " is not null and " + condition + ")"
  }

  private mutating func leaf(_ scope: Scope) -> String {
    if random.chance(25), let subject = holder(scope) {
      return "(" + subject + (random.chance(60) ? " has " + random.pick(features) : " holds " + someProduct(scope)) + ")"
    }
    if random.chance(8) {
      let index = random.pick(shapes.indices.filter { shapes[$0].collection != nil && !shapes[$0].isSingle })
      let keys = shapes[index].keys.map { $0 == "id" ? expression(.id, scope, 0) : textual(scope, 0) }.joined(separator: ", ")
      let row = (shapes[index].collection ?? "") + "[" + keys + "]"
      if random.chance(30) { return "(" + row + " is" + random.pick(["", " not"]) + " null)" }
      let members = shapes[index].members.filter { !$0.isJoin }
      let member = random.pick(members)
      if let test = predicate(Path(text: row + "." + member.name, kind: member.kind, isNullable: true), scope) { return test }
    }
    for _ in 0..<6 {
      if let path = somePath(scope, { _ in true }), let test = predicate(path, scope) { return test }
    }
    return random.chance(50) ? "(" + random.pick(products) + " in products)" : "(today > " + literal(.date) + ")"
  }

  private mutating func someProduct(_ scope: Scope) -> String {
    if let path = somePath(scope, { $0.kind == .product }), random.chance(50) { return path.text }
    return random.pick(products)
  }

  /// A test of one path.
  private mutating func predicate(_ path: Path, _ scope: Scope) -> String? {
    if path.isNullable && random.chance(25) { return "(" + path.text + random.pick([" is null)", " is not null)"]) }
    let text = path.text
    switch path.kind {
    case .bool:
      if path.isNullable || random.chance(40) {
        return "(" + text + random.pick([" is true)", " is not true)", " is false)", " is not false)"])
      }
      return text
    case .int, .decimal, .date, .instant:
      if random.chance(30) { return "(" + text + random.pick([" is ", " is not "]) + literal(path.kind) + ")" }
      return "(" + solid(path) + random.pick([" < ", " <= ", " > ", " >= "])
        + (random.chance(50) ? literal(path.kind) : expression(path.kind, scope, 0)) + ")"
    case .text:
      switch random.below(6) {
      case 0: return "(" + solid(path) + " matches \"" + random.pick(["*", "a*", "?", "K*k ?", "*b"]) + "\")"
      case 1:
        return "(" + solid(path) + random.pick([" starts with ", " ends with ", " contains "]) + "\"" + random.pick(["a", "b", "K", "1"])
          + "\")"
      case 2: return "(" + solid(path) + " in " + literal(.list(.text)) + ")"
      case 3: return "(" + text + random.pick([" is ", " is not "]) + expression(.text, scope, 0) + ")"
      default: return "(" + text + random.pick([" is ", " is not "]) + literal(.text) + ")"
      }
    case .id:
      switch random.below(4) {
      case 0: return "(" + solid(path) + " in " + literal(.list(.id)) + ")"
      case 1: return "(" + text + " is \"" + random.pick(["u1", "u2", "U1"]) + "\")"
      case 2: return "(" + text + random.pick([" is ", " is not "]) + expression(.id, scope, 0) + ")"
      default: return "(" + text + random.pick([" is ", " is not "]) + literal(.id) + ")"
      }
    case .oneOf(let index, _):
      if random.chance(30) {
        return "(" + solid(path) + " in [" + Pool.choices[index].prefix(2).map { "\"" + $0 + "\"" }.joined(separator: ", ") + "])"
      }
      return "(" + text + random.pick([" is ", " is not "]) + literal(path.kind) + ")"
    case .list(let element):
      switch element {
      case .text, .id, .int: return "(" + expression(element, scope, 0) + random.pick([" in ", " not in "]) + solid(path) + ")"
      case .row:
        guard path.isLoopable else { return nil }
        return "(count (" + name("x") + " in " + solid(path) + ")" + random.pick([" > ", " < ", " is "]) + String(random.below(4)) + ")"
      case .bool, .decimal, .date, .instant, .oneOf, .list, .product, .feature: return nil
      }
    case .row(let index):
      guard let other = somePath(scope, { $0.kind == .row(index) && $0.text != text }) else { return nil }
      return "(" + text + random.pick([" is ", " is not "]) + other.text + ")"
    case .product: return "(" + text + random.pick([" is ", " is not "]) + random.pick(products) + ")"
    case .feature: return nil
    }
  }

  // MARK: - Rules

  mutating func writeRule(_ rule: String) {
    line(random.pick(["violation", "warning", "notice"]) + " " + rule + " {")
    var scope = Scope()
    var chain: [String] = []
    let collections = shapes.indices.filter { shapes[$0].collection != nil && !shapes[$0].isSingle }
    switch random.below(10) {
    case 0: break
    case 1:
      line("  for each v in " + (constants.first.flatMap { random.chance(60) ? $0 : nil } ?? "products"))
      scope.names.append(Scope.Name(text: "v", kind: .product, isNullable: false))
      scope.isInLoop = random.chance(50)
      chain = ["v"]
    default:
      let index = random.pick(collections)
      line("  for each v in " + (shapes[index].collection ?? ""))
      scope.names.append(Scope.Name(text: "v", kind: .row(index), isNullable: false))
      scope.isInLoop = true
      chain = ["v"]
      let inner = shapes[index].members.filter { member in
        guard case .list(.row(let element)) = member.kind, !member.isNullable else { return false }
        return !shapes[element].keys.isEmpty
      }
      if !inner.isEmpty && random.chance(45), case let member = random.pick(inner), case .list(.row(let element)) = member.kind {
        line("  for each w in v." + member.name)
        scope.loop = 1
        scope.names.append(Scope.Name(text: "w", kind: .row(element), isNullable: false, loop: member.isJoin ? -1 : 1))
        chain.append("w")
      }
    }
    writeLets(&scope)
    if random.chance(65) {
      budget = 14
      if random.chance(30), let path = somePath(scope, { $0.isNullable }) {
        scope.notNull.insert(path.text)
        let more = random.chance(50) ? " and " + boolean(scope, 1) : ""
        line("  when " + path.text + " is not null" + more)
      } else {
        line("  when " + boolean(scope, 2))
      }
    }
    writeLets(&scope)
    budget = 22
    line("  require " + boolean(scope, 3))
    line("  message \"no\"")
    if random.chance(10) { line("  effective from " + random.pick(Pool.days)) }
    line("}")
    if random.chance(30) { writeWaiver(rule, chain, scope) }
  }

  private mutating func writeLets(_ scope: inout Scope) {
    for _ in 0..<random.below(2) {
      let variable = name("y")
      budget = 10
      if random.chance(30), let path = somePath(scope, { $0.isNullable }) {
        line("  let " + variable + " = " + path.text)
        scope.names.append(Scope.Name(text: variable, kind: path.kind, isNullable: true, loop: -1))
      } else {
        let kind: Kind = random.pick([.bool, .int, .int, .text, .list(.id), .list(.int), .date, .decimal])
        line("  let " + variable + " = " + expression(kind, scope, 2))
        scope.names.append(Scope.Name(text: variable, kind: kind, isNullable: false))
      }
    }
  }

  private mutating func writeWaiver(_ rule: String, _ chain: [String], _ scope: Scope) {
    line("waiver " + name("o") + " of " + rule + " {")
    if random.chance(50) { line("  in \"" + random.pick(Self.tenants) + "\"") }
    for variable in chain where random.chance(70) {
      var inner = Scope(isInLoop: true)
      inner.names = scope.names.filter { $0.text == variable }
      budget = 5
      line("  for each " + variable + (random.chance(80) ? " where " + boolean(inner, 1) : ""))
    }
    line("  because \"accepted\"")
    if random.chance(40) { line("  on " + random.pick(["2024-01-01", "2024-06-01"])) }
    line("  expires " + random.pick(["2024-06-02", "2025-01-01", "2025-01-01"]))
    line("}")
  }
}
