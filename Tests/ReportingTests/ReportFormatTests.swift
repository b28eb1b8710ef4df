import Foundation
import Semantics
import Syntax
import TestSupport
import Testing

@testable import Evaluation
@testable import Reporting

/// Compares with a golden file of `Tests/Corpus/reporting`; `UPDATE_GOLDEN=1` records it.
func expectGolden(_ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let url = repositoryRoot.appendingPathComponent("Tests/Corpus/reporting").appendingPathComponent(name)
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
    try Data(actual.utf8).write(to: url)
  }
  let golden = try Data(contentsOf: url)
  #expect(Array(actual.utf8) == Array(golden), "differs from \(name):\n\(actual)", sourceLocation: sourceLocation)
}

/// What a format writes.
func written(_ format: ReportFormat, _ report: Report, _ context: ReportContext) -> String {
  let collected = Collected()
  var sink = ByteSink { collected.bytes += $0 }
  do { try format.write(report, context, to: &sink) } catch { Issue.record(error) }
  return String(decoding: collected.bytes, as: UTF8.self)
}

private final class Collected { var bytes: [UInt8] = [] }

@Suite struct ReportFormatTests {
  @Test(arguments: SampleReport.all, ReportFormat.all.map(\.name)) func `each format writes each report as recorded`(
    _ sample: SampleReport, _ name: String
  ) throws {
    let format = try #require(ReportFormat.all.first { $0.name == name })
    try expectGolden(written(format, sample.report, SampleReport.context()), "\(sample.name).\(name)")
  }

  @Test func `a terminal gets colours and lines that fit`() throws {
    let text = written(.text, SampleReport.mixed, SampleReport.context(width: 72, hasColor: true))
    try expectGolden(text, "mixed.terminal")
  }

  @Test func `the texts of the policies come in the language asked for`() throws {
    let text = written(.plain, SampleReport.mixed, SampleReport.context(language: "nl"))
    #expect(text.contains("Werkt zonder lamp"))
    #expect(text.contains("Een lamp op het bureau"))
    #expect(!text.contains("Works without a lamp"))
    // What has no translation stands as first written.
    #expect(text.contains("A desk is broken"))
  }

  @Test(arguments: [ReportFormat.text, .plain].map(\.name), SampleReport.all) func `no format for people writes a control of the data`(
    _ name: String, _ sample: SampleReport
  ) throws {
    let format = try #require(ReportFormat.all.first { $0.name == name })
    for scalar in written(format, sample.report, SampleReport.context()).unicodeScalars where scalar != "\n" {
      #expect(
        !scalar.properties.isDefaultIgnorableCodePoint && scalar.properties.generalCategory != .control,
        "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test(arguments: SampleReport.all) func `JSON is JSON for another reader, and says what the report holds`(_ sample: SampleReport) throws {
    let text = written(.json, sample.report, SampleReport.context())
    let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let findings = try #require(document["findings"] as? [[String: Any]])
    #expect(try findings.count == sample.report.findings.all().count)
    for (finding, expected) in zip(findings, try sample.report.findings.all()) {
      #expect(finding["verdict"] as? String == expected.verdict.rawValue)
      #expect(finding["rule"] as? String == SampleReport.program[expected.rule].name.string)
      let subject = try #require(finding["subject"] as? [String: Any])
      if let last = expected.subject.parts.last, !expected.subject.isCollection {
        #expect(subject["key"] as? String == last.key?.string)
      }
    }
    for byte in text.utf8 where byte != 0x0A { #expect(byte >= 0x20 && byte != 0x7F) }
  }

  @Test(arguments: SampleReport.all) func `each line of jsonl is the document's, the rest on the last line`(_ sample: SampleReport) throws {
    let lines = written(.jsonl, sample.report, SampleReport.context()).split(separator: "\n")
    let document = Data(written(.json, sample.report, SampleReport.context()).utf8)
    var whole = try #require(try JSONSerialization.jsonObject(with: document) as? [String: Any])
    let objects = try lines.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary) }
    let findings = try #require(whole.removeValue(forKey: "findings") as? [Any])
    #expect(NSArray(array: Array(objects.dropLast())) == NSArray(array: findings))
    #expect(objects.last == NSDictionary(dictionary: whole))
  }

