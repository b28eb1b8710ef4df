import Reporting
import Semantics
import Syntax
import Testing

@testable import Evaluation

@Suite struct SummaryTests {
  static let cases: [(counts: [VerdictCounts?], level: RuleSeverity, allows: Bool, expected: ReportSummary.Outcome)] = [
    // The rules are a violation, a warning, a notice and one not in force.
    ([SampleReport.counts(pass: 1), nil, nil, nil], .warning, false, .clean),
    ([SampleReport.counts(inapplicable: 1), nil, nil, nil], .warning, false, .clean),
    ([SampleReport.counts(waived: 1), nil, nil, nil], .warning, false, .clean),
    ([SampleReport.counts(fail: 1), nil, nil, nil], .warning, false, .findings),
    ([SampleReport.counts(pass: 1), SampleReport.counts(fail: 1), nil, nil], .warning, false, .findings),
    ([SampleReport.counts(pass: 1), SampleReport.counts(fail: 1), nil, nil], .violation, false, .clean),
    ([nil, nil, SampleReport.counts(fail: 1), nil], .warning, false, .clean),
    ([nil, nil, SampleReport.counts(fail: 1), nil], .notice, false, .findings),
    ([SampleReport.counts(undetermined: 1), nil, nil, nil], .warning, false, .undetermined),
    ([SampleReport.counts(undetermined: 1), nil, nil, nil], .warning, true, .clean),
    ([nil, nil, SampleReport.counts(undetermined: 1), nil], .violation, false, .undetermined),
    // A failure weighs more than what cannot be told, even where that is allowed.
    ([SampleReport.counts(fail: 1, undetermined: 1), nil, nil, nil], .warning, true, .findings),
    ([SampleReport.counts(), SampleReport.counts(), nil, nil], .warning, false, .nothingEvaluated),
    ([SampleReport.counts(), SampleReport.counts(), nil, nil], .warning, true, .nothingEvaluated),
    ([nil, nil, nil, nil], .warning, false, .nothingEvaluated),
  ]

  @Test(arguments: cases.indices) func `the counts decide the outcome`(_ index: Int) {
    let (counts, level, allows, expected) = SummaryTests.cases[index]
    var context = SampleReport.context()
    context.failLevel = level
    context.allowsUndetermined = allows
    let report = Report(tenants: [SampleReport.tenant("a", counts: counts)], findings: [])
    #expect(ReportSummary(report, context).outcome == expected)
  }

  @Test func `a tenant in which nothing was evaluated is not hidden by another`() {
    let tenants = [
      SampleReport.tenant("full", counts: [SampleReport.counts(pass: 1), nil, nil, nil]),
      SampleReport.tenant("bare", counts: [SampleReport.counts(), nil, nil, nil]),
    ]
    let summary = ReportSummary(Report(tenants: tenants, findings: []), SampleReport.context())
    #expect(summary.outcome == .nothingEvaluated)
    #expect(summary.reason.contains("`bare`"))
    #expect(!summary.reason.contains("`full`"))
  }

  @Test func `no tenant at all is nothing evaluated`() {
    #expect(ReportSummary(Report(tenants: [], findings: []), SampleReport.context()).outcome == .nothingEvaluated)
  }

  @Test func `every rule is counted under one heading`() {
    let counts = [SampleReport.counts(pass: 1, undetermined: 1), SampleReport.counts(undetermined: 2), SampleReport.counts(), nil]
    let summary = ReportSummary(Report(tenants: [SampleReport.tenant("a", counts: counts)], findings: []), SampleReport.context())
    #expect(summary.rulesDecided == 1)
    #expect(summary.rulesUndecided == 1)
    #expect(summary.rulesWithoutSubjects == 1)
    #expect(summary.rulesNotRun == 1)
  }
}
