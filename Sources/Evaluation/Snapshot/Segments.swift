internal import Syntax

/// A piece of a collection that is read apart from the others.
enum Segment: Sendable {
  case rows(RowRange)
  case files(FileRun)
}

/// A stretch of one file that holds whole rows.
struct RowRange: Sendable {
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

/// Whole files that follow each other.
struct FileRun: Sendable {
  /// Their numbers among the collection's parts.
  var parts: Range<Int>
  /// How many names of files come before theirs in the cut's, and how many there are with theirs.
  var namesBefore: Int
  var namesThrough: Int
}

/// What is left of a file, or of the files, cut.
struct Cut {
  var segments: [Segment]
  /// Where in its file the first begins.
  var begin: Cursor.Place
  /// Names of all files, the last segment's included.
  var files: [String]
}

/// What reading a segment came to. Lines are counted from the segment's begin, which is in line 1.
struct SegmentEnd: Sendable {
  var rows: Int
  /// Behind the last row.
  var place: Cursor.Place
  /// Where the next segment begins, if this one ends there; nil where it does not, and where there is no next one.
  var boundary: Cursor.Place?
  /// What whole files said.
  var pages: PageNotes?
}

/// Puts the segments of a file together again, one behind the other. Whole files each begin at their begin.
struct SegmentChain {
  /// Where the next segment begins.
  private(set) var begin: Cursor.Place
  /// Behind the last row; nil before the first.
  private(set) var end: Cursor.Place?
  /// Whether the next segment may follow.
  private(set) var goesOn = true

  init(_ begin: Cursor.Place) { self.begin = begin }

  mutating func add(_ segment: SegmentEnd) {
    if segment.rows > 0 { end = absolute(segment.place) }
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

  /// Where the rows that follow can be read apart: cuts what is left of the file into segments, or what is left of the files.
  ///
  /// Lines end at line feeds, and no text has one in it. Where the rows of an array begin is guessed from how the first one does; that each
  /// segment ends where the next begins is proved when they are read.
  /// - Returns: nil where so little is left that it does not pay, or a guess was wrong before.
  mutating func cut(into size: Int64 = RowReader.segmentSize) throws(SnapshotError) -> Cut? {
    sizeApart = size
    if isBetweenFiles { return cutFiles(size) }
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
      Segment.rows(
        RowRange(
          part: nextPart - 1, form: next.form, depth: next.depth, start: starts[index],
          end: index + 1 < starts.count ? starts[index + 1] : .max))
    }
    return Cut(segments: segments, begin: cursor.place(at: first), files: reading.files)
  }

  /// Whether the files that follow are to be read apart.
  mutating func filesAreCut() -> Bool {
    guard let size = sizeApart, isBetweenFiles, nextPart >= uncutUntil else { return false }
    var length: Int64 = 0
    // What was looked through once is not looked through again behind each of its files.
    uncutUntil = nextPart
    for part in source.entry.parts[nextPart...] {
      uncutUntil += 1
      if !RowReader.isReadApart(part, size) { return false }
      length += part.length
      if length >= 2 * size {
        uncutUntil = nextPart
        return true
      }
    }
    return false
  }

  /// A file that is cut itself is read by itself, and so are several collections in one.
  private static func isReadApart(_ part: Snapshot.Part, _ size: Int64) -> Bool { !part.isEmbedded && part.length < 2 * size }

  /// The files that follow, so many together as have a segment's bytes.
  private mutating func cutFiles(_ size: Int64) -> Cut? {
    if !filesAreCut() { return nil }
    var names = reading.files
    var runs: [Segment] = []
    var run = FileRun(parts: nextPart..<nextPart, namesBefore: names.count, namesThrough: names.count)
    var length: Int64 = 0
    for (number, part) in source.entry.parts.enumerated().dropFirst(nextPart) {
      guard RowReader.isReadApart(part, size) else { break }
      if names.last != part.name { names.append(part.name) }
      run.parts = run.parts.lowerBound..<number + 1
      run.namesThrough = names.count
      length += part.length
      if length < size { continue }
      runs.append(.files(run))
      run = FileRun(parts: number + 1..<number + 1, namesBefore: names.count, namesThrough: names.count)
      length = 0
    }
    if !run.parts.isEmpty { runs.append(.files(run)) }
    return runs.count > 1 ? Cut(segments: runs, begin: .begin, files: names) : nil
  }

  /// Takes over what a segment's reader found odd, and the gaps of whole files.
  mutating func note(_ segment: CollectionReading, linesBefore: Int64) {
    for oddity in segment.oddities { note(oddity.message, file: oddity.file, line: oddity.line + linesBefore) }
    reading.moreOddities += segment.moreOddities
    reading.gaps += segment.gaps
  }

  /// Goes on behind the rows that were read as segments.
  /// - Parameter isWhole: whether all segments were taken; else the file is cut no more, or the files are not.
  mutating func resume(_ chain: SegmentChain, isWhole: Bool) throws(SnapshotError) {
    if isBetweenFiles {
      if !isWhole { uncutUntil = source.entry.parts.count }
      return
    }
    if !isWhole { unguessable.insert(nextPart - 1) }
    guard let end = chain.end else { return }
    let rest = Int(clamping: part.length - end.byte)
    cursor = try Cursor.open(part.origin, name: part.name, from: end, block: min(source.block, rest + 1))
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
    let segment: RowRange
    switch self.segment {
    case .rows(let rows): segment = rows
    case .files: return SegmentEnd(rows: reading.rows, place: .begin, boundary: .begin, pages: pages)
    case nil: preconditionFailure("not a reader of a segment")
    }
    var end = SegmentEnd(rows: reading.rows, place: cursor.place(), boundary: nil)
    guard let next = try nextRow(segment.form) else { return end }
    let following = cursor.window.offset + Int64(next)
    // Lines may be empty: of the white space between two rows, a part is before the boundary.
    let meets = segment.form == .lines ? end.place.byte <= segment.end && following >= segment.end : following == segment.end
    if meets { end.boundary = cursor.place(at: segment.end) }
    return end
  }

  /// Where in the window the next row begins, behind the one that was read last; nil where something else stands there. Moves nothing.
  mutating func nextRow(_ form: Form) throws(SnapshotError) -> Int? {
    while true {
      var at = cursor.at
      var isBehindComma = form != .elements
      var hasFeed = form != .lines
      loop: while true {
        switch cursor.window.bytes[at] {
        case 0x0A: hasFeed = true
        case 0x20, 0x0D, 0x09: break
        case 0x2C where !isBehindComma: isBehindComma = true
        default: break loop
        }
        at += 1
      }
      if at < cursor.window.end { return cursor.window.bytes[at] == 0x7B && isBehindComma && hasFeed ? at : nil }
      guard try cursor.more() else { return nil }
    }
  }
}
