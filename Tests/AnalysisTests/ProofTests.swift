import Analysis
import Evaluation
import Foundation
import Semantics
import Syntax
import TestSupport
import Testing

/// Parses and checks files as one policy set.
func checked(_ files: [(path: String, bytes: [UInt8])]) -> (program: CheckedProgram?, sources: [SourceFile], errors: [String]) {
  let sources = files.map { SourceFile(path: $0.path, bytes: $0.bytes) }
  let trees = sources.enumerated().map { parse($0.element, file: Int32($0.offset)) }
  let result = check(trees)
  return (result.program, sources, (trees.flatMap(\.diagnostics) + result.diagnostics).map(\.message))
}

func checked(_ text: String) throws -> CheckedProgram {
  let result = checked([("policy", Array(text.utf8))])
  return try #require(result.program, "\(result.errors)\n\(text)")
}

/// What is proved, with witnesses that the engine was asked for where formulas do not know rows.
func shown(_ program: CheckedProgram) -> [Diagnostic] {
  var search = ShownWitness(program)
  return prove(program) { search.lines($0.expected, where: $0.conditions, on: $0.day, tenant: $0.tenant) }
}

@Suite struct ProofTests {
  @Test(arguments: corpus("analysis")) func `what is proved is told with its witness`(_ example: CorpusCase) throws {
    let result = checked([(example.description, example.bytes)])
    let program = try #require(result.program, "\(result.errors)")
    let drawn = DiagnosticRenderer(.text(color: false)).render(shown(program), in: result.sources)
    #expect(drawn == example.golden("txt", recording: drawn))
    #expect(!drawn.isEmpty)
  }

  @Test(arguments: analysisDiagnostics) func `what a kind calls wrong is wrong, and what it calls right is right`(_ kind: DiagnosticKind)
    throws
  {
    #expect(kind.nature == .proved)
    #expect(Set(prove(try checked(kind.wrong)).map(\.kind.code)) == [kind.code])
    #expect(prove(try checked(kind.right)).map(\.message) == [])
  }

  @Test func `each kind has a code of its own, in words`() {
    let codes = analysisDiagnostics.map(\.code)
    #expect(Set(codes).count == codes.count)
    #expect(codes.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } })
  }

  /// The policies that any of these tests proves something about.
  static let proved: [String] =
    corpus("analysis").map { String(decoding: $0.bytes, as: UTF8.self) } + analysisDiagnostics.map(\.wrong) + proofCases.map(\.policy)

  @Test func `a witness is a test, and the engine gives its verdicts`() throws {
    var replayed = 0
    var told: [String] = []
    for policy in ProofTests.proved {
      for diagnostic in shown(try checked(policy)) {
        guard let start = diagnostic.notes.firstIndex(of: "witness, as a test:") else { continue }
        let lines = diagnostic.notes[(start + 1)...].filter { line in ["as of ", "given ", "expect "].contains { line.hasPrefix($0) } }
        guard lines.contains(where: { $0.hasPrefix("expect ") }) else {
          told.append("\(diagnostic.message)\n\(diagnostic.notes)\n\(policy)")
          continue
        }
        let program = try checked(policy + "\ntest \"the witness\" {\n" + lines.map { "  \($0)\n" }.joined() + "}\n")
        let outcomes = runTests(program, filter: "the witness")
        #expect(outcomes.count == 1)
        #expect(outcomes.flatMap(\.failures).map { "\($0.expected), \($0.actual)" } == [], "\(lines)")
        replayed += 1
      }
    }
    #expect(replayed >= 10)
    #expect(told == [])
  }

  @Test func `the policies of the project are not doubted`() throws {
    let folder = repositoryRoot.appendingPathComponent("Policies")
    let paths = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }.filter {
      $0.hasSuffix(".licet")
    }
    let result = checked(try paths.sorted().map { ($0, [UInt8](try Data(contentsOf: folder.appendingPathComponent($0)))) })
    let program = try #require(result.program)
    #expect(prove(program).filter { $0.severity != .note }.map(\.message) == [])
    #expect(!program.invariants.isEmpty)
  }

  @Test func `past the budget nothing is said to be fine`() throws {
    let policy = try #require(analysisDiagnostics.first { $0.code == "never_applies" }).wrong
    let found = prove(try checked(policy), budget: 3)
    #expect(Set(found.map(\.kind.code)) == ["not_decided"])
    #expect(found.allSatisfy { $0.severity == .note })
  }
}
