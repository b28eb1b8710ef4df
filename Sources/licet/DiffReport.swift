import Analysis
import Evaluation
import Reporting
import Semantics
import Syntax

/// What `licet diff` found, for its formats.
struct DiffReport {
  struct Entry {
    var difference: Difference
    /// Replayed by the engine over both sets; nil: none was looked for or found.
    var witness: DifferenceWitness?
    /// One was looked for.
    var isAsked = false
    /// A line each, what follows for verdicts last.
    var details: [String] { difference.details + (difference.conclusion.map { [$0] } ?? []) }
  }
  let old: CheckedProgram
  let new: CheckedProgram
  let comparison: PolicyComparison
  var entries: [Entry]
  /// A tenant each, in the order of `--snapshot`.
  var tenants: [VerdictChanges] = []

  init(_ old: CheckedProgram, _ new: CheckedProgram, _ comparison: PolicyComparison) {
    self.old = old
    self.new = new
    self.comparison = comparison
    entries = comparison.differences.map { Entry(difference: $0) }
  }

  /// `3 differences: 1 cell narrowed, 2 rules widened; 1 written otherwise to the same effect`
  var summary: String {
    var parts: [String] = []
    for kind in Difference.Kind.allCases {
      for change in Difference.Change.allCases where !change.isWithoutEffect {
        let count = entries.count { $0.difference.kind == kind && $0.difference.change == change }
        if count > 0 { parts.append("\(count) \(count == 1 ? kind.rawValue : kind.plural) \(DiffReport.word(change))") }
      }
    }
    let count = effective
    var words = count == 0 ? "no difference" : plural(count, "difference") + ": " + parts.joined(separator: ", ")
    let silent = entries.count - count
    if silent > 0 { words += "; \(silent) written otherwise to the same effect" }
    if !tenants.isEmpty {
      let changed = tenants.reduce(0) { $0 + $1.changed }
      words += "; \(plural(changed, "verdict")) of \(tenants.reduce(0) { $0 + $1.verdicts }) change"
    }
    return words
  }

  private var effective: Int { entries.count { !$0.difference.change.isWithoutEffect } }

  /// Something is, or may be, judged otherwise.
  var differs: Bool { effective > 0 || tenants.contains { $0.changed > 0 } }

  static func word(_ change: Difference.Change) -> String {
    switch change {
    case .equal: "equal"
    case .notDecided: "not decided"
    case .added, .removed, .widened, .narrowed, .changed, .renamed: change.rawValue
    }
  }

  /// `old/a.licet:3 → new/a.licet:4`
  func place(_ difference: Difference) -> String {
    let places = [difference.old.map { place($0, old) }, difference.new.map { place($0, new) }].compactMap { $0 }
    return places.joined(separator: " → ")
  }

  func place(_ span: SourceSpan, _ program: CheckedProgram) -> String {
    let file = program.files[Int(span.file)]
    return "\(printable(file.path)):\(file.line(of: span.start))"
  }

  /// The name, what it was called, and the days.
  func title(_ difference: Difference) -> String {
    var title = printable(difference.name)
    if let former = difference.formerName { title += ", formerly \(printable(former))" }
    if difference.kind != .date, let words = difference.period?.words { title += ", \(words)" }
    return title
  }

  static func word(_ verdict: Verdict?) -> String { verdict?.rawValue ?? "no such rule" }

  /// `desk.no_lamp`, and what it was called.
  func name(_ rule: VerdictChanges.OfRule) -> String {
    let before = rule.old.map { old[$0].name.string }
    let after = rule.new.map { new[$0].name.string }
    guard let after else { return printable(before ?? "") }
    guard let before, before != after else { return printable(after) }
    return printable("\(after), formerly \(before)")
  }

  static func subject(_ subject: Subject) -> String {
    if subject.parts.isEmpty { return "the tenant" }
    return subject.parts.map { part in
      printable(part.thing.string) + ((part.label ?? part.key).map { " \"\(printable($0.string))\"" } ?? "")
    }.joined(separator: ", ")
  }
}
