import Evaluation
import Semantics
import Syntax
import Testing

@testable import Evaluation

/// What reads of all kinds of values, in every envelope.
private let shape = plan(
  [
    TestSlot("id", .id), TestSlot("name", .text), TestSlot("enabled", .bool), TestSlot("kind", .oneOf(["Member", "Guest"], orOther: true)),
    TestSlot("units.paid", .int), TestSlot("units.price", .decimal), TestSlot("seen", .instant), TestSlot("licences", .list(ShapeID(1))),
    TestSlot("tags", .list(ShapeID(3))),
  ],
  [TestSlot("sku", .id), TestSlot("plans", .list(ShapeID(2)))], [TestSlot("", .id)], [TestSlot("", .text)])

private let row =
  #"{"id":"f245ecc8-75af-4f8e-b61f-27d8114de5f3","skipped":{"a":[1.5e3,{"b":"\u00e9é"},[],{}],"c":null},"Name":"Zoë \"x\" \ud83d\ude00","enabled" : true,"kind":"Member","units":{"paid":12,"other":[true,false],"price":-0.50},"seen":"2024-02-29T12:00:00.1234567+02:00","licences":[{"plans":["p1","05e9a617-0261-4cee-bb44-138d3ef5d965"],"sku":"s"},{"sku":null}],"tags":["a"]}"#
private let other = #"{"name":"","id":"u2","id":"u2","enabled":null,"tags":[]}"#
private let lines = row + "\n" + other + "\r\n" + row + "\n"
private let array = "[\(row), \(other) ,\(row)]"
private let wrapper = "{\"@odata.context\":\"x\",\"@odata.count\":3,\"value\":[\(row),\n\(other),\(row)],\"@odata.nextLink\":null}"

@Suite struct SnapshotRobustnessTests {
  private let whole: [String]

  init() throws { whole = try read(array, shape).rows }

