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
    var found: [(FieldID, Role)] = []
    for expression in program.expressions {
      guard let (left, right) = sides(expression.kind) else { continue }
      if let field = origin(of: left), let role = role(named: right) { found.append((field, role)) }
      if let field = origin(of: right), let role = role(named: left) { found.append((field, role)) }
      if let one = origin(of: left), let other = origin(of: right) { unite(one, other) }
    }
    for (field, role) in found { roles[root(field)] = role }
  }

  func role(of field: FieldID) -> Role? { roles[root(field)] }

  /// The field from which a value, or the elements of a list, come; nil where they come from no single one.
  func origin(of id: TypedExpressionID) -> FieldID? {
    var id = id
    // Lets and defines are not recursive; the bound keeps a mistake here from going on for ever.
    for _ in 0..<64 {
      switch program[id].kind {
      case .field(_, let field):
        if case .stored = program[field].kind { return field }
        return nil
      case .variable(let variable):
        guard let source = sources[variable] else { return nil }
        id = source
      case .call(let define, _): id = program.defines[define.index].body
      case .comprehension(let comprehension): id = comprehension.element
      case .orElse(let left, _): id = left
      default: return nil
      }
    }
    return nil
  }

  private mutating func bind(_ kind: TypedExpressionKind) {
    switch kind {
    case .any(let variable, in: let source, where: _), .count(let variable, in: let source, where: _, distinct: _),
      .all(let variable, in: let source, where: _, satisfy: _):
      sources[variable] = source
    case .comprehension(let comprehension), .aggregate(_, let comprehension):
      for loop in comprehension.loops { sources[loop.variable] = loop.source }
    default: break
    }
  }

  private func sides(_ kind: TypedExpressionKind) -> (TypedExpressionID, TypedExpressionID)? {
    switch kind {
    case .equal(let left, let right, _), .member(let left, let right, _), .within(let left, let right): (left, right)
    default: nil
    }
  }

  /// `item.skus`, or a list of products' SKUs.
  private func role(named id: TypedExpressionID) -> Role? {
    switch program[id].kind {
    case .part(let part, of: _):
      switch part {
      case .skus: .sku
      case .plans, .components: .plan
      case .includes: nil
      }
    case .function(_, let arguments): arguments.first.flatMap { role(named: $0) }
    case .call(let define, _): role(named: program.defines[define.index].body)
    case .comprehension(let comprehension): role(named: comprehension.element)
    case .variable(let variable): sources[variable].flatMap { role(named: $0) }
    default: nil
    }
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
