import Semantics
import Syntax

extension Machine {
  /// The value of an expression, with its variables as they are.
  mutating func evaluate(_ index: Int) -> Value {
    if isLasting[index] { return lastingValue(index) }
    return compute(index)
  }

  /// The value of an expression that is the same for all subjects, worked out once.
  private mutating func lastingValue(_ index: Int) -> Value {
    if let known = lasting[index] { return known }
    // What is made below must outlive the subject, so it is made where nothing of a subject is yet, or copied there.
    let value = keep(compute(index))
    lasting[index] = value
    return value
  }

  /// A value whose elements and texts stay when the subject goes.
  private mutating func keep(_ value: Value) -> Value {
    lastingElements = elements.count
    lastingTexts = scratch.count
    return value
  }

  private mutating func compute(_ index: Int) -> Value {
    let node = plan.nodes[index]
    switch node.operation {
    case .constant: return plan.constants[Int(node.a)]
    case .variable:
      let variable = Int(node.a)
      if locals[variable] < 0 { return variables[variable] }
      if localSerials[variable] != localSerial {
        let value = evaluate(Int(locals[variable]))
        variables[variable] = value
        localSerials[variable] = localSerial
      }
      return variables[variable]
    case .fact: return facts[Int(node.a)]
    case .today: return Value(tag: .date, low: UInt64(bitPattern: Int64(day.days)))
    case .startOfMonth: return Value(tag: .date, low: UInt64(bitPattern: Int64(day.firstOfMonth.days)))
    case .stated:
      guard case .unknown(let reason) = program.expressions[Int(node.a)].kind else { return .null }
      return .unknown(causes.set(Cause(.stated, reason)))
    case .stored:
      let base = evaluate(Int(node.a))
      if base.tag != .row { return base }
      return read(Int(node.b), row: base.index, base.arena)
    case .join:
      let base = evaluate(Int(node.a))
      if base.tag != .row { return base }
      let memo = joins[index]
      if memo.serial == serial && isSame(memo.argument, base) { return memo.result }
      let key = read(Int(node.b), row: base.index, base.arena)
      if key.isUnknown || key.isNull { return key }
      let found = lookUp(key, in: CollectionID(Int(node.c)), mayBeMissing: node.flag == 1)
      joins[index] = CallMemo(serial: serial, argument: base, result: found)
      return found
    case .reverse:
      let base = evaluate(Int(node.a))
      if base.tag != .row { return base }
      return reverse(base, FieldID(record: RecordID(Int(node.b)), index: Int(node.c)))
    case .single: return single(CollectionID(Int(node.a)))
    case .collection: return rows(of: CollectionID(Int(node.a)))
    case .rowOf: return rowOf(node)
    case .entry: return entry(node)
    case .call: return call(node)
    case .not: return negation(evaluate(Int(node.a)))
    case .and: return conjunction(node)
    case .or: return disjunction(node)
    case .negate:
      let operand = evaluate(Int(node.a))
      return arithmetic(1, .int(0), operand)
    case .list: return listOf(node)
    case .equal:
      let left = evaluate(Int(node.a))
      let right = evaluate(Int(node.b))
      let result = equal(left, right)
      return node.flag == 1 ? negation(result) : result
    case .member:
      let result = member(node)
      return node.flag == 1 ? negation(result) : result
    case .order:
      let left = evaluate(Int(node.a))
      let right = evaluate(Int(node.b))
      return order(node.flag, left, right)
    case .within:
      let left = evaluate(Int(node.a))
      let right = evaluate(Int(node.b))
      return within(left, right)
    case .has:
      let subject = evaluate(Int(node.a))
      let feature = evaluate(Int(node.b))
      return has(subject, feature)
    case .holds:
      let subject = evaluate(Int(node.a))
      let product = evaluate(Int(node.b))
      if subject.isUnknown || product.isUnknown { return bothUnknown(subject, product) }
      if subject.isNull || product.isNull { return .null }
      return holds(subject, product.index)
    case .days: return days(node)
    case .orElse:
      let left = evaluate(Int(node.a))
      return left.isNull ? evaluate(Int(node.b)) : left
    case .textTest: return textTest(node)
    case .matches:
      let operand = evaluate(Int(node.a))
      if operand.tag != .text { return operand }
      return .bool(Glob.matches(plan.globs[Int(node.b)].utf8[...], bytes(operand)))
    case .arithmetic:
      let left = evaluate(Int(node.a))
      let right = evaluate(Int(node.b))
      return arithmetic(node.flag, left, right)
    case .shift: return shift(node)
    case .comprehension: return comprehension(node)
    case .aggregate: return aggregate(node)
    case .any: return any(node)
    case .all: return all(node)
    case .count: return count(node)
    case .products:
      let first = elements.count
      for product in program.products.indices { append(.product(product)) }
      return list(from: first)
    case .productsHeld: return productsHeld(node)
    case .productsGranting:
      let feature = evaluate(Int(node.a))
      if feature.tag != .feature { return feature }
      return productsGranting(feature.index)
    case .part:
      let product = evaluate(Int(node.a))
      if product.tag != .product { return product }
      return terms.parts[product.index * 4 + Int(node.flag)]
    case .function: return function(node)
    }
  }

