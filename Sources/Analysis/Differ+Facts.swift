import Semantics
import Syntax

extension Differ {
  /// Facts by name.
  mutating func compareFacts() {
    let (matches, gone) = matched(old.facts.map(\.name), new.facts.map(\.name))
    for (place, match) in matches.enumerated() {
      let after = new.facts[place]
      guard let match else {
        add(Difference(.fact, .added, after.name.string, new: after.name.span))
        continue
      }
      let before = old.facts[match]
      var details: [String] = []
      var change = Difference.Change.equal
      if !numbers.isSame(before.type, after.type) {
        details.append(arrow(old.describe(before.type), new.describe(after.type)))
        change = .changed
      }
      if before.value != after.value.map({ numbers.constant($0) }) {
        details.append("its default " + arrow(before.value.map { shown($0, old) } ?? "none", after.value.map { shown($0, new) } ?? "none"))
        change = .changed
      }
      if before.title != after.title { details.append("its title") }
      if change != .equal {
        moved.old.facts.insert(FactID(match))
        moved.new.facts.insert(FactID(place))
      }
      if details.isEmpty {
        same(.fact)
      } else {
        var difference = Difference(.fact, change, after.name.string, details, old: before.name.span, new: after.name.span)
        difference.fact = after.name.string
        add(difference)
      }
    }
    for place in gone { add(Difference(.fact, .removed, old.facts[place].name.string, old: old.facts[place].name.span)) }
  }

  /// Attestations by fact and tenant.
  mutating func compareAttestations() {
    func key(_ attestation: Attestation, _ program: CheckedProgram) -> String {
      program.facts[attestation.fact.index].name.string + (attestation.tenant.map { " of \($0.string)" } ?? "")
    }
    func taken(_ list: [Attestation], _ program: CheckedProgram) -> (order: [String], all: [String: [Attestation]]) {
      var order: [String] = []
      var all: [String: [Attestation]] = [:]
      for attestation in list {
        let key = key(attestation, program)
        if all[key] == nil { order.append(key) }
        all[key, default: []].append(attestation)
      }
      return (order, all)
    }
    let (before, after) = (taken(old.attestations, old), taken(new.attestations, new))
    for key in after.order {
      // Those that are the same in both first: which comes first does not matter.
      var (mine, its) = (after.all[key] ?? [], before.all[key] ?? [])
      mine.removeAll { attestation in
        guard let match = its.firstIndex(where: { says($0, attestation) }) else { return false }
        its.remove(at: match)
        same(.attestation)
        return true
      }
      for (place, attestation) in mine.enumerated() {
        compareAttestation(its.indices.contains(place) ? its[place] : nil, attestation, key)
      }
      for attestation in its.dropFirst(mine.count) { removed(attestation, key) }
    }
    for key in before.order where after.all[key] == nil {
      for attestation in before.all[key] ?? [] { removed(attestation, key) }
    }
  }

  /// Whether two say the same, with the same reason.
  private func says(_ one: Attestation, _ other: Attestation) -> Bool {
    one.value == numbers.constant(other.value) && one.on == other.on && one.expires == other.expires && one.because == other.because
      && one.by == other.by
  }

  private mutating func removed(_ attestation: Attestation, _ key: String) {
    moved.old.facts.insert(attestation.fact)
    var difference = Difference(.attestation, .removed, key, [shown(attestation.value, old)], old: attestation.span)
    difference.days = [attestation.on]
    difference.fact = old.facts[attestation.fact.index].name.string
    difference.tenants = attestation.tenant.map { [$0] } ?? []
    add(difference)
  }

