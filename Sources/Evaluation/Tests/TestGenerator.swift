package import Semantics
package import Syntax

/// Writes a test of a rule at its boundaries: pairs of rows between which one condition alone changes, and with it the verdict.
///
/// The verdicts are the engine's; whether they are what the policy's author means, the author has to say.
/// - Parameter today: the day of the test, where neither the rule nor a matrix that it asks has a day of its own.
/// - Returns: policy text; nil where no row could be found on which the rule is judged.
/// - Complexity: at most `TestGenerator.budget` runs of the rule.
package func generateTest(of rule: RuleID, in program: CheckedProgram, today: Day) -> String? {
  let day = TestGenerator.day(of: rule, in: program, today: today)
  guard let world = GeneratedWorld(program, rule: rule, on: day) else { return nil }
  var generator = TestGenerator(program, rule, day, world)
  generator.explore()
  return generator.text()
}

private struct TestGenerator {
  /// Runs of the rule.
  static let budget = 3000

  /// A snapshot by the choice of each dimension, and what comes of it.
  struct State {
    var choices: [Int]
    var verdict: Verdict
    var conditions: Set<Trace.Condition>
  }
  private struct Signature: Hashable {
    var verdict: Verdict
    var conditions: Set<Trace.Condition>
  }
  /// Two states between which one condition decides.
  private struct Boundary {
    var condition: TypedExpressionID
    var states: [Int]
  }

  let program: CheckedProgram
  let rule: RuleID
  let day: Day
  let world: GeneratedWorld
  let plan: Plan
  var states: [State] = []

