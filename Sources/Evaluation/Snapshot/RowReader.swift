internal import Semantics
internal import Syntax

/// Reads the rows of one collection, batch by batch, in the order of files and of text.
///
/// Memory does not grow with the collection; the longest row is held whole. A reader reads once; another pass takes another reader.
package struct RowReader: ~Copyable {
  /// Which of the two readers of rows is asked first: tests hold them against each other.
  package enum Order: Sendable {
    /// The scanner; where odd rows abound, less often.
    case scanner
    /// The scanner, for each row.
    case scannerAlways
    /// The parser alone.
    case parserOnly
  }

  /// What is read, and how.
  struct Source: Sendable {
    let entry: Snapshot.Entry
    let plan: ReadPlan
    let tree: KeyTree
    let shape: Int
    let isSingle: Bool
    let block: Int
    let longestText: Int
    var order = Order.scanner
  }

  private enum Stage {
    case betweenParts
    /// Before a document of a file.
    case document(isFirst: Bool)
    /// Within an array of rows, before a row or the end.
    case array(isFirst: Bool, isWrapped: Bool)
    /// Within the object around an array, before a key.
    case wrapper
    /// Behind a value of the object around an array.
    case wrapperAfterValue
    /// Before a row of a segment, or behind its last.
    case segment(isFirst: Bool)
    case end
  }

  /// Complete after `read` gave 0.
  package internal(set) var reading: CollectionReading
  /// Of all files together, as they lie on disk.
  package let bytesInAll: Int64?

  let source: Source
  /// The tables that a row of the shape can grow.
  private let tables: [Int]
  private var parser: RowParser
  private var scanner: RowScanner
  /// Rows to be left to the parser, since the scanner gave up the last ones, and how many it was last time.
  private var pause = 0
  private var lastPause = 0
  /// Rows asked for that are still to be read.
  private var wanted = 0
  var cursor: Cursor
  private var stage = Stage.betweenParts
  private(set) var nextPart = 0
  private var bytesBefore: Int64 = 0
  private var takenBefore: Int64 = 0
  private var marks: [Int] = []

  /// What a reader of one segment reads.
  private(set) var segment: Segment?
  /// Files, by their number among the parts, whose rows turned out not to begin where it was guessed.
  var unguessable: Set<Int> = []
  /// The bytes of a segment; nil where nothing is read apart.
  var sizeApart: Int64?
  /// By name of a file the parts that stand in it; empty until a row is read again.
  private var partsOfFile: [String: [Int]] = [:]
  /// The file up to which it is known that those before are not read apart.
  var uncutUntil = 0

  /// What the documents said.
  private(set) var pages = PageNotes()
  private var arrayCount: Int64?
  private var rowsBeforeArray = 0

  package init(
    collection: Int, of snapshot: Snapshot, shape: ShapeID, plan: ReadPlan, isSingle: Bool
  ) throws(SnapshotError) {
    try self.init(
      collection: collection, of: snapshot, shape: shape, plan: plan, isSingle: isSingle, block: Window.block, longestText: TextRef.longest)
  }

  /// - Parameter block: bytes read at a time; tests lay every token across two blocks.
  /// - Parameter longestText: of a kept text, in bytes.
  /// - Parameter tree: of the plan, where it was made before.
  package init(
    collection: Int, of snapshot: Snapshot, shape: ShapeID, plan: ReadPlan, isSingle: Bool, block: Int, longestText: Int,
    order: Order = .scanner, tree: KeyTree? = nil
  ) throws(SnapshotError) {
    let entry = snapshot.entries.indices.contains(collection) ? snapshot.entries[collection] : Snapshot.Entry()
    try self.init(
      Source(
        entry: entry, plan: plan, tree: tree ?? KeyTree(plan), shape: shape.index, isSingle: isSingle, block: block,
        longestText: longestText, order: order),
      reading: CollectionReading(availability: snapshot.isPresent(collection) ? .present : .notExported))
    for page in entry.missingPages { reading.gaps.append(.missingPage(number: page)) }
    for remark in entry.remarks { note(remark.message, file: remark.file, line: 1) }
    if entry.isStatedUnavailable {
      reading.availability = .unavailable(code: "", message: "stated unavailable")
      stage = .end
    }
    if entry.isStatedIncomplete { reading.gaps.append(.stated) }
  }

  /// Reads the rows of a segment alone; lines are counted from its begin, which is in line 1.
  static func open(_ segment: Segment, of source: Source, files: [String]) throws(SnapshotError) -> RowReader {
    var reader = try RowReader(source, reading: CollectionReading(availability: .present))
    try reader.begin(segment, files: files)
    return reader
  }

  /// Goes on with another segment.
  mutating func begin(_ segment: Segment, files: [String]) throws(SnapshotError) {
    // The names of thousands of files are kept, and not copied for each segment.
    var names: [String] = []
    swap(&names, &reading.files)
    reading = CollectionReading(availability: .present)
    swap(&names, &reading.files)
    self.segment = segment
    switch segment {
    case .rows(let rows):
      nameFiles(files.count, of: files)
      nextPart = rows.part + 1
      let place = Cursor.Place(byte: rows.start, line: 1, lineStart: rows.start)
      cursor = try Cursor.open(part.origin, name: part.name, from: place, block: source.block, memory: cursor.window.giveUp())
      stage = .segment(isFirst: true)
    case .files(let run):
      nameFiles(run.namesBefore, of: files)
      nextPart = run.parts.lowerBound
      pages = PageNotes()
      stage = .betweenParts
    }
  }

  private init(_ source: Source, reading: CollectionReading) throws(SnapshotError) {
    cursor = try Cursor.open(.memory([]), name: "", from: .begin, block: 1)
    self.source = source
    self.reading = reading
    let entry = source.entry
    tables = source.plan.tables(from: ShapeID(source.shape))
    parser = RowParser(source.tree, longestText: source.longestText)
    scanner = RowScanner(source.plan, source.tree, shape: source.shape, longestText: source.longestText)
    bytesInAll = entry.parts.isEmpty ? nil : entry.parts.reduce(0) { $0 + $1.length }
    if source.order == .parserOnly { pause = .max }
  }

  /// Bytes of the files that lie behind us.
  package var bytesRead: Int64 { bytesBefore + max(0, cursor.window.taken - takenBefore) }

  /// Likewise, where others have read up to the end of a segment.
  func bytesRead(through segment: Segment) -> Int64 {
    guard case .rows(let rows) = segment else { return bytesRead }
    return bytesBefore + max(0, min(rows.end, part.length) - takenBefore)
  }

  /// Reads on.
  ///
  /// Appends at most `limit` rows to the shape's table of `store`, with the rows of their lists and records to the others', and one place
  /// each to `places`.
  /// - Returns: the number of rows; 0 at the end.
  package mutating func read(_ limit: Int, into store: inout Store, places: inout [RowPlace]) throws(SnapshotError) -> Int {
    let before = reading.rows
    scanner.begin(store)
    while true {
      if reading.rows - before == limit, try !endsFile() { break }
      wanted = limit - (reading.rows - before)
      switch stage {
      case .betweenParts:
        if reading.rows > before && filesAreCut() {
          scanner.flush(into: &store)
          return reading.rows - before
        }
        try openPart()
      case .document(let isFirst): try document(isFirst: isFirst, &store, &places)
      case .array(let isFirst, let isWrapped): try array(isFirst: isFirst, isWrapped: isWrapped, &store, &places)
      case .wrapper: try wrapperKey()
      case .wrapperAfterValue: try wrapperAfterValue()
      case .segment(let isFirst): try segmentRows(isFirst: isFirst, &store, &places)
      case .end:
        scanner.flush(into: &store)
        return reading.rows - before
      }
    }
    scanner.flush(into: &store)
    return reading.rows - before
  }

  // MARK: - Files

  private mutating func openPart() throws(SnapshotError) {
    if case .files(let run)? = segment, nextPart == run.parts.upperBound || pages.isOdd {
      stage = .end
      return
    }
    guard nextPart < source.entry.parts.count else { return finish() }
    let part = source.entry.parts[nextPart]
    nextPart += 1
    cursor = try Cursor.open(
      part.origin, name: part.name, from: part.place, block: min(source.block, Int(clamping: part.length) + 1),
      memory: cursor.window.giveUp())
    takenBefore = cursor.window.taken
    if reading.files.last != part.name { reading.files.append(part.name) }
    // Rows of another encoding are not found again by their places.
    if !canReadAgain { pages.addTranscoded() }
    stage = .document(isFirst: true)
  }

  private mutating func closePart() throws(SnapshotError) {
    try cursor.window.verify()
    bytesBefore += source.entry.parts[nextPart - 1].length
    takenBefore = cursor.window.taken
    stage = .betweenParts
  }

  /// Goes on behind files that were read apart.
  mutating func pass(_ run: FileRun, _ said: PageNotes, names: [String]) {
    pages.add(said)
    for part in run.parts { bytesBefore += source.entry.parts[part].length }
    nextPart = run.parts.upperBound
    nameFiles(run.namesThrough, of: names)
  }

  /// Takes the first names for those of the files that were read; what is named already is the begin of them.
  private mutating func nameFiles(_ count: Int, of names: [String]) {
    if reading.files.count > count { reading.files.removeLast(reading.files.count - count) }
    reading.files += names[reading.files.count..<count]
  }

  /// Whether nothing but the end of its file follows the last row, where what comes behind may be read apart.
  private mutating func endsFile() throws(SnapshotError) -> Bool {
    if sizeApart == nil { return false }
    switch stage {
    case .array(isFirst: false, isWrapped: _): return try cursor.ahead() == 0x5D
    case .wrapper, .wrapperAfterValue: return true
    case .document(isFirst: false): return try cursor.ahead() == nil
    case .document(isFirst: true), .array(isFirst: true, isWrapped: _), .betweenParts, .segment, .end: return false
    }
  }

  /// Whether files, and not rows within one, come next.
  var isBetweenFiles: Bool { if case .betweenParts = stage { nextPart > 0 } else { false } }

  var part: Snapshot.Part { source.entry.parts[nextPart - 1] }
  /// Arrays and objects around the document.
  private var depth: Int { part.isEmbedded ? 1 : 0 }

  // MARK: - Documents

  private mutating func document(isFirst: Bool, _ store: inout Store, _ places: inout [RowPlace]) throws(SnapshotError) {
    guard let first = try cursor.peek() else {
      if isFirst && !part.isLines { throw cursor.error(.endsEarly) }
      if isFirst { pages.addEmptyFile() }
      return try closePart()
    }
    if !isFirst {
      // Only objects follow each other in one file, each on a line of its own.
      guard !part.isEmbedded, first == 0x7B, cursor.crossesLine || pages.isWrapped else { throw cursor.error(.goesOn) }
    }
    if first == 0x5B && isFirst {
      begin(isWrapped: false)
      cursor.at += 1
      stage = .array(isFirst: true, isWrapped: false)
      return
    }
    guard first == 0x7B else { throw cursor.error(first == Malformation.firstOfGzip ? .compressed : .notRows) }
    if !isFirst && !pages.isWrapped { return try lineRow(&store, &places) }
    switch try envelope() {
    case .wrapper:
      begin(isWrapped: true)
      cursor.at += 1
      stage = .wrapper
    case .error(let code, let message):
      pages.add(error: code, message, of: part.name)
      try cursor.skip(depth: depth)
      try endDocument()
    case .row:
      if !isFirst { throw cursor.error(.otherForm) }
      begin(isWrapped: false)
      try lineRow(&store, &places)
    }
  }

  private mutating func begin(isWrapped: Bool) {
    pages.begin(isWrapped: isWrapped)
    arrayCount = nil
    rowsBeforeArray = reading.rows
  }

  private mutating func lineRow(_ store: inout Store, _ places: inout [RowPlace]) throws(SnapshotError) {
    try rows(part.isEmbedded ? .alone : .lines, depth: depth, &store, &places)
    try endDocument()
  }

  private mutating func endDocument() throws(SnapshotError) {
    if part.isEmbedded { try closePart() } else { stage = .document(isFirst: false) }
  }

  private enum Envelope {
    case wrapper
    case error(code: Text, message: Text)
    case row
  }

  /// What the object that begins here is, by its first key that is no annotation.
  private mutating func envelope() throws(SnapshotError) -> Envelope {
    while true {
      var lookahead = EnvelopeLookahead(at: cursor.at, depth: depth)
      guard var fault = lookahead.run(cursor.window.bytes.span) else {
        if lookahead.isWrapper { return .wrapper }
        if lookahead.isError { return .error(code: Text(utf8: lookahead.code), message: Text(utf8: lookahead.message)) }
        return .row
      }
      guard try cursor.mends(&fault) else { throw cursor.error(fault) }
    }
  }

  // MARK: - Rows

  private mutating func array(
    isFirst: Bool, isWrapped: Bool, _ store: inout Store, _ places: inout [RowPlace]
  ) throws(SnapshotError) {
    var next = try cursor.peek()
    if next == 0x5D {
      cursor.at += 1
      if !isWrapped { return try endDocument() }
      stage = .wrapperAfterValue
      return
    }
    if !isFirst {
      guard next == 0x2C else { throw cursor.error(.expectedCommaOrBracket) }
      cursor.at += 1
      next = try cursor.peek()
    }
    stage = .array(isFirst: false, isWrapped: isWrapped)
    try rows(.elements, depth: depth + (isWrapped ? 2 : 1), &store, &places)
  }

  /// What stands between rows.
  enum Form: Sendable {
    case alone
    /// A line feed.
    case lines
    /// A comma.
    case elements
  }

  /// Reads the row that begins here, and those behind it that the scanner reads too.
  private mutating func rows(_ form: Form, depth: Int, _ store: inout Store, _ places: inout [RowPlace]) throws(SnapshotError) {
    if pause > 0 {
      pause -= 1
    } else {
      if scan(form, &places) { return }
      // Perhaps the row goes on in the next block.
      if cursor.window.end - cursor.at < RowReader.nearEnd && !cursor.window.isAtEnd, try cursor.more(), scan(form, &places) { return }
      if source.order == .scanner {
        lastPause = min(lastPause * 2 + 1, RowReader.longestPause)
        pause = lastPause
      }
    }
    scanner.flush(into: &store)
    try row(depth: depth, &store, &places)
    scanner.begin(store)
  }

  /// So near the end of the window a row is likely to be cut off.
  private static let nearEnd = 1 << 16
  /// Where odd rows abound, one in so many is tried as an ordinary one.
  private static let longestPause = 255

  /// Reads rows that are not odd, as many as follow each other.
  /// - Returns: whether there was one.
  private mutating func scan(_ form: Form, _ places: inout [RowPlace]) -> Bool {
    let text = cursor.window.bytes
    let begin = cursor.at
    let file = Int32(truncatingIfNeeded: reading.files.count - 1)
    scanner.reserve(cursor.window.end - begin)
    var limit = Int.max
    if case .rows(let rows)? = segment { limit = Int(clamping: rows.end - cursor.window.offset) }
    // From here on the line is known.
    _ = cursor.place()
    var count = 0
    text.lend(begin) { start in
      var place = start
      var feeds = 0
      var lineStart = 0
      while true {
        guard let end = scanner.row(place) else { return }
        let at = begin &+ (place - start)
        if scanner.hasFeeds { cursor.at = at } else { cursor.pass(to: at, feeds: feeds, lineStart: lineStart) }
        let here = cursor.place()
        places.append(RowPlace(file: file, line: here.line, byte: here.byte))
        count &+= 1
        let behind = begin &+ (end - start)
        if scanner.hasFeeds { cursor.at = behind } else { cursor.pass(to: behind, feeds: 0, lineStart: 0) }
        if form == .alone || count == wanted { return }
        feeds = 0
        var isBehindComma = form == .lines
        place = end
        loop: while true {
          switch place[0] {
          case 0x0A:
            feeds &+= 1
            lineStart = begin &+ (place - start) &+ 1
          case 0x20, 0x0D, 0x09: break
          case 0x2C where !isBehindComma: isBehindComma = true
          default: break loop
          }
          place = place + 1
        }
        guard place[0] == 0x7B, isBehindComma, form == .elements || feeds > 0, begin &+ (place - start) < limit else { return }
      }
    }
    reading.rows += count
    if count > 0 { lastPause = 0 }
    return count > 0
  }

  private mutating func row(depth: Int, _ store: inout Store, _ places: inout [RowPlace]) throws(SnapshotError) {
    let place = cursor.place()
    marks.removeAll(keepingCapacity: true)
    for table in tables { marks.append(store.tables[table].count) }
    let texts = store.texts.count
    while true {
      let end = parse(depth: depth, &store)
      if end >= 0 {
        if !parser.remarks.isEmpty { noteRemarks(from: place.line) }
        cursor.at = end
        break
      }
      for (table, count) in zip(tables, marks) { store.tables[table].keep(first: count) }
      store.texts.removeLast(store.texts.count - texts)
      parser.remarks.removeAll(keepingCapacity: true)
      var fault = parser.fault
      guard try cursor.mends(&fault) else { throw cursor.error(fault) }
    }
    places.append(RowPlace(file: Int32(truncatingIfNeeded: reading.files.count - 1), line: place.line, byte: place.byte))
    reading.rows += 1
  }

  private mutating func parse(depth: Int, _ store: inout Store) -> Int {
    let text = cursor.window.bytes
    return parser.row(text.span, cursor.at, shape: source.shape, depth: depth, &store)
  }

  /// Whether a row can be read a second time without reading all before it.
  var canReadAgain: Bool { cursor.window.isAsInFile }

  /// Reads the row that stands at a place a second time; what is odd in it has been noted.
  mutating func readAgain(_ place: RowPlace, into store: inout Store) throws(SnapshotError) {
    let name = reading.files[Int(place.file)]
    if partsOfFile.isEmpty { for (number, part) in source.entry.parts.enumerated() { partsOfFile[part.name, default: []].append(number) } }
    let parts = source.entry.parts
    guard let number = partsOfFile[name]?.last(where: { parts[$0].place.byte <= place.byte }) else { return }
    let part = parts[number]
    let begin = Cursor.Place(byte: place.byte, line: 1, lineStart: place.byte)
    var cursor = try Cursor.open(part.origin, name: name, from: begin, block: min(source.block, 1 << 14))
    var parser = RowParser(source.tree, longestText: source.longestText)
    while true {
      store.removeAll()
      let text = cursor.window.bytes
      if parser.row(text.span, cursor.at, shape: source.shape, depth: 0, &store) >= 0 { return }
      var fault = parser.fault
      guard try cursor.mends(&fault) else { throw cursor.error(fault) }
    }
  }

  private mutating func noteRemarks(from line: Int64) {
    for remark in parser.remarks {
      let feeds = cursor.window.bytes.span.lineFeeds(cursor.at, remark.at)
      note(remark.message, file: part.name, line: line + Int64(feeds))
    }
    parser.remarks.removeAll(keepingCapacity: true)
  }

  // MARK: - Segments

  /// How the rows look that follow, where any may; and the arrays and objects around them.
  var following: (form: Form, depth: Int)? {
    switch stage {
    case .document(isFirst: false): pages.isWrapped ? nil : (.lines, depth)
    case .array(isFirst: false, let isWrapped): (.elements, depth + (isWrapped ? 2 : 1))
    case .betweenParts, .document, .array, .wrapper, .wrapperAfterValue, .segment, .end: nil
    }
  }

  private mutating func segmentRows(isFirst: Bool, _ store: inout Store, _ places: inout [RowPlace]) throws(SnapshotError) {
    guard case .rows(let segment)? = segment else { preconditionFailure("not a reader of rows apart") }
    var next: Int?
    if isFirst { next = try cursor.peek() == 0x7B ? cursor.at : nil } else { next = try nextRow(segment.form) }
    guard let next, cursor.window.offset + Int64(next) < segment.end else {
      stage = .end
      return
    }
    cursor.at = next
    try rows(segment.form, depth: segment.depth, &store, &places)
    stage = .segment(isFirst: false)
  }

  // MARK: - The object around an array

  private mutating func wrapperKey() throws(SnapshotError) {
    let key = folded(try cursor.key())
    let first = try cursor.peek()
    if key == ODataKeys.value && first == 0x5B {
      cursor.at += 1
      stage = .array(isFirst: true, isWrapped: true)
      return
    }
    stage = .wrapperAfterValue
    let isNumber = first.map { $0 == 0x2D || $0 &- 0x30 < 10 } ?? false
    if ODataKeys.nextLinks.contains(key) && first == 0x22 {
      try takeNextLink()
    } else if ODataKeys.counts.contains(key) && isNumber {
      if let count = try cursor.integer() { pages.add(count: count) }
    } else if key == ODataKeys.arrayCount && isNumber {
      arrayCount = try cursor.integer()
    } else {
      if !key.contains(ODataKeys.annotation) {
        let place = cursor.place()
        note("key `\(String(decoding: key, as: UTF8.self))` beside the rows is not read", file: part.name, line: place.line)
      }
      try cursor.skip(depth: depth + 1)
    }
  }

  private mutating func takeNextLink() throws(SnapshotError) {
    let line = cursor.place().line
    if !pages.add(link: try cursor.text()) { note("the same page stands twice: its next link came before", file: part.name, line: line) }
  }

  private mutating func wrapperAfterValue() throws(SnapshotError) {
    switch try cursor.peek() {
    case 0x2C:
      cursor.at += 1
      stage = .wrapper
    case 0x7D:
      let read = Int64(reading.rows - rowsBeforeArray)
      if let arrayCount, arrayCount > read { reading.gaps.append(.count(said: arrayCount, read: read)) }
      if let arrayCount, arrayCount < read {
        note("the file counts \(arrayCount) rows and has \(read)", file: part.name, line: cursor.place().line)
      }
      cursor.at += 1
      try endDocument()
    default: throw cursor.error(.expectedCommaOrBrace)
    }
  }

  // MARK: - The end

  private mutating func finish() {
    stage = .end
    if let first = pages.errors.first, pages.documents == 0 {
      reading.availability = .unavailable(code: first.code, message: first.message)
      return
    }
    for error in pages.errors { reading.gaps.append(.errorPage(file: error.file, code: error.code, message: error.message)) }
    let lastFile = reading.files.last ?? ""
    if pages.nextLink != nil { reading.gaps.append(.nextLink(file: lastFile)) }
    if pages.lacksLink { note("a page that is not the last names no next one", file: lastFile, line: 1) }
    let rows = Int64(reading.rows)
    if let said = pages.count, said > rows { reading.gaps.append(.count(said: said, read: rows)) }
    if let said = pages.count, said < rows { note("the export counts \(said) rows and has \(rows)", file: lastFile, line: 1) }
    reading.isAssumedComplete = pages.isRowByRow && !(source.isSingle && rows == 1)
  }

  mutating func note(_ message: String, file: String, line: Int64) {
    if reading.oddities.count < 100 {
      reading.oddities.append(CollectionReading.Oddity(message: message, file: file, line: line))
    } else {
      reading.moreOddities += 1
    }
  }
}
