import Foundation
import Reporting
import Syntax
import Testing

/// Formats for services: each must survive what an author, or an attacker, writes in a policy.
@Suite struct LintFormatTests {
  private static let kind = DiagnosticKind(
    code: "some_habit", nature: .habit, summary: "a <sentence> & more", explanation: "Because.", wrong: "", right: "")
  private let files = [
    SourceFile(path: "a b/c,d:é.licet", bytes: Array("module m\nfeature é \"x\"\n".utf8)), SourceFile(path: "clean.licet", bytes: []),
  ]

  private func written(_ name: String, _ diagnostics: [Diagnostic]) throws -> String {
    var bytes: [UInt8] = []
    var sink = ByteSink { bytes += $0 }
    try #require(DiagnosticFormat.all.first { $0.name == name }).write(diagnostics, files, false, &sink)
    sink.flush()
    return String(decoding: bytes, as: UTF8.self)
  }

  private func diagnostic(_ message: String, _ severity: Diagnostic.Severity = .warning) -> Diagnostic {
    let span = SourceSpan(file: 0, start: 9, end: 16)
    return Diagnostic(
      Self.kind, message, at: span, severity: severity, related: [Diagnostic.Related(span, "here")], notes: ["50% more, a: b"],
      fix: Diagnostic.Fix("write it", [Diagnostic.Fix.Edit(span, "feature")]))
  }

  @Test func `an annotation is one line, and holds no command`() throws {
    let text = try written("github", [diagnostic("100% ##[error]::set-env\n::error::\r\u{1B}[31m"), diagnostic("fine", .note)])
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 3 && lines[2].isEmpty)
    #expect(
      lines[0].hasPrefix(
        "::warning file=a b/c%2Cd%3Aé.licet,line=2,endLine=2,col=1,endColumn=8,title=some_habit (habit)::100%25 ## [error]"))
    #expect(lines[1].hasPrefix("::notice "))
    #expect(!text.contains("##["))
    #expect(!text.contains("\r") && !text.contains("\u{1B}"))
    #expect(lines[0].hasSuffix("%0A50%25 more, a: b%0Ahelp: write it"))
  }

  @Test func `SARIF is JSON, and counts what is beyond the limit`() throws {
    let few = try written("sarif", [diagnostic("one"), diagnostic("two", .note)])
    let document = try #require(try JSONSerialization.jsonObject(with: Data(few.utf8)) as? [String: Any])
    #expect(document["version"] as? String == "2.1.0")
    let run = try #require((document["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.map { $0["level"] as? String } == ["warning", "note"])
    #expect(results.map { $0["ruleIndex"] as? Int } == [0, 0])
    #expect(few.contains("\"uri\": \"a%20b/c%2Cd%3A%C3%A9.licet\""))
    let many = try written("sarif", Array(repeating: diagnostic("one"), count: 25_007))
    #expect(many.components(separatedBy: "\"ruleId\"").count - 1 == 25_000)
    #expect(many.contains("7 further messages"))
  }

  @Test func `JUnit escapes its texts, and a file without messages passes`() throws {
    let text = try written("junit", [diagnostic("<b> & \"q\" \u{1} \u{FFFF}]]>"), diagnostic("fine", .note)])
    #expect(text.contains("tests=\"3\" failures=\"1\""))
    #expect(text.contains("&lt;b&gt; &amp; &quot;q&quot; \\u{1} \u{FFFD}]]&gt;"))
    #expect(text.contains("<testcase classname=\"clean.licet\" name=\"nothing to say\"/>"))
    #expect(text.contains("<system-out>a b/c,d:é.licet:2:1: fine\nnote: 50% more, a: b\nhelp: write it</system-out>"))
    #expect(text.components(separatedBy: "<failure ").count == 2)
  }
}
