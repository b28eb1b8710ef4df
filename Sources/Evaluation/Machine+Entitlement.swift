import Semantics
import Syntax

extension Machine {
  /// Whether a subject has a feature: by any alternative that grants it.
  mutating func has(_ subject: Value, _ feature: Value) -> Value {
    if subject.isUnknown || feature.isUnknown { return bothUnknown(subject, feature) }
    if subject.tag != .row || feature.tag != .feature { return .null }
    if !terms.features[feature.index].speaks {
      return .unknown(causes.set(Cause(.noMatrix, Text(program.features[feature.index].name.string))))
    }
    var doubt: Int32 = 0
    let (alternatives, open) = (terms.features[feature.index].alternatives, terms.features[feature.index].open)
    if alternatives.count + open.count >= holdings.productsLookedUp, let held = mayHold(subject) {
      // All other products are certainly not held.
      for item in held {
        for place in terms.alternativesOfProduct[item.product] where alternatives.contains(Int(place)) {
          if has(subject, by: terms.alternatives[Int(place)], &doubt) { return .yes }
        }
      }
      for place in open where held.contains(where: { $0.product == terms.open[place].product }) { leaveOpen(subject, place, &doubt) }
    } else {
      for place in alternatives where has(subject, by: terms.alternatives[place], &doubt) { return .yes }
      for place in open { leaveOpen(subject, place, &doubt) }
    }
    return doubt == 0 ? .no : .unknown(doubt)
  }

  /// Whether an alternative certainly grants; else what it leaves in doubt is added.
  private mutating func has(_ subject: Value, by alternative: Terms.Alternative, _ doubt: inout Int32) -> Bool {
    var result = Value.yes
    for product in alternative.first..<alternative.first + alternative.count {
      result = both(result, granting(subject, terms.together[product]))
      if result.isFalse { return false }
    }
    if alternative.condition >= 0 { result = both(result, call(alternative.condition, subject)) }
    // Where it can't even be told what is held, what the cell says is beside the point.
    if alternative.isUnknown && result.isTrue {
      result = both(result, .unknown(causes.set(Cause(.unknownCell, terms.cells[alternative.cell]))))
    }
    if result.isUnknown { doubt = causes.union(doubt, result.aux) }
    return result.isTrue
  }

  /// Adds the doubt that a table leaves which does not speak of a product.
  private mutating func leaveOpen(_ subject: Value, _ place: Int, _ doubt: inout Int32) {
    let (product, cell) = terms.open[place]
    let result = holds(subject, product)
    if result.isFalse { return }
    let why = result.isUnknown ? result.aux : causes.set(Cause(.unknownCell, terms.cells[cell]))
    doubt = causes.union(doubt, why)
  }

  /// Kleene's `and` of two values.
  mutating func both(_ left: Value, _ right: Value) -> Value {
    if left.isFalse || right.isFalse { return .no }
    if left.isUnknown || right.isUnknown { return bothUnknown(left, right) }
    return .yes
  }

  mutating func either(_ left: Value, _ right: Value) -> Value {
    if left.isTrue || right.isTrue { return .yes }
    if left.isUnknown || right.isUnknown { return bothUnknown(left, right) }
    return .no
  }

  private mutating func call(_ define: Int, _ argument: Value) -> Value {
    let define = plan.defines[define]
    if define.parameter >= 0 { variables[Int(define.parameter)] = argument }
    return evaluate(Int(define.body))
  }

  /// Makes the profile of a subject the one at hand.
  private mutating func remember(_ subject: Value) {
    if holdings.serial == serial && isSame(holdings.subject, subject) { return }
    holdings.subject = subject
    holdings.serial = serial
    guard let record = record(of: subject), let footprint = holdings.footprints[record.index] else {
      return holdings.beginUnknownProfile()
    }
    var description = Description()
    swap(&description, &holdings.description)
    describe(subject, footprint, into: &description)
    description.append(UInt64(record.index))
    swap(&description, &holdings.description)
    holdings.beginProfile()
  }

  /// Whether a subject holds a product: by itself, or through a suite that includes it.
  mutating func holds(_ subject: Value, _ product: Int) -> Value {
    if program.products[product].isHeldByAll { return .yes }
    remember(subject)
    if let known = holdings.held(product) { return known }
    var result = holdsDirectly(subject, product)
    for suite in terms.suites[product] {
      if result.isTrue { break }
      result = either(result, holds(subject, suite))
    }
    remember(subject)
    holdings.setHeld(product, result)
    return result
  }

  /// As `holds`, and all that the product requires is held too.
  private mutating func granting(_ subject: Value, _ product: Int) -> Value {
    remember(subject)
    if let known = holdings.granting(product) { return known }
    var result: Value
    if program.products[product].isHeldByAll {
      result = .yes
    } else {
      result = holdsDirectly(subject, product)
      for suite in terms.suites[product] {
        if result.isTrue { break }
        result = either(result, granting(subject, suite))
      }
    }
    for line in program.products[product].requires {
      if result.isFalse { break }
      var met = Value.no
      for alternative in line {
        var together = Value.yes
        for required in alternative { together = both(together, holds(subject, required.index)) }
        met = either(met, together)
      }
      result = both(result, met)
    }
    remember(subject)
    holdings.setGranting(product, result)
    return result
  }