  // MARK: logic

  /// Unknown with the causes of those operands that are unknown, or numbers not known exactly.
  mutating func bothUnknown(_ left: Value, _ right: Value) -> Value {
    .unknown(
      causes.union(
        left.isUnknown || left.tag == .int ? left.aux : 0, right.isUnknown || right.tag == .int ? right.aux : 0))
  }

  func negation(_ value: Value) -> Value { value.tag == .bool ? .bool(value.low == 0) : value }

  /// False wins; else unknown with the causes of every unknown operand; else true.
  private mutating func conjunction(_ node: Node) -> Value {
    var doubt: Int32 = 0
    var isUnknown = false
    for place in Int(node.b)..<Int(node.b + node.c) {
      let value = evaluate(Int(plan.pool[place]))
      if value.isFalse { return .no }
      if value.isUnknown {
        isUnknown = true
        doubt = causes.union(doubt, value.aux)
      }
    }
    return isUnknown ? .unknown(doubt) : .yes
  }

  private mutating func disjunction(_ node: Node) -> Value {
    var doubt: Int32 = 0
    var isUnknown = false
    for place in Int(node.b)..<Int(node.b + node.c) {
      let value = evaluate(Int(plan.pool[place]))
      if value.isTrue { return .yes }
      if value.isUnknown {
        isUnknown = true
        doubt = causes.union(doubt, value.aux)
      }
    }
    return isUnknown ? .unknown(doubt) : .no
  }

  private mutating func call(_ node: Node) -> Value {
    let count = Int(node.c)
    if count == 1 {
      let argument = evaluate(Int(plan.pool[Int(node.b)]))
      let memo = calls[Int(node.a)]
      if memo.serial == serial && isSame(memo.argument, argument) { return memo.result }
      let define = plan.defines[Int(node.a)]
      variables[Int(define.parameter)] = argument
      let result = evaluate(Int(define.body))
      calls[Int(node.a)] = CallMemo(serial: serial, argument: argument, result: result)
      return result
    }
    let define = program.defines[Int(node.a)]
    // All arguments before the first is bound: one may call the same define.
    var arguments: [Value] = []
    for place in 0..<count { arguments.append(evaluate(Int(plan.pool[Int(node.b) + place]))) }
    for place in 0..<count { variables[define.parameters[place].index] = arguments[place] }
    return evaluate(define.body.index)
  }

  /// The same to the bit: no two different values are, though equal ones may not be.
  func isSame(_ left: Value, _ right: Value) -> Bool {
    left.tag == right.tag && left.low == right.low && left.high == right.high && left.arena == right.arena
      && left.aux == right.aux && left.isOpen == right.isOpen
  }

  private mutating func listOf(_ node: Node) -> Value {
    var values: [Value] = []
    for place in Int(node.b)..<Int(node.b + node.c) { values.append(evaluate(Int(plan.pool[place]))) }
    let first = elements.count
    for value in values { append(value) }
    return list(from: first)
  }

