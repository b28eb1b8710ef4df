import Analysis
import Evaluation
import Reference
import Semantics
import Syntax
import TestSupport
import Testing

/// Small random rules over fields of few values, judged for every row that there can be.
@Suite struct BruteForceTests {
  @Test(arguments: 0..<6) func `what is proved is what every row shows, and nothing else`(_ batch: Int) throws {
    var random = Random(state: UInt64(batch) &* 7_919 &+ 17)
    var seen: [String: Int] = [:]
    for _ in 0..<20 {
      let rules = (0..<2).map { _ in RandomRule(&random) }
      let expected = try Truth(rules).findings()
      let found = prove(try checked(policy(rules, withParts: false))).map { "\($0.kind.code) \(subject($0.message, $0.kind.code))" }
        .sorted()
      #expect(found == expected, "\(policy(rules, withParts: false))")
      for finding in expected { seen[String(finding.prefix { $0 != " " }), default: 0] += 1 }
    }
    // The generator must make what is to be found.
    #expect(seen.values.reduce(0, +) > 5, "\(seen)")
  }

  @Test(arguments: 0..<6) func `boxes and the search find the same, with the same witness`(_ batch: Int) throws {
    var random = Random(state: UInt64(batch) &* 104_729 &+ 5)
    var told = 0
    for _ in 0..<12 {
      let text = manyRules(&random)
      let program = try checked(text)
      let found = prove(program).map { "\($0.kind.code) \($0.message) \($0.notes)" }
      #expect(found == prove(program, asksBoxes: false).map { "\($0.kind.code) \($0.message) \($0.notes)" }, "\(text)")
      told += found.count
    }
    #expect(told > 12)
  }

  @Test func `boxes and the search find the same of generated policies`() {
    for seed in 0..<40 {
      let parsed = parse(SourceFile(path: "policy", bytes: Array(PolicyText.generate(seed: UInt64(seed)).utf8)), file: 0)
      guard let program = check([parsed]).program else { continue }
      #expect(prove(program).map(\.message) == prove(program, asksBoxes: false).map(\.message), "seed \(seed)")
    }
  }

  /// Rules over fields of every sort, of which many say the same, less, or the contrary.
  private func manyRules(_ random: inout Random) -> String {
    var text = """
      module m
      feature export "Export"
      product basic "Basic" {
        sku B 00000000-0000-0000-0000-000000000001
      }
      product plus "Plus" {
        sku P 00000000-0000-0000-0000-000000000002
        includes basic from 2021-01-01
      }
      matrix editions {
        effective from 2020-01-01 before 2025-01-01

        |        | basic | plus |
        |--------|:-----:|:----:|
        | export |   -   | yes  |
      }
      matrix editions {
        effective from 2025-01-01

        |        | basic | plus |
        |--------|:-----:|:----:|
        | export |  yes  |  ?   |
      }
      fact stated: bool "Stated"
      entity part in parts key id { id: id, row: id }
      entity row in rows key id {
        id: id
        a: int at least 0
        b: int?
        d: date
        e: date?
        k: one of "A", "B", "C"
        o: one of "A", "B" or other?
        g: id?
        t: bool
        skus: list of id
        parts: list of part by row
      }
      holding (some: row, item: product) = any (sku in some.skus where sku in item.skus)

      """
    // Few questions, so that rules meet.
    let kinds = (0..<4).map { _ in random.next(18) }
    for index in 0..<5 {
      let when = (0...random.next(3)).map { _ in manyConditions(kinds[random.next(4)], &random) }.joined(
        separator: random.next(4) == 0 ? " or " : " and ")
      let require = (0...random.next(2)).map { _ in manyConditions(kinds[random.next(4)], &random) }.joined(
        separator: random.next(2) == 0 ? " or " : " and ")
      let days = random.next(4) == 0 ? "  effective from 2023-01-0\(1 + random.next(3))\n" : ""
      text += "notice r\(index) {\n\(days)  for each row in rows\n  when \(when)\n  require \(require)\n  message \"{row.id}\"\n}\n"
    }
    return text
  }

