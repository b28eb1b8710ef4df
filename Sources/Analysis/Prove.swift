package import Semantics
package import Syntax

/// All that can be proved about a policy set over every possible snapshot.
///
/// - Parameter budget: the nodes of formulas that one question may look at, and fifty times as many all questions together; past it the
///   answer is the note `not_decided`.
/// - Parameter asksBoxes: False to search for every answer, which takes longer and finds the same.
/// - Parameter show: the lines of a test that shows verdicts, for witnesses that rest on more than the values of fields; where it is nil, or
///   knows none, they are told in words.
/// - Returns: by file and place.
package func prove(
  _ program: CheckedProgram, budget: Int = 400_000, asksBoxes: Bool = true, show: ((SoughtWitness) -> [String]?)? = nil
) -> [Diagnostic] {
  var prover = Prover(program, budget: budget, asksBoxes: asksBoxes, show: show)
  prover.proveInvariants()
  prover.proveRules()
  prover.proveWaivers()
  prover.proveFacts()
  prover.proveDates()
  prover.proveTables()
  return prover.found.enumerated().sorted { left, right in
    let (first, second) = (left.element.span, right.element.span)
    return (first.file, first.start, left.offset) < (second.file, second.start, right.offset)
  }.map(\.element)
}

/// All kinds of diagnostics that are proved.
package let analysisDiagnostics: [DiagnosticKind] = [
  .neverApplies, .alwaysPasses, .subsumedRule, .contraryRules, .brokenInvariant, .openInvariant, .idleWaiver,
  .wholeWaiver, .idleFact, .dateGap, .lookupGap, .sameCells, .notDecided,
]

/// What is being proved of one policy set.
struct Prover {
  enum Answer {
    /// On no day.
    case none
    /// In the stretch of this place.
    case some(Solver.Model, Int)
    case undecided
  }

  let program: CheckedProgram
  let budget: Int
  let asksBoxes: Bool
  let show: ((SoughtWitness) -> [String]?)?
  private var workLeft: Int
  /// Of the work left, what is for rules behind the one whose pairs are asked about.
  private var workKept = 0
  /// The days, in stretches on which the terms are the same.
  var stretches: [Stretch] = []
  /// Rules that can apply and can fail.
  var proper: [Int] = []
  /// By stretch, once the rules are asked about.
  var regions: [RuleRegions] = []
  /// Rules that were found to be able to fail.
  var canFail: Set<Int> = []
  var found: [Diagnostic] = []
  private var isSpentTold = false

  init(_ program: CheckedProgram, budget: Int, asksBoxes: Bool, show: ((SoughtWitness) -> [String]?)?) {
    self.program = program
    self.budget = budget
    self.asksBoxes = asksBoxes
    self.show = show
    workLeft = budget.multipliedReportingOverflow(by: 50).overflow ? .max : budget * 50
    if !program.rules.isEmpty {
      stretches = timeline().stretches.map { Stretch(program, $0, steps: budget) }
    }
  }

  /// The days on which what is asked of features and products changes.
  private func timeline() -> Timeline {
    var features: Set<FeatureID> = []
    var asksAll = false
    var asksProducts = false
    for expression in program.expressions {
      switch expression.kind {
      case .has(_, let feature):
        if case .feature(let feature) = program[feature].kind { features.insert(feature) } else { asksAll = true }
        asksProducts = true
      case .holds, .productsHeld: asksProducts = true
      case .productsGranting: asksAll = true
      default: break
      }
    }
    var periods: [Period] = []
    for matrix in program.matrices where asksAll || matrix.features.contains(where: { features.contains($0) }) {
      periods.append(matrix.period)
      periods += matrix.statements.filter { asksAll || features.contains($0.feature) }.map(\.period)
    }
    if asksProducts { for product in program.products { periods += product.includes.map(\.period) } }
    return Timeline(periods)
  }

  /// Whether a formula can be true on some day; the stretch to begin with is where that is likeliest.
  mutating func ask(_ question: (inout Stretch) -> Int?, from start: Int? = nil) -> Answer {
    var isUndecided = false
    let count = stretches.count
    // The latest days first: those are the ones people ask about.
    let first = start ?? max(0, count - 1)
    for step in 0..<count {
      let place = (first + step) % count
      guard let root = question(&stretches[place]) else { continue }
      let work = min(budget, workLeft - workKept)
      if work < 0 { return .undecided }
      // What was not written out is anything at all: nothing is told of it either way.
      if stretches[place].translator.isExhausted {
        isUndecided = true
        continue
      }
      var solver = Solver(stretches[place].translator.logic, root, work: work)
      let answer = solver.solve()
      workLeft -= work - solver.workLeft
      switch answer {
      case .none: continue
      case .some(let model):
        return .some(model, place)
      case .undecided: isUndecided = true
      }
    }
    return isUndecided ? .undecided : .none
  }

  /// Leaves to the rule at hand its share of the work, if so many rules are still to be asked about with this one.
  mutating func shareWork(among rules: Int) {
    workKept = max(0, workLeft - workLeft / max(1, rules))
  }

  /// Counts nodes that were looked at.
  mutating func work(_ nodes: Int) { workLeft -= nodes }

  mutating func report(
    _ kind: DiagnosticKind, _ message: String, at span: SourceSpan, severity: Diagnostic.Severity = .warning,
    related: [Diagnostic.Related] = [], notes: [String] = []
  ) {
    found.append(Diagnostic(kind, message, at: span, severity: severity, related: related, notes: notes))
  }

  /// Says that the budget ended a question; of the work of all together once.
  mutating func notDecided(_ question: String, at span: SourceSpan) {
    if workLeft < 0 {
      if isSpentTold { return }
      isSpentTold = true
      report(.notDecided, "\(question), and what would be asked after it, is not decided", at: span, severity: .note)
      return
    }
    let limit =
      workLeft < workKept ? "the rule's share of the budget for all questions is spent" : "the budget is \(budget) nodes for one question"
    report(.notDecided, "\(question) is not decided", at: span, severity: .note, notes: [limit])
  }

  func names(_ products: [ProductID]) -> String {
    products.map { "`\(program[$0].name.name.string)`" }.joined(separator: " with ")
  }

  /// An expression as the policy writes it, on one line.
  func written(_ id: TypedExpressionID) -> String {
    let span = program[id].span
    guard program.files.indices.contains(Int(span.file)) else { return "…" }
    let words = program.files[Int(span.file)].string(span).split { $0.isWhitespace }
    return words.joined(separator: " ")
  }
}
