import Evaluation
import Foundation
import Linting
import Reference
import Semantics
import Syntax
import TestSupport
import Testing

/// A verdict without its causes: an expression that is written more shortly may name fewer of them.
private func verdicts(_ report: ReferenceReport) -> [String] {
  report.judgements.map { "\($0.rule) \($0.subject) \($0.isCollection) \($0.verdict) \($0.original.map(\.rawValue) ?? "-")" }.sorted()
}

private func program(_ files: [SourceFile]) -> CheckedProgram? {
  check(files.enumerated().map { parse($0.element, file: Int32($0.offset)) }).program
}

@Suite struct FixTests {
  static let fixable = lintRules.filter { rule in
    (try? linted(rule.kind.wrong, on: rule))?.habits.contains { $0.kind.code == rule.id && $0.fix != nil } ?? false
  }

  @Test func `many rules have a fix`() {
    #expect(Self.fixable.count >= 12, "\(Self.fixable.map(\.id))")
  }

  @Test(arguments: fixable) func `a fix takes away what was flagged, and fixing again changes nothing`(_ rule: LintRule) throws {
    let day = try #require(examplesDay)
    let source = SourceFile(path: "m/example.licet", bytes: Array(rule.kind.wrong.utf8))
    let once = try #require(fixed([source], asOf: day))
    #expect(once.applied.contains { $0.kind.code == rule.id })
    let left = try linted(String(decoding: once.files[0].bytes, as: UTF8.self), on: rule)
    #expect(!left.habits.contains { $0.kind.code == rule.id })
    let twice = try #require(fixed(once.files, asOf: day))
    #expect(twice.applied.isEmpty)
    #expect(twice.files.map(\.bytes) == once.files.map(\.bytes))
  }

  @Test(arguments: corpus("semantics/good"))
  func `the corpus is still sound when it has been mended, and mended at once`(_ example: CorpusCase) throws {
    let day = try #require(examplesDay)
    guard let once = fixed([SourceFile(path: example.description, bytes: example.bytes)], asOf: day) else { return }
    #expect(program(once.files) != nil)
    let twice = try #require(fixed(once.files, asOf: day))
    #expect(twice.applied.isEmpty, "\(twice.applied.map(\.message))")
  }

  @Test func `mended policies judge generated tenants as before`() throws {
    let day = try #require(examplesDay)
    var applied = 0
    var judged = 0
    for seed in UInt64(0)..<1200 {
      guard let pair = Pair(seed: seed) else { continue }
      let mended = try #require(fixed([SourceFile(path: "gen.licet", bytes: Array(pair.text.utf8))], asOf: day))
      applied += mended.applied.count
      guard !mended.applied.isEmpty else { continue }
      let after = try #require(program(mended.files), "seed \(seed)")
      let before = judge(pair.program, pair.tenant, options: pair.options)
      judged += before.judgements.count
      #expect(verdicts(before) == verdicts(judge(after, pair.tenant, options: pair.options)), "seed \(seed)")
    }
    #expect(applied > 100, "\(applied) fixes")
    #expect(judged > 1000, "\(judged) verdicts")
  }
}
