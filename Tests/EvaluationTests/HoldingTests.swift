import Semantics
import Syntax
import Testing

@testable import Evaluation

/// What somebody holds is the same whether each product is asked for, or those are looked up whose identifiers the row has.
@Suite struct HoldingTests {
  private static func guid(_ number: Int) -> String {
    let digits = String(number)
    return "00000000-0000-0000-0000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  /// Products of every sort: of a SKU, of a plan, of both, of none, in suites of suites, held by all, with requirements, two with one plan.
  private static let products: String = {
    var text = ""
    for number in 0..<90 {
      text += "product p\(number) \"P\(number)\" {\n"
      if number % 3 != 1 { text += "  sku S\(number) \(guid(number))\n" }
      if number % 3 == 1 || number % 9 == 0 { text += "  plan L\(number) \(guid(1000 + number / 2))\n" }
      if number % 5 == 0 { text += "  contains plan C\(number) \(guid(2000 + number))\n" }
      if number % 10 == 3 && number > 10 { text += "  includes p\(number - 1), p\(number - 10)\n" }
      if number % 11 == 4 { text += "  requires p\(number + 1) or p\(number + 2) with p\(number + 3)\n" }
      text += "}\n"
    }
    return text + "product free \"Free\" {\n  held by all\n}\nproduct nothing \"Nothing\" {\n  includes p5\n}\n"
  }()

  private static func policy(_ holding: String) -> String {
    var text = """
      module m
      feature f "F"
      feature g "G"
      \(products)
      matrix editions {
        others ?

        |  | f |
        |--|---|
        | free | - |

      """
    for number in 0..<80 {
      text += "  | p\(number) | \(["yes", "-", "?", "yes when grown"][number % 4]) |\n"
    }
    text += "}\nmatrix more {\n  |  | g |\n  |--|---|\n  | p1 with p2 | yes |\n  | p7 with p9 | ? |\n"
    for number in 10..<88 { text += "  | p\(number) | \(number % 3 == 0 ? "yes" : "-") |\n" }
    return text + """
      }
      entity person in people key id {
        id: id
        age: int
        skus: list of id
        parts: list of part
      }
      record part key plan { plan: id, off: bool }
      define grown(someone: person) = someone.age > 17
      define known = [id for item in products for id in item.skus]
      holding (someone: person, item: product) = \(holding)
      violation no_f {
        for each someone in people
        let held = products held by someone
        require someone has f
        message "{someone.id}: {held}"
      }
      warning no_g {
        for each someone in people
        when someone holds p5 or not someone holds p13
        require someone has g
        message "{someone.id}"
      }

      """
  }

  static let holdings = [
    "any (s in someone.skus where s in item.skus)",
    "any (s in someone.skus where s in item.skus) or any (part in someone.parts where part.plan in item.plans and not part.off)",
    """
    any (part in someone.parts where part.plan in item.plans and not part.off)
      or (not any (id in item.plans)
          and any (s in someone.skus where s in item.skus or (s not in known and unknown "a SKU that nobody knows")))
    """,
    "all (s in someone.skus where s not in item.skus satisfy s in item.components)",
    "any (s in someone.skus where s not in item.skus)",
    // These ask more of a product than what is looked up.
    "count (s in item.skus where s in someone.skus) > 0",
    "any (s in item.skus where s in someone.skus)",
    "item is p3 or any (s in someone.skus where s in item.skus)",
  ]

  private static let rows: String = {
    var state: UInt64 = 7
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    return (0..<300).map { number in
      let skus = (0..<random(4)).map { _ in random(9) == 0 ? "\"odd\"" : "\"\(guid(random(95)))\"" }.joined(separator: ",")
      let parts = (0..<random(4)).map { _ in
        "{\"plan\":\"\(guid((random(2) == 0 ? 1000 : 2000) + random(50)))\"\(random(6) == 0 ? "" : ",\"off\":\(random(3) == 0)")}"
      }.joined(separator: ",")
      let fields = [
        "\"id\":\"u\(number)\"", random(12) == 0 ? nil : "\"age\":\(random(40))", random(15) == 0 ? nil : "\"skus\":[\(skus)]",
        random(15) == 0 ? "\"parts\":null" : "\"parts\":[\(parts)]",
      ]
      return "{\(fields.compactMap { $0 }.joined(separator: ","))}"
    }.joined(separator: "\n")
  }()

  private func outcome(_ program: CheckedProgram, from least: Int) throws -> String {
    let today = try #require(Day(parsing: Array("2026-11-01".utf8)))
    let snapshot = Snapshot(
      id: "t", files: [("people.jsonl", Array(HoldingTests.rows.utf8))], collections: program.collections.map(\.fileName),
      incomplete: [], unavailable: [])
    var options = EvaluationOptions(asOf: today, today: today)
    options.productsLookedUp = least
    let report = try evaluate(program, snapshots: [snapshot], options: options)
    var text = "\(report.tenants[0].counts)\n"
    for missing in report.tenants[0].missing { text += "\(missing.cause) \(missing.subjects) \(missing.rules)\n" }
    for finding in try report.findings.all() {
      text +=
        "\(finding.rule) \(finding.verdict) \(finding.subject) \(finding.message) \(finding.causes.map { report.tenants[0].causes[$0] })\n"
    }
    return text
  }

  @Test(arguments: holdings.indices) func `products that are looked up are those that are asked for`(_ index: Int) throws {
    let source = SourceFile(path: "m.licet", bytes: Array(HoldingTests.policy(HoldingTests.holdings[index]).utf8))
    let parsed = parse(source, file: 0)
    let checked = check([parsed])
    let program = try #require(checked.program, "\((parsed.diagnostics + checked.diagnostics).map(\.message))")
    #expect(program.holdings.map { HoldingForm.asksForIdentifiersAlone($0, in: program) } == [index < 5])
    let asked = try outcome(program, from: .max)
    #expect(asked.contains("fail"))
    #expect(try outcome(program, from: 0) == asked)
    #expect(try outcome(program, from: 64) == asked)
  }

  /// Hashes of texts that are numbered differ in a few bits, which may lie anywhere.
  @Test(arguments: 0..<52) func `hashes that differ in few bits are spread over an index`(_ shift: Int) {
    for count in [8191, 8192, 9999] {
      var filled: [Int: Int] = [:]
      for number in 0..<4096 as Range<UInt64> { filled[JoinIndex.place(of: number << UInt64(shift), in: count), default: 0] += 1 }
      #expect(filled.keys.allSatisfy { 0..<count ~= $0 })
      #expect(filled.values.max() ?? 0 <= 4)
    }
  }

  @Test func `numbers of rows are kept with and without gaps`() {
    var numbers = RowNumbers()
    for row in [0, 1, 2, 4, 5, 9] as [Int32] { numbers.append(row) }
    #expect(Array(numbers) == [0, 1, 2, 4, 5, 9])
    #expect(Array(numbers[1..<4]) == [1, 2, 4])
    var late = RowNumbers()
    late.append(3)
    late.append(4)
    #expect(Array(late) == [3, 4])
  }
}
