import Reporting
import Syntax

/// The tool: finds the command, runs it, says the reason, returns the code.
@main
enum Licet {
  static let version = "0.1.0"

  static func main() { System.begin { Licet.work() } }

  private static func work() {
    var console = Console()
    let words = Array(CommandLine.arguments.dropFirst())
    var outcome: Outcome
    do throws(UsageError) {
      outcome = try run(words, &console)
    } catch {
      outcome = Outcome()
      outcome.add(.usage, error.message + hint(words))
    }
    if let failure = console.output.failure { outcome.add(failure) }
    if !console.isQuiet || outcome.code != .clean {
      for line in outcome.lines { console.say("licet: " + line) }
    }
    System.end(outcome.code.rawValue)
  }

  private static func run(_ words: [String], _ console: inout Console) throws(UsageError) -> Outcome {
    guard let first = words.first else { throw UsageError("a command is missing") }
    if first.hasPrefix("-") {
      let known = ["--help", "--version"]
      guard known.contains(first) || first == "-h" else { throw .unknown("option", first, among: known) }
      guard words.count == 1 else { throw UsageError("nothing may stand behind `\(first)`") }
      console.print(first == "--version" ? "licet \(version)\n" : Command.overview)
      return Outcome()
    }
    guard let command = Command.all.first(where: { $0.name == first }) else {
      throw .unknown("command", first, among: Command.all.map(\.name))
    }
    let arguments = try Arguments(Array(words.dropFirst()), options: command.options)
    guard !arguments.asksForHelp else {
      console.print(command.help)
      return Outcome()
    }
    return try command.run(arguments, &console)
  }

  private static func hint(_ words: [String]) -> String {
    let command = Command.all.first { $0.name == words.first }
    return " (`licet \(command.map { $0.name + " " } ?? "")--help` says what it takes)"
  }
}

/// The user's word without what a terminal would obey.
func printable(_ word: String) -> String { shown(word) }
