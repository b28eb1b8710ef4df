import Foundation
import Reference
import Syntax

@main
struct Main {
  static func main() {
    let arguments = CommandLine.arguments
    if arguments.count > 2, arguments[1] == "text", let seed = UInt64(arguments[2]) {
      print(PolicyText.generate(seed: seed), terminator: "")
      return
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
