package import Syntax

/// One habit that lint watches over: an id in words, a sentence, a reason, two examples and a function.
package struct LintRule: Sendable {
  package typealias Level = LintDeclaration.Level

  /// What a rule looks at.
  package enum Scope: Sendable {
    case policies(@Sendable (_ set: LintSet, _ findings: inout Findings) -> Void)
    /// What the comments have silenced, after all other rules.
    case allowances(@Sendable (_ allowances: [Allowance], _ findings: inout Findings) -> Void)
  }

  package let kind: DiagnosticKind
  /// Where the policy set says nothing else. Never `error`: what is taste or habit stops nobody by default.
  package let level: Level
  /// The bound of a rule that has one (in days or characters, as its sentence says), where the policy set gives no other.
  package let bound: Int64?
  let scope: Scope

  package var id: String { kind.code }

  /// - Parameters:
  ///   - summary: one sentence, lower case, no final period: what is flagged.
  ///   - why: why it matters, and what to do.
  ///   - flagged: a policy set with it; `accepted` is the same set, mended.
  init(
    _ id: String, _ level: Level, bound: Int64? = nil, summary: String, why: String, flagged: String, accepted: String,
    find: @escaping @Sendable (_ set: LintSet, _ findings: inout Findings) -> Void
  ) {
    self.init(id, level, bound: bound, summary, why, flagged, accepted, .policies(find))
  }

  init(
    _ id: String, _ level: Level, summary: String, why: String, flagged: String, accepted: String,
    findAllowances: @escaping @Sendable (_ allowances: [Allowance], _ findings: inout Findings) -> Void
  ) {
    self.init(id, level, bound: nil, summary, why, flagged, accepted, .allowances(findAllowances))
  }

  private init(
    _ id: String, _ level: Level, bound: Int64?, _ summary: String, _ why: String, _ flagged: String, _ accepted: String, _ scope: Scope
  ) {
    var explanation = why + "\n\nUnless the policy set says otherwise: \(level.rawValue)"
    if let bound { explanation += ", with the bound \(bound)" }
    kind = DiagnosticKind(
      code: id, nature: .habit, summary: summary, explanation: explanation + ".", wrong: flagged, right: accepted)
    self.level = level
    self.bound = bound
    self.scope = scope
  }
}

/// What one rule has found.
package struct Findings {
  let kind: DiagnosticKind
  let severity: Diagnostic.Severity
  /// The bound that holds in this policy set; 0 for a rule without one.
  let bound: Int64
  private(set) var diagnostics: [Diagnostic] = []

  init(_ kind: DiagnosticKind, _ severity: Diagnostic.Severity, bound: Int64) {
    self.kind = kind
    self.severity = severity
    self.bound = bound
  }

  mutating func add(
    _ message: String, at span: SourceSpan, related: [Diagnostic.Related] = [], notes: [String] = [], fix: Diagnostic.Fix? = nil
  ) {
    diagnostics.append(Diagnostic(kind, message, at: span, severity: severity, related: related, notes: notes, fix: fix))
  }
}
