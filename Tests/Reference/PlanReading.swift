package import Evaluation
import Semantics
import Syntax

/// What a read plan says of a text of rows, worked out as simply as can be: the whole text decoded to a tree first.
package struct PlanReading {
  package var isRefused = true
  /// Where each row begins.
  package var places: [RowPlace] = []
  package var image = RowImage()
  /// In no order.
  package var remarks: [(line: Int64, message: String)] = []

  private let plan: ReadPlan

  /// - Returns: nil where the text may be an envelope, of which nothing is known here: rows follow each other, or lie in one array.
  package init?(_ bytes: [UInt8], _ plan: ReadPlan) {
    self.plan = plan
    var decoder = RawDecoder(bytes)
    decoder.passSpace()
    guard let first = decoder.next, first == 0x7B || first == 0x5B else { return nil }
    var rows: [RawJSON] = []
    if first == 0x5B {
      guard let document = decoder.value() else { return }
      decoder.passSpace()
      guard decoder.next == nil, case .array(let elements) = document.kind else { return }
      rows = elements
    } else {
      var lastEnd = 0
      while decoder.next != nil {
        if !rows.isEmpty && !bytes[lastEnd..<decoder.at].contains(0x0A) { return }
        guard let row = decoder.value() else {
          if rows.isEmpty && PlanReading.mayBeEnvelope(bytes) { return nil }
          return
        }
        if rows.isEmpty, PlanReading.mayBeEnvelope(row) { return nil }
        rows.append(row)
        lastEnd = decoder.at
        decoder.passSpace()
      }
    }
    for row in rows { guard case .object = row.kind else { return } }
    isRefused = false
    var line: Int64 = 1
    var counted = 0
    func lineOf(_ place: Int) -> Int64 { line + Int64(bytes[counted..<place].count { $0 == 0x0A }) }
    var reader = SlotReader(plan: plan, bytes: bytes)
    for row in rows {
      line = lineOf(row.range.lowerBound)
      counted = row.range.lowerBound
      places.append(RowPlace(file: 0, line: line, byte: Int64(counted)))
      image.add(reader.row(row, shape: 0))
      for remark in reader.remarks { remarks.append((lineOf(remark.place), remark.message)) }
      reader.remarks = []
    }
  }

  /// Whether the first key that is no annotation is one of an envelope's.
  private static func mayBeEnvelope(_ row: RawJSON) -> Bool {
    guard case .object(let members) = row.kind else { return false }
    for member in members {
      let name = lower(member.name)
      if ["value", "error", "count"].contains(where: { name.elementsEqual($0.utf8) }) { return true }
      if !name.contains(0x40) { return false }
    }
    return false
  }

  /// The same of a row that is broken, to be on the safe side.
  private static func mayBeEnvelope(_ bytes: [UInt8]) -> Bool {
    bytes.contains(0x40) || bytes.contains(0x5C)
      || ["\"value\"", "\"error\"", "\"count\""].contains { key in
        let key = Array(key.utf8)
        return bytes.indices.contains { bytes[$0] == 0x22 && lower(Array(bytes[$0...].prefix(key.count))) == key }
      }
  }
}

private func lower(_ bytes: [UInt8]) -> [UInt8] { bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 } }

/// Reads slots out of a tree.
private struct SlotReader {
  let plan: ReadPlan
  let bytes: [UInt8]
  var remarks: [(place: Int, message: String)] = []

  /// What became of a slot.
  private typealias Filling = (state: SlotState, payload: RowImage)

  mutating func row(_ json: RawJSON, shape: Int) -> RowImage {
    let slots = plan.shapes[shape].slots
    var fillings: [Filling] = slots.map { _ in (.absent, RowImage()) }
    if slots.count == 1 && slots[0].path.isEmpty {
      fillings[0] = value(json, slots[0])
    } else if case .object(let members) = json.kind {
      object(members, slots, Array(slots.indices), level: 0, &fillings)
    } else {
      for index in fillings.indices { fillings[index] = (.wrongType, RowImage()) }
    }
    var image = RowImage()
    for filling in fillings {
      image.add(filling.state)
      image.add(filling.payload)
    }
    return image
  }

