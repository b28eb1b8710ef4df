import Foundation
import TestSupport
import Testing

/// The examples of the language reference: each is a policy set that checks and passes its own tests, or is refused with the code it says.
@Suite struct GrammarExampleTests {
  struct Example: Sendable, CustomStringConvertible {
    let line: Int
    /// Empty for an example that is sound; else what follows `licet-error`.
    let refusal: String?
    let text: String
    var description: String { "Grammar/README.md:\(line)" }
  }

  static let examples: [Example] = {
    let page = (try? String(contentsOf: repositoryRoot.appendingPathComponent("Grammar/README.md"), encoding: .utf8)) ?? ""
    var examples: [Example] = []
    var begin: (line: Int, fence: String)?
    var text = ""
    for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let open = begin {
        if line == "```" {
          let refusal = open.fence.hasPrefix("licet-error") ? String(open.fence.dropFirst("licet-error".count).drop { $0 == " " }) : nil
          examples.append(Example(line: open.line, refusal: refusal, text: text))
          begin = nil
        } else {
          text += line + "\n"
        }
      } else if line.hasPrefix("```licet") {
        begin = (index + 1, String(line.dropFirst(3)))
        text = ""
      }
    }
    return examples
  }()

  @Test func `the reference has examples of both sorts`() {
    #expect(Self.examples.filter { $0.refusal == nil }.count > 30)
    #expect(Self.examples.filter { $0.refusal != nil }.count > 10)
  }

  @Test(arguments: examples) func `an example says what is so`(_ example: Example) throws {
    let folder = try TemporaryFolder(["example.licet": example.text])
    let lint = try Tool.shell("cd \(folder.path) && $licet lint example.licet --format plain --fail-level error 2>&1")
    if let refusal = example.refusal {
      #expect(lint.code == 3, "\(lint.output)")
      #expect(refusal.isEmpty || lint.output.contains(refusal), "\(lint.output)")
    } else {
      #expect(lint.code == 0, "\(lint.output)")
      guard example.text.contains("\ntest \"") else { return }
      let tests = try Tool.shell("cd \(folder.path) && $licet test example.licet 2>&1")
      #expect(tests.code == 0, "\(tests.output)")
    }
  }
}

/// The README shows what the tool prints: each line of its output is one of the tool's, in the same order.
@Suite struct ReadmeTests {
  @Test func `the output in the README is the tool's`() throws {
    let page = try String(contentsOf: repositoryRoot.appendingPathComponent("README.md"), encoding: .utf8)
    let shown = try #require(page.components(separatedBy: "shortened:\n\n```\n").last?.components(separatedBy: "\n```").first)
    let result = try Tool.run("eval", "Policies", "--snapshot", "Policies/Examples/contoso")
    #expect(result.code == 1)
    var lines = result.output.split(separator: "\n")[...]
    for line in shown.split(separator: "\n") where line != "…" {
      let place = lines.firstIndex(of: line)
      #expect(place != nil, "not printed, or not in this order: \(line)")
      if let place { lines = lines[(place + 1)...] }
    }
  }
}
