import Testing

@Suite struct ExitCodeTests {
  let world: World
  init() throws { world = try World() }

  /// Words behind `licet`; POLICIES, and SNAPSHOT/name, stand for places in the world.
  static let cases: [(words: String, code: Int32, reason: String)] = [
    ("eval policies --snapshot fine --attest strict=true", 0, "clean: nothing fails"),
    ("eval policies --snapshot failing --attest strict=true", 1, "found: 1 fail"),
    ("eval policies --snapshot untold --attest strict=false", 2, "cannot be told"),
    ("eval policies --snapshot untold --attest strict=false --allow-undetermined", 0, "clean"),
    ("eval policies --snapshot noticed", 0, "1 fail below the fail level"),
    ("eval policies --snapshot noticed --fail-level notice", 1, "found: 1 fail"),
    ("eval policies --snapshot failing --only long_hours", 0, "clean"),
    ("eval policies --snapshot failing --only desk.no_lamp", 1, "found"),
    ("eval broken --snapshot fine", 3, "the policies have"),
    ("eval policies --snapshot bare", 4, "nothing was evaluated"),
    ("eval policies --snapshot bare --allow-undetermined", 4, "nothing was evaluated"),
    ("eval policies --snapshot fine --only no_lmap", 4, "did you mean `no_lamp`?"),
    ("eval unruled --snapshot fine", 4, "no file that ends in `.licet`"),
    ("eval untested --snapshot fine", 4, "nothing was evaluated"),
    ("eval policies --snapshot malformed", 65, "cannot read the snapshot"),
    ("eval policies --snapshot packed", 65, "people.json.gz:1:1: the file is compressed"),
    ("eval policies --snapshot misnamed", 65, "the file is compressed"),
    ("eval policies --snapshot nowhere", 74, "no such file"),
    ("eval nowhere --snapshot fine", 74, "no such file"),
    ("eval policies --snapshot fine --output /nowhere/report.json", 74, "no such file"),
    ("eval policies --snapshot fine --output /dev/full --format json", 74, "no space left"),
    ("lint policies", 1, "found: 0 errors, 12 warnings, 5 notes in 2 files (0 refused, 1 proved, 16 habits)"),
    ("lint policies --fail-level error", 0, "clean: 0 errors, 12 warnings"),
    ("lint policies --fix --dry-run", 1, "found: 0 errors, 12 warnings, 5 notes in 2 files"),
    ("lint broken", 3, "the policies have errors"),
    ("lint broken --fail-level note", 3, "the policies have errors"),
    ("lint unruled", 4, "no file that ends in `.licet`"),
    ("lint nowhere", 74, "no such file"),
    ("test policies", 0, "1 test, 1 passed, 0 failed"),
    ("test failing", 1, "2 tests, 1 passed, 1 failed"),
    ("test failing --filter right", 0, "1 test, 1 passed"),
    ("test failing --filter nothing", 4, "no test whose name contains `nothing`"),
    ("test broken", 3, "the policies have"),
    ("test untested", 4, "the policies have no test"),
    ("explain LIC0100", 0, ""),
    ("explain lic0100", 0, ""),
    ("explain LIC010", 64, "did you mean `LIC0"),
    // Where several hold, the first of 70, 64, 74, 65, 3, 1, 2, 4 is returned.
    ("eval broken --snapshot nowhere", 74, "no such file"),
    ("eval broken nowhere --snapshot fine", 74, "no such file"),
    ("eval policies --snapshot failing --snapshot malformed", 65, "cannot read the snapshot"),
    ("eval policies --snapshot malformed --snapshot nowhere", 74, "no such file"),
    ("eval policies --snapshot failing --snapshot untold", 1, "found"),
    ("eval policies --snapshot untold --snapshot bare --attest strict=false", 2, "cannot be told"),
    ("eval policies --snapshot fine --snapshot bare --attest strict=true", 4, "nothing was evaluated in `bare`"),
    ("eval policies --snapshot failing --output /dev/full --format json", 74, "no space left"),
    ("eval policies --snapshot nowhere --only no_lmap", 74, "no such file"),
    ("eval policies --snapshot nowhere --attest strict=maybe", 64, "is true or false"),
  ]

  @Test(arguments: cases.indices) func `each code has one meaning, and the last line says the reason`(_ index: Int) throws {
    let (words, code, reason) = ExitCodeTests.cases[index]
    let result = try run(words)
    #expect(result.code == code, "\(words)\n\(result.errors)")
    #expect(result.reason.lowercased().contains(reason.lowercased()), "\(words)\n\(result.errors)")
  }

