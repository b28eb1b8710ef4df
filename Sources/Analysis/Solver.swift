import Semantics
import Syntax

/// Searches the terms of a formula for values under which it is true.
///
/// The values of a term are parted into classes within which no atom of the formula changes, and the search tries classes, by the truth
/// of one atom after another. Work is counted in nodes of the formula that are looked at.
struct Solver {
  /// Values of a term that no atom tells apart.
  enum Class {
    case unknown
    case null
    case bool(Bool)
    case symbol(Literal)
    /// A symbol that the formula does not name.
    case other
    case range(Int128, Int128)
    /// A number known only to lie between two ranges.
    case between(Int128, Int128)
  }

  enum Answer {
    case none
    case some(Model)
    /// The budget is spent.
    case undecided
  }

  /// Values for terms; those that do not matter are not in it.
  struct Model {
    var values: [Int: Class] = [:]
  }

  private let logic: Logic
  private let root: Int
  private var cone: [Int] = []
  /// Of each node of the cone, what it may be.
  private var masks: [Truths]
  private var placeOfTerm: [Int: Int] = [:]
  private var terms: [Int] = []
  private var classes: [[Class]] = []
  private var domains: [[Int32]] = []
  /// Of each atom of the cone, the place of its term, and its truth for each class of that; by node.
  private var tables: [(place: Int, truths: [Truths])]
  private(set) var workLeft: Int

  init(_ logic: Logic, _ root: Int, work: Int) {
    self.logic = logic
    self.root = root
    workLeft = work
    masks = []
    tables = []
    collectCone()
    makeClasses()
  }

  private mutating func collectCone() {
    var isIn: Set<Int> = [root]
    var waiting = [root]
    while let next = waiting.popLast() {
      let parts: [Int]
      switch logic.nodes[next] {
      case .constant: parts = []
      case .atom(let term, _, _):
        parts = []
        enlist(term)
      case .not(let operand), .isOne(let operand, _): parts = [operand]
      case .and(let operands), .or(let operands): parts = operands
      }
      for part in parts where isIn.insert(part).inserted { waiting.append(part) }
    }
    cone = isIn.sorted()
    masks = Array(repeating: .all, count: (cone.last ?? 0) + 1)
    tables = Array(repeating: (0, []), count: masks.count)
  }

  private mutating func enlist(_ term: Int) {
    guard placeOfTerm[term] == nil else { return }
    placeOfTerm[term] = terms.count
    terms.append(term)
    if case .difference(let left, let right) = logic.terms[term].kind {
      enlist(left)
      enlist(right)
    }
  }

  // MARK: classes

  private mutating func makeClasses() {
    var tests: [Int: [(node: Int, test: Logic.Test, whenNull: Truths)]] = [:]
    for node in cone {
      if case .atom(let term, let test, let whenNull) = logic.nodes[node] { tests[term, default: []].append((node, test, whenNull)) }
    }
    for (place, term) in terms.enumerated() {
      let mine = tests[term] ?? []
      var seen: Set<[UInt8]> = []
      var kept: [Class] = []
      var columns: [[Truths]] = Array(repeating: [], count: mine.count)
      for candidate in candidates(term, mine.map(\.test)) {
        let truths = mine.map { Solver.truth($0.test, $0.whenNull, candidate) }
        workLeft -= truths.count
        var signature = truths.map(\.rawValue)
        // Whether something is known and a number matters beyond the atoms; neighbouring ranges stay apart.
        switch candidate {
        case .unknown: signature.append(1)
        case .null: signature.append(2)
        case .bool, .symbol, .other, .between: signature.append(3)
        case .range(let low, _):
          signature.append(4)
          if isInDifference(term) { withUnsafeBytesOf(low, into: &signature) }
        }
        guard seen.insert(signature).inserted else { continue }
        kept.append(candidate)
        for (index, truth) in truths.enumerated() { columns[index].append(truth) }
      }
      classes.append(kept)
      domains.append(kept.indices.map { Int32($0) })
      for (index, atom) in mine.enumerated() { tables[atom.node] = (place, columns[index]) }
    }
  }

