import Syntax

/// Where a format writes: a buffer that is drained whenever it is full.
///
/// A drain that fails keeps the failure to itself, for whoever made it; a format writes on.
package struct ByteSink {
  private var bytes: [UInt8] = []
  private let drain: ([UInt8]) -> Void
  private static let capacity = 1 << 16

  package init(drain: @escaping ([UInt8]) -> Void) {
    self.drain = drain
  }

  package mutating func write(_ more: some Sequence<UInt8>) {
    bytes.append(contentsOf: more)
    if bytes.count >= ByteSink.capacity { flush() }
  }
  package mutating func write(_ string: String) { write(string.utf8) }
  package mutating func write(_ byte: UInt8) { bytes.append(byte) }

  // The fast ways: whoever takes them calls `flushIfFull` now and then.

  @inline(__always) mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

  mutating func append(_ hash: consuming SHA256) { hash.finishHex(to: &bytes) }

  mutating func number(_ number: Int64) { addNumber(number, to: &bytes) }

  /// A text as a string of JSON.
  mutating func quote(_ text: Text) {
    // Without a branch for each byte, so that many are looked at together.
    var odd: UInt8 = 0
    for byte in text.utf8 { odd |= (byte &- 0x20 >= 0x5F ? 1 : 0) | (byte == 0x22 ? 1 : 0) | (byte == 0x5C ? 1 : 0) }
    if odd != 0 {
      var json = JSONWriter(take())
      json.string(text.string)
      self = json.sink
      return
    }
    bytes.append(0x22)
    bytes.append(contentsOf: text.utf8)
    bytes.append(0x22)
  }

  mutating func flushIfFull() { if bytes.count >= ByteSink.capacity { flush() } }

  /// What was written and not handed over.
  var pending: [UInt8] { bytes }

  /// Hands over what the buffer still holds.
  package mutating func flush() {
    guard !bytes.isEmpty else { return }
    drain(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Moves the buffer out, so that it is written to without a copy; it has to be put back.
  mutating func take() -> ByteSink {
    let taken = self
    bytes = []
    return taken
  }
}
