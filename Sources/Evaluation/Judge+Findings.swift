import Semantics
import Syntax

// Listing what was found. A report has many findings and few kinds of them: the kind is made once, with all that its findings share; a finding
// is its number, the values of its row, and the row's place.

/// Whom a verdict is about.
enum FindingSubject {
  case row(Value)
  /// An element of a list of a row.
  case element(Value, of: Value, keySlots: [Int])
  case given(Subject)
}

/// What a kind of findings is known by, and how its findings come by their values.
struct FindingKinds {
  /// All that tells kinds apart, in one tenant and one language.
  struct Key: Hashable {
    var rule: RuleID
    var verdict: Verdict
    /// The set of causes; 0 for a fail.
    var causes: Int32
    var parts: [DecidingPart]
    var contests: [Finding.Contest]
    var things: [Text]
    var isCollection: Bool
    /// Whether the rule could be judged; else the message is not the rule's.
    var isJudged: Bool
  }
  /// A value of the row.
  enum Source {
    /// A slot of the subject's own row.
    case slot(Int)
    case expression(Int)
  }
  /// What the judge has to know of a kind.
  struct Values {
    var causes: Int32 = 0
    /// Of message and remedy, then of the evidence.
    var texts: [Source] = []
    var evidence: [Source] = []
    /// Nothing has to be worked out but what stands in the row.
    var isPlain = true
    /// Its rule was noted beside its causes.
    var isNoted = false
  }

  fileprivate var numbers: [Key: Int32] = [:]
  fileprivate var waived: [UInt64: Int32] = [:]
  /// By number in the list of findings; those that came from workers are not used here.
  fileprivate var values: [Values] = []

  /// Whether findings of a kind can be listed without the variables.
  func isPlain(_ kind: Int32) -> Bool { values[Int(kind)].isPlain }

  mutating func forgetNotes() { for index in values.indices { values[index].isNoted = false } }
}

extension Judge {
  // MARK: - Kinds

  /// The kind of findings of a rule that the row at hand is one of.
  mutating func kind(_ id: RuleID, _ verdict: Verdict, _ causes: Int32, _ things: [Text]) -> Int32 {
    let key = FindingKinds.Key(
      rule: id, verdict: verdict, causes: causes, parts: machine.decidingParts(of: program[id], verdict),
      contests: machine.contests(of: program[id]), things: things, isCollection: false, isJudged: true)
    if let known = kinds.numbers[key] { return known }
    var values = FindingKinds.Values(causes: causes)
    func pieces(_ parts: [LocalTemplate.Part]) -> [FindingKind.Piece] {
      parts.map { part in
        switch part {
        case .text(let text): return .same(text)
        case .value(let expression):
          values.texts.append(source(expression, of: id))
          return .own
        }
      }
    }
    let message = pieces(texts[id.index].message)
    let remedy = texts[id.index].remedy.map { pieces($0) }
    let (because, own) = machine.evidence(key.parts)
    values.evidence = own.map { source(TypedExpressionID($0), of: id) }
    values.isPlain = (values.texts + values.evidence).allSatisfy { if case .slot = $0 { true } else { false } }
    return add(
      key, values,
      FindingKind(
        rule: id, verdict: verdict, tenant: tenant, things: things, isCollection: false, message: message, remedy: remedy,
        because: because, causes: machine.causes.ordered(causes), contests: key.contests))
  }

  /// The kind of findings where the subject itself cannot be judged.
  private mutating func kindUnjudged(_ id: RuleID, _ subject: Subject, _ verdict: Verdict, _ causes: Int32) -> Int32 {
    let things = subject.parts.map(\.thing)
    let key = FindingKinds.Key(
      rule: id, verdict: verdict, causes: causes, parts: [], contests: [], things: things, isCollection: subject.isCollection,
      isJudged: false)
    if let known = kinds.numbers[key] { return known }
    return add(
      key, FindingKinds.Values(causes: causes),
      FindingKind(
        rule: id, verdict: verdict, tenant: tenant, things: things, isCollection: subject.isCollection, message: [.same("cannot be told")],
        remedy: nil, because: [], causes: machine.causes.ordered(causes), contests: []))
  }

  private mutating func add(_ key: FindingKinds.Key, _ values: FindingKinds.Values, _ kind: FindingKind) -> Int32 {
    let number = add(values, kind)
    kinds.numbers[key] = number
    return number
  }

