import Semantics
import Syntax

extension Judge {
  /// Judges a row of a collection by each of the rules about it, whatever is remembered.
  mutating func judgeRow(_ row: Value, number: Int, _ collection: CollectionID, _ rules: [RuleID], _ role: RowRole) {
    if role == .skipped { return }
    ordinal += 1
    machine.beginRow()
    if role == .keyless { return judgeKeyless(number: number, collection, rules) }
    for id in rules { _ = judge(id, row) }
  }

  /// A row without a key is known by its number.
  mutating func judgeKeyless(number: Int, _ collection: CollectionID, _ rules: [RuleID]) {
    let doubt = machine.causes.set(Cause(.keyMissing, program[collection].name))
    for id in rules {
      if isWorker { keyless.append((findings.count, number)) }
      let part = Subject.Part(thing: program[id].chain[0].thing, key: Text("?\(number + 1)"), label: nil)
      settle(id, Subject(parts: [part], isCollection: false), .undetermined, doubt)
    }
  }

  /// Makes a row the subject of a rule.
  mutating func begin(_ id: RuleID, _ row: Value) {
    machine.beginSubject()
    machine.variables[Int(machine.plan.rules[id.index].subject)] = row
  }

  /// Judges a row by one rule.
  mutating func judge(_ id: RuleID, _ row: Value) -> RuleGroup.Outcome {
    begin(id, row)
    if machine.plan.rules[id.index].links < 2 { return judge(id, nil, row: row, doubt: 0) }
    let before = counts[id.index] ?? VerdictCounts()
    judgeElements(id, row)
    let after = counts[id.index] ?? VerdictCounts()
    let pass = after.pass - before.pass
    let inapplicable = after.inapplicable - before.inapplicable
    let isListed = after.subjects - before.subjects != pass + inapplicable
    return isListed ? .elements : .counted(pass: pass, inapplicable: inapplicable)
  }

  /// The second `for each`: each element of a list of the row.
  private mutating func judgeElements(_ id: RuleID, _ row: Value) {
    let link = program.rules[id.index].chain[1]
    let first = program.rules[id.index].chain[0].thing
    let list = machine.evaluate(link.source.index)
    if list.isNull { return }
    if list.isUnknown {
      settle(id, subject(of: row, first), .undetermined, list.aux)
      return
    }
    // A list made while judging goes with the subject; its elements are taken out first.
    var members: [(value: Value, doubt: Int32)] = []
    for index in 0..<machine.elementCount(list) { members.append(machine.element(list, index)) }
    let keySlots = members.first.flatMap { machine.record(of: $0.value) }.map { machine.keySlots(of: $0) } ?? []
    // As causes name them: entities by their collection.
    let owner =
      members.first.flatMap { machine.record(of: $0.value) }.flatMap { program[$0].collection }
      .map { program[$0].name } ?? link.thing
    var seen = SeenElements()
    if machine.incompleteness(list) != 0 {
      settle(id, subject(of: row, first), .undetermined, machine.incompleteness(list))
    }
    for (index, (element, doubt)) in members.enumerated() {
      guard element.tag == .row, machine.keyHash(row: element.index, keySlots, element.arena) != nil else {
        var parts = subject(of: row, first).parts
        parts.append(Subject.Part(thing: link.thing, key: Text("?\(index + 1)"), label: nil))
        let why = element.isUnknown ? element.aux : machine.causes.set(Cause(.keyMissing, owner))
        settle(id, Subject(parts: parts, isCollection: false), .undetermined, why)
        continue
      }
      switch seen.add(element, keySlots, &machine) {
      case .repeated: continue
      case .new: break
      case .contradictory(let isFirst):
        if isFirst {
          var parts = subject(of: row, first).parts
          parts.append(
            Subject.Part(
              thing: link.thing, key: machine.keyText(row: element.index, keySlots, element.arena), label: nil))
          settle(
            id, Subject(parts: parts, isCollection: false), .undetermined,
            machine.causes.set(Cause(.twoRows, owner)))
        }
      }
      machine.beginSubject()
      machine.variables[link.variable.index] = element
      _ = judge(id, nil, row: row, element: element, keySlots: keySlots, doubt: doubt)
    }
  }

