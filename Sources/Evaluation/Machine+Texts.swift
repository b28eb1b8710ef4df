import Semantics
import Syntax

extension Machine {
  /// A field of a row.
  mutating func value(of field: FieldID, in row: Value) -> Value {
    switch program.records[field.record.index].fields[field.index].kind {
    case .stored:
      guard let shape = shapeOfRecord[field.record.index] else { return .null }
      let slot = plan.read.shapes[shape].slotOfField[field.index]
      return slot < 0 ? .null : read(plan.firstSlot[shape] + slot, row: row.index, row.arena)
    case .join: return join(row, field)
    case .reverse: return reverse(row, field)
    }
  }

  /// The key of a row as reports write it; nil where a part can't be told.
  mutating func keyText(row: Int, _ keySlots: [Int], _ arena: Value.Arena) -> Text? {
    if keySlots.count == 1 {
      let value = read(keySlots[0], row: row, arena)
      return value.isUnknown ? nil : keyText(value)
    }
    var result: [UInt8] = []
    for (place, slot) in keySlots.enumerated() {
      let value = read(slot, row: row, arena)
      if value.isUnknown { return nil }
      if place > 0 { result.append(contentsOf: [0x2C, 0x20]) }
      result.append(contentsOf: keyText(value).utf8)
    }
    return Text(utf8: result)
  }

  /// A product or feature by its name, all else as in messages.
  mutating func keyText(_ value: Value) -> Text {
    switch value.tag {
    case .product: Text(program.products[value.index].name.string)
    case .feature: Text(program.features[value.index].name.string)
    case .unknown, .null, .bool, .int, .decimal, .text, .date, .instant, .guid, .row, .list, .run, .rows:
      text(of: value, nil)
    }
  }

  /// A value for people: texts as they are, ids in lower case, days and moments as ISO 8601, products by their title on the day.
  mutating func text(of value: Value, _ language: Text?) -> Text {
    switch value.tag {
    case .unknown: return "?"
    case .null: return "null"
    case .bool: return value.low == 1 ? "true" : "false"
    case .int:
      if value.isExactInt { return Text(String(value.signedLow)) }
      if value.isOpen { return Text("at least \(value.signedLow)") }
      return Text("\(value.signedLow) to \(value.signedHigh)")
    case .decimal: return decimal(value).text
    case .text: return Text(bytes(value))
    case .date: return Day(days: Int32(truncatingIfNeeded: value.signedLow)).text
    case .instant: return Instant(ticks: value.signedLow).text
    case .guid: return Guid(high: value.low, low: value.high).text
    case .product: return program.products[value.index].title(on: day).text(in: language)
    case .feature: return program.features[value.index].title.text(in: language)
    case .row:
      guard let record = record(of: value) else { return "?" }
      if let collection = program[record].collection {
        let key = keyText(row: value.index, keySlotsOfCollection[collection.index], value.arena)
        return Text("\(program[record].name.name.string) \(key?.string ?? "?")")
      }
      return program[record].name.name
    case .list, .run, .rows:
      var result: [UInt8] = []
      let count = elementCount(value)
      for index in 0..<min(count, Machine.longestList) {
        let (element, doubt) = element(value, index)
        if index > 0 { result.append(contentsOf: [0x2C, 0x20]) }
        result.append(contentsOf: text(of: element, language).utf8)
        if doubt != 0 { result.append(contentsOf: " (?)".utf8) }
      }
      if count > Machine.longestList { result.append(contentsOf: ", and \(count - Machine.longestList) more".utf8) }
      if incompleteness(value) != 0 { result.append(contentsOf: (count > 0 ? ", …" : "…").utf8) }
      return result.isEmpty ? "none" : Text(utf8: result)
    }
  }

  /// Elements of a list that a message shows.
  static let longestList = 20

  /// A message with the values in it.
  mutating func render(_ parts: [LocalTemplate.Part], _ language: Text?) -> Text {
    if parts.count == 1, case .text(let text) = parts[0] { return text }
    var result: [UInt8] = []
    result.reserveCapacity(128)
    for part in parts {
      switch part {
      case .text(let text): result.append(contentsOf: text.utf8)
      case .value(let expression):
        let value = evaluate(expression.index)
        result.append(contentsOf: text(of: value, language).utf8)
      }
    }
    return Text(utf8: result)
  }

  // MARK: evidence

  /// The parts of a rule's condition that decided a verdict, each with its value and the values in it.
  mutating func evidence(for rule: Rule, _ verdict: Verdict) -> [Finding.Evidence] {
    var found: [Finding.Evidence] = []
    if verdict == .undetermined, let when = rule.when { explain(when.index, into: &found) }
    explain(rule.require.index, into: &found)
    return found
  }

  /// Goes down to the operands that made the value: the false ones of a false `and`, the unknown ones of an unknown one, and so on.
  private mutating func explain(_ index: Int, into found: inout [Finding.Evidence]) {
    let value = evaluate(index)
    if value.isTrue { return }
    switch program.expressions[index].kind {
    case .and(let operands), .or(let operands):
      for operand in operands {
        let part = evaluate(operand.index)
        if part.isTrue || (value.isUnknown && part.isFalse) { continue }
        explain(operand.index, into: &found)
      }
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection,
      .row, .entry, .call, .not, .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic,
      .negate, .shift, .days, .orElse, .list, .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld,
      .productsGranting, .part, .function:
      note(index, value, into: &found)
      for operand in outside(index) where isTelling(operand.index) {
        let inner = evaluate(operand.index)
        // That a row is there says nothing that its fields do not say.
        if inner.tag != .row { note(operand.index, inner, into: &found) }
      }
    }
  }