  private func manyConditions(_ kind: Int, _ random: inout Random) -> String {
    let order = ["<", "<=", ">", ">=", "is", "is not"][random.next(6)]
    let isNot = random.next(2) == 0 ? "is" : "is not"
    let letter = ["A", "B", "C"][random.next(3)]
    let day = "2024-01-0\(1 + random.next(4))"
    let number = random.next(4)
    switch kind {
    case 16: return "\(random.next(2) == 0 ? "not " : "")row has export"
    case 17: return "row holds \(random.next(2) == 0 ? "basic" : "plus")"
    case 0, 1: return "row.a \(order) \(number)"
    case 2: return "(row.b is not null and row.b \(order) \(number))"
    case 3: return "(row.b else \(number)) \(order) 2"
    case 4: return "row.b \(isNot) null"
    case 5: return "row.d \(order) \(day)"
    case 6: return "(row.e is null or row.e \(order) \(day))"
    case 7: return "row.k \(isNot) \"\(letter)\""
    case 8: return "row.k \(random.next(2) == 0 ? "in" : "not in") [\"A\", \"\(letter)\"]"
    case 9: return "(row.o is not null and row.o \(isNot) \"\(["A", "B"][random.next(2)])\")"
    case 10: return "row.g \(isNot) \"00000000-0000-0000-0000-00000000000\(number)\""
    case 11: return "row.t"
    case 12: return "stated"
    case 13: return "count (p in row.parts) \(order) \(number)"
    case 14: return "row.d + \(number) days \(order) 2024-01-05"
    default: return random.next(3) == 0 ? "(row.e is not null and row.e \(order) row.d)" : "not (row.a > \(number) and row.t)"
    }
  }

  /// The names in a message.
  private func subject(_ message: String, _ code: String) -> String {
    let names = message.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
      String($0.element)
    }
    return names.filter { ["r0", "r1", "stated"].contains($0) }.joined(separator: " ")
  }
}

private struct Random {
  var state: UInt64
  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}

private struct RandomRule {
  let when: String
  let require: String

  init(_ random: inout Random) {
    when = RandomRule.condition(&random, depth: 2)
    require = RandomRule.condition(&random, depth: 1)
  }

  private static func condition(_ random: inout Random, depth: Int) -> String {
    if depth > 0 && random.next(4) > 0 {
      let word = random.next(2) == 0 ? "and" : "or"
      let parts = (0..<2 + random.next(2)).map { _ in "(" + condition(&random, depth: depth - 1) + ")" }
      return parts.joined(separator: " \(word) ")
    }
    if random.next(6) == 0 { return "not (" + condition(&random, depth: 0) + ")" }
    let number = random.next(4)
    let order = ["<", "<=", ">", ">=", "is", "is not"][random.next(6)]
    let letter = ["\"A\"", "\"B\""][random.next(2)]
    switch random.next(16) {
    case 11: return "row.k \(random.next(2) == 0 ? "is" : "is not") row.j"
    case 12: return "row.j is \(letter)"
    case 13: return "row.a \(order) 1 + \(random.next(2))"
    case 14: return "\(number) \(order) \(random.next(4))"
    case 15: return "row.j is \(random.next(2) == 0 ? "row.j" : "row.k")"
    case 0: return "row.a \(order) \(number)"
    case 1: return "(row.b else \(random.next(3))) \(order) \(number)"
    case 2: return "row.b is not null and row.b \(order) \(number)"
    case 3: return "row.b is \(random.next(2) == 0 ? "not " : "")null"
    case 4: return "row.k is \(random.next(2) == 0 ? "not " : "")\(letter)"
    case 5: return "row.k is \(random.next(2) == 0 ? "not " : "")null"
    case 6: return "row.t"
    case 7: return "row.a + \(random.next(3)) \(order) row.c"
    case 8: return "row.b is not null and row.b \(order) row.a - \(random.next(2))"
    case 9: return "stated"
    case 10: return "row.a \(random.next(2) == 0 ? "" : "not ")in [\(random.next(3)), \(random.next(3))]"
    default: return "row.t is \(random.next(2) == 0 ? "true" : "false")"
    }
  }
}

/// The rules, and with parts also each condition as a rule of its own, so that its value can be seen.
private func policy(_ rules: [RandomRule], withParts: Bool) -> String {
  var text = """
    module m
    fact stated: bool "Stated"
    entity row in rows key id {
      id: id
      a: int at least 0 at most 2
      b: int? at least 0 at most 2
      c: int at least 0 at most 2
      k: one of "A", "B"?
      j: one of "A", "B"?
      t: bool
    }

    """
  func add(_ name: String, _ when: String?, _ require: String) {
    text +=
      "notice \(name) {\n  for each row in rows\n" + (when.map { "  when \($0)\n" } ?? "")
      + "  require \(require)\n  message \"{row.id}\"\n}\n"
  }
  for (index, rule) in rules.enumerated() {
    if withParts {
      add("w\(index)", nil, rule.when)
      add("q\(index)", nil, rule.require)
    } else {
      add("r\(index)", rule.when, rule.require)
    }
  }
  return text
}

/// The truth of each condition for each row and each state of the fact.
private struct Truth {
  enum Value { case yes, no, unknown }
  enum Verdict { case pass, fail, undetermined, inapplicable }
  /// By condition (`w0`, `q0`, …), then by state of the fact and row.
  private var values: [String: [Value]] = [:]
  private let rules: [RandomRule]
  private static let rowCount = 4 * 5 * 4 * 4 * 4 * 3

