import TestSupport
import Testing

/// What the limits of depth admit never overflows the stack, however little of it the shell grants.
@Suite struct DepthTests {
  private static let shape = "module m\nentity user in users key id { id: id, a: bool, n: int }\n"

  /// A rule that the test's user passes.
  private func rule(_ condition: String, defines: String = "") -> String {
    Self.shape + defines + """
      notice deep {
        for each user in users
        require \(condition)
        message "{user.id}"
      }
      test "deep" {
        as of 2026-01-01
        given user { id: "u", a: true, n: 1 }
        expect pass deep for user "u"
      }

      """
  }

  private func test(_ policy: String) throws -> Tool.Result {
    let folder = try TemporaryFolder(["deep.licet": policy])
    return try Tool.shell("ulimit -s 256; $licet test \(folder.path)/deep.licet 2>&1")
  }

  private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  @Test func `expressions nest up to the limit and are refused beyond it`() throws {
    let forms: [(deepest: Int, condition: (Int) -> String)] = [
      (198, { repeated("(", $0) + "user.a" + repeated(")", $0) }),
      (198, { repeated("not ", $0) + "user.a" }),
      (198, { repeated("any (x in [1] where ", $0).withNames + "user.a" + repeated(")", $0) }),
    ]
    for (deepest, condition) in forms {
      for depth in [deepest - 2, deepest] {
        let result = try test(rule(condition(depth)))
        #expect(result.code == 0, "\(depth): \(result.output.suffix(300))")
      }
      for depth in [deepest + 1, deepest + 2, 100_000] {
        let result = try test(rule(condition(depth)))
        #expect(result.code == 3 && result.output.contains("LIC0116"), "\(depth): \(result.code) \(result.output.suffix(300))")
      }
    }
  }

  @Test func `defines lie up to the limit in one another`() throws {
    func chain(_ count: Int) -> String {
      let rest = (1..<count).map { "define d\($0)(u: user) = d\($0 - 1)(u)\n" }.joined()
      return rule("d\(count - 1)(user)", defines: "define d0(u: user) = u.a\n" + rest)
    }
    for count in [148, 149, 150] {
      let result = try test(chain(count))
      #expect(result.code == 0, "\(count): \(result.output.suffix(300))")
    }
    for count in [151, 152, 1_000] {
      let result = try test(chain(count))
      #expect(result.code == 3 && result.output.contains("LIC0502"), "\(count): \(result.output.suffix(300))")
    }
  }

  @Test func `chains are long up to the limit`() throws {
    for (count, code) in [(9_999, 0), (10_000, 0), (10_001, 3)] as [(Int, Int32)] {
      let result = try test(rule(Array(repeating: "user.a", count: count).joined(separator: " and ")))
      #expect(result.code == code, "\(count): \(result.output.suffix(300))")
    }
  }

  @Test func `JSON nests up to the limit and is refused beyond it`() throws {
    for (depth, code) in [(253, 0), (254, 0), (255, 65), (1_000_000, 65)] as [(Int, Int32)] {
      for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        // The row and the array of rows are two levels more.
        let value = repeated(open, depth) + "1" + repeated(close, depth)
        let folder = try TemporaryFolder([
          "deep.licet": rule("user.a"), "data/users.json": "[{\"id\": \"u\", \"a\": true, \"skipped\": \(value)}]",
        ])
        let result = try Tool.shell("ulimit -s 256; $licet eval \(folder.path)/deep.licet --snapshot \(folder.path)/data 2>&1")
        #expect(result.code == code, "\(depth): \(result.output.suffix(300))")
      }
    }
  }
}

extension String {
  /// Each `x` with a number of its own.
  fileprivate var withNames: String {
    var number = 0
    return split(separator: "x", omittingEmptySubsequences: false).reduce(into: "") { text, part in
      if number > 0 { text += "x\(number)" }
      number += 1
      text += part
    }
  }
}
