import Evaluation
import Semantics
import Syntax

extension TestFormat {
  /// TAP 13: https://testanything.org/tap-version-13-specification.html
  static let tap = TestFormat(name: "tap", summary: "TAP 13, the Test Anything Protocol") { report, _, sink in
    let words = TestPage(report)
    // Of the lines about mutation, the last ones are counts.
    let mutation = report.mutation.map { words.lines($0) } ?? []
    let counts = (report.mutation?.tallies.count ?? 0) + 2
    let survivors = mutation.dropLast(counts)
    let count = report.outcomes.count + (report.mutation == nil ? 0 : max(1, survivors.count))
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
    guard report.mutation != nil else { return }
    for line in survivors {
      number += 1
      sink.write("not ok \(number) - \(described(line))\n")
    }
    if survivors.isEmpty { sink.write("ok \(number + 1) - mutation: each change is noticed\n") }
    for line in mutation.suffix(counts) { sink.write("# \(line)\n") }
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
