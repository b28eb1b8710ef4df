import Analysis
import Evaluation
import Semantics
import Syntax

extension DiffReport {
  /// Rules that are tried for what they all ask.
  private static let triedRules = 6

  /// Looks for a snapshot on which the engine gives both verdicts, for each difference that rules can show.
  mutating func findWitnesses() {
    var search = WitnessSearch(old, new)
    for index in entries.indices {
      let difference = entries[index].difference
      guard !difference.change.isWithoutEffect else { continue }
      switch difference.kind {
      case .cell:
        look(index, rules { $0.asks(difference.feature) }, &search)
      case .product:
        look(index, rules { $0.asksHoldings }, &search)
      case .rule:
        entries[index].isAsked = true
        entries[index].witness = search.find(
          oldRule: difference.oldRule, newRule: difference.newRule, days: days(difference), oldProducts: [], newProducts: [])
        if entries[index].witness == nil && !difference.isCertain {
          entries[index].difference.change = .notDecided
          entries[index].difference.details.append("so it seems; no snapshot was found that shows it")
        }
      case .fact:
        look(index, rules { $0.asks(fact: difference.name) }, &search)
      case .lookup:
        look(index, rules { $0.asks(lookup: difference.name) }, &search)
      case .holding:
        look(index, rules { $0.asksHoldings }, &search)
      // What comes of dates, features and preferences stands in the cells; waivers and attestations say themselves whom they are for.
      case .date, .feature, .waiver, .attestation, .entity, .preference: continue
      }
    }
  }

  /// Where no rule asks, there is nothing to look for.
  private mutating func look(_ index: Int, _ rules: [(old: RuleID, new: RuleID)], _ search: inout WitnessSearch) {
    entries[index].isAsked = !rules.isEmpty
    entries[index].witness = first(rules, entries[index].difference, &search)
  }

  private func first(
    _ rules: [(old: RuleID, new: RuleID)], _ difference: Difference, _ search: inout WitnessSearch
  ) -> DifferenceWitness? {
    for rule in rules.prefix(DiffReport.triedRules) {
      var asked = difference
      (asked.oldRule, asked.newRule) = (rule.old, rule.new)
      let found = search.find(
        oldRule: rule.old, newRule: rule.new, days: days(asked), oldProducts: Set(difference.formerProducts),
        newProducts: Set(difference.products), unstated: difference.kind == .fact ? difference.name : nil)
      if let found { return found }
    }
    return nil
  }

  private func rules(_ isWanted: (Asking) -> Bool) -> [(old: RuleID, new: RuleID)] {
    new.rules.indices.compactMap { index in
      guard let before = comparison.rules[RuleID(index)], isWanted(Asking(new, RuleID(index))) else { return nil }
      return (before, RuleID(index))
    }
  }

  /// Days on which the difference may show: within its own days and those of its rules, the latest first.
  private func days(_ difference: Difference) -> [Day] {
    let periods = [difference.oldRule.map { old[$0].period }, difference.newRule.map { new[$0].period }].compactMap { $0 }
    let within = difference.period ?? Period()
    var days: [Day] = []
    for period in [within] + periods {
      if let from = period.from {
        days.append(from)
        if let eve = from.adding(days: -1) { days.append(eve) }
      }
      if let before = period.before {
        days.append(before)
        if let eve = before.adding(days: -1) { days.append(eve) }
      }
    }
    for program in [new, old] { days += program.matrices.compactMap(\.period.from) }
    if days.isEmpty, let some = Day(year: 2026, month: 1, day: 1) { days.append(some) }
    return Set(days).filter { day in within.contains(day) && (periods.isEmpty || periods.contains { $0.contains(day) }) }.sorted(by: >)
  }
}

/// What a rule asks of holdings.
private struct Asking {
  private let kinds: [TypedExpressionKind]
  private let program: CheckedProgram

  init(_ program: CheckedProgram, _ rule: RuleID) {
    self.program = program
    kinds = program.expressions(in: program[rule]).map { program[$0].kind }
  }

  /// Whether somebody has the feature, as it is written.
  func asks(_ feature: FeatureID?) -> Bool {
    kinds.contains { kind in
      if case .has(_, let asked) = kind, case .feature(let named) = program[asked].kind { return named == feature }
      return false
    }
  }

  func asks(fact name: String) -> Bool {
    kinds.contains { kind in
      if case .fact(let fact) = kind { return program.facts[fact.index].name.string == name }
      return false
    }
  }

  func asks(lookup name: String) -> Bool {
    kinds.contains { kind in
      if case .entry(let lookup, _) = kind { return program.lookups[lookup.index].name.string == name }
      return false
    }
  }

  var asksHoldings: Bool {
    kinds.contains { kind in
      if case .has = kind { return true }
      if case .holds = kind { return true }
      return false
    }
  }
}