  static let usage: [(words: String, reason: String)] = [
    ("", "a command is missing"),
    ("evla policies", "unknown command `evla`; did you mean `eval`?"),
    ("--versoin", "unknown option `--versoin`; did you mean `--version`?"),
    ("--version eval", "nothing may stand behind `--version`"),
    ("eval", "POLICIES is missing"),
    ("eval policies", "`--snapshot PATH` is missing"),
    ("eval --snapshot fine", "POLICIES is missing"),
    ("eval policies --snapshot", "`--snapshot` needs a value: `--snapshot PATH`"),
    ("eval policies --snapshot --quiet", "`--snapshot` needs a value"),
    ("eval policies --snapsot fine", "unknown option `--snapsot`; did you mean `--snapshot`?"),
    ("eval policies --snapshot fine --fromat json", "unknown option `--fromat`; did you mean `--format`?"),
    ("eval policies --snapshot fine --format jsno", "unknown value of `--format` `jsno`; did you mean `json`?"),
    ("eval policies --snapshot fine --format sarif", "known are `text`, `plain`, `json`, `jsonl`"),
    ("eval policies --snapshot fine --fail-level violatoin", "did you mean `violation`?"),
    ("eval policies --snapshot fine --baseline x", "unknown option `--baseline`"),
    ("eval policies --snapshot fine --redact", "unknown option `--redact`"),
    ("eval policies --snapshot fine --threads 2", "unknown option `--threads`"),
    ("eval policies --snapshot fine --jobs 0", "`--jobs` needs a number from 1 to 64"),
    ("eval policies --snapshot fine --memory 500", "`--memory` needs a size from 1M to 1024G, as 500M or 2G, and not `500`"),
    ("eval policies --snapshot fine --memory 0M", "and not `0M`"),
    ("eval policies --snapshot fine --memory -1M", "and not `-1M`"),
    ("eval policies --snapshot fine --memory +1M", "and not `+1M`"),
    ("eval policies --snapshot fine --memory 1025G", "and not `1025G`"),
    ("eval policies --snapshot fine --memory 99999999999999999999G", "and not `99999999999999999999G`"),
    ("eval policies --snapshot fine --memory é", "and not `é`"),
    ("eval policies --snapshot fine --quiet=yes", "`--quiet` takes no value"),
    ("eval policies --snapshot fine --as-of 2026-02-30", "`--as-of` needs a day"),
    ("eval policies --snapshot fine --as-of 2026-01-01 --as-of 2026-01-02", "`--as-of` stands twice"),
    ("eval policies --snapshot fine --output report.xml", "the ending of `report.xml` says no format"),
    ("eval policies --snapshot fine --output report.json --format text", "says json, but `--format` says text"),
    ("eval policies --snapshot fine --output -", "`--output` needs a file"),
    ("eval policies --snapshot fine --attest strict", "has no `=`"),
    ("eval policies --snapshot fine --attest strct=true", "unknown fact `strct`; did you mean `strict`?"),
    ("eval policies --snapshot fine --attest strict=yes", "is true or false"),
    ("eval policies --snapshot fine --attest limit=many", "is a whole number"),
    ("eval policies --snapshot fine --attest limit=9223372036854775808", "is a whole number"),
    ("eval policies --snapshot fine --attest mood=god", "did you mean `good`?"),
    ("eval policies --snapshot fine --attest start=1-1-2020", "is a day"),
    ("eval policies --snapshot fine --attest strict=true --attest strict=false", "attested twice"),
    ("eval policies --snapshot fine --attest fien:strict=true", "unknown tenant `fien`; did you mean `fine`?"),
    ("eval policies --snapshot fine --snapshot fine", "two snapshots are named `fine`"),
    ("lint", "POLICIES is missing"),
    ("lint policies --fixx", "unknown option `--fixx`"),
    ("test", "POLICIES is missing"),
    ("test policies --fliter x", "did you mean `--filter`?"),
    ("explain LIC0001 LIC0002", "one CODE at a time"),
  ]

  @Test(arguments: usage.indices) func `wrong usage is 64 and says what was probably meant`(_ index: Int) throws {
    let (words, reason) = ExitCodeTests.usage[index]
    let result = try run(words)
    #expect(result.code == 64, "\(words)\n\(result.errors)")
    #expect(result.reason.contains(reason), "\(words)\n\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test func `a fact of one tenant does not speak for another`() throws {
    let result = try run("eval policies --snapshot failing --snapshot untold --attest failing:strict=true --only unstated")
    #expect(result.code == 2, "\(result.errors)")
    let all = try run("eval policies --snapshot failing --snapshot untold --attest strict=true --only unstated")
    #expect(all.code == 0, "\(all.errors)")
  }

  @Test func `an attested value takes the place of a default`() throws {
    #expect(try run("eval policies --snapshot noticed --only long_hours --fail-level notice").code == 1)
    #expect(try run("eval policies --snapshot noticed --only long_hours --fail-level notice --attest limit=100").code == 0)
  }

  @Test func `the quiet tool speaks where the code is not 0`() throws {
    let clean = try run("eval policies --snapshot fine --attest strict=true --quiet")
    #expect(clean.code == 0)
    #expect(clean.errors.isEmpty)
    let found = try run("eval policies --snapshot failing --attest strict=true --quiet")
    #expect(found.code == 1)
    #expect(found.errors.split(separator: "\n").count == 1)
  }

  @Test func `a day asked for is the day judged for`() throws {
    let result = try run("eval policies --snapshot fine --as-of 2024-02-29 --format json --attest strict=true")
    #expect(result.output.contains(#""asOf": "2024-02-29""#))
    #expect(result.output.contains(#""asOfFrom": "option""#))
  }

  /// Runs with the world's folders put in for their names.
  private func run(_ words: String) throws -> Tool.Result {
    let policies = ["policies", "broken", "failing", "untested", "unruled"]
    var arguments: [String] = []
    for word in words.split(separator: " ").map(String.init) {
      if arguments.last == "--snapshot" && !word.hasPrefix("--") {
        arguments.append(world.snapshot(word))
      } else if !arguments.isEmpty && (policies.contains(word) || word == "nowhere") {
        arguments.append(world.folder.path + "/" + word)
      } else {
        arguments.append(word)
      }
    }
    return try Tool.run(arguments)
  }
}
