import Evaluation
import Semantics
import Syntax

extension Truth {
  var isYes: Bool {
    switch self {
    case .yes: true
    case .no, .unknown: false
    }
  }
}

/// Comparison, arithmetic and lists of values: no rows are looked up here.
struct Operations {
  let program: CheckedProgram

  // MARK: - Equality

  func equal(_ left: Value, _ right: Value) -> Truth {
    if case .unknown = left { return unknownTruth(left, right) }
    if case .unknown = right { return unknownTruth(left, right) }
    switch (left, right) {
    case (.null, .null): return .yes
    case (.null, _), (_, .null): return .no
    case (.int(let first), .int(let second)):
      if let one = first.exact, let other = second.exact { return Truth(one == other) }
      if let high = first.high, high < second.low { return .no }
      if let high = second.high, high < first.low { return .no }
      return .unknown(first.causes.union(second.causes))
    case (.int(let interval), .decimal(let number)), (.decimal(let number), .int(let interval)):
      if let exact = interval.exact { return Truth(Number.compare(Number(exact), number) == 0) }
      if Number.compare(number, Number(interval.low)) < 0 { return .no }
      if let high = interval.high, Number.compare(Number(high), number) < 0 { return .no }
      return .unknown(interval.causes)
    case (.decimal(let first), .decimal(let second)): return Truth(Number.compare(first, second) == 0)
    case (.bool(let first), .bool(let second)): return Truth(first == second)
    case (.text(let first), .text(let second)): return Truth(first == second)
    case (.id(let first), .id(let second)): return Truth(first == second)
    case (.text(let text), .id(let id)), (.id(let id), .text(let text)): return Truth(identifier(text) == id)
    case (.date(let first), .date(let second)): return Truth(first == second)
    case (.instant(let first), .instant(let second)): return Truth(first == second)
    case (.date(let day), .instant(let ticks)), (.instant(let ticks), .date(let day)):
      return Truth(Int64(day) * Calendar.ticksPerDay == ticks)
    case (.row(let first), .row(let second)): return Truth(first.place == second.place)
    case (.product(let first), .product(let second)): return Truth(first == second)
    case (.feature(let first), .feature(let second)): return Truth(first == second)
    case (.list(let first), .list(let second)): return equal(first, second)
    default: return .no
    }
  }

  private func unknownTruth(_ left: Value, _ right: Value) -> Truth {
    var causes = Causes()
    causes.formUnion(left.causesIfUnknown ?? [])
    causes.formUnion(right.causesIfUnknown ?? [])
    return .unknown(causes)
  }

  private func equal(_ left: List, _ right: List) -> Truth {
    var causes = left.incomplete.union(right.incomplete)
    var isUnknown = !causes.isEmpty
    for element in left.elements + right.elements {
      if let perhaps = element.perhaps {
        causes.formUnion(perhaps)
        isUnknown = true
      }
      if let more = element.value.causesIfUnknown {
        causes.formUnion(more)
        isUnknown = true
      }
    }
    if isUnknown { return .unknown(causes) }
    guard left.elements.count == right.elements.count else { return .no }
    return Truth.all(zip(left.elements, right.elements).map { equal($0.value, $1.value) })
  }

  // MARK: - Order

  func order(_ order: TypedExpressionKind.Order, _ left: Value, _ right: Value) -> Truth {
    if case .unknown = left { return unknownTruth(left, right) }
    if case .unknown = right { return unknownTruth(left, right) }
    switch order {
    case .less: return less(left, right)
    case .greaterOrEqual: return !less(left, right)
    case .greater: return less(right, left)
    case .lessOrEqual: return !less(right, left)
    }
  }

  /// Both known, or intervals.
  private func less(_ left: Value, _ right: Value) -> Truth {
    switch (left, right) {
    case (.int, .int), (.int, .decimal), (.decimal, .int), (.decimal, .decimal):
      let first = ends(left)
      let second = ends(right)
      if let high = first.high, Number.compare(high, second.low) < 0 { return .yes }
      if let high = second.high, Number.compare(first.low, high) >= 0 { return .no }
      return .unknown(first.causes.union(second.causes))
    case (.text(let first), .text(let second)): return Truth(first < second)
    case (.id(let first), .id(let second)): return Truth(first < second)
    case (.date(let first), .date(let second)): return Truth(first < second)
    case (.instant(let first), .instant(let second)): return Truth(first < second)
    case (.date(let day), .instant(let ticks)): return Truth(Int64(day) * Calendar.ticksPerDay < ticks)
    case (.instant(let ticks), .date(let day)): return Truth(ticks < Int64(day) * Calendar.ticksPerDay)
    default: return .no
    }
  }

