package import Evaluation
package import Semantics
import Syntax

/// What a run of tests came to.
package struct TestReport: Sendable {
  package var program: CheckedProgram
  package var outcomes: [TestOutcome]
  /// Nil where it was not asked for.
  package var coverage: TestCoverage?
  package var mutation: MutationReport?

  package init(program: CheckedProgram, outcomes: [TestOutcome], coverage: TestCoverage? = nil, mutation: MutationReport? = nil) {
    self.program = program
    self.outcomes = outcomes
    self.coverage = coverage
    self.mutation = mutation
  }

  package var failed: Int { outcomes.count { !$0.failures.isEmpty } }

  /// The test's name, and its row of `cases` as it is written.
  func name(of outcome: TestOutcome) -> String {
    let test = program.tests[outcome.test]
    guard let number = test.caseNumber else { return shown(test.name) }
    return "\(shown(test.name)), case \(number)" + (test.caseName.map { ": \(shown($0))" } ?? "")
  }

  /// `path:line`
  func place(_ span: SourceSpan) -> String {
    guard program.files.indices.contains(Int(span.file)) else { return "" }
    let file = program.files[Int(span.file)]
    return "\(shown(file.path)):\(file.line(of: span.start))"
  }

  /// `writeback × business_standard`
  func name(of cell: Matrix.Statement) -> String {
    let products = cell.products.map { program[$0].name.name.string }.joined(separator: " with ")
    return shown("\(program[cell.feature].name.name.string) × \(products)")
  }

  /// `sspr.editions from 2020-06-02`
  func name(of matrix: Matrix) -> String {
    shown(matrix.name.string) + (matrix.period.from.map { " from \($0.text)" } ?? "")
  }

  /// What `licet test --mutate` says of a survivor.
  func words(_ mutant: Mutant) -> String {
    "\(place(mutant.span)): \(shown(mutant.subject)): no test notices when \(shown(mutant.change))"
  }
}