  init(_ program: CheckedProgram, _ rule: RuleID, _ day: Day, _ world: GeneratedWorld) {
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

  // MARK: search

  /// Goes from each state that is new in its verdict or conditions to all that differ in one choice.
  mutating func explore() {
    var seen: Set<Signature> = []
    var runs = 0
    func judged(_ choices: [Int]) -> State? {
      runs += 1
      return state(choices)
    }
    var next = 0
    if let first = judged(Array(repeating: 0, count: world.dimensions.count)) {
      seen.insert(Signature(verdict: first.verdict, conditions: first.conditions))
      states.append(first)
    }
    while next < states.count && runs < TestGenerator.budget {
      let from = states[next].choices
      next += 1
      for dimension in world.dimensions.indices {
        for choice in world.dimensions[dimension].indices where choice != from[dimension] && runs < TestGenerator.budget {
          var choices = from
          choices[dimension] = choice
          guard let found = judged(choices) else { continue }
          if seen.insert(Signature(verdict: found.verdict, conditions: found.conditions)).inserted { states.append(found) }
        }
      }
    }
  }

  /// Nil where the rule does not judge the subject on these rows.
  private func state(_ choices: [Int]) -> State? {
    let rows = world.rows.compactMap { row in
      value(row.shape, choices).map { PolicyTest.Row(collection: row.collection, value: $0) }
    }
    let statements = world.facts.compactMap { fact -> PolicyTest.Statement? in
      guard case .literal(let literal)? = world.dimensions[fact.dimension][choices[fact.dimension]].value else { return nil }
      return PolicyTest.Statement(fact: fact.fact, value: .literal(literal))
    }
    let test = PolicyTest(of: rule, asOf: day, rows: rows, statements: statements, span: program[rule].span)
    do throws(SnapshotError) {
      let reached = try TestRun(test, program).verdicts(plan, keepsTraces: true)
      guard let found = reached.first(where: { $0.trace != nil }), let trace = found.trace else { return nil }
      return State(choices: choices, verdict: found.verdict, conditions: trace.conditions)
    } catch {
      // Rows that no snapshot could hold so: another choice is tried.
      return nil
    }
  }

  private func value(_ shape: GeneratedWorld.Shape, _ choices: [Int]) -> PolicyTest.Value? {
    switch shape {
    case .choice(let dimension): return world.dimensions[dimension][choices[dimension]].value
    case .record(let fields):
      return .record(fields.compactMap { field in value(field.shape, choices).map { (field.name, $0) } })
    case .list(let dimension, let element):
      if choices[dimension] == 0 { return value(element, choices).map { .list([$0]) } }
      return world.dimensions[dimension][choices[dimension]].value
    }
  }

  // MARK: boundaries

  /// For each condition the nearest states between which it alone changes the verdict: from true to false, and from one of them to unknown.
  private mutating func boundaries() -> [Boundary] {
    var found = widest()
    for index in found.indices { narrow(&found[index].states) }
    return found
  }

  /// Two states that differ in one number or day only are moved towards each other, until the verdict changes between neighbours.
  private mutating func narrow(_ pair: inout [Int]) {
    guard pair.count >= 2 else { return }
    let (first, second) = (states[pair[0]], states[pair[1]])
    let differing = first.choices.indices.filter { first.choices[$0] != second.choices[$0] }
    guard differing.count == 1, let dimension = differing.first else { return }
    let ordered = world.ordered(dimension)
    guard let from = ordered.firstIndex(of: first.choices[dimension]), let to = ordered.firstIndex(of: second.choices[dimension]) else {
      return
    }
    var last = pair[0]
    for place in stride(from: from, through: to, by: from < to ? 1 : -1) {
      var choices = first.choices
      choices[dimension] = ordered[place]
      guard let found = state(choices) else { continue }
      states.append(found)
      if found.verdict == first.verdict {
        last = states.count - 1
      } else if found.verdict == second.verdict {
        pair[0] = last
        pair[1] = states.count - 1
        return
      }
    }
  }

  private func widest() -> [Boundary] {
    let truths = states.map { state in Dictionary(uniqueKeysWithValues: state.conditions.map { ($0.expression, $0.truth) }) }
    return Possibilities(program).conditions(of: rule).compactMap { condition in
      var best: [Set<Trace.Condition.Truth>: (cost: Int, states: [Int])] = [:]
      for first in states.indices {
        guard let one = truths[first][condition] else { continue }
        for second in states.indices where second > first && states[first].verdict != states[second].verdict {
          guard let other = truths[second][condition], one != other else { continue }
          let isAlone = truths[first].allSatisfy { $0.key == condition || (truths[second][$0.key] ?? $0.value) == $0.value }
          guard isAlone else { continue }
          // A pass beside a fail says more than an undetermined does; of what is unknown, undetermined does.
          let isUndetermined = [states[first].verdict, states[second].verdict].contains(.undetermined)
          let isTold = isUndetermined == [one, other].contains(.unknown)
          let cost = (isTold ? 0 : 100_000) + distance(states[first].choices, states[second].choices) * 100 + first + second
          if cost < best[[one, other]]?.cost ?? Int.max { best[[one, other]] = (cost, [first, second]) }
        }
      }
      var chosen = best[[.yes, .no]]?.states ?? []
      let unknown = [best[[.yes, .unknown]], best[[.no, .unknown]]].compactMap { $0 }.min { $0.cost < $1.cost }
      for state in unknown?.states ?? [] where !chosen.contains(state) { chosen.append(state) }
      return chosen.isEmpty ? nil : Boundary(condition: condition, states: chosen)
    }
  }

  private func distance(_ left: [Int], _ right: [Int]) -> Int { zip(left, right).count { $0 != $1 } }

  // MARK: text

  mutating func text() -> String? {
    let boundaries = boundaries()
    var chosen: [(state: Int, remark: String)] = []
    for boundary in boundaries {
      let span = program[boundary.condition].span
      let words = program.files[Int(span.file)].string(span).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      for state in boundary.states where !chosen.contains(where: { states[$0.state].choices == states[state].choices }) {
        chosen.append((state, words))
      }
    }
    if chosen.isEmpty, let first = states.indices.first { chosen = [(first, "the only state that was found")] }
    guard !chosen.isEmpty else { return nil }
    let writer = GeneratedTestText(
      program: program, rule: rule, day: day, world: world,
      states: chosen.map { (states[$0.state].choices, states[$0.state].verdict, $0.remark) })
    return writer.text()
  }
}
