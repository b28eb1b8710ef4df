import Syntax

extension DiagnosticKind {
  static let notDecided = DiagnosticKind(
    code: "not_decided", nature: .proved,
    summary: "a question whose answer was not found within the budget",
    explanation: """
      What is proved is searched for within a number of steps. Where they did not suffice nothing is said of the question, neither that \
      all is well nor that it is not. Conditions with many parts that hang together cause it; parting the rule in two may help.
      """,
    wrong: hardExample(true),
    right: hardExample(false))
}

/// Pigeons and holes: nine numbers in eight places, all different, which no search of this kind refutes soon.
private func hardExample(_ isHard: Bool) -> String {
  let count = isHard ? 9 : 2
  let fields = (0..<count).map { "  n\($0): int at least 1 at most 8" }.joined(separator: "\n")
  var parts: [String] = []
  for one in 0..<count { for other in 0..<one { parts.append("row.n\(other) is not row.n\(one)") } }
  let condition = parts.joined(separator: "\n           and ")
  return """
    module m
    entity row in rows key id {
      id: id
    \(fields)
    }
    notice all_different {
      for each row in rows
      when     \(condition)
      require  row.n0 is 1
      message  "{row.id}"
    }
    """
}
