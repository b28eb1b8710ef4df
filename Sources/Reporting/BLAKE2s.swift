import Syntax

/// The keyed hash of RFC 7693, https://www.rfc-editor.org/rfc/rfc7693, with 32 bytes of hash.
package struct BLAKE2s: Sendable {
  private var low: SIMD4<UInt32>
  private var high: SIMD4<UInt32>
  private var length: UInt64 = 0

  private static let lowStart = SIMD4<UInt32>(0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A)
  private static let highStart = SIMD4<UInt32>(0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19)

  /// - Parameter key: 32 bytes at most; none: the hash without a key.
  package init(key: [UInt8]) {
    low = BLAKE2s.lowStart
    high = BLAKE2s.highStart
    low[0] ^= 0x0101_0000 ^ UInt32(truncatingIfNeeded: key.count) &<< 8 ^ 32
    guard !key.isEmpty else { return }
    keyBlock = key + [UInt8](repeating: 0, count: 64 - key.count)
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
      while range.upperBound - start > 64 {
        state.length &+= 64
        state.compress(bytes, start, 64, isLast: false)
        start += 64
      }
      state.length &+= UInt64(range.upperBound - start)
      state.compress(bytes, start, range.upperBound - start, isLast: true)
    }
    return SIMD8(lowHalf: state.low, highHalf: state.high)
  }

  /// The hash of a key and a text as 64 hexadecimal digits in lower case.
  package static func hex(_ bytes: [UInt8], key: [UInt8] = []) -> String {
    let hash = BLAKE2s(key: key).hash(bytes, 0..<bytes.count)
    var digits: [UInt8] = []
    appendHex(of: hash, to: &digits)
    return String(decoding: digits, as: UTF8.self)
  }

  /// Appends a hash as 64 hexadecimal digits in lower case.
  package static func appendHex(of hash: SIMD8<UInt32>, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(contentsOf: zeros)
    var span = bytes.mutableSpan
    for word in 0..<8 { store(hexDigits(hash[word].byteSwapped), 8, in: &span, at: start + word * 8) }
  }

  private static let zeros = [UInt8](repeating: 0x30, count: 64)

  private mutating func compress(_ bytes: [UInt8], _ start: Int, _ count: Int, isLast: Bool) {
    let message = BLAKE2s.words(of: bytes, start, count)
    var state = Mixing(low, high, length, isLast: isLast)
    state.round(message, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    state.round(message, 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3)
    state.round(message, 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4)
    state.round(message, 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8)
    state.round(message, 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13)
    state.round(message, 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9)
    state.round(message, 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11)
    state.round(message, 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10)
    state.round(message, 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5)
    state.round(message, 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0)
    low ^= SIMD4(state.v0 ^ state.v8, state.v1 ^ state.v9, state.v2 ^ state.v10, state.v3 ^ state.v11)
    high ^= SIMD4(state.v4 ^ state.v12, state.v5 ^ state.v13, state.v6 ^ state.v14, state.v7 ^ state.v15)
  }

  /// A block as sixteen words, the lowest byte first; zeros where there are no bytes.
  @inline(__always) private static func words(of bytes: [UInt8], _ start: Int, _ count: Int) -> InlineArray<16, UInt32> {
    var words = InlineArray<16, UInt32>(repeating: 0)
    let block = bytes.span.extracting(start..<start &+ count)
    var at = 0
    while at &+ 4 <= block.count {
      words[at &>> 2] =
        UInt32(block[at]) | UInt32(block[at &+ 1]) &<< 8 | UInt32(block[at &+ 2]) &<< 16 | UInt32(block[at &+ 3]) &<< 24
      at &+= 4
    }
    while at < block.count {
      words[at &>> 2] |= UInt32(block[at]) &<< UInt32(truncatingIfNeeded: at & 3 &* 8)
      at &+= 1
    }
    return words
  }

  // A word for each name, so that they stay in registers as long as there are some. swift-format-ignore
  private struct Mixing {
    var v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15: UInt32

    @inline(__always) init(_ low: SIMD4<UInt32>, _ high: SIMD4<UInt32>, _ length: UInt64, isLast: Bool) {
      (v0, v1, v2, v3) = (low[0], low[1], low[2], low[3])
      (v4, v5, v6, v7) = (high[0], high[1], high[2], high[3])
      (v8, v9, v10, v11) = (BLAKE2s.lowStart[0], BLAKE2s.lowStart[1], BLAKE2s.lowStart[2], BLAKE2s.lowStart[3])
      v12 = BLAKE2s.highStart[0] ^ UInt32(truncatingIfNeeded: length)
      v13 = BLAKE2s.highStart[1] ^ UInt32(truncatingIfNeeded: length &>> 32)
      v14 = isLast ? ~BLAKE2s.highStart[2] : BLAKE2s.highStart[2]
      v15 = BLAKE2s.highStart[3]
    }

    @inline(__always) mutating func round(
      _ m: borrowing InlineArray<16, UInt32>,
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
}

@inline(__always) private func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32, _ d: inout UInt32, _ x: UInt32, _ y: UInt32) {
  a = a &+ b &+ x
  d = turn(d ^ a, 16)
  c = c &+ d
  b = turn(b ^ c, 12)
  a = a &+ b &+ y
  d = turn(d ^ a, 8)
  c = c &+ d
  b = turn(b ^ c, 7)
}

@inline(__always) private func turn(_ word: UInt32, _ right: UInt32) -> UInt32 { word &>> right | word &<< (32 &- right) }
