package import Semantics
package import Syntax

/// Writes tests of a rule at its boundaries: pairs of rows between which one condition alone changes, and with it the verdict; and of each of
/// its waivers, what it covers. Conditions for which no such pair was found are named in a comment.
///
/// The verdicts are the engine's; whether they are what the policy's author means, the author has to say.
/// - Parameter today: the day of the test, where neither the rule nor a matrix that it asks has a day of its own.
/// - Returns: policy text; nil where no row could be found on which the rule is judged.
/// - Complexity: at most `TestGenerator.budget` runs of the rule, and `budgetOfWaiver` more for each of its waivers.
package func generateTest(of rule: RuleID, in program: CheckedProgram, today: Day) -> String? {
  let day = TestGenerator.day(of: rule, in: program, today: today)
  guard let world = GeneratedWorld(program, rule: rule, on: day) else { return nil }
  var generator = TestGenerator(program, rule, day, nil, world)
  generator.explore(TestGenerator.budget)
  guard var text = generator.text() else { return nil }
  for waiver in program.waivers where waiver.rule == rule {
    guard let day = TestGenerator.day(of: waiver, program), let world = GeneratedWorld(program, rule: rule, on: day) else { continue }
    var generator = TestGenerator(program, rule, day, waiver, world)
    generator.explore(TestGenerator.budgetOfWaiver)
    text += "\n" + generator.textOfWaiver(waiver)
  }
  return text
}

private struct TestGenerator {
  /// Runs of the rule, and of it for each of its waivers.
  static let budget = 3000
  static let budgetOfWaiver = 600

  /// A snapshot by the choice of each dimension, and what comes of it.
  struct State {
    var choices: [Int]
    var verdict: Verdict
    var conditions: Set<Trace.Condition>
    var truths: [TypedExpressionID: Trace.Condition.Truth]
  }
  private struct Signature: Hashable {
    var verdict: Verdict
    var conditions: Set<Trace.Condition>
  }
  /// Between two states a condition goes from one of these to the other, and nothing else does that both ask for.
  private struct Pair: Hashable {
    var condition: TypedExpressionID
    var truths: Set<Trace.Condition.Truth>
  }

  let program: CheckedProgram
  let rule: RuleID
  let day: Day
  /// Whose snapshot it is.
  let tenant: Text?
  let world: GeneratedWorld
  let plan: Plan
  var states: [State] = []
  private var pairs: [Pair: (cost: Int, states: [State])] = [:]

  init(_ program: CheckedProgram, _ rule: RuleID, _ day: Day, _ waiver: Waiver?, _ world: GeneratedWorld) {
    tenant = waiver?.tenants.first
    self.program = program
    self.rule = rule
    self.day = day
    self.world = world
    plan = Planner.plan(program)
  }

  /// The first day of the terms in force last: of the rule and of the matrices that it asks.
  static func day(of rule: RuleID, in program: CheckedProgram, today: Day) -> Day {
    let features = TestReach(program).rules[rule.index].features
    var days = program.matrices.filter { !features.isDisjoint(with: $0.features) }.compactMap(\.period.from)
    if let from = program[rule].period.from { days.append(from) }
    let period = program[rule].period
    if let best = days.filter({ period.contains($0) }).max() { return best }
    if let before = period.before, before <= today { return before.adding(days: -1) ?? before }
    return today
  }

  /// The first day on which both a waiver and its rule hold; of an open past the last one. Nil where there is none.
  static func day(of waiver: Waiver, _ program: CheckedProgram) -> Day? {
    let rule = program[waiver.rule].period
    let before = [waiver.expires, rule.before].compactMap { $0 }.min() ?? waiver.expires
    let day = [waiver.on, rule.from].compactMap { $0 }.max() ?? before.adding(days: -1)
    return day.flatMap { $0 < before ? $0 : nil }
  }

  // MARK: search

  /// Goes from each state that is new in its verdict or conditions to all that differ in one choice, and keeps the best boundaries passed.
  mutating func explore(_ budget: Int) {
    var seen: Set<Signature> = []
    var runs = 1
    guard let first = state(Array(repeating: 0, count: world.dimensions.count)) else { return }
    seen.insert(Signature(verdict: first.verdict, conditions: first.conditions))
    states.append(first)
    var next = 0
    while next < states.count && runs < budget {
      let from = states[next]
      next += 1
      for dimension in world.dimensions.indices {
        for choice in world.dimensions[dimension].indices where choice != from.choices[dimension] && runs < budget {
          var choices = from.choices
          choices[dimension] = choice
          runs += 1
          guard let found = state(choices) else { continue }
          compare(from, found, cost: next)
          if seen.insert(Signature(verdict: found.verdict, conditions: found.conditions)).inserted { states.append(found) }
        }
      }
    }
  }

  /// Keeps two neighbours where one condition alone, of those asked for in both, differs between them, and the verdict too.
  private mutating func compare(_ first: State, _ second: State, cost: Int) {
    if first.verdict == second.verdict { return }
    var changed: TypedExpressionID?
    for (condition, truth) in first.truths {
      guard let other = second.truths[condition], other != truth else { continue }
      if changed != nil { return }
      changed = condition
    }
    guard let changed, let one = first.truths[changed], let other = second.truths[changed] else { return }
    let key = Pair(condition: changed, truths: [one, other])
    // A pass beside a fail says more than an undetermined does; of what is unknown, undetermined does.
    let isUndetermined = [first.verdict, second.verdict].contains(.undetermined)
    let isTold = isUndetermined == key.truths.contains(.unknown)
    let isJudged = [first.verdict, second.verdict].contains { $0 == .pass || $0 == .fail }
    let cost = cost + (isTold ? 0 : 100_000) + (isJudged ? 0 : 10_000)
    if cost < pairs[key]?.cost ?? Int.max { pairs[key] = (cost, [first, second]) }
  }

