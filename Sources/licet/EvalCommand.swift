import Evaluation
import Reporting
import Semantics
import Syntax

extension Command {
  static let eval = Command(
    name: "eval",
    summary: "judge snapshots by policies",
    usage: "POLICIES… --snapshot PATH… [options]",
    operands: [("POLICIES", "folders that are searched for .licet files, or such files; together one policy set")],
    options: EvalOptions.all,
    notes: [
      "A snapshot is what was exported of one tenant. A collection `users` is read from users.json, users.jsonl or the pages "
        + "users.0001.json, users.0002.json and so on.",
      "Passing subjects are counted, not listed. What the snapshot does not hold is never taken for a pass: it is said to be undetermined, "
        + "with what is missing.",
    ],
    codes: ExitCode.allCases,
    run: run)

  @Sendable private static func run(_ arguments: Arguments, _ console: inout Console) throws(UsageError) -> Outcome {
    let options = try EvalOptions(arguments, console: console)
    console.isQuiet = options.isQuiet
    let begin = options.tellsTiming ? System.milliseconds() : 0
    var outcome = Outcome()
    var files: [OutputFile] = []
    for (path, _) in options.outputs {
      do throws(SystemError) {
        files.append(try OutputFile(path))
      } catch {
        outcome.add(error)
      }
    }
    defer { for file in files { file.abandon() } }
    try judge(options, since: begin, &console, files, &outcome)
    return outcome
  }

  private static func judge(
    _ options: EvalOptions, since begin: Int, _ console: inout Console, _ files: [OutputFile], _ outcome: inout Outcome
  ) throws(UsageError) {
    let program = LoadedPolicies.ready(options.policies, console: console, outcome: &outcome)
    // Told beside errors of the policies, since it weighs more.
    for path in options.snapshots where path != "-" {
      do throws(SystemError) {
        _ = try System.info(path, followsLink: true)
      } catch {
        outcome.add(error)
      }
    }
    guard let program else { return }
    let only = options.rules(of: program, &outcome)
    let statements = try options.statements(of: program)
    guard outcome.isEmpty else { return }
    let progress = Progress(console, isWanted: options.showsProgress)
    let snapshots = open(options.snapshots, program, progress, &outcome)
    try options.checkTenants(snapshots.map(\.id), statements)
    guard outcome.isEmpty else { return }
    if !console.isQuiet {
      for snapshot in snapshots where !program.collections.indices.contains(where: snapshot.isPresent) {
        let names = program.collections.prefix(5).map { "`\(printable($0.fileName.string))`" }
        let rest = program.collections.count - names.count
        guard let first = program.collections.first.map({ printable($0.fileName.string) }) else { continue }
        console.say(
          "licet: `\(printable(snapshot.id.string))` holds none of the collections that the policies read, "
            + "\(listed(rest > 0 ? names + ["\(rest) more"] : names)): a file is named after its collection, as `\(first).json`, "
            + "or holds several, as `{\"\(first)\": […]}`")
      }
      for snapshot in snapshots where !snapshot.unusedFiles.isEmpty {
        let names = snapshot.unusedFiles.prefix(5).map { "`\(printable($0))`" }
        let rest = snapshot.unusedFiles.count - names.count
        console.say(
          "licet: not read in `\(printable(snapshot.id.string))`: \(names.joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : "")")
      }
    }
    let context = ReportContext(
      program: program, version: Licet.version, failLevel: options.failLevel, allowsUndetermined: options.allowsUndetermined,
      only: only, language: options.language, width: options.outputs.isEmpty ? console.outputWidth : nil,
      hasColor: options.outputs.isEmpty && console.outputHasColor)
    evaluate(program, snapshots, statements, options, since: begin, context, console, progress, files, &outcome)
  }

  private static func open(
    _ paths: [String], _ program: CheckedProgram, _ progress: Progress, _ outcome: inout Outcome
  ) -> [Snapshot] {
    defer { progress.erase() }
    var snapshots: [Snapshot] = []
    for path in paths {
      do throws(SnapshotError) {
        snapshots.append(
          try Snapshot.open(path, collections: program.collections.map(\.fileName), onBytes: { progress.show(putBy: $0, bytes: $1) }))
      } catch {
        outcome.add(error)
      }
    }
    return snapshots
  }

  private static func evaluate(
    _ program: CheckedProgram, _ snapshots: [Snapshot], _ statements: [EvaluationOptions.Statement], _ options: EvalOptions,
    since begin: Int, _ context: ReportContext, _ console: Console, _ progress: Progress, _ files: [OutputFile],
    _ outcome: inout Outcome
  ) {
    // Each output has its file: where one could not be made, nothing is evaluated.
    let formats = files.isEmpty ? [options.format] : options.outputs.map(\.format)
    var sinks = files.isEmpty ? [console.output.sink] : files.map(\.channel.sink)
    var lines = formats.map { _ in FindingLines() }
    var judging = EvaluationOptions(
      asOf: options.asOf, today: Day(days: System.today()), only: context.only, language: options.language, statements: statements)
    judging.jobs = options.jobs
    judging.mostMemory = options.memory
    judging.keepsFindings = formats.contains { $0.lines == nil }
    var report: Report
    do throws(SnapshotError) {
      report = try Evaluation.evaluate(
        program, snapshots: snapshots, options: judging,
        onFindings: { findings, tenant in
          let all = findings.indices
          for index in formats.indices { formats[index].lines?(findings, all, tenant, context, &lines[index], &sinks[index]) }
        },
        onProgress: { progress.show($0) })
    } catch {
      progress.erase()
      // What was found until then was found; the line that ends a whole report is missing.
      for index in sinks.indices { sinks[index].flush() }
      return outcome.add(error)
    }
    progress.erase()
    if !console.isQuiet { for aside in report.asides { console.say("licet: \(printable(aside))") } }
    if options.tellsTiming {
      report.timing = Timing(
        milliseconds: System.milliseconds() - begin, cpuMilliseconds: System.cpuMilliseconds(), threads: options.jobs)
    }
    for index in formats.indices {
      do throws(SnapshotError) {
        try formats[index].end(report, context, &sinks[index])
      } catch {
        sinks[index].flush()
        return outcome.add(error)
      }
      sinks[index].flush()
    }
    for file in files {
      do throws(SystemError) {
        try file.finish()
      } catch {
        outcome.add(error)
      }
    }
    let summary = ReportSummary(report, context)
    let code: ExitCode =
      switch summary.outcome {
      case .clean: .clean
      case .findings: .findings
      case .undetermined: .undetermined
      case .nothingEvaluated: .nothingEvaluated
      }
    outcome.add(code, summary.reason)
  }
}

extension Outcome {
  mutating func add(_ error: SnapshotError) {
    switch error {
    case .malformed(let file, let line, let column, _, let reason):
      add(.unreadableSnapshot, "cannot read the snapshot: \(printable(file)):\(line):\(column): \(printable(reason))")
    case .io(let file, let operation, let errno):
      add(.inputOutput, "cannot \(operation) `\(printable(file))`: \(System.words(of: errno))")
    }
  }
}
