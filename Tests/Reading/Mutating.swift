import Reference

/// Changes to rows: first of their tree, so that what comes out is JSON most of the time, then of their bytes.
struct Mutating {
  var dice: Dice

  // MARK: - Trees

  private static let oddValues: [Tree] =
    [
      "null", "true", "false", "0", "-0", "-", "+1", "01", "1.", ".5", "1e", "1e+", "1E-2", "1.0", "12e0", "1e18", "1e19", "-1e-1", "0.0",
      "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "999999999999999999",
      "1000000000000000000",
      "123456789012345678", "1234567890123456789", "12345678901234567890123", "0.123456789012345678", "0.1234567890123456789", "1e-18",
      "1e-19",
      "1e99999999999999999999", "0e99999999999999999999", "-0.5", "9.5", "9.0", "100.1", "-1", "-1.5",
      "1.50000000000000000000000000000000000000000",
      "\"\"", "\"null\"", "\"None\"", "\"none\"", #""\u004eone""#, #""n\u0075ll""#, #""\u0000""#, #""\ud800""#, #""\udc00\ud800""#,
      #""\ud83d\ude00""#,
      #""\ud83dx""#, #""\/""#, #""\x""#, #""\u12""#, #""\u00zz""#, "\"\t\"", "\"\u{1}\"", "\"é\"", "\"\u{10FFFF}\"", "\"\u{D7FF}\u{E000}\"",
      "\"On\"", "\"on\"", #""\u004fn""#, "\"Größe\"", #""Gr\u00f6\u00dfe""#, "\"Member\"", "\"Member \"", "\"2024-02-30\"",
      "\"2024-02-29\"",
      "\"0000-01-01\"", "\"2024-02-29T25:00:00Z\"", "\"2024-02-29T12:00:00\"", "\"0001-01-01T00:00:00+00:01\"",
      "\"9999-12-31T23:59:59.99999999999999999999999999999Z\"", "\"2024-02-29T12:00:00.Z\"", "\"2024-02-29T12:00Z\"", "\"/Date(1)/\"",
      "\"/Date(-62135596800000)/\"", "\"/Date(99999999999999999999)/\"", "\"/Date(999999999999999)/\"", "\"/Date(1+0200)/\"",
      "\"f245ecc8-75af-4f8e-b61f-27d8114de5f3\"", "\"F245ECC8-75AF-4F8E-B61F-27D8114DE5F3\"", "\"f245ecc8-75af-4f8e-b61f-27d8114de5fg\"",
      "\"f245ecc8-75af-4f8e-b61f_27d8114de5f3\"", #""\u00662 45ecc8-75af-4f8e-b61f-27d8114de5""#,
      #""\u0066245ecc8-75af-4f8e-b61f-27d8114de5f3""#,
      "\"ï245ecc8-75af-4f8e-b61f-27d8114de5f\"", "[]", "{}", "[null]", "[[]]", "[{}]", "[1,\"a\",null,{},[]]", "[{\"name\":1}]",
      "{\"name\":[]}",
      "{\"a\":{\"b\":{\"c\":[{}]}}}", "{\"paid\":1,\"inner\":null}", "{\"inner\":{\"price\":1},\"inner\":{\"price\":2}}",
      "{\"x\":1,\"x\":2}", "[1,2,3,4,5,6]", "[{},{},{},{},{}]",
      "{\"a\":1},{\"b\":2}", "[{\"a\":1},{\"a\":\"2\"},{},{\"b\":{\"a\":1}},{\"a\":{\"a\":1},{\"a\":2}}]", "nul", "nulll", "tru", "fals",
      "falsey", "NaN", "Infinity", "/**/1", "'a'",
      "",
    ].map { Tree.raw($0) } + [0x00, 0x1F, 0x7F, 0x80, 0xC0, 0xFF].map { Tree.raw([0x22, UInt8($0), 0x22]) }

  /// Values that leave a row whole, for most of the changes: a broken row ends the reading.
  private static let wholeValues = oddValues.filter { tree in
    var bytes: [UInt8] = []
    tree.write(to: &bytes, .compact)
    return RawText.isJSON(bytes)
  }

