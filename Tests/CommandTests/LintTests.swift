import Foundation
import TestSupport
import Testing

@Suite struct LintTests {
  private static let untidy =
    (try? String(contentsOf: repositoryRoot.appendingPathComponent("Tests/Corpus/linting/untidy.licet"), encoding: .utf8)) ?? ""
  private static let day = "2026-11-01"

  @Test func `the policies of the project are clean, and the last line counts by nature`() throws {
    let result = try Tool.run("lint", "Policies", "--as-of", Self.day, "--fail-level", "note")
    #expect(result.code == 0, "\(result.output)")
    #expect(result.reason.hasSuffix("(0 refused, 0 proved, 0 habits)"))
  }

  @Test func `a message says that it is a habit, and habits end with 1`() throws {
    let folder = try TemporaryFolder(["a.licet": Self.untidy])
    let result = try Tool.run("lint", folder.path, "--as-of", Self.day, "--format", "text")
    #expect(result.code == 1)
    #expect(result.output.contains("warning[missing_remedy, habit]: "))
    let plain = try Tool.run("lint", folder.path, "--as-of", Self.day, "--format", "plain")
    #expect(plain.output.contains(": warning missing_remedy, habit: "))
    #expect(try Tool.run("lint", folder.path, "--as-of", Self.day, "--fail-level", "error").code == 0)
  }

  @Test func `a habit that the policies make an error ends with 1, since nothing is refused`() throws {
    let folder = try TemporaryFolder(["a.licet": Self.untidy + "lint missing_remedy error because \"We want one.\"\n"])
    let result = try Tool.run("lint", folder.path, "--as-of", Self.day, "--fail-level", "error")
    #expect(result.code == 1)
    #expect(result.output.contains("error missing_remedy, habit"))
  }

  @Test func `the day decides what is old`() throws {
    let waiver = """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
        for each user in users
        require user.name is not "?"
        message "{user.id} has no name."
      }
      waiver robots of named {
        for each user where user.id is "r1"
        because "A service account."
        by "a.visser"
        on 2026-01-01
        expires 2026-07-01
      }

      """
    let folder = try TemporaryFolder(["a.licet": waiver])
    #expect(try !Tool.run("lint", folder.path, "--as-of", "2026-02-01").output.contains("expired_waiver"))
    #expect(try Tool.run("lint", folder.path, "--as-of", "2026-07-01").output.contains("expired_waiver"))
    #expect(try Tool.run("lint", folder.path, "--as-of", "tomorrow").code == 64)
    #expect(try Tool.run("lint", folder.path, "--dry-run").code == 64)
  }

  @Test func `fixing mends the file in place, once, and keeps its permissions`() throws {
    let folder = try TemporaryFolder(["a.licet": Self.untidy])
    let file = folder.url.appendingPathComponent("a.licet")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
    let first = try Tool.run("lint", folder.path, "--as-of", Self.day, "--fix")
    #expect(first.errors.contains("mended 10 things in 1 file"), "\(first.errors)")
    let mended = try String(contentsOf: file, encoding: .utf8)
    #expect(mended.contains("  when user.active and user.city is \"A\"\n"))
    #expect(mended.contains("  require user.name is \"A\" and user.city is \"B\" and user.city in [\"C\", \"D\"]\n"))
    #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o640)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.licet"])
    let second = try Tool.run("lint", folder.path, "--as-of", Self.day, "--fix")
    #expect(!second.errors.contains("mended"))
    #expect(try String(contentsOf: file, encoding: .utf8) == mended)
  }

  @Test func `a dry run shows what fixing would do, as a patch, and does nothing`() throws {
    let folder = try TemporaryFolder(["a.licet": Self.untidy])
    let result = try Tool.shell(
      "cd \(folder.path) && $licet lint a.licet --as-of \(Self.day) --fix --dry-run > fix.patch 2>/dev/null; cat a.licet")
    #expect(result.output == Self.untidy)
    let patched = try Tool.shell(
      "cd \(folder.path) && git apply fix.patch && cat a.licet && cp a.licet b && git apply -R fix.patch && $licet lint a.licet --as-of \(Self.day) --fix >/dev/null 2>&1; cmp a.licet b"
    )
    #expect(patched.code == 0, "\(patched.errors)")
    #expect(patched.output.contains("user.city is \"A\""))
  }

  @Test func `a dry run ends with what fixing would leave`() throws {
    let folder = try TemporaryFolder(["a.licet": Self.untidy])
    let dry = try Tool.run("lint", folder.path, "--as-of", Self.day, "--fix", "--dry-run")
    let wet = try Tool.run("lint", folder.path, "--as-of", Self.day, "--fix")
    #expect(dry.code == 1 && wet.code == 1)
    #expect(dry.reason == wet.reason)
  }

  @Test func `what is refused is not mended`() throws {
    let broken = Self.untidy + "featur f \"Reset\"\n"
    let folder = try TemporaryFolder(["a.licet": broken])
    #expect(try Tool.run("lint", folder.path, "--as-of", Self.day, "--fix").code == 3)
    #expect(try String(contentsOf: folder.url.appendingPathComponent("a.licet"), encoding: .utf8) == broken)
  }

  @Test func `a rule of lint is explained, and all are listed`() throws {
    let one = try Tool.run("explain", "old_source")
    #expect(one.code == 0)
    #expect(one.output.contains("with the bound 1826"))
    let all = try Tool.run("explain")
    #expect(all.code == 0)
    #expect(all.output.split(separator: "\n").count { $0.contains("  habit    ") } >= 40)
    #expect(all.output.contains("LIC0100"))
  }
}
