import Evaluation
import Semantics
import Syntax

/// One form in which a run of tests is written.
package struct TestFormat: Sendable {
  package let name: String
  package let summary: String
  package let write: @Sendable (_ report: TestReport, _ hasColor: Bool, _ sink: inout ByteSink) -> Void

  package static let all: [TestFormat] = [.text, .plain, .json, .junit, .tap]

  private static let text = TestFormat(name: "text", summary: "a line a test, and why it failed") { report, hasColor, sink in
    list(report, passed: "✓", failed: "✗", hasColor, &sink)
  }

  private static let plain = TestFormat(name: "plain", summary: "the same without signs or colour") { report, _, sink in
    list(report, passed: "passed", failed: "failed", false, &sink)
  }

  private static func list(_ report: TestReport, passed: String, failed: String, _ hasColor: Bool, _ sink: inout ByteSink) {
    var page = Page(sink.take(), width: nil, hasColor: hasColor)
    let words = TestPage(report)
    for outcome in report.outcomes {
      let sign = outcome.failures.isEmpty ? page.toned(passed, .good) : page.toned(failed, .bad)
      page.line("\(sign) \(shown(report.program.tests[outcome.test].module)): \(report.name(of: outcome))")
      for failure in outcome.failures {
        for line in words.lines(failure) { page.line("    " + line) }
      }
    }
    let count = report.outcomes.count
    page.line("\(counted(count, "test", "tests")), \(grouped(count - report.failed)) passed, \(grouped(report.failed)) failed")
    if let coverage = report.coverage {
      for line in words.lines(coverage) { page.line(line) }
    }
    if let mutation = report.mutation {
      for line in words.lines(mutation) { page.line(line) }
    }
    sink = page.sink
  }
}
