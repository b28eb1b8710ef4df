package import Evaluation
package import Semantics
package import Syntax

/// What the reference says of one subject.
package struct Judgement: Hashable, Sendable {
  package var rule: Int
  /// Thing and key of each part, as reports write them.
  package var subject: [String]
  package var isCollection: Bool
  package var verdict: Verdict
  package var original: Verdict?
  package var causes: Causes
}

package struct ReferenceReport: Sendable {
  package var asOf: Day
  /// Every subject, whatever its verdict.
  package var judgements: [Judgement]
  /// By rule; nil where it was not run.
  package var counts: [VerdictCounts?]
}

/// Judges one tenant by the rules of meaning.
package func judge(_ program: CheckedProgram, _ tenant: TenantData, options: EvaluationOptions) -> ReferenceReport {
  let evaluator = Evaluator(program, tenant, asOf: options.today, statements: options.statements)
  evaluator.asOf = options.asOf ?? snapshotDay(program, evaluator) ?? options.today
  let judge = Judge(program: program, tenant: tenant, evaluator: evaluator)
  var report = ReferenceReport(asOf: evaluator.asOf, judgements: [], counts: [])
  for (index, rule) in program.rules.enumerated() {
    guard rule.period.contains(evaluator.asOf), options.only.isEmpty || options.only.contains(RuleID(index)) else {
      report.counts.append(nil)
      continue
    }
    let judgements = judge.judge(RuleID(index))
    var counts = VerdictCounts()
    for judgement in judgements {
      switch judgement.verdict {
      case .pass: counts.pass += 1
      case .fail: counts.fail += 1
      case .undetermined: counts.undetermined += 1
      case .inapplicable: counts.inapplicable += 1
      case .waived: counts.waived += 1
      }
    }
    report.counts.append(counts)
    report.judgements += judgements
  }
  return report
}

private func snapshotDay(_ program: CheckedProgram, _ evaluator: Evaluator) -> Day? {
  guard let (collection, field) = program.asOf else { return nil }
  switch evaluator.field(evaluator.single(collection), field) {
  case .date(let day): return Day(days: Int32(day))
  case .instant(let ticks): return Day(days: Int32(Calendar.day(ofInstant: ticks)))
  case .unknown, .null, .bool, .int, .decimal, .text, .id, .row, .product, .feature, .list: return nil
  }
}

private struct Judge {
  let program: CheckedProgram
  let tenant: TenantData
  let evaluator: Evaluator

  /// Whom a verdict is about, and whether there are rows for a waiver to look at.
  private struct Target {
    var subject: [String] = []
    var isCollection = false
    var isJudged = true
  }

  func judge(_ id: RuleID) -> [Judgement] {
    let rule = program[id]
    guard let first = rule.chain.first else { return [verdict(id, Target(), perhaps: nil)] }
    guard let collection = collection(first.source) else { return constants(id, first) }
    let view = evaluator.view(collection)
    let name = program[collection].name.string
    let whole = Target(subject: [name], isCollection: true, isJudged: false)
    if let cause = view.unavailable { return [undetermined(id, whole, [cause])] }
    var result: [Judgement] = []
    for row in view.distinct {
      guard let key = view.key(of: row, evaluator.reader) else {
        let target = Target(subject: [first.thing.string, "?" + String(row.ordinal)], isJudged: false)
        result.append(undetermined(id, target, [ReferenceCause(.keyMissing, name)]))
        continue
      }
      let subject = [first.thing.string, CollectionView.text(key, evaluator.reader)]
      result += evaluator.binding(first.variable, to: .row(row)) { links(id, Target(subject: subject)) }
    }
    for key in view.contradictory {
      let target = Target(subject: [first.thing.string, key], isJudged: false)
      result.append(undetermined(id, target, [ReferenceCause(.twoRows, name)]))
    }
    if !view.gaps.isEmpty { result.append(undetermined(id, whole, view.gaps)) }
    return result
  }

  /// The collection that a `for each` runs over; nil: a list of constants.
  private func collection(_ source: TypedExpressionID) -> CollectionID? {
    switch program[source].kind {
    case .collection(let collection): collection
    case .call(let define, let arguments) where arguments.isEmpty: collection(program.defines[define.index].body)
    default: nil
    }
  }

  private func constants(_ id: RuleID, _ link: Rule.Link) -> [Judgement] {
    guard case .list(let list) = evaluator.value(link.source) else { return [] }
    return list.elements.flatMap { element -> [Judgement] in
      let subject = [link.thing.string, FieldReader.text(element.value, program)]
      return evaluator.binding(link.variable, to: element.value) { links(id, Target(subject: subject)) }
    }
  }

