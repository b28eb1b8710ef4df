package import Semantics
package import Syntax

/// A snapshot that two policy sets judge differently, and how: both verdicts are the engine's.
package struct DifferenceWitness: Sendable {
  /// `as of …` and `given …`, as a test has them.
  package var lines: [String]
  /// `user "user-1"`; empty: the tenant.
  package var subject: String
  package var oldRule: RuleID?
  package var newRule: RuleID?
  /// Nil: the set has no such rule.
  package var old: Verdict?
  package var new: Verdict?
}

/// Looks for snapshots that two policy sets judge differently, among those that a rule's own constants and products suggest.
package struct WitnessSearch {
  /// Runs of a rule, for one question, and for a later day of it.
  private static let budget = 800
  private static let budgetOfDay = 200

  private struct Side {
    let program: CheckedProgram
    let plan: Plan
  }
  private struct Signature: Hashable {
    var old: Verdict?
    var new: Verdict?
    var conditions: Set<Trace.Condition>
    /// The identifiers of products in question that stand in the rows.
    var wanted: Set<Guid>
  }
  /// What two verdicts are looked for.
  package struct Question {
    /// Nil: the set has no such rule.
    package var oldRule: RuleID?
    package var newRule: RuleID?
    /// Tried in this order.
    package var days: [Day]
    /// Products of the old set whose identifiers are all tried, and those of the new one.
    package var oldProducts: Set<ProductID> = []
    package var newProducts: Set<ProductID> = []
    /// Facts that nobody states, so that their defaults and attestations hold.
    package var unstated: Set<String> = []
    /// Whose snapshot it is.
    package var tenant: Text?
    /// Two fails are found too: they are not equally grave.
    package var isOfSeverity = false
    /// One of the verdicts has to be that it is waived.
    package var isOfWaiver = false

    package init(oldRule: RuleID?, newRule: RuleID?, days: [Day]) {
      self.oldRule = oldRule
      self.newRule = newRule
      self.days = days
    }
  }
  private let old: Side
  private let new: Side
  private var runsLeft = 0
  /// All questions together.
  private var runsInAll = 20_000
  /// Of the products in question: who holds one shows more than who does not.
  private var wanted: Set<Guid> = []

  package init(_ old: CheckedProgram, _ new: CheckedProgram) {
    self.old = Side(program: old, plan: Planner.plan(old))
    self.new = Side(program: new, plan: Planner.plan(new))
  }

  /// A snapshot for which the verdicts of two rules differ on one of some days; where one rule is not there, on which the other fails.
  ///
  /// - Complexity: at most 800 runs of both rules, and 20,000 of all questions together.
  package mutating func find(_ question: Question) -> DifferenceWitness? {
    var runsOfQuestion = min(WitnessSearch.budget, runsInAll)
    wanted = Set(
      question.oldProducts.flatMap { identifiers(old.program[$0]) } + question.newProducts.flatMap { identifiers(new.program[$0]) })
    var best: (rank: Int, witness: DifferenceWitness)?
    for day in question.days {
      for (side, rule, products) in [(new, question.newRule, question.newProducts), (old, question.oldRule, question.oldProducts)] {
        guard let rule, let world = GeneratedWorld(side.program, rule: rule, on: day, naming: products) else { continue }
        let share = min(runsOfQuestion, max(runsOfQuestion / 2, WitnessSearch.budgetOfDay))
        runsLeft = share
        let found = search(world, side.program, rule, day, question)
        runsOfQuestion -= share - runsLeft
        guard let found else { continue }
        if found.rank < best?.rank ?? Int.max { best = found }
        if found.rank == 0 { return found.witness }
      }
    }
    return best?.witness
  }

  /// Goes from each state that is new in its verdicts or conditions to all that differ from it in one choice.
  private mutating func search(
    _ world: GeneratedWorld, _ base: CheckedProgram, _ rule: RuleID, _ day: Day, _ question: Question
  ) -> (rank: Int, witness: DifferenceWitness)? {
    let (oldRule, newRule) = (question.oldRule, question.newRule)
    var seen: Set<Signature> = []
    var states: [[Int]] = []
    var best: (rank: Int, witness: DifferenceWitness)?
    func rank(_ first: Verdict?, _ second: Verdict?) -> Int? {
      if question.isOfSeverity && first == .fail && second == .fail { return 3 }
      if question.isOfWaiver { return (first == .waived) == (second == .waived) ? nil : 0 }
      return WitnessSearch.rank(first, second)
    }
    /// Whether the search has come to its end.
    func visit(_ choices: [Int]) -> Bool {
      guard runsLeft > 0 else { return true }
      runsLeft -= 1
      runsInAll -= 1
      let test = world.test(choices, [rule], day, question.tenant, base)
      guard let first = judge(test, base, old, oldRule, world), let second = judge(test, base, new, newRule, world) else { return false }
      // Who holds a product in question is looked at even where it shows nothing new of the condition.
      let held = wanted.isEmpty ? [] : Set(test.rows.flatMap { names($0.value) })
      let isWanted = !held.isEmpty
      let signature = Signature(
        old: first.verdict, new: second.verdict, conditions: first.conditions.union(second.conditions), wanted: held)
      guard seen.insert(signature).inserted || (isWanted && rank(first.verdict, second.verdict) != nil) else { return false }
      states.append(choices)
      guard var rank = rank(first.verdict, second.verdict) else { return false }
      if !wanted.isEmpty && !isWanted { rank += WitnessSearch.unheld }
      guard rank < best?.rank ?? Int.max else { return false }
      let subject = world.subjects.map { "\($0.thing.string) \"\($0.label)\"" }.joined(separator: ", ")
      best = (
        rank,
        DifferenceWitness(
          lines: world.lines(choices, base, day, tenant: question.tenant), subject: subject, oldRule: oldRule, newRule: newRule,
          old: first.verdict, new: second.verdict)
      )
      return rank == 0
    }
    var start = Array(repeating: 0, count: world.dimensions.count)
    for fact in world.facts where question.unstated.contains(base.facts[fact.fact.index].name.string) {
      start[fact.dimension] = world.dimensions[fact.dimension].lastIndex { $0.value == nil } ?? 0
    }
    if visit(start) { return best }
    var next = 0
    while next < states.count {
      let from = states[next]
      next += 1
      for dimension in world.dimensions.indices {
        for choice in world.dimensions[dimension].indices where choice != from[dimension] {
          var choices = from
          choices[dimension] = choice
          if visit(choices) { return best }
        }
      }
      // A day has its share of the runs; what shows little is kept.
      if let best, best.rank < WitnessSearch.untelling, next > 3 { return best }
    }
    // Two choices together may show what neither shows alone.
    for pair in pairs(world) where best == nil {
      var choices = start
      for one in pair { choices[one.dimension] = one.choice }
      if visit(choices) { return best }
    }
    return best
  }

  private struct Chosen {
    var dimension: Int
    var choice: Int
  }

  /// Each two choices of different dimensions, the first ones of each first; no more than a day's runs.
  private func pairs(_ world: GeneratedWorld) -> [[Chosen]] {
    var found: [[Chosen]] = []
    for (first, choices) in world.dimensions.enumerated() {
      for (second, others) in world.dimensions.enumerated().dropFirst(first + 1) {
        for one in choices.indices.dropFirst() {
          for other in others.indices.dropFirst() {
            found.append([Chosen(dimension: first, choice: one), Chosen(dimension: second, choice: other)])
          }
        }
      }
      if found.count > 10 * WitnessSearch.budgetOfDay { break }
    }
    return Array(found.sorted { $0[0].choice + $0[1].choice < $1[0].choice + $1[1].choice }.prefix(WitnessSearch.budgetOfDay))
  }

  /// From here on neither verdict is a fail.
  private static let untelling = 2
  private static let unheld = 4

  private func identifiers(_ product: Product) -> [Guid] { (product.skus + product.plans).map(\.guid) }

  /// The identifiers of products in question that stand in a row.
  private func names(_ value: PolicyTest.Value) -> [Guid] {
    switch value {
    case .literal(.guid(let guid)): wanted.contains(guid) ? [guid] : []
    case .literal: []
    case .list(let list): list.flatMap { names($0) }
    case .record(let fields): fields.flatMap { names($0.value) }
    }
  }

  /// How little two verdicts show; nil where they show nothing.
  private static func rank(_ old: Verdict?, _ new: Verdict?) -> Int? {
    switch (old, new) {
    case (nil, .fail), (.fail, nil), (.pass, .fail), (.fail, .pass): 0
    case (nil, .undetermined), (.undetermined, nil): 2
    case (nil, _), (_, nil): nil
    case (.inapplicable, .inapplicable), (.pass, .pass), (.fail, .fail), (.undetermined, .undetermined), (.waived, .waived): nil
    case (.inapplicable, .fail), (.fail, .inapplicable): 0
    case (.undetermined, .fail), (.fail, .undetermined), (.pass, .undetermined), (.undetermined, .pass): 1
    case (.inapplicable, _), (_, .inapplicable): 2
    case (.waived, _), (_, .waived): 1
    }
  }

  /// The verdict of a rule over rows that were written for another set, whose collections and facts it has by name; nil where they can't be read.
  private func judge(
    _ test: PolicyTest, _ base: CheckedProgram, _ side: Side, _ rule: RuleID?, _ world: GeneratedWorld
  ) -> (verdict: Verdict?, conditions: Set<Trace.Condition>)? {
    guard let rule else { return (nil, []) }
    let program = side.program
    let rows = test.rows.compactMap { row in
      program.collections.firstIndex { $0.name == base[row.collection].name }.map {
        PolicyTest.Row(collection: CollectionID($0), value: row.value)
      }
    }
    let statements = test.statements.compactMap { statement in
      program.facts.firstIndex { $0.name.name == base.facts[statement.fact.index].name.name }.map {
        PolicyTest.Statement(fact: FactID($0), value: statement.value)
      }
    }
    var own = PolicyTest(of: [rule], asOf: test.asOf, rows: rows, statements: statements, span: test.span)
    own.tenant = test.tenant
    do throws(SnapshotError) {
      let reached = try TestRun(own, program).verdicts(side.plan, keepsTraces: true)
      let keys = world.subjects.map(\.label)
      guard let found = reached.first(where: { !$0.subject.isCollection && $0.subject.parts.map { $0.key?.string } == keys }) else {
        return program[rule].period.contains(test.asOf) ? nil : (.inapplicable, [])
      }
      return (found.verdict, (found.trace?.conditions ?? []).union(found.trace?.waivers ?? []))
    } catch {
      return nil
    }
  }
}
