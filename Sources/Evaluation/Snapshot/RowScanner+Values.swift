internal import Semantics
internal import Syntax

/// The words of JSON as numbers.
enum Word {
  static let null: UInt32 = 0x6C6C_756E
  static let `true`: UInt32 = 0x6575_7274
  /// `fals`.
  static let fals: UInt32 = 0x736C_6166
}

extension RowScanner {
  @inline(__always) func setState(_ state: SlotState, _ slot: Int, _ row: Row) {
    row[plan[slot].stateWord] |= state.rawValue &<< plan[slot].stateShift
  }

  /// Reads a value into a slot, whose state is still absent.
  mutating func fill(_ slot: Int, _ place: Place, _ row: Row, _ depth: Int) -> Place? {
    if place[0] == 0x6E {
      guard place.word4() == Word.null else { return nil }
      setState(.null, slot, row)
      return place + 4
    }
    switch plan[slot].kind {
    case .bool:
      switch place.word4() {
      case Word.true:
        setState(.yes, slot, row)
        return place + 4
      case Word.fals where place[4] == 0x65:
        setState(.no, slot, row)
        return place + 5
      default: return nil
      }
    case .int: return integer(place, slot, row)
    case .decimal: return decimal(place, slot, row)
    case .text: return text(place, slot, row)
    case .date, .instant: return moment(place, slot, row)
    case .id: return id(place, slot, row)
    case .oneOf: return member(place, slot, row)
    case .record:
      guard place[0] == 0x7B else { return nil }
      let rows = gathered[plan[slot].inner]
      let inner = addRow(plan[slot].inner)
      guard let end = object(place, plan[slot].innerNode, inner, depth &+ 1) else { return nil }
      row[plan[slot].word] = RowRun(first: rows.before &+ rows.count, count: 1).bits
      setState(.value, slot, row)
      return end
    case .list: return list(place, slot, row, depth &+ 1)
    }
  }

  // MARK: - Numbers

  @inline(never) private mutating func integer(_ start: Place, _ slot: Int, _ row: Row) -> Place? {
    var place = start
    let isNegative = place[0] == 0x2D
    if isNegative { place = place + 1 }
    let first = place
    var value: Int64 = 0
    // Eighteen digits are below 2⁶³.
    while place[0] &- 0x30 < 10 && place - first < 18 {
      value = value &* 10 &+ Int64(place[0] &- 0x30)
      place = place + 1
    }
    // None, a zero before others, more of them, a fraction or a power of ten.
    if place - first == 0 || first[0] == 0x30 && place - first > 1 { return nil }
    switch place[0] {
    case 0x2C, 0x7D, 0x5D, 0x20, 0x0A, 0x0D, 0x09: break
    default: return nil
    }
    if isNegative { value = 0 &- value }
    if value < plan[slot].atLeast || value > plan[slot].atMost {
      setState(.outOfRange, slot, row)
    } else {
      row[plan[slot].word] = UInt64(bitPattern: value)
      setState(.value, slot, row)
    }
    return place
  }

  @inline(never) private mutating func decimal(_ start: Place, _ slot: Int, _ row: Row) -> Place? {
    guard let end = numberEnd(start), end - start <= 40 else { return nil }
    take(start, end - start)
    guard let (mantissa, scale) = NumberText(scratch.span, 0, end - start).decimal else { return nil }
    // Bounds are whole; what lies near one is the parser's.
    if plan[slot].atLeast != .min || plan[slot].atMost != .max {
      guard scale == 0, mantissa >= plan[slot].atLeast, mantissa <= plan[slot].atMost else { return nil }
    }
    row[plan[slot].word] = UInt64(bitPattern: mantissa)
    row[plan[slot].word &+ 1] = UInt64(scale)
    setState(.value, slot, row)
    return end
  }

  // MARK: - Texts

