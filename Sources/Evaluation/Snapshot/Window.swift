/// Where bytes come from: a file, or memory.
enum ByteOrigin: Sendable {
  /// A file as it was when the snapshot was opened.
  case file(path: String, identity: SystemFile.Identity)
  case spool(SystemFile, identity: SystemFile.Identity)
  case memory([UInt8])

  var size: Int64 {
    switch self {
    case .file(_, let identity), .spool(_, let identity): identity.size
    case .memory(let bytes): Int64(bytes.count)
    }
  }
}

/// The part of a text that is in memory: UTF-8, with 64 bytes of zero behind it.
struct Window: ~Copyable {
  /// How much is asked of the system at a time.
  static let block = 1 << 18

  /// For messages.
  let name: String
  private(set) var bytes: [UInt8]
  /// The end of the text in `bytes`.
  private(set) var end = 0
  /// Offset of `bytes[0]` in the text as UTF-8, a byte order mark of UTF-8 included.
  private(set) var offset: Int64 = 0
  /// Bytes of the origin that lie behind us.
  private(set) var taken: Int64 = 0
  /// What is wrong with the text right behind `end`, once all before it is in memory.
  private(set) var fault: Malformation?

  private let source: ByteSource
  private let blockSize: Int
  private var transcoder: Transcoder?
  private var raw: [UInt8] = []
  private(set) var isAtEnd = false

  /// - Parameters:
  ///   - start: where to begin, in the text as UTF-8.
  ///   - memory: of a window that is no longer used.
  static func open(
    _ origin: ByteOrigin, name: String, from start: Int64, block: Int, memory: consuming [UInt8] = []
  ) throws(SnapshotError) -> Window {
    // Of a short file no more is asked than it has; room for as much again is left, so that its end is found without growing. What lies behind
    // `start` says nothing: it counts bytes of UTF-8, and a file may have others.
    let most = origin.size < Int64(block) ? Int(origin.size) * 2 + 16 : block
    var window = Window(try ByteSource(origin), name: name, block: max(min(block, most), 1), memory)
    try window.begin(start)
    return window
  }

  private init(_ source: ByteSource, name: String, block: Int, _ memory: consuming [UInt8]) {
    self.source = source
    self.name = name
    blockSize = block
    bytes = memory
    if bytes.count == block + scanPadding { clearBehindEnd() } else { bytes = [UInt8](repeating: 0, count: block + scanPadding) }
  }

  /// Gives up the memory, and the text with it.
  mutating func giveUp() -> [UInt8] {
    var memory: [UInt8] = []
    swap(&memory, &bytes)
    end = 0
    return memory
  }

  private mutating func begin(_ start: Int64) throws(SnapshotError) {
    try verify()
    try readMark()
    if transcoder == nil {
      if start > taken {
        taken = start
        offset = start
      }
      return
    }
    while offset + Int64(end) < start {
      forget(end)
      guard try read() else { break }
    }
    forget(Int(min(start - offset, Int64(end))))
  }

  /// Byte order marks: the Unicode Standard, 23.8, https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-23/#G19635
  private mutating func readMark() throws(SnapshotError) {
    var mark = [UInt8](repeating: 0, count: 3)
    var length = 0
    while length < 3 {
      let count = try source.read(&mark, at: length, count: 3 - length, from: Int64(length))
      if count == 0 { break }
      length += count
    }
    if length >= 2 && (mark[0] == 0xFF && mark[1] == 0xFE || mark[0] == 0xFE && mark[1] == 0xFF) {
      transcoder = Transcoder(isBigEndian: mark[0] == 0xFE)
      raw = [UInt8](repeating: 0, count: blockSize)
      taken = 2
    } else if mark == [0xEF, 0xBB, 0xBF] {
      taken = 3
      offset = 3
    }
  }

  /// Gives up what stands before `begin`, and moves the rest to the front.
  mutating func forget(_ begin: Int) {
    if begin == 0 { return }
    moveToFront(&bytes, from: begin, count: end - begin)
    offset += Int64(begin)
    end -= begin
    clearBehindEnd()
  }

  /// Adds a block to the text in memory.
  /// - Returns: false at the end of the text, and where the text is wrong.
  mutating func read() throws(SnapshotError) -> Bool {
    let before = end
    while !isAtEnd && end == before {
      // A value that does not fit makes room for twice of itself, so that the reading from its begin again stays linear.
      if (bytes.count - scanPadding - end) * 2 < blockSize {
        bytes.append(contentsOf: repeatElement(0, count: max(blockSize, end)))
      }
      if transcoder != nil { try transcode() } else { try readUTF8() }
    }
    return end > before
  }

  private mutating func readUTF8() throws(SnapshotError) {
    // All the room there is, so that a long value needs few rounds.
    let count = try source.read(&bytes, at: end, count: bytes.count - scanPadding - end, from: taken)
    taken += Int64(count)
    end += count
    clearBehindEnd()
    if count == 0 {
      isAtEnd = true
      try verify()
    }
  }

  private mutating func transcode() throws(SnapshotError) {
    let count = try source.read(&raw, at: 0, count: blockSize, from: taken)
    taken += Int64(count)
    if count == 0 {
      isAtEnd = true
      fault = transcoder?.unfinished
      try verify()
      return
    }
    bytes.removeLast(bytes.count - end)
    fault = transcoder?.add(raw[0..<count], to: &bytes)
    end = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: scanPadding))
    if fault != nil { isAtEnd = true }
  }

  /// Whether bytes of the text are those of the file.
  var isAsInFile: Bool { transcoder == nil }

  private mutating func clearBehindEnd() {
    for index in end..<end + scanPadding { bytes[index] = 0 }
  }

  /// Refuses a file that is no longer what it was when the snapshot was opened.
  func verify() throws(SnapshotError) {
    guard let identity = try source.identity() else { return }
    guard identity == source.expected, !isAtEnd || fault != nil || taken == identity.size else {
      throw .malformed(file: name, line: 1, column: 1, byte: 0, reason: Malformation.changed.rawValue)
    }
  }
}

/// What a window reads from.
struct ByteSource {
  let expected: SystemFile.Identity?
  private let file: SystemFile?
  private let memory: [UInt8]

  init(_ origin: ByteOrigin) throws(SnapshotError) {
    switch origin {
    case .file(let path, let identity):
      file = try SystemFile(path: path)
      expected = identity
      memory = []
    case .spool(let spool, let identity):
      file = spool
      expected = identity
      memory = []
    case .memory(let bytes):
      file = nil
      expected = nil
      memory = bytes
    }
  }

  /// What the file is now.
  func identity() throws(SnapshotError) -> SystemFile.Identity? { try file?.identity() }

  func read(_ target: inout [UInt8], at index: Int, count: Int, from place: Int64) throws(SnapshotError) -> Int {
    if let file { return try file.read(&target, at: index, count: count, from: place) }
    let begin = Int(min(place, Int64(memory.count)))
    let length = min(count, memory.count - begin)
    target.replaceSubrange(index..<index + length, with: memory[begin..<begin + length])
    return length
  }
}