  mutating func row(_ tree: Tree) -> Tree {
    guard case .object(var members) = tree, !members.isEmpty else { return tree }
    let place = dice.below(members.count)
    switch dice.below(24) {
    case 0...6: members[place].value = dice.pick(Mutating.wholeValues)
    case 7...8: members[place].value = value(members[place].value)
    case 9: members[place].key = spelled(members[place].key)
    case 10: members.insert((spelled(members[place].key), members[place].value), at: dice.below(members.count + 1))
    case 11: members.insert((members[place].key, dice.pick(Mutating.wholeValues)), at: dice.below(members.count + 1))
    case 12...13: members.swapAt(place, dice.below(members.count))
    case 14: members.remove(at: place)
    case 15: members.insert((key(), dice.pick(Mutating.wholeValues)), at: place)
    case 16:
      let link = dice.pick(["@odata.nextLink", "@nextLink", "@ODATA.NEXTLINK", "@odata.count", #"@odata.next\u004cink"#])
      members.insert(
        (Array(members[place].key.dropLast()) + Array(link.utf8) + [0x22], dice.pick([.text("x"), .raw("null"), .raw("7")])), at: place)
    case 17: members[place].value = deep(members[place].value)
    case 18: for index in members.indices.reversed() { members.swapAt(index, dice.below(index + 1)) }
    case 19: for number in 0..<(1 + dice.below(90)) { members.insert((Tree.quoted("n\(number * 7 % 100)"), .raw("1")), at: place) }
    case 20: members[place].value = .array([members[place].value, members[place].value])
    case 21: members[place].value = dice.pick(Mutating.oddValues)
    case 22: members[place].value = .text(String(repeating: dice.pick(["a", "é", "\\n", "\\ud83d\\ude00"]), count: dice.below(70)))
    default: members[place].key = key()
    }
    return .object(members)
  }

  private mutating func value(_ tree: Tree) -> Tree {
    switch tree {
    case .object: return row(tree)
    case .array(var elements):
      if elements.isEmpty || dice.one(in: 3) {
        elements.insert(dice.pick(Mutating.wholeValues), at: dice.below(elements.count + 1))
      } else {
        let place = dice.below(elements.count)
        elements[place] = value(elements[place])
      }
      return .array(elements)
    case .raw: return dice.pick(Mutating.wholeValues)
    }
  }

  private mutating func deep(_ tree: Tree) -> Tree {
    let levels = dice.pick([2, 10, 23, 24, 25, 61, 62, 63, 64, 65, 66, 126, 252, 253, 254, 255, 256, 257, 300])
    var bytes: [UInt8] = []
    let isObject = dice.one(in: 2)
    let open = isObject ? dice.pick(["{\"a\":", "{\"name\": "]) : "["
    for _ in 0..<levels { bytes += open.utf8 }
    tree.write(to: &bytes, .compact)
    for _ in 0..<levels { bytes.append(isObject ? 0x7D : 0x5D) }
    return .raw(bytes)
  }

  private static let oddKeys =
    [
      "", "id", "ID", "name", "value", "error", "count", "inner", "@odata.type", "Ünit", "ünit", "tags@odata.nextLink", "x", "k3", "k70",
      "k111", "a key of an unplanned name that is longer than two vectors, and then some", "Kelvin \u{212A}ey", #"\u0069d"#, #"n\u0061me"#,
      "name\u{0301}", String(repeating: "k", count: 250), String(repeating: "k", count: 260),
    ].map { Tree.quoted($0) }

  private mutating func key() -> [UInt8] { dice.pick(Mutating.oddKeys) }

  /// A key in other letters, or with escapes.
  private mutating func spelled(_ key: [UInt8]) -> [UInt8] {
    guard key.count > 2 else { return key }
    var spelled = key
    let place = 1 + dice.below(key.count - 2)
    let byte = spelled[place]
    if (byte | 0x20) &- 0x61 < 26 && dice.one(in: 2) {
      spelled[place] = byte ^ 0x20
    } else if byte < 0x80 && byte != 0x5C && byte != 0x22 {
      let digits = Array((dice.one(in: 2) ? "0123456789abcdef" : "0123456789ABCDEF").utf8)
      spelled.replaceSubrange(place...place, with: [0x5C, 0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }
    return spelled
  }

  // MARK: - Bytes

  private static let pieces: [[UInt8]] =
    [
      "{", "}", "[", "]", "\"", ",", ":", " ", "\n", "\r\n", "\t", "\\", "\\u", "\\ud800", "\\udc00", "null", "true", "-", "0", "1e5", ".",
      "\u{0}",
      "\u{FEFF}", "é", "€", "😀", "{}", "[]", "\"\":", ",\"id\":null", "},{", "}\n{", "\u{85}", "\u{2028}", "#", "/*",
    ].map { Array($0.utf8) } + [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
      [0xEF, 0xBB, 0xBF],
      [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
    ]

  mutating func bytes(_ bytes: inout [UInt8], from start: Int) {
    guard bytes.count > start else { return }
    let place = start + dice.below(bytes.count - start)
    switch dice.below(12) {
    case 0: bytes[place] = UInt8(truncatingIfNeeded: dice.next())
    case 1: bytes[place] ^= 1 << UInt8(dice.below(8))
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + dice.below(20)))
    case 3: bytes.insert(contentsOf: Array(bytes[place..<min(bytes.count, place + 1 + dice.below(40))]), at: place)
    case 4...6: bytes.insert(contentsOf: dice.pick(Mutating.pieces), at: place)
    case 7: bytes.replaceSubrange(place..<min(bytes.count, place + 1 + dice.below(3)), with: dice.pick(Mutating.pieces))
    case 8: bytes.removeSubrange(place...)
    case 9:
      // White space where some may stand.
      if let next = bytes[place...].firstIndex(where: { [0x2C, 0x3A, 0x7B, 0x7D, 0x5B, 0x5D].contains($0) }) {
        let count = dice.pick([1, 2, 3, 15, 16, 17, 40])
        bytes.insert(contentsOf: [UInt8](repeating: dice.pick([0x20, 0x0A, 0x0D, 0x09]), count: count), at: next + dice.below(2))
      }
    case 10: bytes.remove(at: place)
    default:
      let other = start + dice.below(bytes.count - start)
      bytes.swapAt(place, other)
    }
  }
}