  private mutating func holdsDirectly(_ subject: Value, _ product: Int) -> Value {
    if program.products[product].isHeldByAll { return .yes }
    guard let record = record(of: subject) else { return .no }
    let holding = plan.holdings[record.index]
    if holding.body < 0 { return .no }
    // The variables of a holding may be in use by a holding that it asks for; those of its own do not recur.
    variables[Int(holding.subject)] = subject
    variables[Int(holding.product)] = .product(product)
    guard holdings.asksForIdentifiersAlone[record.index] else { return evaluate(Int(holding.body)) }
    remember(subject)
    if let answer = holdings.answer(ProductIndex.sort(of: product, terms)), answer.isOf(product) { return answer.value }
    return evaluate(Int(holding.body))
  }

  /// Asks whether a subject holds a product by itself, and keeps the answer for all products of its sort that have none of the ids which are
  /// asked for, if it is one of them.
  private mutating func lookUp(_ subject: Value, _ product: Int32, _ sort: Int) {
    let outer = holdings.asked
    holdings.asked = []
    let value = holdsDirectly(subject, Int(product))
    let touched = products.products(with: holdings.asked ?? [])
    holdings.asked = outer
    remember(subject)
    if !touched.contains(product) { holdings.setAnswer(sort, Holdings.Answer(value: value, touched: touched)) }
  }

  /// The products of which it is not certain that a subject does not hold them, in order; nil where that takes asking for each.
  private mutating func mayHold(_ subject: Value) -> [Holdings.Held]? {
    guard let record = record(of: subject), holdings.asksForIdentifiersAlone[record.index] else { return nil }
    remember(subject)
    if let known = holdings.all { return known }
    var waiting = products.heldByAll
    for (sort, alike) in products.alike.enumerated() {
      for product in alike {
        // Until one is found that answers for the others.
        if holdings.answer(sort) != nil { break }
        waiting.append(product)
        lookUp(subject, product, sort)
      }
      guard let answer = holdings.answer(sort) else { continue }
      if !answer.value.isFalse { return nil }
      waiting += answer.touched
    }
    var seen: Set<Int32> = []
    var found: [Holdings.Held] = []
    while let product = waiting.popLast() {
      guard seen.insert(product).inserted else { continue }
      let result = holds(subject, Int(product))
      if result.isFalse { continue }
      found.append(Holdings.Held(product: Int(product), doubt: result.isUnknown ? result.aux : 0))
      let included = terms.parts[4 * Int(product) + 3]
      for place in included.index..<included.index + included.count {
        waiting.append(Int32(truncatingIfNeeded: elements[place].index))
      }
    }
    found.sort { $0.product < $1.product }
    remember(subject)
    holdings.all = found
    return found
  }

  /// The record type of a row.
  func record(of row: Value) -> RecordID? {
    if row.tag != .row { return nil }
    return recordOfShape[row.count]
  }

  mutating func productsHeld(_ node: Node) -> Value {
    let subject = evaluate(Int(node.a))
    if subject.tag != .row { return subject }
    remember(subject)
    if mayHold(subject) == nil, holdings.all == nil {
      var found: [Holdings.Held] = []
      for product in program.products.indices {
        let result = holds(subject, product)
        if !result.isFalse { found.append(Holdings.Held(product: product, doubt: result.isUnknown ? result.aux : 0)) }
      }
      remember(subject)
      holdings.all = found
    }
    let first = elements.count
    for item in holdings.all ?? [] { append(.product(item.product), doubt: item.doubt) }
    return list(from: first)
  }

  mutating func productsGranting(_ feature: Int) -> Value {
    let granted = terms.features[feature]
    if !granted.speaks {
      return .unknown(causes.set(Cause(.noMatrix, Text(program.features[feature].name.string))))
    }
    let first = elements.count
    for product in program.products.indices {
      var isCertain = false
      var isPossible = false
      var doubt: Int32 = 0
      for place in granted.alternatives {
        let alternative = terms.alternatives[place]
        guard alternative.count == 1, terms.together[alternative.first] == product else { continue }
        isPossible = true
        if alternative.isUnknown {
          doubt = causes.union(doubt, causes.set(Cause(.unknownCell, terms.cells[alternative.cell])))
        } else {
          isCertain = true
        }
      }
      for place in granted.open where terms.open[place].product == product {
        isPossible = true
        doubt = causes.union(doubt, causes.set(Cause(.unknownCell, terms.cells[terms.open[place].cell])))
      }
      if isPossible { append(.product(product), doubt: isCertain ? 0 : doubt) }
    }
    return list(from: first)
  }
}
