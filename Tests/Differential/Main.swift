import Foundation
import Reference
import Semantics
import Syntax

@main
struct Main {
  static func main() {
    let arguments = CommandLine.arguments
    if arguments.count > 2, arguments[1] == "text", let seed = UInt64(arguments[2]) {
      print(PolicyText.generate(seed: seed), terminator: "")
      return
    }
    if arguments.count > 2, arguments[1] == "check", let count = UInt64(arguments[2]) {
      var kinds: [String: (count: Int, example: String)] = [:]
      var bad = 0
      for seed in 0..<count {
        let tree = parse(SourceFile(path: "gen.licet", bytes: Array(PolicyText.generate(seed: seed).utf8)), file: 0)
        let checked = check([tree])
        if checked.program == nil { bad += 1 }
        if let first = (tree.diagnostics + checked.diagnostics).first(where: { $0.severity == .error }) {
          let place = tree.source.position(of: first.span.start)
          let line = String(decoding: tree.source.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)[place.line - 1]
          kinds[first.kind.code, default: (0, "seed \(seed):\(place): \(first.message)\n    \(tree.source.string(first.span))\n    \(line)")].count += 1
        }
      }
      for (code, entry) in kinds.sorted(by: { $0.value.count > $1.value.count }) { print(code, entry.count, entry.example) }
      print("\(count) texts, \(bad) do not check")
    }
    if arguments.count > 2, arguments[1] == "parse", let count = UInt64(arguments[2]) {
      var bad = 0
      for seed in 0..<count {
        let tree = parse(SourceFile(path: "gen.licet", bytes: Array(PolicyText.generate(seed: seed).utf8)), file: 0)
        if let first = tree.diagnostics.first {
          bad += 1
          if bad < 20 { print("seed \(seed): \(first.message) at \(tree.source.position(of: first.span.start)): \(tree.source.string(first.span))") }
        }
      }
      print("\(count) texts, \(bad) do not parse")
    }
  }
}