  private mutating func entry(_ node: Node) -> Value {
    let value = evaluate(Int(node.b))
    if value.isUnknown || value.isNull { return value }
    let lookup = program.lookups[Int(node.a)]
    let table = terms.lookups[Int(node.a)]
    for (index, key) in table.keys.enumerated() where equal(plan.constants[key], value).isTrue {
      return plan.constants[table.values[index]]
    }
    if let other = table.other { return plan.constants[other] }
    return .unknown(causes.set(Cause(.noEntry, Text(lookup.name.string))))
  }

  // MARK: comparison

  /// Null-safe equality: true, false or unknown.
  mutating func equal(_ left: Value, _ right: Value) -> Value {
    if left.isUnknown || right.isUnknown { return bothUnknown(left, right) }
    if left.isNull || right.isNull { return .bool(left.isNull && right.isNull) }
    switch (left.tag, right.tag) {
    case (.guid, .guid), (.decimal, .decimal): return .bool(left.low == right.low && left.high == right.high)
    case (.bool, .bool), (.date, .date), (.instant, .instant), (.product, .product), (.feature, .feature):
      return .bool(left.low == right.low)
    case (.text, .text): return .bool(sameText(left, right))
    case (.row, .row): return .bool(left.low == right.low && left.high == right.high && left.arena == right.arena)
    case (.int, .int):
      if left.isExactInt && right.isExactInt { return .bool(left.low == right.low) }
      let apart =
        (!left.isOpen && left.signedHigh < right.signedLow) || (!right.isOpen && right.signedHigh < left.signedLow)
      return apart ? .no : .unknown(causes.union(left.aux, right.aux))
    case (.int, .decimal): return isWithin(right, left)
    case (.decimal, .int): return isWithin(left, right)
    case (.date, .instant), (.instant, .date):
      switch compare(left, right) {
      case .decided(let sign): return .bool(sign == 0)
      case .undecided(let doubt): return .unknown(doubt)
      }
    case (.list, _), (.run, _), (.rows, _): return equalLists(left, right)
    default: return .no
    }
  }

  /// Whether a whole number, perhaps not known exactly, is a decimal.
  private func isWithin(_ number: Value, _ interval: Value) -> Value {
    let toLow = DecimalArithmetic.compare(decimal(number), Decimal(mantissa: interval.signedLow, scale: 0))
    if interval.isExactInt { return .bool(toLow == 0) }
    if toLow < 0 { return .no }
    let toHigh = DecimalArithmetic.compare(decimal(number), Decimal(mantissa: interval.signedHigh, scale: 0))
    return !interval.isOpen && toHigh > 0 ? .no : .unknown(interval.aux)
  }

  func sameText(_ left: Value, _ right: Value) -> Bool {
    if left.high != right.high { return false }
    if left.arena == right.arena && left.low == right.low { return true }
    return bytes(left).elementsEqual(bytes(right))
  }

  /// Unknown where any element of either is; so it does not matter which comes first.
  private mutating func equalLists(_ left: Value, _ right: Value) -> Value {
    let doubt = causes.union(doubt(in: left), doubt(in: right))
    if doubt != 0 { return .unknown(doubt) }
    if elementCount(left) != elementCount(right) { return .no }
    for index in 0..<elementCount(left) where !equal(element(left, index).value, element(right, index).value).isTrue {
      return .no
    }
    return .yes
  }

  /// The causes of all that can't be told of a list.
  private mutating func doubt(in list: Value) -> Int32 {
    var doubt = incompleteness(list)
    for index in 0..<elementCount(list) {
      let (value, membership) = element(list, index)
      doubt = causes.union(doubt, membership)
      if value.isUnknown || value.tag == .int { doubt = causes.union(doubt, value.aux) }
    }
    return doubt
  }

  enum Comparison {
    /// Below, at or above zero.
    case decided(Int)
    case undecided(Int32)
  }

