import Semantics
import Syntax

/// Which fields hold ids of SKUs and which ids of plans: found from holdings, and carried on by joins and comparisons.
struct IdRoles {
  enum Role { case sku, plan }

  private let program: CheckedProgram
  /// A variable's values are the elements of this list, or this value.
  private var sources: [VariableID: TypedExpressionID] = [:]
  private var parents: [FieldID: FieldID] = [:]
  private var roles: [FieldID: Role] = [:]

  init(_ program: CheckedProgram) {
    self.program = program
    for expression in program.expressions { bind(expression.kind) }
    for rule in program.rules {
      for link in rule.chain { sources[link.variable] = link.source }
      for local in rule.locals { sources[local.variable] = local.value }
    }
    for (index, record) in program.records.enumerated() {
      for field in record.fields {
        switch field.kind {
        case .stored: break
        case .join(let collection, let place):
          let target = program[collection].record
          if let key = program[target].key.first, program[target].key.count == 1 {
            unite(FieldID(record: RecordID(index), index: place), FieldID(record: target, index: key))
          }
        case .reverse(let collection, let place):
          if let key = record.key.first, record.key.count == 1 {
            unite(FieldID(record: RecordID(index), index: key), FieldID(record: program[collection].record, index: place))
          }
        }
      }
    }
    for expression in program.expressions {
      guard let (left, right) = expression.kind.sides else { continue }
      if let one = origin(of: left), let other = origin(of: right) { unite(one, other) }
    }
    // Holdings say it; a rule is believed only of a field of which they say nothing, and what is said first holds.
    var held: Set<TypedExpressionID> = []
    var open = program.holdings.map(\.body)
    while let id = open.popLast() {
      guard held.insert(id).inserted else { continue }
      open += program[id].kind.operands
      if case .call(let define, _) = program[id].kind { open.append(program.defines[define.index].body) }
    }
    for id in held.sorted() { learn(from: program[id].kind) }
    for expression in program.expressions { learn(from: expression.kind) }
  }

  private mutating func learn(from kind: TypedExpressionKind) {
    guard let (left, right) = kind.sides else { return }
    for (value, named) in [(left, right), (right, left)] {
      guard let field = origin(of: value), let role = role(named: named), roles[root(field)] == nil else { continue }
      roles[root(field)] = role
    }
  }

  func role(of field: FieldID) -> Role? { roles[root(field)] }

  /// The field from which a value, or the elements of a list, come; nil where they come from no single one.
  func origin(of id: TypedExpressionID) -> FieldID? {
    var id = id
    // Lets and defines are not recursive; the bound keeps a mistake here from going on for ever.
    for _ in 0..<64 {
      let kind = program[id].kind
      if case .field(_, let field) = kind {
        guard case .stored = program[field].kind else { return nil }
        return field
      }
      var next: TypedExpressionID?
      if case .variable(let variable) = kind { next = sources[variable] }
      if case .call(let define, _) = kind { next = program.defines[define.index].body }
      if case .comprehension(let comprehension) = kind { next = comprehension.element }
      if case .orElse(let left, _) = kind { next = left }
      guard let next else { return nil }
      id = next
    }
    return nil
  }

  private mutating func bind(_ kind: TypedExpressionKind) {
    if case .any(let variable, in: let source, where: _) = kind { sources[variable] = source }
    if case .count(let variable, in: let source, where: _, distinct: _) = kind { sources[variable] = source }
    if case .all(let variable, in: let source, where: _, satisfy: _) = kind { sources[variable] = source }
    if case .comprehension(let comprehension) = kind { bind(comprehension) }
    if case .aggregate(_, let comprehension) = kind { bind(comprehension) }
  }

  private mutating func bind(_ comprehension: TypedComprehension) {
    for loop in comprehension.loops { sources[loop.variable] = loop.source }
  }

  /// `item.skus`, or a list of products' SKUs.
  func role(named id: TypedExpressionID) -> Role? {
    let kind = program[id].kind
    if case .part(let part, of: _) = kind {
      return switch part {
      case .skus: .sku
      case .plans, .components: .plan
      case .includes: nil
      }
    }
    var next: TypedExpressionID?
    if case .function(_, let arguments) = kind { next = arguments.first }
    if case .call(let define, _) = kind { next = program.defines[define.index].body }
    if case .comprehension(let comprehension) = kind { next = comprehension.element }
    if case .variable(let variable) = kind { next = sources[variable] }
    return next.flatMap { role(named: $0) }
  }

  private func root(_ field: FieldID) -> FieldID {
    var field = field
    while let parent = parents[field] { field = parent }
    return field
  }

  private mutating func unite(_ left: FieldID, _ right: FieldID) {
    let (one, other) = (root(left), root(right))
    if one != other { parents[one] = other }
  }
}

extension ValueType {
  /// The record of a row, or of the rows of a list.
  var innermostRecord: RecordID? {
    switch shape {
    case .row(let record): record
    case .list(let element): element.innermostRecord
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .product, .feature, .nothing: nil
    }
  }
}

extension TypedExpressionKind {
  /// What is compared with what: by `is`, `in` and `within`, negated or not.
  var sides: (TypedExpressionID, TypedExpressionID)? {
    if case .equal(let left, let right, _) = self { return (left, right) }
    if case .member(let left, let right, _) = self { return (left, right) }
    if case .within(let left, let right) = self { return (left, right) }
    return nil
  }
}
