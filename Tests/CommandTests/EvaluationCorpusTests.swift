import Foundation
import TestSupport
import Testing

/// Each folder of the corpus is a policy and a snapshot; what the tool prints of them, and its exit code, is in `expected.txt`.
@Suite struct EvaluationCorpusTests {
  static let folder = repositoryRoot.appendingPathComponent("Tests/Corpus/evaluation")
  static let cases = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.first != "." }.sorted()

  @Test func `there are cases`() { #expect(Self.cases.count >= 25) }

  @Test(arguments: cases) func `a snapshot is judged as its case says`(_ name: String) throws {
    let result = try Tool.shell(
      "cd '\(Self.folder.path)' && $licet eval \(name)/policy.licet --snapshot \(name)/snapshot --format plain --as-of 2026-11-01 2>&1; echo \"exit $?\""
    )
    let actual = result.output
    let golden = Self.folder.appendingPathComponent("\(name)/expected.txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(actual.utf8).write(to: golden)
    }
    #expect(actual == (try String(contentsOf: golden, encoding: .utf8)))
  }
}
