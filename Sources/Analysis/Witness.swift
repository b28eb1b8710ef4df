package import Semantics
package import Syntax

/// Verdicts of rules over the same subjects that a snapshot is sought for, which a formula alone cannot write as rows.
package struct SoughtWitness: Sendable {
  package var expected: [(verdict: VerdictWord, rule: RuleID)]
  /// Parts of the first rule's `when` that have to be true.
  package var conditions: [TypedExpressionID]
  package var day: Day
  /// Whose snapshot it has to be.
  package var tenant: Text?
}

/// A subject as rows of a test.
struct Witness {
  /// `as of …` and `given …`, each ready to be pasted into a test.
  private(set) var lines: [String] = []
  /// What rows cannot say, as `… is true`.
  private(set) var beyond: [String] = []
  /// `user "1"`; empty for the tenant.
  private(set) var subject = ""
  private(set) var day = Day.first

  private struct Row {
    var collection: CollectionID
    var fields = Fields()
  }
  /// The fields of a row or record in the order in which they were met; a record or the elements of a list stand inside.
  private final class Fields {
    var entries: [(name: String, value: Written)] = []
    func inner(_ name: String, isList: Bool) -> Fields {
      for entry in entries where entry.name == name {
        switch entry.value {
        case .record(let inner), .element(let inner): return inner
        case .text: break
        }
      }
      let inner = Fields()
      entries.append((name, isList ? .element(inner) : .record(inner)))
      return inner
    }
    func has(_ name: String) -> Bool { entries.contains { $0.name == name } }
    func value(_ name: String) -> String? {
      for entry in entries where entry.name == name { if case .text(let text) = entry.value { return text } }
      return nil
    }
    func set(_ name: String, _ text: String) { if !has(name) { entries.append((name, .text(text))) } }
    var text: String {
      if entries.isEmpty { return "{}" }
      let parts = entries.map { entry in
        switch entry.value {
        case .text(let text): "\(entry.name): \(text)"
        case .record(let inner): "\(entry.name): \(inner.text)"
        case .element(let inner): "\(entry.name): [\(inner.text)]"
        }
      }
      return "{ " + parts.joined(separator: ", ") + " }"
    }
  }
  private enum Written {
    case text(String)
    case record(Fields)
    case element(Fields)
  }

  private let translator: Translator
  private let rule: Rule
  private let chain: [Int]
  private var rows: [(shape: Int, row: Row)] = []

  init(_ model: Solver.Model, _ stretch: Stretch, _ rule: Int) {
    translator = stretch.translator
    let program = translator.program
    self.rule = program.rules[rule]
    chain = stretch.rules[rule]?.chain ?? []
    day = simpleDay(stretch.days.common(self.rule.period) ?? stretch.days)
    var facts: [String] = []
    if let first = chain.first, let fields = place(first) { giveKey(fields, first) }
    if chain.count > 1, let fields = place(chain[1]) { giveKey(fields, chain[1]) }
    for (term, value) in model.values.sorted(by: { $0.key < $1.key }) {
      let text = translator.logic.terms[term].text
      let shape = translator.logic.terms[term].shape
      if text == "today", case .range(let low, let high) = value {
        day = simpleDay(
          Period(from: Day(days: Int32(truncatingIfNeeded: low)), before: Day(days: Int32(truncatingIfNeeded: high)).adding(days: 1)))
        continue
      }
      guard let written = write(value, term) else { continue }
      if let fact = program.facts.first(where: { $0.name.name.string == text }), written != "null" {
        facts.append("given \(fact.name.name.string) = \(written)")
      } else if let (base, field) = translator.fields[shape], case .stored = program[field].kind, let fields = place(base) {
        fields.set(program[field].name.string, written)
      } else {
        beyond.append("`\(text)` is \(written)")
      }
    }
    lines = ["as of \(day.text.string)"]
    lines += rows.map { "given \(program[$0.row.collection].entity.name.string) \($0.row.fields.text)" } + facts
    name()
  }

  private func simpleDay(_ period: Period) -> Day {
    if let some = Day(year: 2026, month: 1, day: 1), period.contains(some) { return some }
    return period.someDay
  }

  /// The fields of a row, of which there is one for each shape that is met.
  private mutating func place(_ shape: Int) -> Fields? {
    if let known = rows.first(where: { $0.shape == shape }) { return known.row.fields }
    let program = translator.program
    if shape == chain.first, let link = rule.chain.first, let record = record(program.variables[link.variable.index].type),
      let collection = program[record].collection
    {
      rows.append((shape, Row(collection: collection)))
      return rows[rows.count - 1].row.fields
    }
    if chain.count > 1, shape == chain[1], case .field(_, let list) = program[rule.chain[1].source].kind, case .stored = program[list].kind,
      case .variable(let outer) = baseOfField(rule.chain[1].source), outer == rule.chain[0].variable, let outer = place(chain[0])
    {
      return outer.inner(program[list].name.string, isList: true)
    }
    if let (base, field) = translator.fields[shape] {
      switch program[field].kind {
      case .stored:
        guard case .row = program[field].type.shape, let outer = place(base) else { return nil }
        return outer.inner(program[field].name.string, isList: false)
      case .join(let collection, let by):
        let target = program[program[collection].record]
        guard target.key.count == 1, let key = target.key.first, let outer = place(base) else { return nil }
        let mine = program[field.record].fields[by].name.string
        if outer.value(mine) == nil { outer.set(mine, keyText(program[field.record].fields[by].type)) }
        guard let value = outer.value(mine), value != "null" else { return nil }
        var row = Row(collection: collection)
        row.fields = Fields()
        row.fields.set(target.fields[key].name.string, value)
        rows.append((shape, row))
        return row.fields
      case .reverse: return nil
      }
    }
    if let single = program.collections.indices.first(where: {
      program.collections[$0].isSingle && translator.texts[shape] == program.collections[$0].name.string
    }) {
      rows.append((shape, Row(collection: CollectionID(single))))
      let fields = rows[rows.count - 1].row.fields
      giveKey(fields, program[program.collections[single].record])
      return fields
    }
    return nil
  }

