/// One slot of the rows of a batch, or of the rows that they join to, side by side: read once, and tested by each condition that asks for it.
struct SlotColumn {
  let join: Int
  let slot: Int
  var isRead = false
  /// Of state s and word w at s × words + w: the rows in that state, a bit for each. Rows that a path through null does not reach, and those that
  /// cannot be told, have states of their own.
  private var states: [UInt64]
  /// By row: the payload where the state is `value`.
  private var values: [Int64]

  private static let words = Judge.batchSize / 64
  private static let pathThroughNull = 14
  private static let untold = 15

  init(join: Int, slot: Int) {
    self.join = join
    self.slot = slot
    states = Array(repeating: 0, count: 16 * SlotColumn.words)
    values = Array(repeating: 0, count: Judge.batchSize)
  }

  /// Reads the slot of some rows of a table, which are given by their numbers.
  mutating func read(_ numbers: ArraySlice<Int32>, _ plan: Plan, _ words: [UInt64]) {
    isRead = true
    let info = plan.slots[slot]
    let stride = plan.layouts[Int(info.shape)].stride
    let stateWord = Int(info.number) >> 4
    let shift = UInt64(truncatingIfNeeded: Int(info.number) & 15) * 4
    // A truth has no payload: any word will do.
    let payload = info.kind == .bool ? stateWord : Int(info.word)
    let table = words.span
    for word in 0..<(numbers.count + 63) / 64 {
      var masks = InlineArray<16, UInt64>(repeating: 0)
      let first = numbers.startIndex + word * 64
      var values = values.mutableSpan
      for place in 0..<min(64, numbers.endIndex - first) {
        let row = Int(numbers[first &+ place])
        var state = row == RuleColumns.nullRow ? SlotColumn.pathThroughNull : SlotColumn.untold
        if row >= 0 {
          let begin = row &* stride
          state = Int(truncatingIfNeeded: table[begin &+ stateWord] &>> shift & 15)
          values[word &* 64 &+ place] = Int64(bitPattern: table[begin &+ payload])
        }
        masks[state] |= 1 &<< UInt64(truncatingIfNeeded: place)
      }
      for state in masks.indices { states[state * SlotColumn.words + word] = masks[state] }
    }
  }

  /// What a test says of each row, 64 to a word from `first` on.
  func answer(_ test: Formula.SlotTest, _ count: Int, yes: inout [UInt64], no: inout [UInt64], at first: Int) {
    let ofNull: UInt16 = 1 << UInt16(SlotColumn.pathThroughNull)
    let yesStates = test.yesStates | (test.nullAnswer == true ? ofNull : 0)
    let noStates = test.noStates | (test.nullAnswer == false ? ofNull : 0)
    let value = Int(truncatingIfNeeded: SlotState.value.rawValue) * SlotColumn.words
    let range = test.comparison?.range
    for word in 0..<(count + 63) / 64 {
      yes[first + word] = rows(in: yesStates, word)
      no[first + word] = rows(in: noStates, word)
      guard let range, states[value + word] != 0 else { continue }
      let inside = rows(from: range.low, to: range.high, word)
      let holds = range.isOutside ? ~inside : inside
      yes[first + word] |= states[value + word] & holds
      no[first + word] |= states[value + word] & ~holds
    }
  }

  private func rows(in wanted: UInt16, _ word: Int) -> UInt64 {
    var rows: UInt64 = 0
    var left = wanted
    while left != 0 {
      rows |= states[left.trailingZeroBitCount * SlotColumn.words + word]
      left &= left - 1
    }
    return rows
  }

  /// Rows of a word whose payload lies in a range.
  private func rows(from low: Int64, to high: Int64, _ word: Int) -> UInt64 {
    let values = values.span.extracting(word &* 64..<word &* 64 &+ 64)
    // From its begin, a number that is too small is a large one.
    let most = UInt64(bitPattern: high &- low)
    var rows: UInt64 = 0
    for row in 0..<64 {
      let isInside: UInt64 = UInt64(bitPattern: values[row] &- low) <= most ? 1 : 0
      rows |= isInside &<< UInt64(truncatingIfNeeded: row)
    }
    return rows
  }
}

extension Formula.Comparison {
  /// The values for which it holds: those from `low` to `high`, or all others.
  var range: (low: Int64, high: Int64, isOutside: Bool) {
    switch operation {
    case .equal: (constant, constant, false)
    case .unequal: (constant, constant, true)
    case .less: (constant, .max, true)
    case .lessOrEqual: (.min, constant, false)
    case .greater: (.min, constant, true)
    case .greaterOrEqual: (constant, .max, false)
    }
  }
}

extension Formula.TextTest {
  /// - Parameters:
  ///   - text: of a row that has one.
  ///   - search: for the test's own text.
  @inline(__always) func holds(_ text: Span<UInt8>, _ search: borrowing TextSearch) -> Bool {
    switch operation {
    case .equal: text.count == search.count && search.stands(in: text, at: 0)
    case .unequal: text.count != search.count || !search.stands(in: text, at: 0)
    case .startsWith: text.count >= search.count && search.stands(in: text, at: 0)
    case .endsWith: text.count >= search.count && search.stands(in: text, at: text.count &- search.count)
    case .contains: search.occurs(in: text)
    }
  }
}
