import Semantics

/// Numbers for what rows have in common: each description that is new gets the next one.
///
/// A description is a run of words; two are the same only where every word is.
struct RowClasses {
  /// Beyond so many classes, or words in all, the owner begins anew: memory does not grow with the collection.
  static let most = 1 << 15
  static let mostWords = 1 << 20

  private var words: [UInt64] = []
  /// Where each class's description ends.
  private var ends: [Int] = []
  private var hashes: [UInt32] = []
  private var places: [UInt32] = []
  /// Number + 1; 0 is free.
  private var slots: [Int32] = Array(repeating: 0, count: 64)

  var count: Int { ends.count }
  var isFull: Bool { ends.count >= RowClasses.most || words.count >= RowClasses.mostWords }

  mutating func removeAll() {
    words.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    slots = Array(repeating: 0, count: 64)
  }

  /// The number of a description; one that equals `count` before the call is new.
  mutating func number(of description: Description) -> Int {
    let place: Int
    switch find(description.words.span.extracting(..<description.count), description.hash) {
    case .known(let number): return number
    case .free(let free): place = free
    }
    words.append(contentsOf: description.words[..<description.count])
    ends.append(words.count)
    hashes.append(RowClasses.short(description.hash))
    places.append(UInt32(truncatingIfNeeded: description.hash >> 17))
    slots[place] = Int32(truncatingIfNeeded: ends.count)
    if ends.count * 2 > slots.count { grow() }
    return ends.count - 1
  }

  private static func short(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }

  fileprivate enum Found {
    /// The number of the class.
    case known(Int)
    /// None has it; the slot for a new one.
    case free(Int)
  }

  /// Looks for a description.
  @inline(__always) fileprivate func find(_ description: Span<UInt64>, _ hash: UInt64) -> Found {
    let slots = slots.span
    let mask = slots.count &- 1
    var place = Int(truncatingIfNeeded: hash >> 17) & mask
    while slots[place] != 0 {
      let number = Int(slots[place] &- 1)
      if hashes[number] == RowClasses.short(hash) {
        let first = number == 0 ? 0 : ends[number &- 1]
        if isEqual(description, words.span.extracting(first..<ends[number])) { return .known(number) }
      }
      place = (place &+ 1) & mask
    }
    return .free(place)
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for number in hashes.indices {
      var place = Int(places[number]) & (slots.count - 1)
      while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
      slots[place] = Int32(number + 1)
    }
  }
}

/// What of a row decides a condition, as words, with their hash. Its memory is used again.
struct Description {
  /// Those behind `count` are free.
  fileprivate var words = [UInt64](repeating: 0, count: 64)
  fileprivate(set) var count = 0
  private(set) var hash: UInt64 = 0

  mutating func clear() { count = 0 }

  @inline(__always) mutating func append(_ word: UInt64) {
    if count == words.count { grow() }
    words[count] = word
    count &+= 1
  }

  fileprivate mutating func grow() { words.append(contentsOf: repeatElement(0, count: words.count)) }

  /// Works out the hash of what was written.
  mutating func finish() { hash = Description.hash(of: words.span.extracting(..<count)) }

  /// Finds the classes of rows of a store that are needed, a bit for each, from row `next` on up to one that has none, which it describes then.
  mutating func classify(
    _ rows: ArraySlice<Int32>, _ needed: [UInt64], of store: borrowing Store, from next: inout Int, _ footprint: Footprint,
    _ plan: borrowing Plan, _ classes: borrowing RowClasses, into numbers: inout [Int32]
  ) {
    while true {
      var numbers = numbers.mutableSpan
      var out = words.mutableSpan
      switch store.classify(rows, needed.span, from: &next, footprint, plan, classes, into: &numbers, &out) {
      case .all: return
      case .new(let count, let hash):
        self.count = count
        self.hash = hash
        return
      case .full: grow()
      }
    }
  }

  @inline(__always) fileprivate static func hash(of words: Span<UInt64>) -> UInt64 {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    var place = 0
    // Two words to a product, so that fewer have to wait for each other.
    while place &+ 1 < words.count {
      let product = (hash ^ words[place]).multipliedFullWidth(by: words[place &+ 1] ^ 0x94D0_49BB_1331_11EB)
      hash = product.high ^ product.low &+ UInt64(truncatingIfNeeded: place)
      place &+= 2
    }
    if place < words.count { hash ^= words[place] }
    hash = hash &* 0xFF51_AFD7_ED55_8CCD
    return hash ^ hash &>> 29
  }
}

