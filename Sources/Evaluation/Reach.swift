import Semantics

/// What the rules to be run can ask for, through defines, holdings, matrices' conditions and waivers.
struct Reach {
  private let program: CheckedProgram
  private var seen: [Bool]
  /// Collections that are looked up or looped over while a subject is judged.
  private(set) var joined: Set<CollectionID> = []
  /// Those of them that are asked for otherwise than by a field that joins to one of their rows.
  private(set) var wholly: Set<CollectionID> = []
  /// The fields that others are joined to by: those that hold the key.
  private(set) var joins: [CollectionID: Set<FieldID>] = [:]
  private(set) var features: Set<FeatureID> = []

  init(_ rules: [RuleID], of program: CheckedProgram) {
    self.program = program
    seen = Array(repeating: false, count: program.expressions.count)
    for id in rules {
      let rule = program[id]
      for (place, link) in rule.chain.enumerated() {
        // The first link's collection is streamed.
        if place == 0, case .collection = program[link.source].kind { continue }
        visit(link.source)
      }
      for local in rule.locals { visit(local.value) }
      if let when = rule.when { visit(when) }
      visit(rule.require)
      for template in [rule.message, rule.remedy].compactMap({ $0 }) {
        for parts in [template.parts] + template.translations.map(\.parts) {
          for case .value(let expression) in parts { visit(expression) }
        }
      }
      for waiver in program.waivers where waiver.rule == id {
        for condition in waiver.conditions { visit(condition) }
      }
      if let link = rule.chain.first, case .collection(let collection) = program[link.source].kind {
        for field in program[collection].label { visit(field) }
      }
    }
  }

  private mutating func visit(_ field: FieldID) {
    switch program[field].kind {
    case .stored: break
    case .join(let target, let by):
      joined.insert(target)
      joins[target, default: []].insert(FieldID(record: field.record, index: by))
    case .reverse(let target, _):
      joined.insert(target)
      wholly.insert(target)
    }
  }

  private mutating func visit(_ id: TypedExpressionID) {
    if seen[id.index] { return }
    seen[id.index] = true
    let kind = program[id].kind
    switch kind {
    case .field(_, let field): visit(field)
    case .single(let collection), .collection(let collection), .row(let collection, _):
      joined.insert(collection)
      wholly.insert(collection)
    case .call(let define, _): visit(program.defines[define.index].body)
    case .has(let subject, let feature):
      visitHolding(of: subject)
      if case .feature(let constant) = program[feature].kind {
        features.insert(constant)
      } else {
        features.formUnion(program.features.indices.map { FeatureID($0) })
      }
      for matrix in program.matrices {
        for statement in matrix.statements where features.contains(statement.feature) {
          if let condition = statement.condition { visit(program.defines[condition.index].body) }
        }
      }
    case .holds(let subject, _), .productsHeld(let subject): visitHolding(of: subject)
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .entry, .not, .and, .or, .equal,
      .order, .member, .within, .textTest, .matches, .arithmetic, .negate, .shift, .days, .orElse, .list,
      .comprehension, .aggregate, .any, .all, .count, .products, .productsGranting, .part, .function:
      break
    }
    for operand in Operands.of(kind) { visit(operand) }
  }

  private mutating func visitHolding(of subject: TypedExpressionID) {
    guard case .row(let record) = program[subject].type.shape else { return }
    for holding in program.holdings where holding.record == record { visit(holding.body) }
  }
}