  private mutating func add(_ values: FindingKinds.Values, _ kind: FindingKind) -> Int32 {
    let number = findings.number(of: kind)
    while kinds.values.count <= number { kinds.values.append(FindingKinds.Values()) }
    kinds.values[Int(number)] = values
    return number
  }

  /// A kind's waived form.
  private mutating func waived(_ kind: Int32, by waiver: Int) -> Int32 {
    let key = UInt64(UInt32(bitPattern: kind)) << 32 | UInt64(truncatingIfNeeded: waiver)
    if let known = kinds.waived[key] { return known }
    let number = add(kinds.values[Int(kind)], findings.kinds[Int(kind)].waived(by: program.waivers[waiver].name))
    kinds.waived[key] = number
    return number
  }

  /// Where an expression of a rule is a stored field of its subject, the slot.
  private func source(_ expression: TypedExpressionID, of id: RuleID) -> FindingKinds.Source {
    guard case .field(let base, let field) = program[expression].kind, case .stored = program[field].kind,
      case .variable(let variable) = program[base].kind, variable == program[id].chain.first?.variable,
      let shape = machine.shapeOfRecord[field.record.index]
    else { return .expression(expression.index) }
    let slot = machine.plan.read.shapes[shape].slotOfField[field.index]
    return slot < 0 ? .expression(expression.index) : .slot(machine.plan.firstSlot[shape] + slot)
  }

  // MARK: - Findings

  /// Lists a verdict on a subject, waived where a waiver covers it. The variables hold the subject unless the kind asks for nothing but slots.
  mutating func list(_ kind: Int32, _ id: RuleID, _ subject: FindingSubject) {
    var kind = kind
    if !waivers[id.index].isEmpty,
      let waiver = waivers[id.index].first(where: { program.waivers[$0].conditions.allSatisfy { machine.evaluate($0.index).isTrue } })
    {
      waived[waiver] += 1
      kind = waived(kind, by: waiver)
    }
    addSubject(subject, id)
    var row = Value.null
    switch subject {
    case .row(let value), .element(_, of: let value, keySlots: _): row = value
    case .given: break
    }
    // By number, so that the lists are not retained for each finding.
    for number in 0..<kinds.values[Int(kind)].texts.count {
      machine.write(value(kinds.values[Int(kind)].texts[number], row), options.language, to: &findings.texts)
      findings.closeValue()
    }
    for number in 0..<kinds.values[Int(kind)].evidence.count {
      let value = value(kinds.values[Int(kind)].evidence[number], row)
      if value.isUnknown { findings.texts.append(contentsOf: "unknown".utf8) } else { machine.write(value, nil, to: &findings.texts) }
      findings.closeValue()
    }
    close(kind, id)
    guard keepsVerdicts, let last = findings.last else { return }
    var paths: Set<Text> = []
    for condition in [program[id].when, program[id].require].compactMap({ $0 }) {
      paths.formUnion(machine.unknownPaths(in: condition.index))
    }
    paths.formUnion(machine.pathsNamed(by: kinds.values[Int(kind)].causes, in: program[id]))
    keep(last, paths, keepsTraces ? machine.trace(of: program[id]) : nil)
  }

  /// Lists a verdict where the subject itself can't be judged.
  mutating func settle(_ id: RuleID, _ subject: Subject, _ verdict: Verdict, _ causes: Int32) {
    let kind = kindUnjudged(id, subject, verdict, causes)
    addSubject(.given(subject), id)
    close(kind, id)
    if keepsVerdicts, let last = findings.last { keep(last, machine.paths(of: causes), nil) }
  }

  /// Ends a finding whose values are written.
  private mutating func close(_ kind: Int32, _ id: RuleID) {
    findings.add(kind, file: here?.file ?? -1, line: here?.place.line ?? 0, byte: here?.place.byte ?? 0)
    let verdict = findings.kinds[Int(kind)].verdict
    count(id, verdict)
    guard verdict == .undetermined else { return }
    let isFirst = !kinds.values[Int(kind)].isNoted
    kinds.values[Int(kind)].isNoted = true
    for cause in machine.causes.sets[Int(kinds.values[Int(kind)].causes)] {
      let known = causeSubjects[cause] ?? (count: 0, last: 0)
      if known.last != ordinal { causeSubjects[cause] = (count: known.count + 1, last: ordinal) }
      if isFirst { causeRules[cause, default: []].insert(id) }
    }
  }

