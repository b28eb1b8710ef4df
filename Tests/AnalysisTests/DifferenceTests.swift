import Analysis
import Foundation
import Reference
import Semantics
import Syntax
import TestSupport
import Testing

@Suite struct DifferenceTests {
  private static func program(_ texts: [[UInt8]]) -> CheckedProgram? {
    check(texts.enumerated().map { parse(SourceFile(path: "\($0.offset).licet", bytes: $0.element), file: Int32($0.offset)) }).program
  }

  /// The packs, with the tables of sspr.
  private static let policies: CheckedProgram? = {
    let root = repositoryRoot.appendingPathComponent("Policies")
    let names = (FileManager.default.enumerator(atPath: root.path)?.allObjects ?? []).compactMap { $0 as? String }
    return program(
      names.filter { $0.hasSuffix(".licet") && !$0.hasSuffix(".test.licet") }.sorted().compactMap {
        (try? Data(contentsOf: root.appendingPathComponent($0))).map { [UInt8]($0) }
      })
  }()

  @Test func `generated policies are as themselves`() {
    var compared = 0
    for seed in 0..<200 {
      guard let program = Self.program([Array(PolicyText.generate(seed: UInt64(seed)).utf8)]) else { continue }
      let differences = compare(program, program).differences
      #expect(differences.isEmpty, "seed \(seed): \(differences.map(\.name))")
      compared += 1
    }
    #expect(compared > 100)
  }

  @Test func `each changed cell of the packs is told as that cell, and as no other`() throws {
    let program = try #require(Self.policies)
    var told = 0
    for (place, matrix) in program.matrices.enumerated() {
      for (index, statement) in matrix.statements.enumerated() {
        var changed = program
        changed.matrices[place].statements[index].mark = statement.mark == .no ? .yes : .no
        changed.matrices[place].statements[index].condition = nil
        let differences = compare(program, changed).differences
        let products = statement.products.map { program[$0].name.name.string }.sorted().joined(separator: " with ")
        let name = "\(program[statement.feature].name.name.string) × \(products)"
        #expect(!differences.isEmpty, "\(matrix.name.string) \(name)")
        #expect(differences.allSatisfy { $0.kind == .cell && $0.name == name }, "\(name): \(differences.map(\.name))")
        // What another matrix decides makes no difference; the versions of sspr's own table do.
        if matrix.name.name == "editions" && matrix.period.before != nil {
          #expect(differences.contains { $0.change == (statement.mark == .no ? .widened : .narrowed) }, "\(name)")
          #expect(differences.count == 1, "\(name)")
          #expect(differences.first?.period == matrix.period)
        }
        told += 1
      }
    }
    #expect(told > 90)
  }

  /// The requirement of the old rule, of the new one, and what is said of it.
  static let rules: [(old: String, new: String, change: Difference.Change?)] = [
    ("user.seats > 3", "user.seats > 3", nil),
    ("user.seats > 3", "not (user.seats <= 3)", .equal),
    ("user.seats > 3", "user.seats >= 4", .equal),
    ("user.seats > 3", "user.seats > 4", .widened),
    ("user.seats > 3", "user.seats > 2", .narrowed),
    ("user.seats > 3", "user.seats < 3", .changed),
    ("user.city is \"A\"", "user.city is \"A\" or user.city is \"B\"", .narrowed),
    ("user.city is \"A\" and user.seats > 1", "user.seats > 1 and user.city is \"A\"", nil),
    ("(user.city else \"\") in [\"A\", \"B\"]", "(user.city else \"\") in [\"B\", \"A\"]", nil),
    ("(user.city else \"\") in [\"A\", \"B\"]", "user.city is \"A\" or user.city is \"B\"", .equal),
    ("(user.city else \"A\") is \"A\"", "user.city is null or user.city is \"A\"", .equal),
    ("user.city is not null", "user.city is not null or user.seats > 2", .narrowed),
  ]

  @Test(arguments: rules.indices) func `rules are compared by what they say of every row`(_ index: Int) throws {
    let example = Self.rules[index]
    func text(_ require: String) -> [UInt8] {
      Array(
        """
        module m
        entity user in users key id { id: id, seats: int, city: text? }
        notice seated {
          for each user in users
          require \(require)
          message "{user.id}"
        }
        """.utf8)
    }
    let old = try #require(Self.program([text(example.old)]))
    let new = try #require(Self.program([text(example.new)]))
    #expect(compare(old, new).differences.first?.change == example.change)
  }

  @Test func `a product is known by its name, else by its SKUs, else by its plans`() throws {
    func product(_ name: String, sku: Int? = nil, plans: [Int] = []) -> String {
      func id(_ number: Int) -> String { "0000000\(number)-0000-0000-0000-000000000000" }
      let parts = (sku.map { ["  sku S\($0) \(id($0))"] } ?? []) + plans.map { "  plan P\($0) \(id($0))" }
      return "product \(name) \"P\" {\n\(parts.joined(separator: "\n"))\n}\n"
    }
    let holding = """
      module m
      entity user in users key id { id: id, ids: list of id }
      holding (one: user, item: product) = any (id in one.ids where id in item.skus or id in item.plans)

      """
    func changes(_ old: [String], _ new: [String]) throws -> [String] {
      let programs = try [old, new].map { try #require(Self.program([Array((holding + $0.joined()).utf8)])) }
      return compare(programs[0], programs[1]).differences.map { "\($0.change.rawValue) \($0.formerName ?? "-") \($0.name)" }
    }
    #expect(try changes([product("a", sku: 1)], [product("b", sku: 1)]) == ["renamed m.a m.b"])
    #expect(try changes([product("a", plans: [2])], [product("b", plans: [2, 3])]) == ["widened m.a m.b"])
    #expect(try changes([product("a", sku: 1)], [product("b", sku: 4)]) == ["added - m.b", "removed - m.a"])
    // Two that have the plan: nobody can tell which of them it was.
    let two = [product("b", sku: 4, plans: [2]), product("c", sku: 5, plans: [2])]
    #expect(try changes([product("a", plans: [2])], two) == ["added - m.b", "added - m.c", "removed - m.a"])
    // The names are exchanged, and names count.
    let exchanged = try changes([product("a", sku: 1), product("b", sku: 4)], [product("a", sku: 4), product("b", sku: 1)])
    #expect(exchanged == ["changed - m.a", "changed - m.b"])
  }

  @Test func `a budget that is spent gives no answer`() throws {
    let folder = repositoryRoot.appendingPathComponent("Tests/Corpus/diff/undecided")
    let programs = try ["old", "new"].map { set in
      try #require(Self.program([[UInt8](try Data(contentsOf: folder.appendingPathComponent("\(set)/rows.licet")))]))
    }
    #expect(compare(programs[0], programs[1]).differences.map(\.change) == [.notDecided])
    #expect(compare(programs[0], programs[0], budget: 0).differences.map(\.change) == [.notDecided])
  }
}
