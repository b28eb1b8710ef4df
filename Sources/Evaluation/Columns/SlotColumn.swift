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
  /// The limits of the ranges that are asked for, in order: from each on, a range begins or has ended. None where few ranges are.
  private let limits: [Int64]
  /// By row: how many limits its payload has reached.
  private var ranks: [UInt8]

  private static let many = 3
  private static let pathThroughNull = 14
  private static let untold = 15

  /// - Parameter ranges: that tests will ask for; where they are many, a row is placed among their limits once.
  init(join: Int, slot: Int, ranges: [(low: Int64, high: Int64, isOutside: Bool)]) {
    let limits = Set(ranges.map(\.low) + ranges.filter { $0.high < .max }.map { $0.high + 1 })
    self.init(join: join, slot: slot, limits: ranges.count < SlotColumn.many || limits.count >= 255 ? [] : limits.sorted())
  }

  /// One that shares no memory with this one. Whoever reads on another thread needs it: Swift 6.3.1 leaves out the look whether `states` is shared
  /// before `read` writes to it.
  func apart() -> SlotColumn { SlotColumn(join: join, slot: slot, limits: limits) }

  private init(join: Int, slot: Int, limits: [Int64]) {
    self.join = join
    self.slot = slot
    self.limits = limits
    ranks = Array(repeating: 0, count: limits.isEmpty ? 0 : Judge.batchSize)
    states = Array(repeating: 0, count: 16 * RuleColumns.words)
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
      var states = states.mutableSpan
      for state in masks.indices { states[state &* RuleColumns.words &+ word] = masks[state] }
    }
    if !limits.isEmpty { rankValues(numbers.count) }
  }

  /// Places the payloads among the limits.
  private mutating func rankValues(_ count: Int) {
    for place in 0..<count { ranks[place] = SlotColumn.rank(of: values[place], limits.span) }
  }

  /// How many limits a payload has reached.
  @inline(__always) private static func rank(of value: Int64, _ limits: Span<Int64>) -> UInt8 {
    var first = 0
    var count = limits.count
    while count > 0 {
      let half = count &>> 1
      let isReached = limits[first &+ half] <= value
      first = isReached ? first &+ half &+ 1 : first
      count = isReached ? count &- half &- 1 : half
    }
    return UInt8(truncatingIfNeeded: first)
  }

  /// What a test says of each row, 64 to a word from `first` on.
  func answer(_ test: Formula.SlotTest, _ count: Int, yes: inout [UInt64], no: inout [UInt64], at first: Int) {
    let ofNull: UInt16 = 1 << UInt16(SlotColumn.pathThroughNull)
    let yesStates = test.yesStates | (test.nullAnswer == true ? ofNull : 0)
    let noStates = test.noStates | (test.nullAnswer == false ? ofNull : 0)
    let value = Int(truncatingIfNeeded: SlotState.value.rawValue) * RuleColumns.words
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
      rows |= states[left.trailingZeroBitCount * RuleColumns.words + word]
      left &= left - 1
    }
    return rows
  }

  /// Rows of a word whose payload lies in a range.
  private func rows(from low: Int64, to high: Int64, _ word: Int) -> UInt64 {
    if !limits.isEmpty { return rows(from: SlotColumn.rank(of: low, limits.span), to: SlotColumn.rank(of: high, limits.span), word) }
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

  /// Likewise by what the payloads are among the limits.
  private func rows(from low: UInt8, to high: UInt8, _ word: Int) -> UInt64 {
    let ranks = ranks.span
    let first = SIMD16<UInt8>(repeating: low)
    let most = SIMD16<UInt8>(repeating: high &- low)
    var rows: UInt64 = 0
    for sixteen in 0..<4 {
      let isInside: SIMDMask<SIMD16<Int8>> = ranks.vector16(word &* 64 &+ sixteen &* 16) &- first .<= most
      rows |= UInt64(bitMask(of: isInside)) &<< UInt64(truncatingIfNeeded: sixteen &* 16)
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
