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
    // Fixes that change what is read or shown say so in brackets; their rules are off here.
    let off = "\nlint unused_let off because \"It says so.\"\nlint text_spaces off because \"It says so.\"\n"
    for seed in UInt64(0)..<400 {
      guard let pair = Pair(seed: seed) else { continue }
      let mended = try #require(fixed([SourceFile(path: "gen.licet", bytes: Array((pair.text + off).utf8))], asOf: day))
      #expect(!mended.applied.contains { $0.fix?.title.contains("(") ?? false })
      guard !mended.applied.isEmpty else { continue }
      applied += mended.applied.count
      let after = try #require(program(mended.files), "seed \(seed)")
      let before = judge(pair.program, pair.tenant, options: pair.options)
      judged += before.judgements.count
      let (old, new) = (verdicts(before), verdicts(judge(after, pair.tenant, options: pair.options)))
      #expect(old.count == new.count)
      let changed = zip(old, new).first { $0 != $1 }
      #expect(changed == nil, "seed \(seed): \(mended.applied.map { "\($0.kind.code) \($0.message)" })")
    }
    #expect(applied > 20, "\(applied) fixes")
    #expect(judged > 200, "\(judged) verdicts")
  }
}
