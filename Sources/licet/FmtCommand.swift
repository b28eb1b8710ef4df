import Reporting
import Syntax

extension Command {
  static let fmt = Command(
    name: "fmt",
    summary: "give policy files their one canonical form",
    usage: "PATH… [options]",
    operands: [("PATH", "files, or folders that are searched for .licet files; `-` is standard input")],
    options: [write, check, difference, list],
    notes: [
      "Without an option the canonical form of one file is written to standard output. Layout alone is changed, and signs that have another "
        + "spelling: ● becomes `yes`, ✗ `-`, and `==` `is`. A file with any other mistake is left as it is, byte for byte; the mistakes are told "
        + "on standard error, and the code is 3.",
      "Line ends stay as the first line has them; a byte-order mark is taken out.",
    ],
    codes: [.clean, .policyErrors, .nothingEvaluated, .usage, .fault, .inputOutput],
    run: run)

  private static let write = Option("--write", summary: "write each file that differs back to its place, whole or not at all")
  private static let check = Option("--check", summary: "change nothing; end with 3 where a file differs")
  private static let difference = Option("--diff", summary: "show what differs, as a unified diff")
  private static let list = Option("--list", summary: "name the files that differ")

  @Sendable private static func run(_ arguments: Arguments, _ console: inout Console) throws(UsageError) -> Outcome {
    guard !arguments.operands.isEmpty else { throw UsageError("PATH is missing") }
    for (one, other) in [(write, check), (difference, list)] where arguments.has(one) && arguments.has(other) {
      throw UsageError("`\(one.name)` and `\(other.name)` exclude each other")
    }
    let readsInput = arguments.operands.contains("-")
    if readsInput {
      guard arguments.operands.count == 1 else { throw UsageError("beside `-` no other PATH may stand") }
      guard !arguments.has(write) else { throw UsageError("standard input has no place to write back to") }
    }
    var outcome = Outcome()
    let files = readsInput ? input(&outcome) : PolicySet(arguments.operands, outcome: &outcome).files
    guard outcome.isEmpty else { return outcome }
    let prints = ![write, check, difference, list].contains { arguments.has($0) }
    guard !prints || files.count == 1 else {
      throw UsageError("there are \(files.count) files: say `--write`, `--check`, `--diff` or `--list`")
    }

    var tally = Tally()
    let renderer = DiagnosticRenderer(console.errorsAreTerminal ? .text(color: console.errorsHaveColor) : .plain)
    for file in files {
      let bytes: [UInt8]
      switch format(file) {
      case .refused(let mistakes):
        console.sayRaw(renderer.render(mistakes.filter { $0.severity == .error }, in: [file]))
        if prints { console.output.write(file.bytes) }
        let left = "`\(printable(file.path))` is left as it is"
        if mistakes.isEmpty {
          outcome.add(.fault, "\(left): its canonical form would not say the same, which is a fault of licet")
        } else {
          outcome.add(.policyErrors, "\(left): it has mistakes")
        }
        continue
      case .text(let formatted, _): bytes = formatted
      }
      if prints { console.output.write(bytes) }
      guard bytes != file.bytes else { continue }
      tally.differing += 1
      if arguments.has(list) { console.print(printable(file.path) + "\n") }
      if arguments.has(difference) { console.output.write(UnifiedDiff.bytes(from: file.bytes, to: bytes, name: file.path)) }
      if arguments.has(write) { tally.written += replace(file.path, with: bytes, &outcome) ? 1 : 0 }
    }
    tell(tally, of: files.count, arguments, &outcome)
    return outcome
  }

  private struct Tally {
    var differing = 0
    var written = 0
  }

  private static func tell(_ tally: Tally, of count: Int, _ arguments: Arguments, _ outcome: inout Outcome) {
    let files = plural(count, "file")
    if arguments.has(check) && tally.differing > 0 {
      let verb = tally.differing == 1 ? "is" : "are"
      outcome.add(.policyErrors, "\(tally.differing) of \(files) \(verb) not in canonical form; `licet fmt --write` mends that")
    } else if !outcome.isEmpty {
      // What was left as it is has been said, and is no clean end.
      return
    } else if arguments.has(write) {
      outcome.add(.clean, "clean: \(files), \(tally.written) written")
    } else if arguments.has(check) || arguments.has(difference) || arguments.has(list) {
      outcome.add(.clean, "clean: \(files), \(tally.differing) to be written")
    }
  }

  private static func input(_ outcome: inout Outcome) -> [SourceFile] {
    do throws(SystemError) {
      let limit = SourceFile.largestSize
      guard let bytes = try System.contents(of: 0, path: "standard input", atMost: limit) else {
        outcome.add(.inputOutput, "cannot read standard input: a policy file has at most \(limit >> 20) MiB")
        return []
      }
      return [SourceFile(path: "standard input", bytes: bytes)]
    } catch {
      outcome.add(error)
      return []
    }
  }

  private static func replace(_ path: String, with bytes: [UInt8], _ outcome: inout Outcome) -> Bool {
    do throws(SystemError) {
      let file = try OutputFile(path)
      defer { file.abandon() }
      file.channel.write(bytes)
      try file.finish()
      return true
    } catch {
      outcome.add(error)
      return false
    }
  }
}