  /// Nil where the rule does not judge the subject on these rows.
  private func state(_ choices: [Int]) -> State? {
    let test = world.test(choices, [rule], day, tenant, program)
    do throws(SnapshotError) {
      let reached = try TestRun(test, program).verdicts(plan, keepsTraces: true)
      guard let found = reached.first(where: { $0.trace != nil }), let trace = found.trace else { return nil }
      return State(
        choices: choices, verdict: found.verdict, conditions: trace.conditions.union(trace.waivers),
        truths: Dictionary(trace.conditions.map { ($0.expression, $0.truth) }) { first, _ in first })
    } catch {
      // Rows that no snapshot could hold so: another choice is tried.
      return nil
    }
  }

  // MARK: boundaries

  /// For each condition the states between which it alone changes the verdict: from true to false, and from one of them to unknown.
  private func boundaries() -> [(condition: TypedExpressionID, states: [State])] {
    Possibilities(program).conditions(of: rule).compactMap { condition in
      var chosen: [State] = []
      if let sharp = pairs[Pair(condition: condition, truths: [.yes, .no])] { chosen = narrowed(sharp.states) }
      let vague = [
        pairs[Pair(condition: condition, truths: [.yes, .unknown])], pairs[Pair(condition: condition, truths: [.no, .unknown])],
      ]
      chosen += vague.compactMap { $0 }.min { $0.cost < $1.cost }?.states ?? []
      return chosen.isEmpty ? nil : (condition, chosen)
    }
  }

  /// Two states that differ in a number or a day are moved towards each other, until the verdict changes between neighbours.
  private func narrowed(_ pair: [State]) -> [State] {
    let (first, second) = (pair[0], pair[1])
    guard let dimension = first.choices.indices.first(where: { first.choices[$0] != second.choices[$0] }) else { return pair }
    let ordered = world.ordered(dimension)
    guard let from = ordered.firstIndex(of: first.choices[dimension]), let to = ordered.firstIndex(of: second.choices[dimension]) else {
      return pair
    }
    var last = first
    for place in stride(from: from, through: to, by: from < to ? 1 : -1) {
      var choices = first.choices
      choices[dimension] = ordered[place]
      guard let found = state(choices) else { continue }
      if found.verdict == second.verdict { return [last, found] }
      if found.verdict == first.verdict { last = found }
    }
    return pair
  }

  // MARK: text

  func text() -> String? {
    var chosen: [(state: State, remark: String)] = []
    let boundaries = boundaries()
    for boundary in boundaries {
      for state in boundary.states where !chosen.contains(where: { $0.state.choices == state.choices }) {
        chosen.append((state, words(boundary.condition)))
      }
    }
    if chosen.isEmpty, let first = states.first { chosen = [(first, "the only state that was found")] }
    guard !chosen.isEmpty else { return nil }
    let reached = Set(boundaries.map(\.condition))
    let missed = Possibilities(program).conditions(of: rule).filter { !reached.contains($0) }
    let remarks = missed.map { "// No rows were found between which this alone decides: \(words($0))\n" }
    return remarks.joined() + tests(of: chosen, "each condition alone decides")
  }

  /// A subject that is waived, and those that differ from it in one value and are not.
  func textOfWaiver(_ waiver: Waiver) -> String {
    let name = waiver.name.name.string
    let waived = states.filter { $0.verdict == .waived }
    guard let first = waived.first else { return "// No rows were found that the waiver `\(name)` covers.\n" }
    // A fail that is waived says more than what cannot be told and is waived.
    let told = waived.prefix(8).map { ($0, neighbours(of: $0)) }
    let (best, others) = told.first { $0.1.contains { $0.verdict == .fail } } ?? (first, neighbours(of: first))
    let chosen = [(state: best, remark: "waived")] + others.map { (state: $0, remark: "not waived") }
    return tests(of: chosen, "what the waiver \(name) covers")
  }

  /// For each dimension a state that differs in it alone from a waived one, and is not waived.
  private func neighbours(of waived: State) -> [State] {
    world.dimensions.indices.compactMap { dimension in
      for choice in world.dimensions[dimension].indices where choice != waived.choices[dimension] {
        var choices = waived.choices
        choices[dimension] = choice
        if let found = state(choices), found.verdict == .fail || found.verdict == .undetermined { return found }
      }
      return nil
    }
  }

  /// A condition as the policy writes it, on one line.
  private func words(_ condition: TypedExpressionID) -> String {
    let span = program[condition].span
    return program.files[Int(span.file)].string(span).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A test for each set of rows, since `cases` fill in values and no rows.
  private func tests(of chosen: [(state: State, remark: String)], _ title: String) -> String {
    var groups: [(rows: [Int], states: [(state: State, remark: String)])] = []
    for one in chosen {
      let rows = world.rows.indices.filter { world.isThere($0, one.state.choices) }
      if let place = groups.firstIndex(where: { $0.rows == rows }) {
        groups[place].states.append(one)
      } else {
        groups.append((rows, [one]))
      }
    }
    return groups.map { group in
      let doubled = group.rows.filter { world.rows[$0].presence != nil }.map { program[world.rows[$0].collection].name.string }
      let title = doubled.isEmpty ? title : "\(title), of two \(doubled.joined(separator: " and two "))"
      return GeneratedTestText(
        program: program, rule: rule, day: day, title: title, tenant: tenant, world: world,
        states: group.states.map { ($0.state.choices, $0.state.verdict, $0.remark) }
      ).text()
    }.joined(separator: "\n")
  }
}
