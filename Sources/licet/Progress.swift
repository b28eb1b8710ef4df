import Evaluation
import Syntax

/// How far the reading is, on one line of a terminal that is erased in the end.
final class Progress {
  private let console: Console
  private let isWanted: Bool
  private let begin: Int
  private var last: Int
  private var isShown = false
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
    guard now - begin >= Progress.patience, now - last >= Progress.pause else { return }
    last = now
    var line = "reading \(printable(progress.collection.string)): \(progress.rows) rows, \(progress.bytes >> 20) MiB"
    if let all = progress.bytesInAll, all > 0 {
      let done = max(0, min(progress.bytes, all))
      line = bar(Int(done / max(1, all / 20))) + " " + line + " of \(all >> 20)"
    }
    let width = (console.errorsWidth ?? 80) - 1
    console.sayRaw("\r\u{1B}[K" + String(line.prefix(max(0, width))))
    isShown = true
  }

  func erase() {
    if isShown { console.sayRaw("\r\u{1B}[K") }
    isShown = false
  }

  private func bar(_ filled: Int) -> String {
    "[" + String(repeating: "#", count: min(20, filled)) + String(repeating: " ", count: max(0, 20 - filled)) + "]"
  }
}
