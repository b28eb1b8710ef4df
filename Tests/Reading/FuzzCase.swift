import Evaluation
import Reference

/// One text that both readers read, made from a number and nothing else.
package struct FuzzCase: Sendable {
  package var bytes: [UInt8]
  /// Into `Plans.numbered`.
  package var plan: Int
  /// Read at a time by the fast reader.
  package var block: Int
  /// Rows that were changed.
  package var changed = 0

  package init(bytes: [UInt8], plan: Int, block: Int) {
    self.bytes = bytes
    self.plan = plan
    self.block = block
  }

  /// A text with rows as a tenant's export has them.
  package init(seed: UInt64) {
    var dice = Dice(seed)
    let plan = dice.one(in: 24) ? 1 : 0
    let rows = Tenant.sample.rows[plan]
    self.init(plan: plan, mostRows: plan == 1 ? 2 : 4, dice) { $0.pick(rows) }
  }

  /// A text with rows of a few fields, of which one is planned: many of them are read in the time of one tenant's row.
  package init(shortSeed seed: UInt64) {
    var dice = Dice(~seed)
    let number = dice.below(Plans.short.count)
    self.init(plan: Plans.all.count + number, mostRows: 3, dice) { ShortRow.make(Plans.short[number], &$0) }
  }

  private init(plan: Int, mostRows: Int, _ dice: Dice, _ makeRow: (inout Dice) -> Tree) {
    var changing = Mutating(dice: dice)
    self.plan = plan
    bytes = []
    block = Readers.wholeBlock
    let style = changing.dice.pick(Tree.Style.all)
    let isArray = changing.dice.one(in: 4)
    let isWrapped = isArray && changing.dice.one(in: 3)
    if isWrapped { bytes += "{\"@odata.context\":\"x\",\"value\":".utf8 }
    if isArray { bytes += "[".utf8 }
    // Rows of one kind follow each other, so that keys are guessed; one of them is changed, or some.
    let base = makeRow(&changing.dice)
    let count = 1 + changing.dice.below(mostRows)
    var lastStart = 0
    for number in 0..<count {
      if number > 0 {
        bytes += isArray ? style.beforeComma + [0x2C] + style.behindComma : changing.dice.one(in: 6) ? [0x0D, 0x0A, 0x0A] : [0x0A]
      }
      lastStart = bytes.count
      var row = changing.dice.one(in: 4) ? makeRow(&changing.dice) : base
      if changing.dice.below(4) > 0 {
        changed += 1
        repeat { row = changing.row(row) } while changing.dice.one(in: 3)
      }
      row.write(to: &bytes, style)
    }
    // A text that is broken ends the reading, so it is broken in the last row as a rule.
    if changing.dice.one(in: 2) {
      let start = changing.dice.one(in: 6) ? 0 : lastStart
      repeat { changing.bytes(&bytes, from: start) } while changing.dice.one(in: 4)
    }
    if isArray { bytes += "]".utf8 }
    if isWrapped { bytes += changing.dice.one(in: 3) ? ",\"@odata.count\":3}".utf8 : "}".utf8 }
    switch changing.dice.below(5) {
    case 0: block = 1 + changing.dice.below(40)
    case 1: block = 1 + changing.dice.below(300)
    default: break
    }
  }

  /// What differs between the readers, nil where nothing does; and whether the text is refused.
  /// - Parameter depth: how much is compared: 0 the fast reader with the strict one; 1 each of them with itself at other blocks and as it is
  ///   used; 2 the strict one with the naive reading as well.
  package func compare(depth: Int) -> (difference: String?, isRefused: Bool) {
    let strict = Readers.strict(bytes, Plans.numbered[plan], Readers.wholeBlock)
    return (difference(from: strict, depth: depth), strict.error != nil)
  }

  private func difference(from strict: Outcome, depth: Int) -> String? {
    let plan = Plans.numbered[plan]
    if let difference = Readers.fast(bytes, plan, block).difference(from: strict) { return "fast against strict: " + difference }
    if depth >= 1 {
      let small = block == Readers.wholeBlock ? 1 + bytes.count % 61 : block
      for (name, reader) in [("strict", Readers.strict), ("fast", Readers.fast), ("usual", Readers.usual)] {
        if let difference = reader(bytes, plan, small).difference(from: strict) {
          return "\(name) by \(small) against strict: " + difference
        }
      }
    }
    if depth >= 2, let naive = PlanReading(bytes, plan.plan), let difference = strict.difference(from: naive) {
      return "strict against naive: " + difference
    }
    return nil
  }

  /// Rows that no one changed, each as a text.
  package static func sampleRows(of plan: Planned) -> [[UInt8]] {
    let number = Plans.all.firstIndex { $0.plan.shapes[0].slots.count == plan.plan.shapes[0].slots.count } ?? 0
    return Tenant.sample.rows[number].enumerated().map { index, row in
      var bytes: [UInt8] = []
      row.write(to: &bytes, Tree.Style.all[index % Tree.Style.all.count])
      return bytes
    }
  }

  // MARK: - libFuzzer

  /// What libFuzzer makes texts of: a byte for the plan, of the first two, and the block, then the text.
  package var fuzzerInput: [UInt8] { [UInt8(plan) | UInt8(block < 100 ? block : 0) << 1] + bytes }

  package init(fuzzerInput input: [UInt8]) {
    let first = input.first ?? 0
    self.init(
      bytes: Array(input.dropFirst()), plan: Int(first & 1), block: first >> 1 == 0 ? Readers.wholeBlock : Int(first >> 1))
  }

  // MARK: - For people

  /// The rows of both readers.
  package var report: String {
    let plan = Plans.numbered[plan]
    var lines = ["plan \(self.plan), block \(block), \(bytes.count) bytes", String(decoding: bytes, as: UTF8.self), "bytes: \(bytes)"]
    for (name, reader, block) in [("strict", Readers.strict, Readers.wholeBlock), ("fast", Readers.fast, block)] {
      let outcome = reader(bytes, plan, block)
      lines.append(name + ": " + outcome.text)
      lines += outcome.image.text(plan.plan)
      lines += outcome.reading.oddities.map { "\($0.line): \($0.message)" }
    }
    if let naive = PlanReading(bytes, plan.plan) {
      lines.append("naive: " + (naive.isRefused ? "refused" : "read"))
      lines += naive.image.text(plan.plan)
      lines += naive.remarks.map { "\($0.line): \($0.message)" }
    }
    return lines.joined(separator: "\n")
  }

  /// The smallest text found that still shows a difference.
  package func smallest(depth: Int) -> FuzzCase {
    var best = self
    let kind = compare(depth: depth).difference?.prefix(17)
    var width = max(bytes.count / 2, 1)
    while width >= 1 {
      var at = 0
      var hasShrunk = false
      while at < best.bytes.count {
        var smaller = best
        smaller.bytes.removeSubrange(at..<min(at + width, smaller.bytes.count))
        if smaller.compare(depth: depth).difference?.prefix(17) == kind {
          best = smaller
          hasShrunk = true
        } else {
          at += width
        }
      }
      if width == 1 && !hasShrunk { break }
      width = max(width / 2, 1)
    }
    return best
  }
}

extension Outcome {
  /// What a naive reading says otherwise.
  func difference(from naive: PlanReading) -> String? {
    if naive.isRefused != (error != nil) { return naive.isRefused ? "read, though it is to be refused" : "refused: \(text)" }
    if error != nil { return nil }
    if places != naive.places { return "places" }
    if image != naive.image { return "rows" }
    if reading.oddities.count + reading.moreOddities != naive.remarks.count { return "number of remarks" }
    if reading.moreOddities > 0 { return nil }
    let mine = reading.oddities.map { "\($0.line) \($0.message)" }.sorted()
    let others = naive.remarks.map { "\($0.line) \($0.message)" }.sorted()
    return mine == others ? nil : "remarks: \(mine) against \(others)"
  }
}
