/// Makes UTF-8 of UTF-16, block by block.
///
/// The Unicode Standard, 3.9, https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/#G31699
struct Transcoder {
  private let isBigEndian: Bool
  /// A byte that waits for the other of its unit, and a first surrogate that waits for its second.
  private var half: UInt8?
  private var surrogate: UInt32?

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  /// Adds what `bytes` say.
  /// - Returns: what is wrong right behind that which was added.
  mutating func add(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) -> Malformation? {
    for byte in bytes {
      guard let first = half else {
        half = byte
        continue
      }
      half = nil
      let unit = isBigEndian ? UInt32(first) << 8 | UInt32(byte) : UInt32(byte) << 8 | UInt32(first)
      if let high = surrogate {
        guard unit & 0xFC00 == 0xDC00 else { return .loneSurrogate }
        surrogate = nil
        appendUTF8(0x10000 + (high & 0x3FF) << 10 + unit & 0x3FF, to: &output)
      } else if unit & 0xFC00 == 0xD800 {
        surrogate = unit
      } else if unit & 0xFC00 == 0xDC00 {
        return .loneSurrogate
      } else {
        appendUTF8(unit, to: &output)
      }
    }
    return nil
  }

  /// What is wrong if nothing more comes.
  var unfinished: Malformation? {
    if half != nil { return .halfUnit }
    return surrogate != nil ? .loneSurrogate : nil
  }
}
