import Semantics
import Syntax

/// Formulas as unions of boxes: of each term that a box names, a set of classes, and every choice of one class from each makes the formula true.
///
/// Most rules are conjunctions of questions about one term each, and so one box. Whether two boxes have a point in common, and whether one
/// lies within another, is told side by side without a search; that is what makes the pairs of hundreds of rules cheap. What does not
/// come to few boxes, and numbers that are compared with one another besides being asked for themselves, are left to `Solver`.
struct Boxes {
  /// The classes of one term, as bits from `place` on.
  struct Side {
    var term: Int
    var place: Int
  }
  /// A formula that is never unknown.
  struct Region {
    /// Lines of sides. Together they are where the formula may be true; each in the order of its terms, none of them empty.
    var boxes: Range<Int>
    /// Lines of sides. The formula may be false where all sides of one of these meet.
    var gaps: Range<Int>
    /// Numbers are compared with one another.
    var hasTies: Bool
  }
  private struct Column {
    var yes: [UInt64]
    var no: [UInt64]
    var unknown: [UInt64]
  }
  private struct Classes {
    var count: Int
    var plain: Int
    /// Where ranges of numbers begin, after the first.
    var cuts: [Int128]
    /// First and last range of what is known no better; behind the ranges.
    var stretches: [(Int, Int)] = []
    var null: Int?
    var unknown: Int?
    var words: Int { (count + 63) / 64 }
  }
  /// What a node asks about.
  private enum Support: Equatable {
    case nothing
    case one(Int)
    case many
  }

  /// More boxes or gaps than these are left to the solver.
  private static let most = 32
  /// A number that is known only roughly lies between any two of its ranges.
  private static let mostVague = 40

  private let logic: Logic
  private var supports: [Support] = []
  private var columns: [Int: Column] = [:]
  private var classes: [Int: Classes] = [:]
  private var bits: [UInt64] = []
  private var sides: [Side] = []
  /// Where the sides of each box and gap stand.
  private var lines: [Range<Int>] = []
  private var widths: [Int]

  /// - Parameter logic: With all atoms of the formulas that will be asked about: they part the values of terms.
  init(_ logic: Logic) {
    self.logic = logic
    widths = Array(repeating: 0, count: logic.terms.count)
    for node in logic.nodes {
      switch node {
      case .constant: supports.append(.nothing)
      case .atom(let term, _, _): supports.append(.one(term))
      case .not(let operand), .isOne(let operand, _): supports.append(supports[operand])
      case .and(let operands), .or(let operands): supports.append(support(operands))
      }
    }
  }

  private func support(_ operands: [Int]) -> Support {
    var result = Support.nothing
    for operand in operands where supports[operand] != .nothing && supports[operand] != result {
      if result != .nothing { return .many }
      result = supports[operand]
    }
    return result
  }

  // MARK: classes

  /// Nil where there would be too many.
  private mutating func classes(of term: Int) -> Classes? {
    if let known = classes[term] { return known }
    let asked = logic.terms[term]
    var made = Classes(count: 2, plain: 2, cuts: [], null: nil, unknown: nil)
    var mayBeUnknown = asked.mayBeUnknown
    switch asked.kind {
    case .bool: break
    case .symbol(let closed):
      let hasOther = closed.map { $0.contains { asked.symbolPlaces[.text($0)] == nil } } ?? true
      made.plain = asked.symbols.count + (hasOther ? 1 : 0)
    case .number(_, let low, let high):
      made.cuts = asked.thresholds.filter { $0 > low && $0 <= high }.sorted()
      made.plain = made.cuts.count + 1
      if asked.isVague {
        if made.plain > Boxes.mostVague { return nil }
        for first in 0..<made.plain { for last in first + 1..<max(first + 1, made.plain) { made.stretches.append((first, last)) } }
        made.plain += made.stretches.count
      }
    case .difference(let left, let right):
      guard case .number(_, let firstLow, let firstHigh) = logic.terms[left].kind,
        case .number(_, let secondLow, let secondHigh) = logic.terms[right].kind
      else { return nil }
      made.cuts = asked.thresholds.filter { $0 > firstLow - secondHigh && $0 <= firstHigh - secondLow }.sorted()
      made.plain = made.cuts.count + 1
      mayBeUnknown = [left, right].contains { logic.terms[$0].mayBeUnknown || logic.terms[$0].isNullable }
    }
    made.count = made.plain
    if asked.isNullable {
      made.null = made.count
      made.count += 1
    }
    if mayBeUnknown {
      made.unknown = made.count
      made.count += 1
    }
    classes[term] = made
    widths[term] = made.words
    return made
  }

