/// The hash of FIPS 180-4, https://csrc.nist.gov/pubs/fips/180-4/upd1/final
package struct SHA256: Sendable {
  private var state: InlineArray<8, UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// Of what was given, the bytes that do not fill a block yet.
  private var block: [UInt8] = []
  private var length: UInt64 = 0

  package init() {}

  package mutating func update(_ bytes: [UInt8]) {
    length &+= UInt64(bytes.count)
    var start = 0
    if !block.isEmpty {
      let count = min(64 - block.count, bytes.count)
      block.append(contentsOf: bytes[..<count])
      start = count
      if block.count < 64 { return }
      let full = block
      SHA256.compress(full.span, 0, into: &state)
      block.removeAll(keepingCapacity: true)
    }
    while start + 64 <= bytes.count {
      SHA256.compress(bytes.span, start, into: &state)
      start += 64
    }
    block.append(contentsOf: bytes[start...])
  }

  /// The 32 bytes of the hash of all that was given.
  package consuming func finish() -> [UInt8] {
    finishBlocks()
    var digest: [UInt8] = []
    digest.reserveCapacity(32)
    for word in state.indices {
      for shift in stride(from: UInt32(24), through: 0, by: -8) { digest.append(UInt8(truncatingIfNeeded: state[word] >> shift)) }
    }
    return digest
  }

  /// Writes the hash of all that was given as 64 hexadecimal digits in lower case.
  package consuming func finishHex(to bytes: inout [UInt8]) {
    finishBlocks()
    for word in state.indices {
      var shift: UInt32 = 28
      while true {
        let digit = UInt8(truncatingIfNeeded: state[word] &>> shift & 15)
        bytes.append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
        if shift == 0 { break }
        shift &-= 4
      }
    }
  }

  private mutating func finishBlocks() {
    let bits = length &* 8
    let end = block.count >= 56 ? 128 : 64
    var last: [UInt8] = []
    last.reserveCapacity(128)
    last.append(contentsOf: block)
    last.append(0x80)
    while last.count < end - 8 { last.append(0) }
    var shift: UInt64 = 64
    while shift > 0 {
      shift -= 8
      last.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    SHA256.compress(last.span, 0, into: &state)
    if end == 128 { SHA256.compress(last.span, 64, into: &state) }
  }

  /// The hash as 64 hexadecimal digits in lower case.
  package static func hex(_ bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes)
    var text: [UInt8] = []
    hash.finishHex(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Takes one block into a state.
  private static func compress(_ bytes: Span<UInt8>, _ start: Int, into state: inout InlineArray<8, UInt32>) {
    var schedule = InlineArray<64, UInt32>(repeating: 0)
    for word in 0..<16 {
      let at = start &+ word &* 4
      schedule[word] =
        UInt32(bytes[at]) &<< 24 | UInt32(bytes[at &+ 1]) &<< 16 | UInt32(bytes[at &+ 2]) &<< 8 | UInt32(bytes[at &+ 3])
    }
    for word in 16..<64 {
      let early = schedule[word &- 15]
      let late = schedule[word &- 2]
      let small = turned(turned(early, 11) ^ early, 7) ^ early &>> 3
      let large = turned(turned(late, 2) ^ late, 17) ^ late &>> 10
      schedule[word] = schedule[word &- 16] &+ small &+ schedule[word &- 7] &+ large
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    // Four rounds at a time, in which the names change places and not the values.
    @inline(__always) func round(
      _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ word: UInt32
    ) {
      // The standard's functions, with fewer steps: three turns of a word as turns of turns, and both choices by what differs.
      let first = h &+ turned(turned(turned(e, 14) ^ e, 5) ^ e, 6) &+ (g ^ (e & (f ^ g))) &+ word
      d = d &+ first
      h = first &+ turned(turned(turned(a, 9) ^ a, 11) ^ a, 2) &+ (b ^ ((a ^ b) & (b ^ c)))
    }
    let constants = SHA256.constants.span
    var at = 0
    while at < 64 {
      round(a, b, c, &d, e, f, g, &h, constants[at] &+ schedule[at])
      round(h, a, b, &c, d, e, f, &g, constants[at &+ 1] &+ schedule[at &+ 1])
      round(g, h, a, &b, c, d, e, &f, constants[at &+ 2] &+ schedule[at &+ 2])
      round(f, g, h, &a, b, c, d, &e, constants[at &+ 3] &+ schedule[at &+ 3])
      (a, b, c, d, e, f, g, h) = (e, f, g, h, a, b, c, d)
      at &+= 4
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  @inline(__always) private static func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word &>> count | word &<< (32 &- count) }

  private static let constants: [UInt32] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ]
}
