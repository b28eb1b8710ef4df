package import Semantics
import Syntax

/// Changes a policy set in each place in turn, and finds the changes that no test notices.
///
/// A change is tried with the tests that can see it: those of a rule whose verdict rests on its place, and on days on which it makes a difference.
/// - Parameters:
///   - outcomes: of the tests that are to notice it, all of them passed.
///   - isFiltered: whether there are other tests; then only what the rules of these rest on is changed.
/// - Complexity: runs of tests; most changes are noticed by the first or second test that can see them.
package func mutate(_ program: CheckedProgram, _ outcomes: [TestOutcome], isFiltered: Bool) -> MutationReport {
  var run = MutationRun(program, outcomes, isFiltered)
  return run.report()
}

private struct MutationRun {
  let program: CheckedProgram
  let tests: [TestRun]
  /// By test: the rules that it expects something of.
  let asked: [Set<RuleID>]
  /// The rules in question; nil: all.
  let only: Set<RuleID>?
  let days: GrantDays
  /// By test: what its verdicts asked the matrices.
  let questions: [Set<Trace.Question>]
  /// Whether a matrix may be asked where a trace does not see it.
  let hidesQuestions: Bool
  /// Whether anything asks which products grant a feature, and not only whether somebody has it.
  let asksWhoGrants: Bool
  /// The tests, those that noticed something last first.
  var order: [Int]
  var runs = 0
  private var keys: [FeatureID: [Day: GrantKey]] = [:]

  enum Answer { case noticed, survived, refused, same, unreached }

  init(_ program: CheckedProgram, _ outcomes: [TestOutcome], _ isFiltered: Bool) {
    self.program = program
    tests = outcomes.map { TestRun(program.tests[$0.test], program) }
    questions = outcomes.map { $0.seen.reduce(into: []) { $0.formUnion($1.trace?.questions ?? []) } }
    asked = tests.map { Set($0.test.expectations.map(\.rule)) }
    only = !isFiltered ? nil : asked.reduce(into: []) { $0.formUnion($1) }
    days = GrantDays(program)
    asksWhoGrants = program.expressions.contains {
      if case .productsGranting = $0.kind { return true }
      return false
    }
    hidesQuestions = asksWhoGrants || MutationRun.asksElsewhere(program)
    order = Array(tests.indices)
  }

  /// Whether `has` stands in a holding or in what a rule's second `for each` goes over, or in a define that those use.
  private static func asksElsewhere(_ program: CheckedProgram) -> Bool {
    var rest = program.holdings.map(\.body) + program.rules.flatMap { $0.chain.map(\.source) }
    var seen: Set<TypedExpressionID> = []
    while let id = rest.popLast() {
      guard seen.insert(id).inserted else { continue }
      let kind = program[id].kind
      if case .has = kind { return true }
      if case .call(let define, _) = kind { rest.append(program.defines[define.index].body) }
      rest += kind.operands
    }
    return false
  }

  mutating func report() -> MutationReport {
    var tallies = Mutant.Kind.allCases.map { MutationReport.Tally(kind: $0) }
    var survivors: [Mutant] = []
    let allowances = MutationAllowance.all(in: program.files)
    var used = allowances.map { Array(repeating: false, count: $0.subjects.count) }
    for mutant in MutantCollector.mutants(of: program) {
      if let only, !mutant.rules.isEmpty, only.isDisjoint(with: mutant.rules) { continue }
      guard let kind = tallies.firstIndex(where: { $0.kind == mutant.kind }) else { continue }
      switch answer(mutant) {
      case .noticed: tallies[kind].noticed += 1
      case .refused: tallies[kind].refused += 1
      case .same: tallies[kind].same += 1
      case .unreached: tallies[kind].unreached += 1
      case .survived:
        if let index = allowances.firstIndex(where: { $0.place(of: mutant) != nil }), let place = allowances[index].place(of: mutant) {
          used[index][place] = true
          tallies[kind].allowed += 1
        } else {
          tallies[kind].survived += 1
          survivors.append(mutant)
        }
      }
    }
    let ordered = survivors.enumerated().sorted { left, right in
      let (first, second) = (left.element.span, right.element.span)
      return (first.file, first.start, left.offset) < (second.file, second.start, right.offset)
    }
    var idle: [(allowance: MutationAllowance, subject: String)] = []
    for (index, allowance) in allowances.enumerated() where only == nil {
      for (place, subject) in allowance.subjects.enumerated() where !used[index][place] { idle.append((allowance, subject)) }
    }
    return MutationReport(tallies: tallies, survivors: ordered.map(\.element), idle: idle, runs: runs)
  }

