import Evaluation
import Semantics
import Syntax
import Testing

@testable import Evaluation

@Suite struct SnapshotEnvelopeTests {
  private let shape = plan([TestSlot("id", .int)])

  private func ids(_ text: String, name: String = "users.json", isSingle: Bool = false) throws -> (
    rows: [String], reading: CollectionReading
  ) {
    let result = try read(text, shape, name: name, isSingle: isSingle)
    return (result.rows, result.reading)
  }

  @Test func `a wrapper is complete, an array and lines are assumed so`() throws {
    for (text, name, isAssumed) in [
      (#"{"@odata.context":"x","value":[{"id":1},{"id":2}]}"#, "users.json", false),
      (#"{"value":[{"id":1},{"id":2}],"@odata.context":{"value":[9]}}"#, "users.json", false),
      ("{\"value\":[{\"id\":1}]}\n{\"value\":[{\"id\":2}]}", "users.json", false),
      (#"{"VALUE":[{"ID":1},{"Id":2}]}"#, "Users.JSON", false),
      (#"[{"id":1},{"id":2}]"#, "users.json", true),
      ("\r\n [ {\"id\":1}\t,\n{\"id\":2} ]\r\n", "USERS.json", true),
      ("{\"id\":1}\n{\"id\":2}", "users.jsonl", true),
      ("{\"id\":1}\r\n\r\n{\"id\":2}\r\n\n", "users.ndjson", true),
      ("{\n \"id\":1\n}\n{\"id\":2}\n", "users.json", true),
      (#"[{"id":1},{"id":2}]"#, "users.jsonl", true),
    ] {
      let (rows, reading) = try ids(text, name: name)
      #expect(rows == ["id=1", "id=2"], "\(text)")
      #expect(reading.isComplete && reading.oddities.isEmpty, "\(text)")
      #expect(reading.isAssumedComplete == isAssumed, "\(text)")
      #expect(reading.files == [name] && reading.rows == 2)
    }
  }

  @Test func `one object is one row, and whole where one is meant`() throws {
    let (rows, reading) = try ids(#"{"@odata.context":"x","id":1,"value":[2]}"#)
    #expect(rows == ["id=1"] && reading.isAssumedComplete)
    let single = try ids(#"{"id":1}"#, isSingle: true)
    #expect(single.rows == ["id=1"] && !single.reading.isAssumedComplete)
    #expect(try !ids(#"[{"id":1}]"#, isSingle: true).reading.isAssumedComplete)
    #expect(try ids(#"{}"#).rows == ["id=absent"])
    #expect(try ids(#"{"@odata.context":"x"}"#).rows == ["id=absent"])
    #expect(try ids(#"{"value":{"id":1}}"#).rows == ["id=absent"])
    #expect(try ids(#"{"count":3,"id":1}"#).rows == ["id=1"])
  }

  @Test func `nothing in a collection is no row`() throws {
    for (text, name) in [
      ("[]", "users.json"), (#"{"value":[]}"#, "users.json"), ("", "users.jsonl"), ("\n\n", "users.jsonl"), (" [ ] ", "users.json"),
    ] {
      let (rows, reading) = try ids(text, name: name)
      #expect(rows.isEmpty && reading.isComplete, "\(text)")
    }
  }

  @Test func `what is no collection is refused`() {
    for (text, expected) in [
      ("", "1:1 @0 the text ends too early"), (" ", "1:2 @1 the text ends too early"),
      ("1", "1:1 @0 a collection is an array or an object"),
      ("null", "1:1 @0 a collection is an array or an object"), ("[1]", "1:2 @1 a row is an object"),
      ("[{},null]", "1:5 @4 a row is an object"),
      ("[[]]", "1:2 @1 a row is an object"), ("[{}] []", "1:6 @5 something stands behind the end of the data"),
      ("{} {}", "1:4 @3 something stands behind the end of the data"), ("{}\n[]", "2:1 @3 something stands behind the end of the data"),
      ("[{}]\n[{}]", "2:1 @5 something stands behind the end of the data"),
      ("{\"value\":[]}\n{\"id\":1}", "2:1 @13 pages and rows stand mixed in one file"),
      ("[{},]", "1:5 @4 a row is an object"), ("[,{}]", "1:2 @1 a row is an object"), ("[{}{}]", "1:4 @3 `,` or `]` was expected"),
      ("{\"value\":[{}],}", "1:15 @14 a key in quotes was expected"), ("{\"value\":[{}] \"a\":1}", "1:15 @14 `,` or `}` was expected"),
      ("{\"value\":[{}]", "1:14 @13 the text ends too early"), ("{\"value\":[{}", "1:13 @12 the text ends too early"),
      ("[{\"id\":01}]", "1:9 @8 `,` or `}` was expected"), ("[{\"id\":1.}]", "1:10 @9 a number that JSON does not have"),
      ("[{\n\"x\":tru}]", "2:5 @7 a word that JSON does not have"), ("[{\"x\":\"\u{1}\"}]", "1:8 @7 a control character in a text"),
      ("[{\"x\":\"a\\x\"}]", "1:9 @8 an escape that JSON does not have"), ("[{\"x\" 1}]", "1:7 @6 `:` was expected"),
    ] {
      #expect(refusal(Array(text.utf8), shape) == expected, "\(text)")
    }
  }

  @Test func `bytes that are not UTF-8 are refused wherever they stand`() {
    let wrong: [[UInt8]] = [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE2, 0x82], [0xE2, 0x28, 0xA1],
      [0xED, 0xA0, 0x80],
      [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE], [0xC3, 0xA9, 0xA9],
    ]
    for bytes in wrong {
      for key in ["id", "skipped"] {
        for padding in [0, 1, 14, 15, 16, 30] {
          let text = Array("[{\"\(key)\":\"".utf8) + [UInt8](repeating: 0x61, count: padding) + bytes + Array("\"}]".utf8)
          #expect(refusal(text, shape).hasSuffix("bytes that are not UTF-8"), "\(bytes) \(key) \(padding)")
        }
      }
      #expect(refusal(Array("[{\"".utf8) + bytes + Array("\":1}]".utf8), shape).hasSuffix("bytes that are not UTF-8"))
    }
    for good in ["é", "€", "😀", "\u{7F}", "\u{10FFFF}", "\u{D7FF}\u{E000}"] {
      #expect(refusal(Array("[{\"id\":1,\"x\":\"\(good)\"}]".utf8), shape) == "read: id=1")
    }
  }

  @Test func `arrays and objects lie at most 256 deep`() {
    func nested(_ count: Int) -> String {
      "[{\"id\":1,\"x\":" + String(repeating: "[", count: count) + String(repeating: "]", count: count) + "}]"
    }
    #expect(refusal(Array(nested(254).utf8), shape) == "read: id=1")
    #expect(refusal(Array(nested(255).utf8), shape) == "1:268 @267 arrays and objects lie more than 256 deep")
    #expect(refusal(Array(nested(100_000).utf8), shape) == "1:268 @267 arrays and objects lie more than 256 deep")
    let objects = "[{\"id\":1,\"x\":" + String(repeating: "{\"a\":", count: 300) + "1" + String(repeating: "}", count: 300) + "}]"
    #expect(refusal(Array(objects.utf8), shape).hasSuffix("more than 256 deep"))
  }

  // MARK: - OData

  @Test func `an error body stands for a collection that could not be had`() throws {
    let (rows, reading) = try ids(#"{"error":{"code":"Forbidden","message":"no \"right\"","innerError":{"date":[1]}}}"#)
    #expect(rows.isEmpty && reading.availability == .unavailable(code: "Forbidden", message: "no \"right\""))
    #expect(try ids(#"{"@odata.context":"x","Error":{"Message":"m"}}"#).reading.availability == .unavailable(code: "", message: "m"))
    // A row with a field of that name is a row.
    #expect(try ids(#"{"error":{"at":1},"id":1}"#).rows == ["id=1"])
    #expect(try ids(#"{"error":"x","id":1}"#).rows == ["id=1"])
    #expect(refusal(Array(#"{"error":{"code":"x"}"#.utf8), shape).hasSuffix("ends too early"))
    #expect(refusal(Array(#"{"error":{"code":"x"},}"#.utf8), shape).hasSuffix("a key in quotes was expected"))
    #expect(refusal(Array(#"{"error":{"code":"x",}}"#.utf8), shape).hasSuffix("a key in quotes was expected"))
  }

  @Test func `an error page among others is a gap`() throws {
    let result = try read(
      memory([
        ("users.1.json", Array(#"{"value":[{"id":1}]}"#.utf8)), ("users.2.json", Array(#"{"error":{"code":"c","message":"m"}}"#.utf8)),
      ]), shape)
    #expect(result.rows == ["id=1"])
    #expect(result.reading.gaps == [.errorPage(file: "users.2.json", code: "c", message: "m")])
    #expect(!result.reading.isComplete)
  }

  @Test func `a next link that is left over is a gap`() throws {
    for text in [
      #"{"@odata.nextLink":"https://x/2","value":[{"id":1}]}"#, #"{"value":[{"id":1}],"@odata.nextLink":"https://x/2"}"#,
      #"{"value":[{"id":1}],"@ODATA.NEXTLINK":"\u0068"}"#, #"{"value":[],"@nextLink":"x"}"#,
    ] {
      #expect(try ids(text).reading.gaps == [.nextLink(file: "users.json")], "\(text)")
    }
    #expect(try ids(#"{"value":[{"id":1}],"@odata.nextLink":null}"#).reading.gaps == [])
  }

  @Test func `a count above the rows is a gap, below them odd`() throws {
    #expect(try ids(#"{"@odata.count":2,"value":[{"id":1}]}"#).reading.gaps == [.count(said: 2, read: 1)])
    #expect(try ids(#"{"value":[{"id":1}],"@odata.count":2e0}"#).reading.gaps == [.count(said: 2, read: 1)])
    #expect(try ids(#"{"value":[{"id":1}],"Count":2}"#).reading.gaps == [.count(said: 2, read: 1)])
    let below = try ids(#"{"@odata.count":0,"value":[{"id":1}]}"#).reading
    #expect(below.isComplete && below.oddities.map(\.message) == ["the export counts 0 rows and has 1"])
    #expect(try ids(#"{"@odata.count":1,"value":[{"id":1}],"Count":1}"#).reading.oddities.isEmpty)
  }

  private func pages(_ names: [String], _ text: (Int) -> String = { "{\"value\":[{\"id\":\($0)}]" + ($0 == 0 ? "" : "") + "}" }) throws
    -> TestReading
  {
    try read(memory(names.enumerated().map { ($0.element, Array(text($0.offset).utf8)) }), shape)
  }

  @Test func `pages are read in the order of their numbers`() throws {
    let result = try pages([
      "users.10.json", "users.0002.json", "users.1.json", "Users.3.jsonl", "users.4.json", "users.5.json", "users.6.json", "users.7.json",
      "users.8.json", "users.9.json",
    ])
    #expect(result.rows == ["id=2", "id=1", "id=3", "id=4", "id=5", "id=6", "id=7", "id=8", "id=9", "id=0"])
    #expect(result.reading.gaps.isEmpty)
    #expect(result.places.map(\.file) == (0..<10).map { Int32($0) })
  }

  @Test func `a page that is missing is a gap`() throws {
    #expect(try pages(["users.0001.json", "users.0003.json"]).reading.gaps == [.missingPage(number: 2)])
    #expect(try pages(["users.0002.json"]).reading.gaps == [.missingPage(number: 1)])
    #expect(try pages(["users.0.json", "users.1.json"]).reading.gaps == [])
    #expect(try pages(["users.0001.json", "users.999999999.json"]).reading.gaps.count == 100)
  }

  @Test func `a page that stands twice is odd`() throws {
    #expect(
      try pages(["users.1.json", "users.0001.json"]).reading.oddities.map(\.message) == ["page 1 stands in `users.0001.json` as well"])
    #expect(try pages(["users.json", "users.1.json"]).reading.oddities.map(\.message) == ["the collection stands in `users.json` as well"])
    let linked = try pages(["users.1.json", "users.2.json", "users.3.json"]) { _ in #"{"value":[],"@odata.nextLink":"x"}"# }
    #expect(linked.reading.oddities.count == 2 && linked.reading.gaps == [.nextLink(file: "users.3.json")])
  }

  @Test func `a page in the middle without a next link is odd where others have one`() throws {
    let result = try pages(["users.1.json", "users.2.json", "users.3.json"]) {
      $0 == 0 ? #"{"value":[],"@odata.nextLink":"x"}"# : #"{"value":[]}"#
    }
    #expect(result.reading.oddities.map(\.message) == ["a page that is not the last names no next one"])
    #expect(result.reading.isComplete)
  }

  @Test func `what a test states of a collection is so`() throws {
    let stated = memory([("users.json", Array("[{\"id\":1}]".utf8))], incomplete: [0])
    #expect(try read(stated, shape).reading.gaps == [.stated])
    let unavailable = memory([], unavailable: [0])
    #expect(unavailable.isPresent(0))
    #expect(try read(unavailable, shape).reading.availability != .present)
    let none = memory([("other.json", [])])
    #expect(!none.isPresent(0) && none.unusedFiles == ["other.json"])
    #expect(try read(none, shape).reading.availability == .notExported)
  }

  @Test func `a collection's name may have points and digits`() throws {
    let snapshot = Snapshot(
      id: "t",
      files: [("a.b.json", []), ("a.7.json", []), ("a.7.1.json", []), ("a.1.json", []), ("a.x.json", []), ("a.json.gz", []), ("a", [])],
      collections: ["a.b", "a.7", "a"], incomplete: [], unavailable: [])
    #expect(snapshot.entries.map { $0.parts.map(\.name) } == [["a.b.json"], ["a.7.json", "a.7.1.json"], ["a.1.json"]])
    #expect(snapshot.unusedFiles == ["a.x.json", "a.json.gz", "a"])
  }

  @Test func `a row's place is its first byte`() throws {
    let result = try read("{\"value\":[\n  {\"id\":1},\n\n {\"id\":\n2}, {\"id\":3}]}", shape)
    #expect(
      result.places == [RowPlace(file: 0, line: 2, byte: 13), RowPlace(file: 0, line: 4, byte: 25), RowPlace(file: 0, line: 5, byte: 36)])
  }

  @Test func `oddities are counted beyond the hundredth`() throws {
    let reading = try ids("[" + Array(repeating: #"{"id":1,"id":1}"#, count: 130).joined(separator: ",") + "]").reading
    #expect(reading.oddities.count == 100 && reading.moreOddities == 30)
  }
}
