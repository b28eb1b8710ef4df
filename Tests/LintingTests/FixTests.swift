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

  private static let users = """
    module m
    entity user in users key id label name { id: id, name: text, city: text, active: bool, n: int }

    """

  private func rule(_ require: String, name: String = "named") -> String {
    """
    notice \(name) {
      for each user in users
      require \(require)
      message "{user.name} is not as wanted."
    }

    """
  }

  private func comments(_ files: [SourceFile]) -> [String] {
    files.enumerated().flatMap { file in
      let tree = parse(file.element, file: Int32(file.offset))
      return tree.comments.map { tree.source.string($0) }
    }.sorted()
  }

  @Test(arguments: [
    "not (\n    // why\n    not user.active)", "\"A\" // why\n    is user.name", "user.name in [\n    // why\n    \"A\"]",
    "not ( // why\n    user.name is \"A\")", "user.active // why\n    and user.active",
    "user.name in [\"A\", // why\n    \"B\", // and\n    \"A\"]", "user.active // why\n    is true",
  ]) func `a fix does not delete a comment`(_ require: String) throws {
    let day = try #require(examplesDay)
    let source = SourceFile(path: "m/a.licet", bytes: Array((Self.users + rule(require)).utf8))
    #expect(program([source]) != nil)
    let mended = try #require(fixed([source], asOf: day))
    #expect(comments(mended.files) == comments([source]))
    let bare = require.replacingOccurrences(of: "// why", with: "").replacingOccurrences(of: "// and", with: "")
    let without = SourceFile(path: "m/a.licet", bytes: Array((Self.users + rule(bare)).utf8))
    #expect(try #require(fixed([without], asOf: day)).applied.isEmpty == false)
  }

  @Test(arguments: fixable) func `fixing keeps the comments, wherever they stand between tokens`(_ rule: LintRule) throws {
    guard !["allow_unused", "invisible_characters"].contains(rule.id) else { return }
    let day = try #require(examplesDay)
    let tree = parse(SourceFile(path: "m/a.licet", bytes: Array(rule.kind.wrong.utf8)), file: 0)
    for (index, token) in tree.tokens.enumerated() {
      let bytes =
        Array(tree.source.bytes[..<Int(token.span.start)]) + Array("// c\(index)\n".utf8)
        + Array(tree.source.bytes[Int(token.span.start)...])
      let commented = SourceFile(path: "m/a.licet", bytes: bytes)
      guard let mended = fixed([commented], asOf: day) else { continue }
      #expect(comments(mended.files) == comments([commented]))
    }
  }

  @Test func `one fix that does harm keeps no other from being made, however many there are`() throws {
    let day = try #require(examplesDay)
    var text = Self.users
    for number in 0..<60 { text += rule("user.n > \(number) and user.active and user.active", name: "r\(number)") }
    // Without the `let` the test would name what is not there.
    text += """
      notice last {
        for each user in users
        let unneeded = any (d in users where d.active)
        require user.active and user.n > 1
        message "{user.name} is last."
      }
      test "last" {
        as of 2026-01-01
        given user { id: "1", name: "n" }
        expect undetermined last for user "n" because d.active
      }

      """
    let source = SourceFile(path: "m/a.licet", bytes: Array(text.utf8))
    let once = try #require(fixed([source], asOf: day))
    #expect(once.applied.count == 60)
    #expect(once.left == 1)
    #expect(try #require(fixed(once.files, asOf: day)).applied.isEmpty)
  }

  @Test func `a chain of what is used only by what is not used goes at once`() throws {
    let day = try #require(examplesDay)
    let lets = (1..<40).map { "  let a\($0) = a\($0 - 1) + 1\n" }.joined()
    let text =
      Self.users
      + rule("user.active").replacingOccurrences(of: "  require", with: "  let a0 = user.n\n" + lets + "  require")
    let once = try #require(fixed([SourceFile(path: "m/a.licet", bytes: Array(text.utf8))], asOf: day))
    #expect(once.applied.count == 40)
    #expect(once.left == 0)
  }

  @Test func `an allowance in the wrong place is not taken out`() throws {
    let day = try #require(examplesDay)
    let text =
      Self.users
      + rule("user.active").replacingOccurrences(
        of: "  require", with: "  // lint: allow missing_title because the name says it.\n  require")
    let once = try #require(fixed([SourceFile(path: "m/a.licet", bytes: Array(text.utf8))], asOf: day))
    #expect(once.applied.isEmpty)
    #expect(try linted(text).habits.contains { $0.kind.code == "allow_unused" && $0.fix == nil })
  }
}
