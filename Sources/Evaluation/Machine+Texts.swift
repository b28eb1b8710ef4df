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
    var bytes: [UInt8] = []
    return writeKey(row: row, keySlots, arena, to: &bytes) ? Text(utf8: bytes) : nil
  }

  /// Writes the key of a row; false, and nothing written, where a part can't be told.
  mutating func writeKey(row: Int, _ keySlots: [Int], _ arena: Value.Arena, to bytes: inout [UInt8]) -> Bool {
    let first = bytes.count
    for (place, slot) in keySlots.enumerated() where !writeKey(slot, isFirst: place == 0, row: row, arena, to: &bytes) {
      bytes.removeLast(bytes.count - first)
      return false
    }
    return true
  }

  /// As above, for a row of a collection: by number, so that the list of slots is not retained for each finding.
  mutating func writeKey(row: Int, of collection: CollectionID, _ arena: Value.Arena, to bytes: inout [UInt8]) -> Bool {
    let first = bytes.count
    for place in 0..<keySlotsOfCollection[collection.index].count {
      let slot = keySlotsOfCollection[collection.index][place]
      if !writeKey(slot, isFirst: place == 0, row: row, arena, to: &bytes) {
        bytes.removeLast(bytes.count - first)
        return false
      }
    }
    return true
  }

  /// Writes a part of a key; false where it can't be told.
  @inline(__always) private mutating func writeKey(
    _ slot: Int, isFirst: Bool, row: Int, _ arena: Value.Arena, to bytes: inout [UInt8]
  ) -> Bool {
    let value = read(slot, row: row, arena)
    if value.isUnknown { return false }
    if !isFirst { bytes.append(contentsOf: Machine.comma) }
    write(value, nil, to: &bytes)
    return true
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
    var bytes: [UInt8] = []
    write(value, language, to: &bytes)
    return Text(utf8: bytes)
  }

  /// Writes a value as `text(of:)` gives it.
  mutating func write(_ value: Value, _ language: Text?, to bytes: inout [UInt8]) {
    switch value.tag {
    case .unknown: bytes.append(0x3F)
    case .null: bytes.append(contentsOf: Machine.null)
    case .bool: bytes.append(contentsOf: value.low == 1 ? Machine.yes : Machine.no)
    case .int:
      if value.isExactInt {
        appendNumber(value.signedLow, to: &bytes)
      } else if value.isOpen {
        bytes.append(contentsOf: "at least \(value.signedLow)".utf8)
      } else {
        bytes.append(contentsOf: "\(value.signedLow) to \(value.signedHigh)".utf8)
      }
    case .decimal: bytes.append(contentsOf: decimal(value).text.utf8)
    case .text:
      let range = value.index..<value.index + value.count
      switch value.arena {
      case .constants: bytes.append(contentsOf: plan.texts[range])
      case .joined: joined.texts.span.copy(range.lowerBound, range.upperBound, to: &bytes)
      case .batch: batch.texts.span.copy(range.lowerBound, range.upperBound, to: &bytes)
      case .scratch: bytes.append(contentsOf: scratch[range])
      }
    case .date: Day(days: Int32(truncatingIfNeeded: value.signedLow)).write(to: &bytes)
    case .instant: Instant(ticks: value.signedLow).write(to: &bytes)
    case .guid: Guid(high: value.low, low: value.high).write(to: &bytes)
    case .product: bytes.append(contentsOf: program.products[value.index].title(on: day).text(in: language).utf8)
    case .feature: bytes.append(contentsOf: program.features[value.index].title.text(in: language).utf8)
    case .row:
      guard let record = record(of: value) else { return bytes.append(0x3F) }
      bytes.append(contentsOf: program[record].name.name.utf8)
      guard let collection = program[record].collection else { return }
      bytes.append(0x20)
      if !writeKey(row: value.index, of: collection, value.arena, to: &bytes) { bytes.append(0x3F) }
    case .list, .run, .rows: writeList(value, language, to: &bytes)
    }
  }

  private mutating func writeList(_ list: Value, _ language: Text?, to bytes: inout [UInt8]) {
    let count = elementCount(list)
    for index in 0..<min(count, Machine.longestList) {
      let (element, doubt) = element(list, index)
      if index > 0 { bytes.append(contentsOf: Machine.comma) }
      write(element, language, to: &bytes)
      if doubt != 0 { bytes.append(contentsOf: " (?)".utf8) }
    }
    if count > Machine.longestList { bytes.append(contentsOf: ", and \(count - Machine.longestList) more".utf8) }
    if incompleteness(list) != 0 {
      bytes.append(contentsOf: (count > 0 ? ", …" : "…").utf8)
    } else if count == 0 {
      bytes.append(contentsOf: "none".utf8)
    }
  }

  private static let null = Array("null".utf8)
  private static let yes = Array("true".utf8)
  private static let no = Array("false".utf8)
  private static let comma = Array(", ".utf8)

  /// Elements of a list that a message shows.
  static let longestList = 20

  // MARK: evidence

  /// The parts of a rule's condition that decided a verdict, and what is told in them.
  mutating func decidingParts(of rule: Rule, _ verdict: Verdict) -> [DecidingPart] {
    var found: [DecidingPart] = []
    if verdict == .undetermined, let when = rule.when { explain(when.index, into: &found) }
    explain(rule.require.index, into: &found)
    return found
  }

  /// Goes down to the operands that made the value: the false ones of a false `and`, the unknown ones of an unknown one, and so on.
  private mutating func explain(_ index: Int, into found: inout [DecidingPart]) {
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
      found.append(
        DecidingPart(expression: Int32(truncatingIfNeeded: index), answer: value.isFalse ? .no : value.isUnknown ? .unknown : .own))
      for operand in outside(index) where isTelling(operand.index) {
        // That a row is there says nothing that its fields do not say.
        if evaluate(operand.index).tag != .row {
          found.append(DecidingPart(expression: Int32(truncatingIfNeeded: operand.index), answer: .own))
        }
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

  /// What decided, as the policy's words, each once; and of each that is a value of the row the expression for it.
  func evidence(_ parts: [DecidingPart]) -> (because: [FindingKind.Evidence], own: [Int]) {
    var because: [FindingKind.Evidence] = []
    var own: [Int] = []
    for part in parts {
      let span = program.expressions[Int(part.expression)].span
      let expression = collapsed(program.files[Int(span.file)].slice(span))
      if because.contains(where: { $0.expression == expression }) { continue }
      let value: FindingKind.Piece
      switch part.answer {
      case .no: value = .same("false")
      case .unknown: value = .same("unknown")
      case .own:
        value = .own
        own.append(Int(part.expression))
      }
      because.append(FindingKind.Evidence(expression: expression, value: value, place: span))
    }
    return (because, own)
  }

  /// Whether the parts of a condition that a report tells hang on nothing but what its leaves answer.
  func isToldByLeaves(_ index: Int) -> Bool {
    let kind = program.expressions[index].kind
    switch kind {
    case .and(let operands), .or(let operands): return operands.allSatisfy { isToldByLeaves($0.index) }
    default:
      return outside(index).allSatisfy { operand in
        guard isTelling(operand.index) else { return true }
        if case .row = program.expressions[operand.index].type.shape { return false }
        return true
      }
    }
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

  /// Whether a finding of a rule may name contested cells.
  func hasContests(_ rule: Rule) -> Bool {
    !featureTests(in: rule.require.index).isEmpty && terms.features.contains { !$0.contests.isEmpty }
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

/// A part of a condition that decided a verdict.
struct DecidingPart: Hashable {
  enum Answer: UInt8 {
    case no, unknown
    /// A value of the row.
    case own
  }
  var expression: Int32
  var answer: Answer
}
