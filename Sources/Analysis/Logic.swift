import Semantics
import Syntax

/// The three values as a set: what a condition may be.
struct Truths: OptionSet {
  let rawValue: UInt8
  static let yes = Truths(rawValue: 1)
  static let no = Truths(rawValue: 2)
  static let unknown = Truths(rawValue: 4)
  static let all: Truths = [.yes, .no, .unknown]
  static let decided: Truths = [.yes, .no]
}

/// Conditions as formulas of Kleene's logic over terms, in one flat array; the parts of a formula stand before it.
struct Logic {
  enum Test: Hashable {
    case isTrue
    case isNull
    case among([Literal])
    case below(Int128)
    /// Both ends included.
    case between(Int128, Int128)
  }
  enum Node {
    case constant(Truths)
    /// What it is where the term is null; all where that cannot be, since the checker refuses it.
    case atom(term: Int, Test, whenNull: Truths)
    case not(Int)
    case and([Int])
    case or([Int])
    /// Whether the value of a formula is one of these: yes or no, never unknown.
    case isOne(Int, of: Truths)
  }

  private(set) var nodes: [Node] = []
  var terms: [Term] = []
  private var termOfShape: [Int: Int] = [:]
  private var differences: [[Int]: Int] = [:]
  private var places: [[Int]: Int] = [:]
  private var atoms: [Atom: Int] = [:]
  /// What `isOne` made of `and` and `or`.
  private var asked: [Asked: Int] = [:]

  private struct Asked: Hashable {
    let operand: Int
    let truths: UInt8
  }

  private struct Atom: Hashable {
    let term: Int
    let test: Test
    let whenNull: UInt8
  }

  /// Nodes that are made once.
  let yes: Int
  let no: Int
  let unknown: Int

  init() {
    nodes = [.constant(.yes), .constant(.no), .constant(.unknown)]
    (yes, no, unknown) = (0, 1, 2)
  }

  /// Each node is made once, so that what is written alike is one.
  private mutating func add(_ node: Node, _ key: [Int]) -> Int {
    if let known = places[key] { return known }
    nodes.append(node)
    places[key] = nodes.count - 1
    return nodes.count - 1
  }

  mutating func not(_ operand: Int) -> Int {
    switch nodes[operand] {
    case .constant(.yes): no
    case .constant(.no): yes
    case .constant(.unknown): unknown
    case .not(let inner): inner
    case .constant, .atom, .and, .or, .isOne: add(.not(operand), [1, operand])
    }
  }

  mutating func and(_ operands: [Int]) -> Int {
    var rest: [Int] = []
    var isIn: Set<Int> = []
    for operand in operands {
      if case .and(let inner) = nodes[operand] {
        rest += inner.filter { isIn.insert($0).inserted }
      } else if operand != yes, isIn.insert(operand).inserted {
        rest.append(operand)
      }
    }
    if isIn.contains(no) { return no }
    // What is true by itself need not be asked again inside a contrary.
    for (place, operand) in rest.enumerated() {
      if case .not(let inner) = nodes[operand], case .and(let parts) = nodes[inner],
        parts.contains(where: { isIn.contains($0) && isCrisp($0) })
      {
        let left = parts.filter { !(isIn.contains($0) && isCrisp($0)) }
        if left.isEmpty { return no }
        let smaller = and(left)
        rest[place] = not(smaller)
      }
    }
    return rest.isEmpty ? yes : rest.count == 1 ? rest[0] : add(.and(rest), [2] + rest)
  }

  mutating func or(_ operands: [Int]) -> Int {
    var rest: [Int] = []
    var isIn: Set<Int> = []
    for operand in operands {
      if case .or(let inner) = nodes[operand] {
        rest += inner.filter { isIn.insert($0).inserted }
      } else if operand != no, isIn.insert(operand).inserted {
        rest.append(operand)
      }
    }
    if isIn.contains(yes) { return yes }
    return rest.isEmpty ? no : rest.count == 1 ? rest[0] : add(.or(rest), [3] + rest)
  }

  /// Never unknown.
  private func isCrisp(_ node: Int) -> Bool {
    switch nodes[node] {
    case .constant(let truths): truths != .unknown
    case .isOne: true
    case .not(let operand): isCrisp(operand)
    case .and(let operands), .or(let operands): operands.allSatisfy(isCrisp)
    case .atom(let term, _, _): !terms[term].mayBeUnknown && !terms[term].isNullable && !terms[term].isVague
    }
  }

