package import Semantics
package import Syntax

/// What habits are not kept in a policy set, and what is left of the proofs after its own settings: by file and place.
///
/// A day is given, since nothing below the tool has a clock. Settings (`lint RULE off …`) and comments (`// lint: allow RULE …`)
/// hold for proofs as they do for habits.
/// - Parameters:
///   - proved: what other analyses found, at the severity that they gave it.
///   - provable: all kinds that such analyses know, so that settings may name them.
/// - Complexity: near linear in the text, except where a rule says otherwise.
package func lint(
  _ program: CheckedProgram, _ trees: [SyntaxTree], asOf: Day, proved: [Diagnostic] = [], provable: [DiagnosticKind] = []
) -> [Diagnostic] {
  let settings = LintSettings(trees)
  let set = LintSet(program, trees, asOf: asOf, provable: provable)
  var found = proved.compactMap { settings.applied(to: $0) }
  var running = Set(provable.map(\.code))
  for rule in lintRules {
    guard case .policies(let find) = rule.scope, let severity = settings.severity(of: rule) else { continue }
    running.insert(rule.id)
    var findings = Findings(rule.kind, severity, bound: settings.bound(of: rule))
    find(set, &findings)
    found += findings.diagnostics
  }
  var allowances = Allowance.all(in: trees)
  found = silence(found, by: &allowances)
  for rule in lintRules {
    guard case .allowances(let find) = rule.scope, let severity = settings.severity(of: rule) else { continue }
    var findings = Findings(rule.kind, severity, bound: 0)
    find(allowances.filter { running.contains($0.rule) }, &findings)
    found += findings.diagnostics
  }
  return keepingComments(found, in: trees).enumerated().sorted { left, right in
    let (first, second) = (left.element.span, right.element.span)
    return (first.file, first.start, Int32(truncatingIfNeeded: left.offset)) < (
      second.file, second.start, Int32(truncatingIfNeeded: right.offset)
    )
  }.map(\.element)
}

/// Takes away what a comment allows, and counts it there.
private func silence(_ found: [Diagnostic], by allowances: inout [Allowance]) -> [Diagnostic] {
  guard !allowances.isEmpty else { return found }
  return found.filter { diagnostic in
    let index = allowances.firstIndex { $0.rule == diagnostic.kind.code && $0.covers(diagnostic.span) }
    if let index { allowances[index].silenced += 1 }
    return index == nil
  }
}
