import Evaluation
import Reporting
import Syntax

extension Command {
  static let test = Command(
    name: "test",
    summary: "run the tests that stand in policies",
    usage: "POLICIES… [options]",
    operands: [("POLICIES", "folders that are searched for .licet files, or such files; together one policy set")],
    options: [filter, format],
    notes: [],
    codes: [.clean, .findings, .policyErrors, .nothingEvaluated, .usage, .fault, .inputOutput],
    run: run)

  private static let filter = Option("--filter", "TEXT", summary: "run only tests whose name contains it")
  private static let format = Option(
    "--format", choices: TestFormat.all.map(\.name), summary: "how to write the outcomes; text on a terminal, else plain")

  @Sendable private static func run(_ arguments: Arguments, _ console: inout Console) throws(UsageError) -> Outcome {
    guard !arguments.operands.isEmpty else { throw UsageError("POLICIES is missing") }
    var outcome = Outcome()
    guard let program = LoadedPolicies.ready(arguments.operands, console: console, outcome: &outcome) else { return outcome }
    let outcomes = runTests(program, filter: arguments.value(filter).map { Text($0) })
    let name = arguments.value(format) ?? (console.outputIsTerminal ? "text" : "plain")
    var sink = console.output.sink
    if let format = TestFormat.all.first(where: { $0.name == name }) {
      format.write(outcomes, program, console.outputHasColor, &sink)
    }
    sink.flush()
    let failed = outcomes.count { !$0.failures.isEmpty }
    let counts = "\(plural(outcomes.count, "test")), \(outcomes.count - failed) passed, \(failed) failed"
    if outcomes.isEmpty {
      let filtered = arguments.value(filter).map { " whose name contains `\(printable($0))`" } ?? ""
      outcome.add(.nothingEvaluated, "nothing was evaluated: the policies have no test\(filtered)")
    } else if failed > 0 {
      outcome.add(.findings, "failed: \(counts)")
    } else {
      outcome.add(.clean, "clean: \(counts)")
    }
    return outcome
  }
}