  private func baseOfField(_ id: TypedExpressionID) -> TypedExpressionKind? {
    guard case .field(let base, _) = translator.program[id].kind else { return nil }
    return translator.program[base].kind
  }

  private func record(_ type: ValueType) -> RecordID? {
    if case .row(let record) = type.shape { return record }
    return nil
  }

  private func giveKey(_ fields: Fields, _ shape: Int) {
    guard let place = chain.firstIndex(of: shape), let record = record(translator.program.variables[rule.chain[place].variable.index].type)
    else { return }
    giveKey(fields, translator.program[record])
  }

  private func giveKey(_ fields: Fields, _ record: RecordType) {
    for key in record.key {
      // A key that the model decides is set after; that there is one is what matters here.
      let field = record.fields[key]
      if !isDecided(field.name.string) { fields.set(field.name.string, keyText(field.type)) }
    }
  }

  /// A key field that the condition itself asks for is written by the model alone.
  private func isDecided(_ name: String) -> Bool {
    translator.logic.terms.contains { $0.text.hasSuffix("." + name) && !$0.mayBeUnknown }
  }

  private func keyText(_ type: ValueType) -> String {
    switch type.shape {
    case .int: "1"
    case .decimal: "1.0"
    case .date: "2026-01-01"
    case .instant: "2026-01-01T00:00:00Z"
    case .bool: "true"
    case .oneOf(let members, _): (members.first ?? "").quoted
    case .text, .id, .row, .list, .product, .feature, .nothing: "\"1\""
    }
  }

  private mutating func name() {
    var parts: [String] = []
    for (place, link) in rule.chain.enumerated() where chain.indices.contains(place) {
      guard let record = record(translator.program.variables[link.variable.index].type), let fields = self.place(chain[place]) else {
        beyond.append("`\(link.thing.string)` is one of them")
        return
      }
      var keys: [String] = []
      for key in translator.program[record].key {
        let field = translator.program[record].fields[key]
        fields.set(field.name.string, keyText(field.type))
        if let text = fields.value(field.name.string), text != "null" { keys.append(text) }
      }
      let inner = keys.map { $0.hasPrefix("\"") ? String($0.dropFirst().dropLast()) : $0 }
      parts.append("\(link.thing.string) \"\(inner.joined(separator: ", "))\"")
    }
    subject = parts.joined(separator: ", ")
    // The key may have been written last.
    let program = translator.program
    let givens = rows.map { "given \(program[$0.row.collection].entity.name.string) \($0.row.fields.text)" }
    lines = [lines[0]] + givens + lines.filter { $0.hasPrefix("given ") && $0.contains(" = ") && !$0.contains(" { ") }
  }

  // MARK: values

  /// Nil where it is left out, which is unknown.
  private func write(_ value: Solver.Class, _ term: Int) -> String? {
    switch value {
    case .unknown: return nil
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .symbol(let literal): return literal.written
    case .other:
      let named = Set(translator.logic.terms[term].symbols)
      var text = "other"
      var number = 2
      while named.contains(.text(Text(text))) {
        text = "other\(number)"
        number += 1
      }
      return Text(text).quoted
    case .range(let low, let high):
      guard case .number(let unit, _, _) = translator.logic.terms[term].kind else { return nil }
      return unit.text(unit.simple(low, high))
    case .between(let low, let high): return "between \(low) and \(high)"
    }
  }
}

extension Prover {
  /// A model as notes of a diagnostic: rows that a test may hold, with the verdicts that it may expect.
  ///
  /// Where a condition rests on more than the values of fields, as on what somebody holds, an engine may know rows that make it so.
  mutating func witness(
    _ model: Solver.Model, _ place: Int, _ rule: Int, _ expected: [(verdict: VerdictWord, rule: Int)],
    where conditions: [TypedExpressionID] = [], tenant: Text? = nil
  ) -> [String] {
    let witness = Witness(model, stretches[place], rule)
    let heading = "witness, as a test:"
    if witness.beyond.isEmpty {
      let ending = witness.subject.isEmpty ? "" : " for \(witness.subject)"
      return [heading, witness.lines[0]] + (tenant.map { ["given tenant \($0.quoted)"] } ?? []) + witness.lines.dropFirst()
        + expected.map { "expect \($0.verdict.rawValue) \(program.reference(to: RuleID($0.rule)))\(ending)" }
    }
    let sought = SoughtWitness(
      expected: expected.map { ($0.verdict, RuleID($0.rule)) }, conditions: conditions, day: witness.day, tenant: tenant)
    if let lines = show?(sought) { return [heading] + lines }
    // Of many products that are not held, the number says enough.
    let absent = witness.beyond.filter { $0.contains(" holds ") && $0.hasSuffix("` is false") }
    let shown =
      absent.count > 3 ? witness.beyond.filter { !absent.contains($0) } + ["\(absent.count) other products are not held"] : witness.beyond
    return [heading] + witness.lines + ["where " + shown.joined(separator: " and ")]
  }
}