  private func withUnsafeBytesOf(_ number: Int128, into bytes: inout [UInt8]) {
    var rest = UInt128(bitPattern: number)
    for _ in 0..<16 {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  private func isInDifference(_ term: Int) -> Bool {
    terms.contains { other in
      if case .difference(let left, let right) = logic.terms[other].kind { return other == term || left == term || right == term }
      return false
    }
  }

  /// All classes of a term, the plainest first.
  private func candidates(_ index: Int, _ tests: [Logic.Test]) -> [Class] {
    let term = logic.terms[index]
    var result: [Class] = []
    switch term.kind {
    case .bool: result = [.bool(true), .bool(false)]
    case .symbol(let closed):
      var named: [Literal] = []
      var seen: Set<Literal> = []
      for test in tests {
        if case .among(let literals) = test { named += literals.filter { seen.insert($0).inserted } }
      }
      result = named.map(Class.symbol)
      if let closed {
        if let free = closed.first(where: { !seen.contains(.text($0)) }) { result.append(.symbol(.text(free))) }
      } else {
        result.append(.other)
      }
    case .number(_, let low, let high): result = ranges(low, high, tests, isVague: term.isVague)
    case .difference(let left, let right):
      guard case .number(_, let firstLow, let firstHigh) = logic.terms[left].kind,
        case .number(_, let secondLow, let secondHigh) = logic.terms[right].kind
      else { break }
      result = ranges(firstLow - secondHigh, firstHigh - secondLow, tests, isVague: false)
    }
    if term.isNullable { result.append(.null) }
    if term.mayBeUnknown { result.append(.unknown) }
    return result
  }

  private func ranges(_ low: Int128, _ high: Int128, _ tests: [Logic.Test], isVague: Bool) -> [Class] {
    var thresholds: Set<Int128> = []
    for test in tests {
      switch test {
      case .below(let limit): thresholds.insert(limit)
      case .between(let first, let last):
        thresholds.insert(first)
        thresholds.insert(last + 1)
      case .isTrue, .isNull, .among: break
      }
    }
    var ranges: [(Int128, Int128)] = []
    var start = low
    for threshold in thresholds.sorted() where threshold > start && threshold <= high {
      ranges.append((start, threshold - 1))
      start = threshold
    }
    ranges.append((start, high))
    var result = ranges.map { Class.range($0.0, $0.1) }
    if isVague {
      for (place, first) in ranges.enumerated() {
        for last in ranges[(place + 1)...] { result.append(.between(first.0, last.1)) }
      }
    }
    return result
  }

  private static func truth(_ test: Logic.Test, _ whenNull: Truths, _ value: Class) -> Truths {
    switch value {
    case .unknown: return .unknown
    case .null: return whenNull
    case .bool(let value): if case .isTrue = test { return value ? .yes : .no }
    case .symbol(let value): if case .among(let literals) = test { return literals.contains(value) ? .yes : .no }
    case .other: break
    case .range(let low, let high):
      switch test {
      case .below(let limit): return high < limit ? .yes : .no
      case .between(let first, let last): return first <= low && high <= last ? .yes : .no
      case .isTrue, .isNull, .among: break
      }
    case .between(let low, let high):
      // A range more than one class wide: decided where both ends agree.
      switch test {
      case .below(let limit): return high < limit ? .yes : low >= limit ? .no : .unknown
      case .between(let first, let last): return high < first || low > last ? .no : .unknown
      case .isTrue, .isNull, .among: break
      }
    }
    return .no
  }

  // MARK: search

  private struct Branch {
    var place: Int
    var before: [Int32]
    /// What is still to be tried, the last first.
    var rest: [[Int32]]
  }

  mutating func solve() -> Answer {
    var path: [Branch] = []
    while true {
      if workLeft < 0 { return .undecided }
      evaluate()
      let truth = masks[root]
      var isDead = !truth.contains(.yes)
      if !isDead {
        if truth != .yes, let atom = openAtom(), let branch = split(atom) {
          path.append(branch)
          if take(&path) { continue }
          isDead = true
        } else {
          switch settle() {
          case .none: isDead = true
          case .some(let model): return .some(model)
          case .undecided: return .undecided
          }
        }
      }
      if isDead && !take(&path) { return .none }
    }
  }

  /// Goes on to the next thing to try; false where nothing is left.
  private mutating func take(_ path: inout [Branch]) -> Bool {
    while var last = path.popLast() {
      if let next = last.rest.popLast() {
        domains[last.place] = next
        path.append(last)
        return true
      }
      domains[last.place] = last.before
    }
    return false
  }

  private mutating func evaluate() {
    workLeft -= cone.count
    for node in cone {
      switch logic.nodes[node] {
      case .constant(let truths): masks[node] = truths
      case .atom:
        var truths: Truths = []
        for value in domains[tables[node].place] {
          truths.formUnion(tables[node].truths[Int(value)])
          if truths == .all { break }
        }
        masks[node] = truths
      case .not(let operand):
        let truths = masks[operand].rawValue
        masks[node] = Truths(rawValue: ((truths & 1) << 1) | ((truths & 2) >> 1) | (truths & 4))
      case .and(let operands): masks[node] = joined(operands, winner: .no, loser: .yes)
      case .or(let operands): masks[node] = joined(operands, winner: .yes, loser: .no)
      case .isOne(let operand, let wanted):
        let truths = masks[operand]
        masks[node] = truths.isSubset(of: wanted) ? .yes : truths.isDisjoint(with: wanted) ? .no : .decided
      }
    }
  }

  /// One winner decides; all losers lose; else it is unknown.
  private func joined(_ operands: [Int], winner: Truths, loser: Truths) -> Truths {
    var result: Truths = []
    var allMayLose = true
    var someMayBeUnknown = false
    var noneMustWin = true
    for operand in operands {
      let truths = masks[operand]
      if truths.contains(winner) { result.formUnion(winner) }
      if !truths.contains(loser) { allMayLose = false }
      if truths.contains(.unknown) { someMayBeUnknown = true }
      if truths == winner { noneMustWin = false }
    }
    if allMayLose { result.formUnion(loser) }
    if someMayBeUnknown && noneMustWin { result.formUnion(.unknown) }
    return result
  }

  /// An atom on which the root still depends, and whose truth can be chosen.
  private func openAtom() -> Int? {
    var isSeen: Set<Int> = []
    var waiting = [root]
    while let next = waiting.popLast() {
      guard masks[next] != .yes, masks[next] != .no, masks[next] != .unknown, isSeen.insert(next).inserted else { continue }
      switch logic.nodes[next] {
      case .constant: break
      case .atom:
        let (place, table) = tables[next]
        if domains[place].count > 1 {
          let first = table[Int(domains[place][0])]
          if domains[place].contains(where: { table[Int($0)] != first }) { return next }
        }
      case .not(let operand), .isOne(let operand, _): waiting.append(operand)
      case .and(let operands), .or(let operands): waiting.append(contentsOf: operands.reversed())
      }
    }
    return nil
  }

  /// The classes of an atom's term by its truth.
  private func split(_ atom: Int) -> Branch? {
    let (place, table) = tables[atom]
    var groups: [(truths: Truths, values: [Int32])] = []
    for value in domains[place] {
      let truths = table[Int(value)]
      if let known = groups.firstIndex(where: { $0.truths == truths }) {
        groups[known].values.append(value)
      } else {
        groups.append((truths, [value]))
      }
    }
    guard groups.count > 1 else { return nil }
    groups.sort { $0.truths.rawValue < $1.truths.rawValue }
    return Branch(place: place, before: domains[place], rest: groups.reversed().map(\.values))
  }

  // MARK: settling on values

  /// Values for what matters, where differences allow them.
  private mutating func settle() -> Answer {
    var model = Model()
    let tied = tiedTerms()
    if !tied.isEmpty {
      var values: [Int: Class] = [:]
      switch chooseTied(tied, 0, &values) {
      case .none: return .none
      case .undecided: return .undecided
      case .some: for (place, value) in values { model.values[terms[place]] = value }
      }
    }
    for (place, term) in terms.enumerated() where model.values[term] == nil {
      if case .difference = logic.terms[term].kind { continue }
      // What may be left out does not matter.
      if let last = domains[place].last, case .unknown = classes[place][Int(last)] { continue }
      guard let first = domains[place].first else { return .none }
      model.values[term] = classes[place][Int(first)]
    }
    return .some(model)
  }

  /// Differences of which something is asked, and the terms that they are of.
  private func tiedTerms() -> [Int] {
    var tied: [Int] = []
    for (place, term) in terms.enumerated() {
      guard case .difference(let left, let right) = logic.terms[term].kind, domains[place].count < classes[place].count else { continue }
      for other in [left, right] {
        if let at = placeOfTerm[other], !tied.contains(at) { tied.append(at) }
      }
      tied.append(place)
    }
    return tied
  }

  private enum Choice { case none, some, undecided }

  /// Tries unknown, null and each run of ranges for each of the terms in turn; at the end the numbers must fit together.
  private mutating func chooseTied(_ tied: [Int], _ index: Int, _ values: inout [Int: Class]) -> Choice {
    workLeft -= 1
    if workLeft < 0 { return .undecided }
    guard index < tied.count else { return fit(tied, &values) }
    let place = tied[index]
    var options: [Class] = []
    for value in domains[place] {
      let option = classes[place][Int(value)]
      if case .range(let low, let high) = option, case .range(let first, let last)? = options.last, low == last + 1 {
        options[options.count - 1] = .range(first, high)
      } else {
        options.append(option)
      }
    }
    for option in options {
      if case .difference(let left, let right) = logic.terms[terms[place]].kind {
        // Known where both are; where one is null the question is not asked.
        let sides = [left, right].compactMap { placeOfTerm[$0] }.compactMap { values[$0] }
        let isUnknown = sides.contains { if case .unknown = $0 { true } else { false } }
        let isNull = sides.contains { if case .null = $0 { true } else { false } }
        if case .unknown = option { if !isUnknown && !isNull { continue } } else if isUnknown { continue }
      }
      values[place] = option
      let choice = chooseTied(tied, index + 1, &values)
      if choice != .none { return choice }
      values[place] = nil
    }
    return .none
  }

  /// Numbers for the terms within their ranges and those of their differences, by Bellman and Ford; none where a cycle forbids it.
  private mutating func fit(_ tied: [Int], _ values: inout [Int: Class]) -> Choice {
    var edges: [(from: Int, to: Int, most: Int128)] = []
    var nodes: [Int: Int] = [:]
    for place in tied {
      guard case .range(let low, let high)? = values[place] else { continue }
      if case .difference(let left, let right) = logic.terms[terms[place]].kind {
        guard let first = placeOfTerm[left], let second = placeOfTerm[right], let from = nodes[second], let to = nodes[first] else {
          continue
        }
        edges.append((from, to, high))
        edges.append((to, from, -low))
      } else {
        let node = nodes.count + 1
        nodes[place] = node
        edges.append((0, node, high))
        edges.append((node, 0, -low))
      }
    }
    var distances = Array(repeating: Int128(0), count: nodes.count + 1)
    var isSettled = false
    for _ in 0...nodes.count + 1 where !isSettled {
      workLeft -= edges.count
      isSettled = true
      for edge in edges {
        let (sum, isOver) = distances[edge.from].addingReportingOverflow(edge.most)
        if isOver { return .undecided }
        if sum < distances[edge.to] {
          distances[edge.to] = sum
          isSettled = false
        }
      }
    }
    guard isSettled else { return .none }
    for (place, node) in nodes {
      let (value, isOver) = distances[node].subtractingReportingOverflow(distances[0])
      if isOver { return .undecided }
      values[place] = .range(value, value)
    }
    return .some
  }
}
