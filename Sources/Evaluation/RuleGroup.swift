import Semantics

/// Rules about one collection whose verdicts hang on the same of its rows, with what they said of each class of rows met so far.
///
/// Rows come here of which something is to be listed: for those of a known class the reasons are known too.
struct RuleGroup {
  /// What a rule said of the first row of a class; the others of the class need no judging.
  enum Outcome {
    /// Nothing that a report lists: so many passed, to so many it does not apply.
    case counted(pass: Int, inapplicable: Int)
    /// A verdict that is listed; the number of the finding's kind.
    case listed(Int32)
    /// Listed verdicts on elements of the row, which are subjects of their own.
    case elements
  }

  let rules: [RuleID]
  private let footprint: Footprint
  private var classes = RowClasses()
  /// Of class c and rule r of the group at c × rules + r.
  private var outcomes: [Outcome?] = []
  /// The class of the row at hand, and which row that is.
  private var current = 0
  private var serial: UInt64 = 0
  private var lookups = 0
  private var misses = 0
  /// Most rows were new of late: they had better be judged one by one.
  private(set) var isIdle = false
  private var description = Description()

  /// Rows looked up until it is asked whether that pays.
  private static let window = 4096

  init(rules: [RuleID], footprint: Footprint) {
    self.rules = rules
    self.footprint = footprint
  }

  /// What a rule of the group said of the class of a row; nil where it has not been asked.
  mutating func outcome(_ number: Int, of row: Value, _ machine: inout Machine) -> Outcome? {
    if serial != machine.serial {
      serial = machine.serial
      find(row, &machine)
    }
    return outcomes[current * rules.count + number]
  }

  private mutating func find(_ row: Value, _ machine: inout Machine) {
    if lookups == RuleGroup.window {
      isIdle = misses * 2 > lookups
      lookups = 0
      misses = 0
    }
    if classes.isFull {
      classes.removeAll()
      outcomes.removeAll(keepingCapacity: true)
    }
    lookups += 1
    machine.describe(row, footprint, into: &description)
    let known = classes.count
    current = classes.number(of: description)
    if current == known {
      misses += 1
      outcomes.append(contentsOf: repeatElement(nil, count: rules.count))
    }
  }

  /// Takes what a rule says of the row at hand.
  mutating func learn(_ number: Int, _ outcome: Outcome) { outcomes[current * rules.count + number] = outcome }
}