  /// Fills the slots whose paths lead through this object.
  private mutating func object(
    _ members: [RawJSON.Member], _ slots: [RowShape.Slot], _ here: [Int], level: Int, _ fillings: inout [Filling]
  ) {
    func key(_ slot: Int) -> [UInt8] { lower(slots[slot].path[level].utf8) }
    let keys = here.map(key)
    var firsts: [[UInt8]: RawJSON] = [:]
    var others: Set<[UInt8]> = []
    var cut: Set<[UInt8]> = []
    for member in members {
      let name = lower(member.name)
      let mine = here.filter { key($0) == name }
      if let first = firsts[name] {
        let isSame = bytes[first.range].elementsEqual(bytes[member.value.range])
        remarks.append(
          (
            member.place,
            "key `\(String(decoding: name, as: UTF8.self))` stands twice in an object, with "
              + (isSame ? "the same value" : "different values")
          ))
        if !isSame { for slot in mine { fillings[slot] = (.twice, RowImage()) } }
      } else if keys.contains(name) {
        firsts[name] = member.value
        take(member.value, slots, mine, level: level, &fillings)
      } else if !member.isEscaped, let list = cutList(name), keys.contains(list) {
        if case .string = member.value.kind {
          cut.insert(list)
          remarks.append((member.place, "a list of the row goes on in pages that were not exported"))
        }
      } else if !others.insert(name).inserted {
        remarks.append((member.place, "a key that no policy reads stands twice in an object"))
      }
    }
    for slot in here where slots[slot].path.count == level + 1 && cut.contains(key(slot)) { fillings[slot] = (.outOfRange, RowImage()) }
  }

  private func cutList(_ name: [UInt8]) -> [UInt8]? {
    for ending in ["@odata.nextlink", "@nextlink"]
    where name.count > ending.utf8.count && name.suffix(ending.utf8.count).elementsEqual(ending.utf8) {
      return Array(name.dropLast(ending.utf8.count))
    }
    return nil
  }

  private mutating func take(_ json: RawJSON, _ slots: [RowShape.Slot], _ mine: [Int], level: Int, _ fillings: inout [Filling]) {
    for slot in mine where slots[slot].path.count == level + 1 { fillings[slot] = value(json, slots[slot]) }
    let deeper = mine.filter { slots[$0].path.count > level + 1 }
    if deeper.isEmpty { return }
    switch json.kind {
    case .object(let members): object(members, slots, deeper, level: level + 1, &fillings)
    case .null: for slot in deeper { fillings[slot] = (.null, RowImage()) }
    case .array, .string, .number, .bool: for slot in deeper { fillings[slot] = (.wrongType, RowImage()) }
    }
  }

  // MARK: - Values

  private mutating func value(_ json: RawJSON, _ slot: RowShape.Slot) -> Filling {
    var image = RowImage()
    switch (json.kind, slot.kind) {
    case (.null, _): return (.null, image)
    case (.string(let text), _): return string(text, json.range.lowerBound, slot)
    case (.bool(let bool), .bool): return (slot.nullFor == .bool(bool) ? .null : bool ? .yes : .no, image)
    case (.number, .int):
      let number = Digits(bytes[json.range])
      guard number.exponent >= 0 else { return (.wrongType, image) }
      guard let value = number.whole else { return (.outOfRange, image) }
      if slot.nullFor == .int(value) { return (.null, image) }
      if let least = slot.atLeast, value < least { return (.outOfRange, image) }
      if let most = slot.atMost, value > most { return (.outOfRange, image) }
      image.add(word: UInt64(bitPattern: value))
      return (.value, image)
    case (.number, .decimal):
      guard let (mantissa, scale) = Digits(bytes[json.range]).decimal else { return (.outOfRange, image) }
      switch slot.nullFor {
      case .int(let value): if scale == 0 && mantissa == value { return (.null, image) }
      case .decimal(let decimal): if decimal.mantissa == mantissa && Int(decimal.scale) == scale { return (.null, image) }
      case .null, .bool, .text, .date, .instant, .guid, nil: break
      }
      var unit = Int128(1)
      for _ in 0..<scale { unit *= 10 }
      if let least = slot.atLeast, Int128(mantissa) < Int128(least) * unit { return (.outOfRange, image) }
      if let most = slot.atMost, Int128(mantissa) > Int128(most) * unit { return (.outOfRange, image) }
      image.add(word: UInt64(bitPattern: mantissa))
      image.add(byte: UInt8(scale))
      return (.value, image)
    case (.object, .record(let shape)):
      image.add(count: 1)
      image.add(row(json, shape: shape.index))
      return (.value, image)
    case (.array(let elements), .list(let shape)):
      image.add(count: elements.count)
      for element in elements { image.add(row(element, shape: shape.index)) }
      if let most = slot.atMost, elements.count > most { return (.outOfRange, RowImage()) }
      if let least = slot.atLeast, elements.count < least { return (.outOfRange, RowImage()) }
      return (.value, image)
    case (.object, _), (.array, _), (.number, _), (.bool, _): return (.wrongType, image)
    }
  }

