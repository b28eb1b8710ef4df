import Foundation
import Linting
import Semantics
import Syntax
import TestSupport
import Testing

/// The day on which examples are linted.
let examplesDay = Day(year: 2026, month: 11, day: 1)

/// Parses, checks and lints one file, with a rule switched on that may be off; the codes, and what the checker says of it.
func linted(_ text: String, on rule: LintRule? = nil, path: String = "m/example.licet") throws -> (
  habits: [Diagnostic], refused: [Diagnostic], source: SourceFile
) {
  var text = text
  if let rule, rule.level == .off { text += "\nlint \(rule.id) warning because \"It is shown here.\"\n" }
  let source = SourceFile(path: path, bytes: Array(text.utf8))
  let tree = parse(source, file: 0)
  let checked = check([tree])
  let refused = tree.diagnostics + checked.diagnostics
  guard let program = checked.program else { return ([], refused, source) }
  return (lint(program, [tree], asOf: try #require(examplesDay)), refused, source)
}

extension LintRule: CustomTestStringConvertible {
  package var testDescription: String { id }
}

@Suite struct RuleTests {
  @Test(arguments: lintRules) func `a rule flags its flagged example, and its mending takes just that away`(_ rule: LintRule) throws {
    let flagged = try linted(rule.kind.wrong, on: rule)
    let accepted = try linted(rule.kind.right, on: rule)
    #expect(flagged.refused.map(\.message) == [])
    #expect(accepted.refused.map(\.message) == [])
    let before = Set(flagged.habits.map(\.kind.code))
    let after = Set(accepted.habits.map(\.kind.code))
    #expect(before.contains(rule.id), "\(before)")
    #expect(!after.contains(rule.id))
    #expect(before.subtracting(after) == [rule.id], "mending takes away more")
    #expect(after.isSubset(of: before), "the mended example is flagged by more: \(after.subtracting(before))")
  }

  @Test func `each rule has a file, each file a rule, and the list is in order`() throws {
    let folder = repositoryRoot.appendingPathComponent("Sources/Linting/Rules")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let names = lintRules.map { rule in rule.id.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + ".swift"
    }
    #expect(files == names.sorted())
    #expect(lintRules.map(\.id) == lintRules.map(\.id).sorted())
    #expect(Set(lintRules.map(\.id)).count == lintRules.count)
    #expect(lintRules.count >= 40)
  }

  @Test(arguments: lintRules) func `a rule explains itself, and stops nobody by default`(_ rule: LintRule) {
    #expect(rule.kind.nature == .habit)
    #expect(rule.level != .error)
    #expect(!rule.kind.summary.isEmpty && rule.kind.summary.last != ".")
    #expect(rule.kind.explanation.count > 60)
    #expect(rule.id.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x5F })
  }
}
