import Reporting

/// A descriptor that is written to, and the first failure of doing so; after it nothing more is written.
final class Channel {
  let descriptor: Int32
  let path: String
  private(set) var failure: SystemError?
  /// Whether whole blocks alone are written before the last: the system keeps a file in pages, and one that is written in two parts costs it
  /// more than both.
  private let isInBlocks: Bool
  /// What is less than a block and not written yet.
  private var rest: ArraySlice<UInt8> = []
  private static let block = 1 << 16

  /// - Parameter isInBlocks: for a file from its first byte on; what it ends in is written by `flush`.
  init(_ descriptor: Int32, path: String, isInBlocks: Bool = false) {
    self.descriptor = descriptor
    self.path = path
    self.isInBlocks = isInBlocks
  }

  func write(_ bytes: [UInt8]) {
    guard isInBlocks else { return write(rest, bytes[...]) }
    let count = rest.count + bytes.count
    if count < Channel.block {
      rest += bytes
    } else {
      let end = bytes.count - count % Channel.block
      write(rest, bytes[..<end])
      rest = bytes[end...]
    }
  }

  /// Writes what is left.
  func flush() {
    write(rest, [])
    rest = []
  }

  private func write(_ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8>) {
    guard failure == nil else { return }
    do throws(SystemError) {
      try System.write(first, second, to: descriptor, path: path)
    } catch {
      failure = error
    }
  }

  func fail(_ error: SystemError) { failure = failure ?? error }

  var sink: ByteSink { ByteSink { self.write($0) } }
}

/// The two standard channels, and whether a person sits behind them.
struct Console {
  let output = Channel(1, path: "standard output")
  /// Its failures are not reported: there is nowhere to report them to.
  private let errors = Channel(2, path: "standard error")
  var isQuiet = false

  /// A line on standard error.
  func say(_ line: String) { errors.write(Array((line + "\n").utf8)) }
  func sayRaw(_ text: String) { errors.write(Array(text.utf8)) }

  /// Text on standard output.
  func print(_ text: String) { output.write(Array(text.utf8)) }

  var outputIsTerminal: Bool { System.isTerminal(1) }
  var errorsAreTerminal: Bool { System.isTerminal(2) }
  var outputHasColor: Bool { outputIsTerminal && Console.wantsColor }
  var errorsHaveColor: Bool { errorsAreTerminal && Console.wantsColor }
  var outputWidth: Int? { System.width(of: 1) }
  var errorsWidth: Int? { System.width(of: 2) }

  /// https://no-color.org
  private static var wantsColor: Bool { (System.environment("NO_COLOR") ?? "").isEmpty && System.environment("TERM") != "dumb" }
}
