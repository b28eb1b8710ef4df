import Semantics
import Syntax
import Testing

@testable import Evaluation

/// Findings are listed by kind, most of them from columns: what they say is what each row says when it is judged by itself.
@Suite struct FindingListTests {
  static let policies = """
    module lamps
    entity person in people key id label address {
      id: id
      address: text?
      kind: one of "desk", "home"?
      seats: int
      since: instant?
      active: bool
      rooms: list of text
      nick: text
    }
    violation at_desk {
      title "At a desk"
      for each person in people
      when person.active
      require person.kind is "desk" and (person.seats <= 3 or person.since is null)
      let address = person.address else "nobody"
      let kind = person.kind else "home"
      message "{address} sits at {kind}, {person.seats} seats."
      remedy "Move {person.id}."
    }
    warning rooms_known {
      title "Rooms known"
      for each person in people
      let rooms = count (room in person.rooms)
      require person.kind is not null and rooms < 2
      message "{rooms} rooms."
    }
    notice addressed {
      title "Addressed"
      for each person in people
      let kind = person.kind
      let address = person.address else "?"
      require person.address is not null and not (kind is null) and person.seats > 0
      message "{address}"
    }
    notice spelled {
      title "Spelled"
      for each person in people
      let known = person.address else "nobody"
      when person.nick is not "x" and not person.nick contains "zz"
      require person.nick is "ab" or person.nick starts with "bc" or person.nick ends with "cd"
      message "{known}, {person.nick}"
    }
    waiver shared of addressed {
      for each person where person.seats > 2
      because "They share."
      by "The office"
      on 2026-01-01
      expires 2027-01-01
    }
    """