  /// One more verdict where a collection as a whole can't be judged.
  mutating func judgeCollection(_ collection: CollectionID, _ rules: [RuleID]) {
    let absent = machine.absence(of: collection)
    let doubt = absent != 0 ? absent : machine.incompleteness(of: collection)
    if doubt == 0 { return }
    here = nil
    ordinal += 1
    let part = Subject.Part(thing: program[collection].name, key: nil, label: nil)
    for id in rules { settle(id, Subject(parts: [part], isCollection: true), .undetermined, doubt) }
  }

  /// One more verdict for a key that has different rows.
  mutating func judgeContradiction(_ key: Text, _ collection: CollectionID, _ rules: [RuleID]) {
    ordinal += 1
    let doubt = machine.causes.set(Cause(.twoRows, program[collection].name))
    for id in rules {
      let part = Subject.Part(thing: program[id].chain[0].thing, key: key, label: nil)
      settle(id, Subject(parts: [part], isCollection: false), .undetermined, doubt)
    }
  }

  // MARK: one rule, one subject

  /// - Parameters:
  ///   - subject: nil where it is made from the row and the element when it is asked for.
  ///   - doubt: the causes of doubt that the subject is one at all.
  mutating func judge(
    _ id: RuleID, _ subject: Subject?, row: Value? = nil, element: Value? = nil, keySlots: [Int] = [], doubt: Int32
  ) -> RuleGroup.Outcome {
    let rule = machine.plan.rules[id.index]
    var causes: Int32 = 0
    var isDoubtful = false
    if rule.when >= 0 {
      let applies = machine.evaluate(Int(rule.when))
      if applies.isFalse {
        pass(id, .inapplicable, subject, row, element, keySlots)
        return .counted(pass: 0, inapplicable: 1)
      }
      if applies.isUnknown {
        isDoubtful = true
        causes = applies.aux
      }
    }
    let required = machine.evaluate(Int(rule.require))
    if required.isTrue {
      pass(id, .pass, subject, row, element, keySlots)
      return .counted(pass: 1, inapplicable: 0)
    }
    if required.isUnknown { causes = machine.causes.union(causes, required.aux) }
    let verdict: Verdict = required.isFalse && !isDoubtful && doubt == 0 ? .fail : .undetermined
    causes = verdict == .fail ? 0 : machine.causes.union(causes, doubt)
    let grounds = Grounds(
      verdict: verdict, causes: causes,
      reasons: shared(
        Finding.Reasons(
          because: machine.evidence(for: program[id], verdict), causes: machine.causes.ordered(causes),
          contests: machine.contests(of: program[id]))))
    settle(id, subject ?? self.subject(row, element, keySlots, id), grounds)
    return .listed(grounds)
  }

  /// The same reasons that were given before, if they were.
  private mutating func shared(_ reasons: Finding.Reasons) -> Finding.Reasons {
    if let known = reasonsGiven[reasons] { return known }
    // Reasons that quote the data may be as many as the findings.
    if reasonsGiven.count < 1 << 12 { reasonsGiven[reasons] = reasons }
    return reasons
  }

  private mutating func pass(
    _ id: RuleID, _ verdict: Verdict, _ subject: Subject?, _ row: Value?, _ element: Value?, _ keySlots: [Int]
  ) {
    count(id, verdict)
    if !keepsVerdicts { return }
    let subject = subject ?? self.subject(row, element, keySlots, id)
    let trace = keepsTraces ? machine.trace(of: program[id]) : nil
    verdicts.append(Reached(rule: id, subject: subject, verdict: verdict, finding: nil, unknownPaths: [], trace: trace))
  }

  private mutating func count(_ id: RuleID, _ verdict: Verdict) {
    switch verdict {
    case .pass: counts[id.index]?.pass += 1
    case .fail: counts[id.index]?.fail += 1
    case .undetermined: counts[id.index]?.undetermined += 1
    case .inapplicable: counts[id.index]?.inapplicable += 1
    case .waived: counts[id.index]?.waived += 1
    }
  }

