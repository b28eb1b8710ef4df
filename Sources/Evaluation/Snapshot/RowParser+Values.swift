internal import Semantics
internal import Syntax

extension RowParser {
  /// Reads a value into one slot.
  mutating func slot(_ bytes: Span<UInt8>, _ start: Int, _ index: Int, base: Int, depth: Int, _ store: inout Store) -> Int {
    let slot = tree.slots[index]
    let first = bytes.byte(start)
    if first == 0x22 { return text(bytes, start, slot, index, base: base, &store) }
    if first == 0x6E {
      if !bytes.isNull(start) { return failed(start, .word) }
      set(.null, index, base)
      return start + 4
    }
    switch slot.kind {
    case .bool where first == 0x74 || first == 0x66: return bool(bytes, start, index, base: base, &store)
    case .int where first == 0x2D || first &- 0x30 < 10: return integer(bytes, start, slot, index, base: base, &store)
    case .decimal where first == 0x2D || first &- 0x30 < 10: return decimal(bytes, start, slot, index, base: base, &store)
    case .record where first == 0x7B:
      let inner = begin(slot.inner)
      let end = element(bytes, start, shape: slot.inner, base: inner, depth: depth + 1, &store)
      finish(slot.inner, inner, &store)
      put(RowRun(first: store.tables[slot.inner].count - 1, count: 1).bits, index, base)
      set(.value, index, base)
      return end
    case .list where first == 0x5B: return list(bytes, start, slot, index, base: base, depth: depth, &store)
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .record, .list:
      set(.wrongType, index, base)
      return skip(bytes, start, depth: depth + 1)
    }
  }

  private mutating func bool(_ bytes: Span<UInt8>, _ start: Int, _ index: Int, base: Int, _ store: inout Store) -> Int {
    let end = bytes.wordEnd(start)
    if end < 0 { return failed(start, .word) }
    let isTrue = bytes.byte(start) == 0x74
    let isNull = tree.slots[index].hasNullFor && tree.nullFor[index] == .bool(isTrue)
    set(isNull ? .null : isTrue ? .yes : .no, index, base)
    return end
  }

  private mutating func integer(_ bytes: Span<UInt8>, _ start: Int, _ slot: KeyTree.Slot, _ index: Int, base: Int, _ store: inout Store)
    -> Int
  {
    let end = bytes.numberEnd(start)
    if end < 0 { return failed(~end, .number) }
    switch NumberText(bytes, start, end).whole {
    case .value(let value):
      if slot.hasNullFor && tree.nullFor[index] == .int(value) {
        set(.null, index, base)
      } else if value < slot.atLeast || value > slot.atMost {
        set(.outOfRange, index, base)
      } else {
        put(UInt64(bitPattern: value), index, base)
        set(.value, index, base)
      }
    case .fraction: set(.wrongType, index, base)
    case .outOfRange: set(.outOfRange, index, base)
    }
    return end
  }

  private mutating func decimal(_ bytes: Span<UInt8>, _ start: Int, _ slot: KeyTree.Slot, _ index: Int, base: Int, _ store: inout Store)
    -> Int
  {
    let end = bytes.numberEnd(start)
    if end < 0 { return failed(~end, .number) }
    guard let (mantissa, scale) = NumberText(bytes, start, end).decimal else {
      set(.outOfRange, index, base)
      return end
    }
    if slot.hasNullFor && isNullFor(mantissa, scale, index) {
      set(.null, index, base)
      return end
    }
    var power: Int64 = 1
    for _ in 0..<scale { power *= 10 }
    // A fraction lies above its whole part, and below it where it is negative.
    let whole = mantissa / power
    let rest = mantissa % power
    let isBelow = whole < slot.atLeast || whole == slot.atLeast && rest < 0
    let isAbove = whole > slot.atMost || whole == slot.atMost && rest > 0
    if isBelow || isAbove {
      set(.outOfRange, index, base)
    } else {
      put(UInt64(bitPattern: mantissa), index, base)
      put(UInt64(scale), index, base, offset: 1)
      set(.value, index, base)
    }
    return end
  }

  private func isNullFor(_ mantissa: Int64, _ scale: Int, _ index: Int) -> Bool {
    switch tree.nullFor[index] {
    case .int(let value): mantissa == value && scale == 0
    case .decimal(let value): value == Decimal(mantissa: mantissa, scale: UInt8(scale))
    case .null, .bool, .text, .date, .instant, .guid, nil: false
    }
  }

  // MARK: - Texts

  private mutating func text(_ bytes: Span<UInt8>, _ start: Int, _ slot: KeyTree.Slot, _ index: Int, base: Int, _ store: inout Store) -> Int
  {
    var isEscaped = false
    let end = bytes.textEnd(start + 1, &isEscaped)
    if end < 0 { return failed(~end, bytes.textMalformation(~end)) }
    if !isEscaped {
      take(bytes, start + 1, end, slot, index, base: base, place: start, &store)
      return end + 1
    }
    var plain = scratch
    scratch = []
    plain.removeAll(keepingCapacity: true)
    bytes.unescape(start + 1, end, to: &plain)
    let count = plain.count
    plain.append(contentsOf: repeatElement(0, count: scanPadding))
    take(plain.span, 0, count, slot, index, base: base, place: start, &store)
    scratch = plain
    return end + 1
  }

