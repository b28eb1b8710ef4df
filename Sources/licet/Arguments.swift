import Syntax

/// The command line is not one that the command takes.
struct UsageError: Error {
  /// One line, lower case, no final period.
  let message: String
  init(_ message: String) { self.message = message }

  /// `unknown KIND WORD`, with the nearest known word or all of them.
  static func unknown(_ kind: String, _ word: String, among known: [String]) -> UsageError {
    var message = "unknown \(kind) `\(printable(word))`"
    if let near = nearest(Text(word), among: known.map { Text($0) }) {
      message += "; did you mean `\(near)`?"
    } else if known.count <= 8 {
      message += "; known are " + known.map { "`\($0)`" }.joined(separator: ", ")
    }
    return UsageError(message)
  }
}

/// The words behind a command's name, taken apart.
struct Arguments {
  private(set) var operands: [String] = []
  private(set) var asksForHelp = false
  private var values: [(name: String, value: String)] = []

  /// - Throws: at an option that the command does not have, has no value for, or has twice.
  init(_ words: [String], options: [Option]) throws(UsageError) {
    let known = options + [.help]
    var rest = words[...]
    var takesOptions = true
    while let word = rest.popFirst() {
      guard takesOptions, word.utf8.first == 0x2D, word != "-" else {
        operands.append(word)
        continue
      }
      if word == "--" {
        takesOptions = false
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if name == "--help" || name == "-h" {
        guard parts.count == 1 else { throw UsageError("`\(name)` takes no value") }
        asksForHelp = true
        continue
      }
      guard let option = known.first(where: { $0.name == name }) else {
        throw .unknown("option", name, among: known.map(\.name))
      }
      var value = parts.count > 1 ? String(parts[1]) : nil
      if let placeholder = option.value {
        if value == nil, let next = rest.first, !next.hasPrefix("--") { value = rest.removeFirst() }
        guard let value, !value.isEmpty else { throw UsageError("`\(name)` needs a value: `\(name) \(placeholder)`") }
        guard option.choices.isEmpty || option.choices.contains(value) else {
          throw .unknown("value of `\(name)`", value, among: option.choices)
        }
      } else if value != nil {
        throw UsageError("`\(name)` takes no value")
      }
      guard option.isRepeatable || !values.contains(where: { $0.name == name }) else {
        throw UsageError("`\(name)` stands twice")
      }
      values.append((name, value ?? ""))
    }
  }

  func has(_ option: Option) -> Bool { values.contains { $0.name == option.name } }
  func value(_ option: Option) -> String? { values.first { $0.name == option.name }?.value }
  func all(_ option: Option) -> [String] { values.filter { $0.name == option.name }.map(\.value) }
}
