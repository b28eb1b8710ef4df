/// A place in a text that is read block by block, with its line.
struct Cursor: ~Copyable {
  var window: Window
  /// The place, in `window.bytes`.
  var at = 0
  /// Up to here, in `window.bytes`, line feeds are counted.
  private var counted = 0
  private var line: Int64
  /// Where the line begins, in the text.
  private var lineStart: Int64

  /// Whether the last `peek` passed a line feed.
  private(set) var crossesLine = false

  /// A value within a text: where it begins.
  struct Place: Sendable, Hashable {
    var byte: Int64
    var line: Int64
    var lineStart: Int64
    static let begin = Place(byte: 0, line: 1, lineStart: 0)
  }

  /// - Parameter memory: of a window that is no longer used.
  static func open(
    _ origin: ByteOrigin, name: String, from place: Place, block: Int, memory: consuming [UInt8] = []
  ) throws(SnapshotError) -> Cursor {
    Cursor(try Window.open(origin, name: name, from: place.byte, block: block, memory: memory), place)
  }

  private init(_ window: consuming Window, _ place: Place) {
    // A byte order mark takes no column.
    lineStart = place.byte == 0 ? window.offset : place.lineStart
    self.window = window
    line = place.line
  }

  /// The place in the text. Goes forward only.
  mutating func place() -> Place {
    count(to: at)
    return Place(byte: window.offset + Int64(at), line: line, lineStart: lineStart)
  }

  /// Goes on to a place, all line feeds before which are known.
  /// - Parameter feeds: how many lie between the place that was counted last and this one; behind the last of them a line begins at `lineStart`.
  mutating func pass(to place: Int, feeds: Int, lineStart start: Int) {
    at = place
    counted = place
    if feeds == 0 { return }
    line += Int64(feeds)
    lineStart = window.offset + Int64(start)
  }

  /// A place ahead, which lies in the window; what stands before it is counted from then on.
  mutating func place(at byte: Int64) -> Place {
    count(to: Int(byte - window.offset))
    return Place(byte: byte, line: line, lineStart: lineStart)
  }

  private mutating func count(to place: Int) {
    if place <= counted { return }
    let text = window.bytes
    let bytes = text.span
    let feeds = bytes.lineFeeds(counted, place)
    if feeds > 0 {
      line += Int64(feeds)
      var last = place - 1
      while bytes.byte(last) != 0x0A { last -= 1 }
      lineStart = window.offset + Int64(last) + 1
    }
    counted = place
  }

  /// Reads on; what stands before the place is forgotten.
  /// - Returns: false at the end of the text.
  mutating func more() throws(SnapshotError) -> Bool {
    count(to: at)
    window.forget(at)
    counted = 0
    at = 0
    return try window.read()
  }

  /// Whether a fault may be for want of bytes that are still to be read. If so, they are there after the call; if not, `fault` has moved
  /// with the window.
  mutating func mends(_ fault: inout Fault) throws(SnapshotError) -> Bool {
    // No token looks more than 16 bytes ahead of the fault that it names.
    if fault.at + 16 < window.end { return false }
    fault.at -= at
    return try more()
  }

  /// The error of a fault that nothing mends.
  mutating func error(_ fault: Fault) -> SnapshotError {
    var reason = fault.reason
    var place = fault.at
    if place + 16 >= window.end, let behind = window.fault {
      reason = behind
      place = window.end
    } else if place >= window.end {
      reason = .endsEarly
      place = window.end
    }
    count(to: place)
    let byte = window.offset + Int64(place)
    return .malformed(file: window.name, line: line, column: byte - lineStart + 1, byte: byte, reason: reason.rawValue)
  }

  mutating func error(_ reason: Malformation) -> SnapshotError { error(Fault(at: at, reason: reason)) }

  /// The next byte that is no white space; nil at the end of the text.
  mutating func peek() throws(SnapshotError) -> UInt8? {
    crossesLine = false
    while true {
      let begin = at
      at = window.bytes.span.spaceEnd(at)
      if at > begin && window.bytes.span.lineFeeds(begin, at) > 0 { crossesLine = true }
      if at < window.end { return window.bytes[at] }
      if try more() { continue }
      if window.fault != nil { throw error(.endsEarly) }
      return nil
    }
  }

  /// As `peek`, and goes nowhere; a fault is left to who goes on.
  mutating func ahead() throws(SnapshotError) -> UInt8? {
    while true {
      let place = window.bytes.span.spaceEnd(at)
      if place < window.end { return window.bytes[place] }
      guard try more() else { return nil }
    }
  }

  /// Walks over a value.
  mutating func skip(depth: Int) throws(SnapshotError) {
    var skipper = Skipper(depth: depth)
    while var fault = run(&skipper) {
      guard try mends(&fault) else { throw error(fault) }
    }
  }

  private mutating func run(_ skipper: inout Skipper) -> Fault? {
    let text = window.bytes
    return skipper.run(text.span, &at)
  }

  /// The text that begins here, unescaped.
  mutating func text() throws(SnapshotError) -> [UInt8] {
    while true {
      var result: [UInt8] = []
      guard var fault = takeText(&result) else { return result }
      guard try mends(&fault) else { throw error(fault) }
    }
  }

  private mutating func takeText(_ result: inout [UInt8]) -> Fault? {
    let text = window.bytes
    let bytes = text.span
    if bytes.byte(at) != 0x22 { return Fault(at: at, reason: .expectedKey) }
    var isEscaped = false
    let end = bytes.textEnd(at + 1, &isEscaped)
    if end < 0 { return Fault(at: ~end, reason: bytes.textMalformation(~end)) }
    if isEscaped { bytes.unescape(at + 1, end, to: &result) } else { bytes.copy(at + 1, end, to: &result) }
    at = end + 1
    return nil
  }

  /// A key and its colon.
  mutating func key() throws(SnapshotError) -> [UInt8] {
    guard try peek() == 0x22 else { throw error(.expectedKey) }
    let key = try text()
    guard try peek() == 0x3A else { throw error(.expectedColon) }
    at += 1
    return key
  }

  /// The number that begins here, if it is whole and of 64 bits.
  mutating func integer() throws(SnapshotError) -> Int64? {
    while true {
      var result = NumberText.Whole.outOfRange
      guard var fault = takeInteger(&result) else {
        if case .value(let value) = result { return value }
        return nil
      }
      guard try mends(&fault) else { throw error(fault) }
    }
  }

  private mutating func takeInteger(_ result: inout NumberText.Whole) -> Fault? {
    let text = window.bytes
    let bytes = text.span
    let end = bytes.numberEnd(at)
    if end < 0 { return Fault(at: ~end, reason: .number) }
    if bytes.byte(end) == 0 { return Fault(at: end, reason: .number) }
    result = NumberText(bytes, at, end).whole
    at = end
    return nil
  }
}