  private static func fill(_ bits: inout [UInt64], _ range: Range<Int>) {
    for place in range { bits[place >> 6] |= 1 << UInt64(place & 63) }
  }

  /// How many of the cuts are at or below a number: the range in which it lies.
  private static func range(of number: Int128, in cuts: [Int128]) -> Int {
    var (low, high) = (0, cuts.count)
    while low < high {
      let middle = (low + high) / 2
      if cuts[middle] <= number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: nodes of one term

  private mutating func column(_ node: Int) -> Column? {
    if let known = columns[node] { return known }
    guard case .one(let term) = supports[node], let classes = classes(of: term), let made = makeColumn(node, term, classes) else {
      return nil
    }
    columns[node] = made
    return made
  }

  private mutating func makeColumn(_ node: Int, _ term: Int, _ classes: Classes) -> Column? {
    let count = classes.words
    switch logic.nodes[node] {
    case .constant: return nil
    case .atom(_, let test, let whenNull): return atom(term, test, whenNull, classes)
    case .not(let operand): return column(operand).map { Column(yes: $0.no, no: $0.yes, unknown: $0.unknown) }
    case .isOne(let operand, let wanted):
      guard let inner = column(operand) else { return nil }
      var result = Column(
        yes: Array(repeating: 0, count: count), no: Array(repeating: 0, count: count), unknown: Array(repeating: 0, count: count))
      for (truth, bits) in [(Truths.yes, inner.yes), (.no, inner.no), (.unknown, inner.unknown)] {
        for word in 0..<count {
          if wanted.contains(truth) { result.yes[word] |= bits[word] } else { result.no[word] |= bits[word] }
        }
      }
      return result
    case .and(let operands): return joined(operands, count, isOr: false)
    case .or(let operands): return joined(operands, count, isOr: true)
    }
  }

  /// As `Solver.joined`, for all classes at once.
  private mutating func joined(_ operands: [Int], _ count: Int, isOr: Bool) -> Column? {
    var loses = Array(repeating: UInt64.max, count: count)
    var wins = Array(repeating: UInt64(0), count: count)
    var mustWin = wins
    var unknown = wins
    for operand in operands {
      var part: Column
      if supports[operand] == .nothing {
        guard case .constant(let truths) = logic.nodes[operand] else { return nil }
        func all(_ truth: Truths) -> [UInt64] { Array(repeating: truths.contains(truth) ? .max : 0, count: count) }
        part = Column(yes: all(.yes), no: all(.no), unknown: all(.unknown))
      } else {
        guard let known = column(operand) else { return nil }
        part = known
      }
      if isOr { part = Column(yes: part.no, no: part.yes, unknown: part.unknown) }
      for word in 0..<count {
        loses[word] &= part.yes[word]
        wins[word] |= part.no[word]
        mustWin[word] |= part.no[word] & ~part.yes[word] & ~part.unknown[word]
        unknown[word] |= part.unknown[word]
      }
    }
    for word in 0..<count { unknown[word] &= ~mustWin[word] }
    return isOr ? Column(yes: wins, no: loses, unknown: unknown) : Column(yes: loses, no: wins, unknown: unknown)
  }

  private func atom(_ term: Int, _ test: Logic.Test, _ whenNull: Truths, _ classes: Classes) -> Column {
    let none = Array(repeating: UInt64(0), count: classes.words)
    var result = Column(yes: none, no: none, unknown: none)
    switch test {
    case .isNull: break
    case .isTrue: result.yes[0] |= 1
    case .among(let literals):
      for literal in literals { if let place = logic.terms[term].symbolPlaces[literal] { Boxes.fill(&result.yes, place..<place + 1) } }
    case .below(let limit): fillRanges(&result, term, classes, Int128.min, limit)
    case .between(let low, let high): if low <= high { fillRanges(&result, term, classes, low, high + 1) }
    }
    for place in 0..<classes.plain where (result.yes[place >> 6] | result.unknown[place >> 6]) >> UInt64(place & 63) & 1 == 0 {
      Boxes.fill(&result.no, place..<place + 1)
    }
    if let null = classes.null {
      if whenNull.contains(.yes) { Boxes.fill(&result.yes, null..<null + 1) }
      if whenNull.contains(.no) { Boxes.fill(&result.no, null..<null + 1) }
      if whenNull.contains(.unknown) { Boxes.fill(&result.unknown, null..<null + 1) }
    }
    if let unknown = classes.unknown { Boxes.fill(&result.unknown, unknown..<unknown + 1) }
    return result
  }

  /// The ranges of a number that lie from one limit on and below another; no range lies across a limit.
  private func fillRanges(_ column: inout Column, _ term: Int, _ classes: Classes, _ from: Int128, _ before: Int128) {
    guard let (low, high) = bounds(of: term), before > low, from <= high else { return }
    let first = from <= low ? 0 : Boxes.range(of: from, in: classes.cuts)
    let end = before > high ? classes.cuts.count + 1 : Boxes.range(of: before, in: classes.cuts)
    guard first < end else { return }
    Boxes.fill(&column.yes, first..<end)
    for (place, stretch) in classes.stretches.enumerated() where stretch.1 >= first && stretch.0 < end {
      let place = classes.cuts.count + 1 + place
      // Of an end alone it can be told where all lies on one side of it.
      let isWithin = from == Int128.min && stretch.1 < end
      if isWithin { Boxes.fill(&column.yes, place..<place + 1) } else { Boxes.fill(&column.unknown, place..<place + 1) }
    }
  }

  private func bounds(of term: Int) -> (Int128, Int128)? {
    switch logic.terms[term].kind {
    case .number(_, let low, let high): return (low, high)
    case .difference(let left, let right):
      guard case .number(_, let firstLow, let firstHigh) = logic.terms[left].kind,
        case .number(_, let secondLow, let secondHigh) = logic.terms[right].kind
      else { return nil }
      return (firstLow - secondHigh, firstHigh - secondLow)
    case .bool, .symbol: return nil
    }
  }

  // MARK: regions

  private struct Part {
    var node: Int
    var isContrary: Bool
  }

  /// Where a formula is true; nil where it does not come to few boxes.
  ///
  /// - Parameter root: Never unknown.
  mutating func region(_ root: Int) -> Region? {
    guard root < supports.count, let ways = split(Part(node: root, isContrary: false), areWays: true),
      let laws = split(Part(node: root, isContrary: false), areWays: false)
    else { return nil }
    guard let boxes = addLines(ways, wanted: true), let gaps = addLines(laws, wanted: false) else { return nil }
    let hasTies = (boxes.lowerBound..<gaps.upperBound).contains { line in
      lines[line].contains { if case .difference = logic.terms[sides[$0].term].kind { true } else { false } }
    }
    return Region(boxes: boxes, gaps: gaps, hasTies: hasTies)
  }

  /// A formula as alternatives of things that hold together, or as things that hold together of alternatives.
  private func split(_ part: Part, areWays: Bool) -> [[Part]]? {
    guard supports[part.node] == .many else {
      if case .constant(let truths) = logic.nodes[part.node] {
        guard truths == .yes || truths == .no else { return nil }
        return (truths == .yes) != part.isContrary ? (areWays ? [[]] : []) : (areWays ? [] : [[]])
      }
      return supports[part.node] == .nothing ? nil : [[part]]
    }
    switch logic.nodes[part.node] {
    case .constant, .atom, .isOne: return nil
    case .not(let operand): return split(Part(node: operand, isContrary: !part.isContrary), areWays: areWays)
    case .and(let operands): return joined(operands, part.isContrary, areWays, isListed: part.isContrary == areWays)
    case .or(let operands): return joined(operands, part.isContrary, areWays, isListed: part.isContrary != areWays)
    }
  }

  private func joined(_ operands: [Int], _ isContrary: Bool, _ areWays: Bool, isListed: Bool) -> [[Part]]? {
    var result: [[Part]] = isListed ? [] : [[]]
    for operand in operands {
      guard let lines = split(Part(node: operand, isContrary: isContrary), areWays: areWays) else { return nil }
      if isListed {
        result += lines
      } else {
        result = result.flatMap { line in lines.map { line + $0 } }
      }
      if result.count > (isListed && !areWays ? 8 * Boxes.most : Boxes.most) { return nil }
    }
    return result
  }

  /// Adds the boxes where parts are all true, or all false, where they can be; nil where that is not told.
  private mutating func addLines(_ parts: [[Part]], wanted: Bool) -> Range<Int>? {
    let start = lines.count
    for together in parts { guard addLine(together, wanted: wanted) else { return nil } }
    return start..<lines.count
  }

  private mutating func addLine(_ parts: [Part], wanted: Bool) -> Bool {
    let start = sides.count
    for part in parts {
      guard case .one(let term) = supports[part.node], let column = column(part.node) else { return false }
      let mine = part.isContrary == wanted ? column.no : column.yes
      if let known = sides[start...].firstIndex(where: { $0.term == term }) {
        for word in mine.indices { bits[sides[known].place + word] &= mine[word] }
      } else {
        let place = sides[start...].firstIndex { $0.term > term } ?? sides.count
        sides.insert(Side(term: term, place: bits.count), at: place)
        bits += mine
      }
    }
    if sides[start...].contains(where: { side in (0..<widths[side.term]).allSatisfy { bits[side.place + $0] == 0 } }) {
      sides.removeSubrange(start...)
    } else {
      lines.append(start..<sides.count)
    }
    return true
  }

  // MARK: questions

  /// Whether two boxes have a point in common.
  private func meet(_ one: Int, _ other: Int) -> Bool {
    var place = lines[other].lowerBound
    let end = lines[other].upperBound
    for side in lines[one] {
      let term = sides[side].term
      while place < end && sides[place].term < term { place += 1 }
      guard place < end else { return true }
      if sides[place].term == term && !meetSide(sides[side], sides[place]) { return false }
    }
    return true
  }

  private func meetSide(_ one: Side, _ other: Side) -> Bool {
    for word in 0..<widths[one.term] where bits[one.place + word] & bits[other.place + word] != 0 { return true }
    return false
  }

  /// Whether numbers can be found for any classes: those that are compared with each other are asked nothing else.
  private func areFree(_ one: Region, _ other: Region) -> Bool {
    if !one.hasTies && !other.hasTies { return true }
    var named: Set<Int> = []
    for region in [one, other] {
      for line in Array(region.boxes) + Array(region.gaps) { for side in lines[line] { named.insert(sides[side].term) } }
    }
    var taken: Set<Int> = []
    for term in named {
      if case .difference(let left, let right) = logic.terms[term].kind {
        for part in [left, right] where named.contains(part) || !taken.insert(part).inserted { return false }
      }
    }
    return true
  }

  /// Whether a formula can be true; nil where that is not told.
  func isPossible(_ region: Region) -> Bool? {
    region.boxes.isEmpty ? false : areFree(region, region) ? true : nil
  }

  /// Whether two formulas can be true together; nil where that is not told.
  func arePossible(_ one: Region, _ other: Region) -> Bool? {
    for box in one.boxes {
      for second in other.boxes where meet(box, second) { return areFree(one, other) ? true : nil }
    }
    return false
  }

  /// Whether the one formula can be true where the other is false; nil where that is not told.
  func isPossible(_ one: Region, without other: Region) -> Bool? {
    // The box beside which a gap lies meets it in every side of the gap.
    for box in one.boxes {
      for gap in other.gaps where meet(box, gap) { return areFree(one, other) ? true : nil }
    }
    return false
  }
}
