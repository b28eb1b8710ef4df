/// An option of a command: what its help says and what may be written behind it.
struct Option: Sendable {
  /// With its two hyphens.
  let name: String
  /// What stands for its value in the help; nil: it takes none.
  let value: String?
  /// One line, lower case, no final period.
  let summary: String
  /// The only values; empty: any.
  let choices: [String]
  let isRepeatable: Bool

  init(_ name: String, _ value: String? = nil, choices: [String] = [], isRepeatable: Bool = false, summary: String) {
    self.name = name
    self.value = value ?? (choices.isEmpty ? nil : choices.joined(separator: "|"))
    self.choices = choices
    self.isRepeatable = isRepeatable
    self.summary = summary
  }

  static let help = Option("--help", summary: "say what the command does and which options it has")
}
