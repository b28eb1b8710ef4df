import Semantics
import Syntax

/// What is named somewhere outside tests.
struct Usage: Sendable {
  private(set) var sources: Set<CitedSourceID> = []
  /// Asked for by `has`, not only filled in.
  private(set) var features: Set<FeatureID> = []
  private(set) var products: Set<ProductID> = []
  private(set) var records: Set<RecordID> = []
  private(set) var fields: Set<FieldID> = []
  private(set) var facts: Set<FactID> = []
  private(set) var defines: Set<DefineID> = []
  private(set) var lookups: Set<LookupID> = []
  private(set) var variables: Set<VariableID> = []
  /// Of each expression, whether it stands in a test.
  private(set) var isInTest: [Bool] = []

  init(_ program: CheckedProgram, isInTest: (SourceSpan) -> Bool) {
    self.isInTest = program.expressions.map { isInTest($0.span) }
    for (index, expression) in program.expressions.enumerated() where !self.isInTest[index] { name(expression, program) }
    for matrix in program.matrices {
      if let cite = matrix.cite { sources.insert(cite.source) }
      for statement in matrix.statements {
        products.formUnion(statement.products)
        for cite in statement.cites { sources.insert(cite.source) }
        if let condition = statement.condition { defines.insert(condition) }
      }
    }
    for product in program.products {
      products.formUnion(product.includes.map(\.product))
      for line in product.requires { for alternative in line { products.formUnion(alternative) } }
    }
    for invariant in program.invariants { features.formUnion([invariant.granting, invariant.grants]) }
    for rule in program.rules { for cite in rule.cites { sources.insert(cite.source) } }
    if let asOf = program.asOf {
      records.insert(asOf.field.record)
      fields.insert(asOf.field)
    }
    for record in program.records {
      for field in record.fields {
        mark(field.type)
        switch field.kind {
        case .stored: break
        case .join(let collection, let place):
          records.insert(program[collection].record)
          fields.formUnion(own(field, in: record, place, program))
        case .reverse(let collection, let place):
          records.insert(program[collection].record)
          fields.insert(FieldID(record: program[collection].record, index: place))
        }
      }
    }
    for collection in program.collections { fields.formUnion(collection.label) }
    // A message that lists what somebody holds decides nothing.
    if isHeldAsked(program) { products.formUnion(program.products.indices.map { ProductID($0) }) }
    for holding in program.holdings { mark(program.variables[holding.subject.index].type) }
    for variable in program.variables { mark(variable.type) }
  }

  /// `products held by` stands in a condition, or in what one uses.
  private func isHeldAsked(_ program: CheckedProgram) -> Bool {
    var values: [VariableID: TypedExpressionID] = [:]
    for rule in program.rules { for local in rule.locals { values[local.variable] = local.value } }
    var open = program.rules.flatMap { $0.chain.map(\.source) + [$0.when, $0.require].compactMap { $0 } } + program.holdings.map(\.body)
    for statement in program.matrices.flatMap(\.statements) {
      if let condition = statement.condition { open.append(program.defines[condition.index].body) }
    }
    var seen = Set(open)
    while let id = open.popLast() {
      let kind = program[id].kind
      var next = kind.operands
      if case .productsHeld = kind { return true }
      if case .variable(let variable) = kind, let value = values[variable] { next.append(value) }
      if case .call(let define, _) = kind { next.append(program.defines[define.index].body) }
      for id in next where seen.insert(id).inserted { open.append(id) }
    }
    return false
  }

  private func own(_ field: Field, in record: RecordType, _ place: Int, _ program: CheckedProgram) -> [FieldID] {
    program.records.firstIndex { $0.name == record.name }.map { [FieldID(record: RecordID($0), index: place)] } ?? []
  }

  private mutating func mark(_ type: ValueType) {
    switch type.shape {
    case .row(let record): records.insert(record)
    case .list(let element): mark(element)
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .product, .feature, .nothing: break
    }
  }

  private mutating func name(_ expression: TypedExpression, _ program: CheckedProgram) {
    switch expression.kind {
    case .product(let id): products.insert(id)
    case .feature(let id): features.insert(id)
    case .variable(let id): variables.insert(id)
    case .fact(let id): facts.insert(id)
    case .field(_, let id): fields.insert(id)
    case .single(let id), .collection(let id), .row(let id, _): records.insert(program[id].record)
    case .entry(let id, _): lookups.insert(id)
    case .call(let id, _): defines.insert(id)
    case .products, .productsGranting: products.formUnion(program.products.indices.map { ProductID($0) })
    case .literal, .today, .startOfMonth, .unknown, .not, .and, .or, .equal, .order, .member, .within, .textTest, .matches, .has, .holds,
      .arithmetic, .negate, .shift, .days, .orElse, .list, .comprehension, .aggregate, .any, .all, .count, .part, .function, .productsHeld:
      break
    }
  }
}
