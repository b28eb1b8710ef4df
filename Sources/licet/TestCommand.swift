import Evaluation
import Reporting
import Semantics
import Syntax

extension Command {
  static let test = Command(
    name: "test",
    summary: "run the tests that stand in policies",
    usage: "POLICIES… [options]",
    operands: [("POLICIES", "folders that are searched for .licet files, or such files; together one policy set")],
    options: [filter, coverage, threshold, mutation, generation, format],
    notes: [
      """
      --coverage counts only what expectations name: each verdict of a rule, each part of its condition as true, false and unknown, and \
      each cell of a matrix that said what the answer was. --mutate changes each cell, comparison, connective, bound, date and severity \
      in turn and runs the tests that can see it; a change that no test notices is a survivor.
      """,
      """
      --generate writes a test in which each part of the rule's condition alone decides the verdict. The verdicts are what the policies \
      say now; whether they are right, you say by keeping it.
      """,
    ],
    codes: [.clean, .findings, .policyErrors, .nothingEvaluated, .usage, .fault, .inputOutput],
    run: run)

  private static let filter = Option("--filter", "TEXT", summary: "run only tests whose name, or whose row of `cases`, contains it")
  private static let coverage = Option("--coverage", summary: "say what the tests have seen of rules and matrices")
  private static let threshold = Option(
    "--threshold", "P", summary: "end with 1 where less than P in a hundred of verdicts, conditions or cells were seen")
  private static let mutation = Option(
    "--mutate", summary: "say which changes to the policies no test notices; end with 1 if there are any")
  private static let generation = Option("--generate", "RULE", summary: "run nothing; write a test of this rule at its boundaries")
  private static let format = Option(
    "--format", choices: TestFormat.all.map(\.name), summary: "how to write the outcomes; text on a terminal, else plain")

  @Sendable private static func run(_ arguments: Arguments, _ console: inout Console) throws(UsageError) -> Outcome {
    guard !arguments.operands.isEmpty else { throw UsageError("POLICIES is missing") }
    let threshold = try arguments.value(threshold).map { (text) throws(UsageError) in try Percentage(text) }
    if threshold != nil && !arguments.has(coverage) { throw UsageError("`--threshold` needs `--coverage`") }
    var outcome = Outcome()
    guard let program = LoadedPolicies.ready(arguments.operands, console: console, outcome: &outcome) else { return outcome }
    if let rule = arguments.value(generation) {
      generate(rule, program, console, &outcome)
      return outcome
    }
    let filter = arguments.value(filter).map { Text($0) }
    var report = TestReport(program: program, outcomes: runTests(program, filter: filter))
    if arguments.has(coverage) { report.coverage = TestCoverage(report.outcomes, of: program) }
    // A test that fails anyway notices nothing.
    if arguments.has(mutation) && report.failed == 0 { report.mutation = mutate(program, report.outcomes, isFiltered: filter != nil) }
    let name = arguments.value(format) ?? (console.outputIsTerminal ? "text" : "plain")
    var sink = console.output.sink
    if let format = TestFormat.all.first(where: { $0.name == name }) { format.write(report, console.outputHasColor, &sink) }
    sink.flush()
    judge(report, threshold, filter, &outcome)
    return outcome
  }

  /// The day is one of the policy set's own where it has any, so that the same policies give the same test.
  private static func generate(_ name: String, _ program: CheckedProgram, _ console: Console, _ outcome: inout Outcome) {
    guard let rule = findRule(name, program, &outcome) else { return }
    let day = program.tests.map(\.asOf).max() ?? Day(days: System.today())
    guard let text = generateTest(of: rule, in: program, today: day) else {
      outcome.add(.nothingEvaluated, "nothing was evaluated: no rows were found that `\(printable(name))` judges")
      return
    }
    console.print(text)
    outcome.add(.clean, "clean: a test of `\(program[rule].name.string)` was written")
  }

  private static func judge(_ report: TestReport, _ threshold: Percentage?, _ filter: Text?, _ outcome: inout Outcome) {
    let count = report.outcomes.count
    let counts = "\(plural(count, "test")), \(count - report.failed) passed, \(report.failed) failed"
    if report.outcomes.isEmpty {
      let filtered = filter.map { " whose name contains `\(printable($0.string))`" } ?? ""
      outcome.add(.nothingEvaluated, "nothing was evaluated: the policies have no test\(filtered)")
      return
    }
    if let coverage = report.coverage, let threshold {
      for (name, part) in [("verdicts", coverage.verdicts), ("conditions", coverage.conditions), ("cells", coverage.cells)]
      where !threshold.isReached(by: part) {
        outcome.add(.findings, "failed: \(part.covered) of \(part.total) \(name) were seen, fewer than \(threshold.text) in a hundred")
      }
    }
    if let survivors = report.mutation?.survivors.count, survivors > 0 {
      outcome.add(.findings, "failed: \(counts); no test notices \(plural(survivors, "change"))")
    }
    if let idle = report.mutation?.idle.count, idle > 0 {
      outcome.add(.findings, "failed: \(plural(idle, "change")) allowed by a comment without need")
    }
    if report.failed > 0 {
      outcome.add(.findings, "failed: \(counts)")
    } else if outcome.isEmpty {
      outcome.add(.clean, "clean: \(counts)" + (report.mutation == nil ? "" : "; each change is noticed"))
    }
  }
}

/// So many in a hundred, exactly as it is written: `99.5`.
private struct Percentage {
  let text: String
  /// The number times `scale`.
  private let scaled: Int
  private let scale: Int

  init(_ text: String) throws(UsageError) {
    self.text = text
    let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    let digits = parts.joined().map { Int($0) - 0x30 }
    let decimals = parts.count == 2 ? parts[1].count : 0
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }), digits.count <= 9, digits.allSatisfy({ (0...9).contains($0) })
    else { throw UsageError("`--threshold` is a number from 0 to 100, and not `\(printable(text))`") }
    scaled = digits.reduce(0) { $0 * 10 + $1 }
    scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    guard scaled <= 100 * scale else { throw UsageError("`--threshold` is a number from 0 to 100, and not `\(printable(text))`") }
  }

  /// Compared in whole numbers: nothing is rounded up to a pass.
  func isReached(by count: TestCoverage.Count) -> Bool {
    let (left, overflow) = count.covered.multipliedReportingOverflow(by: 100 * scale)
    let (right, overflows) = count.total.multipliedReportingOverflow(by: scaled)
    return overflow || overflows || left >= right
  }
}
