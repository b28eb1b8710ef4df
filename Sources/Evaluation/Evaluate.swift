package import Semantics
import Syntax

/// Judges tenants by a policy set.
///
/// - Parameters:
///   - onFindings: findings as they are found, in the order of files: those of a list in a range; the tenant is known but for its counts and
///     what is missing.
///   - onProgress: now and then while a collection is read.
/// - Returns: all findings, ordered by tenant, rule and subject key; the same for the same input.
/// - Throws: where a snapshot is malformed or cannot be read.
package func evaluate(
  _ program: CheckedProgram, snapshots: [Snapshot], options: EvaluationOptions,
  onFindings: ((FindingList, Range<Int>, Report.Tenant) -> Void)? = nil, onProgress: ((Progress) -> Void)? = nil
) throws(SnapshotError) -> Report {
  let plan = Planner.plan(program)
  var report = Report(tenants: [], findings: [])
  for (number, snapshot) in snapshots.enumerated() {
    var judge = try Judge(plan: plan, snapshot: snapshot, options: options, tenant: number)
    judge.onProgress = onProgress
    if let onFindings {
      var known = judge.summary()
      judge.onFindings = { findings, range, causes in
        known.causes = causes
        onFindings(findings, range, known)
      }
    }
    try judge.run()
    report.tenants.append(judge.summary())
    judge.findings.rearrange(order(of: judge.findings))
    if report.findings.isEmpty {
      swap(&report.findings, &judge.findings)
    } else {
      report.findings.append(judge.findings)
    }
  }
  return report
}

/// The numbers of findings in the order of a report. What is moved while they are sorted is a rule and the beginning of a key.
private func order(of findings: FindingList) -> [Int] {
  struct Place {
    var rule: Int32
    var isCollection: Bool
    var beginning: UInt64
    var index: Int
  }
  var places: [Place] = []
  places.reserveCapacity(findings.count)
  var ranges: [(start: Int, end: Int)] = []
  for index in findings.indices {
    let kind = findings.kind(index)
    var beginning: UInt64 = 0
    if let thing = kind.things.first {
      findings.ranges(index, into: &ranges)
      let key = ranges[0].start < 0 ? thing.utf8[...] : findings.bytes[ranges[0].start..<ranges[0].end]
      for place in 0..<8 { beginning = beginning << 8 | (place < key.count ? UInt64(key[key.startIndex + place]) : 0) }
    }
    places.append(Place(rule: Int32(kind.rule.index), isCollection: kind.isCollection, beginning: beginning, index: index))
  }
  places.sort { left, right in
    if left.rule != right.rule { return left.rule < right.rule }
    if left.isCollection != right.isCollection { return right.isCollection }
    if left.beginning != right.beginning { return left.beginning < right.beginning }
    return isBefore(findings[left.index], findings[right.index])
  }
  return places.map(\.index)
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
