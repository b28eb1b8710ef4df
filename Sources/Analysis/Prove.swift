package import Semantics
package import Syntax

/// All that can be proved about a policy set over every possible snapshot.
///
/// - Parameter budget: the nodes that one question may visit; past it the answer is the note `not-decided`.
/// - Returns: by file and place.
package func prove(_ program: CheckedProgram, budget: Int = 20_000) -> [Diagnostic] {
  var prover = Prover(program, budget: budget)
  prover.proveInvariants()
  return prover.found.enumerated().sorted { left, right in
    let (first, second) = (left.element.span, right.element.span)
    return (first.file, first.start, left.offset) < (second.file, second.start, right.offset)
  }.map(\.element)
}

/// All kinds of diagnostics that are proved.
package let analysisDiagnostics: [DiagnosticKind] = [
  .brokenInvariant, .openInvariant,
]

/// What is being proved of one policy set.
struct Prover {
  let program: CheckedProgram
  let budget: Int
  var found: [Diagnostic] = []

  init(_ program: CheckedProgram, budget: Int) {
    self.program = program
    self.budget = budget
  }

  mutating func report(
    _ kind: DiagnosticKind, _ message: String, at span: SourceSpan, severity: Diagnostic.Severity = .warning,
    related: [Diagnostic.Related] = [], notes: [String] = []
  ) {
    found.append(Diagnostic(kind, message, at: span, severity: severity, related: related, notes: notes))
  }

  func names(_ products: [ProductID]) -> String {
    products.map { "`\(program[$0].name.name.string)`" }.joined(separator: " with ")
  }
}