  @Test func `the three envelopes say the same`() throws {
    #expect(whole.count == 3 && whole[0] == whole[2])
    #expect(
      whole[0]
        == "id=#f245ecc875af4f8eb61f27d8114de5f3 name=\"Zoë \"x\" 😀\" enabled=yes kind='Member' units.paid=12 units.price=-5e-1 seen=17092008001234567 licences=[{sku=text\"s\" plans=[{text\"p1\"},{#05e9a61702614ceebb44138d3ef5d965}]},{sku=null plans=absent}] tags=[{\"a\"}]"
    )
    #expect(try read(lines, shape, name: "users.jsonl").rows == whole)
    #expect(try read(wrapper, shape).rows == whole)
  }

  @Test func `every byte may be the last of a block`() throws {
    for text in [lines, array, wrapper] {
      let expected = try read(text, shape)
      for block in Array(1...40) + [63, 64, 65, 127, 200, 333, 511] {
        let result = try read(text, shape, block: block)
        #expect(result.rows == whole, "block \(block)")
        #expect(result.places == expected.places, "block \(block)")
        #expect(result.reading.oddities == expected.reading.oddities, "block \(block)")
      }
      for block in text.utf8.count / 2..<text.utf8.count / 2 + 64 { #expect(try read(text, shape, block: block).rows == whole) }
    }
  }

  @Test func `a file that is cut off anywhere is refused`() {
    for (text, name) in [(array, "users.json"), (wrapper, "users.json"), (lines, "users.jsonl")] {
      let bytes = Array(text.utf8)
      // What follows the last row may be missing where it is white space alone.
      let end = bytes.lastIndex { $0 > 0x20 } ?? 0
      for count in 0...end {
        let atLineEnd = name == "users.jsonl" && (count == 0 || bytes[count] <= 0x20 || bytes[count - 1] <= 0x20) && !isInside(bytes, count)
        let result = refusal(Array(bytes[..<count]), shape, name: name)
        #expect(result.hasPrefix("read:") == atLineEnd, "\(count): \(result)")
      }
    }
  }

  /// Whether a place lies within a row.
  private func isInside(_ bytes: [UInt8], _ count: Int) -> Bool {
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    let tail = text.split(omittingEmptySubsequences: false) { $0.isNewline }.last.map(String.init) ?? ""
    return !(tail.isEmpty || tail == row || tail == other)
  }

  @Test func `a cut in small blocks gives the same refusal`() {
    let bytes = Array(wrapper.utf8)
    for count in stride(from: 1, to: bytes.count, by: 3) {
      let cut = Array(bytes[..<count])
      let expected = refusal(cut, shape)
      for block in [1, 5, 17, 100] { #expect(refusal(cut, shape, block: block) == expected, "\(count) \(block)") }
    }
  }

  @Test func `damage never traps, and both block sizes agree on it`() {
    var random = SplitMix(state: 42)
    for text in [lines, array, wrapper] {
      let bytes = Array(text.utf8)
      for _ in 0..<400 {
        var damaged = bytes
        for _ in 0...random.below(3) {
          let place = random.below(damaged.count)
          switch random.below(5) {
          case 0: damaged[place] = UInt8(random.below(256))
          case 1: damaged.remove(at: place)
          case 2: damaged.insert(Array("{}[]\",:\\0e-\u{0}n".utf8)[random.below(13)], at: place)
          case 3: damaged.removeSubrange(place..<min(damaged.count, place + random.below(40)))
          default: damaged.insert(contentsOf: damaged[place..<min(damaged.count, place + random.below(40))], at: place)
          }
          if damaged.isEmpty { damaged = [0x20] }
        }
        #expect(refusal(damaged, shape) == refusal(damaged, shape, block: 1 + random.below(60)))
      }
    }
  }

  @Test func `a long row makes the window grow and nothing else`() throws {
    let text = "[{\"name\":\"" + String(repeating: "é", count: 5000) + "\"},\(row)]"
    let result = try read(text, shape, block: 16)
    #expect(result.rows.count == 2 && result.rows[1] == whole[0])
  }

  @Test func `a text that is too long is out of range, its row goes on`() throws {
    #expect(TextRef.longest == 16 * 1024 * 1024 - 1)
    let long = plan([TestSlot("a", .text), TestSlot("b", .text), TestSlot("c", .id)])
    let result = try read(
      memory([("users.json", Array(#"[{"a":"12345678","b":"123456789","c":"123456789"}]"#.utf8))]), long, longestText: 8)
    #expect(result.rows == [#"a="12345678" b=outOfRange c=outOfRange"#])
  }

  // MARK: - Encodings

  private func utf16(_ text: String, isBigEndian: Bool) -> [UInt8] {
    ([0xFEFF] + Array(text.utf16)).flatMap { isBigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
  }

  @Test func `a byte order mark is no part of the text`() throws {
    #expect(refusal([0xEF, 0xBB, 0xBF] + Array(array.utf8), shape) == "read: " + whole.joined(separator: "; "))
    #expect(refusal([0xEF, 0xBB, 0xBF] + Array("[{}x".utf8), shape) == "1:4 @6 `,` or `]` was expected")
    #expect(refusal(Array("[\u{FEFF}{}]".utf8), shape).hasSuffix("a row is an object"))
    #expect(refusal([0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF] + Array("[]".utf8), shape).hasSuffix("a collection is an array or an object"))
    let result = try read(memory([("users.json", [0xEF, 0xBB, 0xBF] + Array(array.utf8))]), shape)
    #expect(result.places[0] == RowPlace(file: 0, line: 1, byte: 4))
  }

  @Test func `UTF-16 reads like UTF-8, with its places`() throws {
    let expected = try read(wrapper, shape)
    for isBigEndian in [false, true] {
      for block in [1, 2, 3, 7, 64, 1000, Window.block] {
        let result = try read(memory([("users.json", utf16(wrapper, isBigEndian: isBigEndian))]), shape, block: block)
        #expect(result.rows == whole)
        #expect(result.places == expected.places)
      }
    }
  }

  @Test func `broken UTF-16 is refused`() {
    let good = utf16("[{\"name\":\"a\"}]", isBigEndian: false)
    #expect(refusal(good, plan([TestSlot("name", .text)])) == "read: name=\"a\"")
    #expect(refusal(Array(good.dropLast()), shape).hasSuffix("the text ends in the middle of a UTF-16 unit"))
    #expect(refusal(good + [0x20], shape).hasSuffix("the text ends in the middle of a UTF-16 unit"))
    for surrogate in [0xD8, 0xDC] as [UInt8] {
      var broken = good
      broken[21] = surrogate
      #expect(refusal(broken, shape) == "1:10 @9 half of a UTF-16 surrogate pair")
    }
    #expect(refusal(good + [0x00, 0xD8], shape).hasSuffix("half of a UTF-16 surrogate pair"))
    #expect(refusal([0xFF, 0xFE], shape).hasSuffix("ends too early"))
    #expect(refusal(Array(good.dropFirst(2)), shape).hasSuffix("a row is an object"))
    for count in 2..<good.count { #expect(!refusal(Array(good[..<count]), shape).hasPrefix("read")) }
  }
}

/// Random numbers that are the same in every run: Sebastiano Vigna, https://prng.di.unimi.it/splitmix64.c
struct SplitMix {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
