package import Semantics
package import Syntax

/// How one test of a policy set ended.
package struct TestOutcome: Sendable {
  /// An index into the program's tests.
  package var test: Int
  /// Empty: it passed.
  package var failures: [TestFailure]
  /// The verdicts that its expectations are about, each once.
  package var seen: [Seen]

  /// A verdict that an expectation names.
  package struct Seen: Sendable {
    package var rule: RuleID
    package var verdict: Verdict
    package var trace: Trace?
  }
}

/// One expectation that was not met.
package struct TestFailure: Sendable {
  package var span: SourceSpan
  package var expected: String
  package var actual: String
  /// Which other verdicts the rule gave, a line each; what an unmet expectation says of a subject that is not there.
  package var detail: [String]
  /// The values of the condition's parts; nil where nothing was judged.
  package var trace: Trace?
}

/// Runs the tests of a policy set, each over a snapshot of its own rows, by the same reader and engine as `evaluate`.
///
/// - Parameter filter: only tests whose name, or whose row of `cases`, contains it.
package func runTests(_ program: CheckedProgram, filter: Text? = nil) -> [TestOutcome] {
  let plan = Planner.plan(program)
  var outcomes: [TestOutcome] = []
  for index in program.tests.indices where isNamed(program.tests[index], filter) {
    let run = TestRun(program.tests[index], program)
    let (failures, seen) = run.outcome(plan, keepsTraces: true)
    outcomes.append(TestOutcome(test: index, failures: failures, seen: seen))
  }
  return outcomes
}

/// Whether a filter takes a test in.
func isNamed(_ test: PolicyTest, _ filter: Text?) -> Bool {
  guard let filter else { return true }
  let row = test.caseName?.utf8 ?? []
  let search = TextSearch(filter.utf8)
  return search.occurs(in: test.name.utf8.span) || search.occurs(in: row.span)
}

/// One test, its rows made ready to be read.
struct TestRun {
  let test: PolicyTest
  private let program: CheckedProgram
  private let snapshot: Snapshot
  private let options: EvaluationOptions

  /// - Parameter program: the policies as they are written; what they are run with may be another one of the same shapes.
  init(_ test: PolicyTest, _ program: CheckedProgram) {
    self.test = test
    self.program = program
    snapshot = TestRows(test, program).snapshot()
    var options = EvaluationOptions(asOf: test.asOf, today: test.asOf)
    for expectation in test.expectations where !options.only.contains(expectation.rule) {
      options.only.append(expectation.rule)
    }
    options.statements = test.statements.map {
      EvaluationOptions.Statement(tenant: nil, fact: $0.fact, value: $0.value)
    }
    self.options = options
  }

  /// The verdicts that a plan gives; the error where the rows can't be read.
  func verdicts(_ plan: Plan, keepsTraces: Bool, only: Set<RuleID>? = nil) throws(SnapshotError) -> [Judge.Reached] {
    var options = options
    if let only { options.only.removeAll { !only.contains($0) } }
    var judge = try Judge(plan: plan, snapshot: snapshot, options: options, tenant: 0)
    judge.keepsVerdicts = true
    judge.keepsTraces = keepsTraces
    try judge.run()
    return judge.verdicts
  }

  /// Which expectations are not met, and the verdicts that they are about.
  ///
  /// - Parameter only: the rules in question; nil: all.
  func outcome(_ plan: Plan, keepsTraces: Bool, only: Set<RuleID>? = nil) -> (failures: [TestFailure], seen: [TestOutcome.Seen]) {
    do throws(SnapshotError) {
      let reached = try verdicts(plan, keepsTraces: keepsTraces, only: only)
      var failures: [TestFailure] = []
      var found: [Int] = []
      for expectation in test.expectations where only?.contains(expectation.rule) ?? true {
        let matching = reached.indices.filter {
          reached[$0].rule == expectation.rule && matches(reached[$0].subject, expectation.subjects)
        }
        let chosen = matching.first { reached[$0].verdict.rawValue == expectation.verdict.rawValue } ?? matching.first
        if let failure = check(expectation, chosen.map { reached[$0] }, reached, plan.program) { failures.append(failure) }
        if let chosen, !found.contains(chosen) { found.append(chosen) }
      }
      let seen = found.map {
        TestOutcome.Seen(rule: reached[$0].rule, verdict: reached[$0].verdict, trace: reached[$0].trace)
      }
      return (failures, seen)
    } catch {
      let reason: String
      switch error {
      case .malformed(_, _, _, _, let said): reason = said
      case .io(let file, let operation, let errno): reason = "\(operation) \(file): error \(errno)"
      }
      return ([TestFailure(span: test.span, expected: "rows that can be read", actual: reason, detail: [])], [])
    }
  }

