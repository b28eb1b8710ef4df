import Analysis
import Evaluation
import Reporting
import Semantics
import Syntax

extension Command {
  static let diff = Command(
    name: "diff",
    summary: "say what two policy sets judge differently",
    usage: "OLD NEW [options]",
    operands: [("OLD NEW", "two policy sets: folders that are searched for .licet files, or such files")],
    options: [snapshot, asOf, format, exitCode],
    notes: [
      """
      What is compared is what the policies mean: what each cell grants on each day, products, rules, facts, waivers and attestations. \
      Widened is what grants more, or fails more; narrowed what does so less. A product is known by its name, else by its SKUs or plans; a \
      rule by its name, else by `formerly` or by an equal body.
      """,
      """
      A witness is a snapshot that the engine has judged by both sets. `equal` is said only where it is proved; what was neither proved \
      nor shown by a witness is said to be not decided.
      """,
    ],
    codes: [.clean, .findings, .policyErrors, .nothingEvaluated, .usage, .unreadableSnapshot, .fault, .inputOutput],
    run: run)

  private static let snapshot = Option(
    "--snapshot", "PATH", isRepeatable: true,
    summary: "judge this snapshot, or standard input for `-`, by both, and say which subjects change verdict")
  private static let asOf = Option(
    "--as-of", "DATE", summary: "the day to judge snapshots for, as 2026-11-01; else the snapshot's own, else today in UTC")
  private static let format = Option(
    "--format", choices: ["text", "markdown", "json"], summary: "how to write the differences; text if not said")
  private static let exitCode = Option("--exit-code", summary: "end with 1 where something is, or may be, judged otherwise")

  @Sendable private static func run(_ arguments: Arguments, _ console: inout Console) throws(UsageError) -> Outcome {
    guard arguments.operands.count == 2 else { throw UsageError("two policy sets are compared: `licet diff OLD NEW`") }
    var day: Day?
    if let text = arguments.value(asOf) {
      guard let written = Day(parsing: Array(text.utf8)) else {
        throw UsageError("`--as-of` needs a day, as 2026-11-01, and not `\(printable(text))`")
      }
      day = written
    }
    let snapshots = try arguments.snapshots(snapshot)
    var outcome = Outcome()
    console.isQuiet = true
    let before = LoadedPolicies.ready([arguments.operands[0]], console: console, outcome: &outcome)
    let after = LoadedPolicies.ready([arguments.operands[1]], console: console, outcome: &outcome)
    console.isQuiet = false
    guard let before, let after else { return outcome }
    var report = DiffReport(before, after, compare(before, after))
    report.findWitnesses()
    for path in snapshots {
      do throws(SnapshotError) {
        report.tenants.append(try changes(report, path, day))
      } catch {
        outcome.add(error)
      }
    }
    guard outcome.isEmpty else { return outcome }
    switch arguments.value(format) {
    case "markdown": console.print(report.markdown)
    case "json": report.writeJSON(to: console.output.sink)
    default: console.print(report.text)
    }
    let isFound = arguments.has(exitCode) && report.differs
    outcome.add(isFound ? .findings : .clean, (isFound ? "found: " : "compared: ") + report.summary)
    return outcome
  }

  private static func changes(_ report: DiffReport, _ path: String, _ day: Day?) throws(SnapshotError) -> VerdictChanges {
    let options = EvaluationOptions(asOf: day, today: Day(days: System.today()))
    return try verdictChanges(
      from: report.old, to: report.new, rules: report.comparison.rules,
      snapshots: Snapshot.open(
        path, collections: (report.old.collections.map(\.fileName), report.new.collections.map(\.fileName))), options: options)
  }
}