  /// Each choice of the values, also of what lacks or is of another type.
  static let rows: [String] = {
    var rows: [String] = []
    for kind in ["\"desk\"", "\"home\"", "null", "\"attic\"", ""] {
      for seats in ["1", "3", "4", "\"many\"", ""] {
        for since in ["\"2025-05-05T01:02:03Z\"", "\"2026-05-05T01:02:03.5Z\"", "null", ""] {
          for (address, rooms) in [("\"a\\\"b\"", "[]"), ("null", "[\"x\",\"y\"]"), ("", "[\"x\"]")] {
            let nick = ["ab", "bcx", "xcd", "cd", "b", "", "x", "abc", "azzcd"][rows.count % 9]
            var fields = [
              "\"id\":\"p\(rows.count)\"", "\"nick\":\(rows.count % 11 == 0 ? "7" : "\"\(nick)\"")", "\"active\":\(rows.count % 7 != 0)",
              "\"rooms\":\(rooms)",
            ]
            for (name, value) in [("kind", kind), ("seats", seats), ("since", since), ("address", address)] where !value.isEmpty {
              fields.append("\"\(name)\":\(value)")
            }
            rows.append("{" + fields.joined(separator: ",") + "}")
          }
        }
      }
    }
    return rows
  }()

  @Test(arguments: [1, 3, 1024]) func `a finding from columns says what judging its row says`(_ batch: Int) throws {
    let parsed = parse(SourceFile(path: "lamps.licet", bytes: Array(FindingListTests.policies.utf8)), file: 0)
    let checked = check([parsed])
    let program = try #require(checked.program, "\((parsed.diagnostics + checked.diagnostics).map(\.message))")
    let today = try #require(Day(parsing: Array("2026-11-01".utf8)))
    let snapshot = Snapshot(
      id: "t", files: [("people.jsonl", Array(FindingListTests.rows.joined(separator: "\n").utf8))],
      collections: program.collections.map(\.fileName), incomplete: [], unavailable: [])
    var options = EvaluationOptions(asOf: today, today: today)
    options.batchSize = batch
    options.segmentSize = 2000
    let report = try evaluate(program, snapshots: [snapshot], options: options)
    var judge = try Judge(plan: Planner.plan(program), snapshot: snapshot, options: options, tenant: 0)
    judge.keepsVerdicts = true
    try judge.run()
    func words(_ finding: Finding, _ causes: [Cause]) -> String {
      let place = finding.place.map { "\($0.line) \($0.byte)" } ?? ""
      return
        "\(finding.rule.index) \(finding.subject) \(finding.verdict) \(String(describing: finding.original)) \(finding.message.string) "
        + "\(finding.remedy?.string ?? "") \(finding.because.map { "\($0.expression.string) = \($0.value.string)" }) "
        + "\(finding.causes.map { causes[$0] }) \(place)"
    }
    let findings = try report.findings.all()
    let listed = findings.map { words($0, report.tenants[0].causes) }.sorted()
    let judged = judge.verdicts.compactMap(\.finding).map { words($0, judge.machine.causes.all) }.sorted()
    #expect(listed.count > 300)
    #expect(Set(findings.map(\.verdict)) == [.fail, .undetermined, .waived])
    #expect(listed == judged)
  }

  @Test func `a finding without a key gets one later`() {
    let kind = FindingKind(
      rule: RuleID(0), verdict: .undetermined, tenant: 0, things: ["person"], isCollection: false, message: [.same("is "), .own],
      remedy: [.own], because: [], causes: [], contests: [])
    var list = FindingList()
    for number in 0..<3 {
      for value: Text? in ["?1", nil, Text("message \(number)"), "remedy"] { list.addValue(value) }
      list.add(list.number(of: kind), file: -1, line: 0, byte: 0)
    }
    list.setKey(of: 1, "?11")
    #expect(list.map { $0.subject.parts[0].key } == ["?1", "?11", "?1"])
    #expect(list.map(\.message) == ["is message 0", "is message 1", "is message 2"])
    var other = FindingList()
    other.append(list)
    other.append(list)
    #expect(other.count == 6)
    #expect(other[4].subject == list[1].subject && other[4].message == list[1].message)
  }

  @Test func `findings of one subject share its values, and keep them wherever they go`() {
    let kinds = (0..<2).map { rule in
      FindingKind(
        rule: RuleID(rule), verdict: .fail, tenant: 0, things: ["person"], isCollection: false, message: [.own], remedy: nil, because: [],
        causes: [], contests: [])
    }
    func fill(_ list: inout FindingList, sharing: Bool) -> Int {
      var shared = 0
      for subject in 0..<3 {
        for rule in 0..<2 {
          if sharing && rule == 1 && list.repeatSubject() {
            shared += 1
          } else {
            list.addValue(Text("key \(subject)"))
            list.addValue(subject == 1 ? nil : Text("label \(subject)"))
            if subject > 0 { list.closeSubject() }
          }
          list.addValue(Text("message \(subject) \(rule)"))
          list.add(list.number(of: kinds[rule]), file: -1, line: 0, byte: 0)
        }
      }
      return shared
    }
    var plain = FindingList()
    let hasNone = !plain.repeatSubject()
    #expect(hasNone)
    _ = fill(&plain, sharing: false)
    var list = FindingList()
    let shared = fill(&list, sharing: true)
    #expect(shared == 3)
    #expect(list.bytes.count == plain.bytes.count - "key 0label 0key 1key 2label 2".utf8.count)
    #expect(list.map(\.message) == ["message 0 0", "message 0 1", "message 1 0", "message 1 1", "message 2 0", "message 2 1"])
    func same(_ list: FindingList, _ other: FindingList) -> Bool {
      list.elementsEqual(other) { $0.rule == $1.rule && $0.subject == $1.subject && $0.message == $1.message }
    }
    #expect(same(list, plain))

    var behind = plain
    behind.append(list)
    behind.append(list)
    #expect(same(FindingList(Array(behind[6..<12])), plain) && same(FindingList(Array(behind[12..<18])), plain))

    var one = FindingList(kindsOf: list)
    for index in list.indices { one.append(index, of: list) }
    #expect(same(one, plain))

    var bytes: [UInt8] = []
    for index in list.indices { list.write(index, to: &bytes) }
    var read = FindingList(kindsOf: list)
    var place = 0
    while read.read(bytes[...], at: &place) {}
    #expect(place == bytes.count && same(read, plain))

    var changed = list
    changed.setKey(of: 0, "another")
    #expect(changed.map { $0.subject.parts[0].key } == ["another", "key 0", "key 1", "key 1", "key 2", "key 2"])
    #expect(changed.map(\.message) == plain.map(\.message))
    changed.rearrange([5, 0, 1, 2, 3, 4])
    #expect(changed.first?.subject == plain[5].subject && changed.first?.message == plain[5].message)
  }

  @Test(arguments: [1, 8, 9, 40]) func `findings know their files, however many there are`(_ count: Int) {
    let names = (0..<count).map { "rows.\($0).json" }
    var list = FindingList()
    for name in names + names.reversed() + names {
      let number = list.number(of: name)
      #expect(list.files[Int(number)] == name)
      var copy = FindingList(kindsOf: list)
      #expect(copy.number(of: name) == number)
    }
    #expect(list.files == names)
    list.removeAll(keepingFiles: true)
    #expect(list.number(of: names[0]) == 0 && list.files == names)
    list.removeAll(keepingFiles: false)
    #expect(list.number(of: "other") == 0 && list.number(of: names[0]) == 1 && list.files == ["other", names[0]])
  }
}
