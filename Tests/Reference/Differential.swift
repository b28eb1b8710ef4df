package import Evaluation
package import Semantics
import Syntax

/// One generated policy set and one generated tenant, judged by the engine and by the reference.
package struct Pair {
  package let seed: UInt64
  package let text: String
  package let program: CheckedProgram
  package var tenant: TenantData
  package var options: EvaluationOptions

  /// Four tenants for each policy set.
  package static let tenantsOfPolicy: UInt64 = 4

  /// Nil where the checker refuses the policy set.
  package init?(seed: UInt64) {
    self.seed = seed
    text = PolicyText.generate(seed: seed / Self.tenantsOfPolicy)
    let tree = parse(SourceFile(path: "gen.licet", bytes: Array(text.utf8)), file: 0)
    guard let program = check([tree]).program else { return nil }
    self.program = program
    var data = SnapshotData(seed: seed, program: program)
    tenant = data.tenant()
    var random = SplitMix64(seed: seed ^ 0x1234_5678)
    let days = Pool.days.compactMap { Calendar.parseDay($0) }.map { Day(days: Int32($0)) }
    var options = EvaluationOptions(asOf: random.chance(75) ? random.pick(days) : nil, today: random.pick(days))
    for (index, fact) in program.facts.enumerated() where random.chance(10) {
      guard case .bool = fact.type.shape else { continue }
      options.statements.append(
        EvaluationOptions.Statement(
          tenant: random.chance(50) ? Text("north") : nil, fact: FactID(index), value: .literal(.bool(random.chance(50)))))
    }
    // However the work is cut and spread, the same comes out.
    options.batchSize = random.pick([1024, 1024, 64, 3, 1])
    options.segmentSize = random.pick([1 << 22, 1000, 200, 64, 1])
    options.productsLookedUp = random.pick([0, 0, .max])
    options.jobs = random.pick([1, 2, 7])
    options.mostFindings = random.pick([.max, 300, 0])
    options.mostMemory = random.pick([nil, nil, 3000, 300])
    self.options = options
  }

  package func reference() -> ReferenceReport { judge(program, tenant, options: options) }

  package func engine() throws(SnapshotError) -> Report {
    var files = SnapshotFiles(seed: seed, program: program)
    return try evaluate(program, snapshots: [files.snapshot(tenant)], options: options)
  }

  /// How the two disagree; empty: not at all.
  package func differences() -> (judgements: Int, differences: [String]) {
    let reference = reference()
    let report: Report
    let findings: [Finding]
    do {
      report = try engine()
      findings = try report.findings.all()
    } catch { return (0, ["the engine throws \(error)"]) }
    guard let tenant = report.tenants.first else { return (0, ["the engine reports no tenant"]) }
    var differences: [String] = []
    if tenant.asOf != reference.asOf { differences.append("as of: engine \(tenant.asOf), reference \(reference.asOf)") }
    for (index, rule) in program.rules.enumerated() where tenant.counts[index] != reference.counts[index] {
      differences.append(
        "counts of \(rule.name.string): engine \(Self.text(tenant.counts[index])), reference \(Self.text(reference.counts[index]))")
    }
    var balance: [Judgement: Int] = [:]
    for judgement in reference.judgements where judgement.verdict != .pass && judgement.verdict != .inapplicable {
      balance[judgement, default: 0] -= 1
    }
    for finding in findings { balance[Self.judgement(finding, tenant), default: 0] += 1 }
    for (judgement, count) in balance where count != 0 {
      differences.append((count > 0 ? "only the engine: " : "only the reference: ") + text(judgement))
    }
    return (reference.judgements.count, differences.sorted())
  }

  package static func judgement(_ finding: Finding, _ tenant: Report.Tenant) -> Judgement {
    Judgement(
      rule: finding.rule.index,
      subject: finding.subject.parts.flatMap { part in [part.thing.string] + (part.key.map { [$0.string] } ?? []) },
      isCollection: finding.subject.isCollection, verdict: finding.verdict, original: finding.original,
      causes: Set(finding.causes.map { ReferenceCause(tenant.causes[$0].kind, tenant.causes[$0].path.string) }))
  }

  package func text(_ judgement: Judgement) -> String {
    let original = judgement.original.map { " (" + $0.rawValue + ")" } ?? ""
    let causes = judgement.causes.sorted().map { $0.kind.rawValue + " " + $0.path }.joined(separator: ", ")
    return program.rules[judgement.rule].name.name.string + " " + judgement.subject.joined(separator: " ")
      + (judgement.isCollection ? " [collection]" : "") + ": " + judgement.verdict.rawValue + original
      + (causes.isEmpty ? "" : " because " + causes)
  }

  private static func text(_ counts: VerdictCounts?) -> String {
    guard let counts else { return "not run" }
    return
      "pass \(counts.pass), fail \(counts.fail), undetermined \(counts.undetermined), inapplicable \(counts.inapplicable), waived \(counts.waived)"
  }
}