  @Test(arguments: SampleReport.all) func `a line is what the writer of JSON makes of the finding`(_ sample: SampleReport) throws {
    let context = SampleReport.context()
    let lines = written(.jsonl, sample.report, context).split(separator: "\n").dropLast()
    #expect(try lines.count == sample.report.findings.all().count)
    for (line, finding) in zip(lines, try sample.report.findings.all()) {
      let bytes = JSONWriter.bytes(isSpaced: false) { $0.finding(finding, sample.report.tenants[finding.tenant], context) }
      #expect(String(line) == String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test func `values that look like the signs of a line's gaps stay what they are`() {
    let sign = Text(
      "value-7000000000000000000-0- value-7000000000000000010-1- 7000000000000000001 7000000000000000012 \"file-7000000000000000000-\"")
    var finding = SampleReport.finding("no_lamp", .fail, [Subject.Part(thing: sign, key: sign, label: sign)], message: sign, line: 3)
    finding.file = "file-7000000000000000000-"
    let report = Report(tenants: [SampleReport.tenant("a", counts: [SampleReport.counts(fail: 1), nil, nil, nil])], findings: [finding])
    let bytes = JSONWriter.bytes(isSpaced: false) { $0.finding(finding, report.tenants[0], SampleReport.context()) }
    let line = written(.jsonl, report, SampleReport.context()).prefix { $0 != "\n" }
    #expect(String(line) == String(decoding: bytes, as: UTF8.self))
  }

  @Test func `keys and labels of any length, with anything in them, are copied and hashed as the writer of JSON has them`() {
    let odd = ["", "\"", "\\", "\u{1}", "\u{7F}", "é", "\u{1F511}", " ", "!", "#", "~"]
    var findings: [Finding] = []
    for length in 0..<150 {
      // What is odd stands in every place of short texts, and at either end of the others.
      let text = String(repeating: "x", count: length)
      let place = length == 0 ? 0 : (length * 7 + length / 11) % length
      let label = text.prefix(place) + odd[length % odd.count] + text.dropFirst(place)
      var parts = [Subject.Part(thing: "person", key: Text(text), label: Text(String(label)))]
      if length % 5 == 4 { parts[0].key = nil }
      if length % 3 == 2 { parts.append(Subject.Part(thing: "lamp", key: Text(String(label)), label: nil)) }
      if length == 77 { parts = [] }
      findings.append(SampleReport.finding("no_lamp", .fail, parts, message: "x", line: Int64(length) + 1))
    }
    let report = Report(
      tenants: [SampleReport.tenant("a", counts: [SampleReport.counts(fail: findings.count), nil, nil, nil])],
      findings: SortedFindings(FindingList(findings)))
    let lines = written(.jsonl, report, SampleReport.context()).split(separator: "\n")
    #expect(lines.count == findings.count + 1)
    for (line, finding) in zip(lines, findings) {
      let bytes = JSONWriter.bytes(isSpaced: false) { $0.finding(finding, report.tenants[0], SampleReport.context()) }
      #expect(String(line) == String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test func `findings that share their subject are written as each by itself, and end with the same digits`() throws {
    let kinds = ["no_lamp", "broken_desk"].map { (rule: Text) in
      FindingKind(
        rule: SampleReport.rule(rule), verdict: .fail, tenant: 0, things: ["person"], isCollection: false, message: [.same("x")],
        remedy: nil, because: [], causes: [], contests: [])
    }
    var findings = FindingList()
    for number in 0..<300 {
      // Some are hashed with others, and those of more than a block by themselves.
      findings.addValue(number % 7 == 6 ? nil : Text(String(repeating: "k", count: number * 37 % 150)))
      findings.addValue(Text("\(number)"))
      findings.closeSubject()
      // Of places that follow each other some differ in one thing alone.
      let file = number % 5 == 4 ? -1 : findings.number(of: number / 3 % 2 == 0 ? "people.jsonl" : "others.jsonl")
      let (line, byte) = (Int64(number / 4), Int64(number / 2))
      findings.add(findings.number(of: kinds[0]), file: file, line: line, byte: byte)
      for more in 0..<number % 6 {
        let isRepeated = findings.repeatSubject()
        #expect(isRepeated)
        findings.add(findings.number(of: kinds[1 - more % 2]), file: file, line: line, byte: byte)
      }
    }
    let tenant = SampleReport.tenant("a", counts: [SampleReport.counts(fail: 450), nil, SampleReport.counts(fail: 600), nil])
    let report = Report(tenants: [tenant], findings: SortedFindings(findings))
    let lines = written(.jsonl, report, SampleReport.context()).split(separator: "\n").map { String($0) }
    #expect(lines.count == findings.count + 1)
    for (line, finding) in zip(lines, findings) {
      let bytes = JSONWriter.bytes(isSpaced: false) { $0.finding(finding, tenant, SampleReport.context()) }
      #expect(line == String(decoding: bytes, as: UTF8.self))
    }
    var digits: [Text?: Set<Substring>] = [:]
    for (line, finding) in zip(lines, findings) { digits[finding.subject.parts[0].key, default: []].insert(line.suffix(34)) }
    #expect(digits.values.allSatisfy { $0.count == 1 } && Set(digits.values).count == digits.count && digits.count > 100)
  }

  @Test func `a line longer than what is handed over at once is whole`() throws {
    let long = Text(String(repeating: "\u{1}x", count: 100_000))
    let findings = (0..<3).map {
      SampleReport.finding("no_lamp", .fail, [SampleReport.person($0)], message: $0 == 1 ? long : "short", line: 1)
    }
    let report = Report(
      tenants: [SampleReport.tenant("a", counts: [SampleReport.counts(fail: 3), nil, nil, nil])],
      findings: SortedFindings(FindingList(findings)))
    let lines = written(.jsonl, report, SampleReport.context()).split(separator: "\n")
    let messages = try lines.dropLast().map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }.map {
      $0?["message"] as? String
    }
    #expect(messages == ["short", long.string, "short"])
  }

  @Test func `the formats have names and endings of their own`() {
    let names = ReportFormat.all.map(\.name)
    #expect(names == ["text", "plain", "json", "jsonl"])
    let endings = ReportFormat.all.compactMap(\.ending)
    #expect(Set(endings).count == endings.count)
  }

  @Test func `a sink drains in order and whole`() {
    let collected = Collected()
    var sink = ByteSink { collected.bytes += $0 }
    let piece = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
    for _ in 0..<300 { sink.write(piece) }
    #expect(!collected.bytes.isEmpty)
    sink.flush()
    #expect(collected.bytes == Array((0..<300).map { _ in piece }.joined()))
  }
}