  private mutating func compareAttestation(_ before: Attestation?, _ after: Attestation, _ key: String) {
    guard let before else {
      moved.new.facts.insert(after.fact)
      var difference = Difference(.attestation, .added, key, [shown(after.value, new)], new: after.span)
      difference.days = [after.on]
      difference.fact = new.facts[after.fact.index].name.string
      difference.tenants = after.tenant.map { [$0] } ?? []
      return add(difference)
    }
    var details: [String] = []
    var change = Difference.Change.equal
    if before.value != numbers.constant(after.value) {
      details.append(arrow(shown(before.value, old), shown(after.value, new)))
      change = .changed
    }
    if before.on != after.on { details.append("on " + arrow(before.on.text.string, after.on.text.string)) }
    if before.expires != after.expires { details.append("expires " + arrow(before.expires.text.string, after.expires.text.string)) }
    let days = (Period(from: before.on, before: before.expires), Period(from: after.on, before: after.expires))
    if change == .equal { change = days.0.change(to: days.1) }
    if before.because != after.because || before.by != after.by { details.append("who says so and why") }
    if change != .equal {
      moved.old.facts.insert(before.fact)
      moved.new.facts.insert(after.fact)
    }
    var difference = Difference(.attestation, change, key, details, old: before.span, new: after.span)
    difference.days = days.0.tellingDays(beside: days.1)
    difference.fact = new.facts[after.fact.index].name.string
    difference.tenants = after.tenant.map { [$0] } ?? []
    add(difference)
  }

  private func shown(_ constant: Constant, _ program: CheckedProgram) -> String {
    switch constant {
    case .literal(let literal): literal.written
    case .product(let product): program[product].name.name.string
    case .feature(let feature): program[feature].name.name.string
    case .list(let list): "[" + list.map { shown($0, program) }.joined(separator: ", ") + "]"
    }
  }

  /// Waivers by name.
  mutating func compareWaivers() {
    let (matches, gone) = matched(old.waivers.map(\.name), new.waivers.map(\.name))
    for (place, match) in matches.enumerated() {
      let after = new.waivers[place]
      guard let match else {
        var difference = Difference(.waiver, .added, after.name.string, ["of \(new[after.rule].name.name.string)"], new: after.span)
        difference.asks(of: nil, after)
        difference.oldRule = result.rules[after.rule]
        add(difference)
        continue
      }
      compareWaiver(old.waivers[match], after)
    }
    for place in gone {
      let waiver = old.waivers[place]
      var difference = Difference(.waiver, .removed, waiver.name.string, ["of \(old[waiver.rule].name.name.string)"], old: waiver.span)
      difference.asks(of: waiver, nil)
      difference.newRule = result.rules.first { $0.value == waiver.rule }?.key
      add(difference)
    }
  }

  private mutating func compareWaiver(_ before: Waiver, _ after: Waiver) {
    var details: [String] = []
    var changes: [Difference.Change] = []
    if result.rules[after.rule] != before.rule {
      details.append("of " + arrow(old[before.rule].name.name.string, new[after.rule].name.name.string))
      changes.append(.changed)
    }
    if Set(before.tenants) != Set(after.tenants) {
      let names = [before.tenants, after.tenants].map { $0.isEmpty ? "all tenants" : $0.map(\.string).joined(separator: ", ") }
      details.append("for " + arrow(names[0], names[1]))
      let isWider = after.tenants.isEmpty || (!before.tenants.isEmpty && Set(after.tenants).isSuperset(of: before.tenants))
      let isNarrower = before.tenants.isEmpty || Set(before.tenants).isSuperset(of: after.tenants)
      changes.append(isWider ? .widened : isNarrower ? .narrowed : .changed)
    }
    if let change = compareCoverage(before, after) {
      details.append("whom it covers")
      changes.append(change)
    }
    if before.on != after.on {
      details.append("on " + arrow(before.on?.text.string ?? "no day", after.on?.text.string ?? "no day"))
    }
    if before.expires != after.expires { details.append("expires " + arrow(before.expires.text.string, after.expires.text.string)) }
    let days = (Period(from: before.on, before: before.expires), Period(from: after.on, before: after.expires))
    if days.0 != days.1 { changes.append(days.0.change(to: days.1)) }
    if before.because != after.because || before.by != after.by { details.append("who says so and why") }
    guard !details.isEmpty else { return same(.waiver) }
    changes.removeAll { $0 == .equal }
    let change = changes.first.map { first in changes.allSatisfy { $0 == first } ? first : .changed } ?? .equal
    var difference = Difference(.waiver, change, after.name.string, details, old: before.span, new: after.span)
    difference.asks(of: before, after)
    difference.oldRule = result.rules[after.rule]
    if change == .notDecided { difference.conclusion = "whether it covers others is not decided" }
    add(difference)
  }

