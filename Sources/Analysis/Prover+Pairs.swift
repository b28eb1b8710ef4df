import Semantics
import Syntax

extension Prover {
  mutating func provePairs() {
    let asked = Asked(self)
    var canFail = Array(repeating: Bool?.none, count: program.rules.count)
    for rule in proper { canFail[rule] = failing(rule) }
    var told: Set<Int> = []
    // Of each rule one pair that is not decided is told.
    var undecided: Set<Int> = []
    for (index, one) in proper.enumerated() {
      shareWork(among: proper.count - index)
      for other in proper[(index + 1)...] where asked.haveCommon(one, other) && areAboutTheSame(one, other) {
        if canFail[one] == nil || canFail[other] == nil {
          let open = canFail[one] == nil ? one : other
          if undecided.insert(open).inserted { pairNotDecided(one, other, "say the same or contradict each other", at: open) }
          continue
        }
        let isWithin = follows(one, other)
        let isAround = follows(other, one)
        if isWithin == nil || isAround == nil {
          if undecided.insert(one).inserted { pairNotDecided(one, other, "say the same", at: one) }
          continue
        }
        if isWithin == true && isAround == true {
          // Of equals the second is told.
          if told.insert(other).inserted { reportSubsumed(other, by: one, isEqual: true) }
        } else if isWithin == true {
          if told.insert(one).inserted { reportSubsumed(one, by: other, isEqual: false) }
        } else if isAround == true {
          if told.insert(other).inserted { reportSubsumed(other, by: one, isEqual: false) }
        } else if !proveContrary(one, other), undecided.insert(one).inserted {
          pairNotDecided(one, other, "contradict each other", at: one)
        }
      }
    }
    shareWork(among: 1)
  }

  /// The terms of each rule, as bits.
  private struct Asked {
    private var bits: [[UInt64]]
    private let asksNothing: [Bool]

    init(_ prover: Prover) {
      var numbers: [String: Int] = [:]
      var found: [Int: Set<Int>] = [:]
      for stretch in prover.stretches {
        for rule in prover.proper {
          guard let judged = stretch.rules[rule] else { continue }
          for term in stretch.translator.logic.terms(in: [judged.when, judged.require]) {
            let text = stretch.translator.logic.terms[term].text
            let number = numbers[text] ?? numbers.count
            numbers[text] = number
            found[rule, default: []].insert(number)
          }
        }
      }
      bits = Array(repeating: Array(repeating: 0, count: (numbers.count + 63) / 64), count: prover.program.rules.count)
      for (rule, terms) in found { for term in terms { bits[rule][term >> 6] |= 1 << UInt64(term & 63) } }
      asksNothing = bits.map { $0.allSatisfy { $0 == 0 } }
    }

    /// Rules that ask nothing in common are two matters, unless one of them asks nothing at all.
    func haveCommon(_ one: Int, _ other: Int) -> Bool {
      if asksNothing[one] || asksNothing[other] { return true }
      for word in bits[one].indices where bits[one][word] & bits[other][word] != 0 { return true }
      return false
    }
  }

  /// Whether a rule can fail; nil where that is not decided.
  private mutating func failing(_ rule: Int) -> Bool? {
    if canFail.contains(rule) { return true }
    if let told = isPossible(rule, { $0.fails }) { return told }
    switch ask({ $0.rules[rule]?.fails }) {
    case .some: return true
    case .none: return false
    case .undecided: return nil
    }
  }

  private mutating func pairNotDecided(_ one: Int, _ other: Int, _ question: String, at place: Int) {
    let names = "`\(program.rules[one].name.name.string)` and `\(program.rules[other].name.name.string)`"
    notDecided("whether the rules \(names) \(question)", at: program.rules[place].name.span)
  }

  /// Whether whoever fails the one fails the other; nil where that is not decided.
  private mutating func follows(_ one: Int, _ other: Int) -> Bool? {
    work(1)
    if let can = canFail(one, without: other) { return !can }
    let answer = ask({ stretch in
      guard let first = stretch.rules[one] else { return nil }
      guard let second = stretch.rules[other] else { return first.fails }
      let passes = stretch.translator.logic.not(second.fails)
      return stretch.translator.logic.and([first.fails, passes])
    })
    switch answer {
    case .none: return true
    case .some: return false
    case .undecided: return nil
    }
  }

  private mutating func reportSubsumed(_ one: Int, by other: Int, isEqual: Bool) {
    let name = program.rules[one].name.name.string
    let covering = program.rules[other].name.name.string
    let isSameSeverity = program.rules[one].severity == program.rules[other].severity
    var notes: [String] = []
    if case .some(let model, let place) = ask({ $0.rules[one]?.fails }) {
      notes = witness(model, place, one, [(.fail, one), (.fail, other)])
    }
    if !isSameSeverity { notes.append("the severities differ, so both may be wanted") }
    report(
      .subsumedRule,
      isEqual
        ? "the rules `\(covering)` and `\(name)` fail for the same subjects" : "whoever fails `\(name)` fails `\(covering)` too",
      at: program.rules[one].name.span, severity: isSameSeverity ? .warning : .note,
      related: [Diagnostic.Related(program.rules[other].name.span, "`\(covering)`")], notes: notes)
  }

  /// Two rules that can both apply, and that nobody passes both; false where that is not decided.
  private mutating func proveContrary(_ one: Int, _ other: Int) -> Bool {
    work(2)
    if arePossible(one, other, { $0.passes }) == true || arePossible(one, other, { $0.applies }) == false { return true }
    let together = ask({ stretch in
      guard let first = stretch.rules[one], let second = stretch.rules[other] else { return nil }
      return stretch.translator.logic.and([first.applies, second.applies])
    })
    if case .undecided = together { return false }
    guard case .some = together else { return true }
    let passing = ask({ stretch in
      guard let first = stretch.rules[one], let second = stretch.rules[other] else { return nil }
      let firstPasses = stretch.translator.logic.isOne(first.require, of: .yes)
      let secondPasses = stretch.translator.logic.isOne(second.require, of: .yes)
      return stretch.translator.logic.and([first.applies, second.applies, firstPasses, secondPasses])
    })
    if case .undecided = passing { return false }
    guard case .none = passing else { return true }
    let apart = ask({ stretch in
      guard let first = stretch.rules[one], let second = stretch.rules[other] else { return nil }
      let firstPasses = stretch.translator.logic.isOne(first.require, of: .yes)
      return stretch.translator.logic.and([first.applies, second.fails, firstPasses])
    })
    // Where the other passes nowhere, it is not this one that it contradicts; the witness shows that this one passes.
    let alone = ask({ stretch in
      guard let second = stretch.rules[other] else { return nil }
      let passes = stretch.translator.logic.isOne(second.require, of: .yes)
      return stretch.translator.logic.and([second.applies, passes])
    })
    if case .undecided = alone { return false }
    if case .undecided = apart { return false }
    guard case .some = alone, case .some(let model, let place) = apart else { return true }
    let (first, second) = (program.rules[one].name, program.rules[other].name)
    report(
      .contraryRules,
      "the rules `\(first.name.string)` and `\(second.name.string)` contradict each other: nobody passes both",
      at: second.span, related: [Diagnostic.Related(first.span, "`\(first.name.string)`")],
      notes: witness(model, place, one, [(.pass, one), (.fail, other)]))
    return true
  }
}
