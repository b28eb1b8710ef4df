import Syntax
import TestSupport
import Testing

/// Signs of another spelling that stand without spaces: mending joins nothing.
@Suite struct MendingTests {
  @Test(arguments: [
    ("n==3", "n is 3"), ("n=3", "n is 3"), ("n!=3", "n is not 3"), ("n≠3", "n is not 3"), ("n==-3", "n is -3"), ("n==−3", "n is -3"),
    ("n≠−3", "n is not -3"), ("n≤3", "n <= 3"), ("n−3 > 2", "n - 3 > 2"), ("n × 3 > 2", "n * 3 > 2"), ("a&&b", "a and b"),
    ("a||b", "a or b"), ("a&&!b", "a and not b"), ("a||!b", "a or not b"), ("!a", "not a"), ("(a)&&(b)", "(a) and (b)"),
    ("n==3&&!b&&(a||b)", "n is 3 and not b and (a or b)"), ("b&&n−−3 > 2", "b and n - -3 > 2"), ("n ==3;", "n is 3"),
    ("n==3; // three", "n is 3  // three"),
  ])
  func `a sign without spaces is a word apart`(_ sign: String, _ word: String) {
    let head = "module m\ndefine d(a: bool, b: bool, n: int) = "
    let source = SourceFile(path: "f.licet", bytes: Array((head + sign + "\n").utf8))
    #expect(canonical(head + sign + "\n") == head + word + "\n")
    #expect(flaw(of: source.bytes) == nil)
    for fix in parse(source, file: 0).diagnostics.compactMap(\.fix) { #expect(!fix.title.contains("write ` "), "\(fix.title)") }
  }

  @Test(arguments: [
    "define d = [1;2]", "define d = [1; 2]", "define d(a: user) = user.a;b", "define d(a: user) = a.a; and a.b", "define d = [1 ;;2]",
    "define d = 1 /;// 2", "define d = \u{201C}a\" b", "define d = 2026−11−01", "define d = 4÷÷2",
  ])
  func `where mending would join or part tokens the file is refused`(_ line: String) {
    #expect(canonical("module m\n\(line)\n") == nil)
  }

  @Test func `every policy is mended from the signs of other languages, without spaces`() {
    var mended = 0
    for (name, bytes) in policies where bytes.count < 60_000 {
      guard let expected = canonical(string(bytes)) else { continue }
      let (foreign, count) = foreign(Array(expected.utf8))
      guard count > 0 else { continue }
      let found = canonical(string(foreign))
      #expect(found == nil || found == expected, "\(name)")
      if found != nil { mended += 1 }
    }
    #expect(mended > 50)
  }

  @Test func `more signs than are told at once are all mended`() {
    let clauses = (0..<5_000).map { "define d\($0)(n: int) = n==\($0)\n" }.joined()
    let found = canonical("module m\n" + clauses)
    #expect(found?.contains("define d4999(n: int) = n is 4999\n") == true)
  }

  /// The connectives and comparisons of `when`, `require` and `define` as signs, with nothing around them.
  private func foreign(_ bytes: [UInt8]) -> (bytes: [UInt8], count: Int) {
    let tokens = parse(SourceFile(path: "f", bytes: bytes), file: 0).tokens
    let words = tokens.map { string(Array(bytes[Int($0.span.start)..<Int($0.span.end)])) }
    var result: [UInt8] = []
    var (end, count, index) = (0, 0, 0)
    var isExpression = false
    while index < tokens.count {
      if tokens[index].startsLine { isExpression = ["when", "require", "define"].contains(words[index]) }
      var sign: String?
      var last = index
      if isExpression, !tokens[index].startsLine, index + 1 < tokens.count, !tokens[index + 1].startsLine {
        switch words[index] {
        case "is" where words[index + 1] == "not":
          sign = count % 2 == 0 ? "!=" : "≠"
          last += 1
        case "is": sign = count % 2 == 0 ? "==" : "="
        case "and": sign = "&&"
        case "or": sign = "||"
        case ">=": sign = "≥"
        default: break
        }
      }
      let gap = bytes[end..<Int(tokens[index].span.start)]
      if let sign {
        result += sign.utf8
        count += 1
        end = Int(tokens[last].span.end)
        while bytes[end] == 0x20 { end += 1 }
      } else {
        result += gap + bytes[Int(tokens[index].span.start)..<Int(tokens[index].span.end)]
        end = Int(tokens[index].span.end)
      }
      index = last + 1
    }
    return (result + bytes[end...], count)
  }
}

@Suite struct LayoutTests {
  @Test func `an empty line or a comment of its own ends a group of comments behind lines`() {
    let text = """
      module m
      violation v {
        title    "T"  // one
        // Apart.
        require  true and true and true  // two

        message  "M"  // three
      }

      """
    #expect(canonical(text) == text)
  }

  @Test func `matches and days are broken where they do not fit`() {
    let name = "a_rather_long_name_of_a_function_that_takes_one"
    let found = canonical(
      "module m\ndefine a(x: text) = \(name)(x).and_its_field_one matches \"a pattern of many letters that is long *\"\n"
        + "define b(x: date) = days from \(name)(x).and_its_field_one to \(name)(x).and_its_field_two\n")
    #expect(
      found == """
        module m
        define a(x: text) =
          \(name)(x).and_its_field_one
            matches "a pattern of many letters that is long *"
        define b(x: date) =
          days from \(name)(x).and_its_field_one
            to \(name)(x).and_its_field_two

        """)
  }

  @Test func `many declarations broken over lines take a time that grows as they do`() {
    func time(_ count: Int) -> Duration {
      let text = "module m\n" + (0..<count).map { "feature f\($0)\n  \"F\"\n" }.joined()
      return ContinuousClock().measure { _ = canonical(text) }
    }
    _ = time(500)
    #expect(time(16_000) < time(2_000) * 40)
  }
}
