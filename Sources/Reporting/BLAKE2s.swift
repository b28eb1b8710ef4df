import Syntax

/// The keyed hash of RFC 7693, https://www.rfc-editor.org/rfc/rfc7693, with 32 bytes of hash.
package struct BLAKE2s: Sendable {
  /// Bytes that are hashed at once.
  static let block = 64

  fileprivate var state: SIMD8<UInt32>
  fileprivate var length: UInt64 = 0

  fileprivate static let start = SIMD8<UInt32>(
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19)

  /// - Parameter key: 32 bytes at most; none: the hash without a key.
  package init(key: [UInt8]) {
    state = BLAKE2s.start
    state[0] ^= 0x0101_0000 ^ UInt32(truncatingIfNeeded: key.count) &<< 8 ^ 32
    guard !key.isEmpty else { return }
    keyBlock = key + [UInt8](repeating: 0, count: BLAKE2s.block - key.count)
  }

  /// The key as a block; it is hashed when it is known whether more follows.
  private var keyBlock: [UInt8]?

  /// The key is hashed now, for hashes of texts that are not empty.
  package mutating func absorbKey() {
    guard let block = keyBlock else { return }
    keyBlock = nil
    length = 64
    compress(block, 0, 64, isLast: false)
  }

  /// The hash of the key and a range of bytes, as eight words, of which each holds the bytes from the lowest to the highest.
  package func hash(_ bytes: [UInt8], _ range: Range<Int>) -> SIMD8<UInt32> {
    var state = self
    if let block = keyBlock, range.isEmpty {
      state.length = 64
      state.compress(block, 0, 64, isLast: true)
    } else {
      state.absorbKey()
      var start = range.lowerBound
      while range.upperBound - start > BLAKE2s.block {
        state.length &+= 64
        state.compress(bytes, start, 64, isLast: false)
        start += 64
      }
      state.length &+= UInt64(range.upperBound - start)
      state.compress(bytes, start, range.upperBound - start, isLast: true)
    }
    return state.state
  }

  /// The hash of a key and a text as 64 hexadecimal digits in lower case.
  package static func hex(_ bytes: [UInt8], key: [UInt8] = []) -> String {
    let hash = BLAKE2s(key: key).hash(bytes, 0..<bytes.count)
    var digits: [UInt8] = []
    appendHex(of: hash, to: &digits)
    return String(decoding: digits, as: UTF8.self)
  }

  /// Appends a hash as 64 hexadecimal digits in lower case.
  static func appendHex(of hash: SIMD8<UInt32>, to bytes: inout [UInt8]) {
    appendHex(ofFirstHalf: hash, to: &bytes)
    appendHex(ofFirstHalf: SIMD8(lowHalf: hash.highHalf, highHalf: hash.lowHalf), to: &bytes)
  }

  /// Appends the first half of a hash as 32 hexadecimal digits in lower case.
  static func appendHex(ofFirstHalf hash: SIMD8<UInt32>, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(contentsOf: zeros)
    var span = bytes.mutableSpan
    for word in 0..<4 { store(hexDigits(hash[word].byteSwapped), 8, in: &span, at: start + word * 8) }
  }

  private static let zeros = [UInt8](repeating: 0x30, count: 32)

  /// One text takes all lanes.
  private mutating func compress(_ bytes: [UInt8], _ start: Int, _ count: Int, isLast: Bool) {
    var message = InlineArray<16, Lanes>(repeating: Lanes(repeating: 0))
    for place in 0..<count {
      message[place >> 2] |= Lanes(repeating: UInt32(bytes[start + place]) << UInt32(place & 3 * 8))
    }
    var lanes = InlineArray<8, Lanes>(repeating: Lanes(repeating: 0))
    for word in 0..<8 { lanes[word] = Lanes(repeating: state[word]) }
    let length = (low: UInt32(truncatingIfNeeded: length), high: UInt32(truncatingIfNeeded: length >> 32))
    BLAKE2s.compress(&lanes, message, Lanes(repeating: length.low), Lanes(repeating: length.high), isLast: isLast)
    for word in 0..<8 { state[word] = lanes[word][0] }
  }

  /// Takes a block of each of four texts in.
  ///
  /// - Parameters:
  ///   - state: by word, of each text in its lane.
  ///   - message: likewise, the lowest byte first.
  ///   - low: the lower half of the lengths so far; `high`: the upper.
  fileprivate static func compress(
    _ state: inout InlineArray<8, Lanes>, _ message: borrowing InlineArray<16, Lanes>, _ low: Lanes, _ high: Lanes, isLast: Bool
  ) {
    func lanes(_ word: Int) -> Lanes { Lanes(repeating: start[word]) }
    var mixing = Mixing(
      v0: state[0], v1: state[1], v2: state[2], v3: state[3], v4: state[4], v5: state[5], v6: state[6], v7: state[7],
      v8: lanes(0), v9: lanes(1), v10: lanes(2), v11: lanes(3),
      v12: lanes(4) ^ low, v13: lanes(5) ^ high, v14: isLast ? ~lanes(6) : lanes(6), v15: lanes(7))
    mixing.round(message, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    mixing.round(message, 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3)
    mixing.round(message, 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4)
    mixing.round(message, 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8)
    mixing.round(message, 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13)
    mixing.round(message, 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9)
    mixing.round(message, 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11)
    mixing.round(message, 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10)
    mixing.round(message, 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5)
    mixing.round(message, 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0)
    state[0] ^= mixing.v0 ^ mixing.v8
    state[1] ^= mixing.v1 ^ mixing.v9
    state[2] ^= mixing.v2 ^ mixing.v10
    state[3] ^= mixing.v3 ^ mixing.v11
    state[4] ^= mixing.v4 ^ mixing.v12
    state[5] ^= mixing.v5 ^ mixing.v13
    state[6] ^= mixing.v6 ^ mixing.v14
    state[7] ^= mixing.v7 ^ mixing.v15
  }
}

/// Hashes that are worked out side by side, since four of them take no longer than one: each of a text that is a single block at most, under a
/// key that was absorbed.
struct BLAKE2sFour {
  static let most = 4

  private(set) var count = 0
  /// By text and word.
  private var states = InlineArray<4, SIMD8<UInt32>>(repeating: BLAKE2s.start)
  private var messages = InlineArray<4, SIMD16<UInt32>>(repeating: SIMD16(repeating: 0))
  private var lengths = Lanes(repeating: 0)

  /// - Parameters:
  ///   - words: of the text, with zeros behind it; the lowest byte first.
  ///   - length: in bytes, 1 to 64.
  @inline(__always) mutating func add(_ hash: borrowing BLAKE2s, _ words: SIMD16<UInt32>, length: Int) {
    states[count] = hash.state
    messages[count] = words
    lengths[count] = UInt32(truncatingIfNeeded: hash.length) &+ UInt32(truncatingIfNeeded: length)
    count &+= 1
  }

  /// The hashes in the order in which their texts were added; there are none any more.
  mutating func finish() -> InlineArray<4, SIMD8<UInt32>> {
    let (first, second, third, fourth) = (messages[0], messages[1], messages[2], messages[3])
    let m0 = turned(first.lowHalf.lowHalf, second.lowHalf.lowHalf, third.lowHalf.lowHalf, fourth.lowHalf.lowHalf)
    let m4 = turned(first.lowHalf.highHalf, second.lowHalf.highHalf, third.lowHalf.highHalf, fourth.lowHalf.highHalf)
    let m8 = turned(first.highHalf.lowHalf, second.highHalf.lowHalf, third.highHalf.lowHalf, fourth.highHalf.lowHalf)
    let m12 = turned(first.highHalf.highHalf, second.highHalf.highHalf, third.highHalf.highHalf, fourth.highHalf.highHalf)
    let message: InlineArray<16, Lanes> = [
      m0.0, m0.1, m0.2, m0.3, m4.0, m4.1, m4.2, m4.3, m8.0, m8.1, m8.2, m8.3, m12.0, m12.1, m12.2, m12.3,
    ]
    let low = turned(states[0].lowHalf, states[1].lowHalf, states[2].lowHalf, states[3].lowHalf)
    let high = turned(states[0].highHalf, states[1].highHalf, states[2].highHalf, states[3].highHalf)
    var state: InlineArray<8, Lanes> = [low.0, low.1, low.2, low.3, high.0, high.1, high.2, high.3]
    BLAKE2s.compress(&state, message, lengths, Lanes(repeating: 0), isLast: true)
    let lows = turned(state[0], state[1], state[2], state[3])
    let highs = turned(state[4], state[5], state[6], state[7])
    let hashes: InlineArray<4, SIMD8<UInt32>> = [
      SIMD8(lowHalf: lows.0, highHalf: highs.0), SIMD8(lowHalf: lows.1, highHalf: highs.1),
      SIMD8(lowHalf: lows.2, highHalf: highs.2), SIMD8(lowHalf: lows.3, highHalf: highs.3),
    ]
    count = 0
    return hashes
  }
}

/// A word of each of four texts.
private typealias Lanes = SIMD4<UInt32>

/// Four words of each of four texts as lanes, and back.
@inline(__always) private func turned(_ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes) -> (Lanes, Lanes, Lanes, Lanes) {
  (Lanes(a[0], b[0], c[0], d[0]), Lanes(a[1], b[1], c[1], d[1]), Lanes(a[2], b[2], c[2], d[2]), Lanes(a[3], b[3], c[3], d[3]))
}

// A word for each name, so that they stay in registers as long as there are some. swift-format-ignore
private struct Mixing {
  var v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15: Lanes

  @inline(__always) mutating func round(
    _ m: borrowing InlineArray<16, Lanes>,
    _ s0: Int, _ s1: Int, _ s2: Int, _ s3: Int, _ s4: Int, _ s5: Int, _ s6: Int, _ s7: Int,
    _ s8: Int, _ s9: Int, _ s10: Int, _ s11: Int, _ s12: Int, _ s13: Int, _ s14: Int, _ s15: Int
  ) {
    mix(&v0, &v4, &v8, &v12, m[s0], m[s1])
    mix(&v1, &v5, &v9, &v13, m[s2], m[s3])
    mix(&v2, &v6, &v10, &v14, m[s4], m[s5])
    mix(&v3, &v7, &v11, &v15, m[s6], m[s7])
    mix(&v0, &v5, &v10, &v15, m[s8], m[s9])
    mix(&v1, &v6, &v11, &v12, m[s10], m[s11])
    mix(&v2, &v7, &v8, &v13, m[s12], m[s13])
    mix(&v3, &v4, &v9, &v14, m[s14], m[s15])
  }
}

@inline(__always) private func mix(_ a: inout Lanes, _ b: inout Lanes, _ c: inout Lanes, _ d: inout Lanes, _ x: Lanes, _ y: Lanes) {
  a = a &+ b &+ x
  d = turn(d ^ a, 16)
  c = c &+ d
  b = turn(b ^ c, 12)
  a = a &+ b &+ y
  d = turn(d ^ a, 8)
  c = c &+ d
  b = turn(b ^ c, 7)
}

/// The shift to the left is a product: of two shifts LLVM makes turns of single words, four times as many instructions.
@inline(__always) private func turn(_ words: Lanes, _ right: UInt32) -> Lanes {
  words &>> Lanes(repeating: right) | words &* Lanes(repeating: 1 &<< (32 &- right))
}
