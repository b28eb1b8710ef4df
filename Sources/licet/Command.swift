/// A command of the tool.
struct Command: Sendable {
  let name: String
  /// One line, lower case, no final period.
  let summary: String
  /// Behind `licet NAME`.
  let usage: String
  /// What stands without an option before it, and what it is.
  let operands: [(name: String, summary: String)]
  let options: [Option]
  /// Further paragraphs of the help.
  let notes: [String]
  /// The codes that it returns.
  let codes: [ExitCode]
  let run: @Sendable (Arguments, inout Console) throws(UsageError) -> Outcome

  static let all: [Command] = [.eval, .lint, .test, .diff, .fmt, .explain]

  var help: String {
    var text = "licet \(name): \(summary)\n\nusage: licet \(name) \(usage)\n\n"
    let known = options + [.help]
    let names = operands.map(\.name) + known.map { $0.name + ($0.value.map { " " + $0 } ?? "") }
    let summaries = operands.map(\.summary) + known.map(\.summary)
    for (index, name) in names.enumerated() { text += Command.entry(name, summaries[index], column: 22) }
    for note in notes { text += "\n" + Command.filled(note, indent: "", width: 100) }
    text += "\nexit codes:\n"
    for code in codes { text += Command.entry(String(code.rawValue), code.summary, column: 6) }
    return text
  }

  /// The help of the tool as a whole.
  static var overview: String {
    var text = "licet: policies for software licensing, judged on exported files\n\nusage: licet COMMAND …\n\n"
    for command in all { text += entry(command.name, command.summary, column: 12) }
    text += "\n"
    text += entry("--help", "say this; `licet COMMAND --help` says what a command takes", column: 12)
    text += entry("--version", "say the version", column: 12)
    text += "\nexit codes:\n"
    for code in ExitCode.allCases { text += entry(String(code.rawValue), code.summary, column: 6) }
    text += "\nWhere several hold, the first of 70, 64, 74, 65, 3, 1, 2, 4 is returned; the last line on standard error says why.\n"
    return text
  }

  /// A name, and from a column on what it is.
  private static func entry(_ name: String, _ summary: String, column: Int) -> String {
    let indent = String(repeating: " ", count: column + 2)
    let filled = filled(summary, indent: indent, width: 100)
    let head = "  " + name
    guard head.unicodeScalars.count < column + 2 else { return head + "\n" + filled }
    return head + String(filled.dropFirst(head.unicodeScalars.count))
  }

  /// Lines of at most a width, broken between words.
  private static func filled(_ text: String, indent: String, width: Int) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty && indent.unicodeScalars.count + line.unicodeScalars.count + 1 + word.unicodeScalars.count > width {
        lines.append(line)
        line = String(word)
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    lines.append(line)
    return lines.map { indent + $0 + "\n" }.joined()
  }
}