  private mutating func answer(_ mutant: Mutant) -> Answer {
    if mutant.rules.isEmpty { return .unreached }
    var changed = program
    mutant.apply(to: &changed)
    var places = order.indices.filter { !asked[order[$0]].isDisjoint(with: mutant.rules) }
    if let features = features(of: mutant) {
      if features.contains(where: { contradicts(changed, $0) }) { return .refused }
      // The days on which something else is granted, and the tests of those days.
      let all = GrantDays(days, GrantDays(changed))
      let possible = periods(of: mutant)
      let differing = Set(
        all.days.filter { day in
          possible.contains { $0.contains(day) }
            && features.contains { feature in
              let before = key(feature, day)
              return !before.grantsTheSame(as: GrantKey(feature, on: day, in: changed), asked: asksWhoGrants)
            }
        })
      if differing.isEmpty { return .same }
      places.removeAll { !differing.contains(all.standing(for: tests[order[$0]].test.asOf)) }
    } else {
      places.removeAll { !makesDifference(mutant, tests[order[$0]].test) }
    }
    if case .statement(_, _, let statement) = mutant.edit, !hidesQuestions {
      let question = Trace.Question(feature: statement.feature, products: statement.products)
      places.removeAll { !questions[order[$0]].contains(question) }
    }
    if places.isEmpty { return .survived }
    let plan = Planner.plan(changed)
    for place in places {
      runs += 1
      let test = order[place]
      if !tests[test].outcome(plan, keepsTraces: false, only: mutant.rules).failures.isEmpty {
        order.remove(at: place)
        order.insert(test, at: 0)
        return .noticed
      }
    }
    return .survived
  }

  /// The features of which a changed matrix may say something else; nil where no matrix is changed.
  private func features(of mutant: Mutant) -> [FeatureID]? {
    switch mutant.edit {
    case .statement(_, _, let statement): [statement.feature]
    case .others(let matrix): program.matrices[matrix.index].features
    case .versions(let versions):
      Set(versions.flatMap { program.matrices[$0.matrix.index].features }).sorted()
    case .preference(let index): program.preferences[index].features
    case .expression, .turnedRound, .rulePeriod, .severity, .waiver, .waiverTenants, .attestation, .product, .fact, .field: nil
    }
  }

  /// The days on which a changed matrix may say something else.
  private func periods(of mutant: Mutant) -> [Period] {
    switch mutant.edit {
    case .statement(let matrix, _, _), .others(let matrix): [program.matrices[matrix.index].period]
    case .expression, .turnedRound, .versions, .rulePeriod, .severity, .waiver, .waiverTenants, .preference, .attestation, .product, .fact,
      .field:
      [Period()]
    }
  }

  /// What is granted as the policies are written, worked out once.
  private mutating func key(_ feature: FeatureID, _ day: Day) -> GrantKey {
    if let known = keys[feature]?[day] { return known }
    let made = GrantKey(feature, on: day, in: program)
    keys[feature, default: [:]][day] = made
    return made
  }

  /// Whether a change of dates is one on the day of a test; other changes are on every day.
  private func makesDifference(_ mutant: Mutant, _ test: PolicyTest) -> Bool {
    let day = test.asOf
    func differ(_ left: Period, _ right: Period) -> Bool { left.contains(day) != right.contains(day) }
    switch mutant.edit {
    case .rulePeriod(let rule, let period): return differ(program[rule].period, period)
    case .waiver(let index, let on, let expires):
      let waiver = program.waivers[index]
      if !waiver.tenants.isEmpty && !waiver.tenants.contains(test.tenant ?? "test") { return false }
      return differ(Period(from: waiver.on, before: waiver.expires), Period(from: on, before: expires))
    case .waiverTenants(let index):
      let waiver = program.waivers[index]
      return !waiver.tenants.contains(test.tenant ?? "test") && Period(from: waiver.on, before: waiver.expires).contains(day)
    case .attestation(let index, let on, let expires):
      let attestation = program.attestations[index]
      if let tenant = attestation.tenant, tenant != test.tenant ?? "test" { return false }
      return differ(Period(from: attestation.on, before: attestation.expires), Period(from: on, before: expires))
    case .product(let id, let changed):
      let product = program[id]
      return zip(product.skus + product.plans + product.components, changed.skus + changed.plans + changed.components)
        .contains { differ($0.period, $1.period) }
        || zip(product.includes, changed.includes).contains { differ($0.period, $1.period) }
    case .fact(let fact, _): return !test.statements.contains { $0.fact == fact }
    case .expression, .turnedRound, .statement, .others, .versions, .preference, .severity, .field: return true
    }
  }

  /// Whether the checker would refuse the changed set: a `-` against another matrix's `yes` where no `prefer` decides.
  private func contradicts(_ changed: CheckedProgram, _ feature: FeatureID) -> Bool {
    struct Cell {
      var name: QualifiedName
      var products: [ProductID]
      var days: Period
    }
    var refusals: [[ProductID]: [Cell]] = [:]
    var grants: [Cell] = []
    for matrix in changed.matrices {
      for statement in matrix.statements where statement.feature == feature {
        guard let days = overlap(matrix.period, statement.period) else { continue }
        let cell = Cell(name: matrix.name, products: statement.products, days: days)
        switch statement.mark {
        case .no: refusals[statement.products, default: []].append(cell)
        case .yes: grants.append(cell)
        case .unknown: break
        }
      }
    }
    func same(_ left: QualifiedName, _ right: QualifiedName) -> Bool { left.module == right.module && left.name == right.name }
    return grants.contains { yes in
      (refusals[yes.products] ?? []).contains { no in
        !same(yes.name, no.name) && overlap(yes.days, no.days) != nil
          && !changed.preferences.contains {
            $0.features.contains(feature)
              && (same($0.preferred, yes.name) && same($0.over, no.name) || same($0.preferred, no.name) && same($0.over, yes.name))
          }
      }
    }
  }
}
