import Evaluation
import Reference
import Semantics
import Syntax

/// One file of a collection that says which texts are JSON, and everywhere that a reader of snapshots meets its bytes.
///
/// `y_` names JSON, `n_` none, `i_` what a reader may do with as it likes: https://github.com/nst/JSONTestSuite
package struct JSONSuiteCase: Sendable {
  package enum Verdict: String, Sendable, Hashable {
    case read
    /// JSON, as far as it was read, but no row: an array of other things than objects.
    case noRows = "no rows"
    case refused
    /// The readers or the ways of reading disagree, which none may.
    case disagree
  }

  package let name: String
  private let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  private static let blocks = [1, 2, 7, 16, 64, Readers.wholeBlock]

  /// Every text with the bytes as a value: of a field of each kind, of a path, of a field that is not planned and of one within it; alone, and
  /// behind a row that has taught the reader the keys; as lines, and in an array.
  private static let values: [(plan: Planned, before: String, behind: String)] = {
    var texts: [(plan: Planned, before: String, behind: String)] = []
    func add(_ plan: Planned, _ before: String, _ behind: String, learned: String) {
      texts.append((plan, before, behind))
      texts.append((plan, learned + "\n" + before, behind + "\n"))
      texts.append((plan, "[" + learned + "," + before, behind + "]"))
    }
    for kind in Plans.kinds { add(Plans.single(kind), "{\"id\":1,\"v\":", "}", learned: "{\"id\":1,\"v\":null}") }
    add(Plans.single(.int, path: "v.a"), "{\"id\":1,\"v\":", ",\"w\":2}", learned: "{\"id\":1,\"v\":{\"a\":1},\"w\":2}")
    add(Plans.single(.int), "{\"id\":1,\"x\":", ",\"v\":2}", learned: "{\"id\":1,\"x\":null,\"v\":2}")
    add(
      Plans.single(.int), "{\"id\":1,\"x\": { \"a\" : [ 0 , ", " ] } , \"v\":2}",
      learned: "{\"id\":1,\"x\": { \"a\" : [ 0 , 1 ] } , \"v\":2}")
    return texts
  }()

  /// What becomes of the bytes as a value of a row, wherever that is.
  package var asValue: Verdict {
    var verdict: Verdict?
    for (plan, before, behind) in JSONSuiteCase.values {
      let text = Array(before.utf8) + bytes + Array(behind.utf8)
      // A value that ends its row too early leaves something behind it that is no row.
      let read = read(text, plan)
      let here = read == .noRows ? .refused : read
      if here == .disagree || verdict != nil && verdict != here { return .disagree }
      verdict = here
    }
    return verdict ?? .disagree
  }

  /// What becomes of the bytes as a file of their own.
  package var asDocument: Verdict {
    let verdicts = Set(Plans.kinds.map { read(bytes, Plans.single($0, path: "a")) })
    return verdicts.count == 1 ? verdicts.first ?? .disagree : .disagree
  }

  /// Whether the bytes are an array or an object, if they are JSON at all.
  package var isDocument: Bool {
    let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF, 0xFF, 0xFE, 0x00].contains($0) }
    return first == 0x5B || first == 0x7B
  }

  private func read(_ text: [UInt8], _ plan: Planned) -> Verdict {
    let strict = Readers.strict(text, plan, Readers.wholeBlock)
    for block in JSONSuiteCase.blocks {
      for reader in [Readers.strict, Readers.fast, Readers.usual] where reader(text, plan, block).difference(from: strict) != nil {
        return .disagree
      }
    }
    if strict.error == nil { return .read }
    return strict.reason == "a row is an object" ? .noRows : .refused
  }
}

/// Sequences of bytes that are UTF-8 and that are not, in a planned text, in a skipped one and in a key.
package enum UTF8Sequences {
  /// Of each class of second, third and fourth bytes the first and the last.
  private static let followers: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]

  /// Every sequence of one byte beyond ASCII, and of two, three and four with followers of each class.
  private static var all: [[UInt8]] {
    var sequences: [[UInt8]] = []
    for first in UInt8(0x80)...0xFF {
      sequences.append([first])
      for second in UInt8(0x80)...0xFF { sequences.append([first, second]) }
      for second in followers {
        sequences.append([first, second])
        for third in followers {
          sequences.append([first, second, third])
          for fourth in followers { sequences.append([first, second, third, fourth]) }
        }
      }
    }
    return sequences
  }

  /// How many were tried, how many of them are UTF-8, and the first that were not judged as the standard library judges them.
  package static func check() -> (tried: Int, good: Int, wrong: [String]) {
    var tried = 0
    var good = 0
    var wrong: [String] = []
    let plan = Plans.single(.text)
    for (number, sequence) in all.enumerated() {
      let isGood = String(validating: sequence, as: UTF8.self) != nil
      if isGood { good += 1 }
      // So that the sequence lies everywhere in a vector, and across two.
      let padding = [UInt8](repeating: 0x61, count: number % 19)
      for (before, behind) in [("{\"v\":\"", "\"}"), ("{\"x\":[\"", "\"]}"), ("{\"", "\":1}")] {
        let text = Array(before.utf8) + padding + sequence + Array(behind.utf8)
        tried += 1
        let strict = Readers.strict(text, plan, Readers.wholeBlock)
        let isRight = isGood ? strict.error == nil : strict.reason == "bytes that are not UTF-8"
        let fast = Readers.fast(text, plan, number % 3 == 0 ? 1 + number % 37 : Readers.wholeBlock)
        if !isRight || fast.difference(from: strict) != nil { wrong.append("\(before)\(sequence): \(strict.text), \(fast.text)") }
      }
    }
    return (tried, good, wrong)
  }
}
