package import Evaluation
package import Semantics
import Syntax

/// One form in which the outcomes of tests are written.
package struct TestFormat: Sendable {
  package let name: String
  package let summary: String
  package let write: @Sendable (_ outcomes: [TestOutcome], _ program: CheckedProgram, _ hasColor: Bool, _ sink: inout ByteSink) -> Void

  package static let all: [TestFormat] = [.text, .plain, .json]

  private static let text = TestFormat(name: "text", summary: "a line a test, and why it failed") { outcomes, program, hasColor, sink in
    list(outcomes, program, passed: "✓", failed: "✗", hasColor, &sink)
  }

  private static let plain = TestFormat(name: "plain", summary: "the same without signs or colour") { outcomes, program, _, sink in
    list(outcomes, program, passed: "passed", failed: "failed", false, &sink)
  }

  private static let json = TestFormat(name: "json", summary: "one JSON document") { outcomes, program, _, sink in
    var json = JSONWriter(sink.take(), brokenDepth: 2)
    json.object { json in
      json.member("test", 1)
      json.name("tests")
      json.array(outcomes) { json, outcome in
        let test = program.tests[outcome.test]
        json.object { json in
          json.member("module", test.module)
          json.member("name", test.name)
          json.name("case")
          if let number = test.caseNumber { json.number(Int64(number)) } else { json.null() }
          json.member("passed", outcome.failures.isEmpty)
          json.name("at")
          json.range(test.span, program.files)
          json.name("failures")
          json.array(outcome.failures) { json, failure in
            json.object { json in
              json.member("expected", failure.expected)
              json.member("actual", failure.actual)
              json.name("detail")
              json.array(failure.detail) { json, line in json.string(line) }
              json.name("at")
              json.range(failure.span, program.files)
            }
          }
        }
      }
      let failed = outcomes.count { !$0.failures.isEmpty }
      json.name("summary")
      json.object { json in
        json.member("tests", outcomes.count)
        json.member("passed", outcomes.count - failed)
        json.member("failed", failed)
      }
    }
    json.sink.write(0x0A)
    sink = json.sink
  }

  private static func list(
    _ outcomes: [TestOutcome], _ program: CheckedProgram, passed: String, failed: String, _ hasColor: Bool, _ sink: inout ByteSink
  ) {
    var page = Page(sink.take(), width: nil, hasColor: hasColor)
    for outcome in outcomes {
      let test = program.tests[outcome.test]
      let sign = outcome.failures.isEmpty ? page.toned(passed, .good) : page.toned(failed, .bad)
      let number = test.caseNumber.map { ", case \($0)" } ?? ""
      page.line("\(sign) \(shown(test.module)): \(shown(test.name))\(number)")
      for failure in outcome.failures {
        if program.files.indices.contains(Int(failure.span.file)) {
          let file = program.files[Int(failure.span.file)]
          page.line("    \(shown(file.path)):\(file.position(of: failure.span.start).line)")
        }
        page.line("    expected: \(shown(failure.expected))")
        page.line("    actual:   \(shown(failure.actual))")
        for line in failure.detail { page.line("      \(shown(line))") }
      }
    }
    let count = outcomes.count { !$0.failures.isEmpty }
    page.line("\(counted(outcomes.count, "test", "tests")), \(grouped(outcomes.count - count)) passed, \(grouped(count)) failed")
    sink = page.sink
  }
}
