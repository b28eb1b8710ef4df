import Semantics
import Syntax

/// What subjects hold, remembered by profile.
///
/// A tenant has few combinations of licences, so most subjects' holdings have been worked out for another one before.
struct Holdings {
  /// Where looking products up by identifiers begins to pay: so many that a feature's cells name, or that are asked for.
  static let productsLookedUp = 64
  /// Beyond so many profiles all are forgotten.
  private static let most = 2048

  /// By record: what holdings hang on; nil where that is more than a footprint tells.
  let footprints: [Footprint?]
  /// By record: whether one product may answer for others.
  let asksForIdentifiersAlone: [Bool]
  var subject = Value.null
  var serial: UInt64 = 0
  /// Kept for its memory.
  var description = Description()
  private var profiles = RowClasses()
  private var current = 0
  private let products: Int
  /// Of profile p and product q at p × products + q. Profile 0 is of a subject without footprint.
  private var heldCodes: [Int32]
  private var grantingCodes: [Int32]
  /// By profile, all that is held; nil until it is asked for.
  private var lists: [[Held]?] = [nil]

  struct Held {
    var product: Int
    /// The causes of doubt.
    var doubt: Int32
  }

  /// What was said of a product that has none of the ids that were asked for.
  struct Answer {
    var value: Value
    /// The products that have some of these ids, in order: for others of its sort the answer is the same.
    var touched: [Int32]

    func isOf(_ product: Int) -> Bool {
      for other in touched where Int(other) >= product { return Int(other) != product }
      return true
    }
  }
  /// By profile, and there by sort of product; empty until products are looked up.
  private var answers: [[Answer?]] = [[]]
  let productsLookedUp: Int
  /// The ids that the holding at hand was asked for; nil while they are not kept.
  var asked: [Guid]?

  /// The answer for products of a sort that are not touched, of the profile at hand.
  func answer(_ sort: Int) -> Answer? { answers[current].isEmpty ? nil : answers[current][sort] }
  mutating func setAnswer(_ sort: Int, _ answer: Answer) {
    if answers[current].isEmpty { answers[current] = Array(repeating: nil, count: 8) }
    answers[current][sort] = answer
  }

  init(_ plan: Plan, productsLookedUp: Int) {
    footprints = plan.program.records.indices.map { index in
      guard plan.holdings[index].body >= 0, let shape = plan.shapeOfRecord[index] else { return nil }
      return FootprintFinder.footprint(ofHolding: RecordID(index), shape: shape, in: plan)
    }
    var isPlain = plan.program.records.map { _ in false }
    self.productsLookedUp = productsLookedUp
    for holding in plan.program.holdings where plan.program.products.count >= productsLookedUp {
      isPlain[holding.record.index] = HoldingForm.asksForIdentifiersAlone(holding, in: plan.program)
    }
    asksForIdentifiersAlone = isPlain
    products = plan.program.products.count
    heldCodes = Array(repeating: 0, count: products)
    grantingCodes = heldCodes
  }

  mutating func beginUnknownProfile() {
    current = 0
    lists[0] = nil
    answers[0] = []
    for product in 0..<products {
      heldCodes[product] = 0
      grantingCodes[product] = 0
    }
  }

  mutating func beginProfile() {
    if profiles.count >= Holdings.most || profiles.isFull {
      profiles.removeAll()
      answers.removeLast(answers.count - 1)
      heldCodes.removeLast(heldCodes.count - products)
      grantingCodes.removeLast(grantingCodes.count - products)
      lists.removeLast(lists.count - 1)
    }
    let known = profiles.count
    let number = profiles.number(of: description)
    if number == known {
      heldCodes.append(contentsOf: repeatElement(0, count: products))
      grantingCodes.append(contentsOf: repeatElement(0, count: products))
      lists.append(nil)
      answers.append([])
    }
    current = number + 1
  }

  // 0 is not worked out yet, then no, yes, null, and unknown by its causes.
  private static func value(_ code: Int32) -> Value? {
    switch code {
    case 0: nil
    case 1: .no
    case 2: .yes
    case 3: .null
    default: .unknown(code - 4)
    }
  }

  private static func code(_ value: Value) -> Int32 {
    if value.isUnknown { return value.aux + 4 }
    if value.isNull { return 3 }
    return value.isTrue ? 2 : 1
  }

  /// All that is held by the profile at hand.
  var all: [Held]? {
    get { lists[current] }
    set { lists[current] = newValue }
  }

  func held(_ product: Int) -> Value? { Holdings.value(heldCodes[current * products + product]) }
  func granting(_ product: Int) -> Value? { Holdings.value(grantingCodes[current * products + product]) }
  mutating func setHeld(_ product: Int, _ value: Value) { heldCodes[current * products + product] = Holdings.code(value) }
  mutating func setGranting(_ product: Int, _ value: Value) { grantingCodes[current * products + product] = Holdings.code(value) }
}
