import Semantics
import Syntax

extension Prover {
  /// Waivers that can cover nothing, and those that cover all that their rule finds.
  mutating func proveWaivers() {
    for waiver in program.waivers {
      let rule = waiver.rule.index
      guard proper.contains(rule) else { continue }
      let name = waiver.name.name.string
      let ruleName = program.rules[rule].name.name.string
      let covered = ask({ Prover.question($0.rules[rule]?.isListed, waiver, covers: true, &$0) })
      switch covered {
      case .undecided: notDecided("whether the waiver `\(name)` covers anything", at: waiver.name.span)
      case .none:
        var notes: [String] = []
        if case .some(let model, let place) = ask({ $0.rules[rule]?.fails }) {
          notes = witness(model, place, rule, [(.fail, rule)])
        }
        report(
          .idleWaiver, "the waiver `\(name)` covers nothing: its conditions hold for no finding of `\(ruleName)`", at: waiver.name.span,
          related: [Diagnostic.Related(program.rules[rule].name.span, "`\(ruleName)`")], notes: notes)
      case .some(let model, let place):
        let left = ask({ Prover.question($0.rules[rule]?.fails, waiver, covers: false, &$0) })
        if case .undecided = left { notDecided("whether the waiver `\(name)` covers everything", at: waiver.name.span) }
        guard case .none = left else { continue }
        let end = waiver.expires.text.string
        let days = waiver.on.map { "from \($0.text.string) before \(end)" } ?? "until \(end)"
        report(
          .wholeWaiver, "the waiver `\(name)` covers everything: \(days) no subject fails `\(ruleName)`",
          at: waiver.name.span, related: [Diagnostic.Related(program.rules[rule].name.span, "`\(ruleName)`")],
          notes: witness(model, place, rule, [(.waived, rule)], tenant: waiver.tenants.first)
            + (waiver.tenants.isEmpty ? [] : ["it is for " + waiver.tenants.map { "`\($0.string)`" }.joined(separator: ", ") + " alone"]))
      }
    }
  }

  private static func question(_ root: Int?, _ waiver: Waiver, covers: Bool, _ stretch: inout Stretch) -> Int? {
    guard let root, let judged = stretch.rules[waiver.rule.index] else { return nil }
    var parts: [Int] = []
    for condition in waiver.conditions {
      let formula = stretch.translator.formula(condition, judged.scope)
      parts.append(stretch.translator.logic.isOne(formula, of: .yes))
    }
    let inTime = stretch.translator.inForce(Period(from: waiver.on, before: waiver.expires))
    let all = stretch.translator.logic.and(parts)
    let wanted = covers ? all : stretch.translator.logic.not(all)
    return stretch.translator.logic.and([root, inTime, wanted])
  }
}

extension DiagnosticKind {
  static let idleWaiver = DiagnosticKind(
    code: "idle_waiver", nature: .proved,
    summary: "a waiver that covers nothing",
    explanation: """
      No subject that the rule reports, as failed or as undetermined, meets the conditions of the waiver on a day from `on` before it expires. The \
      witness is a subject that fails and is not waived.
      """,
    wrong: waiverExample("user.kind is \"Member\""),
    right: waiverExample("user.id is \"u1\""))

  static let wholeWaiver = DiagnosticKind(
    code: "whole_waiver", nature: .proved,
    summary: "a waiver that covers everything",
    explanation: """
      Every subject that fails the rule meets the conditions of the waiver, so until it expires the rule reports no failure. Where the rule is \
      not wanted, end it with `effective before`; where some are meant, say which.
      """,
    wrong: waiverExample("user.kind is \"Guest\""),
    right: waiverExample("user.id is \"u1\""))
}

private func waiverExample(_ condition: String) -> String {
  """
  module m
  entity user in users key id {
    id: id
    kind: one of "Member", "Guest"
    seats: int
  }
  violation seated {
    for each user in users
    when     user.kind is "Guest"
    require  user.seats is 0
    message  "{user.id}"
  }
  waiver accepted of seated {
    for each user where \(condition)
    because  "Accepted."
    expires  2030-01-01
  }
  """
}
