import Evaluation
import Semantics
import Syntax

extension TestFormat {
  static let json = TestFormat(name: "json", summary: "one JSON document") { report, _, sink in
    var json = JSONWriter(sink.take(), brokenDepth: 2)
    let program = report.program
    json.object { json in
      json.member("test", 1)
      json.name("tests")
      json.array(report.outcomes) { json, outcome in
        let test = program.tests[outcome.test]
        json.object { json in
          json.member("module", test.module)
          json.member("name", test.name)
          json.name("case")
          if let number = test.caseNumber { json.number(Int64(number)) } else { json.null() }
          json.member("row", test.caseName)
          json.member("passed", outcome.failures.isEmpty)
          json.name("at")
          json.range(test.span, program.files)
          json.name("failures")
          json.array(outcome.failures) { json, failure in json.failure(failure, program) }
        }
      }
      if let coverage = report.coverage {
        json.name("coverage")
        json.coverage(coverage, program)
      }
      if let mutation = report.mutation {
        json.name("mutation")
        json.mutation(mutation, program)
      }
      json.name("summary")
      json.object { json in
        json.member("tests", report.outcomes.count)
        json.member("passed", report.outcomes.count - report.failed)
        json.member("failed", report.failed)
      }
    }
    json.sink.write(0x0A)
    sink = json.sink
  }
}

extension JSONWriter {
  fileprivate mutating func failure(_ failure: TestFailure, _ program: CheckedProgram) {
    object { json in
      json.member("expected", failure.expected)
      json.member("actual", failure.actual)
      json.name("detail")
      json.array(failure.detail) { json, line in json.string(line) }
      json.name("parts")
      json.array { json in
        for clause in failure.trace?.clauses ?? [] {
          for part in clause.parts {
            let span = program[part.expression].span
            json.object { json in
              json.member("expression", program.files[Int(span.file)].string(span))
              json.member("value", part.value)
              json.name("at")
              json.range(span, program.files)
            }
          }
        }
      }
      json.name("at")
      json.range(failure.span, program.files)
    }
  }

  private mutating func count(_ count: TestCoverage.Count) {
    object { json in
      json.member("covered", count.covered)
      json.member("of", count.total)
    }
  }

  fileprivate mutating func coverage(_ coverage: TestCoverage, _ program: CheckedProgram) {
    object { json in
      json.name("rules")
      json.array(coverage.rules) { json, rule in
        json.object { json in
          json.member("rule", program[rule.rule].name.string)
          json.name("verdicts")
          json.array(rule.verdicts) { json, verdict in
            json.object { json in
              json.member("verdict", verdict.verdict.rawValue)
              json.member("count", verdict.count)
            }
          }
          json.name("conditions")
          json.array(rule.conditions) { json, condition in
            let span = program[condition.expression].span
            json.object { json in
              json.member("expression", program.files[Int(span.file)].string(span))
              json.seen("true", condition.seen[0])
              json.seen("false", condition.seen[1])
              json.seen("unknown", condition.seen[2])
              json.name("at")
              json.range(span, program.files)
            }
          }
        }
      }
      json.name("matrices")
      json.array(coverage.matrices) { json, matrix in
        let declared = program.matrices[matrix.matrix.index]
        json.object { json in
          json.member("matrix", declared.name.string)
          json.member("from", declared.period.from?.text)
          json.name("cells")
          json.array(matrix.cells) { json, cell in
            let statement = declared.statements[cell.statement]
            json.object { json in
              json.member("feature", program[statement.feature].name.string)
              json.name("products")
              json.array(statement.products) { json, product in json.string(program[product].name.string) }
              json.member("count", cell.count)
              json.name("at")
              json.range(statement.span, program.files)
            }
          }
          json.member("notReached", matrix.unreached)
          json.member("overruled", matrix.overruled)
        }
      }
      json.name("verdicts")
      json.count(coverage.verdicts)
      json.name("conditions")
      json.count(coverage.conditions)
      json.name("cells")
      json.count(coverage.cells)
      json.name("productsNotReached")
      json.count(coverage.unreachedProducts)
    }
  }

  /// Null where the condition can never be so.
  private mutating func seen(_ key: StaticString, _ count: Int?) {
    name(key)
    if let count { number(Int64(count)) } else { null() }
  }

  fileprivate mutating func mutation(_ mutation: MutationReport, _ program: CheckedProgram) {
    object { json in
      json.name("kinds")
      json.array(mutation.tallies) { json, tally in
        json.object { json in
          json.member("kind", tally.kind.rawValue)
          json.member("noticed", tally.noticed)
          json.member("survived", tally.survived)
          json.member("allowed", tally.allowed)
          json.member("refused", tally.refused)
          json.member("same", tally.same)
          json.member("notReached", tally.unreached)
        }
      }
      json.name("survivors")
      json.array(mutation.survivors) { json, mutant in
        json.object { json in
          json.member("kind", mutant.kind.rawValue)
          json.member("subject", mutant.subject)
          json.member("change", mutant.change)
          json.name("at")
          json.range(mutant.span, program.files)
        }
      }
      json.name("idle")
      json.array(mutation.idle) { json, idle in
        json.object { json in
          json.member("subject", idle.subject)
          json.name("at")
          json.range(idle.allowance.span, program.files)
        }
      }
      json.member("runs", mutation.runs)
    }
  }
}
