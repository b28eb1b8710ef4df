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
      if details.isEmpty {
        same(.fact)
      } else {
        add(Difference(.fact, change, after.name.string, details, old: before.name.span, new: after.name.span))
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
      let (mine, its) = (after.all[key] ?? [], before.all[key] ?? [])
      for (place, attestation) in mine.enumerated() {
        guard its.indices.contains(place) else {
          add(Difference(.attestation, .added, key, [shown(attestation.value, new)], new: attestation.span))
          continue
        }
        var details: [String] = []
        var change = Difference.Change.equal
        if its[place].value != numbers.constant(attestation.value) {
          details.append(arrow(shown(its[place].value, old), shown(attestation.value, new)))
          change = .changed
        }
        if its[place].on != attestation.on {
          details.append("on " + arrow(its[place].on.text.string, attestation.on.text.string))
          change = .changed
        }
        if its[place].expires != attestation.expires {
          details.append("expires " + arrow(its[place].expires.text.string, attestation.expires.text.string))
          if change == .equal { change = its[place].expires < attestation.expires ? .widened : .narrowed }
        }
        if its[place].because != attestation.because || its[place].by != attestation.by { details.append("who says so and why") }
        if details.isEmpty {
          same(.attestation)
        } else {
          add(Difference(.attestation, change, key, details, old: its[place].span, new: attestation.span))
        }
      }
    }
    for key in before.order {
      for attestation in (before.all[key] ?? []).dropFirst(after.all[key]?.count ?? 0) {
        add(Difference(.attestation, .removed, key, [shown(attestation.value, old)], old: attestation.span))
      }
    }
  }

  private func shown(_ constant: Constant, _ program: CheckedProgram) -> String {
    switch constant {
    case .literal(let literal): shown(literal)
    case .product(let product): program[product].name.name.string
    case .feature(let feature): program[feature].name.name.string
    case .list(let list): "[" + list.map { shown($0, program) }.joined(separator: ", ") + "]"
    }
  }

  private func shown(_ literal: Literal) -> String {
    switch literal {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .decimal(let value): value.text.string
    case .text(let text): "\"\(text.string)\""
    case .date(let day): day.text.string
    case .instant(let instant): instant.text.string
    case .guid(let guid): guid.text.string
    }
  }

  /// Waivers by name.
  mutating func compareWaivers() {
    let (matches, gone) = matched(old.waivers.map(\.name), new.waivers.map(\.name))
    for (place, match) in matches.enumerated() {
      let after = new.waivers[place]
      guard let match else {
        add(Difference(.waiver, .added, after.name.string, ["of \(new[after.rule].name.name.string)"], new: after.span))
        continue
      }
      compareWaiver(old.waivers[match], after)
    }
    for place in gone {
      let waiver = old.waivers[place]
      add(Difference(.waiver, .removed, waiver.name.string, ["of \(old[waiver.rule].name.name.string)"], old: waiver.span))
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
    let conditions = shapes(
      { $0.conditions(of: before, $0.program[before.rule]) }, { $0.conditions(of: after, $0.program[after.rule]) })
    if conditions.old != conditions.new {
      details.append("whom it covers")
      let (first, second) = (Set(conditions.old), Set(conditions.new))
      // Fewer parts, all of which must be true, cover more.
      changes.append(second.isSubset(of: first) ? .widened : first.isSubset(of: second) ? .narrowed : .changed)
    }
    if before.expires != after.expires {
      details.append("expires " + arrow(before.expires.text.string, after.expires.text.string))
      changes.append(before.expires < after.expires ? .widened : .narrowed)
    }
    if before.on != after.on {
      details.append("on " + arrow(before.on?.text.string ?? "no day", after.on?.text.string ?? "no day"))
    }
    if before.because != after.because || before.by != after.by { details.append("who says so and why") }
    guard !details.isEmpty else { return same(.waiver) }
    let change = changes.first.map { first in changes.allSatisfy { $0 == first } ? first : .changed } ?? .equal
    add(Difference(.waiver, change, after.name.string, details, old: before.span, new: after.span))
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
        add(Difference(.holding, .added, name.string, new: new[holding.body].span))
        continue
      }
      let bodies = shapes({ $0.body(of: before) }, { $0.body(of: holding) })
      if bodies.old == bodies.new {
        same(.holding)
      } else {
        add(
          Difference(.holding, .changed, name.string, ["when it holds a product"], old: old[before.body].span, new: new[holding.body].span))
      }
    }
    for holding in old.holdings where !new.holdings.contains(where: { new[$0.record].name.name == old[holding.record].name.name }) {
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
    if before.key.map({ before.fields[$0].name }) != after.key.map({ after.fields[$0].name }) { details.append("its key") }
    if let first = before.collection, let second = after.collection {
      let (mine, its) = (old[first], new[second])
      if mine.fileName != its.fileName { details.append("its file " + arrow(mine.fileName.string, its.fileName.string)) }
      if mine.atMost != its.atMost { details.append("at most") }
      if mine.label.map({ old[$0].name }) != its.label.map({ new[$0].name }) { details.append("its label") }
    }
    if details.isEmpty {
      same(.entity)
    } else {
      add(Difference(.entity, .changed, after.name.string, details, old: before.name.span, new: after.name.span))
    }
  }
}

extension Translator {
  /// Whom a waiver covers, as shapes over the subjects of its rule.
  fileprivate mutating func conditions(of waiver: Waiver, _ rule: Rule) -> [Int] {
    let scope = ground(of: rule).scope
    return waiver.conditions.map { shape($0, scope) }
  }

  fileprivate mutating func body(of holding: Holding) -> [Int] {
    let subject = made("holder", [], text: program.variables[holding.subject.index].name.string)
    let product = made("held product", [], text: program.variables[holding.product.index].name.string)
    let scope = scope([holding.subject.index: .shape(subject), holding.product.index: .shape(product)])
    return [shape(holding.body, scope)]
  }
}
