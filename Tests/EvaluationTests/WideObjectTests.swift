import Evaluation
import ReadingChecks
import Testing

/// Objects of more keys than a word has bits, planned and not, with one that stands twice anywhere among them.
@Suite struct WideObjectTests {
  /// A row of all of the plan's keys and as many others, and one of them again at the end.
  private static func text(others: Int, again: String?) -> [UInt8] {
    var keys = (0..<200).map { number in
      switch number % 7 {
      case 0: "\"k\(number)\":\"text \(number)\""
      case 1 where number < 64: "\"k\(number)\":{\"a\":\(number)}"
      case 2: "\"k\(number)\":[\(number),\(number + 1)]"
      default: "\"k\(number)\":\(number)"
      }
    }
    keys += (0..<others).map { "\"other\($0)\":\($0)" }
    let plain = "{\(keys.joined(separator: ","))}"
    let odd = again.map { "{\(keys.joined(separator: ",")),\($0)}" } ?? plain
    // The first row is learned from, those behind it are guessed.
    return Array([plain, plain, odd, plain].joined(separator: "\n").utf8)
  }

  @Test(
    arguments: [0, 1, 100, 4000, 5000],
    [nil, "\"k3\":4", "\"k70\":\"text 70\"", "\"k199\":5", "\"other0\":0", "\"other99\":7", "\"other3999\":1"])
  func `both readers read it alike`(_ others: Int, _ again: String?) {
    let text = WideObjectTests.text(others: others, again: again)
    let strict = Readers.strict(text, Plans.manyKeys, Readers.wholeBlock)
    #expect(strict.places.count == 4)
    #expect(Readers.fast(text, Plans.manyKeys, Readers.wholeBlock).difference(from: strict) == nil)
    #expect(Readers.usual(text, Plans.manyKeys, Readers.wholeBlock).difference(from: strict) == nil)
  }
}
