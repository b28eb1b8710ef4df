import Semantics
import Syntax
import TestSupport
import Testing

@Suite struct ProgramTests {
  private func program(_ text: String) throws -> CheckedProgram {
    let result = checked([("m.licet", Array(text.utf8))])
    #expect(result.diagnostics.map { line($0, result.sources) } == [])
    return try #require(result.checked.program)
  }

  @Test func `each case of a test is a test of its own, and a dash leaves out its field`() throws {
    let program = try program(
      """
      module m
      entity user in users key id { id: id, name: text? }
      fact limit: int "Limit"
      notice named {
        for each user in users
        require  user.name is not null and limit > 3
        message  "{user.id}"
      }
      test "names" {
        as of 2026-01-01
        given user { id: "1", name: who }
        given limit = most
        cases
          | who  | most | verdict      |
          |------|------|--------------|
          | "a"  | 4    | pass         |
          | null | -    | fail         |
          | -    | 2    | undetermined |
        expect verdict named for user "1" because user.name
      }
      """)
    #expect(program.tests.map(\.caseNumber) == [1, 2, 3])
    #expect(program.tests.map { $0.expectations.map(\.verdict) } == [[.pass], [.fail], [.undetermined]])
    #expect(program.tests.map { $0.statements.map(\.value) } == [[.literal(.int(4))], [], [.literal(.int(2))]])
    #expect(program.tests.allSatisfy { $0.expectations[0].because == "user.name" && $0.expectations[0].subjects[0].label == "1" })
    let names = program.tests.map { test -> [String] in
      guard case .record(let fields) = test.rows[0].value else { return [] }
      return fields.map { field in
        guard case .literal(let literal) = field.value else { return field.name.string }
        return "\(field.name.string) \(literal == .null ? "null" : "set")"
      }
    }
    #expect(names == [["id set", "name set"], ["id set", "name null"], ["id set"]])
  }

  @Test func `a text beside an id is an id, and one that spells a GUID is that GUID`() throws {
    let program = try program(
      """
      module m
      entity user in users key id { id: id, name: text }
      define a(u: user) = u.id in ["x", "2B9C8E7C-319C-43A2-A2A0-48C5C6161DE7"] and u.name is "2b9c8e7c-319c-43a2-a2a0-48c5c6161de7"
      """)
    let guid = try #require(Guid(parsing: "2b9c8e7c-319c-43a2-a2a0-48c5c6161de7".utf8))
    var ids: [Literal] = []
    var texts: [Literal] = []
    for expression in program.expressions {
      guard case .literal(let literal) = expression.kind else { continue }
      if expression.type.shape == .id { ids.append(literal) } else { texts.append(literal) }
    }
    #expect(ids == [.text("x"), .guid(guid)])
    #expect(texts == [.text("2b9c8e7c-319c-43a2-a2a0-48c5c6161de7")])
  }

  @Test func `shapes are bound: keys, labels, paths, joins both ways`() throws {
    let program = try program(
      """
      module m
      record name { first: text, last: text }
      entity user in users from "people" key id, region label name.last at most 9 {
        request "/users"
        permission "A", "B"
        id: id
        region: text
        name: name
        via: id? from "a.b.c"
        error: text? null for "None"
        group: group? by via
        used: int at least 0 at most 5
      }
      entity group in groups key id { id: id, users: list of user by via at most 3 }
      """)
    let users = program.collections[0]
    #expect(users.name == "users" && users.fileName == "people" && users.atMost == 9)
    #expect(users.requests == ["/users"] && users.permissions == [["A", "B"]])
    let user = program[users.record]
    #expect(user.key == [0, 1] && user.collection == CollectionID(0))
    #expect(users.label.map { program[$0].name } == ["name", "last"])
    #expect(user.fields[3].path == ["a", "b", "c"] && user.fields[4].nullFor == .text("None"))
    #expect(user.fields[5].kind == .join(CollectionID(1), by: 3) && user.fields[5].type.isNullable)
    #expect(user.fields[6].atLeast == 0 && user.fields[6].atMost == 5)
    let group = program[program.collections[1].record]
    #expect(group.fields[1].kind == .reverse(CollectionID(0), by: 3) && group.fields[1].atMost == 3)
  }

