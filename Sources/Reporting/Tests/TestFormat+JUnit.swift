import Evaluation
import Semantics
import Syntax

extension TestFormat {
  /// As Jenkins, GitLab and the rest read it: a suite a module, a case a test; what coverage and mutation say is a suite each.
  /// https://github.com/testmoapp/junitxml
  static let junit = TestFormat(name: "junit", summary: "JUnit XML, for build servers") { report, _, sink in
    let words = TestPage(report)
    var suites: [(name: String, cases: [JUnitCase], output: ArraySlice<String>)] = []
    for outcome in report.outcomes {
      let test = report.program.tests[outcome.test]
      let module = shown(test.module)
      if suites.last?.name != module { suites.append((module, [], [])) }
      suites[suites.count - 1].cases.append(
        JUnitCase(
          name: report.name(of: outcome), span: test.span,
          failures: outcome.failures.map {
            (shown("expected \($0.expected), and it is \($0.actual)"), words.lines($0).joined(separator: "\n"))
          }))
    }
    if let coverage = report.coverage {
      suites.append(("coverage", [JUnitCase(name: "what the tests have seen", span: nil, failures: [])], words.lines(coverage)[...]))
    }
    if let mutation = report.mutation {
      var cases = mutation.survivors.map { mutant in
        JUnitCase(
          name: shown("\(mutant.subject): \(mutant.change)") + " (\(report.place(mutant.span)))", span: mutant.span,
          failures: [("no test notices", report.words(mutant))])
      }
      cases += mutation.idle.map { idle in
        JUnitCase(
          name: shown(idle.subject) + " (\(report.place(idle.allowance.span)))", span: idle.allowance.span,
          failures: [("allowed, and no change of it survives", shown(idle.subject))])
      }
      if cases.isEmpty { cases.append(JUnitCase(name: "each change is noticed", span: nil, failures: [])) }
      suites.append(("mutation", cases, words.lines(mutation).suffix(mutation.tallies.count + 2)))
    }
    let all = suites.flatMap(\.cases)
    sink.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    sink.write("<testsuites name=\"licet\" tests=\"\(all.count)\" failures=\"\(all.count { !$0.failures.isEmpty })\" errors=\"0\">\n")
    for suite in suites {
      let failed = suite.cases.count { !$0.failures.isEmpty }
      sink.write(
        "  <testsuite name=\"\(escaped(suite.name))\" tests=\"\(suite.cases.count)\" failures=\"\(failed)\" errors=\"0\" skipped=\"0\">\n")
      for testCase in suite.cases { testCase.write(suite.name, report.program.files, &sink) }
      if !suite.output.isEmpty { sink.write("    <system-out>\(escaped(suite.output.joined(separator: "\n")))</system-out>\n") }
      sink.write("  </testsuite>\n")
    }
    sink.write("</testsuites>\n")
  }
}

private struct JUnitCase {
  let name: String
  let span: SourceSpan?
  let failures: [(message: String, text: String)]

  func write(_ suite: String, _ files: [SourceFile], _ sink: inout ByteSink) {
    var head = "    <testcase name=\"\(escaped(name))\" classname=\"\(escaped(suite))\""
    if let span, files.indices.contains(Int(span.file)) {
      let file = files[Int(span.file)]
      head += " file=\"\(escaped(shown(file.path)))\" line=\"\(file.line(of: span.start))\""
    }
    guard !failures.isEmpty else { return sink.write(head + "/>\n") }
    sink.write(head + ">\n")
    // Several expectations of one test are one failure to most readers, so they are told together.
    let message = failures.map(\.message).joined(separator: "; ")
    let text = failures.map(\.text).joined(separator: "\n\n")
    sink.write("      <failure message=\"\(escaped(message))\" type=\"expectation\">\(escaped(text))</failure>\n    </testcase>\n")
  }
}

/// Text as XML 1.0 has it, in an element or in an attribute. Characters that XML has no way to write have been written as their codes.
private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default:
      if scalar.value & 0xFFFE == 0xFFFE { result += "\u{FFFD}" } else { result.unicodeScalars.append(scalar) }
    }
  }
  return result
}