  private mutating func string(_ text: [UInt8], _ place: Int, _ slot: RowShape.Slot) -> Filling {
    if case .text(let stands)? = slot.nullFor, stands.utf8 == text { return (.null, RowImage()) }
    if text.elementsEqual("null".utf8) {
      remarks.append((place, "`\(slot.path.map(\.string).joined(separator: "."))` is the text `null`, which is not null"))
    }
    var image = RowImage()
    func kept(_ state: SlotState) -> Filling {
      image.add(text: text[...])
      return (state, image)
    }
    switch slot.kind {
    case .bool, .int, .decimal, .record, .list: return (.wrongType, image)
    case .text: return kept(.value)
    case .date:
      guard let day = Calendar.parseDay(String(decoding: text, as: UTF8.self)), text.count == 10 else { return (.wrongType, image) }
      if slot.nullFor == .date(Day(days: Int32(day))) { return (.null, image) }
      image.add(word: UInt64(bitPattern: Int64(day)))
      return (.value, image)
    case .instant:
      var clock = Clock(text)
      switch clock.read() {
      case .none: return (.wrongType, image)
      case .some(nil): return (.outOfRange, image)
      case .some(let ticks?):
        if slot.nullFor == .instant(Instant(ticks: ticks)) { return (.null, image) }
        image.add(word: UInt64(bitPattern: ticks))
        return (.value, image)
      }
    case .id:
      guard let (high, low) = guid(text) else { return kept(.text) }
      if slot.nullFor == .guid(Guid(high: high, low: low)) { return (.null, image) }
      image.add(word: high)
      image.add(word: low)
      return (.value, image)
    case .oneOf(let members, let orOther):
      guard let member = members.firstIndex(where: { $0.utf8 == text }) else { return kept(orOther ? .text : .outside) }
      image.add(byte: UInt8(member))
      return (.value, image)
    }
  }

