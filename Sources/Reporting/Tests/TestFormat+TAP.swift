import Evaluation
import Semantics
import Syntax

extension TestFormat {
  /// TAP 13: https://testanything.org/tap-version-13-specification.html
  static let tap = TestFormat(name: "tap", summary: "TAP 13, the Test Anything Protocol") { report, _, sink in
    let words = TestPage(report)
    let survivors = report.mutation?.survivors ?? []
    let hasMutation = report.mutation != nil
    let count = report.outcomes.count + (hasMutation ? max(1, survivors.count) : 0)
    sink.write("TAP version 13\n1..\(count)\n")
    var number = 0
    for outcome in report.outcomes {
      number += 1
      let name = "\(shown(report.program.tests[outcome.test].module)): \(report.name(of: outcome))"
      sink.write("\(outcome.failures.isEmpty ? "ok" : "not ok") \(number) - \(described(name))\n")
      guard !outcome.failures.isEmpty else { continue }
      sink.write("  ---\n  message: |\n")
      for failure in outcome.failures {
        for line in words.lines(failure) { sink.write("    \(line)\n") }
      }
      sink.write("  ...\n")
    }
    for line in report.coverage.map({ words.lines($0) }) ?? [] { sink.write("# \(line)\n") }
    if let mutation = report.mutation {
      for mutant in survivors {
        number += 1
        sink.write("not ok \(number) - \(described(report.words(mutant)))\n")
      }
      if survivors.isEmpty { sink.write("ok \(number + 1) - mutation: each change is noticed\n") }
      for line in words.lines(mutation).dropFirst(survivors.count) { sink.write("# \(line)\n") }
    }
  }

  /// A description has no `#`, which begins a directive.
  private static func described(_ name: String) -> String {
    var result = ""
    for scalar in name.unicodeScalars {
      if scalar == "#" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
