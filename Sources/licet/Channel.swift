import Reporting

/// A descriptor that is written to, and the first failure of doing so; after it nothing more is written.
final class Channel {
  let descriptor: Int32
  let path: String
  private(set) var failure: SystemError?
  /// Where the descriptor is a file's.
  private let pieces: PieceWriter?

  /// - Parameter isInPieces: for a file from its first byte on; what it ends in is written by `flush`.
  init(_ descriptor: Int32, path: String, isInPieces: Bool = false) {
    self.descriptor = descriptor
    self.path = path
    pieces = isInPieces ? PieceWriter(descriptor, path: path) : nil
  }

  func write(_ bytes: [UInt8]) {
    keepFailure { () throws(SystemError) in
      if let pieces { try pieces.write(bytes) } else { try System.write(bytes.span, to: descriptor, path: path) }
    }
  }

  /// Writes what is left.
  func flush() { keepFailure { () throws(SystemError) in try pieces?.flush() } }

  private func keepFailure(_ write: () throws(SystemError) -> Void) {
    guard failure == nil else { return }
    do throws(SystemError) {
      try write()
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