  private func guid(_ text: [UInt8]) -> (high: UInt64, low: UInt64)? {
    guard text.count == 36 else { return nil }
    var digits = ""
    for (index, byte) in text.enumerated() {
      if [8, 13, 18, 23].contains(index) {
        guard byte == 0x2D else { return nil }
      } else {
        guard byte < 0x80, Character(Unicode.Scalar(byte)).isHexDigit else { return nil }
        digits.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    guard let high = UInt64(digits.prefix(16), radix: 16), let low = UInt64(digits.suffix(16), radix: 16) else { return nil }
    return (high, low)
  }
}

/// A number of JSON as its digits, without zeros at either end, and a power of ten.
private struct Digits {
  var isNegative = false
  var digits: [UInt8] = []
  var exponent = 0

  init(_ text: ArraySlice<UInt8>) {
    var rest = text
    if rest.first == 0x2D {
      isNegative = true
      rest = rest.dropFirst()
    }
    let whole = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
    rest = rest.dropFirst(whole.count)
    digits = Array(whole)
    if rest.first == 0x2E {
      let fraction = rest.dropFirst().prefix { $0 >= 0x30 && $0 <= 0x39 }
      rest = rest.dropFirst(fraction.count + 1)
      digits += fraction
      exponent = -fraction.count
    }
    if !rest.isEmpty {
      // Beyond a million it makes no difference.
      let power = String(decoding: rest.dropFirst(), as: UTF8.self)
      exponent += Int(power).map { min(max($0, -1_000_000), 1_000_000) } ?? (power.hasPrefix("-") ? -1_000_000 : 1_000_000)
    }
    digits = Array(digits.drop { $0 == 0x30 })
    while digits.last == 0x30 {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty { exponent = 0 }
  }

  var whole: Int64? {
    guard digits.count + exponent <= 19 else { return nil }
    return Int64((isNegative ? "-" : "") + plain)
  }

  var decimal: (mantissa: Int64, scale: Int)? {
    guard digits.count + max(exponent, 0) <= 18, exponent >= -18, let value = Int64(plain) else { return nil }
    return (isNegative ? -value : value, max(-exponent, 0))
  }

  private var plain: String {
    digits.isEmpty ? "0" : String(decoding: digits, as: UTF8.self) + String(repeating: "0", count: max(exponent, 0))
  }
}

/// Reads an instant: nothing where it is none, nil where it lies outside the years 1 to 9999.
private struct Clock {
  private var rest: ArraySlice<UInt8>
  init(_ text: [UInt8]) { rest = text[...] }

  mutating func read() -> Int64?? {
    if rest.first == 0x2F { return milliseconds() }
    guard rest.count >= 10, let day = Calendar.parseDay(String(decoding: rest.prefix(10), as: UTF8.self)) else { return .none }
    rest = rest.dropFirst(10)
    guard take("Tt") != nil, let hour = number(2), hour < 24, take(":") != nil, let minute = number(2), minute < 60 else { return .none }
    var second = 0
    var fraction = 0
    if take(":") != nil {
      guard let read = number(2), read < 60 else { return .none }
      second = read
      if take(".") != nil {
        var digits: [Int] = []
        while let digit = number(1) { digits.append(digit) }
        if digits.isEmpty { return .none }
        for place in 0..<7 { fraction = fraction * 10 + (place < digits.count ? digits[place] : 0) }
      }
    }
    var offset = 0
    guard let zone = take("Zz+-") else { return .none }
    if zone == 0x2B || zone == 0x2D {
      guard let hours = number(2), hours < 24, take(":") != nil, let minutes = number(2), minutes < 60 else { return .none }
      offset = (hours * 60 + minutes) * (zone == 0x2B ? 1 : -1)
    }
    guard rest.isEmpty else { return .none }
    let minutes = (day * 24 + hour) * 60 + minute - offset
    return .some(inYears(Int64(minutes) * 600_000_000 + Int64(second) * 10_000_000 + Int64(fraction)))
  }

  private mutating func milliseconds() -> Int64?? {
    for letter in ["/", "D", "a", "t", "e", "("] where take(letter) == nil { return .none }
    let isNegative = take("-") != nil
    var digits: [UInt8] = []
    while let digit = number(1) { digits.append(UInt8(0x30 + digit)) }
    if digits.isEmpty { return .none }
    if take("+-") != nil { guard number(4) != nil else { return .none } }
    guard take(")") != nil, take("/") != nil, rest.isEmpty else { return .none }
    guard let value = Int64(String(decoding: digits, as: UTF8.self)) else { return .some(nil) }
    let (ticks, overflow) = value.multipliedReportingOverflow(by: isNegative ? -10_000 : 10_000)
    return .some(overflow || ticks.magnitude >= 1 << 62 ? nil : inYears(ticks))
  }

  private func inYears(_ ticks: Int64) -> Int64? {
    guard let first = Calendar.day(1, 1, 1), let last = Calendar.day(9999, 12, 31) else { return nil }
    let day = Calendar.day(ofInstant: ticks)
    return day >= first && day <= last ? ticks : nil
  }

  private mutating func take(_ letters: String) -> UInt8? {
    guard let first = rest.first, letters.utf8.contains(first) else { return nil }
    rest = rest.dropFirst()
    return first
  }

  private mutating func number(_ count: Int) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
