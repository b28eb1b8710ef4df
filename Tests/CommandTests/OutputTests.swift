import Foundation
import Testing

@Suite struct OutputTests {
  let world: World
  let target: TemporaryFolder
  init() throws {
    world = try World()
    target = try TemporaryFolder()
  }

  private var eval: String { "$licet eval \(world.policies) --attest strict=true" }

  @Test func `several files are written in one run, each in the format of its ending`() throws {
    let result = try Tool.shell(
      "\(eval) --snapshot \(world.snapshot("failing")) --output \(target.path)/a.json --output \(target.path)/b.jsonl --output \(target.path)/c.txt"
    )
    #expect(result.code == 1)
    #expect(result.output.isEmpty)
    #expect(try target.names == ["a.json", "b.jsonl", "c.txt"])
    #expect(try target.read("a.json").hasPrefix("{\n"))
    #expect(try target.read("b.jsonl").split(separator: "\n").count == 2)
    #expect(try target.read("c.txt").contains("fail: Ann"))
    for name in try target.names {
      let attributes = try FileManager.default.attributesOfItem(atPath: target.path + "/" + name)
      #expect((attributes[.posixPermissions] as? Int) == 0o600)
    }
  }

  @Test func `timing is told where it is asked for, and nothing else changes`() throws {
    for format in ["text", "plain", "json", "jsonl"] {
      let command = "\(eval) --snapshot \(world.snapshot("failing")) --format \(format)"
      let told = try Tool.shell(command + " --timing").output.split(separator: "\n", omittingEmptySubsequences: false)
      let silent = try Tool.shell(command).output.split(separator: "\n", omittingEmptySubsequences: false)
      let words = told.filter { $0.contains("timing") || $0.contains(" s of CPU on ") }
      #expect(words.count == 1 && !silent.contains { $0.contains("timing") || $0.contains(" of CPU ") }, "\(format): \(told)")
      if format == "text" || format == "plain" {
        #expect(told.filter { !words.contains($0) } == silent)
        let pattern = try Regex(#"read \d+ rows, 0 MiB, in 0\.\d{3} s(, \d+ MiB a second)?; 0\.\d{3} s of CPU on \d+ threads?"#)
        #expect(words.first?.wholeMatch(of: pattern) != nil, "\(words)")
      } else {
        let last = format == "json" ? told.joined() : told.last { !$0.isEmpty }.map(String.init) ?? ""
        let document = try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
        let timing = try #require(document["timing"] as? [String: Int])
        #expect(Set(timing.keys) == ["milliseconds", "cpuMilliseconds", "threads", "rows", "bytes"])
        let file = try FileManager.default.attributesOfItem(atPath: world.snapshot("failing") + "/people.json")
        #expect(timing["rows"] == 2 && timing["bytes"] == file[.size] as? Int, "\(timing)")
      }
    }
  }

  @Test func `jsonl names what is missing as it is found`() throws {
    let result = try Tool.shell("\(eval) --snapshot \(world.snapshot("untold")) --only no_lamp --format jsonl")
    let first = try #require(result.output.split(separator: "\n").first)
    #expect(first.contains(#""missing":[{"path":"people.lamp","kind":"absent""#), "\(first)")
  }

  @Test func `a run that fails leaves the old file as it was, and nothing beside it`() throws {
    try target.write("a.json", "old")
    for snapshot in ["malformed", "nowhere"] {
      let result = try Tool.shell("\(eval) --snapshot \(world.snapshot(snapshot)) --output \(target.path)/a.json")
      #expect(result.code == (snapshot == "nowhere" ? 74 : 65))
      #expect(try target.names == ["a.json"])
      #expect(try target.read("a.json") == "old")
    }
  }

  @Test func `a file too large for its limit leaves the old one`() throws {
    try target.write("a.json", "old")
    let result = try Tool.shell(
      "trap '' XFSZ; ulimit -f 1; \(eval) --snapshot \(world.snapshot("failing")) --output \(target.path)/a.json 2>/dev/null")
    #expect(result.code == 74)
    #expect(try target.names == ["a.json"])
    #expect(try target.read("a.json") == "old")
  }

  @Test(arguments: ["json", "jsonl"]) func `a report of several pieces is the same bytes in a file, or none at all`(format: String) throws {
    let rows = (0..<10_000).map { #"{"id": "\#($0)", "name": "Ann", "works": true, "lamp": false, "hours": 8}"# }
    try target.write("people.jsonl", rows.joined(separator: "\n"))
    let command = "\(eval) --only no_lamp --snapshot \(target.path)/people.jsonl --format \(format)"
    let shown = try Tool.shell(command)
    let count = shown.output.utf8.count
    #expect(count > 9 << 19, "\(count) bytes")
    #expect(count % 512 != 0, "its end could go straight to the disk")
    let written = try Tool.shell("\(command) --output \(target.path)/report")
    #expect(written.code == 1 && written.output.isEmpty)
    #expect(try target.read("report") == shown.output)
    // In kibibytes, in the midst of its first piece, of its second, and of the end.
    for limit in [150, 3000, count >> 10 - 1] {
      let full = try Tool.shell("trap '' XFSZ; ulimit -f \(limit); \(command) --output \(target.path)/full 2>/dev/null")
      #expect(full.code == 74, "\(limit)")
      #expect(try target.names == ["people.jsonl", "report"], "\(limit)")
    }
  }

  @Test func `a signal while reading leaves no file behind`() throws {
    // A pipe that nobody writes to keeps the tool reading until it is stopped.
    let result = try Tool.shell(
      """
      mkfifo \(target.path)/people.json; sleep 20 > \(target.path)/people.json & writer=$!
      \(eval) --snapshot \(target.path)/people.json --output \(target.path)/a.json 2>/dev/null & tool=$!
      for i in $(seq 100); do ls \(target.path)/*.tmp >/dev/null 2>&1 && break; sleep 0.05; done
      ls \(target.path)/*.tmp >/dev/null || exit 99
      kill -TERM $tool; wait $tool; code=$?; kill $writer; rm \(target.path)/people.json; exit $code
      """)
    #expect(result.code == 128 + 15)
    #expect(try target.names == [])
  }

  @Test func `a terminal is shown how far a long reading is, and the line is erased`() throws {
    let row = #"{"id": "1", "name": "Ann", "works": true, "lamp": true, "hours": 8}"#
    let eval = "$licet eval \(world.policies) --attest strict=true --snapshot \(target.path)/people.jsonl --output \(target.path)/a.json"
    let result = try Tool.shell(
      """
      export licet; mkfifo \(target.path)/people.jsonl
      (for i in 1 2 3 4 5 6; do for j in $(seq 2000); do echo '\(row)'; done; sleep 0.3; done) >\(target.path)/people.jsonl &
      script -qec "\(eval)" /dev/null </dev/null; wait
      """)
    // First the pipe is put by; before its end nothing comes for so long that what is read then is shown as well.
    for pattern in [#"reading people\.jsonl: \d+ MiB"#, #"reading people: \d+ rows, \d+ MiB"#] {
      #expect(result.output.firstMatch(of: try Regex(pattern)) != nil, "\(result)")
    }
    let last = try #require(result.output.components(separatedBy: "\u{1B}[K").last)
    #expect(!last.contains("reading"), "\(last)")
  }

  @Test func `a link as target stays a link`() throws {
    try target.write("real.json", "old")
    let result = try Tool.shell(
      "ln -s real.json \(target.path)/a.json; \(eval) --snapshot \(world.snapshot("fine")) --output \(target.path)/a.json")
    #expect(result.code == 0)
    #expect(try target.names == ["a.json", "real.json"])
    #expect(try target.read("real.json").hasPrefix("{"))
    #expect(try Tool.shell("test -L \(target.path)/a.json").code == 0)
  }

  @Test(arguments: [
    "eval POLICIES --snapshot SNAPSHOT", "lint broken", "test POLICIES", "explain LIC0100", "--help", "eval --help", "--version",
  ])
  func `a full disk, a closed pipe and a closed output are never 0`(_ words: String) throws {
    let line = words.replacingOccurrences(of: "POLICIES", with: world.policies).replacingOccurrences(
      of: "SNAPSHOT", with: world.snapshot("fine")
    )
    .replacingOccurrences(of: "broken", with: world.folder.path + "/broken")
    let full = try Tool.shell("$licet \(line) > /dev/full")
    #expect(full.code == 74, "\(full.errors)")
    #expect(full.reason.contains("no space left"))
    // The reading end is gone before the tool begins.
    let closed = try Tool.shell("set -o pipefail; { sleep 0.2; $licet \(line); } | true")
    #expect(closed.code == 74, "\(closed.errors)")
    #expect(closed.reason.contains("broken pipe"))
    let none = try Tool.shell("$licet \(line) >&-")
    #expect(none.code == 74, "\(none.errors)")
  }

  @Test func `colour and drawing are for terminals alone`() throws {
    let command = "\(eval) --snapshot \(world.snapshot("failing"))"
    let plain = try Tool.shell(command)
    #expect(!plain.output.contains("\u{1B}"))
    #expect(plain.output.contains("fail: Ann"))
    let inTerminal = { (environment: String) in try Tool.shell("\(environment) TERM=xterm script -qec '\(command)' /dev/null") }
    let coloured = try inTerminal("")
    #expect(coloured.output.contains("\u{1B}[31m"))
    #expect(coloured.output.contains("✗"))
    let bare = try inTerminal("NO_COLOR=1")
    #expect(!bare.output.contains("\u{1B}[31m"))
    #expect(bare.output.contains("✗"))
  }

  @Test func `the same input gives the same bytes`() throws {
    let command = "\(eval) --snapshot \(world.snapshot("failing")) --as-of 2026-01-01 --format json"
    let first = try Tool.shell(command)
    for environment in ["TZ=Pacific/Auckland LC_ALL=tr_TR.UTF-8", "TZ=America/New_York LANG=C"] {
      #expect(try Tool.shell("\(environment) \(command)").output == first.output)
    }
  }
}