  /// Lists a verdict on the subject that the variables hold: waives it where a waiver covers it, and makes its texts.
  mutating func settle(_ id: RuleID, _ subject: Subject, _ grounds: Grounds) {
    var finding = Finding(
      rule: id, verdict: grounds.verdict, tenant: tenant, subject: subject,
      message: machine.render(texts[id.index].message, options.language),
      remedy: texts[id.index].remedy.map { machine.render($0, options.language) }, reasons: grounds.reasons, file: here?.file,
      place: here?.place)
    for index in waivers[id.index] {
      let waiver = program.waivers[index]
      if waiver.conditions.allSatisfy({ machine.evaluate($0.index).isTrue }) {
        finding.original = grounds.verdict
        finding.verdict = .waived
        finding.waiver = waiver.name
        waived[index] += 1
        break
      }
    }
    var paths: Set<Text> = []
    if keepsVerdicts {
      for condition in [program[id].when, program[id].require].compactMap({ $0 }) {
        paths.formUnion(machine.unknownPaths(in: condition.index))
      }
      paths.formUnion(machine.pathsNamed(by: grounds.causes, in: program[id]))
    }
    list(finding, grounds.causes, unknownPaths: paths, trace: keepsTraces ? machine.trace(of: program[id]) : nil)
  }

  /// Lists a verdict where the subject itself can't be judged.
  mutating func settle(_ id: RuleID, _ subject: Subject, _ verdict: Verdict, _ causes: Int32) {
    let finding = Finding(
      rule: id, verdict: verdict, tenant: tenant, subject: subject, message: Text("cannot be told"), remedy: nil,
      reasons: Finding.Reasons(because: [], causes: machine.causes.ordered(causes), contests: []), file: here?.file, place: here?.place)
    list(finding, causes, unknownPaths: keepsVerdicts ? machine.paths(of: causes) : [], trace: nil)
  }

  private mutating func list(_ finding: Finding, _ causes: Int32, unknownPaths: Set<Text>, trace: Trace?) {
    count(finding.rule, finding.verdict)
    if finding.verdict == .undetermined {
      for cause in machine.causes.sets[Int(causes)] {
        let known = causeSubjects[cause] ?? (count: 0, last: 0)
        if known.last != ordinal { causeSubjects[cause] = (count: known.count + 1, last: ordinal) }
        causeRules[cause, default: []].insert(finding.rule)
      }
    }
    if keepsFindings { findings.append(finding) }
    onFinding?(finding, machine.causes.all)
    guard keepsVerdicts else { return }
    verdicts.append(
      Reached(
        rule: finding.rule, subject: finding.subject, verdict: finding.verdict, finding: finding,
        unknownPaths: unknownPaths, trace: trace))
  }

  // MARK: subjects

  mutating func subject(_ row: Value?, _ element: Value?, _ keySlots: [Int], _ id: RuleID) -> Subject {
    guard let row else { return Subject(parts: [], isCollection: false) }
    var subject = subject(of: row, program.rules[id.index].chain[0].thing)
    if let element {
      let thing = program.rules[id.index].chain[1].thing
      let key = machine.keyText(row: element.index, keySlots, element.arena)
      subject.parts.append(Subject.Part(thing: thing, key: key, label: nil))
    }
    return subject
  }

  private mutating func subject(of row: Value, _ thing: Text) -> Subject {
    guard let record = machine.record(of: row), let collection = program.records[record.index].collection else {
      return Subject(parts: [], isCollection: false)
    }
    let key = machine.keyText(row: row.index, machine.keySlotsOfCollection[collection.index], row.arena)
    var label: Text?
    if !program.collections[collection.index].label.isEmpty {
      var value = row
      for field in program.collections[collection.index].label {
        guard value.tag == .row else { break }
        value = machine.value(of: field, in: value)
      }
      if !value.isUnknown && !value.isNull { label = machine.text(of: value, options.language) }
    }
    return Subject(parts: [Subject.Part(thing: thing, key: key, label: label)], isCollection: false)
  }
}

/// The elements of one row's list by their keys: few, so they are looked through.
private struct SeenElements {
  private var seen: [(row: Int, contents: [UInt64])] = []

  enum Answer {
    case new, repeated
    case contradictory(isFirst: Bool)
  }

  mutating func add(_ element: Value, _ keySlots: [Int], _ machine: inout Machine) -> Answer {
    let content = machine.contentHash(row: element.index, shape: element.count, element.arena)
    for index in seen.indices where machine.haveSameKey(seen[index].row, element.index, keySlots, element.arena) {
      if seen[index].contents.contains(content) { return .repeated }
      seen[index].contents.append(content)
      return .contradictory(isFirst: seen[index].contents.count == 2)
    }
    seen.append((element.index, [content]))
    return .new
  }
}
