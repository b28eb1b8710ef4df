package import Semantics
import Syntax

/// Judges tenants by a policy set.
///
/// - Parameters:
///   - onFindings: findings as they are found, in the order of files; the tenant is known but for its counts and what is missing.
///   - onProgress: now and then while a collection is read.
/// - Returns: all findings, ordered by tenant, rule and subject key; the same for the same input.
/// - Throws: where a snapshot is malformed or cannot be read, or there is no room for findings.
package func evaluate(
  _ program: CheckedProgram, snapshots: [Snapshot], options: EvaluationOptions,
  onFindings: ((FindingList, Report.Tenant) -> Void)? = nil, onProgress: ((Progress) -> Void)? = nil
) throws(SnapshotError) -> Report {
  let plan = Planner.plan(program)
  var report = Report(tenants: [], findings: [])
  var sorter = FindingSorter(most: options.mostFindings)
  for (number, snapshot) in snapshots.enumerated() {
    var judge = try Judge(plan: plan, snapshot: snapshot, options: options, tenant: number)
    judge.onProgress = onProgress
    var known = judge.summary()
    judge.onFindings = { (findings, causes) throws(SnapshotError) in
      if options.keepsFindings { try sorter.add(findings) }
      guard let onFindings else { return }
      known.causes = causes
      onFindings(findings, known)
    }
    try judge.run()
    report.tenants.append(judge.summary())
    report.asides += judge.asides
  }
  report.findings = sorter.sorted()
  return report
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
