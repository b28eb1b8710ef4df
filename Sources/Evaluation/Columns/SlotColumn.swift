/// One slot of the rows of a batch, or of the rows that they join to, side by side: read once, and tested by each condition that asks for it.
struct SlotColumn {
  let join: Int
  let slot: Int
  var isRead = false
  /// By row. A row that a path through null does not reach, and one that cannot be told, have states of their own.
  private var states: [UInt8]
  /// By row: the payload where the state is `value`.
  private var values: [Int64]

  private static let pathThroughNull: UInt8 = 14
  private static let untold: UInt8 = 15

  init(join: Int, slot: Int) {
    self.join = join
    self.slot = slot
    states = Array(repeating: SlotColumn.untold, count: Judge.batchSize)
    values = Array(repeating: 0, count: Judge.batchSize)
  }

  /// Reads the slot of some rows of a table, which are given by their numbers.
  mutating func read(_ numbers: ArraySlice<Int32>, _ plan: Plan, _ words: [UInt64]) {
    isRead = true
    let info = plan.slots[slot]
    let stride = plan.layouts[Int(info.shape)].stride
    let state = Int(info.number) >> 4
    let shift = UInt64(truncatingIfNeeded: Int(info.number) & 15) * 4
    // A truth has no payload: any word will do.
    let payload = info.kind == .bool ? state : Int(info.word)
    let table = words.span
    var place = 0
    for number in numbers {
      let row = Int(number)
      if row >= 0 {
        let begin = row &* stride
        states[place] = UInt8(truncatingIfNeeded: table[begin &+ state] &>> shift & 15)
        values[place] = Int64(bitPattern: table[begin &+ payload])
      } else {
        states[place] = row == RuleColumns.nullRow ? SlotColumn.pathThroughNull : SlotColumn.untold
        values[place] = 0
      }
      place &+= 1
    }
  }

  /// What a test says of each row, 64 to a word from `first` on.
  func answer(_ test: Formula.SlotTest, _ count: Int, yes: inout [UInt64], no: inout [UInt64], at first: Int) {
    var yesStates = UInt32(test.yesStates)
    var noStates = UInt32(test.noStates)
    if let answer = test.nullAnswer {
      if answer { yesStates |= 1 << UInt32(SlotColumn.pathThroughNull) } else { noStates |= 1 << UInt32(SlotColumn.pathThroughNull) }
    }
    let states = states.span
    let values = values.span
    let range = test.comparison?.range ?? (low: 1, high: 0, isOutside: false)
    let compared: UInt32 = test.comparison == nil ? 0 : 1 << UInt32(truncatingIfNeeded: SlotState.value.rawValue)
    var row = 0
    var word = first
    while row < count {
      var isYes: UInt64 = 0
      var isNo: UInt64 = 0
      let end = min(row &+ 64, count)
      var bit: UInt64 = 0
      while row < end {
        let state = UInt32(truncatingIfNeeded: states[row])
        let value = values[row]
        let isCompared = compared &>> state & 1
        let isInside = value >= range.low && value <= range.high
        let holds: UInt32 = isInside == range.isOutside ? 0 : 1
        isYes |= UInt64(yesStates &>> state & 1 | isCompared & holds) &<< bit
        isNo |= UInt64(noStates &>> state & 1 | isCompared & (holds ^ 1)) &<< bit
        bit &+= 1
        row &+= 1
      }
      yes[word] = isYes
      no[word] = isNo
      word &+= 1
    }
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