  init(_ rules: [RandomRule]) throws {
    self.rules = rules
    let program = try checked(policy(rules, withParts: true))
    for state in [nil, true, false] as [Bool?] {
      let json = "[" + Truth.rows().joined(separator: ",") + "]"
      let snapshot = Snapshot(
        id: "all", files: [("rows.json", Array(json.utf8))], collections: program.collections.map(\.fileName), incomplete: [],
        unavailable: [])
      var options = EvaluationOptions(asOf: Day(days: 20_000), today: Day(days: 20_000))
      if let state { options.statements = [EvaluationOptions.Statement(tenant: nil, fact: FactID(0), value: .literal(.bool(state)))] }
      let report = try evaluate(program, snapshots: [snapshot], options: options)
      for (index, rule) in program.rules.enumerated() {
        var column = Array(repeating: Value.yes, count: Truth.rowCount)
        for finding in try report.findings.all() where finding.rule.index == index {
          let key = try #require(finding.subject.parts.first?.key.flatMap { Int($0.string) })
          column[key] = finding.verdict == .fail ? .no : .unknown
        }
        values[rule.name.name.string, default: []] += column
      }
    }
  }

  /// Every row: each field absent, null where it may be, or any of its values.
  private static func rows() -> [String] {
    let a = ["", "\"a\":0", "\"a\":1", "\"a\":2"]
    let b = ["", "\"b\":null", "\"b\":0", "\"b\":1", "\"b\":2"]
    let c = ["", "\"c\":0", "\"c\":1", "\"c\":2"]
    let k = ["", "\"k\":null", "\"k\":\"A\"", "\"k\":\"B\""]
    let j = k.map { $0.replacing("\"k\"", with: "\"j\"") }
    let t = ["", "\"t\":true", "\"t\":false"]
    var rows: [String] = []
    for a in a {
      for b in b {
        for c in c {
          for k in k {
            for j in j {
              for t in t {
                let fields = ["\"id\":\"\(rows.count)\"", a, b, c, k, j, t].filter { !$0.isEmpty }
                rows.append("{" + fields.joined(separator: ",") + "}")
              }
            }
          }
        }
      }
    }
    return rows
  }

  private func verdict(_ rule: Int, _ place: Int) -> Verdict {
    let when = values["w\(rule)"]?[place] ?? .unknown
    let require = values["q\(rule)"]?[place] ?? .unknown
    switch (when, require) {
    case (.no, _): return .inapplicable
    case (_, .yes): return .pass
    case (.yes, .no): return .fail
    case (.yes, .unknown), (.unknown, .no), (.unknown, .unknown): return .undetermined
    }
  }

  /// What there is to be found, as `code names`.
  func findings() throws -> [String] {
    let places = 0..<(Truth.rowCount * 3)
    var found: [String] = []
    var proper: [Int] = []
    for rule in rules.indices {
      let applies = places.filter { values["w\(rule)"]?[$0] == .yes }
      if applies.isEmpty {
        found.append("never_applies r\(rule)")
      } else if !applies.contains(where: { values["q\(rule)"]?[$0] == .no }) {
        found.append("always_passes r\(rule)")
      } else {
        proper.append(rule)
      }
    }
    if proper.count == 2 {
      let first = Set(places.filter { verdict(0, $0) == .fail })
      let second = Set(places.filter { verdict(1, $0) == .fail })
      if first == second {
        found.append("subsumed_rule r0 r1")
      } else if first.isSubset(of: second) {
        found.append("subsumed_rule r0 r1")
      } else if second.isSubset(of: first) {
        found.append("subsumed_rule r1 r0")
      } else {
        let both = places.filter { values["w0"]?[$0] == .yes && values["w1"]?[$0] == .yes }
        let passBoth = both.contains { values["q0"]?[$0] == .yes && values["q1"]?[$0] == .yes }
        let showing = both.contains { values["q0"]?[$0] == .yes && values["q1"]?[$0] == .no }
        let alone = places.contains { values["w1"]?[$0] == .yes && values["q1"]?[$0] == .yes }
        if !both.isEmpty && !passBoth && showing && alone { found.append("contrary_rules r0 r1") }
      }
    }
    let users = rules.indices.filter { rules[$0].when.contains("stated") || rules[$0].require.contains("stated") }
    let decides = users.contains { rule in
      (0..<Truth.rowCount).contains { row in
        Set((0..<3).map { verdict(rule, $0 * Truth.rowCount + row) }).count > 1
      }
    }
    if !users.isEmpty && !decides { found.append("idle_fact stated") }
    return found.sorted()
  }
}
