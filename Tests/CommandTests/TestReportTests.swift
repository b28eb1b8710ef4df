import Foundation
import TestSupport
import Testing

/// What `licet test` prints, byte for byte: of a policy set whose tests notice too little, of one whose tests notice everything, and of tests that fail.
@Suite struct TestReportTests {
  static let folder = repositoryRoot.appendingPathComponent("Tests/Corpus/testing")
  /// The golden file, the arguments, and the exit code.
  static let runs: [(golden: String, arguments: String, code: Int32)] = [
    ("weak.coverage", "weak --coverage --format plain", 0),
    ("weak.mutate", "weak --mutate --format plain", 1),
    ("weak.json", "weak --coverage --mutate --format json", 1),
    ("weak.xml", "weak --coverage --mutate --format junit", 1),
    ("weak.tap", "weak --coverage --mutate --format tap", 1),
    ("scopes.mutate", "scopes --mutate --format plain", 1),
    ("strong.plain", "strong --coverage --threshold 100 --mutate --format plain", 0),
    ("strong.xml", "strong --coverage --mutate --format junit", 0),
    ("strong.tap", "strong --coverage --mutate --format tap", 0),
    ("failing.plain", "failing --format plain", 1),
    ("failing.text", "failing --format text", 1),
    ("failing.json", "failing --format json", 1),
    ("failing.xml", "failing --format junit", 1),
    ("failing.tap", "failing --format tap", 1),
  ]

  private func shell(_ line: String) throws -> Tool.Result { try Tool.shell("cd '\(Self.folder.path)' && \(line)") }

  @Test(arguments: runs.indices) func `a run of tests is told as recorded`(_ index: Int) throws {
    let run = Self.runs[index]
    let result = try shell("$licet test \(run.arguments)")
    #expect(result.code == run.code, "\(result.errors)")
    let golden = Self.folder.appendingPathComponent(run.golden)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { try Data(result.output.utf8).write(to: golden) }
    #expect(result.output == (try String(contentsOf: golden, encoding: .utf8)), "differs from \(run.golden)")
  }

  /// Each change is made by hand here, and the tests are run over it: a survivor passes them, and what is said to be noticed does not.
  static let edits: [(from: String, to: String, survives: Bool)] = [
    ("|   -   | yes  |", "|  yes  | yes  |", false),
    ("|   -   | yes  |", "|   ?   | yes  |", false),
    ("someone.hours > 40", "someone.hours >= 40", false),
    ("someone.hours > 40", "someone.hours > 41", false),
    ("effective from 2024-01-01", "effective from 2023-12-31", false),
    ("effective from 2024-01-01", "effective from 2024-01-02", false),
    ("violation no_lamp", "notice no_lamp", false),
    ("has no lamp.", "is in the dark.", true),
  ]

  @Test(arguments: edits.indices) func `a change made by hand is noticed, or not, as mutation says`(_ index: Int) throws {
    let edit = Self.edits[index]
    let folder = try TemporaryFolder()
    for name in ["seats.licet", "seats.test.licet"] {
      var text = try String(contentsOf: Self.folder.appendingPathComponent("strong/\(name)"), encoding: .utf8)
      if name == "seats.licet" {
        #expect(text.contains(edit.from))
        text = text.replacingOccurrences(of: edit.from, with: edit.to)
      }
      try folder.write(name, text)
    }
    #expect(try Tool.run("test", folder.path).code == (edit.survives ? 0 : 1))
  }

  @Test func `a threshold is held against exact counts`() throws {
    // 4 of 12 verdicts: 33.333… in a hundred.
    #expect(try shell("$licet test weak --coverage --threshold 33.3").code == 0)
    let missed = try shell("$licet test weak --coverage --threshold 33.4")
    #expect(missed.code == 1)
    #expect(missed.errors.contains("4 of 12 verdicts were seen, fewer than 33.4 in a hundred"), "\(missed.errors)")
    #expect(try shell("$licet test weak --coverage --threshold 0").code == 0)
  }

  @Test(arguments: [
    "--coverage --threshold 101", "--coverage --threshold 100.1", "--coverage --threshold -1", "--coverage --threshold 5%",
    "--coverage --threshold 1.2.3", "--coverage --threshold .5", "--threshold 50",
  ])
  func `a threshold that is none is refused`(_ options: String) throws {
    #expect(try shell("$licet test strong \(options)").code == 64)
  }

  @Test func `a filter takes tests by their name and by their row`() throws {
    #expect(try shell("$licet test strong --filter 'before the table'").output.contains("1 test, 1 passed"))
    #expect(try shell("$licet test strong --filter 'sku APART'").output.contains("1 test, 1 passed"))
    #expect(try shell("$licet test strong --filter nothing").code == 4)
    // With fewer tests, more goes unnoticed.
    let mutation = try shell("$licet test strong --filter 'sku PLUS' --mutate")
    #expect(mutation.code == 1)
    #expect(mutation.output.contains("lamp_use × basic: no test notices when this cell is yes"))
  }

