package import Semantics
import Syntax

/// Judges tenants by a policy set.
///
/// - Parameters:
///   - onFinding: each finding as it is found, in the order of files; the tenant is known but for its counts and what is missing.
///   - onProgress: now and then while a collection is read.
/// - Returns: all findings, ordered by tenant, rule and subject key; the same for the same input.
/// - Throws: where a snapshot is malformed or cannot be read.
package func evaluate(
  _ program: CheckedProgram, snapshots: [Snapshot], options: EvaluationOptions,
  onFinding: ((Finding, Report.Tenant) -> Void)? = nil, onProgress: ((Progress) -> Void)? = nil
) throws(SnapshotError) -> Report {
  let plan = Planner.plan(program)
  var report = Report(tenants: [], findings: [])
  for (number, snapshot) in snapshots.enumerated() {
    var judge = try Judge(plan: plan, snapshot: snapshot, options: options, tenant: number)
    judge.onProgress = onProgress
    if let onFinding {
      var known = judge.summary()
      judge.onFinding = { finding, causes in
        known.causes = causes
        onFinding(finding, known)
      }
    }
    try judge.run()
    report.tenants.append(judge.summary())
    rearrange(&judge.findings, by: order(of: judge.findings))
    if report.findings.isEmpty {
      swap(&report.findings, &judge.findings)
    } else {
      report.findings.append(contentsOf: judge.findings)
    }
  }
  return report
}

/// The numbers of findings in the order of a report. Findings are large, so what is moved is a rule and the beginning of a key.
private func order(of findings: [Finding]) -> [Int] {
  struct Place {
    var rule: Int32
    var isCollection: Bool
    var beginning: UInt64
    var index: Int32
  }
  var places: [Place] = []
  places.reserveCapacity(findings.count)
  for index in findings.indices {
    let rule = findings[index].rule.index
    let isCollection = findings[index].subject.isCollection
    var beginning: UInt64 = 0
    if let first = findings[index].subject.parts.first {
      let key = first.key ?? first.thing
      for place in 0..<8 { beginning = beginning << 8 | (place < key.utf8.count ? UInt64(key.utf8[place]) : 0) }
    }
    places.append(
      Place(rule: Int32(rule), isCollection: isCollection, beginning: beginning, index: Int32(truncatingIfNeeded: index)))
  }
  places.sort { left, right in
    if left.rule != right.rule { return left.rule < right.rule }
    if left.isCollection != right.isCollection { return right.isCollection }
    if left.beginning != right.beginning { return left.beginning < right.beginning }
    return isBefore(findings[Int(left.index)], findings[Int(right.index)])
  }
  return places.map { Int($0.index) }
}

/// Puts findings in order by exchanging them, since a copy of one counts a dozen references.
private func rearrange(_ findings: inout [Finding], by order: [Int]) {
  // `source[n]` is where the finding that belongs to place n is now.
  var source = order
  for start in source.indices {
    var place = start
    while source[place] != start {
      let next = source[place]
      findings.swapAt(place, next)
      source[place] = place
      place = next
    }
    source[place] = place
  }
}

/// By rule, then by the keys along the chain; a collection's own verdict comes last.
private func isBefore(_ left: Finding, _ right: Finding) -> Bool {
  if left.rule != right.rule { return left.rule < right.rule }
  if left.subject.isCollection != right.subject.isCollection { return right.subject.isCollection }
  for (first, second) in zip(left.subject.parts, right.subject.parts) {
    let firstKey = first.key ?? first.thing
    let secondKey = second.key ?? second.thing
    if firstKey != secondKey { return firstKey < secondKey }
  }
  if left.subject.parts.count != right.subject.parts.count {
    return left.subject.parts.count < right.subject.parts.count
  }
  if left.verdict != right.verdict { return left.verdict.rawValue < right.verdict.rawValue }
  return left.message < right.message
}

extension Judge {
  /// What is known of the tenant so far.
  func summary() -> Report.Tenant {
    let missing = causeSubjects.keys.sorted().map { cause in
      Report.Missing(
        cause: machine.causes.all[Int(cause)], subjects: causeSubjects[cause]?.count ?? 0,
        rules: (causeRules[cause] ?? []).sorted())
    }
    return Report.Tenant(
      id: snapshot.id, asOf: asOf, asOfFrom: asOfFrom,
      collections: summaries.keys.sorted().compactMap { summaries[$0] }, causes: machine.causes.all,
      missing: missing.sorted {
        $0.subjects != $1.subjects
          ? $0.subjects > $1.subjects : ($0.cause.path, $0.cause.kind.rawValue) < ($1.cause.path, $1.cause.kind.rawValue)
      },
      counts: counts, notes: notes)
  }
}