  private func ends(_ value: Value) -> (low: Number, high: Number?, causes: Causes) {
    switch value {
    case .int(let interval): (Number(interval.low), interval.high.map { Number($0) }, interval.causes)
    case .decimal(let number): (number, number, [])
    default: (Number(0), nil, [])
    }
  }

  // MARK: - Arithmetic

  static let overflow = ReferenceCause(.overflow, "arithmetic")
  static let notExact = ReferenceCause(.notExact, "division")

  func arithmetic(_ operation: Arithmetic, _ left: Value, _ right: Value) -> Value {
    if case .unknown = left { return unknownTruth(left, right).value }
    if case .unknown = right { return unknownTruth(left, right).value }
    switch (left, right) {
    case (.null, _), (_, .null): return .null
    case (.int(let first), .int(let second)): return arithmetic(operation, first, second)
    default: break
    }
    if let unknown = unknown(left, right) { return unknown }
    guard let first = number(left), let second = number(right) else { return .null }
    let result: Number?
    switch operation {
    case .add: result = Number.sum(first, second)
    case .subtract: result = Number.sum(first, second.negated)
    case .multiply: result = Number.product(first, second)
    case .divide: return Number.quotient(first, second).map { .decimal($0) } ?? .unknown([Self.notExact])
    }
    return result.map { .decimal($0) } ?? .unknown([Self.overflow])
  }

  private func number(_ value: Value) -> Number? {
    switch value {
    case .int(let interval): Number(interval.low)
    case .decimal(let number): number
    default: nil
    }
  }

  private func arithmetic(_ operation: Arithmetic, _ left: Interval, _ right: Interval) -> Value {
    let causes = left.causes.union(right.causes)
    switch operation {
    case .add:
      return interval(Int128(left.low) + Int128(right.low), left.high.flatMap { a in right.high.map { Int128(a) + Int128($0) } }, causes)
    case .subtract:
      guard let high = right.high else { return .unknown(causes) }
      return interval(Int128(left.low) - Int128(high), left.high.map { Int128($0) - Int128(right.low) }, causes)
    case .multiply:
      guard let leftHigh = left.high, let rightHigh = right.high else {
        guard left.low >= 0, right.low >= 0 else { return .unknown(causes) }
        return interval(Int128(left.low) * Int128(right.low), nil, causes)
      }
      let products = [(left.low, right.low), (left.low, rightHigh), (leftHigh, right.low), (leftHigh, rightHigh)]
        .map { Int128($0) * Int128($1) }
      return interval(products.min() ?? 0, products.max() ?? 0, causes)
    case .divide:
      guard let first = left.exact, let second = right.exact else { return .unknown(causes) }
      if second == 0 { return .unknown([Self.notExact]) }
      return interval(Int128(first) / Int128(second), Int128(first) / Int128(second), [])
    }
  }

  /// Ends that 64 bits do not hold are an overflow.
  func interval(_ low: Int128, _ high: Int128?, _ causes: Causes) -> Value {
    guard let low = Int64(exactly: low) else { return .unknown([Self.overflow]) }
    guard let high else { return .int(Interval(low, nil, causes)) }
    guard let high = Int64(exactly: high) else { return .unknown([Self.overflow]) }
    return .int(Interval(low, high, causes))
  }

  func negate(_ value: Value) -> Value {
    switch value {
    case .int(let interval):
      guard let high = interval.high else { return .unknown(interval.causes) }
      return self.interval(-Int128(high), -Int128(interval.low), interval.causes)
    case .decimal(let number): return .decimal(number.negated)
    default: return value
    }
  }

  func shift(_ moment: Value, by amount: Value, _ unit: CalendarUnit, backwards: Bool) -> Value {
    if let unknown = unknown(moment, amount) { return unknown }
    guard case .int(let interval) = amount, let count = interval.exact else { return .null }
    let signed = backwards ? 0 - Int128(count) : Int128(count)
    guard let steps = Int(exactly: signed), abs(steps) < 100_000_000 else { return .unknown([Self.overflow]) }
    func moved(_ day: Int) -> Int? {
      switch unit {
      case .days:
        let target = day + steps
        guard let first = Calendar.day(1, 1, 1), let last = Calendar.day(9999, 12, 31) else { return nil }
        return target >= first && target <= last ? target : nil
      case .months: return Calendar.shift(day, months: steps)
      case .years: return Calendar.shift(day, months: steps * 12)
      }
    }
    switch moment {
    case .date(let day): return moved(day).map { .date($0) } ?? .unknown([Self.overflow])
    case .instant(let ticks):
      let day = Calendar.day(ofInstant: ticks)
      let rest = ticks - Int64(day) * Calendar.ticksPerDay
      return moved(day).map { .instant(Int64($0) * Calendar.ticksPerDay + rest) } ?? .unknown([Self.overflow])
    default: return .null
    }
  }

