package import Semantics
package import Syntax

/// How one test of a policy set ended.
package struct TestOutcome: Sendable {
  /// An index into the program's tests.
  package var test: Int
  /// Empty: it passed.
  package var failures: [TestFailure]
}

/// One expectation that was not met.
package struct TestFailure: Sendable {
  package var span: SourceSpan
  package var expected: String
  package var actual: String
  /// What the verdict rests on, a line each.
  package var detail: [String]
}

/// Runs the tests of a policy set, each over a snapshot of its own rows, by the same reader and engine as `evaluate`.
///
/// - Parameter filter: only tests whose name contains it.
package func runTests(_ program: CheckedProgram, filter: Text? = nil) -> [TestOutcome] {
  let plan = Planner.plan(program)
  var outcomes: [TestOutcome] = []
  for index in program.tests.indices {
    let test = program.tests[index]
    if let filter, !TextSearch.contains(filter.utf8[...], in: test.name.utf8[...]) { continue }
    outcomes.append(TestOutcome(test: index, failures: TestRun(test, plan).failures()))
  }
  return outcomes
}

/// One test and the verdicts that its rows get.
private struct TestRun {
  /// A verdict with what an expectation may ask of it.
  struct Reached {
    var rule: RuleID
    var subject: Subject
    var verdict: Verdict
    var original: Verdict?
    var message: Text?
    var because: [Finding.Evidence]
    var unknownPaths: Set<Text>
  }

  let program: CheckedProgram
  let test: PolicyTest
  let plan: Plan

  init(_ test: PolicyTest, _ plan: Plan) {
    self.program = plan.program
    self.test = test
    self.plan = plan
  }

  func failures() -> [TestFailure] {
    var options = EvaluationOptions(asOf: test.asOf, today: test.asOf)
    for expectation in test.expectations where !options.only.contains(expectation.rule) {
      options.only.append(expectation.rule)
    }
    options.statements = test.statements.map {
      EvaluationOptions.Statement(tenant: nil, fact: $0.fact, value: $0.value)
    }
    var reached: [Reached] = []
    do throws(SnapshotError) {
      var judge = try Judge(plan: plan, snapshot: snapshot(), options: options, tenant: 0)
      judge.keepsVerdicts = true
      try judge.run()
      reached = judge.verdicts.map {
        Reached(
          rule: $0.rule, subject: $0.subject, verdict: $0.verdict, original: $0.finding?.original, message: $0.finding?.message,
          because: $0.finding?.because ?? [], unknownPaths: $0.unknownPaths)
      }
    } catch {
      let reason: String
      switch error {
      case .malformed(_, _, _, _, let said): reason = said
      case .io(let file, let operation, let errno): reason = "\(operation) \(file): error \(errno)"
      }
      return [TestFailure(span: test.span, expected: "rows that can be read", actual: reason, detail: [])]
    }
    return test.expectations.compactMap { check($0, reached) }
  }

  private func check(_ expectation: PolicyTest.Expectation, _ reached: [Reached]) -> TestFailure? {
    let ofRule = reached.filter { $0.rule == expectation.rule }
    let found = ofRule.filter { matches($0.subject, expectation.subjects) }
    let rule = program[expectation.rule].name.string
    let whom = expectation.subjects.map { part in
      part.thing.string + (part.label.map { " \"\($0.string)\"" } ?? "")
    }.joined(separator: ", ")
    let expected = "\(expectation.verdict.rawValue) \(rule)" + (whom.isEmpty ? "" : " for \(whom)")
    guard let first = found.first(where: { $0.verdict.rawValue == expectation.verdict.rawValue }) ?? found.first else {
      let others = ofRule.prefix(5).map { "\($0.verdict.rawValue) for \(describe($0.subject))" }
      let inForce = program[expectation.rule].period.contains(test.asOf)
      return TestFailure(
        span: expectation.span, expected: expected,
        actual: inForce ? "no such subject" : "the rule is not in force on \(test.asOf.text)", detail: others)
    }
    let detail = first.because.map { "\($0.expression.string) = \($0.value.string)" }
    if first.verdict.rawValue != expectation.verdict.rawValue {
      return TestFailure(span: expectation.span, expected: expected, actual: first.verdict.rawValue, detail: detail)
    }
    if let message = expectation.message, first.message != message {
      return TestFailure(
        span: expectation.span, expected: "message \"\(message.string)\"",
        actual: first.message.map { "message \"\($0.string)\"" } ?? "no message", detail: detail)
    }
    // What fails is decided by values, what cannot be told by what is missing.
    let isFailure = first.verdict == .fail || (first.verdict == .waived && first.original == .fail)
    let named = isFailure ? Set(first.because.map(\.expression)) : first.unknownPaths
    if let because = expectation.because, !named.contains(because) {
      let paths = named.map(\.string).sorted()
      return TestFailure(
        span: expectation.span, expected: "because \(because.string)",
        actual: paths.isEmpty ? "nothing is missing" : "because " + paths.joined(separator: ", "), detail: detail)
    }
    return nil
  }

