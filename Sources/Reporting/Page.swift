/// Lines of text for people: broken at the width of the terminal, coloured where it shows colours.
struct Page {
  enum Tone {
    case strong, dim, bad, doubtful, good
    /// The SGR parameter of ECMA-48.
    var code: String {
      switch self {
      case .strong: "1"
      case .dim: "2"
      case .bad: "31"
      case .doubtful: "33"
      case .good: "32"
      }
    }
  }
  var sink: ByteSink
  let width: Int?
  let hasColor: Bool

  init(_ sink: ByteSink, width: Int?, hasColor: Bool) {
    self.sink = sink
    self.width = width.map { max(40, min($0, 120)) }
    self.hasColor = hasColor
  }

  func toned(_ text: String, _ tone: Tone) -> String { hasColor ? "\u{1B}[\(tone.code)m\(text)\u{1B}[0m" : text }

  mutating func blank() { sink.write(0x0A) }

  /// A line as it is.
  mutating func line(_ text: String) {
    sink.write(text)
    sink.write(0x0A)
  }

  /// A paragraph, broken between words; all lines but the first begin further in.
  mutating func paragraph(_ text: String, first: String = "", then: String = "", tone: Tone? = nil) {
    guard let width else { return line(first + (tone.map { toned(text, $0) } ?? text)) }
    var lines: [String] = []
    var current = ""
    var room = max(20, width - first.unicodeScalars.count)
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let length = word.unicodeScalars.count
      if !current.isEmpty && current.unicodeScalars.count + 1 + length > room {
        lines.append(current)
        current = String(word)
        room = max(20, width - then.unicodeScalars.count)
      } else {
        current = current.isEmpty ? String(word) : current + " " + word
      }
    }
    lines.append(current)
    for (index, text) in lines.enumerated() {
      line((index == 0 ? first : then) + (tone.map { toned(text, $0) } ?? text))
    }
  }
}

/// The text with spaces before it up to a width in scalars.
func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.unicodeScalars.count)) + text }

/// The text with spaces behind it up to a width in scalars.
func left(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.unicodeScalars.count)) }
