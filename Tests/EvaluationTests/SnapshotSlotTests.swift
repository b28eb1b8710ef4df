import Evaluation
import Semantics
import Syntax
import Testing

@Suite struct SnapshotSlotTests {
  /// Each value in place of `v` in one row, and what the slot then holds.
  private func check(_ kind: SlotKind, _ cases: [(String, String)], nullFor: Literal? = nil, atLeast: Int64? = nil, atMost: Int64? = nil)
    throws
  {
    let shape = plan(
      [TestSlot("v", kind, nullFor: nullFor, atLeast: atLeast, atMost: atMost)], [TestSlot("", .int)],
      [TestSlot("a", .int), TestSlot("b", .text)])
    for (value, expected) in cases {
      let reading = try read("[{\"u\":1,\"v\":\(value),\"w\":[{}]}]", shape)
      #expect(reading.rows == ["v=" + expected], "\(value)")
    }
    #expect(try read("[{\"u\":1}]", shape).rows == ["v=absent"])
  }

  @Test func `a bool is true or false and nothing like it`() throws {
    try check(
      .bool,
      [
        ("true", "yes"), ("false", "no"), ("null", "null"), ("\"true\"", "wrongType"), ("1", "wrongType"), ("[true]", "wrongType"),
        ("{}", "wrongType"),
      ])
    try check(.bool, [("false", "null"), ("true", "yes")], nullFor: .bool(false))
  }

