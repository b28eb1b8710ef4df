import Semantics
import Syntax
import TestSupport
import Testing

@Suite struct GrantsTests {
  private func program(_ text: String) throws -> CheckedProgram {
    let result = checked([("m.licet", Array(text.utf8))])
    #expect(result.diagnostics.map { line($0, result.sources) } == [])
    return try #require(result.checked.program)
  }

  private func told(_ program: CheckedProgram, _ feature: String, _ year: Int, _ month: Int = 1, _ date: Int = 1) throws -> [String] {
    let id = try #require(program.features.firstIndex { $0.name.name.string == feature })
    let day = try #require(Day(year: year, month: month, day: date))
    let grants = grants(of: FeatureID(id), on: day, in: program)
    let name = { (ids: [ProductID]) in ids.map { program[$0].name.name.string }.joined(separator: "+") }
    var lines = [grants.speaks ? "speaks" : "silent"]
    for alternative in grants.alternatives + grants.denied {
      let contest = alternative.contested.map { " contested by \(program.matrices[$0.matrix.index].name.name.string) \($0.mark)" } ?? ""
      lines.append("\(name(alternative.products)) \(alternative.mark)\(alternative.condition == nil ? "" : " when")\(contest)")
    }
    if !grants.open.isEmpty { lines.append("open \(grants.open.map { name([$0]) }.joined(separator: " "))") }
    return lines
  }

  private static let catalog = """
    module m
    feature reset "Reset"
    feature write "Write"
    product a "A" {
      held by all
    }
    product b "B" {
      held by all
    }
    product c "C" {
      held by all
    }

    """

  @Test func `a version ends where the next begins, and a row that is dropped falls silent`() throws {
    let program = try program(
      GrantsTests.catalog + """
        matrix t {
          effective from 2025-01-01
          |       | a | b |
          |-------|:-:|:-:|
          | reset | - | yes |
        }
        matrix t {
          effective from 2020-01-01
          |       | a | b with c |
          |-------|:-:|:-:|
          | reset | yes | ? |
          | write | yes | - |
        }
        """)
    #expect(try told(program, "reset", 2019, 12, 31) == ["silent"])
    #expect(try told(program, "reset", 2020) == ["speaks", "a yes", "b+c unknown"])
    #expect(try told(program, "reset", 2024, 12, 31) == ["speaks", "a yes", "b+c unknown"])
    #expect(try told(program, "reset", 2025) == ["speaks", "b yes", "a no"])
    #expect(try told(program, "write", 2024, 12, 31) == ["speaks", "a yes", "b+c no"])
    #expect(try told(program, "write", 2025) == ["silent"])
  }

  @Test func `a cell outside its period says nothing, and the matrix still speaks`() throws {
    let program = try program(
      GrantsTests.catalog + """
        matrix t {
          |       | a                    | b                    |
          |-------|----------------------|----------------------|
          | reset | yes from 2024-01-01  | - before 2024-01-01  |
        }
        """)
    #expect(try told(program, "reset", 2023) == ["speaks", "a unknown", "b no"])
    #expect(try told(program, "reset", 2024) == ["speaks", "a yes", "b unknown"])
  }

  @Test func `others that a source leaves open are open unless another matrix has a cell for them`() throws {
    let program = try program(
      GrantsTests.catalog + """
        matrix t {
          others ?
          |       | a   |
          |-------|:---:|
          | reset | yes |
        }
        matrix u {
          |       | b |
          |-------|:-:|
          | reset | - |
        }
        """)
    #expect(try told(program, "reset", 2023) == ["speaks", "a yes", "b no", "open c"])
    #expect(try told(program, "write", 2023) == ["silent"])
  }

  @Test func `a preferred cell stands and is contested, the other is gone`() throws {
    let program = try program(
      GrantsTests.catalog + """
        matrix t {
          effective from 2024-01-01
          |       | a |
          |-------|:-:|
          | reset | - |
        }
        matrix u {
          |       | a   | b   |
          |-------|:---:|:---:|
          | reset | yes | yes |
        }
        prefer t over u for reset because "Narrower."
        """)
    #expect(try told(program, "reset", 2023) == ["speaks", "a yes", "b yes"])
    #expect(try told(program, "reset", 2024) == ["speaks", "b yes", "a no contested by u yes"])
  }

  @Test func `a written no beats another matrix's unknown, and so does an unconditional yes`() throws {
    let program = try program(
      GrantsTests.catalog + """
        entity user in users key id { id: id, synced: bool }
        define cloud(person: user) = not person.synced
        matrix t {
          |       | a | b | c              |
          |-------|:-:|:-:|:--------------:|
          | reset | ? | ? | yes when cloud |
        }
        matrix u {
          |       | a | b   | c |
          |-------|:-:|:---:|:-:|
          | reset | - | yes | ? |
        }
        """)
    #expect(try told(program, "reset", 2023) == ["speaks", "c yes when", "b yes", "c unknown", "a no"])
  }
}
