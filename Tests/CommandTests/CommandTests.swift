import Foundation
import TestSupport
import Testing

/// Compares with a golden file of `Tests/Corpus/commands`; `UPDATE_GOLDEN=1` records it.
func expectGolden(_ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let url = repositoryRoot.appendingPathComponent("Tests/Corpus/commands").appendingPathComponent(name)
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { try Data(actual.utf8).write(to: url) }
  let golden = try String(decoding: Data(contentsOf: url), as: UTF8.self)
  #expect(actual == golden, "differs from \(name)", sourceLocation: sourceLocation)
}

@Suite struct CommandTests {
  @Test(arguments: ["eval", "lint", "test", "diff", "fmt", "explain"]) func `the help of a command is as recorded`(_ command: String) throws
  {
    let result = try Tool.run(command, "--help")
    #expect(result.code == 0)
    #expect(result.errors.isEmpty)
    try expectGolden(result.output, "help.\(command).txt")
    #expect(try Tool.run(command, "-h").output == result.output)
  }

  @Test func `the help of the tool names every command, and the version is 0.1.0`() throws {
    let help = try Tool.run("--help")
    #expect(help.code == 0)
    try expectGolden(help.output, "help.txt")
    for command in ["eval", "lint", "test", "diff", "fmt", "explain"] { #expect(help.output.contains("  \(command) ")) }
    let version = try Tool.run("--version")
    #expect(version.output == "licet 0.1.0\n")
    #expect(version.code == 0)
  }

  @Test func `an explanation shows what is wrong and what is right`() throws {
    let result = try Tool.run("explain", "LIC0100")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("LIC0100: "))
    #expect(result.output.contains("\nwrong:\n\n    "))
    #expect(result.output.contains("\nright:\n\n    "))
  }

  @Test func `diagnostics come as text, plain and JSON`() throws {
    let folder = try TemporaryFolder(["bad.licet": "module desk\nfact a: bol \"A\"\n"])
    let plain = try Tool.run("lint", folder.path, "--format", "plain")
    #expect(plain.code == 3)
    #expect(plain.output.contains("bad.licet:2:9: error LIC"))
    let text = try Tool.run("lint", folder.path, "--format", "text")
    #expect(text.output.contains("fact a: bol"))
    #expect(text.output.contains("^^^"))
    let json = try Tool.run("lint", folder.path, "--format", "json")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let first = try #require((document["diagnostics"] as? [[String: Any]])?.first)
    #expect(first["severity"] as? String == "error")
    #expect((first["at"] as? [String: Any])?["line"] as? Int == 2)
    #expect((first["at"] as? [String: Any])?["column"] as? Int == 9)
  }

  @Test func `a failed test says what was expected and what came`() throws {
    let world = try World()
    let result = try Tool.run("test", world.folder.path + "/failing", "--format", "plain")
    #expect(result.output.contains("failed desk: the wrong way round"))
    #expect(result.output.contains("passed desk: the right way round"))
    #expect(result.output.contains("failing/rules.licet:11"))
    #expect(result.output.contains("expected: "))
    #expect(result.output.contains("actual: "))
    let json = try Tool.run("test", world.folder.path + "/failing", "--format", "json")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect((document["summary"] as? [String: Int]) == ["tests": 2, "passed": 1, "failed": 1])
  }

  @Test func `no name in the data reaches the terminal as a control`() throws {
    let world = try World()
    for format in ["text", "plain", "json", "jsonl"] {
      let result = try Tool.run("eval", world.policies, "--snapshot", world.snapshot("hostile"), "--format", format)
      #expect(result.code == 1)
      for scalar in (result.output + result.errors).unicodeScalars where scalar != "\n" {
        #expect(scalar.properties.generalCategory != .control && scalar.value != 0x202E, "\(format): U+\(String(scalar.value, radix: 16))")
      }
    }
  }

  @Test func `the policies that are shipped have no fault, and pass their tests`() throws {
    let lint = try Tool.run("lint", "Policies")
    #expect(lint.code == 0, "\(lint.output)\(lint.errors)")
    #expect(lint.output.isEmpty)
    let test = try Tool.run("test", "Policies", "--format", "plain")
    #expect(test.code == 0, "\(test.output)\(test.errors)")
    #expect(test.output.contains(" 0 failed"))
  }
}