  private func check(
    _ expectation: PolicyTest.Expectation, _ found: Judge.Reached?, _ reached: [Judge.Reached], _ judged: CheckedProgram
  ) -> TestFailure? {
    let rule = judged[expectation.rule]
    let whom = expectation.subjects.map { part in
      part.thing.string + (part.label.map { " \"\($0.string)\"" } ?? "")
    }.joined(separator: ", ")
    let expected = "\(expectation.verdict.rawValue) \(rule.name.string)" + (whom.isEmpty ? "" : " for \(whom)")
    guard let found else {
      let isInForce = rule.period.contains(test.asOf)
      // On a day on which it is not in force, a rule applies to nobody.
      if !isInForce && expectation.verdict == .inapplicable { return nil }
      let others = reached.filter { $0.rule == expectation.rule }.prefix(5)
      return TestFailure(
        span: expectation.span, expected: expected,
        actual: isInForce ? "no such subject" : "the rule is not in force on \(test.asOf.text)",
        detail: others.map { "\($0.verdict.rawValue) for \(describe($0.subject))" })
    }
    func failure(_ expected: String, _ actual: String) -> TestFailure {
      TestFailure(span: expectation.span, expected: expected, actual: actual, detail: [], trace: found.trace)
    }
    if found.verdict.rawValue != expectation.verdict.rawValue { return failure(expected, found.verdict.rawValue) }
    if let severity = expectation.severity, rule.severity != severity {
      return failure("a \(severity.rawValue)", "a \(rule.severity.rawValue)")
    }
    if let message = expectation.message, found.finding?.message != message {
      return failure(
        "message \"\(message.string)\"", found.finding.map { "message \"\($0.message.string)\"" } ?? "no message")
    }
    // What fails is decided by values, what cannot be told by what is missing.
    let isFailure = found.verdict == .fail || (found.verdict == .waived && found.finding?.original == .fail)
    let named = isFailure ? Set((found.finding?.because ?? []).map(\.expression)) : found.unknownPaths
    if let because = expectation.because, !named.contains(because) {
      let paths = named.map(\.string).sorted()
      return failure(
        "because \(because.string)", paths.isEmpty ? "nothing is missing" : "because " + paths.joined(separator: ", "))
    }
    return nil
  }

  /// A label where the subject has one, else its key; no subjects: the tenant, or whoever is the only one.
  private func matches(_ subject: Subject, _ expected: [PolicyTest.Subject]) -> Bool {
    if expected.isEmpty { return true }
    if expected.count == 1 && expected[0].label == nil {
      return subject.isCollection && subject.parts.first?.thing == expected[0].thing
    }
    if subject.isCollection || subject.parts.count != expected.count { return false }
    return zip(subject.parts, expected).allSatisfy { part, wanted in
      guard part.thing == wanted.thing, let label = wanted.label else { return false }
      return label == part.label || label == part.key || label.string == part.key.map(withoutNulls)
    }
  }

  /// A key of several fields, those that are null left out.
  private func withoutNulls(_ key: Text) -> String {
    var parts: [String] = []
    for part in key.string.split(separator: ",") {
      let trimmed = part.drop { $0 == " " }
      if trimmed != "null" { parts.append(String(trimmed)) }
    }
    return parts.joined(separator: ", ")
  }

  private func describe(_ subject: Subject) -> String {
    if subject.parts.isEmpty { return "the tenant" }
    return subject.parts.map { part in
      part.thing.string + ((part.label ?? part.key).map { " \"\($0.string)\"" } ?? "")
    }.joined(separator: ", ")
  }
}