  /// Takes a text without escapes.
  private mutating func take(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ slot: KeyTree.Slot, _ index: Int, base: Int, place: Int, _ store: inout Store
  ) {
    if slot.hasNullFor, case .text(let text)? = tree.nullFor[index], isSame(bytes, start, end, text.utf8) {
      set(.null, index, base)
      return
    }
    if end - start == 4 && bytes.isNull(start) {
      remarks.append((place, "`\(tree.paths[index])` is the text `null`, which is not null"))
    }
    var state = SlotState.wrongType
    switch slot.kind {
    case .bool, .int, .decimal, .record, .list: break
    case .text: state = keep(bytes, start, end, index, base, as: .value, &store)
    case .date:
      if end - start == 10, let day = bytes.day(start) {
        state = slot.hasNullFor && tree.nullFor[index] == .date(Day(days: Int32(truncatingIfNeeded: day))) ? .null : .value
        put(UInt64(bitPattern: day), index, base)
      }
    case .instant:
      switch bytes.instant(start, end) {
      case .value(let ticks):
        state = slot.hasNullFor && tree.nullFor[index] == .instant(Instant(ticks: ticks)) ? .null : .value
        put(UInt64(bitPattern: ticks), index, base)
      case .outOfRange: state = .outOfRange
      case .notInstant: break
      }
    case .id:
      if end - start == 36, let guid = bytes.guid(start) {
        state = slot.hasNullFor && tree.nullFor[index] == .guid(guid) ? .null : .value
        put(guid.high, index, base)
        put(guid.low, index, base, offset: 1)
      } else {
        state = keep(bytes, start, end, index, base, as: .text, &store)
      }
    case .oneOf:
      if let member = slot.members.first(where: { isSame(bytes, start, end, tree.members[$0]) }) {
        put(UInt64(member - slot.members.lowerBound), index, base)
        state = .value
      } else {
        state = keep(bytes, start, end, index, base, as: slot.admitsOther ? .text : .outside, &store)
      }
    }
    set(state, index, base)
  }

  private func isSame(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ other: [UInt8]) -> Bool {
    if end - start != other.count { return false }
    for index in other.indices where bytes.byte(start + index) != other[index] { return false }
    return true
  }

  /// Copies a text into the store.
  private mutating func keep(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ index: Int, _ base: Int, as state: SlotState, _ store: inout Store
  ) -> SlotState {
    if end - start > longestText { return .outOfRange }
    put(TextRef(offset: store.texts.count, count: end - start).bits, index, base)
    bytes.copy(start, end, to: &store.texts)
    return state
  }

  // MARK: - Rows within rows

  /// Reads an object, or a scalar where the shape is one, into a row.
  private mutating func element(_ bytes: Span<UInt8>, _ start: Int, shape: Int, base: Int, depth: Int, _ store: inout Store) -> Int {
    guard let node = tree.shapes[shape].node else {
      return slot(bytes, start, tree.shapes[shape].scalar, base: base, depth: depth - 1, &store)
    }
    if bytes.byte(start) == 0x7B { return object(bytes, start, node: node, base: base, depth: depth, &store) }
    // What stands in place of an object, null as well, has no fields of which anything is known.
    for slot in tree.shapes[shape].slots { set(.wrongType, slot, base) }
    return skip(bytes, start, depth: depth)
  }

  private mutating func list(
    _ bytes: Span<UInt8>, _ start: Int, _ slot: KeyTree.Slot, _ index: Int, base: Int, depth: Int, _ store: inout Store
  ) -> Int {
    if depth + 1 >= Skipper.deepest { return failed(start, .tooDeep) }
    let first = store.tables[slot.inner].count
    var at = bytes.spaceEnd(start + 1)
    if bytes.byte(at) == 0x5D {
      at += 1
    } else {
      elements: while true {
        let inner = begin(slot.inner)
        at = element(bytes, at, shape: slot.inner, base: inner, depth: depth + 2, &store)
        if at < 0 { return at }
        finish(slot.inner, inner, &store)
        at = bytes.spaceEnd(at)
        switch bytes.byte(at) {
        case 0x2C: at = bytes.spaceEnd(at + 1)
        case 0x5D:
          at += 1
          break elements
        default: return failed(at, .expectedCommaOrBracket)
        }
      }
    }
    let count = store.tables[slot.inner].count - first
    if count > RowRun.longest || Int64(count) > slot.atMost || Int64(count) < slot.atLeast {
      set(.outOfRange, index, base)
    } else {
      put(RowRun(first: first, count: count).bits, index, base)
      set(.value, index, base)
    }
    return at
  }
}