  /// Whether more or fewer subjects are covered; nil where it is written alike.
  private func compareCoverage(_ before: Waiver, _ after: Waiver) -> Difference.Change? {
    let conditions = shapes(
      { $0.conditions(of: before, $0.program[before.rule]) }, { $0.conditions(of: after, $0.program[after.rule]) })
    if Set(conditions.old) == Set(conditions.new) && conditions.old != [-1] { return nil }
    var translator = Translator(old, Period(), steps: budget)
    let first = translator.coverage(of: before, old[before.rule])
    translator.turn(to: new, numbers)
    let second = translator.coverage(of: after, new[after.rule])
    let names = [(old, moved.old, before), (new, moved.new, after)].flatMap { program, moved, waiver in
      var conditions = program[waiver.rule]
      conditions.when = nil
      return waiver.conditions.flatMap { condition in
        conditions.require = condition
        return moved.names(under: conditions, in: program)
      }
    }
    if first.chain != second.chain { return .changed }
    if translator.isExhausted || !names.isEmpty { return .notDecided }
    var isEver: [Bool] = []
    var isExact = true
    for (one, other) in [(second.node, first.node), (first.node, second.node)] {
      let isNot = translator.logic.not(other)
      let root = translator.logic.and([one, isNot])
      var solver = Solver(translator.logic, root, work: budget)
      switch solver.solve() {
      case .none: isEver.append(false)
      case .some:
        isEver.append(true)
        isExact = isExact && translator.isExact(root)
      case .undecided: return .notDecided
      }
    }
    if !isExact { return .notDecided }
    return isEver[0] && isEver[1] ? .changed : isEver[0] ? .widened : isEver[1] ? .narrowed : .equal
  }

  // MARK: shapes of what is read

  /// Collections and records with their fields, lookups, and when a product is held.
  mutating func compareShapes() {
    let records = matched(old.records.map(\.name), new.records.map(\.name))
    for (place, match) in records.matches.enumerated() {
      let after = new.records[place]
      guard let match else {
        add(Difference(.entity, .added, after.name.string, new: after.name.span))
        continue
      }
      compareRecord(match, place)
    }
    for place in records.gone { add(Difference(.entity, .removed, old.records[place].name.string, old: old.records[place].name.span)) }

    let lookups = matched(old.lookups.map(\.name), new.lookups.map(\.name))
    for (place, match) in lookups.matches.enumerated() {
      let after = new.lookups[place]
      if let match, Numbers.isSame(old.lookups[match], after) {
        same(.lookup)
      } else {
        add(
          Difference(
            .lookup, match == nil ? .added : .changed, after.name.string, old: match.map { old.lookups[$0].name.span }, new: after.name.span
          ))
      }
    }
    for place in lookups.gone { add(Difference(.lookup, .removed, old.lookups[place].name.string, old: old.lookups[place].name.span)) }

    for holding in new.holdings {
      let name = new[holding.record].name
      guard let before = old.holdings.first(where: { old[$0.record].name.name == name.name }) else {
        moved.new.holdings.insert(holding.record)
        add(Difference(.holding, .added, name.string, new: new[holding.body].span))
        continue
      }
      let bodies = shapes({ $0.body(of: before) }, { $0.body(of: holding) })
      if bodies.old == bodies.new {
        same(.holding)
      } else {
        moved.old.holdings.insert(before.record)
        moved.new.holdings.insert(holding.record)
        add(
          Difference(.holding, .changed, name.string, ["when it holds a product"], old: old[before.body].span, new: new[holding.body].span))
      }
    }
    for holding in old.holdings where !new.holdings.contains(where: { new[$0.record].name.name == old[holding.record].name.name }) {
      moved.old.holdings.insert(holding.record)
      add(Difference(.holding, .removed, old[holding.record].name.string, old: old[holding.body].span))
    }
  }

