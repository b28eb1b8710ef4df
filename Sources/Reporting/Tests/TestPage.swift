import Evaluation
import Semantics
import Syntax

/// A run of tests for people.
struct TestPage {
  let report: TestReport
  private let program: CheckedProgram

  init(_ report: TestReport) {
    self.report = report
    program = report.program
  }

  /// What a failed expectation says, a line each, without indentation.
  func lines(_ failure: TestFailure) -> [String] {
    var lines = [report.place(failure.span), "expected: \(shown(failure.expected))", "actual:   \(shown(failure.actual))"]
    lines += failure.detail.map { "  \(shown($0))" }
    guard let trace = failure.trace else { return lines }
    let diagram = TestDiagram(program)
    for clause in trace.clauses { lines += diagram.lines(clause).map { "  " + $0 } }
    let cells = trace.cells.sorted { ($0.matrix.index, $0.statement) < ($1.matrix.index, $1.statement) }
    for cell in cells {
      let statement = program.matrices[cell.matrix.index].statements[cell.statement]
      let word =
        switch statement.mark {
        case .yes: "yes"
        case .no: "-"
        case .unknown: "?"
        }
      lines.append("  \(report.place(statement.span)): \(report.name(of: statement)) is \(word)")
    }
    return lines
  }

  // MARK: coverage

  func lines(_ coverage: TestCoverage) -> [String] {
    var lines = ["coverage"]
    for rule in coverage.rules {
      let reached = rule.verdicts.count { $0.count > 0 }
      let counts = rule.verdicts.map { "\($0.verdict.rawValue) \(grouped($0.count))" }.joined(separator: ", ")
      let covered = rule.conditions.reduce(0) { $0 + $1.covered }
      let possible = rule.conditions.reduce(0) { $0 + $1.possible }
      lines.append(
        "  \(shown(program[rule.rule].name.string)): verdicts \(reached) of \(rule.verdicts.count) (\(counts)), conditions \(covered) of \(possible)"
      )
      for condition in rule.conditions where condition.covered < condition.possible {
        lines.append("    \(words(condition))")
      }
    }
    for matrix in coverage.matrices where !matrix.cells.isEmpty {
      let declared = program.matrices[matrix.matrix.index]
      let covered = matrix.cells.count { $0.count > 0 }
      lines.append(
        "  \(report.name(of: declared)): \(grouped(covered)) of \(counted(matrix.cells.count, "cell", "cells")) decided something")
      for cell in matrix.cells where cell.count == 0 {
        let statement = declared.statements[cell.statement]
        lines.append("    \(report.place(statement.span)): \(report.name(of: statement)) decided nothing")
      }
    }
    lines.append("  " + unreached(coverage))
    lines.append(
      "  verdicts \(words(coverage.verdicts)), conditions \(words(coverage.conditions)), cells \(words(coverage.cells))")
    return lines
  }

  private func words(_ count: TestCoverage.Count) -> String { "\(grouped(count.covered)) of \(grouped(count.total))" }

  private func words(_ condition: TestCoverage.OfRule.Condition) -> String {
    let span = program[condition.expression].span
    let missing = zip(condition.seen, ["true", "false", "unknown"]).filter { $0.0 == 0 }.map(\.1)
    let text = program.files[Int(span.file)].string(span).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return "\(report.place(span)): `\(shown(text))` was never \(listed(missing, "or"))"
  }

  private func unreached(_ coverage: TestCoverage) -> String {
    let cells = coverage.matrices.reduce(0) { $0 + $1.unreached }
    let overruled = coverage.matrices.reduce(0) { $0 + $1.overruled }
    let all = coverage.cells.total + cells + overruled
    return "not reached by any rule: \(words(coverage.unreachedProducts)) products, \(grouped(cells)) of \(grouped(all)) cells"
      + "; overruled on every day: \(grouped(overruled)) of \(grouped(all)) cells"
  }

  // MARK: mutation

  func lines(_ mutation: MutationReport) -> [String] {
    var lines = mutation.survivors.map { report.words($0) }
    lines += mutation.idle.map { "\(report.place($0.allowance.span)): \(shown($0.subject)): allowed, and no change of it survives" }
    lines.append("mutation")
    for tally in mutation.tallies { lines.append("  \(words(tally))") }
    let noticed = mutation.tallies.reduce(0) { $0 + $1.noticed }
    let all = noticed + mutation.survivors.count
    lines.append(
      "  \(grouped(noticed)) of \(counted(all, "change", "changes")) noticed, in \(counted(mutation.runs, "run of a test", "runs of tests"))"
    )
    return lines
  }

  private func words(_ tally: MutationReport.Tally) -> String {
    var words = "\(tally.kind.rawValue): \(grouped(tally.noticed)) of \(grouped(tally.noticed + tally.survived)) noticed"
    if tally.allowed > 0 { words += "; \(grouped(tally.allowed)) that a comment allows" }
    if tally.refused > 0 { words += "; \(grouped(tally.refused)) that the checker refuses" }
    if tally.same > 0 { words += "; \(grouped(tally.same)) that change what is granted on no day" }
    if tally.unreached > 0 { words += "; \(grouped(tally.unreached)) not reached by any rule" }
    return words
  }
}
