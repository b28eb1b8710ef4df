import Analysis
import Reporting
import Syntax

extension Command {
  static let lint = Command(
    name: "lint",
    summary: "find what is wrong with policies, without a snapshot",
    usage: "POLICIES… [options]",
    operands: [("POLICIES", "folders that are searched for .licet files, or such files; together one policy set")],
    options: [format, level],
    notes: ["Each message has a code; `licet explain CODE` tells more of it, with an example."],
    codes: [.clean, .findings, .policyErrors, .nothingEvaluated, .usage, .fault, .inputOutput],
    run: run)

  private static let format = Option(
    "--format", choices: DiagnosticFormat.all.map(\.name), summary: "how to write the messages; text on a terminal, else plain")
  private static let level = Option(
    "--fail-level", choices: ["error", "warning", "note"], summary: "end with 1 from this severity on; warning if not said")

  @Sendable private static func run(_ arguments: Arguments, _ console: inout Console) throws(UsageError) -> Outcome {
    guard !arguments.operands.isEmpty else { throw UsageError("POLICIES is missing") }
    var outcome = Outcome()
    var loaded = LoadedPolicies(arguments.operands, outcome: &outcome)
    guard outcome.isEmpty else { return outcome }
    if let program = loaded.program { loaded.add(prove(program)) }
    let name = arguments.value(format) ?? (console.outputIsTerminal ? "text" : "plain")
    var sink = console.output.sink
    if let format = DiagnosticFormat.all.first(where: { $0.name == name }) {
      format.write(loaded.diagnostics, loaded.files, console.outputHasColor, &sink)
    }
    sink.flush()
    let errors = loaded.count(.error)
    let warnings = loaded.count(.warning)
    let notes = loaded.count(.note)
    var counts = "\(plural(errors, "error")), \(plural(warnings, "warning"))"
    if notes > 0 { counts += ", \(plural(notes, "note"))" }
    let level = arguments.value(level) ?? "warning"
    let isFailure = level == "note" ? warnings + notes > 0 : level == "warning" && warnings > 0
    let words = "\(counts) in \(plural(loaded.files.count, "file"))"
    if errors > 0 {
      outcome.add(.policyErrors, "the policies have errors: \(words)")
    } else if isFailure {
      outcome.add(.findings, "found: \(words)")
    } else {
      outcome.add(.clean, "clean: \(words)")
    }
    return outcome
  }
}
