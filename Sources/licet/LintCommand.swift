import Analysis
import Evaluation
import Linting
import Reporting
import Semantics
import Syntax

extension Command {
  static let lint = Command(
    name: "lint",
    summary: "find what is wrong with policies, without a snapshot",
    usage: "POLICIES… [options]",
    operands: [("POLICIES", "folders that are searched for .licet files, or such files; together one policy set")],
    options: [format, level, asOf, fix, dryRun],
    notes: [
      "Each message says how it is known: `error[LIC0123]` is refused by the language, `warning[id, proved]` holds for every possible snapshot, "
        + "`warning[id, habit]` is a habit worth keeping. Habits are looked at in policies without errors.",
      "`licet explain CODE` tells more of a message, with an example. `lint ID off because \"…\"` in a policy file switches a rule off, or to "
        + "`note`, `warning` or `error`; the comment `// lint: allow ID because …` silences it for the declaration that follows.",
      "`--fix` never changes what the policies judge, except where the message's help says in brackets what does; what the language refuses "
        + "is not mended by it, since the mending is a guess.",
    ],
    codes: [.clean, .findings, .policyErrors, .nothingEvaluated, .usage, .fault, .inputOutput],
    run: run)

  private static let format = Option(
    "--format", choices: DiagnosticFormat.all.map(\.name), summary: "how to write the messages; text on a terminal, else plain")
  private static let level = Option(
    "--fail-level", choices: ["error", "warning", "note"], summary: "end with 1 from this severity on; warning if not said")
  private static let asOf = Option(
    "--as-of", "DATE", summary: "the day for which sources are old and waivers expired, as 2026-11-01; today in UTC if not said")

  private static let fix = Option("--fix", summary: "mend what a machine may mend, in the files, and tell what is left")
  private static let dryRun = Option("--dry-run", summary: "with --fix: write what would change as a unified diff, and change nothing")

  @Sendable private static func run(_ arguments: Arguments, _ console: inout Console) throws(UsageError) -> Outcome {
    guard !arguments.operands.isEmpty else { throw UsageError("POLICIES is missing") }
    let day = try day(arguments.value(asOf))
    guard arguments.has(fix) || !arguments.has(dryRun) else { throw UsageError("`--dry-run` needs `--fix`") }
    var outcome = Outcome()
    var loaded = LoadedPolicies(arguments.operands, outcome: &outcome)
    guard outcome.isEmpty else { return outcome }
    if arguments.has(fix), loaded.program != nil, let fixed = Linting.fixed(loaded.files, asOf: day) {
      let changed = changes(loaded, fixed)
      let mended = "\(plural(fixed.applied.count, "thing")) in \(plural(changed.count, "file"))"
      if fixed.left > 0 { console.say("licet: \(fixed.left) left, after whose mending the policies would be refused") }
      if arguments.has(dryRun) {
        for (old, new) in zip(loaded.files, fixed.files) {
          console.output.write(UnifiedDiff.bytes(from: old.bytes, to: new.bytes, name: old.path))
        }
        if !changed.isEmpty { console.say("licet: would mend \(mended)") }
        let rest = LoadedPolicies(fixed.files)
        conclude(messages(of: rest, asOf: day), files: rest.files.count, level: arguments.value(level) ?? "warning", &outcome)
        return outcome
      }
      do throws(SystemError) {
        try ReplacedFiles(changed).replace()
      } catch {
        outcome.add(error)
        return outcome
      }
      if !changed.isEmpty { console.say("licet: mended \(mended)") }
      loaded = LoadedPolicies(fixed.files)
    }
    let diagnostics = messages(of: loaded, asOf: day)
    let name = arguments.value(format) ?? (console.outputIsTerminal ? "text" : "plain")
    var sink = console.output.sink
    if let format = DiagnosticFormat.all.first(where: { $0.name == name }) {
      format.write(diagnostics, loaded.files, console.outputHasColor, &sink)
    }
    sink.flush()
    conclude(diagnostics, files: loaded.files.count, level: arguments.value(level) ?? "warning", &outcome)
    return outcome
  }

  private static func changes(_ loaded: LoadedPolicies, _ fixed: Fixed) -> [(path: String, bytes: [UInt8])] {
    zip(loaded.files, fixed.files).compactMap { old, new in old.bytes == new.bytes ? nil : (new.path, new.bytes) }
  }

  private static func day(_ written: String?) throws(UsageError) -> Day {
    guard let written else { return Day(days: System.today()) }
    guard let day = Day(parsing: Array(written.utf8)) else {
      throw UsageError("`--as-of` needs a day, as 2026-11-01, and not `\(printable(written))`")
    }
    return day
  }

  /// What the language refuses; in policies without errors also what is proved of them, and habits that they do not keep.
  private static func messages(of policies: LoadedPolicies, asOf day: Day) -> [Diagnostic] {
    guard let program = policies.program else { return policies.diagnostics }
    var search = ShownWitness(program)
    let proved = prove(program) { search.lines($0.expected, where: $0.conditions, on: $0.day, tenant: $0.tenant) }
    return policies.diagnostics + Linting.lint(program, policies.trees, asOf: day, proved: proved, provable: analysisDiagnostics)
  }

  private static func conclude(_ diagnostics: [Diagnostic], files: Int, level: String, _ outcome: inout Outcome) {
    func count(_ severity: Diagnostic.Severity) -> Int { diagnostics.count { $0.severity == severity } }
    let (errors, warnings, notes) = (count(.error), count(.warning), count(.note))
    var words = "\(plural(errors, "error")), \(plural(warnings, "warning"))"
    if notes > 0 { words += ", \(plural(notes, "note"))" }
    let natures = DiagnosticKind.Nature.allCases.map { nature in
      let number = diagnostics.count { $0.kind.nature == nature }
      return switch nature {
      case .refused: "\(number) refused"
      case .proved: "\(number) proved"
      case .habit: plural(number, "habit")
      }
    }
    words += " in \(plural(files, "file")) (\(natures.joined(separator: ", ")))"
    let isRefused = diagnostics.contains { $0.severity == .error && $0.kind.nature == .refused }
    if isRefused {
      outcome.add(.policyErrors, "the policies have errors: \(words)")
    } else if errors > 0 || (level != "error" && warnings > 0) || (level == "note" && notes > 0) {
      outcome.add(.findings, "found: \(words)")
    } else {
      outcome.add(.clean, "clean: \(words)")
    }
  }
}