  /// The first link's variable is bound.
  private func links(_ id: RuleID, _ outer: Target) -> [Judgement] {
    guard program[id].chain.count > 1 else { return [verdict(id, outer, perhaps: nil)] }
    let link = program[id].chain[1]
    var unjudged = outer
    unjudged.isJudged = false
    guard case .list(let list) = evaluator.value(link.source) else {
      if case .unknown(let causes) = evaluator.value(link.source) { return [undetermined(id, unjudged, causes)] }
      return []
    }
    var result: [Judgement] = []
    var rows: [Row] = []
    var perhaps: [String: Causes] = [:]
    for (index, element) in list.elements.enumerated() {
      let inner = Target(subject: outer.subject + [link.thing.string, "?" + String(index + 1)], isJudged: false)
      switch element.value {
      case .row(let row):
        rows.append(row)
        rows[rows.count - 1].ordinal = index + 1
        perhaps[row.place] = element.perhaps
      case .unknown(let causes): result.append(undetermined(id, inner, causes))
      case .null, .bool, .int, .decimal, .text, .date, .instant, .id, .product, .feature, .list: break
      }
    }
    let view = CollectionView(elements: rows, evaluator.reader)
    let owner = rows.first?.owner ?? ""
    for row in view.distinct {
      guard let key = view.key(of: row, evaluator.reader) else {
        let inner = Target(subject: outer.subject + [link.thing.string, "?" + String(row.ordinal)], isJudged: false)
        result.append(undetermined(id, inner, [ReferenceCause(.keyMissing, owner)]))
        continue
      }
      let inner = Target(subject: outer.subject + [link.thing.string, CollectionView.text(key, evaluator.reader)])
      result.append(evaluator.binding(link.variable, to: .row(row)) { verdict(id, inner, perhaps: perhaps[row.place]) })
    }
    for key in view.contradictory {
      let inner = Target(subject: outer.subject + [link.thing.string, key], isJudged: false)
      result.append(undetermined(id, inner, [ReferenceCause(.twoRows, owner)]))
    }
    if !list.incomplete.isEmpty { result.append(undetermined(id, unjudged, list.incomplete)) }
    return result
  }

  private func undetermined(_ id: RuleID, _ target: Target, _ causes: Causes) -> Judgement {
    waived(
      Judgement(
        rule: id.index, subject: target.subject, isCollection: target.isCollection, verdict: .undetermined, original: nil, causes: causes),
      target)
  }

  /// The table of verdicts; all variables of the chain are bound.
  private func verdict(_ id: RuleID, _ target: Target, perhaps: Causes?) -> Judgement {
    let rule = program[id]
    for local in rule.locals { evaluator.bind(local.variable, to: evaluator.value(local.value)) }
    let when = rule.when.map { evaluator.truth($0) } ?? .yes
    let require = evaluator.truth(rule.require)
    var judgement = Judgement(
      rule: id.index, subject: target.subject, isCollection: false, verdict: .pass, original: nil, causes: [])
    switch (when, require) {
    case (.no, _): judgement.verdict = .inapplicable
    case (_, .yes): judgement.verdict = .pass
    case (.yes, .no):
      judgement.verdict = perhaps == nil ? .fail : .undetermined
      judgement.causes = perhaps ?? []
    case (.yes, .unknown(let causes)):
      judgement.verdict = .undetermined
      judgement.causes = causes
    case (.unknown(let causes), .no):
      judgement.verdict = .undetermined
      judgement.causes = causes
    case (.unknown(let first), .unknown(let second)):
      judgement.verdict = .undetermined
      judgement.causes = first.union(second)
    }
    // Whether the element is there at all is part of what cannot be told.
    if judgement.verdict == .undetermined { judgement.causes.formUnion(perhaps ?? []) }
    return waived(judgement, target)
  }

  private func waived(_ judgement: Judgement, _ target: Target) -> Judgement {
    // What could not even be judged, no one has looked at: a waiver does not hide it.
    guard target.isJudged, judgement.verdict == .fail || judgement.verdict == .undetermined else { return judgement }
    let day = evaluator.asOf
    for waiver in program.waivers where waiver.rule.index == judgement.rule {
      guard waiver.tenants.isEmpty || waiver.tenants.contains(Text(tenant.id)), day < waiver.expires, waiver.on.map({ $0 <= day }) ?? true
      else { continue }
      guard waiver.conditions.allSatisfy({ evaluator.truth($0).isYes }) else { continue }
      var judgement = judgement
      judgement.original = judgement.verdict
      judgement.verdict = .waived
      return judgement
    }
    return judgement
  }
}