  @Test func `an int is a whole number of 64 bits, however it is written`() throws {
    try check(
      .int,
      [
        ("0", "0"), ("-0", "0"), ("7", "7"), ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "outOfRange"), ("-9223372036854775809", "outOfRange"), ("1.0", "1"), ("1e3", "1000"), ("1200E-2", "12"),
        ("1.5", "wrongType"), ("1e18", "1000000000000000000"), ("1e19", "outOfRange"), ("0e99999999999999999999", "0"),
        ("1e99999999999999999999", "outOfRange"),
        ("1e-99999999999999999999", "wrongType"), ("100000000000000000000000", "outOfRange"), ("0.00000000000000000000000000", "0"),
        ("\"7\"", "wrongType"), ("true", "wrongType"), ("null", "null"), ("[7]", "wrongType"),
      ])
    try check(.int, [("-1", "outOfRange"), ("0", "0"), ("9", "9"), ("10", "outOfRange")], atLeast: 0, atMost: 9)
    try check(.int, [("-1", "null"), ("0", "0")], nullFor: .int(-1), atLeast: 0)
  }

  @Test func `a decimal has at most 18 digits and is exact`() throws {
    try check(
      .decimal,
      [
        ("1.50", "15e-1"), ("-0.01", "-1e-2"), ("0.0", "0e-0"), ("12", "12e-0"), ("1e17", "100000000000000000e-0"), ("1e18", "outOfRange"),
        ("0.123456789012345678", "123456789012345678e-18"), ("0.1234567890123456789", "outOfRange"), ("1e-18", "1e-18"),
        ("1e-19", "outOfRange"),
        ("999999999999999999", "999999999999999999e-0"), ("9999999999999999.99", "999999999999999999e-2"),
        ("99999999999999999.99", "outOfRange"),
        ("1.00000000000000000000000000000000000", "1e-0"), ("\"1\"", "wrongType"), ("null", "null"),
      ])
    try check(
      .decimal, [("0.9", "outOfRange"), ("1", "1e-0"), ("2", "2e-0"), ("2.1", "outOfRange"), ("-1", "outOfRange")], atLeast: 1, atMost: 2)
    try check(.decimal, [("-0.5", "outOfRange"), ("0.5", "5e-1")], atLeast: 0)
  }

  @Test func `a text keeps its bytes, escapes undone`() throws {
    try check(
      .text,
      [
        ("\"\"", "\"\""), ("\"Zoë\"", "\"Zoë\""), (#""a\"\\\/\b\f\n\r\tb""#, "\"a\"\\/\u{8}\u{c}\n\r\tb\""), (#""Zo\u00eb""#, "\"Zoë\""),
        (#""\ud83d\ude00""#, "\"😀\""), (#""\ud83d""#, "\"\u{FFFD}\""), (#""\ude00\ud83dx""#, "\"\u{FFFD}\u{FFFD}x\""),
        (#""\u0000""#, "\"\0\""),
        (#""\ud83d\u0041""#, "\"\u{FFFD}A\""), ("1", "wrongType"), ("true", "wrongType"), ("null", "null"), ("[]", "wrongType"),
        ("{\"a\":[1,{}]}", "wrongType"),
        (
          "\"a text of more than sixteen bytes, and then some more of it\"",
          "\"a text of more than sixteen bytes, and then some more of it\""
        ),
      ])
    try check(.text, [("\"None\"", "null"), ("\"none\"", "\"none\""), (#""\u004eone""#, "null")], nullFor: .text("None"))
  }

  @Test func `a date is a day of the calendar`() throws {
    try check(
      .date,
      [
        ("\"1970-01-01\"", "0"), ("\"2024-02-29\"", "19782"), ("\"2023-02-29\"", "wrongType"), ("\"0001-01-01\"", "-719162"),
        ("\"9999-12-31\"", "2932896"),
        ("\"0000-01-01\"", "wrongType"), ("\"2024-13-01\"", "wrongType"), ("\"2024-04-31\"", "wrongType"), ("\"2024-1-1\"", "wrongType"),
        ("\"2024-01-01T00:00:00Z\"", "wrongType"), ("\"null\"", "wrongType"), ("\"\"", "wrongType"), ("20240101", "wrongType"),
        ("null", "null"),
        ("\"1900-02-29\"", "wrongType"), ("\"2000-02-29\"", "11016"),
      ])
    try check(.date, [("\"0001-01-01\"", "null")], nullFor: .date(Day(days: -719_162)))
  }

  @Test func `an instant has a zone, or is a date of milliseconds`() throws {
    try check(
      .instant,
      [
        ("\"1970-01-01T00:00:00Z\"", "0"), ("\"1970-01-01T00:00:01.1234567Z\"", "11234567"), ("\"1970-01-01t00:00:00.5z\"", "5000000"),
        ("\"1970-01-01T02:00:00+02:00\"", "0"), ("\"1969-12-31T19:00:00-05:00\"", "0"), ("\"1970-01-01T00:00Z\"", "0"),
        ("\"1970-01-01T00:00:00.123456789Z\"", "1234567"), ("\"0001-01-01T00:00:00Z\"", "-621355968000000000"),
        ("\"0001-01-01T00:00:00+01:00\"", "outOfRange"), ("\"9999-12-31T23:59:59.9999999Z\"", "2534023007999999999"),
        ("\"9999-12-31T23:59:59-00:01\"", "outOfRange"),
        ("\"1970-01-01T00:00:00\"", "wrongType"), ("\"1970-01-01 00:00:00Z\"", "wrongType"), ("\"1970-01-01T24:00:00Z\"", "wrongType"),
        ("\"1970-01-01T00:60:00Z\"", "wrongType"), ("\"1970-01-01T00:00:60Z\"", "wrongType"), ("\"1970-01-01T00:00:00.Z\"", "wrongType"),
        ("\"1970-01-01T00:00:00Zx\"", "wrongType"), ("\"1970-01-01T00:00:00+0200\"", "wrongType"), ("\"1970-01-01\"", "wrongType"),
        ("\"/Date(1613679244000)/\"", "16136792440000000"), (#""\/Date(1613679244000)\/""#, "16136792440000000"),
        ("\"/Date(1613679244000+0200)/\"", "16136792440000000"),
        ("\"/Date(-1)/\"", "-10000"), ("\"/Date()/\"", "wrongType"), ("\"/Date(1)\"", "wrongType"),
        ("\"/Date(99999999999999999999999)/\"", "outOfRange"), ("\"/Date(253402300799999)/\"", "2534023007999990000"),
        ("\"/Date(253402300800000)/\"", "outOfRange"), ("\"/Date(562949953421311)/\"", "outOfRange"),
        ("\"/Date(562949953421312)/\"", "outOfRange"), ("\"/Date(-999999999999999)/\"", "outOfRange"),
        ("\"/Date(1125899906842623)/\"", "outOfRange"), ("\"/Date(1125899906842624)/\"", "outOfRange"),
        ("\"/Date(1)/x\"", "wrongType"), ("1613679244000", "wrongType"), ("null", "null"), ("\"\"", "wrongType"),
      ])
    try check(
      .instant, [("\"0001-01-01T00:00:00Z\"", "null"), (#""\/Date(-62135596800000)\/""#, "null")],
      nullFor: .instant(Instant(ticks: -621_355_968_000_000_000)))
  }

  @Test func `an id is a GUID in either case, or any text`() throws {
    try check(
      .id,
      [
        ("\"f245ecc8-75af-4f8e-b61f-27d8114de5f3\"", "#f245ecc875af4f8eb61f27d8114de5f3"),
        ("\"F245ECC8-75AF-4F8E-B61F-27D8114DE5F3\"", "#f245ecc875af4f8eb61f27d8114de5f3"),
        ("\"f245ecc8-75af-4f8e-b61f-27d8114de5fg\"", "text\"f245ecc8-75af-4f8e-b61f-27d8114de5fg\""),
        ("\"f245ecc8-75af-4f8e-b61f_27d8114de5f3\"", "text\"f245ecc8-75af-4f8e-b61f_27d8114de5f3\""),
        ("\"{f245ecc8-75af-4f8e-b61f-27d8114de5f}\"", "text\"{f245ecc8-75af-4f8e-b61f-27d8114de5f}\""), ("\"\"", "text\"\""),
        ("\"u1\"", "text\"u1\""), ("7", "wrongType"), ("null", "null"),
        (#""\u00662 45ecc8""#, "text\"f2 45ecc8\""), (#""\u0066245ecc8-75af-4f8e-b61f-27d8114de5f3""#, "#f245ecc875af4f8eb61f27d8114de5f3"),
      ])
    try check(.id, [("\"00000000-0000-0000-0000-000000000000\"", "null")], nullFor: .guid(Guid(high: 0, low: 0)))
  }

  @Test func `every byte in place of a hexadecimal digit is told from one`() throws {
    let digits = Array("f245ecc8-75af-4f8e-b61f-27d8114de5f3".utf8)
    for position in 0..<36 {
      for byte in UInt8(0x20)..<0x7F where byte != 0x22 && byte != 0x5C {
        var changed = digits
        changed[position] = byte
        let isHyphen = [8, 13, 18, 23].contains(position)
        let isDigit = (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
        let row = try read("[{\"v\":\"\(String(decoding: changed, as: UTF8.self))\"}]", plan([TestSlot("v", .id)])).rows[0]
        #expect(row.hasPrefix("v=#") == (isHyphen ? byte == 0x2D : isDigit), "\(row)")
      }
    }
  }

  @Test func `a text beyond a closed set is kept and told apart`() throws {
    try check(
      .oneOf(["Member", "Guest"], orOther: false),
      [
        ("\"Member\"", "'Member'"), ("\"Guest\"", "'Guest'"), (#""\u0047uest""#, "'Guest'"), ("\"guest\"", "outside\"guest\""),
        ("\"\"", "outside\"\""), ("3", "wrongType"), ("null", "null"),
      ])
    try check(.oneOf(["Member"], orOther: true), [("\"Guest\"", "text\"Guest\""), ("\"Member\"", "'Member'")])
    try check(.oneOf(["Member"], orOther: false), [("\"None\"", "null")], nullFor: .text("None"))
  }

  @Test func `a list is a run of rows, and its elements have states`() throws {
    try check(
      .list(ShapeID(1)),
      [
        ("[]", "[]"), ("[1, 2,3]", "[{1},{2},{3}]"), ("[1,null,\"x\",[2],{}]", "[{1},{null},{wrongType},{wrongType},{wrongType}]"),
        ("null", "null"), ("{}", "wrongType"), ("\"a\"", "wrongType"), ("7", "wrongType"),
      ])
    try check(.list(ShapeID(1)), [("[1,2]", "[{1},{2}]"), ("[1,2,3]", "outOfRange")], atMost: 2)
    try check(
      .list(ShapeID(2)),
      [
        ("[{\"a\":1},{\"b\":\"x\",\"c\":2}]", "[{a=1 b=absent},{a=absent b=\"x\"}]"), ("[{}]", "[{a=absent b=absent}]"),
        ("[null]", "[{a=wrongType b=wrongType}]"), ("[3]", "[{a=wrongType b=wrongType}]"),
      ])
  }

  @Test func `a record is one row`() throws {
    try check(
      .record(ShapeID(2)),
      [
        ("{\"b\":\"x\",\"a\":null}", "{a=null b=\"x\"}"), ("{}", "{a=absent b=absent}"), ("null", "null"), ("[]", "wrongType"),
        ("\"System.Object\"", "wrongType"),
      ])
  }

  @Test func `a path leads through objects, and null on it is null`() throws {
    let shape = plan([TestSlot("a.b", .int), TestSlot("a.c.d", .int), TestSlot("a", .record(ShapeID(1)))], [TestSlot("b", .int)])
    #expect(
      try read(#"[{"a":{"b":1,"c":{"d":2}}},{"a":null},{"a":7},{"a":{"c":null}},{"a":{}},{}]"#, shape).rows == [
        "a.b=1 a.c.d=2 a={b=1}", "a.b=null a.c.d=null a=null", "a.b=wrongType a.c.d=wrongType a=wrongType",
        "a.b=absent a.c.d=null a={b=absent}",
        "a.b=absent a.c.d=absent a={b=absent}", "a.b=absent a.c.d=absent a=absent",
      ])
  }

  @Test func `keys match without regard to ASCII case, and escaped`() throws {
    let shape = plan([TestSlot("displayName", .text), TestSlot("Ünit", .int)])
    #expect(
      try read(
        #"[{"DISPLAYNAME":"a"},{"displayname":"b"},{"\u0064isplayName":"c"},{"displayNam":"d","displayNamee":"e"},{"Ünit":1},{"ünit":2}]"#,
        shape
      ).rows == [
        "displayName=\"a\" Ünit=absent", "displayName=\"b\" Ünit=absent", "displayName=\"c\" Ünit=absent", "displayName=absent Ünit=absent",
        "displayName=absent Ünit=1", "displayName=absent Ünit=absent",
      ])
  }

  @Test func `a key that stands twice is of no account with the same value, unknown with another`() throws {
    let shape = plan([TestSlot("a", .int), TestSlot("b.c", .int), TestSlot("l", .list(ShapeID(1)))], [TestSlot("", .int)])
    let same = try read(#"[{"a":1,"A":1,"b":{"c":2},"b":{"c":2},"l":[1],"l":[1]}]"#, shape)
    #expect(same.rows == ["a=1 b.c=2 l=[{1}]"])
    #expect(same.reading.oddities.count == 3)
    let different = try read(#"[{"a":1,"b":{"c":2},"l":[1],"l":[2],"a":2,"b":{"d":2}},{"a":1,"a":2,"a":1}]"#, shape)
    #expect(different.rows == ["a=twice b.c=twice l=twice", "a=twice b.c=absent l=absent"])
    #expect(try read(#"[{"a":null,"a":1}]"#, shape).rows == ["a=twice b.c=absent l=absent"])
  }

  @Test func `white space behind a value that stands twice is no part of it`() throws {
    let shape = plan([TestSlot("a", .int), TestSlot("b.c", .int)])
    for row in [#"{"a":1,"a":1 }"#, #"{"a":1 ,"a":1}"#, "{\"a\":1\n,\"a\":\t1 \r\n}", #"{"a":1,"x":2,"a":1 ,"y":3}"#] {
      #expect(try read("[\(row)]", shape).rows == ["a=1 b.c=absent"], "\(row)")
    }
    #expect(try read(#"[{"a":"x" ,"a":"x"}]"#, shape).rows == ["a=wrongType b.c=absent"])
    #expect(try read(#"[{"b":{"c":2} ,"b":{"c":2}}]"#, shape).rows == ["a=absent b.c=2"])
    #expect(try read(#"[{"a":1 ,"a":12}]"#, shape).rows == ["a=twice b.c=absent"])
  }

  @Test func `a key beyond the 64th that stands twice is found`() throws {
    let slots = (0..<80).map { TestSlot("k\($0)", .int) }
    let row = try read("[{" + (0..<80).map { "\"k\($0)\":\($0)," }.joined() + "\"k79\":1}]", plan(slots)).rows[0]
    #expect(row.hasSuffix("k78=78 k79=twice"))
  }

  @Test func `a list that goes on elsewhere is not known`() throws {
    let shape = plan([TestSlot("m", .list(ShapeID(1))), TestSlot("n", .list(ShapeID(1)))], [TestSlot("", .int)])
    let result = try read(
      #"[{"m":[1],"m@odata.nextLink":"x","n":[]},{"M@odata.nextLink":"x","m":[1]},{"m":[1],"m@odata.nextLink":null,"n@odata.count":3}]"#,
      shape)
    #expect(result.rows == ["m=outOfRange n=[]", "m=outOfRange n=absent", "m=[{1}] n=absent"])
    #expect(result.reading.oddities.count == 2)
  }

  @Test func `a key that no policy reads and that stands twice is said`() throws {
    let reading = try read("[{\"x\":1,\"v\":1,\n\"x\":2},{\"x\":1}]", plan([TestSlot("v", .int)]))
    #expect(reading.rows == ["v=1", "v=absent"])
    #expect(reading.reading.oddities.map(\.line) == [2])
  }

  @Test func `more keys than are remembered, in an order of their own, are read`() throws {
    var random = SplitMix(state: 7)
    var rows: [String] = []
    for _ in 0..<40 {
      var keys = (0..<40).map { _ in "k\(random.below(100_000))" } + ["id", "a key longer than the two vectors that are compared at once"]
      for index in keys.indices { keys.swapAt(index, random.below(keys.count)) }
      rows.append(
        "{"
          + keys.enumerated().map {
            "\"\($0.element)\"" + ($0.offset % 3 == 0 ? " :\n " : ":") + ($0.element.hasPrefix("k") ? "{\"id\":0}" : "7")
          }.joined(separator: ",") + "}")
    }
    let shape = plan([TestSlot("id", .int), TestSlot("a key longer than the two vectors that are compared at once", .int)])
    let result = try read("[" + rows.joined(separator: ",") + "]", shape)
    #expect(Set(result.rows) == ["id=7 a key longer than the two vectors that are compared at once=7"] && result.rows.count == 40)
  }

  @Test func `the text null is no null, and is said`() throws {
    let reading = try read("[{\"a\":\"null\",\n \"b\":\"null\"}]", plan([TestSlot("a", .int), TestSlot("b", .text)]))
    #expect(reading.rows == ["a=wrongType b=\"null\""])
    #expect(reading.reading.oddities.map(\.line) == [1, 2])
    #expect(reading.reading.oddities[0].message == "`a` is the text `null`, which is not null")
  }
}
