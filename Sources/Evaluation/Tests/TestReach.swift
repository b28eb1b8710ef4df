import Semantics
import Syntax

/// What the verdict of each rule can rest on: expressions, features, facts and fields, through defines, holdings, cells and waivers.
struct TestReach {
  /// What one rule's verdict can rest on.
  struct OfRule {
    var expressions: Set<Int> = []
    var features: Set<FeatureID> = []
    var products: Set<ProductID> = []
    var facts: Set<FactID> = []
    var fields: Set<FieldID> = []
    /// Whether it asks what is held, and so for the identifiers of products.
    var asksHoldings = false

    mutating func formUnion(_ other: OfRule) {
      expressions.formUnion(other.expressions)
      features.formUnion(other.features)
      products.formUnion(other.products)
      facts.formUnion(other.facts)
      fields.formUnion(other.fields)
      asksHoldings = asksHoldings || other.asksHoldings
    }
  }
  /// By rule.
  let rules: [OfRule]

  init(_ program: CheckedProgram) {
    rules = program.rules.indices.map { index in
      var walk = Walk(program: program, rule: program.rules[index])
      walk.visitRule(RuleID(index))
      return walk.found
    }
  }

  private struct Walk {
    let program: CheckedProgram
    let rule: Rule
    var found = OfRule()

    mutating func visitRule(_ id: RuleID) {
      for link in rule.chain { visit(link.source) }
      if let when = rule.when { visit(when) }
      visit(rule.require)
      for waiver in program.waivers where waiver.rule == id {
        for condition in waiver.conditions { visit(condition) }
      }
    }

    private mutating func visit(_ id: TypedExpressionID) {
      guard found.expressions.insert(id.index).inserted else { return }
      let kind = program[id].kind
      switch kind {
      case .variable(let variable):
        if let local = rule.locals.first(where: { $0.variable == variable }) { visit(local.value) }
      case .fact(let fact): found.facts.insert(fact)
      case .product(let product): found.products.insert(product)
      case .field(_, let field): visit(field)
      case .call(let define, _): visit(program.defines[define.index].body)
      case .has(let subject, let feature):
        visitHolding(of: subject)
        visitFeature(feature)
      case .productsGranting(let feature): visitFeature(feature)
      case .holds(let subject, _), .productsHeld(let subject): visitHolding(of: subject)
      case .literal, .feature, .today, .startOfMonth, .unknown, .single, .collection, .row, .entry, .not, .and, .or, .equal,
        .order, .member, .within, .textTest, .matches, .arithmetic, .negate, .shift, .days, .orElse, .list, .comprehension,
        .aggregate, .any, .all, .count, .products, .part, .function:
        break
      }
      for operand in kind.operands { visit(operand) }
    }

    private mutating func visit(_ field: FieldID) {
      found.fields.insert(field)
      switch program[field].kind {
      case .stored: break
      case .join(_, let by): found.fields.insert(FieldID(record: field.record, index: by))
      case .reverse(let collection, let by): found.fields.insert(FieldID(record: program[collection].record, index: by))
      }
    }

    private mutating func visitFeature(_ id: TypedExpressionID) {
      if case .feature(let feature) = program[id].kind {
        found.features.insert(feature)
      } else {
        found.features.formUnion(program.features.indices.map { FeatureID($0) })
      }
      for matrix in program.matrices {
        for statement in matrix.statements where found.features.contains(statement.feature) {
          found.products.formUnion(statement.products)
          if let condition = statement.condition { visit(program.defines[condition.index].body) }
        }
      }
    }

    private mutating func visitHolding(of subject: TypedExpressionID) {
      found.asksHoldings = true
      guard case .row(let record) = program[subject].type.shape else { return }
      for holding in program.holdings where holding.record == record { visit(holding.body) }
    }
  }

  /// Products that a cell or a condition of a rule speaks of, and the suites in which they are.
  func products(_ program: CheckedProgram) -> Set<ProductID> {
    var reached: Set<ProductID> = []
    for rule in rules { reached.formUnion(rule.products) }
    var grows = true
    while grows {
      grows = false
      for (index, product) in program.products.enumerated() where !reached.contains(ProductID(index)) {
        if product.includes.contains(where: { reached.contains($0.product) }) {
          reached.insert(ProductID(index))
          grows = true
        }
      }
    }
    return reached
  }
}
