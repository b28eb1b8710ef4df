import Reporting
import Semantics
import Syntax

/// A policy set that was read, parsed and checked.
struct LoadedPolicies {
  let files: [SourceFile]
  /// By file and place.
  private(set) var diagnostics: [Diagnostic]
  /// Nil where there is an error, or nothing was read.
  let program: CheckedProgram?

  /// What keeps files from being read is added to the outcome; errors in them are not.
  init(_ operands: [String], outcome: inout Outcome) {
    let set = PolicySet(operands, outcome: &outcome)
    files = set.files
    guard outcome.isEmpty else {
      diagnostics = []
      program = nil
      return
    }
    let trees = files.enumerated().map { parse($0.element, file: Int32(truncatingIfNeeded: $0.offset)) }
    let checked = check(trees)
    diagnostics = trees.flatMap(\.diagnostics) + checked.diagnostics
    program = checked.program
    add([])
  }

  /// Adds what else is known of the policies, in order of place; where two stand at one place, what was known first is first.
  mutating func add(_ more: [Diagnostic]) {
    diagnostics = (diagnostics + more).enumerated().sorted { left, right in
      let (first, second) = (left.element.span, right.element.span)
      return (first.file, first.start, Int32(truncatingIfNeeded: left.offset)) < (
        second.file, second.start, Int32(truncatingIfNeeded: right.offset)
      )
    }.map(\.element)
  }

  func count(_ severity: Diagnostic.Severity) -> Int { diagnostics.count { $0.severity == severity } }

  /// For commands that need policies without errors: says what is wrong and gives the program, or nothing and adds why.
  static func ready(_ operands: [String], console: Console, outcome: inout Outcome) -> CheckedProgram? {
    var reading = Outcome()
    let loaded = LoadedPolicies(operands, outcome: &reading)
    for (code, reason) in reading.reasons { outcome.add(code, reason) }
    guard reading.isEmpty else { return nil }
    guard let program = loaded.program else {
      let renderer = DiagnosticRenderer(console.errorsAreTerminal ? .text(color: console.errorsHaveColor) : .plain)
      console.sayRaw(renderer.render(loaded.diagnostics.filter { $0.severity == .error }, in: loaded.files))
      outcome.add(.policyErrors, "the policies have \(plural(loaded.count(.error), "error"))")
      return nil
    }
    let warnings = loaded.count(.warning)
    if warnings > 0 && !console.isQuiet { console.say("licet: the policies have \(plural(warnings, "warning")); `licet lint` shows them") }
    return program
  }
}

/// `1 error`, `2 errors`
func plural(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