  /// Copies a short text to `scratch`, with the padding that spans are scanned with.
  private mutating func take(_ place: Place, _ count: Int) {
    let room = count &+ scanPadding
    if scratch.count < room { scratch.append(contentsOf: repeatElement(0, count: room &- scratch.count)) }
    for index in 0..<count { scratch[index] = place[index] }
    // Zeros stand behind the last text; what it had more than this one is cleared.
    for index in count..<max(count, scratchCount) { scratch[index] = 0 }
    scratchCount = count
  }

  @inline(never) private mutating func moment(_ start: Place, _ slot: Int, _ row: Row) -> Place? {
    guard start[0] == 0x22, let end = textEnd(start + 1) else { return nil }
    let count = end - start - 1
    // No day and no instant is that long, or has an escape or other letters than ASCII in it; as they are, they are of another type.
    guard count <= 48 else { return nil }
    take(start + 1, count)
    if plan[slot].kind == .date {
      guard count == 10, let day = scratch.span.day(0) else { return nil }
      row[plan[slot].word] = UInt64(bitPattern: day)
    } else {
      guard case .value(let ticks) = scratch.span.instant(0, count) else { return nil }
      row[plan[slot].word] = UInt64(bitPattern: ticks)
    }
    setState(.value, slot, row)
    return end + 1
  }

  @inline(__always) private mutating func id(_ place: Place, _ slot: Int, _ row: Row) -> Place? {
    if place[0] == 0x22, place[37] == 0x22, let guid = place.guid(1) {
      row[plan[slot].word] = guid.high
      row[plan[slot].word &+ 1] = guid.low
      setState(.value, slot, row)
      return place + 38
    }
    return text(place, slot, row, as: .text)
  }

  private mutating func member(_ place: Place, _ slot: Int, _ row: Row) -> Place? {
    var number = 0
    while number < plan[slot].memberCount {
      if patterns[plan[slot].firstMember &+ number].matches(place) {
        if isNull(place, slot) { break }
        row[plan[slot].word] = UInt64(truncatingIfNeeded: number)
        setState(.value, slot, row)
        return place + patterns[plan[slot].firstMember &+ number].count
      }
      number &+= 1
    }
    return text(place, slot, row, as: plan[slot].admitsOther ? .text : .outside)
  }

  /// Whether the text that stands for null is here.
  @inline(__always) private func isNull(_ place: Place, _ slot: Int) -> Bool {
    plan[slot].nullPattern >= 0 && patterns[plan[slot].nullPattern].matches(place)
  }

  @inline(never) private mutating func text(_ start: Place, _ slot: Int, _ row: Row, as state: SlotState = .value) -> Place? {
    guard start[0] == 0x22 else { return nil }
    let first = start + 1
    // Copied while it is looked at, since most texts have nothing special in them.
    var place = first
    var target = textCount
    let room = texts.cells
    while true {
      let vector = place.vector16()
      room.store(vector, at: target)
      let bits = Place.specials(vector)
      if bits != 0 {
        place = place + bits.trailingZeroBitCount &>> Place.shift
        break
      }
      place = place + 16
      target &+= 16
    }
    if place[0] != 0x22 { return oddText(start, place, slot, row, as: state) }
    let count = place - first
    if plan[slot].nullPattern >= 0 && isNull(start, slot) {
      setState(.null, slot, row)
      return place + 1
    }
    if count == 4 && first.word4() == Word.null || count > longestText { return nil }
    row[plan[slot].word] = TextRef(offset: textsBefore &+ textCount, count: count).bits
    textCount &+= count
    setState(state, slot, row)
    return place + 1
  }

  /// A text with escapes, or letters beyond ASCII, from the first of them on.
  @inline(never) private mutating func oddText(
    _ start: Place, _ odd: Place, _ slot: Int, _ row: Row, as state: SlotState
  ) -> Place? {
    guard let end = slowTextEnd(odd) else { return nil }
    let first = start + 1
    var count = end - first
    if count > longestText { return nil }
    var isEscaped = false
    for index in odd - first..<count where first[index] == 0x5C { isEscaped = true }
    if isEscaped {
      // What an escape hides may be a member, a GUID, or the text that stands for null.
      guard plan[slot].kind == .text, plan[slot].nullPattern < 0 else { return nil }
      take(first, count)
      var plain: [UInt8] = []
      scratch.span.unescape(0, count, to: &plain)
      if plain.elementsEqual("null".utf8) { return nil }
      count = plain.count
      for (index, byte) in plain.enumerated() { texts[textCount &+ index] = byte }
    } else {
      first.copy(count, to: texts.cells, at: textCount)
    }
    row[plan[slot].word] = TextRef(offset: textsBefore &+ textCount, count: count).bits
    textCount &+= count
    setState(state, slot, row)
    return end + 1
  }