  private mutating func compareRecord(_ one: Int, _ other: Int) {
    let (before, after) = (old.records[one], new.records[other])
    var details: [String] = []
    for field in after.fields {
      guard let match = before.fields.first(where: { $0.name == field.name }) else {
        details.append("field \(field.name.string) added")
        continue
      }
      if !numbers.isSame(match, field, RecordID(one), RecordID(other), old, new) {
        let types = (old.describe(match.type), new.describe(field.type))
        details.append("field \(field.name.string)" + (types.0 == types.1 ? "" : " " + arrow(types.0, types.1)))
      }
    }
    for field in before.fields where !after.fields.contains(where: { $0.name == field.name }) {
      details.append("field \(field.name.string) removed")
    }
    // A changed field is another one for whoever asks for it; what follows holds of all its rows.
    let ofFields = details.count
    if before.key.map({ before.fields[$0].name }) != after.key.map({ after.fields[$0].name }) { details.append("its key") }
    if let first = before.collection, let second = after.collection {
      let (mine, its) = (old[first], new[second])
      if mine.name != its.name { details.append("its collection " + arrow(mine.name.string, its.name.string)) }
      if mine.isSingle != its.isSingle { details.append(its.isSingle ? "one row" : "several rows") }
      if mine.fileName != its.fileName { details.append("its file " + arrow(mine.fileName.string, its.fileName.string)) }
      if mine.atMost != its.atMost { details.append("at most") }
    } else if (before.collection == nil) != (after.collection == nil) {
      details.append(after.collection == nil ? "a record of others now" : "a collection now")
    }
    if details.count > ofFields {
      moved.old.records.insert(RecordID(one))
      moved.new.records.insert(RecordID(other))
    }
    let change: Difference.Change = details.isEmpty ? .equal : .changed
    if let first = before.collection, let second = after.collection,
      old[first].label.map({ old[$0].name }) != new[second].label.map({ new[$0].name })
    {
      details.append("its label")
    }
    if details.isEmpty {
      same(.entity)
    } else {
      add(Difference(.entity, change, after.name.string, details, old: before.name.span, new: after.name.span))
    }
  }
}

extension Difference {
  /// The rules, tenants and days on which one waiver may hold and another not.
  fileprivate mutating func asks(of before: Waiver?, _ after: Waiver?) {
    (oldRule, newRule) = (before?.rule, after?.rule)
    let periods = [before, after].compactMap { $0 }.map { Period(from: $0.on, before: $0.expires) }
    if let first = periods.first, let last = periods.last { days = first.tellingDays(beside: last) }
    // Those whom one of them is for first.
    let (mine, its) = (after?.tenants ?? [], before?.tenants ?? [])
    tenants = mine.filter { !its.contains($0) } + its.filter { !mine.contains($0) } + mine.filter { its.contains($0) }
  }
}

extension Translator {
  /// Whom a waiver covers, as shapes over the subjects of its rule.
  fileprivate mutating func conditions(of waiver: Waiver, _ rule: Rule) -> [Int] {
    let scope = ground(of: rule).scope
    return waiver.conditions.map { shape($0, scope) }
  }

  /// That a waiver covers a subject: all its conditions are true.
  fileprivate mutating func coverage(of waiver: Waiver, _ rule: Rule) -> (node: Int, chain: [Int]) {
    let (chain, scope) = ground(of: rule)
    let parts = waiver.conditions.map { formula($0, scope) }
    let all = logic.and(parts)
    return (logic.isOne(all, of: .yes), chain)
  }

  fileprivate mutating func body(of holding: Holding) -> [Int] {
    let subject = made("holder", [], text: program.variables[holding.subject.index].name.string)
    let product = made("held product", [], text: program.variables[holding.product.index].name.string)
    let scope = scope([holding.subject.index: .shape(subject), holding.product.index: .shape(product)])
    return [shape(holding.body, scope)]
  }
}
