internal import Syntax

/// A stretch of one file that holds whole rows, to be read apart from the others.
struct Segment: Sendable {
  /// The number of the file among the collection's parts.
  var part: Int
  var form: RowReader.Form
  /// Arrays and objects around each row.
  var depth: Int
  /// Where its first row begins, or white space before it; in bytes of the file.
  var start: Int64
  /// Where the next segment begins; rows that begin before are read.
  var end: Int64
}

/// What is left of a file, cut.
struct Cut {
  var segments: [Segment]
  /// Where the first begins.
  var begin: Cursor.Place
}

/// What reading a segment came to. Lines are counted from the segment's begin, which is in line 1.
struct SegmentEnd: Sendable {
  var rows: Int
  /// Behind the last row.
  var place: Cursor.Place
  /// Where the next segment begins, if this one ends there; nil where it does not, and where there is no next one.
  var boundary: Cursor.Place?
}

/// Puts the segments of a file together again, one behind the other.
struct SegmentChain {
  /// Where the next segment begins.
  private(set) var begin: Cursor.Place
  /// Behind the last row; nil before the first.
  private(set) var end: Cursor.Place?
  private(set) var rows = 0
  /// Whether the next segment may follow.
  private(set) var goesOn = true

  init(_ begin: Cursor.Place) { self.begin = begin }

  mutating func add(_ segment: SegmentEnd) {
    if segment.rows > 0 { end = absolute(segment.place) }
    rows += segment.rows
    goesOn = segment.boundary != nil
    if let boundary = segment.boundary { begin = absolute(boundary) }
  }

  /// A place of the segment that begins at `begin`, as it is in the file.
  private func absolute(_ place: Cursor.Place) -> Cursor.Place {
    Cursor.Place(byte: place.byte, line: begin.line + place.line - 1, lineStart: place.line > 1 ? place.lineStart : begin.lineStart)
  }
}

// MARK: - Cutting

extension RowReader {
  /// Bytes of a segment: small enough to be spread over workers, large enough for what each costs.
  static let segmentSize: Int64 = 4 << 20

  /// Where the rows that follow can be read apart: cuts what is left of the file into segments.
  ///
  /// Lines end at line feeds, and no text has one in it. Where the rows of an array begin is guessed from how the first one does; that each
  /// segment ends where the next begins is proved when they are read.
  /// - Returns: nil where so little is left that it does not pay, or a guess was wrong before.
  mutating func cut(into size: Int64 = RowReader.segmentSize) throws(SnapshotError) -> Cut? {
    guard let next = following, !part.isEmbedded, !unguessable.contains(nextPart - 1), cursor.window.isAsInFile else { return nil }
    let end = part.length
    guard end - cursor.window.offset - Int64(cursor.at) >= 2 * size else { return nil }
    _ = cursor.place()
    guard let row = try nextRow(next.form) else { return nil }
    let first = cursor.window.offset + Int64(row)
    var finder = try BoundaryFinder(part.origin, form: next.form)
    try finder.learn(from: first)
    var starts: [Int64] = [first]
    while let last = starts.last, end - last >= 2 * size, let start = try finder.next(from: last + size), start < end {
      starts.append(start)
    }
    guard starts.count > 1 else { return nil }
    let segments = starts.indices.map { index in
      Segment(
        part: nextPart - 1, form: next.form, depth: next.depth, start: starts[index],
        end: index + 1 < starts.count ? starts[index + 1] : .max)
    }
    return Cut(segments: segments, begin: cursor.place(at: first))
  }

  /// Goes on behind the rows that were read as segments.
  /// - Parameter isWhole: whether all segments were taken; else the file is cut no more.
  mutating func resume(_ chain: SegmentChain, isWhole: Bool) throws(SnapshotError) {
    if !isWhole { unguessable.insert(nextPart - 1) }
    guard let end = chain.end else { return }
    reading.rows += chain.rows
    cursor = try Cursor.open(part.origin, name: part.name, from: end, block: source.block)
  }

}

/// Finds where rows may begin.
private struct BoundaryFinder {
  private let source: ByteSource
  private let form: RowReader.Form
  private var block = [UInt8](repeating: 0, count: 1 << 16)
  /// The first bytes of a row of an array.
  private var head: [UInt8] = []

  init(_ origin: ByteOrigin, form: RowReader.Form) throws(SnapshotError) {
    source = try ByteSource(origin)
    self.form = form
  }

  /// Takes the bytes from a row's brace to the end of its first key for what each row begins with.
  mutating func learn(from place: Int64) throws(SnapshotError) {
    guard form == .elements else { return }
    let count = try source.read(&block, at: 0, count: 256, from: place)
    var quotes = 0
    for byte in block[0..<count] {
      head.append(byte)
      if byte == 0x22 { quotes += 1 }
      if quotes == 2 { return }
    }
    head = []
  }

  /// The first place at or after one where a row may begin; nil where none is found within 16 MB.
  mutating func next(from place: Int64) throws(SnapshotError) -> Int64? {
    switch form {
    case .alone: return nil
    case .lines: return try next(from: place) { byte, _ in byte == 0x0A }.map { $0 + 1 }
    case .elements:
      if head.isEmpty { return try next(from: place) { byte, _ in byte == 0x7B } }
      // A comma comes first, and white space may.
      var matched = 0
      var isBehindComma = false
      let head = head
      let found = try next(from: place) { byte, _ in
        if matched > 0, byte == head[matched] {
          matched += 1
        } else if isBehindComma && byte == head[0] {
          matched = 1
        } else {
          matched = 0
          isBehindComma = byte == 0x2C || isBehindComma && (byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09)
        }
        return matched == head.count
      }
      return found.map { $0 - Int64(head.count) + 1 }
    }
  }

  private mutating func next(from start: Int64, where isThere: (UInt8, Int64) -> Bool) throws(SnapshotError) -> Int64? {
    var place = start
    while place - start < 16 << 20 {
      let count = try source.read(&block, at: 0, count: block.count, from: place)
      if count == 0 { return nil }
      for index in 0..<count where isThere(block[index], place + Int64(index)) { return place + Int64(index) }
      place += Int64(count)
    }
    return nil
  }
}

// MARK: - Reading one

extension RowReader {
  /// What the reading of the segment came to, after `read` gave 0.
  mutating func endOfSegment() throws(SnapshotError) -> SegmentEnd {
    guard let segment else { preconditionFailure("not a reader of a segment") }
    var end = SegmentEnd(rows: reading.rows, place: cursor.place(), boundary: nil)
    guard let next = try nextRow(segment.form) else { return end }
    let following = cursor.window.offset + Int64(next)
    // Lines may be empty: of the white space between two rows, a part is before the boundary.
    let meets = segment.form == .lines ? end.place.byte <= segment.end && following >= segment.end : following == segment.end
    if meets { end.boundary = cursor.place(at: segment.end) }
    return end
  }
}