  private mutating func keep(_ finding: Finding, _ paths: Set<Text>, _ trace: Trace?) {
    verdicts.append(
      Reached(
        rule: finding.rule, subject: finding.subject, verdict: finding.verdict, finding: finding, unknownPaths: paths, trace: trace))
  }

  private mutating func value(_ source: FindingKinds.Source, _ row: Value) -> Value {
    switch source {
    case .slot(let slot): machine.read(slot, row: row.index, row.arena)
    case .expression(let index): machine.evaluate(index)
    }
  }

  // MARK: - Subjects

  private mutating func addSubject(_ subject: FindingSubject, _ id: RuleID) {
    defer { findings.closeSubject() }
    let last = lastListed
    lastListed = -1
    switch subject {
    case .row(let row):
      // One row after the other: what has the number of the one before is the same row.
      if last != ordinal || !findings.repeatSubject() { addPart(row) }
      lastListed = ordinal
    case .element(let element, of: let row, let keySlots):
      addPart(row)
      let isWritten = machine.writeKey(row: element.index, keySlots, element.arena, to: &findings.texts)
      if isWritten { findings.closeValue() } else { findings.addValue(nil) }
      findings.addValue(nil)
    case .given(let subject):
      for part in subject.parts {
        findings.addValue(part.key)
        findings.addValue(part.label)
      }
    }
  }

  /// Key and label of a row of a collection.
  private mutating func addPart(_ row: Value) {
    guard let record = machine.record(of: row), let collection = program.records[record.index].collection else {
      findings.addValue(nil)
      return findings.addValue(nil)
    }
    let isWritten = machine.writeKey(row: row.index, of: collection, row.arena, to: &findings.texts)
    if isWritten { findings.closeValue() } else { findings.addValue(nil) }
    if program.collections[collection.index].label.isEmpty { return findings.addValue(nil) }
    let label = label(of: row, in: collection)
    if label.isUnknown || label.isNull { return findings.addValue(nil) }
    machine.write(label, options.language, to: &findings.texts)
    findings.closeValue()
  }

  private mutating func label(of row: Value, in collection: CollectionID) -> Value {
    var value = row
    for number in 0..<program.collections[collection.index].label.count {
      guard value.tag == .row else { break }
      value = machine.value(of: program.collections[collection.index].label[number], in: value)
    }
    return value
  }

  /// The subject of a rule whose variables hold it.
  mutating func subject(_ subject: FindingSubject, _ id: RuleID) -> Subject {
    func part(_ row: Value) -> Subject.Part? {
      guard let record = machine.record(of: row), let collection = program.records[record.index].collection else { return nil }
      let label = program.collections[collection.index].label.isEmpty ? Value.null : label(of: row, in: collection)
      return Subject.Part(
        thing: program.rules[id.index].chain[0].thing,
        key: machine.keyText(row: row.index, machine.keySlotsOfCollection[collection.index], row.arena),
        label: label.isUnknown || label.isNull ? nil : machine.text(of: label, options.language))
    }
    switch subject {
    case .given(let subject): return subject
    case .row(let row): return Subject(parts: part(row).map { [$0] } ?? [], isCollection: false)
    case .element(let element, of: let row, let keySlots):
      let key = machine.keyText(row: element.index, keySlots, element.arena)
      let last = Subject.Part(thing: program.rules[id.index].chain[1].thing, key: key, label: nil)
      return Subject(parts: (part(row).map { [$0] } ?? []) + [last], isCollection: false)
    }
  }

  /// What the parts of a subject are called.
  func things(_ subject: FindingSubject, _ id: RuleID) -> [Text] {
    switch subject {
    case .given(let subject): subject.parts.map(\.thing)
    case .row: [program.rules[id.index].chain[0].thing]
    case .element: [program.rules[id.index].chain[0].thing, program.rules[id.index].chain[1].thing]
    }
  }

  // MARK: - Telling

  /// Hands over what has been found since it was asked last, and forgets it.
  mutating func tell() throws(SnapshotError) {
    if findings.isEmpty { return }
    try onFindings?(findings, machine.causes.all)
    findings.removeAll(keepingFiles: false)
  }
}
