package import Semantics
package import Syntax

/// Which subjects of a snapshot two policy sets judge differently.
package struct VerdictChanges: Sendable {
  package struct Move: Sendable {
    /// Nil: the set has no such rule, or the subject is none of it.
    package var from: Verdict?
    package var to: Verdict?
    package var count: Int
  }
  package struct Changed: Sendable {
    package var subject: Subject
    package var from: Verdict?
    package var to: Verdict?
  }
  package struct OfRule: Sendable {
    package var old: RuleID?
    package var new: RuleID?
    /// In the order of verdicts.
    package var moves: [Move]
    /// In the order of the snapshot.
    package var subjects: [Changed]
  }
  /// The snapshot's.
  package var id: Text
  package var asOf: Day
  /// The day for which the old set judges it: another one, where another field gives it.
  package var formerAsOf: Day
  /// Of a rule for a subject, by either set.
  package var verdicts: Int
  /// Subjects whose verdict by some rule changes, each once.
  package var subjects: Int
  /// Rules of which some verdict changes: those of the new set, then those that it has no more.
  package var rules: [OfRule]

  package var changed: Int { rules.reduce(0) { $0 + $1.subjects.count } }
}

/// Judges one snapshot by two policy sets.
///
/// - Parameters:
///   - rules: of each rule of the new set the one of the old set that it is.
///   - snapshots: the same files, opened for the collections of either set.
/// - Throws: where the snapshot is malformed or cannot be read.
/// - Complexity: a verdict of each rule for each subject is kept.
package func verdictChanges(
  from old: CheckedProgram, to new: CheckedProgram, rules: [RuleID: RuleID], snapshots: (old: Snapshot, new: Snapshot),
  options: EvaluationOptions
) throws(SnapshotError) -> VerdictChanges {
  let before = try Judged(old, snapshots.old, options)
  let after = try Judged(new, snapshots.new, options)
  var result = VerdictChanges(id: snapshots.new.id, asOf: after.asOf, formerAsOf: before.asOf, verdicts: 0, subjects: 0, rules: [])
  var touched: Set<[Text]> = []
  var pairs: [(old: RuleID?, new: RuleID?)] = new.rules.indices.map { (rules[RuleID($0)], RuleID($0)) }
  let kept = Set(rules.values)
  pairs += old.rules.indices.filter { !kept.contains(RuleID($0)) }.map { (RuleID($0), nil) }
  for pair in pairs {
    let first = pair.old.flatMap { before.verdicts[$0] } ?? Judged.Verdicts()
    let second = pair.new.flatMap { after.verdicts[$0] } ?? Judged.Verdicts()
    var changed: [VerdictChanges.Changed] = []
    var counts: [[Int]: Int] = [:]
    func note(_ subject: Subject, _ key: [Text], _ from: Verdict?, _ to: Verdict?) {
      result.verdicts += 1
      if from == to { return }
      changed.append(VerdictChanges.Changed(subject: subject, from: from, to: to))
      counts[[rank(from), rank(to)], default: 0] += 1
      touched.insert(key)
    }
    for key in second.order {
      guard let entry = second.all[key] else { continue }
      note(entry.subject, key, first.all[key]?.verdict, entry.verdict)
    }
    for key in first.order where second.all[key] == nil {
      guard let entry = first.all[key] else { continue }
      note(entry.subject, key, entry.verdict, nil)
    }
    guard !changed.isEmpty else { continue }
    let moves = counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      VerdictChanges.Move(from: verdict($0.key[0]), to: verdict($0.key[1]), count: $0.value)
    }
    result.rules.append(VerdictChanges.OfRule(old: pair.old, new: pair.new, moves: moves, subjects: changed))
  }
  result.subjects = touched.count
  return result
}

private func rank(_ verdict: Verdict?) -> Int { verdict.flatMap { Verdict.allCases.firstIndex(of: $0) } ?? -1 }
private func verdict(_ rank: Int) -> Verdict? { Verdict.allCases.indices.contains(rank) ? Verdict.allCases[rank] : nil }

/// The verdicts of one set, by rule and keys of the subject.
private struct Judged {
  struct Verdicts {
    var order: [[Text]] = []
    var all: [[Text]: (subject: Subject, verdict: Verdict)] = [:]
  }
  var verdicts: [RuleID: Verdicts] = [:]
  var asOf: Day

  init(_ program: CheckedProgram, _ snapshot: Snapshot, _ options: EvaluationOptions) throws(SnapshotError) {
    var judge = try Judge(plan: Planner.plan(program), snapshot: snapshot, options: options, tenant: 0)
    judge.keepsVerdicts = true
    try judge.run()
    asOf = judge.summary().asOf
    for reached in judge.verdicts {
      // Things may have other names in either set; keys are the snapshot's own.
      let key = [reached.subject.isCollection ? "collection" : "row"] + reached.subject.parts.map { $0.key ?? $0.thing }
      // Of rows that come twice with one key the first is told.
      guard verdicts[reached.rule]?.all[key] == nil else { continue }
      verdicts[reached.rule, default: Verdicts()].order.append(key)
      verdicts[reached.rule, default: Verdicts()].all[key] = (reached.subject, reached.verdict)
    }
  }
}