  /// The operands that have a value by themselves: below a binder only its source, since the rest sees its variable.
  private func outside(_ index: Int) -> [TypedExpressionID] {
    switch program.expressions[index].kind {
    case .any(_, let source, _), .all(_, let source, _, _), .count(_, let source, _, _): [source]
    case .comprehension(let comprehension), .aggregate(_, let comprehension):
      comprehension.loops.first.map { [$0.source] } ?? []
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection,
      .row, .entry, .call, .not, .and, .or, .equal, .order, .member, .within, .textTest, .matches, .has, .holds,
      .arithmetic, .negate, .shift, .days, .orElse, .list, .products, .productsHeld, .productsGranting, .part,
      .function:
      Operands.of(program.expressions[index].kind)
    }
  }

  /// A path, a `let`, a fact: what a reader can't see in the expression itself.
  private func isTelling(_ index: Int) -> Bool {
    switch program.expressions[index].kind {
    case .field, .fact, .entry, .row, .call, .arithmetic, .count, .aggregate, .productsHeld: true
    case .variable(let variable): program.variables[variable.index].role == .local
    case .literal, .product, .feature, .today, .startOfMonth, .unknown, .single, .collection, .not, .and, .or, .equal,
      .order, .member, .within, .textTest, .matches, .has, .holds, .negate, .shift, .days, .orElse, .list,
      .comprehension, .any, .all, .products, .productsGranting, .part, .function:
      false
    }
  }

  private mutating func note(_ index: Int, _ value: Value, into found: inout [Finding.Evidence]) {
    let span = program.expressions[index].span
    let expression = collapsed(program.files[Int(span.file)].slice(span))
    if found.contains(where: { $0.expression == expression }) { return }
    found.append(
      Finding.Evidence(
        expression: expression, value: value.isUnknown ? "unknown" : text(of: value, nil), place: span))
  }

  /// A piece of policy text on one line.
  func collapsed(_ bytes: ArraySlice<UInt8>) -> Text {
    var result: [UInt8] = []
    var isSpace = false
    for byte in bytes {
      if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
        isSpace = true
        continue
      }
      if isSpace && !result.isEmpty { result.append(0x20) }
      isSpace = false
      result.append(byte)
    }
    return Text(utf8: result)
  }

  /// The contested cells on which the rule's features rest for the subject at hand.
  mutating func contests(of rule: Rule) -> [Finding.Contest] {
    var found: [Finding.Contest] = []
    for index in featureTests(in: rule.require.index) {
      guard case .has(let subject, let feature) = program.expressions[index].kind else { continue }
      let row = evaluate(subject.index)
      let asked = evaluate(feature.index)
      guard row.tag == .row, asked.tag == .feature else { continue }
      for (products, contest) in terms.features[asked.index].contests {
        var together = Value.yes
        for product in products { together = both(together, holds(row, product)) }
        if !together.isFalse && !found.contains(contest) { found.append(contest) }
      }
    }
    return found
  }

  /// The `has` tests of a condition that are not below a binder.
  private func featureTests(in index: Int) -> [Int] {
    let kind = program.expressions[index].kind
    if case .has = kind { return [index] }
    return outside(index).flatMap { featureTests(in: $0.index) }
  }

  /// What `because` of a test may name beside what is unknown by itself: each cause as reports name it, and each path below a binder, or in a
  /// define or a holding that the condition uses, that one of the causes is about.
  mutating func pathsNamed(by set: Int32, in rule: Rule) -> Set<Text> {
    let causes = paths(of: set)
    guard !causes.isEmpty else { return [] }
    var found = causes
    for expression in program.expressions(in: rule).map({ program.expressions[$0.index] }) where isNamed(expression.kind, by: causes) {
      found.insert(collapsed(program.files[Int(expression.span.file)].slice(expression.span)))
    }
    return found
  }

  func paths(of set: Int32) -> Set<Text> { Set(causes.sets[Int(set)].map { causes.all[Int($0)].path }) }

  /// Whether a cause is about one of a path's own fields, or about the rows that it joins to.
  private func isNamed(_ kind: TypedExpressionKind, by causes: Set<Text>) -> Bool {
    guard case .field(let base, let field) = kind else { return false }
    if causes.contains(path(of: field)) { return true }
    switch program[field].kind {
    case .join(let target, let by):
      let key = FieldID(record: field.record, index: by)
      if causes.contains(program[target].name) || causes.contains(path(of: key)) { return true }
    case .reverse(let target, _): if causes.contains(program[target].name) { return true }
    case .stored: break
    }
    return isNamed(program.expressions[base.index].kind, by: causes)
  }

  /// The texts of the paths in a condition that can't be told: what `because` of a test may name.
  mutating func unknownPaths(in index: Int) -> Set<Text> {
    var found: Set<Text> = []
    let kind = program.expressions[index].kind
    if case .variable(let variable) = kind, locals[variable.index] >= 0 {
      found.formUnion(unknownPaths(in: Int(locals[variable.index])))
    }
    if evaluate(index).isUnknown {
      let span = program.expressions[index].span
      found.insert(collapsed(program.files[Int(span.file)].slice(span)))
    }
    for operand in outside(index) { found.formUnion(unknownPaths(in: operand.index)) }
    return found
  }
}
