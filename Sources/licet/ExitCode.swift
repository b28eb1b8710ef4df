/// What the process returns; each has one meaning under every option.
enum ExitCode: Int32, CaseIterable {
  case clean = 0
  case findings = 1
  case undetermined = 2
  case policyErrors = 3
  case nothingEvaluated = 4
  case usage = 64
  case unreadableSnapshot = 65
  case fault = 70
  case inputOutput = 74

  /// Where several hold, the first of these is returned.
  static let precedence: [ExitCode] = [
    .fault, .usage, .inputOutput, .unreadableSnapshot, .policyErrors, .findings, .undetermined, .nothingEvaluated, .clean,
  ]

  /// For the help.
  var summary: String {
    switch self {
    case .clean: "clean, and something was checked"
    case .findings: "findings at or above the fail level; of lint and test: failures"
    case .undetermined: "something that applies could not be decided"
    case .policyErrors: "the policies have errors; of fmt --check: a file differs"
    case .nothingEvaluated: "nothing was evaluated"
    case .usage: "wrong usage"
    case .unreadableSnapshot: "the snapshot cannot be read"
    case .fault: "a fault of licet's own"
    case .inputOutput: "reading or writing failed"
    }
  }
}

/// The reasons met so far for not ending with 0, and for ending with it.
struct Outcome {
  private(set) var reasons: [(code: ExitCode, reason: String)] = []

  /// - Parameter reason: one line, lower case, no final period.
  mutating func add(_ code: ExitCode, _ reason: String) { reasons.append((code, reason)) }
  mutating func add(_ error: SystemError) { add(.inputOutput, error.message) }

  var isEmpty: Bool { reasons.isEmpty }
  var code: ExitCode { ExitCode.precedence.first { code in reasons.contains { $0.code == code } } ?? .clean }

  /// All reasons, the one that decides the code last.
  var lines: [String] {
    guard let last = reasons.firstIndex(where: { $0.code == code }) else { return [] }
    var others = reasons
    let deciding = others.remove(at: last)
    return others.map(\.reason) + [deciding.reason]
  }
}
