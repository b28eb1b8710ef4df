import Semantics
import Syntax

/// Whether a holding asks of a product nothing but whether ids are among its own, and whether it has any of a sort.
///
/// Then all products that have none of the ids at hand, and ids of the same sorts, are held alike, and one of them is asked for all:
/// what a subject holds costs what it has licences, however large the catalogue.
struct HoldingForm {
  private let program: CheckedProgram
  private let product: VariableID

  static func asksForIdentifiersAlone(_ holding: Holding, in program: CheckedProgram) -> Bool {
    HoldingForm(program: program, product: holding.product).asks(holding.body)
  }

  private func asks(_ id: TypedExpressionID) -> Bool {
    if isFree(id) { return true }
    switch program[id].kind {
    case .member(let element, let list, negated: _): return isFree(element) && isPart(list)
    case .any(_, in: let source, where: let condition):
      guard let condition else { return isPart(source) }
      return isFree(source) && asks(condition)
    case .all(_, in: let source, where: let condition, satisfy: let satisfied):
      return isFree(source) && (condition.map { asks($0) } ?? true) && asks(satisfied)
    case .and(let operands), .or(let operands): return operands.allSatisfy { asks($0) }
    case .not(let operand): return asks(operand)
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry, .call,
      .equal, .order, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .list, .comprehension,
      .aggregate, .count, .products, .productsHeld, .productsGranting, .part, .function:
      return false
    }
  }

  /// The product's own SKUs, plans or components.
  private func isPart(_ id: TypedExpressionID) -> Bool {
    guard case .part(let part, of: let item) = program[id].kind, case .variable(product) = program[item].kind else { return false }
    return part != .includes
  }

  /// Whether an expression is the same for every product.
  private func isFree(_ id: TypedExpressionID) -> Bool {
    if case .variable(product) = program[id].kind { return false }
    return program[id].kind.operands.allSatisfy { isFree($0) }
  }
}

/// The products of a day by their identifiers.
struct ProductIndex {
  /// Products of which one answers for the others, as far as they have none of the ids that were asked for: with and without SKUs, plans, components.
  private(set) var alike: [[Int32]] = Array(repeating: [], count: 8)
  private var byIdentifier: [Guid: [Int32]] = [:]
  private(set) var heldByAll: [Int32] = []

  init(_ program: CheckedProgram, _ terms: Terms) {
    for product in program.products.indices {
      let number = Int32(truncatingIfNeeded: product)
      if program.products[product].isHeldByAll {
        heldByAll.append(number)
        continue
      }
      alike[ProductIndex.sort(of: product, terms)].append(number)
      for part in 0..<3 {
        let list = terms.parts[4 * product + part]
        for place in list.index..<list.index + list.count {
          byIdentifier[Guid(high: terms.elements[place].low, low: terms.elements[place].high), default: []].append(number)
        }
      }
    }
  }

  /// The place in `alike`.
  static func sort(of product: Int, _ terms: Terms) -> Int {
    var sort = 0
    for part in 0..<3 where terms.parts[4 * product + part].count > 0 { sort |= 1 << part }
    return sort
  }

  /// The products that have one of some identifiers, in order.
  func products(with identifiers: [Guid]) -> [Int32] {
    var found: Set<Int32> = []
    for identifier in identifiers { found.formUnion(byIdentifier[identifier] ?? []) }
    return found.sorted()
  }
}
