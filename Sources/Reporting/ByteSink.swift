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
  /// A long array is handed over as it is.
  package mutating func write(_ more: [UInt8]) {
    if more.count < ByteSink.capacity / 2 {
      bytes.append(contentsOf: more)
      if bytes.count >= ByteSink.capacity { flush() }
    } else {
      flush()
      drain(more)
    }
  }
  package mutating func write(_ string: String) { write(string.utf8) }
  package mutating func write(_ byte: UInt8) { bytes.append(byte) }

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