  // MARK: - Lists

  @inline(never) private mutating func list(_ start: Place, _ slot: Int, _ row: Row, _ depth: Int) -> Place? {
    if start[0] != 0x5B || depth > RowScanner.deepest { return nil }
    let rows = gathered[plan[slot].inner]
    var place = space(start + 1)
    if place[0] == 0x5D {
      place = place + 1
    } else {
      while true {
        let inner = addRow(plan[slot].inner)
        if plan[slot].innerNode >= 0 {
          guard place[0] == 0x7B, let end = object(place, plan[slot].innerNode, inner, depth &+ 1) else { return nil }
          place = end
        } else {
          if plan[plan[slot].innerScalar].isOdd { return nil }
          guard let end = fill(plan[slot].innerScalar, place, inner, depth) else { return nil }
          place = end
        }
        place = space(place)
        if place[0] == 0x5D {
          place = place + 1
          break
        }
        guard place[0] == 0x2C else { return nil }
        place = space(place + 1)
      }
    }
    let count = gathered[plan[slot].inner].count &- rows.count
    if count > RowRun.longest { return nil }
    if Int64(count) > plan[slot].atMost || Int64(count) < plan[slot].atLeast {
      setState(.outOfRange, slot, row)
    } else {
      row[plan[slot].word] = RowRun(first: rows.before &+ rows.count, count: count).bits
      setState(.value, slot, row)
    }
    return place
  }

  // MARK: - Tokens

  /// The closing quote of a text whose first byte is here.
  @inline(__always) func textEnd(_ start: Place) -> Place? {
    let place = start.special
    return place[0] == 0x22 ? place : slowTextEnd(place)
  }

  @inline(never) func slowTextEnd(_ start: Place) -> Place? {
    var place = start
    while true {
      let first = place[0]
      if first == 0x22 { return place }
      if first == 0x5C {
        switch place[1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: place = place + 2
        case 0x75:
          for digit in 2..<6 where hexValue(place[digit]) == nil { return nil }
          place = place + 6
        default: return nil
        }
      } else if first < 0x20 {
        return nil
      } else if first >= 0x80 {
        let length = place.sequenceLength
        if length == 0 { return nil }
        place = place + length
      } else {
        // Texts that are not ASCII seldom have it in one place only.
        place = place.special
      }
    }
  }

  @inline(__always) func wordEnd(_ place: Place) -> Place? {
    let word = place.word4()
    if word == Word.null || word == Word.true { return place + 4 }
    return word == Word.fals && place[4] == 0x65 ? place + 5 : nil
  }

  @inline(never) func numberEnd(_ start: Place) -> Place? {
    var place = start
    if place[0] == 0x2D { place = place + 1 }
    if place[0] == 0x30 {
      place = place + 1
    } else {
      if place[0] &- 0x31 > 8 { return nil }
      place = digitsEnd(place)
    }
    if place[0] == 0x2E {
      place = place + 1
      if place[0] &- 0x30 > 9 { return nil }
      place = digitsEnd(place)
    }
    if place[0] | 0x20 == 0x65 {
      place = place + 1
      if place[0] == 0x2B || place[0] == 0x2D { place = place + 1 }
      if place[0] &- 0x30 > 9 { return nil }
      place = digitsEnd(place)
    }
    return place
  }

  @inline(__always) private func digitsEnd(_ start: Place) -> Place {
    var place = start
    while place[0] &- 0x30 < 10 { place = place + 1 }
    return place
  }
}
