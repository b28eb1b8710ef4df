import Evaluation
import Foundation
import Reference
import Semantics
import Syntax

/// Judges generated tenants by generated policies, with the engine and with the reference, and says where the two disagree.
@main
struct Main {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "show": if let seed = arguments.dropFirst().first.flatMap({ UInt64($0) }) { show(seed) }
    case "take-away":
      takeAway(from: arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? 0, arguments.dropFirst().first.flatMap { UInt64($0) } ?? 400)
    case "check": checkPolicies(upTo: arguments.dropFirst().first.flatMap { UInt64($0) } ?? 1000)
    default:
      let count = arguments.first.flatMap { UInt64($0) } ?? 100_000
      run(from: arguments.dropFirst().first.flatMap { UInt64($0) } ?? 0, count)
    }
  }

  private static func run(from first: UInt64, _ count: UInt64) {
    var judged = 0
    var refused = 0
    var failing: [UInt64] = []
    for seed in first..<(first + count) {
      guard let pair = Pair(seed: seed) else {
        refused += 1
        continue
      }
      let (judgements, differences) = pair.differences()
      judged += judgements
      if let difference = differences.first {
        if failing.count < 40 { print("seed \(seed): \(differences.count): \(difference)") }
        failing.append(seed)
      }
    }
    print("\(count) pairs, \(refused) refused by the checker, \(judged) verdicts compared, \(failing.count) pairs differ")
    if let smallest = failing.first {
      print("smallest failing seed: \(smallest)")
      exit(1)
    }
  }

  private static func takeAway(from first: UInt64, _ count: UInt64) {
    var tried = 0
    var broken: [String] = []
    for seed in first..<first + count {
      guard let pair = Pair(seed: seed) else { continue }
      let taking = TakingAway(pair)
      tried += taking.tried
      broken += taking.broken
    }
    for line in broken.prefix(40) { print(line) }
    print("\(count) pairs, \(tried) snapshots with something taken away, \(broken.count) promises broken")
    if !broken.isEmpty { exit(1) }
  }

  private static func show(_ seed: UInt64) {
    print(PolicyText.generate(seed: seed / Pair.tenantsOfPolicy))
    guard let pair = Pair(seed: seed) else { return print("refused by the checker") }
    print("tenant \(pair.tenant.id), as of \(pair.options.asOf.map { "\($0)" } ?? "-"), today \(pair.options.today)")
    for (collection, data) in zip(pair.program.collections, pair.tenant.collections) {
      print("\(collection.name): \(data.state)")
      for row in data.rows { print("  " + row.text) }
    }
    print(pair.differences().differences.joined(separator: "\n"))
  }

  private static func checkPolicies(upTo count: UInt64) {
    var kinds: [String: (count: Int, example: String)] = [:]
    var refused = 0
    for seed in 0..<count {
      let tree = parse(SourceFile(path: "gen.licet", bytes: Array(PolicyText.generate(seed: seed).utf8)), file: 0)
      let checked = check([tree])
      if checked.program == nil { refused += 1 }
      for first in (tree.diagnostics + checked.diagnostics).filter({ $0.severity == .error }).prefix(1) {
        let place = tree.source.position(of: first.span.start)
        let example = "policy \(seed), line \(place.line): \(first.message): \(tree.source.string(first.span))"
        kinds[first.kind.code, default: (0, example)].count += 1
      }
    }
    for (code, entry) in kinds.sorted(by: { $0.value.count > $1.value.count }) { print(code, entry.count, entry.example) }
    print("\(count) policy sets, \(refused) refused by the checker")
  }
}
