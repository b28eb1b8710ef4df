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

/// What reading a segment came to.
struct SegmentEnd: Sendable {
  var rows: Int
  /// Behind the last row, lines counted from the segment's begin.
  var place: Cursor.Place
  /// Line feeds between the segment's begin and its end.
  var feeds: Int64
  /// Whether the next row begins where the next segment does.
  var meets: Bool
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
  mutating func segments(of size: Int64 = RowReader.segmentSize) throws(SnapshotError) -> [Segment]? {
    guard let next = following, !part.isEmbedded, !isUnguessable, cursor.window.isAsInFile else { return nil }
    let begin = cursor.window.offset + Int64(cursor.at)
    let end = part.length
    guard end - begin >= 2 * size else { return nil }
    var finder = try BoundaryFinder(part.origin, name: part.name, form: next.form)
    guard let first = try finder.next(from: begin) else { return nil }
    if next.form == .elements { try finder.learn(from: first) }
    var starts: [Int64] = [first]
    while let last = starts.last, end - last >= 2 * size, let start = try finder.next(from: last + size) {
      if start > last { starts.append(start) }
    }
    guard starts.count > 1 else { return nil }
    return starts.indices.map { index in
      Segment(
        part: nextPart - 1, form: next.form, depth: next.depth, start: starts[index],
        end: index + 1 < starts.count ? starts[index + 1] : .max)
    }
  }

  /// Goes on behind rows that were read as segments.
  /// - Parameter place: behind the last of them, as this reader would count it.
  mutating func resume(at place: Cursor.Place, rows: Int) throws(SnapshotError) {
    reading.rows += rows
    cursor = try Cursor.open(part.origin, name: part.name, from: place, block: source.block)
  }

  /// The rows of this file are no longer cut.
  mutating func giveUpCutting() { unguessable.insert(nextPart - 1) }

  private var isUnguessable: Bool { unguessable.contains(nextPart - 1) }
}

/// Finds where rows may begin.
private struct BoundaryFinder {
  private let source: ByteSource
  private let form: RowReader.Form
  private var block = [UInt8](repeating: 0, count: 1 << 16)
  /// The first bytes of a row of an array.
  private var head: [UInt8] = []

  init(_ origin: ByteOrigin, name: String, form: RowReader.Form) throws(SnapshotError) {
    source = try ByteSource(origin)
    self.form = form
  }

  /// Takes the bytes from a row's brace to the end of its first key for what each row begins with.
  mutating func learn(from place: Int64) throws(SnapshotError) {
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
  /// The segment's rows have been read, or something stands where none is expected.
  mutating func endOfSegment() throws(SnapshotError) -> SegmentEnd {
    guard let segment else { preconditionFailure("not a reader of a segment") }
    let place = cursor.place()
    let next = try nextRow(segment.form)
    let following = next.map { cursor.window.offset + Int64($0) }
    var meets = false
    var feeds = place.line - 1
    if let following {
      // Of the white space behind the last row, the part before the boundary is this segment's.
      meets = segment.form == .lines ? place.byte <= segment.end && following >= segment.end : following == segment.end
      if meets { feeds = cursor.line(at: segment.end) - 1 }
    }
    return SegmentEnd(rows: reading.rows, place: place, feeds: feeds, meets: meets)
  }
}