extension Machine {
  /// Writes what of a row decides a condition.
  mutating func describe(_ row: Value, _ footprint: Footprint, into description: inout Description) {
    if footprint.hasJoins {
      description.clear()
      describe(row.index, footprint.shape, row.arena, footprint.steps, 0..<footprint.steps.count, into: &description)
      description.finish()
    } else if row.arena == .batch {
      batch.describe(row: row.index, footprint, plan, into: &description)
    } else {
      joined.describe(row: row.index, footprint, plan, into: &description)
    }
  }

  /// Joins are the machine's to follow; what lies between them is the stores'.
  private mutating func describe(
    _ row: Int, _ shape: Int, _ arena: Value.Arena, _ steps: [Footprint.Step], _ range: Range<Int>,
    into description: inout Description
  ) {
    var at = range.lowerBound
    while at < range.upperBound {
      let step = steps[at]
      let end = at &+ 1 &+ Int(step.count)
      switch step.kind {
      case .states, .content, .rows:
        if arena == .batch {
          batch.describe(RowRun(first: row, count: 1), shape, steps.span, at, end, plan, into: &description)
        } else {
          joined.describe(RowRun(first: row, count: 1), shape, steps.span, at, end, plan, into: &description)
        }
      case .join:
        let key = read(Int(step.slot), row: row, arena)
        var found = key
        if !key.isUnknown && !key.isNull {
          found = lookUp(key, in: CollectionID(Int(step.collection)), mayBeMissing: step.mayBeMissing)
        }
        description.append(UInt64(found.tag.rawValue) | UInt64(UInt32(bitPattern: found.aux)) << 8)
        if found.tag == .row { describe(found.index, found.count, found.arena, steps, at + 1..<end, into: &description) }
      }
      at = end
    }
  }
}

extension Store {
  /// Writes what of a row a footprint without joins looks at.
  @inline(__always) func describe(row: Int, _ footprint: Footprint, _ plan: borrowing Plan, into description: inout Description) {
    description.clear()
    describe(
      RowRun(first: row, count: 1), footprint.shape, footprint.steps.span, 0, footprint.steps.count, plan, into: &description)
    description.finish()
  }

  /// Writes what the steps from `first` to before `end` say of rows that follow each other; joins are none of them.
  fileprivate func describe(
    _ rows: RowRun, _ shape: Int, _ steps: Span<Footprint.Step>, _ first: Int, _ end: Int, _ plan: borrowing Plan,
    into description: inout Description
  ) {
    while true {
      var count = description.count
      var out = description.words.mutableSpan
      let isWhole = write(rows, shape, steps, first, end, plan, &out, &count)
      if isWhole {
        description.count = count
        return
      }
      description.grow()
    }
  }

  /// What came of classifying rows.
  fileprivate enum Classified {
    case all
    /// A row has no class yet: so many words describe it, with this hash.
    case new(Int, hash: UInt64)
    /// There is no room for what describes a row.
    case full
  }

  /// Finds the classes of rows that are needed, a bit for each, from row `next` on up to one that has none, by a footprint without joins.
  ///
  /// - Parameters:
  ///   - numbers: by row its class.
  ///   - out: for what describes a row.
  fileprivate func classify(
    _ rows: ArraySlice<Int32>, _ needed: Span<UInt64>, from next: inout Int, _ footprint: Footprint, _ plan: borrowing Plan,
    _ classes: borrowing RowClasses, into numbers: inout MutableSpan<Int32>, _ out: inout MutableSpan<UInt64>
  ) -> Classified {
    let rows = rows.span
    let all = tables.span
    let table = all[footprint.shape].words.span
    let stride = all[footprint.shape].stride
    let steps = footprint.steps.span
    while next < rows.count {
      if needed[next &>> 6] &>> UInt64(truncatingIfNeeded: next & 63) & 1 == 0 {
        next &+= 1
        continue
      }
      var count = 0
      if !writeRow(table, Int(rows[next]) &* stride, steps, plan, &out, &count) { return .full }
      let words = out.span.extracting(..<count)
      let hash = Description.hash(of: words)
      guard case .known(let number) = classes.find(words, hash) else {
        return .new(count, hash: hash)
      }
      numbers[next] = Int32(truncatingIfNeeded: number)
      next &+= 1
    }
    return .all
  }

  /// As `describe`, from `count` on.
  /// - Returns: false where there was no room for it all.
  @inline(never) private func write(
    _ rows: RowRun, _ shape: Int, _ steps: Span<Footprint.Step>, _ first: Int, _ end: Int, _ plan: borrowing Plan,
    _ out: inout MutableSpan<UInt64>, _ count: inout Int
  ) -> Bool {
    // By the span of tables, so that the words are not retained.
    let all = tables.span
    let table = all[shape].words.span
    let stride = all[shape].stride
    var base = rows.first &* stride
    let last = base &+ rows.count &* stride
    while base < last {
      if !writeRow(table, base, steps, first, end, plan, &out, &count) { return false }
      base &+= stride
    }
    return true
  }

