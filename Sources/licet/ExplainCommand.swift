import Analysis
import Linting
import Semantics
import Syntax

extension Command {
  static let explain = Command(
    name: "explain",
    summary: "tell what a message of lint means, with an example of it and of its mending",
    usage: "[CODE]",
    operands: [("CODE", "the code of a message, as LIC0123 or missing_remedy; without one, all are listed")],
    options: [],
    notes: [],
    codes: [.clean, .usage, .fault, .inputOutput],
    run: run)

  @Sendable private static func run(_ arguments: Arguments, _ console: inout Console) throws(UsageError) -> Outcome {
    guard arguments.operands.count <= 1 else { throw UsageError("one CODE at a time") }
    let kinds = syntaxDiagnostics + semanticDiagnostics + analysisDiagnostics + lintRules.map(\.kind)
    guard let code = arguments.operands.first else {
      console.print(list(of: kinds))
      return Outcome()
    }
    guard let kind = kinds.first(where: { $0.code.lowercased() == code.lowercased() }) else {
      throw .unknown("code", code, among: kinds.map(\.code))
    }
    console.print(text(of: kind))
    return Outcome()
  }

  /// A line each: the code, how such a message is known, and its sentence.
  private static func list(of kinds: [DiagnosticKind]) -> String {
    let width = kinds.map(\.code.utf8.count).max() ?? 0
    return kinds.map { kind in
      let code = kind.code + String(repeating: " ", count: width - kind.code.utf8.count)
      let nature = kind.nature.rawValue + String(repeating: " ", count: 7 - kind.nature.rawValue.utf8.count)
      return "\(code)  \(nature)  \(kind.summary)\n"
    }.joined()
  }

  private static func text(of kind: DiagnosticKind) -> String {
    var text = "\(kind.code): \(kind.summary)\n\n\(trimmed(kind.explanation))\n"
    text += "\nwrong:\n\n" + indented(kind.wrong)
    text += "\nright:\n\n" + indented(kind.right)
    return text
  }

  private static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }

  private static func indented(_ text: String) -> String {
    trimmed(text).split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
  }
}
