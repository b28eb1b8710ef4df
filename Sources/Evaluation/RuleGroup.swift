import Semantics

/// Rules about one collection whose verdicts hang on the same of its rows, with what they said of each class of rows met so far.
struct RuleGroup {
  /// What a rule said of the first row of a class; the others of the class need no judging.
  enum Outcome {
    /// Nothing that a report lists: so many passed, to so many it does not apply.
    case counted(pass: Int, inapplicable: Int)
    /// A verdict that is listed, for these reasons.
    case listed(Grounds)
    /// Listed verdicts on elements of the row, which are subjects of their own.
    case elements
  }

  enum Answer {
    /// The row is to be judged, and what comes of it told to `learn`, rule by rule.
    case new
    /// Nothing is listed of the row.
    case quiet
    case known
  }

  let rules: [RuleID]
  private let footprint: Footprint
  private var classes = RowClasses()
  /// Of class c and rule r of the group at c × rules + r.
  private var outcomes: [Outcome] = []
  /// By class: the rows that were not judged, and whether nothing is listed of any.
  private var hits: [Int] = []
  private var quiet: [Bool] = []
  /// The class of the row at hand.
  private var current = 0
  private(set) var answer = Answer.new
  private var lookups = 0
  private var misses = 0
  /// Most rows were new of late: they had better be judged one by one.
  private(set) var isIdle = false
  private(set) var isRetired = false
  private var words: [UInt64] = []

  /// Rows looked up until it is asked whether that pays.
  private static let window = 4096

  init(rules: [RuleID], footprint: Footprint) {
    self.rules = rules
    self.footprint = footprint
  }

  var isFull: Bool { classes.isFull }

  /// Finds the class of a row.
  mutating func find(_ row: Value, _ machine: inout Machine) -> Answer {
    if lookups == RuleGroup.window {
      isIdle = misses * 2 > lookups
      lookups = 0
      misses = 0
    }
    lookups += 1
    words.removeAll(keepingCapacity: true)
    machine.describe(row, footprint, into: &words)
    let known = classes.count
    current = classes.number(of: words)
    if current == known {
      misses += 1
      hits.append(0)
      quiet.append(true)
      answer = .new
    } else {
      hits[current] += 1
      answer = quiet[current] ? .quiet : .known
    }
    return answer
  }

  /// What a rule of the group said of the class at hand.
  func outcome(_ number: Int) -> Outcome { outcomes[current * rules.count + number] }

  /// Takes what the next rule of the group says of a new class.
  mutating func learn(_ outcome: Outcome) {
    outcomes.append(outcome)
    switch outcome {
    case .counted: break
    case .listed, .elements: quiet[current] = false
    }
  }

  /// Counts the rows that were not judged, and forgets the classes.
  mutating func flush(into counts: inout [VerdictCounts?]) {
    for (number, count) in hits.enumerated() where count > 0 {
      for (place, rule) in rules.enumerated() {
        guard case .counted(let pass, let inapplicable) = outcomes[number * rules.count + place] else { continue }
        counts[rule.index]?.pass += pass * count
        counts[rule.index]?.inapplicable += inapplicable * count
      }
    }
    classes.removeAll()
    outcomes.removeAll(keepingCapacity: true)
    hits.removeAll(keepingCapacity: true)
    quiet.removeAll(keepingCapacity: true)
  }

  mutating func retire() { isRetired = true }
}

/// Why a verdict is listed: all of a finding that the rows of one class share.
struct Grounds {
  var verdict: Verdict
  /// The set of causes; 0 for a fail.
  var causes: Int32
  /// The same, as `Finding.causes` has them.
  var causeNumbers: [Int]
  var because: [Finding.Evidence]
  var contests: [Finding.Contest]
}