  /// How two known values of an ordered type stand; intervals are compared by `order`.
  mutating func compare(_ left: Value, _ right: Value) -> Comparison {
    switch (left.tag, right.tag) {
    case (.date, .date), (.instant, .instant):
      return .decided(left.signedLow < right.signedLow ? -1 : left.signedLow > right.signedLow ? 1 : 0)
    case (.date, .instant), (.instant, .date):
      let first = left.tag == .date ? left.signedLow * Instant.ticksPerDay : left.signedLow
      let second = right.tag == .date ? right.signedLow * Instant.ticksPerDay : right.signedLow
      return .decided(first < second ? -1 : first > second ? 1 : 0)
    case (.decimal, _), (_, .decimal):
      if (left.tag == .int && !left.isExactInt) || (right.tag == .int && !right.isExactInt) {
        return .undecided(causes.union(left.tag == .int ? left.aux : 0, right.tag == .int ? right.aux : 0))
      }
      return .decided(DecimalArithmetic.compare(decimal(left), decimal(right)))
    case (.text, .text):
      let first = bytes(left)
      let second = bytes(right)
      if first.elementsEqual(second) { return .decided(0) }
      return .decided(first.lexicographicallyPrecedes(second) ? -1 : 1)
    default:
      return .decided(left.signedLow < right.signedLow ? -1 : left.signedLow > right.signedLow ? 1 : 0)
    }
  }

  /// A whole or decimal number as a decimal.
  func decimal(_ value: Value) -> Decimal {
    value.tag == .int
      ? Decimal(mantissa: value.signedLow, scale: 0)
      : Decimal(mantissa: value.signedLow, scale: UInt8(truncatingIfNeeded: value.high))
  }

  private mutating func order(_ flag: UInt8, _ left: Value, _ right: Value) -> Value {
    if left.isUnknown || right.isUnknown { return bothUnknown(left, right) }
    if left.isNull || right.isNull { return .null }
    if left.tag == .int && right.tag == .int {
      // Decided where both ends agree.
      switch flag {
      case 0, 1:
        let surely =
          !left.isOpen && (flag == 0 ? left.signedHigh < right.signedLow : left.signedHigh <= right.signedLow)
        if surely { return .yes }
        let never =
          !right.isOpen && (flag == 0 ? left.signedLow >= right.signedHigh : left.signedLow > right.signedHigh)
        return never ? .no : .unknown(causes.union(left.aux, right.aux))
      default: return order(flag - 2, right, left)
      }
    }
    if left.tag == .int && right.tag == .decimal && !left.isExactInt { return order(flag, interval: left, right) }
    if left.tag == .decimal && right.tag == .int && !right.isExactInt {
      // The same question from the other side.
      return order(flag ^ 2, interval: right, left)
    }
    switch compare(left, right) {
    case .undecided(let doubt): return .unknown(doubt)
    case .decided(let sign):
      switch flag {
      case 0: return .bool(sign < 0)
      case 1: return .bool(sign <= 0)
      case 2: return .bool(sign > 0)
      default: return .bool(sign >= 0)
      }
    }
  }

  /// A whole number not known exactly beside a decimal: decided where both ends agree.
  private func order(_ flag: UInt8, interval: Value, _ number: Value) -> Value {
    let low = DecimalArithmetic.compare(Decimal(mantissa: interval.signedLow, scale: 0), decimal(number))
    let high =
      interval.isOpen ? 1 : DecimalArithmetic.compare(Decimal(mantissa: interval.signedHigh, scale: 0), decimal(number))
    func holds(_ sign: Int) -> Bool {
      switch flag {
      case 0: sign < 0
      case 1: sign <= 0
      case 2: sign > 0
      default: sign >= 0
      }
    }
    return holds(low) == holds(high) ? .bool(holds(low)) : .unknown(interval.aux)
  }

  private mutating func textTest(_ node: Node) -> Value {
    let left = evaluate(Int(node.a))
    let right = evaluate(Int(node.b))
    if left.isUnknown || right.isUnknown { return bothUnknown(left, right) }
    if left.tag != .text || right.tag != .text { return .null }
    let text = bytes(left)
    let part = bytes(right)
    switch node.flag {
    case 0: return .bool(TextSearch(Array(part)).occurs(in: text.span))
    case 1: return .bool(text.starts(with: part))
    default: return .bool(text.count >= part.count && text.suffix(part.count).elementsEqual(part))
    }
  }
}
