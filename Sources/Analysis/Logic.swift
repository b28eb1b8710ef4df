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
  enum Test {
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

  /// Nodes that are made once.
  let yes: Int
  let no: Int
  let unknown: Int

  init() {
    nodes = [.constant(.yes), .constant(.no), .constant(.unknown)]
    (yes, no, unknown) = (0, 1, 2)
  }

  private mutating func add(_ node: Node) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  mutating func not(_ operand: Int) -> Int {
    if operand == yes { return no }
    if operand == no { return yes }
    if operand == unknown { return unknown }
    return add(.not(operand))
  }

  mutating func and(_ operands: [Int]) -> Int {
    let rest = operands.filter { $0 != yes }
    if rest.contains(no) { return no }
    return rest.isEmpty ? yes : rest.count == 1 ? rest[0] : add(.and(rest))
  }

  mutating func or(_ operands: [Int]) -> Int {
    let rest = operands.filter { $0 != no }
    if rest.contains(yes) { return yes }
    return rest.isEmpty ? no : rest.count == 1 ? rest[0] : add(.or(rest))
  }

  mutating func isOne(_ operand: Int, of truths: Truths) -> Int { add(.isOne(operand, of: truths)) }

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
    return add(.atom(term: term, test, whenNull: whenNull))
  }
}

extension Logic {
  /// The terms that a formula asks about.
  func terms(in root: Int) -> Set<Int> {
    var found: Set<Int> = []
    var isSeen: Set<Int> = [root]
    var waiting = [root]
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
