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
    if machine.plan.rules[id.index].links < 2 { return judge(id, .row(row), doubt: 0) }
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
    let list = machine.evaluate(link.source.index)
    if list.isNull { return }
    if list.isUnknown {
      settle(id, subject(.row(row), id), .undetermined, list.aux)
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
      settle(id, subject(.row(row), id), .undetermined, machine.incompleteness(list))
    }
    for (index, (element, doubt)) in members.enumerated() {
      guard element.tag == .row, machine.keyHash(row: element.index, keySlots, element.arena) != nil else {
        var parts = subject(.row(row), id).parts
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
          var parts = subject(.row(row), id).parts
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
      _ = judge(id, .element(element, of: row, keySlots: keySlots), doubt: doubt)
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

  /// - Parameter doubt: the causes of doubt that the subject is one at all.
  mutating func judge(_ id: RuleID, _ subject: FindingSubject, doubt: Int32) -> RuleGroup.Outcome {
    let rule = machine.plan.rules[id.index]
    var causes: Int32 = 0
    var isDoubtful = false
    if rule.when >= 0 {
      let applies = machine.evaluate(Int(rule.when))
      if applies.isFalse {
        pass(id, .inapplicable, subject)
        return .counted(pass: 0, inapplicable: 1)
      }
      if applies.isUnknown {
        isDoubtful = true
        causes = applies.aux
      }
    }
    let required = machine.evaluate(Int(rule.require))
    if required.isTrue {
      pass(id, .pass, subject)
      return .counted(pass: 1, inapplicable: 0)
    }
    if required.isUnknown { causes = machine.causes.union(causes, required.aux) }
    let verdict: Verdict = required.isFalse && !isDoubtful && doubt == 0 ? .fail : .undetermined
    causes = verdict == .fail ? 0 : machine.causes.union(causes, doubt)
    let kind = kind(id, verdict, causes, things(subject, id))
    list(kind, id, subject)
    return .listed(kind)
  }

  private mutating func pass(_ id: RuleID, _ verdict: Verdict, _ subject: FindingSubject) {
    count(id, verdict)
    if !keepsVerdicts { return }
    let trace = keepsTraces ? machine.trace(of: program[id]) : nil
    verdicts.append(
      Reached(rule: id, subject: self.subject(subject, id), verdict: verdict, finding: nil, unknownPaths: [], trace: trace))
  }

  mutating func count(_ id: RuleID, _ verdict: Verdict) {
    switch verdict {
    case .pass: counts[id.index]?.pass += 1
    case .fail: counts[id.index]?.fail += 1
    case .undetermined: counts[id.index]?.undetermined += 1
    case .inapplicable: counts[id.index]?.inapplicable += 1
    case .waived: counts[id.index]?.waived += 1
    }
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
