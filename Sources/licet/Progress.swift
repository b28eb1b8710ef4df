import Evaluation
import Syntax

/// How far the reading is, on one line of a terminal that is erased in the end.
final class Progress {
  private let console: Console
  private let isWanted: Bool
  private let begin: Int
  private var last: Int
  private var isShown = false
  /// What is read, when its reading began, and how much of it had been read then.
  private var name = ""
  private var since = 0
  private var bytesBefore: Int64 = 0
  /// Milliseconds before the line appears, and between two changes of it.
  private static let patience = 400
  private static let pause = 100

  init(_ console: Console, isWanted: Bool) {
    self.console = console
    self.isWanted = isWanted
    begin = isWanted ? System.milliseconds() : 0
    last = begin
  }

  /// Shows how far the reading of a collection is.
  func show(_ progress: Evaluation.Progress) {
    show(progress.collection.string, progress.bytes) { bytes, milliseconds in
      Progress.words(progress, bytes: bytes, milliseconds: milliseconds)
    }
  }

  /// Shows how far something is that is put by before it is read, since it cannot be read twice.
  func show(putBy name: String, bytes: Int64) {
    show(name, bytes) { Progress.words(name, "\(bytes >> 20) MiB", bytes: $0, milliseconds: $1) }
  }

  /// - Parameter words: made of the bytes that were read of it in so many milliseconds.
  private func show(_ name: String, _ bytes: Int64, _ words: (_ bytes: Int64, _ milliseconds: Int) -> String) {
    guard isWanted else { return }
    let now = System.milliseconds()
    if self.name != name {
      self.name = name
      since = now
      bytesBefore = bytes
    }
    guard now - begin >= Progress.patience, now - last >= Progress.pause else { return }
    last = now
    let line = words(bytes - bytesBefore, now - since)
    let width = (console.errorsWidth ?? 80) - 1
    console.sayRaw("\r\u{1B}[K" + String(line.prefix(max(0, width))))
    isShown = true
  }

  func erase() {
    if isShown { console.sayRaw("\r\u{1B}[K") }
    isShown = false
    // What is read next may be called as what was put by.
    name = ""
  }

  /// What is told of the reading of a collection.
  ///
  /// - Parameter bytes: that were read of it in so many milliseconds.
  static func words(_ progress: Evaluation.Progress, bytes: Int64, milliseconds: Int) -> String {
    let (name, read) = (progress.collection.string, "\(progress.rows) rows, \(progress.bytes >> 20) MiB")
    guard let all = progress.bytesInAll, all > 0 else { return words(name, read, bytes: bytes, milliseconds: milliseconds) }
    let done = max(0, min(progress.bytes, all))
    let line = bar(Int(done / max(1, all / 12))) + " " + words(name, read + " of \(all >> 20)", bytes: bytes, milliseconds: milliseconds)
    let rate = rate(bytes, milliseconds)
    return rate > 0 ? line + ", \(left((all - done) / rate)) left" : line
  }

  private static func words(_ name: String, _ read: String, bytes: Int64, milliseconds: Int) -> String {
    let rate = rate(bytes, milliseconds)
    return "reading \(printable(name)): \(read)" + (rate > 0 ? ", \((rate * 1000) >> 20) MiB/s" : "")
  }

  /// Bytes a millisecond; 0 where too little was read to say what is to come.
  private static func rate(_ bytes: Int64, _ milliseconds: Int) -> Int64 {
    milliseconds >= 100 && bytes > 0 ? bytes / Int64(milliseconds) : 0
  }

  private static func left(_ milliseconds: Int64) -> String {
    let seconds = (milliseconds + 999) / 1000
    return seconds < 120 ? "\(seconds) s" : "\((seconds + 59) / 60) min"
  }

  private static func bar(_ filled: Int) -> String {
    "[" + String(repeating: "#", count: min(12, filled)) + String(repeating: " ", count: max(0, 12 - filled)) + "]"
  }
}
