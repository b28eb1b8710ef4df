import Semantics
import Syntax

extension Prover {
  /// Rules that cannot apply or cannot fail, and pairs of rules of which one says nothing of its own or that exclude each other.
  mutating func proveRules() {
    regions = stretches.indices.map { RuleRegions(&stretches[$0], ruleCount: program.rules.count, isAsked: asksBoxes) }
    for rule in program.rules.indices {
      let isSilent = proveNever(rule) || proveAlways(rule)
      if !isSilent { proper.append(rule) }
    }
    provePairs()
  }

  /// A `when` that is true for nobody.
  private mutating func proveNever(_ rule: Int) -> Bool {
    guard program.rules[rule].when != nil else { return false }
    let name = program.rules[rule].name
    if isPossible(rule, { $0.applies }) == true { return false }
    switch ask({ $0.rules[rule]?.applies }) {
    case .some: return false
    case .undecided:
      notDecided("whether the rule `\(name.name.string)` can ever apply", at: name.span)
      return false
    case .none: break
    }
    let core = coreOfWhen(rule)
    var notes: [String] = []
    if core.count == 1 { notes.append("this part alone is never true: `\(written(core[0]))`") }
    if core.count > 1 { notes.append("these parts are never true together: " + core.map { "`\(written($0))`" }.joined(separator: ", ")) }
    // The nearest that a subject comes: all parts but one.
    if let last = core.last, let (model, place) = nearly(rule, without: last) {
      notes += witness(model, place, rule, [(.inapplicable, rule)], where: Array(core.dropLast()))
    }
    report(
      .neverApplies, "the rule `\(name.name.string)` can never apply: its `when` is true for no subject", at: name.span,
      related: core.prefix(4).map { Diagnostic.Related(program[$0].span, "this part of `when`") }, notes: notes)
    return true
  }

  /// The fewest operands of `when` that exclude each other: each is needed.
  private mutating func coreOfWhen(_ rule: Int) -> [TypedExpressionID] {
    guard let parts = stretches.compactMap({ $0.rules[rule]?.parts }).first else { return [] }
    var kept = Array(parts.indices)
    for part in parts.indices {
      let rest = kept.filter { $0 != part }
      if case .none = ask({ Prover.holding(rule, rest, &$0) }) { kept = rest }
    }
    return kept.map { parts[$0].expression }
  }

  private static func holding(_ rule: Int, _ kept: [Int], _ stretch: inout Stretch) -> Int? {
    guard let judged = stretch.rules[rule] else { return nil }
    let all = stretch.translator.logic.and(kept.map { judged.parts[$0].node })
    let holds = stretch.translator.logic.isOne(all, of: .yes)
    return stretch.translator.logic.and([judged.inForce, holds])
  }

  private mutating func nearly(_ rule: Int, without: TypedExpressionID) -> (Solver.Model, Int)? {
    let answer = ask({ stretch in
      guard let judged = stretch.rules[rule] else { return nil }
      let rest = judged.parts.filter { $0.expression != without }.map(\.node)
      let left = judged.parts.filter { $0.expression == without }.map(\.node)
      let all = stretch.translator.logic.and(rest)
      let holds = stretch.translator.logic.isOne(all, of: .yes)
      let isNot = stretch.translator.logic.isOne(stretch.translator.logic.and(left), of: .no)
      return stretch.translator.logic.and([judged.inForce, holds, isNot])
    })
    if case .some(let model, let place) = answer { return (model, place) }
    return nil
  }

  /// A `require` that is false for nobody to whom the rule applies.
  private mutating func proveAlways(_ rule: Int) -> Bool {
    let name = program.rules[rule].name
    if isPossible(rule, { $0.fails }) == true { return false }
    switch ask({ $0.rules[rule]?.fails }) {
    case .some:
      canFail.insert(rule)
      return false
    case .undecided:
      notDecided("whether the rule `\(name.name.string)` can ever fail", at: name.span)
      return false
    case .none: break
    }
    // Whether one who is judged can pass at all, to show it.
    var notes: [String] = []
    let answer = ask({ stretch in
      stretch.rules[rule].map { judged in
        let isYes = stretch.translator.logic.isOne(judged.require, of: .yes)
        return stretch.translator.logic.and([judged.applies, isYes])
      }
    })
    if case .some(let model, let place) = answer {
      notes += witness(model, place, rule, [(.pass, rule)])
    } else if case .none = answer {
      notes.append("whoever it applies to is undetermined")
    }
    report(
      .alwaysPasses, "the rule `\(name.name.string)` can never fail: its `require` is false for no subject to which it applies",
      at: name.span,
      related: [Diagnostic.Related(program[program.rules[rule].require].span, "this is never false here")], notes: notes)
    return true
  }
}

extension DiagnosticKind {
  static let neverApplies = DiagnosticKind(
    code: "never_applies", nature: .proved,
    summary: "a rule whose `when` can never hold",
    explanation: """
      The parts of `when` exclude each other, so the rule applies to no subject, whatever a snapshot holds. The message names the fewest \
      parts that do, and the witness is a subject for which all parts but one hold.
      """,
    wrong: ruleExample("user.kind is \"Guest\" and user.kind is \"Member\"", "user.seats > 0"),
    right: ruleExample("user.kind is \"Guest\" or user.kind is \"Member\"", "user.seats > 0"))

  static let alwaysPasses = DiagnosticKind(
    code: "always_passes", nature: .proved,
    summary: "a rule whose `require` always holds",
    explanation: """
      Wherever `when` is true, `require` cannot be false: the rule can never fail. Either `when` is narrower than was meant, or `require` \
      wider. The witness is a subject that passes.
      """,
    wrong: ruleExample("user.seats > 3", "user.seats >= 2"),
    right: ruleExample("user.seats > 3", "user.seats >= 20"))

  static let subsumedRule = DiagnosticKind(
    code: "subsumed_rule", nature: .proved,
    summary: "a rule that fails only where another fails too",
    explanation: """
      Whoever fails this rule fails the other as well, on every day and in every snapshot, so each of its findings comes twice. Where both \
      are of one severity this is a warning. Where they differ, the narrower one may say something more to those it hits, and it is a note. \
      The witness is a subject that fails both.
      """,
    wrong: pairExample("user.seats >= 5"),
    right: pairExample("user.seats <= 50"))

  static let contraryRules = DiagnosticKind(
    code: "contrary_rules", nature: .proved,
    summary: "two rules that nobody passes both",
    explanation: """
      Both rules apply to some subjects, and no such subject can pass both: what the one requires the other forbids. The witness is a subject \
      that passes the one and fails the other.
      """,
    wrong: pairExample("user.seats < 2"),
    right: pairExample("user.seats < 20"))
}

private func ruleExample(_ when: String, _ require: String) -> String {
  """
  module m
  entity user in users key id {
    id: id
    kind: one of "Member", "Guest"
    seats: int
  }
  notice seated {
    for each user in users
    when     \(when)
    require  \(require)
    message  "{user.id}"
  }
  """
}

private func pairExample(_ require: String) -> String {
  """
  module m
  entity user in users key id {
    id: id
    seats: int
  }
  notice enough {
    for each user in users
    require  user.seats >= 10
    message  "{user.id} has too few."
  }
  notice other {
    for each user in users
    require  \(require)
    message  "{user.id} has another number."
  }
  """
}
