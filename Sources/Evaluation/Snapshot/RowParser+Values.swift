internal import Semantics
internal import Syntax

extension RowParser {
  /// Reads a value into one slot.
  mutating func slot(_ bytes: Span<UInt8>, _ start: Int, _ index: Int, row: Int, depth: Int, _ store: inout Store) -> Int {
    let slot = tree.slots[index]
    let first = bytes.byte(start)
    if first == 0x22 { return text(bytes, start, slot, index, row: row, &store) }
    if first == 0x6E {
      if !bytes.isNull(start) { return failed(start, .word) }
      set(.null, index, row, &store)
      return start + 4
    }
    switch slot.kind {
    case .bool where first == 0x74 || first == 0x66: return bool(bytes, start, index, row: row, &store)
    case .int where first == 0x2D || first &- 0x30 < 10: return integer(bytes, start, slot, index, row: row, &store)
    case .decimal where first == 0x2D || first &- 0x30 < 10: return decimal(bytes, start, slot, index, row: row, &store)
    case .record where first == 0x7B:
      let inner = store.tables[slot.inner].append()
      put(RowRun(first: inner, count: 1).bits, slot, row, &store)
      set(.value, index, row, &store)
      return element(bytes, start, shape: slot.inner, row: inner, depth: depth + 1, &store)
    case .list where first == 0x5B: return list(bytes, start, slot, index, row: row, depth: depth, &store)
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .record, .list:
      set(.wrongType, index, row, &store)
      return skip(bytes, start, depth: depth + 1)
    }
  }

  private func put(_ word: UInt64, _ slot: KeyTree.Slot, _ row: Int, second: UInt64? = nil, _ store: inout Store) {
    let base = row * store.tables[slot.shape].stride + slot.word
    store.tables[slot.shape].words[base] = word
    if let second { store.tables[slot.shape].words[base + 1] = second }
  }

  private mutating func bool(_ bytes: Span<UInt8>, _ start: Int, _ index: Int, row: Int, _ store: inout Store) -> Int {
    let end = bytes.wordEnd(start)
    if end < 0 { return failed(start, .word) }
    let isTrue = bytes.byte(start) == 0x74
    let isNull = tree.slots[index].hasNullFor && tree.nullFor[index] == .bool(isTrue)
    set(isNull ? .null : isTrue ? .yes : .no, index, row, &store)
    return end
  }

  private mutating func integer(_ bytes: Span<UInt8>, _ start: Int, _ slot: KeyTree.Slot, _ index: Int, row: Int, _ store: inout Store) -> Int {
    let end = bytes.numberEnd(start)
    if end < 0 { return failed(~end, .number) }
    switch NumberText(bytes, start, end).whole {
    case .value(let value):
      if slot.hasNullFor && tree.nullFor[index] == .int(value) {
        set(.null, index, row, &store)
      } else if value < slot.atLeast || value > slot.atMost {
        set(.outOfRange, index, row, &store)
      } else {
        put(UInt64(bitPattern: value), slot, row, &store)
        set(.value, index, row, &store)
      }
    case .fraction: set(.wrongType, index, row, &store)
    case .outOfRange: set(.outOfRange, index, row, &store)
    }
    return end
  }

