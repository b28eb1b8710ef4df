import Evaluation
import Foundation
import ReadingChecks

/// Holds the readers of snapshots against each other, and against collections of texts.
@main
struct Main {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    func number(_ index: Int, orElse standard: UInt64) -> UInt64 {
      arguments.indices.contains(index) ? UInt64(arguments[index]) ?? standard : standard
    }
    switch (arguments.first, arguments.count) {
    case ("fuzz", _): fuzz(from: number(2, orElse: 0), number(1, orElse: 100_000), FuzzCase.init(seed:))
    case ("fuzz-short", _): fuzz(from: number(2, orElse: 0), number(1, orElse: 100_000), FuzzCase.init(shortSeed:))
    case ("show", 2): show(FuzzCase(seed: number(1, orElse: 0)))
    case ("show-short", 2): show(FuzzCase(shortSeed: number(1, orElse: 0)))
    case ("suite", 3): suite(arguments[1], arguments[2])
    case ("utf8", 1): utf8()
    case ("corpus", 3): corpus(arguments[1], number(2, orElse: 200))
    case ("file", 2): file(arguments[1])
    default:
      print(
        """
        usage: licet-reading fuzz|fuzz-short COUNT [FIRST-SEED] | show|show-short SEED | suite FOLDER TABLE | utf8 | corpus FOLDER COUNT |
          file FUZZER-INPUT
        """)
      exit(64)
    }
  }

  // MARK: - Generated texts

  /// Reads texts with both readers; with each eighth they read in more ways, and with each 32nd the naive one reads as well.
  private static func fuzz(from first: UInt64, _ count: UInt64, _ make: (UInt64) -> FuzzCase) {
    var rows = 0
    var refused = 0
    var failing: [UInt64] = []
    for seed in first..<first + count {
      let text = make(seed)
      rows += text.changed
      let (difference, isRefused) = text.compare(depth: seed % 32 == 0 ? 2 : seed % 8 == 0 ? 1 : 0)
      if isRefused { refused += 1 }
      if let difference {
        if failing.count < 20 { print("seed \(seed): \(difference)") }
        failing.append(seed)
      }
    }
    print("\(count) texts from seed \(first) on, \(rows) changed rows in them, \(refused) texts refused, \(failing.count) texts differ")
    if !failing.isEmpty { exit(1) }
  }

  private static func show(_ text: FuzzCase) {
    guard let difference = text.compare(depth: 2).difference else { return print(text.report) }
    print(difference)
    print(text.smallest(depth: 2).report)
    exit(1)
  }

  /// Writes texts for libFuzzer to begin with.
  private static func corpus(_ folder: String, _ count: UInt64) {
    for seed in 0..<count { write(FuzzCase(seed: seed).fuzzerInput, to: folder + "/\(seed)") }
  }

  /// Shows what libFuzzer found.
  private static func file(_ path: String) { show(FuzzCase(fuzzerInput: bytes(of: path))) }

  // MARK: - Collections of texts

  /// Reads the files of a folder as its names say; of those that begin with `i_` a table says what is to become of them.
  private static func suite(_ folder: String, _ table: String) {
    var decided: [String: [String]] = [:]
    for line in String(decoding: bytes(of: table), as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
      let cells = line.split(separator: "\t").map(String.init)
      if cells.count == 4 { decided[cells[0]] = cells }
    }
    var right: [Character: Int] = [:]
    var all: [Character: Int] = [:]
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() where name.hasSuffix(".json") {
      guard let kind = name.first else { continue }
      all[kind, default: 0] += 1
      let text = JSONSuiteCase(name: name, bytes: bytes(of: folder + "/" + name))
      let value = text.asValue
      let document = text.isDocument ? text.asDocument : nil
      let isRight =
        switch kind {
        case "y": value == .read && (document == nil || document == .read || document == .noRows)
        case "n": value == .refused && (document == nil || document == .refused || document == .noRows)
        default: decided[name].map { $0[1] == value.rawValue && $0[2] == document?.rawValue ?? "-" } ?? false
        }
      if isRight {
        right[kind, default: 0] += 1
      } else {
        print("\(name)\t\(value.rawValue)\t\(document?.rawValue ?? "-")")
      }
    }
    func score(_ kind: Character) -> String { "\(right[kind] ?? 0) of \(all[kind] ?? 0)" }
    print("accepted \(score("y")), rejected \(score("n")), free ones as decided \(score("i"))")
    if all != ["y": 95, "n": 188, "i": 35] || right != all || decided.count != 35 { exit(1) }
  }

  private static func utf8() {
    let (tried, good, wrong) = UTF8Sequences.check()
    for line in wrong.prefix(20) { print(line) }
    print("\(tried) texts, \(good) of \(tried / 3) sequences are UTF-8, \(wrong.count) texts judged wrong")
    if !wrong.isEmpty { exit(1) }
  }

  // MARK: - Files

  private static func bytes(of path: String) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      print("cannot read \(path)")
      exit(74)
    }
    return [UInt8](data)
  }

  private static func write(_ bytes: [UInt8], to path: String) {
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
      print("cannot write \(path)")
      exit(74)
    }
  }
}
