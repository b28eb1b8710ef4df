/// Random numbers that are the same in every run: Sebastiano Vigna, https://prng.di.unimi.it/splitmix64.c
package struct Dice: Sendable {
  private var state: UInt64
  package init(_ seed: UInt64) { state = seed &* 0x2545_F491_4F6C_DD1D &+ 1 }

  @inline(__always) mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  @inline(__always) mutating func below(_ limit: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % limit }
  @inline(__always) mutating func one(in count: Int) -> Bool { below(count) == 0 }
  @inline(__always) mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