  /// A label where the subject has one, else its key; no subjects: the tenant, or whoever is the only one.
  private func matches(_ subject: Subject, _ expected: [PolicyTest.Subject]) -> Bool {
    if expected.isEmpty { return true }
    if expected.count == 1 && expected[0].label == nil {
      return subject.isCollection && subject.parts.first?.thing == expected[0].thing
    }
    if subject.isCollection || subject.parts.count != expected.count { return false }
    return zip(subject.parts, expected).allSatisfy { part, wanted in
      guard part.thing == wanted.thing, let label = wanted.label else { return false }
      return label == part.label || label == part.key || label.string == part.key.map(withoutNulls)
    }
  }

  /// A key of several fields, those that are null left out.
  private func withoutNulls(_ key: Text) -> String {
    var parts: [String] = []
    for part in key.string.split(separator: ",") {
      let trimmed = part.drop { $0 == " " }
      if trimmed != "null" { parts.append(String(trimmed)) }
    }
    return parts.joined(separator: ", ")
  }

  private func describe(_ subject: Subject) -> String {
    if subject.parts.isEmpty { return "the tenant" }
    return subject.parts.map { part in
      part.thing.string + ((part.label ?? part.key).map { " \"\($0.string)\"" } ?? "")
    }.joined(separator: ", ")
  }

  // MARK: rows as JSON

  /// The test's rows as files in memory.
  private func snapshot() -> Snapshot {
    var files: [(name: String, bytes: [UInt8])] = []
    var incomplete: Set<Int> = []
    var unavailable: Set<Int> = []
    var stated: Set<Int> = []
    for state in test.states {
      switch state.availability {
      case .none: stated.insert(state.collection.index)
      case .incomplete:
        stated.insert(state.collection.index)
        incomplete.insert(state.collection.index)
      case .unavailable: unavailable.insert(state.collection.index)
      }
    }
    for index in program.collections.indices {
      let rows = test.rows.filter { $0.collection.index == index }
      if rows.isEmpty && !stated.contains(index) { continue }
      var bytes = Array("[".utf8)
      for (place, row) in rows.enumerated() {
        if place > 0 { bytes.append(0x2C) }
        write(row.value, program[CollectionID(index)].record, into: &bytes)
      }
      bytes.append(0x5D)
      files.append((program.collections[index].fileName.string + ".json", bytes))
    }
    return Snapshot(
      id: test.tenant ?? "test", files: files, collections: program.collections.map(\.fileName), incomplete: incomplete,
      unavailable: unavailable)
  }

  /// A value as JSON; the fields of a record under the paths that its type gives them.
  private func write(_ value: PolicyTest.Value, _ record: RecordID?, into bytes: inout [UInt8]) {
    switch value {
    case .literal(let literal): write(literal, into: &bytes)
    case .list(let list):
      bytes.append(0x5B)
      for (place, element) in list.enumerated() {
        if place > 0 { bytes.append(0x2C) }
        write(element, record, into: &bytes)
      }
      bytes.append(0x5D)
    case .record(let fields):
      var tree = PathTree()
      for field in fields {
        let declared = record.flatMap { id in program[id].fields.first { $0.name == field.name } }
        tree.insert(field.value, inner(declared?.type), at: (declared?.path ?? [field.name])[...])
      }
      write(tree, into: &bytes)
    }
  }

  private func write(_ tree: PathTree, into bytes: inout [UInt8]) {
    bytes.append(0x7B)
    for (place, entry) in tree.entries.enumerated() {
      if place > 0 { bytes.append(0x2C) }
      write(.text(entry.name), into: &bytes)
      bytes.append(0x3A)
      if let (value, record) = entry.value {
        write(value, record, into: &bytes)
      } else {
        write(entry.inner, into: &bytes)
      }
    }
    bytes.append(0x7D)
  }

  private func inner(_ type: ValueType?) -> RecordID? {
    switch type?.shape {
    case .row(let record): record
    case .list(let element): inner(element)
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .product, .feature, .nothing, nil: nil
    }
  }

  private func write(_ literal: Literal, into bytes: inout [UInt8]) {
    switch literal {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
    case .int(let int): bytes.append(contentsOf: String(int).utf8)
    case .decimal(let decimal): bytes.append(contentsOf: decimal.text.utf8)
    case .text(let text): quote(text.utf8, into: &bytes)
    case .date(let day): quote(day.text.utf8, into: &bytes)
    case .instant(let instant): quote(instant.text.utf8, into: &bytes)
    case .guid(let guid): quote(guid.text.utf8, into: &bytes)
    }
  }

  private func quote(_ text: [UInt8], into bytes: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    bytes.append(0x22)
    for byte in text {
      switch byte {
      case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
      case 0..<0x20:
        bytes.append(contentsOf: Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }
}

/// The fields of a record by their paths, so that those of one nested object stand in one object.
private struct PathTree {
  struct Entry {
    var name: Text
    var value: (PolicyTest.Value, RecordID?)?
    var children: [PathTree]
    var inner: PathTree { children.first ?? PathTree() }
  }
  var entries: [Entry] = []

  mutating func insert(_ value: PolicyTest.Value, _ record: RecordID?, at path: ArraySlice<Text>) {
    guard let name = path.first else { return }
    if path.count == 1 {
      entries.append(Entry(name: name, value: (value, record), children: []))
      return
    }
    if let index = entries.firstIndex(where: { $0.name == name && $0.value == nil }) {
      entries[index].children[0].insert(value, record, at: path.dropFirst())
      return
    }
    var child = PathTree()
    child.insert(value, record, at: path.dropFirst())
    entries.append(Entry(name: name, value: nil, children: [child]))
  }
}
