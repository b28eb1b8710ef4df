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
        look(index, rules { $0.asks(difference.features) }, &search)
      case .date:
        if !difference.features.isEmpty { look(index, rules { $0.asks(difference.features) }, &search) }
      case .product, .holding:
        look(index, rules { $0.asksHoldings }, &search)
      case .rule:
        entries[index].isAsked = true
        entries[index].witness = search.find(question(difference))
        entries[index].settle()
      case .waiver:
        look(index, [(difference.oldRule, difference.newRule)], &search)
        if entries[index].witness != nil && difference.change == .notDecided {
          entries[index].difference.change = .changed
          entries[index].difference.conclusion = nil
        }
      case .fact, .attestation:
        look(index, rules { $0.asks(fact: difference.fact) }, &search)
      case .lookup:
        look(index, rules { $0.asks(lookup: difference.name) }, &search)
      case .entity:
        look(index, rules { $0.asks(record: difference.name) }, &search)
      // What comes of features and preferences stands in the cells.
      case .feature, .preference: continue
      }
    }
  }

  /// Where no rule asks, there is nothing to look for.
  private mutating func look(_ index: Int, _ rules: [(old: RuleID?, new: RuleID?)], _ search: inout WitnessSearch) {
    entries[index].isAsked = !rules.isEmpty
    var difference = entries[index].difference
    for rule in rules.prefix(DiffReport.triedRules) where entries[index].witness == nil {
      (difference.oldRule, difference.newRule) = (rule.old, rule.new)
      entries[index].witness = search.find(question(difference))
    }
  }

  private func question(_ difference: Difference) -> WitnessSearch.Question {
    var question = WitnessSearch.Question(oldRule: difference.oldRule, newRule: difference.newRule, days: days(difference))
    question.oldProducts = Set(difference.formerProducts)
    question.newProducts = Set(difference.products)
    question.unstated = difference.fact.map { [$0] } ?? movedFacts
    question.tenant = difference.tenants.first
    question.isOfSeverity = difference.severities != nil
    question.isOfWaiver = difference.kind == .waiver
    if difference.kind == .rule && difference.change == .notDecided { widen(&question) }
    return question
  }

  /// Facts whose defaults or attestations differ.
  private var movedFacts: Set<String> { Set(comparison.differences.filter { !$0.change.isWithoutEffect }.compactMap(\.fact)) }

  /// To what may differ beside the rule itself: a few products, and what is stated of tenants.
  private func widen(_ question: inout WitnessSearch.Question) {
    for other in comparison.differences where !other.change.isWithoutEffect {
      switch other.kind {
      case .product where question.newProducts.count + question.oldProducts.count < 16:
        question.oldProducts.formUnion(other.formerProducts)
        question.newProducts.formUnion(other.products)
      case .attestation:
        if question.tenant == nil { question.tenant = other.tenants.first }
        question.days += other.days.filter { !question.days.contains($0) }
      default: break
      }
    }
  }

  private func rules(_ isWanted: (Asking) -> Bool) -> [(old: RuleID?, new: RuleID?)] {
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
    days += difference.days
    // Where days of its own are said, it shows on one of them.
    if difference.kind == .product || difference.days.isEmpty {
      for program in [new, old] { days += program.matrices.compactMap(\.period.from) }
    }
    if days.isEmpty, let some = Day(year: 2026, month: 1, day: 1) { days.append(some) }
    return Set(days).filter { day in within.contains(day) && (periods.isEmpty || periods.contains { $0.contains(day) }) }.sorted(by: >)
  }
}

extension DiffReport.Entry {
  /// What is said of a rule's verdicts, now that a witness was found or not.
  mutating func settle() {
    let isDecided = difference.change != .notDecided
    if isDecided && difference.isCertain { return }
    guard let witness else {
      if isDecided {
        let proved = difference.change == .widened ? "fails nowhere less; " : difference.change == .narrowed ? "fails nowhere else; " : ""
        difference.conclusion = proved + "whether any verdict differs is not decided: no snapshot was found that shows it"
      }
      difference.change = .notDecided
      return
    }
    let isShown =
      switch difference.change {
      case .widened: witness.new == .fail
      case .narrowed: witness.old == .fail
      case .added, .removed, .changed, .renamed, .equal, .notDecided: false
      }
    if isShown { return }
    let proved = difference.change == .widened ? ", none fails less" : difference.change == .narrowed ? ", none fails that did not" : ""
    difference.conclusion = "some verdicts differ" + proved
    difference.change = .changed
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

  /// Whether it asks if somebody has one of some features, as it is written.
  func asks(_ features: [FeatureID]) -> Bool {
    kinds.contains { kind in
      if case .has(_, let asked) = kind, case .feature(let named) = program[asked].kind { return features.contains(named) }
      return false
    }
  }

  /// Whether it asks for a field of such rows.
  func asks(record name: String) -> Bool {
    kinds.contains { kind in
      if case .field(_, let field) = kind { return program[field.record].name.string == name }
      return false
    }
  }

  func asks(fact name: String?) -> Bool {
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
