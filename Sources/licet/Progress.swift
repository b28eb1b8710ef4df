import Evaluation
import Syntax

/// How far the reading is, on one line of a terminal that is erased in the end.
final class Progress {
  private let console: Console
  private let isWanted: Bool
  private let begin: Int
  private var last: Int
  private var isShown = false
  /// The collection at hand, when its reading began, and how much of it had been read then.
  private var collection: Text = ""
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

  func show(_ progress: Evaluation.Progress) {
    guard isWanted else { return }
    let now = System.milliseconds()
    if collection != progress.collection {
      collection = progress.collection
      since = now
      bytesBefore = progress.bytes
    }
    guard now - begin >= Progress.patience, now - last >= Progress.pause else { return }
    last = now
    let line = Progress.words(progress, bytes: progress.bytes - bytesBefore, milliseconds: now - since)
    let width = (console.errorsWidth ?? 80) - 1
    console.sayRaw("\r\u{1B}[K" + String(line.prefix(max(0, width))))
    isShown = true
  }

  func erase() {
    if isShown { console.sayRaw("\r\u{1B}[K") }
    isShown = false
  }

  /// What is told of the reading of a collection.
  ///
  /// - Parameter bytes: that were read of it in so many milliseconds.
  static func words(_ progress: Evaluation.Progress, bytes: Int64, milliseconds: Int) -> String {
    var line = "reading \(printable(progress.collection.string)): \(progress.rows) rows, \(progress.bytes >> 20) MiB"
    // Too little says nothing of what is to come.
    let rate = milliseconds >= 100 && bytes > 0 ? bytes / Int64(milliseconds) : 0
    if let all = progress.bytesInAll, all > 0 {
      let done = max(0, min(progress.bytes, all))
      line = bar(Int(done / max(1, all / 12))) + " " + line + " of \(all >> 20)"
      if rate > 0 { line += ", \((rate * 1000) >> 20) MiB/s, \(left((all - done) / rate)) left" }
    } else if rate > 0 {
      line += ", \((rate * 1000) >> 20) MiB/s"
    }
    return line
  }

  private static func left(_ milliseconds: Int64) -> String {
    let seconds = (milliseconds + 999) / 1000
    return seconds < 120 ? "\(seconds) s" : "\((seconds + 59) / 60) min"
  }

  private static func bar(_ filled: Int) -> String {
    "[" + String(repeating: "#", count: min(12, filled)) + String(repeating: " ", count: max(0, 12 - filled)) + "]"
  }
}
