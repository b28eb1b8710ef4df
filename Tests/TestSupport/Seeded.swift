import Foundation

/// Random numbers that are the same in every run, so that a failure can be had again: Sebastiano Vigna,
/// https://prng.di.unimi.it/splitmix64.c
package struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  package init(_ seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// The bytes with one to four places changed, taken away, doubled, put in or turned into a piece of something else.
  package mutating func mutant(of bytes: [UInt8], _ pieces: [String]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      if result.isEmpty { result = [0x20] }
      let place = Int.random(in: 0..<result.count, using: &self)
      let end = min(result.count, place + Int.random(in: 1...30, using: &self))
      switch Int.random(in: 0..<6, using: &self) {
      case 0: result[place] = UInt8.random(in: 0...255, using: &self)
      case 1: result[place] ^= 1 << UInt8.random(in: 0...7, using: &self)
      case 2: result.removeSubrange(place..<end)
      case 3: result.insert(contentsOf: Array(result[place..<end]), at: place)
      case 4: result.replaceSubrange(place..<end, with: pieces[Int.random(in: 0..<pieces.count, using: &self)].utf8)
      default: result.insert(contentsOf: pieces[Int.random(in: 0..<pieces.count, using: &self)].utf8, at: place)
      }
    }
    return result
  }
}

/// The policy files of the project, by path.
package func policyFiles() -> [(path: String, bytes: [UInt8])] {
  let folder = repositoryRoot.appendingPathComponent("Policies")
  let names = (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".licet") }
  precondition(!names.isEmpty, "no .licet in Policies")
  return names.sorted().map { ($0, [UInt8]((try? Data(contentsOf: folder.appendingPathComponent($0))) ?? Data())) }
}