  @Test func `where a test fails anyway, nothing is changed`() throws {
    let result = try shell("$licet test failing --mutate")
    #expect(result.code == 1)
    #expect(!result.output.contains("mutation"))
  }

  @Test(arguments: [
    ("strong", "no_lamp"), ("weak", "no_lamp"), ("weak", "newcomer"), ("weak", "desk.untested"), ("odd", "odd"), ("odd", "negative"),
    ("scopes", "few_hours"), ("scopes", "spare_desks"), ("scopes", "whole_families"),
  ])
  func `a generated test passes where it is pasted`(_ set: String, _ rule: String) throws {
    let made = try shell("$licet test \(set) --generate \(rule)")
    #expect(made.code == 0, "\(made.errors)")
    #expect(made.output == (try shell("$licet test \(set) --generate \(rule)")).output)
    let folder = try TemporaryFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path + "/" + set) {
      var text = try String(contentsOf: Self.folder.appendingPathComponent("\(set)/\(name)"), encoding: .utf8)
      if name.hasSuffix(".test.licet") { text += "\n" + made.output }
      try folder.write(name, text)
    }
    let result = try Tool.run("test", folder.path, "--filter", "\(rule.split(separator: ".").last ?? ""): ")
    #expect(result.code == 0, "\(made.output)\(result.output)\(result.errors)")
    #expect(made.output.contains("| pass "))
    #expect(made.output.contains("| fail "))
    #expect(made.output.contains("| undetermined "))
  }

  @Test func `generated tests of the project's own rules pass, and leave no condition out`() throws {
    let folder = try TemporaryFolder()
    let policies = repositoryRoot.appendingPathComponent("Policies")
    for case let name as String in try #require(FileManager.default.enumerator(atPath: policies.path)) where name.hasSuffix(".licet") {
      try folder.write(name, try String(contentsOf: policies.appendingPathComponent(name), encoding: .utf8))
    }
    let rules = [
      "sspr.unlicensed_reset", "sspr.unlicensed_writeback", "sspr.standalone_plan_writeback", "sspr.administrator_reset",
      "sspr.no_licence_in_tenant", "licensing.assignment_error", "licensing.seat_overage", "licensing.usage_location_missing",
      "licensing.usage_location_inherited",
    ]
    var text = ["sspr": "", "licensing": ""]
    for rule in rules {
      let made = try Tool.run("test", folder.path, "--generate", rule)
      #expect(made.code == 0, "\(made.errors)")
      #expect(!made.output.contains("No rows were found"), "\(made.output)")
      text[String(rule.prefix { $0 != "." }), default: ""] += "\n" + made.output
    }
    for (module, tests) in text { try folder.write("\(module)/generated.test.licet", "module \(module)\n\(tests)") }
    let result = try Tool.run("test", folder.path, "--filter", "each condition alone decides")
    #expect(result.code == 0, "\(result.output)")
    #expect(try Tool.run("test", folder.path, "--filter", "what the waiver").output.contains("| waived"))
  }

  /// What lies in quotes is no comment, whatever it says.
  @Test func `a text allows no change`() throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent("weak/desk.licet"), encoding: .utf8)
    let words = "// mutate: allow desk.second because nobody sells anything that it does not speak of"
    #expect(text.contains("\n\(words)\n"))
    let folder = try TemporaryFolder([
      "desk.licet": text.replacingOccurrences(of: "\n\(words)\n", with: "\nfeature quoted \"\(words)\"\n")
    ])
    try folder.write(
      "desk.test.licet", String(contentsOf: Self.folder.appendingPathComponent("weak/desk.test.licet"), encoding: .utf8))
    let result = try Tool.run("test", folder.path, "--mutate", "--format", "plain")
    #expect(result.output.contains("desk.second: no test notices"), "\(result.output)")
    #expect(!(try shell("$licet test weak --mutate --format plain")).output.contains("desk.second: no test notices"))
  }

  @Test func `generated tests notice what those of a weak set do not`() throws {
    let folder = try TemporaryFolder()
    for name in ["desk.licet", "desk.test.licet"] {
      var text = try String(contentsOf: Self.folder.appendingPathComponent("weak/\(name)"), encoding: .utf8)
      if name == "desk.test.licet" { text += "\n" + (try shell("$licet test weak --generate untested")).output }
      try folder.write(name, text)
    }
    let result = try Tool.run("test", folder.path, "--mutate")
    #expect(!result.output.contains("`someone.hours < 50`"), "\(result.output)")
    #expect(!result.output.contains("`50` is"), "\(result.output)")
  }

  @Test func `a rule that nobody knows has no test made of it`() throws {
    let result = try shell("$licet test strong --generate no_lam")
    #expect(result.code == 4)
    #expect(result.reason.contains("did you mean `no_lamp`?"), "\(result.reason)")
    #expect(result.output.isEmpty)
  }
}
