import Semantics
import Syntax
import Testing

@testable import Evaluation

/// What was found of a collection.
struct Found {
  var program: CheckedProgram
  /// Findings of all rules.
  var findings: Int
  /// By rule.
  var counts: [VerdictCounts?]
}

/// Judges rows together, in columns and classes, and each by itself, and expects the same verdicts on each and the same counts.
/// - Parameter file: of the collection, as JSON Lines.
func expectSameRowByRow(_ policies: String, file: String, rows: String) throws -> Found {
  let parsed = parse(SourceFile(path: "m.licet", bytes: Array(policies.utf8)), file: 0)
  let checked = check([parsed])
  let program = try #require(checked.program, "\((parsed.diagnostics + checked.diagnostics).map(\.message).prefix(3))")
  let today = try #require(Day(parsing: Array("2026-11-01".utf8)))
  let snapshot = Snapshot(
    id: "t", files: [(file, Array(rows.utf8))], collections: program.collections.map(\.fileName), incomplete: [], unavailable: [])
  let options = EvaluationOptions(asOf: today, today: today)
  let report = try evaluate(program, snapshots: [snapshot], options: options)
  var judge = try Judge(plan: Planner.plan(program), snapshot: snapshot, options: options, tenant: 0)
  judge.keepsVerdicts = true
  try judge.run()
  func words(_ finding: Finding) -> String { "\(program[finding.rule].name.string) \(finding.subject) \(finding.verdict)" }
  let together = Set(try report.findings.all().map(words))
  let alone = Set(judge.verdicts.compactMap(\.finding).map(words))
  #expect(together == alone, "\(together.symmetricDifference(alone).sorted().prefix(5))")
  for (rule, counts) in report.tenants[0].counts.enumerated() {
    let one = judge.counts[rule]
    #expect(counts?.pass == one?.pass && counts?.fail == one?.fail && counts?.subjects == one?.subjects)
  }
  return Found(program: program, findings: together.count, counts: judge.counts)
}