  /// Likewise, of one row, whose words begin at `base`.
  @inline(__always) private func writeRow(
    _ table: Span<UInt64>, _ base: Int, _ steps: Span<Footprint.Step>, _ first: Int, _ end: Int, _ plan: borrowing Plan,
    _ out: inout MutableSpan<UInt64>, _ count: inout Int
  ) -> Bool {
    var at = first
    while at < end {
      let step = steps[at]
      at = at &+ 1 &+ Int(step.count)
      if !write(step, table, base, plan, &out, &count) { return false }
      if step.kind != .rows { continue }
      let run = Store.run(step, table, base)
      if run.count > 0, !write(run, Int(step.target), steps, at &- Int(step.count), at, plan, &out, &count) { return false }
    }
    return true
  }

  /// Likewise, by all steps. The rows of its lists are written without a call for each list, since most rows have one or two.
  @inline(__always) private func writeRow(
    _ table: Span<UInt64>, _ base: Int, _ steps: Span<Footprint.Step>, _ plan: borrowing Plan, _ out: inout MutableSpan<UInt64>,
    _ count: inout Int
  ) -> Bool {
    let all = tables.span
    var at = 0
    while at < steps.count {
      let list = steps[at]
      let first = at &+ 1
      at = first &+ Int(list.count)
      if !write(list, table, base, plan, &out, &count) { return false }
      if list.kind != .rows { continue }
      let rows = Store.run(list, table, base)
      if rows.count == 0 { continue }
      let table = all[Int(list.target)].words.span
      let stride = all[Int(list.target)].stride
      var base = rows.first &* stride
      let last = base &+ rows.count &* stride
      while base < last {
        if !writeRow(table, base, steps, first, at, plan, &out, &count) { return false }
        base &+= stride
      }
    }
    return true
  }

  /// The rows of a list; none where there is no list.
  @inline(__always) private static func run(_ step: Footprint.Step, _ table: Span<UInt64>, _ base: Int) -> RowRun {
    let state = table[base &+ Int(step.stateWord)] &>> UInt64(step.stateShift) & 15
    return state == SlotState.value.rawValue ? RowRun(bits: table[base &+ Int(step.word)]) : RowRun(bits: 0)
  }

  /// Writes what one step says of a row; of a list, how many rows it has.
  @inline(__always) private func write(
    _ step: Footprint.Step, _ table: Span<UInt64>, _ base: Int, _ plan: borrowing Plan, _ out: inout MutableSpan<UInt64>,
    _ count: inout Int
  ) -> Bool {
    // Nothing but a text or further rows takes more than two words.
    if count &+ 2 > out.count { return false }
    if step.kind == .states {
      out[count] = table[base &+ Int(step.slot)] & step.mask
      count &+= 1
      return true
    }
    let state = table[base &+ Int(step.stateWord)] &>> UInt64(step.stateShift) & 15
    let isValue = state == SlotState.value.rawValue
    guard isValue || state == SlotState.text.rawValue else { return true }
    let place = base &+ Int(step.word)
    if step.kind == .rows {
      out[count] = UInt64(truncatingIfNeeded: RowRun(bits: table[place]).count)
      count &+= 1
      return true
    }
    switch step.slotKind {
    case .int, .date, .instant:
      out[count] = table[place]
      count &+= 1
    case .id where isValue, .decimal:
      out[count] = table[place]
      out[count &+ 1] = table[place &+ 1]
      count &+= 2
    case .oneOf where isValue:
      out[count] = table[place]
      count &+= 1
    case .bool, .text, .id, .oneOf, .record, .list:
      return writeContent(step.slotKind, Int(step.target), table[place], table[place], plan, isValue: isValue, &out, &count)
    }
    return true
  }

  @inline(__always) private static func state(_ table: Span<UInt64>, _ base: Int, _ number: Int) -> UInt64 {
    table[base &+ number &>> 4] &>> (UInt64(truncatingIfNeeded: number & 15) &* 4) & 15
  }

  /// The content of a slot, whose state is told already.
  private func writeContent(
    _ kind: SlotInfo.Kind, _ target: Int, _ word: UInt64, _ second: UInt64, _ plan: borrowing Plan, isValue: Bool,
    _ out: inout MutableSpan<UInt64>, _ count: inout Int
  ) -> Bool {
    if count &+ 2 > out.count { return false }
    switch kind {
    case .bool: return true
    case .int, .date, .instant: out[count] = word
    case .id where isValue, .decimal:
      out[count] = word
      out[count &+ 1] = second
      count &+= 1
    case .oneOf where isValue: out[count] = word
    case .text, .id, .oneOf: return writeText(TextRef(bits: word), &out, &count)
    case .record, .list:
      let rows = RowRun(bits: word)
      out[count] = UInt64(truncatingIfNeeded: rows.count)
      count &+= 1
      return rows.count == 0 || writeRows(rows, target, plan, &out, &count)
    }
    count &+= 1
    return true
  }