  private mutating func decimal(_ bytes: Span<UInt8>, _ start: Int, _ slot: KeyTree.Slot, _ index: Int, row: Int, _ store: inout Store) -> Int {
    let end = bytes.numberEnd(start)
    if end < 0 { return failed(~end, .number) }
    guard let (mantissa, scale) = NumberText(bytes, start, end).decimal else {
      set(.outOfRange, index, row, &store)
      return end
    }
    if slot.hasNullFor && isNullFor(mantissa, scale, index) {
      set(.null, index, row, &store)
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
      set(.outOfRange, index, row, &store)
    } else {
      put(UInt64(bitPattern: mantissa), slot, row, second: UInt64(scale), &store)
      set(.value, index, row, &store)
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

  private mutating func text(_ bytes: Span<UInt8>, _ start: Int, _ slot: KeyTree.Slot, _ index: Int, row: Int, _ store: inout Store) -> Int {
    var isEscaped = false
    let end = bytes.textEnd(start + 1, &isEscaped)
    if end < 0 { return failed(~end, bytes.textMalformation(~end)) }
    if !isEscaped {
      take(bytes, start + 1, end, slot, index, row: row, place: start, &store)
      return end + 1
    }
    var plain = scratch
    scratch = []
    plain.removeAll(keepingCapacity: true)
    bytes.unescape(start + 1, end, to: &plain)
    let count = plain.count
    plain.append(contentsOf: repeatElement(0, count: scanPadding))
    take(plain.span, 0, count, slot, index, row: row, place: start, &store)
    scratch = plain
    return end + 1
  }

  /// Takes a text without escapes.
  private mutating func take(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ slot: KeyTree.Slot, _ index: Int, row: Int, place: Int, _ store: inout Store
  ) {
    if slot.hasNullFor, case .text(let text)? = tree.nullFor[index], isSame(bytes, start, end, text.utf8) {
      set(.null, index, row, &store)
      return
    }
    if end - start == 4 && bytes.isNull(start) {
      remarks.append((place, "`\(tree.paths[index])` is the text `null`, which is not null"))
    }
    var state = SlotState.wrongType
    switch slot.kind {
    case .bool, .int, .decimal, .record, .list: break
    case .text: state = keep(bytes, start, end, slot, row, as: .value, &store)
    case .date:
      if end - start == 10, let day = bytes.day(start) {
        state = slot.hasNullFor && tree.nullFor[index] == .date(Day(days: Int32(truncatingIfNeeded: day))) ? .null : .value
        put(UInt64(bitPattern: day), slot, row, &store)
      }
    case .instant:
      switch bytes.instant(start, end) {
      case .value(let ticks):
        state = slot.hasNullFor && tree.nullFor[index] == .instant(Instant(ticks: ticks)) ? .null : .value
        put(UInt64(bitPattern: ticks), slot, row, &store)
      case .outOfRange: state = .outOfRange
      case .notInstant: break
      }
    case .id:
      if end - start == 36, let guid = bytes.guid(start) {
        state = slot.hasNullFor && tree.nullFor[index] == .guid(guid) ? .null : .value
        put(guid.high, slot, row, second: guid.low, &store)
      } else {
        state = keep(bytes, start, end, slot, row, as: .text, &store)
      }
    case .oneOf:
      if let member = slot.members.first(where: { isSame(bytes, start, end, tree.members[$0]) }) {
        put(UInt64(member - slot.members.lowerBound), slot, row, &store)
        state = .value
      } else {
        state = keep(bytes, start, end, slot, row, as: slot.admitsOther ? .text : .outside, &store)
      }
    }
    set(state, index, row, &store)
  }

  private func isSame(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ other: [UInt8]) -> Bool {
    if end - start != other.count { return false }
    for index in other.indices where bytes.byte(start + index) != other[index] { return false }
    return true
  }

  /// Copies a text into the store.
  private func keep(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ slot: KeyTree.Slot, _ row: Int, as state: SlotState, _ store: inout Store
  ) -> SlotState {
    if end - start > TextRef.longest { return .outOfRange }
    put(TextRef(offset: store.texts.count, count: end - start).bits, slot, row, &store)
    bytes.copy(start, end, to: &store.texts)
    return state
  }

  // MARK: - Rows within rows

  /// Reads an object, or a scalar where the shape is one, into a row.
  private mutating func element(_ bytes: Span<UInt8>, _ start: Int, shape: Int, row: Int, depth: Int, _ store: inout Store) -> Int {
    guard let node = tree.shapes[shape].node else {
      return slot(bytes, start, tree.shapes[shape].scalar, row: row, depth: depth - 1, &store)
    }
    if bytes.byte(start) == 0x7B { return object(bytes, start, node: node, row: row, depth: depth, &store) }
    // What stands in place of an object, null as well, has no fields of which anything is known.
    for slot in tree.shapes[shape].slots { set(.wrongType, slot, row, &store) }
    return skip(bytes, start, depth: depth)
  }

  private mutating func list(
    _ bytes: Span<UInt8>, _ start: Int, _ slot: KeyTree.Slot, _ index: Int, row: Int, depth: Int, _ store: inout Store
  ) -> Int {
    if depth + 1 >= Skipper.deepest { return failed(start, .tooDeep) }
    let first = store.tables[slot.inner].count
    var at = bytes.spaceEnd(start + 1)
    if bytes.byte(at) == 0x5D {
      at += 1
    } else {
      elements: while true {
        let inner = store.tables[slot.inner].append()
        at = element(bytes, at, shape: slot.inner, row: inner, depth: depth + 2, &store)
        if at < 0 { return at }
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
      set(.outOfRange, index, row, &store)
    } else {
      put(RowRun(first: first, count: count).bits, slot, row, &store)
      set(.value, index, row, &store)
    }
    return at
  }
}