  func days(from: Value, to: Value) -> Value {
    if let unknown = unknown(from, to) { return unknown }
    guard let first = day(from), let last = day(to) else { return .null }
    return .int(Int64(last - first))
  }

  private func day(_ value: Value) -> Int? {
    switch value {
    case .date(let day): day
    case .instant(let ticks): Calendar.day(ofInstant: ticks)
    default: nil
    }
  }

  // MARK: - Texts

  func textTest(_ test: TypedExpressionKind.TextTest, _ left: Value, _ right: Value) -> Truth {
    if case .unknown(let causes)? = unknown(left, right) { return .unknown(causes) }
    guard let whole = bytes(left), let part = bytes(right) else { return .no }
    switch test {
    case .startsWith: return Truth(whole.starts(with: part))
    case .endsWith: return Truth(whole.reversed().starts(with: part.reversed()))
    case .contains:
      guard whole.count >= part.count else { return .no }
      return Truth((0...(whole.count - part.count)).contains { whole[$0...].starts(with: part) })
    }
  }

  func matches(_ value: Value, _ glob: Text) -> Truth {
    if case .unknown(let causes)? = unknown(value) { return .unknown(causes) }
    guard let bytes = bytes(value) else { return .no }
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    return Truth(matches(scalars[...], Array(glob.string.unicodeScalars)[...]))
  }

  private func matches(_ text: ArraySlice<Unicode.Scalar>, _ glob: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let first = glob.first else { return text.isEmpty }
    if first == "*" {
      return (text.startIndex...text.endIndex).contains { matches(text[$0...], glob.dropFirst()) }
    }
    guard let scalar = text.first, first == "?" || first == scalar else { return false }
    return matches(text.dropFirst(), glob.dropFirst())
  }

  func bytes(_ value: Value) -> [UInt8]? {
    switch value {
    case .text(let text), .id(let text): text.utf8
    default: nil
    }
  }

  // MARK: - Lists

  /// `x in list`
  func member(_ value: Value, _ list: Value) -> Truth {
    guard case .list(let list) = list else {
      if case .unknown = list { return unknownTruth(value, list) }
      return value.causesIfUnknown.map { .unknown($0) } ?? .no
    }
    if case .unknown(let causes) = value { return .unknown(causes) }
    var parts = list.elements.map { Truth.all([$0.membership, equal(value, $0.value)]) }
    if !list.incomplete.isEmpty { parts.append(.unknown(list.incomplete)) }
    return Truth.any(parts)
  }

  func within(_ left: Value, _ right: Value) -> Truth {
    if case .unknown = left { return unknownTruth(left, right) }
    if case .unknown = right { return unknownTruth(left, right) }
    guard case .list(let first) = left else { return .no }
    var parts = first.elements.map { Truth.any([!$0.membership, member($0.value, right)]) }
    if !first.incomplete.isEmpty { parts.append(.unknown(first.incomplete)) }
    return Truth.all(parts)
  }

  /// Each known value once, in the list as soon as any of its occurrences is; unknown ones stay as they are.
  private func merged(_ elements: [Element]) -> [Element] {
    var result: [Element] = []
    for element in elements {
      if element.value.causesIfUnknown == nil,
        let index = result.firstIndex(where: { $0.value.causesIfUnknown == nil && equal($0.value, element.value).isYes })
      {
        switch Truth.any([result[index].membership, element.membership]) {
        case .yes: result[index].perhaps = nil
        case .unknown(let causes): result[index].perhaps = causes
        case .no: break
        }
      } else {
        result.append(element)
      }
    }
    return result
  }

  func combine(_ function: TypedExpressionKind.Function, _ left: Value, _ right: Value) -> Value {
    if case .unknown = left { return unknownTruth(left, right).value }
    if case .unknown = right { return unknownTruth(left, right).value }
    guard case .list(let first) = left, case .list(let second) = right else { return .null }
    switch function {
    case .union: return .list(List(merged(first.elements + second.elements), incomplete: first.incomplete.union(second.incomplete)))
    case .common, .without:
      var kept: [Element] = []
      for element in merged(first.elements) {
        let other = member(element.value, right)
        switch Truth.all([element.membership, function == .common ? other : !other]) {
        case .yes: kept.append(Element(element.value))
        case .no: break
        case .unknown(let causes): kept.append(Element(element.value, perhaps: causes))
        }
      }
      return .list(List(kept, incomplete: first.incomplete))
    case .lower: return .null
    }
  }
}