  private mutating func contrary(_ operand: Int, of truths: Truths) -> Int {
    let inner = isOne(operand, of: truths)
    return not(inner)
  }

  /// Whether a formula has one of some values; asked of its atoms, where the search finds what is shared.
  mutating func isOne(_ operand: Int, of truths: Truths) -> Int {
    switch truths.rawValue {
    case 0: return no
    case 7: return yes
    case 5: return contrary(operand, of: .no)
    case 6: return contrary(operand, of: .yes)
    case 3:
      let parts = [isOne(operand, of: .yes), isOne(operand, of: .no)]
      return or(parts)
    case 4: return contrary(operand, of: .decided)
    default: break
    }
    switch nodes[operand] {
    case .constant(let value): return value == truths ? yes : no
    case .not(let inner): return isOne(inner, of: truths == .yes ? .no : .yes)
    case .isOne: return truths == .yes ? operand : not(operand)
    case .and(let operands), .or(let operands):
      let question = Asked(operand: operand, truths: truths.rawValue)
      if let known = asked[question] { return known }
      let parts = operands.map { isOne($0, of: truths) }
      var isAnd = truths == .yes
      if case .or = nodes[operand] { isAnd.toggle() }
      let made = isAnd ? and(parts) : or(parts)
      asked[question] = made
      return made
    case .atom: return add(.isOne(operand, of: truths), [4, operand, Int(truths.rawValue)])
    }
  }

  /// The first where a condition that is never unknown holds, else unknown.
  mutating func known(_ value: Int, where condition: Int) -> Int {
    if condition == yes { return value }
    let isPerhaps = or([condition, unknown])
    let given = and([value, isPerhaps])
    let isNot = not(condition)
    let otherwise = and([unknown, isNot])
    return or([given, otherwise])
  }

  /// The term of a shape, made once.
  mutating func term(_ shape: Int, _ made: Term) -> Int {
    if let known = termOfShape[shape] { return known }
    terms.append(made)
    termOfShape[shape] = terms.count - 1
    return terms.count - 1
  }

  /// The first less the second; the smaller number comes first, and what is returned says whether they were exchanged.
  mutating func difference(_ left: Int, _ right: Int) -> (term: Int, isTurned: Bool) {
    let (first, second) = left < right ? (left, right) : (right, left)
    if let known = differences[[first, second]] { return (known, left > right) }
    terms.append(
      Term(
        shape: -1, text: "\(terms[first].text) - \(terms[second].text)", kind: .difference(first, second), isNullable: false,
        mayBeUnknown: true, isVague: false))
    differences[[first, second]] = terms.count - 1
    return (terms.count - 1, left > right)
  }

  mutating func atom(_ term: Int, _ test: Test, whenNull: Truths) -> Int {
    switch test {
    case .isTrue, .isNull: break
    case .among(let literals):
      for literal in literals where terms[term].symbolPlaces[literal] == nil {
        terms[term].symbolPlaces[literal] = terms[term].symbols.count
        terms[term].symbols.append(literal)
      }
    case .below(let number): terms[term].thresholds.insert(number)
    case .between(let low, let high):
      terms[term].thresholds.insert(low)
      terms[term].thresholds.insert(high + 1)
    }
    let atom = Atom(term: term, test: test, whenNull: whenNull.rawValue)
    if let known = atoms[atom] { return known }
    nodes.append(.atom(term: term, test, whenNull: whenNull))
    atoms[atom] = nodes.count - 1
    return nodes.count - 1
  }
}

extension Logic {
  /// The terms that formulas ask about.
  func terms(in roots: [Int]) -> Set<Int> {
    var found: Set<Int> = []
    var isSeen = Set(roots)
    var waiting = roots
    while let next = waiting.popLast() {
      let parts: [Int]
      switch nodes[next] {
      case .constant: parts = []
      case .atom(let term, _, _):
        parts = []
        found.insert(term)
        if case .difference(let left, let right) = terms[term].kind { found.formUnion([left, right]) }
      case .not(let operand), .isOne(let operand, _): parts = [operand]
      case .and(let operands), .or(let operands): parts = operands
      }
      for part in parts where isSeen.insert(part).inserted { waiting.append(part) }
    }
    return found
  }
}
