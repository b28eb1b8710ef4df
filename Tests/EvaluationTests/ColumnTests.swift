import Testing

/// What columns tell of many rows at once is what the machine says of each: tests of texts about the lengths of which the column keeps the ends,
/// and comparisons about the limits of their ranges.
@Suite struct ColumnTests {
  static let letters = "abcdefghijklmnopqrstuvwxyz"

  /// About eight and sixteen bytes, and about twice as many.
  static let lengths = [0, 1, 2, 7, 8, 9, 15, 16, 17, 24]
  static let numbers: [Int64] = [.min, -3, 0, 4, 5, 9, .max]

  /// Each text of a length, with another letter in each of its places, and with more before and behind it.
  static let texts: [String] = {
    var texts: [String] = []
    for length in lengths {
      let text = String(letters.prefix(length))
      texts += [text, "X\(text)", "\(text)X", "\u{0}\(text)", "\(text)\u{0}", "é\(text)"]
      for place in 0..<length { texts.append("\(text.prefix(place))X\(text.dropFirst(place + 1))") }
    }
    return texts
  }()

  static let policies: String = {
    var rules = ""
    func add(_ condition: String) {
      rules += "violation r\(rules.count) {\n  for each person in people\n  require \(condition)\n  message \"{person.id}\"\n}\n"
    }
    for length in lengths {
      for operation in ["is", "is not", "starts with", "ends with", "contains"] {
        add("person.name \(operation) \"\(letters.prefix(length))\"")
      }
    }
    for number in numbers {
      for operation in ["is", "is not", "<", "<=", ">", ">="] { add("person.size \(operation) \(number)") }
      // One range is asked for of this one, and one of that: too few to place rows among their limits.
      if number == 4 { add("person.age < \(number)") }
    }
    return "module people\n\nentity person in people key id {\n  id: int\n  name: text\n  size: int\n  age: int\n}\n\n" + rules
  }()

  @Test func `columns say what the machine says of each row`() throws {
    let sizes = ColumnTests.numbers.flatMap { [$0, $0 &+ 1, $0 &- 1] }
    let rows = ColumnTests.texts.enumerated().map { number, text in
      let name = text.replacing("\u{0}", with: "\\u0000")
      let size = sizes[number % sizes.count]
      // Some have another type, and some lack it: neither yes nor no.
      return number % 37 == 36
        ? "{\"id\":\(number),\"name\":7,\"size\":\"x\"}" : "{\"id\":\(number),\"name\":\"\(name)\",\"size\":\(size),\"age\":\(number % 9)}"
    }
    let found = try expectSameRowByRow(ColumnTests.policies, file: "people.jsonl", rows: rows.joined(separator: "\n"))
    #expect(found.findings > 5000)
  }
}
