import Semantics
import Syntax

/// The texts in one slot of the rows of a batch, or of the rows that they join to, side by side: so much of each that most tests are told without
/// a look at the text.
struct TextColumn {
  let join: Int
  let slot: Int
  var isRead = false
  /// A bit for each row, 64 to a word: those that have a text, and those where null stands in its place or on the way to it.
  private var known: [UInt64]
  private var nulls: [UInt64]
  /// By row: where the text is, its first eight bytes and its last eight; of a shorter one, zeros stand behind the first and before the last.
  private var places: [UInt64]
  private var heads: [UInt64]
  private var tails: [UInt64]

  init(join: Int, slot: Int) {
    self.join = join
    self.slot = slot
    known = Array(repeating: 0, count: RuleColumns.words)
    nulls = known
    places = Array(repeating: 0, count: Judge.batchSize)
    heads = places
    tails = places
  }

  /// Reads the slot of some rows of a table, which are given by their numbers.
  mutating func read(_ numbers: ArraySlice<Int32>, _ plan: Plan, _ store: borrowing Store) {
    isRead = true
    let info = plan.slots[slot]
    let tables = store.tables.span
    let table = tables[Int(info.shape)].words.span
    let texts = store.texts.span
    let stride = plan.layouts[Int(info.shape)].stride
    let stateWord = Int(info.number) >> 4
    let shift = UInt64(truncatingIfNeeded: Int(info.number) & 15) * 4
    for word in 0..<(numbers.count + 63) / 64 {
      var isKnown: UInt64 = 0
      var isNull: UInt64 = 0
      let first = numbers.startIndex + word * 64
      for place in 0..<min(64, numbers.endIndex - first) {
        let row = Int(numbers[first &+ place])
        let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: place)
        if row < 0 {
          if row == RuleColumns.nullRow { isNull |= bit }
          continue
        }
        let begin = row &* stride
        let state = table[begin &+ stateWord] &>> shift & 15
        if state == SlotState.value.rawValue || state == SlotState.text.rawValue {
          isKnown |= bit
          let text = table[begin &+ Int(info.word)]
          let (head, tail) = TextColumn.ends(of: TextRef(bits: text), in: texts)
          places[word &* 64 &+ place] = text
          heads[word &* 64 &+ place] = head
          tails[word &* 64 &+ place] = tail
        } else if state == SlotState.null.rawValue && info.mayBeNull {
          isNull |= bit
        }
      }
      known[word] = isKnown
      nulls[word] = isNull
    }
  }

  @inline(__always) private static func ends(of text: TextRef, in texts: Span<UInt8>) -> (head: UInt64, tail: UInt64) {
    if text.count >= 8 { return (texts.word8(text.offset), texts.word8(text.offset &+ text.count &- 8)) }
    return ends(of: texts.extracting(text.offset..<text.offset &+ text.count))
  }

  /// The first eight bytes and the last eight, the first byte lowest.
  fileprivate static func ends(of text: Span<UInt8>) -> (head: UInt64, tail: UInt64) {
    var head: UInt64 = 0
    var tail: UInt64 = 0
    for place in 0..<min(text.count, 8) {
      head |= UInt64(text[place]) &<< UInt64(truncatingIfNeeded: place &* 8)
      tail |= UInt64(text[text.count &- 1 &- place]) &<< UInt64(truncatingIfNeeded: 56 &- place &* 8)
    }
    return (head, tail)
  }

  /// What a test says of each row, 64 to a word from `first` on.
  func answer(
    _ test: borrowing PreparedTextTest, _ count: Int, _ texts: Span<UInt8>, yes: inout [UInt64], no: inout [UInt64], at first: Int
  ) {
    for word in 0..<(count + 63) / 64 {
      var candidates = candidates(test, word) & known[word]
      var holds: UInt64 = 0
      while candidates != 0 {
        let bit = candidates & (0 &- candidates)
        candidates ^= bit
        let text = TextRef(bits: places[word &* 64 &+ bit.trailingZeroBitCount])
        if test.holds(text, texts) { holds |= bit }
      }
      if test.isInverted { holds = known[word] & ~holds }
      yes[first + word] = holds | (test.nullAnswer == true ? nulls[word] : 0)
      no[first + word] = known[word] & ~holds | (test.nullAnswer == false ? nulls[word] : 0)
    }
  }

  /// Rows of a word whose texts may hold: all others do not.
  private func candidates(_ test: borrowing PreparedTextTest, _ word: Int) -> UInt64 {
    if test.headMask | test.tailMask == 0 { return .max }
    let heads = heads.span.extracting(word &* 64..<word &* 64 &+ 64)
    let tails = tails.span.extracting(word &* 64..<word &* 64 &+ 64)
    var rows: UInt64 = 0
    for number in 0..<64 {
      let difference = (heads[63 &- number] & test.headMask ^ test.head) | (tails[63 &- number] & test.tailMask ^ test.tail)
      rows = rows &<< 1 | (difference == 0 ? 1 : 0)
    }
    return rows
  }
}

/// A test of texts with what tells most of them apart.
struct PreparedTextTest {
  let test: Formula.TextTest
  private let search: TextSearch
  /// What the text begins and ends with, where the masks have bits.
  let head: UInt64
  let headMask: UInt64
  let tail: UInt64
  let tailMask: UInt64
  /// The longest text that these bytes tell all of.
  private let longest: Int

  var nullAnswer: Bool? { test.nullAnswer }
  /// It holds where `holds` says no.
  var isInverted: Bool { test.operation == .unequal }

  init(_ test: Formula.TextTest) {
    self.test = test
    let text = test.text.utf8
    search = TextSearch(text)
    let ends = TextColumn.ends(of: text.span)
    let bits = UInt64(min(text.count, 8) * 8)
    switch test.operation {
    case .equal, .unequal: (headMask, tailMask, longest) = (.max, .max, 16)
    case .startsWith: (headMask, tailMask, longest) = (bits == 64 ? .max : 1 << bits - 1, 0, 8)
    case .endsWith: (headMask, tailMask, longest) = (0, bits == 0 ? 0 : UInt64.max << (64 - bits), 8)
    case .contains: (headMask, tailMask, longest) = (0, 0, 0)
    }
    head = ends.head & headMask
    tail = ends.tail & tailMask
  }

  /// What the test, or the one that it inverts, says of a text whose ends are as they are to be.
  @inline(__always) func holds(_ place: TextRef, _ texts: Span<UInt8>) -> Bool {
    switch test.operation {
    case .equal, .unequal: if place.count != search.count { return false }
    case .startsWith, .endsWith, .contains: if place.count < search.count { return false }
    }
    if search.count <= longest { return true }
    let text = texts.extracting(place.offset..<place.offset &+ place.count)
    return switch test.operation {
    case .equal, .unequal, .startsWith: search.stands(in: text, at: 0)
    case .endsWith: search.stands(in: text, at: text.count &- search.count)
    case .contains: search.occurs(in: text)
    }
  }
}
