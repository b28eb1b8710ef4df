import Analysis
import Foundation
import Linting
import Semantics
import Syntax
import TestSupport
import Testing

@Suite struct SettingsTests {
  private let policies = """
    module m
    entity user in users key id label name { id: id, name: text }
    notice named {
      for each user in users
      require user.name is not "?"
      message "{user.id} has no name."
    }

    """

  private func codes(_ text: String, _ path: String = "m/example.licet") throws -> [String: Diagnostic.Severity] {
    let result = try linted(text, path: path)
    #expect(result.refused.map(\.message) == [])
    return Dictionary(result.habits.map { ($0.kind.code, $0.severity) }) { first, _ in first }
  }

  @Test func `a setting switches a rule off, or to another level`() throws {
    #expect(try codes(policies)["missing_remedy"] == .warning)
    #expect(try codes(policies + "lint missing_remedy off because \"People know it.\"\n")["missing_remedy"] == nil)
    #expect(try codes(policies + "lint missing_remedy note because \"People know it.\"\n")["missing_remedy"] == .note)
    #expect(try codes(policies + "lint missing_remedy error because \"It must not be.\"\n")["missing_remedy"] == .error)
    #expect(try codes(policies + "lint unused_field warning because \"We export little.\"\n")["unused_field"] == nil)
  }

  @Test func `a setting gives a rule its bound`() throws {
    #expect(try codes(policies)["long_message"] == nil)
    #expect(try codes(policies + "lint long_message warning 10 because \"Small screens.\"\n")["long_message"] == .warning)
  }

  @Test func `of two settings the first holds, and a number without a bound is told`() throws {
    let twice = "lint missing_remedy off because \"People know it.\"\nlint missing_remedy error because \"It must not be.\"\n"
    #expect(try codes(policies + twice)["missing_remedy"] == nil)
    #expect(try codes(policies + twice)["setting_unknown"] == .warning)
    #expect(try codes(policies + "lint missing_remedy warning 5 because \"Five is enough.\"\n")["setting_unknown"] == .warning)
  }

  @Test func `a comment silences a rule for the declaration that follows, and no other`() throws {
    let comment = "// lint: allow missing_remedy because people know it.\n"
    let silenced = policies.replacingOccurrences(of: "notice named", with: comment + "notice named")
    #expect(try codes(silenced)["missing_remedy"] == nil)
    #expect(try codes(silenced)["missing_title"] == .warning)
    #expect(try codes(silenced)["allow_unused"] == nil)
    let elsewhere = policies.replacingOccurrences(of: "entity user", with: comment + "entity user")
    #expect(try codes(elsewhere)["missing_remedy"] == .warning)
    #expect(try codes(elsewhere)["allow_unused"] == .warning)
    let inside = policies.replacingOccurrences(of: "  require", with: "  " + comment + "  require")
    #expect(try codes(inside)["missing_remedy"] == .warning)
    #expect(try codes(inside)["allow_unused"] == .warning)
  }

  @Test func `proofs are set and silenced as habits are`() throws {
    let kind = DiagnosticKind(code: "never_holds", nature: .proved, summary: "s", explanation: "e", wrong: "", right: "")
    func told(_ text: String) throws -> [Diagnostic] {
      let tree = parse(SourceFile(path: "m/example.licet", bytes: Array(text.utf8)), file: 0)
      let program = try #require(check([tree]).program)
      let rule = try #require(program.rules.first)
      let proof = Diagnostic(kind, "it never holds", at: rule.name.span, severity: .warning)
      return lint(program, [tree], asOf: try #require(examplesDay), proved: [proof], provable: [kind])
    }
    #expect(try told(policies).contains { $0.kind.code == "never_holds" && $0.severity == .warning })
    #expect(
      try told(policies + "lint never_holds error because \"It must not be.\"\n").contains {
        $0.kind.code == "never_holds" && $0.severity == .error
      })
    let allowed = try told(
      policies.replacingOccurrences(of: "notice named", with: "// lint: allow never_holds because it is a draft.\nnotice named"))
    #expect(!allowed.contains { ["never_holds", "allow_unused", "allow_unreadable"].contains($0.kind.code) })
    #expect(
      try !told(policies + "lint never_holds off because \"It is a draft.\"\n").contains {
        ["never_holds", "setting_unknown"].contains($0.kind.code)
      })
  }

  @Test func `the policies of the project keep all habits`() throws {
    let folder = repositoryRoot.appendingPathComponent("Policies")
    let paths = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }.filter {
      $0.hasSuffix(".licet")
    }.sorted()
    let files = try paths.map {
      SourceFile(path: "Policies/" + $0, bytes: [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))))
    }
    let trees = files.enumerated().map { parse($0.element, file: Int32($0.offset)) }
    let program = try #require(check(trees).program)
    let told = lint(
      program, trees, asOf: try #require(Day(year: 2026, month: 11, day: 1)), proved: prove(program), provable: analysisDiagnostics)
    #expect(
      told.map { "\(files[Int($0.span.file)].path):\(files[Int($0.span.file)].line(of: $0.span.start)) \($0.kind.code) \($0.message)" }
        == [])
  }
}