  @Test func `a table is taken apart into statements, whichever way round it is`() throws {
    let text = { (table: String) in
      """
      module m
      source page "Page" {
        note 1 "One."
      }
      feature f "F"
      feature g "G"
      product a "A" {
        held by all
      }
      product b "B" {
        held by all
      }
      matrix t {
        cite page
      \(table)
      }
      """
    }
    let upright = try program(
      text(
        """
          |   | a or b  | b with a |
          |---|---------|----------|
          | f | yes [1] | ?        |
          | g | -       | yes      |
        """))
    let turned = try program(
      text(
        """
          |          | f       | g   |
          |----------|---------|-----|
          | a or b   | yes [1] | -   |
          | b with a | ?       | yes |
        """))
    for program in [upright, turned] {
      let matrix = program.matrices[0]
      let told = matrix.statements.map { statement in
        let products = statement.products.map { program[$0].name.name.string }.joined(separator: "+")
        return "\(program[statement.feature].name.name.string) \(products) \(statement.mark) \(statement.cites.map { $0.note ?? 0 })"
      }
      #expect(told.sorted() == ["f a yes [1]", "f a+b unknown []", "f b yes [1]", "g a no []", "g a+b yes []", "g b no []"])
      #expect(Set(matrix.features.map { program[$0].name.name }) == ["f", "g"])
      #expect(matrix.columns.count == 3)
    }
  }

  @Test func `rules keep their chain, their texts and what they cite`() throws {
    let program = try program(
      """
      module m
      source page "Page" {
        note 1 "One."
      }
      record part key id { id: id }
      entity user in users key id { id: id, parts: list of part }
      warning r {
        title    "Title"
        title nl "Titel"
        for each user in users
        for each part in user.parts
        let      n = 3
        when     n > 2
        require  part.id is "a"
        message    "{part.id} of {user.id}"
        message nl "{part.id} van {user.id}"
        cite     page note 1
        effective from 2020-01-01 before 2021-01-01
        formerly q
      }
      waiver w of r {
        in "a", "b"
        for each user where user.id is "x"
        for each part where part.id is "y"
        because "B."
        expires 2027-01-01
      }
      """)
    let rule = program.rules[0]
    #expect(rule.severity == .warning && rule.name.string == "m.r")
    #expect(rule.chain.map(\.thing) == ["user", "part"] && rule.locals.count == 1 && rule.when != nil)
    #expect(rule.title.text(in: "nl") == "Titel" && rule.title.text(in: "de") == "Title")
    #expect(rule.message.parts.count == 3 && rule.message.parts(in: "nl").count == 3)
    #expect(rule.cites.map(\.source) == [CitedSourceID(0)] && rule.cites.map(\.note) == [1])
    #expect(rule.period.from == Day(year: 2020, month: 1, day: 1) && rule.period.before == Day(year: 2021, month: 1, day: 1))
    #expect(program.waivers[0].conditions.count == 2 && program.waivers[0].rule == RuleID(0) && program.waivers[0].tenants == ["a", "b"])
  }

  /// A fix that a machine may apply must mend what it is offered for.
  @Test(arguments: corpus("semantics/bad")) func `an applied fix mends its mistake`(_ example: CorpusCase) {
    let before = checked([("f", example.bytes)])
    let codes = semanticDiagnostics.map(\.code)
    for diagnostic in before.diagnostics where codes.contains(diagnostic.kind.code) {
      guard let fix = diagnostic.fix else { continue }
      var bytes = example.bytes
      for edit in fix.edits.sorted(by: { $0.span.start > $1.span.start }) {
        bytes.replaceSubrange(Int(edit.span.start)..<Int(edit.span.end), with: Array(edit.replacement.utf8))
      }
      let after = checked([("f", bytes)])
      let isThere = after.diagnostics.contains {
        $0.kind.code == diagnostic.kind.code && $0.message == diagnostic.message && $0.span.start == diagnostic.span.start
      }
      #expect(!isThere, "\(fix.title) at \(line(diagnostic, before.sources))")
      let parsed = after.diagnostics.filter { !codes.contains($0.kind.code) }.count
      #expect(parsed == before.diagnostics.filter { !codes.contains($0.kind.code) }.count, "\(fix.title) breaks the text")
    }
  }
}
