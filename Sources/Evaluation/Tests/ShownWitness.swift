package import Semantics
package import Syntax

/// Looks for a snapshot on which rules of one policy set give verdicts that were proved possible, by letting the engine judge those that the
/// rules' own constants and products suggest.
///
/// A proof over formulas knows *that* somebody holds a product; which rows make it so, the policy's own `holding` says.
package struct ShownWitness {
  /// Runs of the rules for one witness, and for all of them.
  private static let budget = 600
  private static let budgetOfAll = 6_000

  private struct Signature: Hashable {
    var verdicts: [Verdict]
    var conditions: Set<Trace.Condition>
  }
  private let program: CheckedProgram
  private lazy var plan = Planner.plan(program)
  private var runsInAll = ShownWitness.budgetOfAll

  package init(_ program: CheckedProgram) { self.program = program }

  /// `as of …`, `given …` and `expect …` of a test that passes; nil where none was found.
  ///
  /// - Parameters:
  ///   - expected: rules over the same subjects, with the verdict of each.
  ///   - conditions: parts of the first rule's condition that have to be seen true.
  /// - Complexity: at most 600 runs of the rules, and 6,000 of all witnesses together.
  package mutating func lines(
    _ expected: [(verdict: VerdictWord, rule: RuleID)], where conditions: [TypedExpressionID], on day: Day, tenant: Text?
  ) -> [String]? {
    guard let first = expected.first,
      let world = GeneratedWorld(program, rule: first.rule, beside: expected.dropFirst().map(\.rule), on: day)
    else { return nil }
    let wanted = expected.map(\.verdict.rawValue)
    let rules = expected.map(\.rule)
    let share = min(ShownWitness.budget, runsInAll)
    var runsLeft = share
    defer { runsInAll -= share - runsLeft }
    var seen: Set<Signature> = []
    var states = [Array(repeating: 0, count: world.dimensions.count)]
    var next = 0
    /// Whether a state shows what is wanted; one that is new in verdicts or conditions is gone on from.
    func shows(_ choices: [Int], _ search: inout ShownWitness) -> Bool {
      runsLeft -= 1
      guard let found = search.judge(world.test(choices, rules, day, tenant, search.program), rules, world) else {
        return false
      }
      if found.verdicts.map(\.rawValue) == wanted, conditions.allSatisfy({ search.truth(of: $0, first.rule, found.conditions) == .yes }) {
        return true
      }
      if seen.insert(found).inserted { states.append(choices) }
      return false
    }
    func written(_ choices: [Int]) -> [String] {
      let subject = world.subjects.map { "\($0.thing.string) \"\($0.label)\"" }.joined(separator: ", ")
      let ending = subject.isEmpty ? "" : " for \(subject)"
      return world.lines(choices, program, day, tenant: tenant)
        + expected.map { "expect \($0.verdict.rawValue) \(program.reference(to: $0.rule))\(ending)" }
    }
    if runsLeft > 0, shows(states[0], &self) { return written(states[0]) }
    while next < states.count {
      let from = states[next]
      next += 1
      for dimension in world.dimensions.indices {
        for choice in world.dimensions[dimension].indices where choice != from[dimension] {
          if runsLeft <= 0 { return nil }
          var choices = from
          choices[dimension] = choice
          if shows(choices, &self) { return written(choices) }
        }
      }
    }
    return nil
  }

  /// What was seen of a condition of a rule; nil where it was not asked for.
  private func truth(of id: TypedExpressionID, _ rule: RuleID, _ seen: Set<Trace.Condition>) -> Trace.Condition.Truth? {
    switch program[id].kind {
    case .and(let operands):
      let truths = operands.map { truth(of: $0, rule, seen) }
      if truths.contains(.no) { return .no }
      return truths.contains(nil) ? nil : truths.contains(.unknown) ? .unknown : .yes
    case .or(let operands):
      let truths = operands.map { truth(of: $0, rule, seen) }
      if truths.contains(.yes) { return .yes }
      return truths.contains(nil) ? nil : truths.contains(.unknown) ? .unknown : .no
    case .not(let operand):
      switch truth(of: operand, rule, seen) {
      case .yes: return .no
      case .no: return .yes
      case .unknown: return .unknown
      case nil: return nil
      }
    case .variable(let variable):
      // A `let` is asked for by its parts.
      return program[rule].locals.first { $0.variable == variable }.flatMap { truth(of: $0.value, rule, seen) }
    case .literal, .product, .feature, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry,
      .call, .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse, .list,
      .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      return Trace.Condition.Truth.allCases.first { seen.contains(Trace.Condition(expression: id, truth: $0)) }
    }
  }

  /// The verdict of each rule about the world's subject, with the conditions that were seen; nil where it is not judged.
  private mutating func judge(_ test: PolicyTest, _ rules: [RuleID], _ world: GeneratedWorld) -> Signature? {
    let keys = world.subjects.map(\.label)
    do throws(SnapshotError) {
      let reached = try TestRun(test, program).verdicts(plan, keepsTraces: true)
      var signature = Signature(verdicts: [], conditions: [])
      for rule in rules {
        guard
          let found = reached.first(where: {
            $0.rule == rule && !$0.subject.isCollection && $0.subject.parts.map { $0.key?.string } == keys
          })
        else { return nil }
        signature.verdicts.append(found.verdict)
        signature.conditions.formUnion((found.trace?.conditions ?? []).union(found.trace?.waivers ?? []))
      }
      return signature
    } catch {
      // Rows that no snapshot could hold so.
      return nil
    }
  }
}
