import Evaluation
import Reporting
import Semantics
import Syntax

/// What the words behind `licet eval` ask for.
struct EvalOptions {
  let policies: [String]
  let snapshots: [String]
  let asOf: Day?
  /// Of standard output.
  let format: ReportFormat
  let outputs: [(path: String, format: ReportFormat)]
  let only: [String]
  let language: Text?
  let failLevel: RuleSeverity
  let allowsUndetermined: Bool
  let attestations: [String]
  let jobs: Int
  /// In bytes.
  let memory: Int?
  let isQuiet: Bool
  let showsProgress: Bool
  let tellsTiming: Bool

  static let all: [Option] = [
    snapshot, asOf, format, output, only, language, failLevel, allowUndetermined, attest, jobs, memory, quiet, progress, timing,
  ]
  private static let snapshot = Option(
    "--snapshot", "PATH", isRepeatable: true,
    summary: "a folder of exported files, one JSON file that holds several collections, or `-`; each is one tenant, judged alone")
  private static let asOf = Option(
    "--as-of", "DATE", summary: "the day to judge for, as 2026-11-01; else the snapshot's own, else today in UTC")
  private static let format = Option(
    "--format", choices: ReportFormat.all.map(\.name), summary: "how to write the report; text on a terminal, else plain")
  private static let output = Option(
    "--output", "FILE", isRepeatable: true,
    summary: "write the report there and not on standard output; the ending says the format ("
      + ReportFormat.all.compactMap { format in format.ending.map { ".\($0) \(format.name)" } }.joined(separator: ", ")
      + "), or --format does")
  private static let only = Option("--only", "RULE", isRepeatable: true, summary: "run this rule, and those of further --only, alone")
  private static let language = Option("--lang", "LANGUAGE", summary: "write the policies' texts in this language, where they have it")
  private static let failLevel = Option(
    "--fail-level", choices: ["violation", "warning", "notice"], summary: "end with 1 from this severity on; warning if not said")
  private static let allowUndetermined = Option("--allow-undetermined", summary: "end with 0 where all that was not found was not told")
  private static let attest = Option(
    "--attest", "[TENANT:]FACT=VALUE", isRepeatable: true, summary: "state a fact that no export holds; for one tenant or for all")
  private static let jobs = Option(
    "--jobs", "N", summary: "how many threads work, from 1 to 64; else as many as there are processors. The report is the same")
  private static let memory = Option(
    "--memory", "SIZE",
    summary: "how much the collections may take that rows join to, as 500M or 2G; where they are larger they are read in parts, and what "
      + "joins to them once for each part. The report is the same")
  private static let quiet = Option("--quiet", summary: "say nothing on standard error but why the code is not 0")
  private static let progress = Option(
    "--progress", choices: ["auto", "never"], summary: "show on a terminal how far the reading is; auto if not said")

  private static let timing = Option(
    "--timing", summary: "say in the report how long it took and how much was read; without it the same snapshot gives the same bytes")

  init(_ arguments: Arguments, console: Console) throws(UsageError) {
    policies = arguments.operands
    snapshots = try arguments.snapshots(EvalOptions.snapshot)
    guard !policies.isEmpty else { throw UsageError("POLICIES is missing") }
    guard !snapshots.isEmpty else { throw UsageError("`--snapshot PATH` is missing") }
    if let text = arguments.value(EvalOptions.asOf) {
      guard let day = Day(parsing: Array(text.utf8)) else {
        throw UsageError("`--as-of` needs a day, as 2026-11-01, and not `\(printable(text))`")
      }
      asOf = day
    } else {
      asOf = nil
    }
    let named = arguments.value(EvalOptions.format).flatMap { name in ReportFormat.all.first { $0.name == name } }
    format = named ?? (console.outputIsTerminal ? .text : .plain)
    var outputs: [(path: String, format: ReportFormat)] = []
    for path in arguments.all(EvalOptions.output) {
      guard !outputs.contains(where: { $0.path == path }) else { throw UsageError("`--output \(printable(path))` stands twice") }
      outputs.append((path, try EvalOptions.format(of: path, named: named)))
    }
    self.outputs = outputs
    only = arguments.all(EvalOptions.only)
    language = arguments.value(EvalOptions.language).map { Text($0) }
    failLevel = arguments.value(EvalOptions.failLevel).flatMap { RuleSeverity(rawValue: $0) } ?? .warning
    allowsUndetermined = arguments.has(EvalOptions.allowUndetermined)
    attestations = arguments.all(EvalOptions.attest)
    if let text = arguments.value(EvalOptions.jobs) {
      guard let number = Int(text), (1...64).contains(number) else {
        throw UsageError("`--jobs` needs a number from 1 to 64, and not `\(printable(text))`")
      }
      jobs = number
    } else {
      jobs = System.processors
    }
    memory = try arguments.value(EvalOptions.memory).map { text throws(UsageError) in
      guard let bytes = EvalOptions.bytes(of: text) else {
        throw UsageError("`--memory` needs a size from 1M to 1024G, as 500M or 2G, and not `\(printable(text))`")
      }
      return bytes
    }
    isQuiet = arguments.has(EvalOptions.quiet)
    tellsTiming = arguments.has(EvalOptions.timing)
    showsProgress = arguments.value(EvalOptions.progress) != "never" && !isQuiet && console.errorsAreTerminal
  }

  /// Of a number of MiB or GiB.
  private static func bytes(of text: String) -> Int? {
    guard let last = text.last, let shift = ["M": 20, "G": 30][last], text.first?.isASCII == true, text.first?.isNumber == true,
      let number = Int(text.dropLast()), (1...(1 << 40) >> shift).contains(number)
    else { return nil }
    return number << shift
  }

  /// By the file's ending; where that says nothing, as `--format` says. The two may not contradict each other.
  private static func format(of path: String, named: ReportFormat?) throws(UsageError) -> ReportFormat {
    guard path != "-" else { throw UsageError("`--output` needs a file; without it the report is written to standard output") }
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let ending = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last.map(String.init)
    let byEnding = ReportFormat.all.first { $0.ending != nil && $0.ending == ending }
    guard let byEnding else {
      guard let named else {
        let endings = ReportFormat.all.compactMap { format in format.ending.map { "`.\($0)`" } }
        throw UsageError(
          "the ending of `\(printable(path))` says no format: known are \(listed(endings)); `--format` says it for others")
      }
      return named
    }
    // Both forms of text may end in .txt.
    guard let named, named.name != byEnding.name, !(ending == "txt" && named.name == ReportFormat.text.name) else {
      return named ?? byEnding
    }
    throw UsageError("the ending of `\(printable(path))` says \(byEnding.name), but `--format` says \(named.name)")
  }
}

extension Arguments {
  /// The snapshots that an option names: of these, standard input is one at most.
  func snapshots(_ option: Option) throws(UsageError) -> [String] {
    let paths = all(option)
    guard paths.count(where: { $0 == "-" }) < 2 else {
      throw UsageError("standard input can be read once alone, and `\(option.name) -` stands twice")
    }
    return paths
  }
}