  /// Rows with all that is planned of them.
  private func writeRows(
    _ rows: RowRun, _ shape: Int, _ plan: borrowing Plan, _ out: inout MutableSpan<UInt64>, _ count: inout Int
  ) -> Bool {
    let all = tables.span
    let table = all[shape].words.span
    let stride = plan.layouts[shape].stride
    let first = plan.layouts[shape].firstSlot
    let slots = plan.layouts[shape].slotCount
    let states = plan.layouts[shape].stateWords
    for row in rows.first..<rows.first &+ rows.count {
      let base = row &* stride
      if count &+ states > out.count { return false }
      for place in 0..<states {
        out[count] = table[base &+ place]
        count &+= 1
      }
      for slot in first..<first &+ slots {
        let info = plan.slots[slot]
        let state = Store.state(table, base, Int(info.number))
        let isValue = state == SlotState.value.rawValue
        guard info.kind != .bool, isValue || state == SlotState.text.rawValue else { continue }
        let place = base &+ Int(info.word)
        let second = info.kind == .id || info.kind == .decimal ? table[place &+ 1] : 0
        if !writeContent(info.kind, Int(info.target), table[place], second, plan, isValue: isValue, &out, &count) { return false }
      }
    }
    return true
  }

  /// The length, then the bytes, eight to a word.
  private func writeText(_ text: TextRef, _ out: inout MutableSpan<UInt64>, _ count: inout Int) -> Bool {
    let bytes = texts.span
    if count &+ (text.count &>> 3) &+ 2 > out.count { return false }
    out[count] = UInt64(truncatingIfNeeded: text.count)
    count &+= 1
    var at = text.offset
    let end = text.offset &+ text.count
    while at &+ 8 <= end {
      out[count] = bytes.word8(at)
      count &+= 1
      at &+= 8
    }
    if at == end { return true }
    var word: UInt64 = 0
    while at < end {
      word = word << 8 | UInt64(bytes[at])
      at &+= 1
    }
    out[count] = word
    count &+= 1
    return true
  }

  /// A hash over all that is kept of a row: equal for rows that say the same. What can't be told counts by its state alone.
  func contentHash(row: Int, shape: Int, _ plan: borrowing Plan) -> UInt64 {
    contentHash(row, shape, plan, Machine.keySeed)
  }

  private func contentHash(_ row: Int, _ shape: Int, _ plan: borrowing Plan, _ seed: UInt64) -> UInt64 {
    @inline(__always) func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
      let mixed = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
      return mixed ^ mixed &>> 31
    }
    let all = tables.span
    let table = all[shape].words.span
    let bytes = texts.span
    let base = row &* tables[shape].stride
    let first = plan.layouts[shape].firstSlot
    let end = first &+ plan.layouts[shape].slotCount
    var hash = seed
    for word in 0..<plan.layouts[shape].stateWords { hash = mix(hash, table[base &+ word]) }
    var slot = first
    while slot < end {
      let kind = plan.slots[slot].kind
      let state = kind == .bool ? 0 : Store.state(table, base, slot &- first)
      if state == SlotState.value.rawValue || state == SlotState.text.rawValue {
        let place = base &+ Int(plan.slots[slot].word)
        let word = table[place]
        if state == SlotState.text.rawValue || kind == .text {
          let text = TextRef(bits: word)
          hash = mix(hash, UInt64(text.count))
          var at = text.offset
          let end = text.offset &+ text.count
          while at &+ 8 <= end {
            hash = mix(hash, bytes.word8(at))
            at &+= 8
          }
          while at < end {
            hash = mix(hash, UInt64(bytes[at]))
            at &+= 1
          }
        } else {
          switch kind {
          case .record, .list:
            let run = RowRun(bits: word)
            hash = mix(hash, UInt64(run.count))
            var inner = run.first
            while inner < run.first &+ run.count {
              hash = contentHash(inner, Int(plan.slots[slot].target), plan, hash)
              inner &+= 1
            }
          case .id, .decimal: hash = mix(mix(hash, word), table[place &+ 1])
          case .bool, .int, .text, .date, .instant, .oneOf: hash = mix(hash, word)
          }
        }
      }
      slot &+= 1
    }
    return hash
  }
}
