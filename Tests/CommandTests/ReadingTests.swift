import Foundation
import TestSupport
import Testing

/// What the tool says of input that is not as it should be, and which of several sources it shows.
@Suite struct ReadingTests {
  @Test func `standard input that holds no collection is said to, and how it would`() throws {
    let world = try World()
    let result = try Tool.shell("echo '{\"value\": []}' | $licet eval \(world.policies) --snapshot -")
    #expect(result.code == 2)
    #expect(result.errors.contains("holds none of the collections that the policies read, `people`"))
    #expect(result.errors.contains("`{\"people\": […]}`"))
    let fine = try Tool.shell("echo '{\"people\": []}' | $licet eval \(world.policies) --snapshot -")
    #expect(fine.code == 4)
    #expect(!fine.errors.contains("holds none"))
  }

  @Test func `the memory of collections that are joined to is bounded, or it is said why it is not`() throws {
    let folder = try TemporaryFolder([
      "a.licet": """
      module a
      entity person in people key id { id: id, desk: desk by id, room: room by at, at: id }
      entity desk in desks key id { id: id, free: bool }
      entity room in rooms key id { id: id, free: bool }
      violation desk {
        for each person in people
        require not person.desk.free
        message "{person.id} has no desk."
      }
      violation room {
        for each person in people
        require not person.room.free
        message "{person.id} has no room."
      }
      violation everybody {
        for each person in people
        require person.desk.free and person.id is "nobody"
        message "{person.id} is somebody."
      }

      """,
      "t/people.jsonl": (0..<50_000).map { "{\"id\":\"\($0)\",\"at\":\"\($0 % 7)\"}\n" }.joined(),
      "t/desks.jsonl": (0..<50_000).map { "{\"id\":\"\($0)\",\"free\":\($0 % 50 == 0)}\n" }.joined(),
      "t/rooms.jsonl": (0..<50_000).map { "{\"id\":\"\($0)\",\"free\":\($0 == 3)}\n" }.joined(),
    ])
    func run(_ rule: String, _ options: String...) throws -> Tool.Result {
      try Tool.run(["eval", "\(folder.path)/a.licet", "--snapshot", "\(folder.path)/t", "--only", rule, "--format", "jsonl"] + options)
    }
    for (rule, count, aside) in [("desk", 1000, false), ("room", 7143, true)] {
      let whole = try run(rule)
      #expect(whole.output.split(separator: "\n").count == count + 1)
      let bounded = try run(rule, "--memory", "1M")
      #expect(bounded.output == whole.output && bounded.code == 1)
      #expect(bounded.errors.contains("t: `rooms` takes 2 MiB, more than the 1 MiB allowed") == aside, "\(bounded.errors)")
      #expect(!whole.errors.contains("MiB") && !bounded.errors.contains("desks"))
      #expect(try !run(rule, "--memory", "1M", "--quiet").errors.contains("MiB"))
    }
    // What is put by does not fit: nothing of it is told.
    let full = try Tool.shell(
      """
      trap '' XFSZ; ulimit -f 1000
      $licet eval '\(folder.path)/a.licet' --snapshot '\(folder.path)/t' --only everybody --format jsonl --memory 1M
      """)
    #expect(full.code == 74 && full.output.isEmpty)
    #expect(full.errors.contains("licet: cannot write a temporary file for `findings`: file too large"), "\(full.errors)")
  }

  @Test func `packed standard input is refused`() throws {
    let world = try World()
    let result = try Tool.shell("printf '\\x1f\\x8b\\x08' | $licet eval \(world.policies) --snapshot -")
    #expect(result.code == 65)
    #expect(result.errors.contains("standard input:1:1: the file is compressed"))
  }

  @Test func `standard input is one snapshot`() throws {
    let world = try World()
    let result = try Tool.shell("$licet eval \(world.policies) --snapshot - --snapshot -")
    #expect(result.code == 64)
    #expect(result.reason.contains("`--snapshot -` stands twice"))
  }

  @Test func `messages about one file are counted from the hundredth on, but not in JSON`() throws {
    let rules = (0..<150).map { "notice n\($0) {\n  require unknown_\($0)\n  message \"m\"\n}\n" }.joined()
    let folder = try TemporaryFolder([
      "a.licet": "module a\n" + rules, "b.licet": "module b\nnotice n {\n  require unknown_b\n  message \"m\"\n}\n",
    ])
    for format in ["text", "plain"] {
      let result = try Tool.run("lint", folder.path, "--format", format)
      #expect(result.code == 3)
      #expect(result.output.contains("a.licet: and 50 more; `--format json` has them all\n"))
      #expect(result.output.contains("unknown_99") && !result.output.contains("unknown_100"))
      #expect(result.output.contains("unknown_b"))
      #expect(result.errors.contains("151 errors"))
    }
    let json = try Tool.run("lint", folder.path, "--format", "json")
    #expect(json.output.contains("unknown_149") && !json.output.contains("more;"))
  }

  @Test func `a rule that cites a table shows the source of the version in force`() throws {
    let folder = try TemporaryFolder([
      "a.licet": """
      module a
      source old "The old page" {
        published 2018-01-01
      }
      source new "The new page" {
        published 2024-01-01
      }
      feature light "Light"
      product lamp "Lamp" {
        sku LAMP 11111111-1111-1111-1111-111111111111
      }
      matrix grants {
        cite      old
        effective from 2018-01-01
        |       | lamp |
        |-------|------|
        | light | yes  |
      }
      matrix grants {
        cite      new
        effective from 2024-01-01
        |       | lamp |
        |-------|------|
        | light | yes  |
      }
      entity room in rooms key id { id: id, skus: list of id }
      holding (place: room, item: product) = any (s in place.skus where s in item.skus)
      violation dark {
        for each room in rooms
        require  room has light
        message  "dark"
        cite     grants
      }
      """,
      "data/rooms.json": #"[{"id": "r", "skus": []}]"#,
    ])
    for (day, shown, hidden) in [("2020-01-01", "old", "new"), ("2023-12-31", "old", "new"), ("2024-01-01", "new", "old")] {
      for (format, before, after) in [("plain", "The ", " page"), ("json", "\"source\": \"", "\",")] {
        let result = try Tool.shell(
          "$licet eval \(folder.path)/a.licet --snapshot \(folder.path)/data --as-of \(day) --format \(format)")
        #expect(result.code == 1, "\(result.errors)")
        let findings = result.output.components(separatedBy: "\"findings\"").last ?? ""
        #expect(findings.contains(before + shown + after), "\(result.output)")
        #expect(!findings.contains(before + hidden + after), "\(result.output)")
      }
    }
  }
}
