import Semantics
import Syntax

/// Declarations of one set that mean something else in the other: what asks for them may come out otherwise, though it is written alike.
struct Meanings {
  var facts: Set<FactID> = []
  var products: Set<ProductID> = []
  /// Of which another cell holds.
  var features: Set<FeatureID> = []
  /// Whose rows are found or read otherwise.
  var records: Set<RecordID> = []
  /// The records of holdings.
  var holdings: Set<RecordID> = []
}

extension Meanings {
  /// The names of those that a rule's verdict may rest on, each once, in order.
  func names(under rule: Rule, in program: CheckedProgram) -> [String] {
    var names: Set<String> = []
    func note(_ record: RecordID) { if records.contains(record) { names.insert(program[record].name.string) } }
    func note(_ some: Set<ProductID>) { names.formUnion(some.intersection(products).map { program[$0].name.string }) }
    func noteHolding(of subject: TypedExpressionID) {
      guard case .row(let record) = program[subject].type.shape, holdings.contains(record) else { return }
      names.insert("when a \(program[record].name.string) holds a product")
    }
    let items = Set(program.holdings.map(\.product))
    for link in rule.chain { if case .row(let record) = program.variables[link.variable.index].type.shape { note(record) } }
    for id in program.expressions(in: rule) {
      switch program[id].kind {
      case .fact(let fact): if facts.contains(fact) { names.insert(program.facts[fact.index].name.string) }
      case .single(let collection), .collection(let collection), .row(let collection, _): note(program[collection].record)
      case .field(_, let field):
        note(field.record)
        switch program[field].kind {
        case .stored: break
        case .join(let collection, _), .reverse(let collection, _): note(program[collection].record)
        }
      case .has(let subject, let feature):
        noteHolding(of: subject)
        noteGranting(feature, in: program, &names)
      case .holds(let subject, let product):
        noteHolding(of: subject)
        if case .product(let named) = program[product].kind { note(program.products(near: [named])) } else { note(products) }
      case .productsHeld(let subject):
        noteHolding(of: subject)
        note(products)
      case .productsGranting(let feature): noteGranting(feature, in: program, &names)
      case .products: note(products)
      case .part(_, let product):
        switch program[product].kind {
        case .product(let named): note([named])
        // What a holding asks of its own product is asked of those that `has` and `holds` name.
        case .variable(let variable) where items.contains(variable): break
        default: note(products)
        }
      case .literal, .product, .feature, .variable, .today, .startOfMonth, .unknown, .entry, .call, .not, .and, .or, .equal, .order,
        .member, .within, .textTest, .matches, .arithmetic, .negate, .shift, .days, .orElse, .list, .comprehension, .aggregate, .any,
        .all, .count, .function:
        break
      }
    }
    return names.sorted()
  }

  /// A feature whose cells hold otherwise, and the products that grant it.
  private func noteGranting(_ feature: TypedExpressionID, in program: CheckedProgram, _ names: inout Set<String>) {
    guard case .feature(let asked) = program[feature].kind else {
      names.formUnion(features.map { "what grants \(program[$0].name.string)" })
      names.formUnion(products.map { program[$0].name.string })
      return
    }
    if features.contains(asked) { names.insert("what grants \(program[asked].name.string)") }
    var granting: Set<ProductID> = []
    for matrix in program.matrices where matrix.features.contains(asked) {
      if matrix.othersUnknown { granting.formUnion(products) }
      for statement in matrix.statements where statement.feature == asked { granting.formUnion(statement.products) }
    }
    names.formUnion(program.products(near: granting).intersection(products).map { program[$0].name.string })
  }
}

extension CheckedProgram {
  /// Some products, the suites that include them and what these require, and so on.
  fileprivate func products(near some: Set<ProductID>) -> Set<ProductID> {
    var found = some
    var grows = true
    while grows {
      grows = false
      for (index, product) in products.enumerated() {
        let id = ProductID(index)
        if !found.contains(id), product.includes.contains(where: { found.contains($0.product) }) { grows = found.insert(id).inserted }
        guard found.contains(id) else { continue }
        for required in product.requires.joined().joined() where found.insert(required).inserted { grows = true }
      }
    }
    return found
  }
}
