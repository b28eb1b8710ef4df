package import Syntax

/// A tenant's exported files, found and sorted by collection; nothing of them read yet.
package struct Snapshot: Sendable {
  /// Where rows of a collection stand.
  struct Part: Sendable {
    var origin: ByteOrigin
    /// The path as the user gave it, joined with the file's name.
    var name: String
    /// Where it begins.
    var place = Cursor.Place.begin
    /// In bytes of the file.
    var length: Int64
    /// A value within the file, not all of it.
    var isEmbedded = false
    /// JSON Lines by its name: an empty one has no rows.
    var isLines = false
    var page: Int?
  }

  /// What is known of a collection before it is read.
  struct Entry: Sendable {
    var parts: [Part] = []
    var missingPages: [Int] = []
    var isStatedIncomplete = false
    var isStatedUnavailable = false
    /// Messages, with the file that they are about.
    var remarks: [(message: String, file: String)] = []
  }

  /// The folder's last component, the file's name without ending, or `stdin`; a test's name.
  package let id: Text
  private(set) var entries: [Entry]
  /// Files in the folder that no collection took, and keys of a file of several collections.
  package private(set) var unusedFiles: [String] = []

  /// Finds the files of a tenant.
  /// - Parameters:
  ///   - path: a folder, one JSON file that holds several collections (or one, named by the file), or `-` for standard input.
  ///   - collections: the file name of each, by `CollectionID.index`; found without regard to ASCII case.
  ///   - onBytes: now and then while what cannot be read twice is put by: its name, and how many bytes of it were.
  /// - Throws: `SnapshotError.io`; for a single file, which is walked through once, `SnapshotError.malformed` as well.
  package static func open(
    _ path: String, collections: [Text], onBytes: ((String, Int64) -> Void)? = nil
  ) throws(SnapshotError) -> Snapshot {
    guard let origin = try origin(path, onBytes) else { return try Snapshot(folder: path, collections: collections) }
    return try Snapshot(path, origin, collections)
  }

  /// Finds the files of a tenant for two policy sets. What cannot be read twice is put by once.
  package static func open(_ path: String, collections: ([Text], [Text])) throws(SnapshotError) -> (Snapshot, Snapshot) {
    guard let origin = try origin(path, nil) else {
      return (try Snapshot(folder: path, collections: collections.0), try Snapshot(folder: path, collections: collections.1))
    }
    return (try Snapshot(path, origin, collections.0), try Snapshot(path, origin, collections.1))
  }

  /// Where the bytes of a single file come from; nil for a folder.
  private static func origin(_ path: String, _ onBytes: ((String, Int64) -> Void)?) throws(SnapshotError) -> ByteOrigin? {
    let kind = path == "-" ? .other : try SystemFile.kind(of: path)
    switch kind {
    case .folder: return nil
    case .regular: return .file(path: path, identity: try SystemFile(path: path).identity())
    case .other:
      let name = path == "-" ? SystemFile.standardInput : lastComponent(path)
      let spool = try SystemFile.spool(path == "-" ? nil : path) { onBytes?(name, $0) }
      return .spool(spool, identity: try spool.identity())
    }
  }

  private init(_ path: String, _ origin: ByteOrigin, _ collections: [Text]) throws(SnapshotError) {
    if path == "-" {
      try self.init(id: "stdin", file: origin, name: SystemFile.standardInput, stem: "", collections: collections)
      return
    }
    let name = Snapshot.lastComponent(path)
    // A pipe is called what it is called, whatever its ending.
    let id = if case .file = origin { FileName(name)?.stem ?? name } else { name }
    try self.init(id: Text(id), file: origin, name: path, stem: name, collections: collections)
  }

  /// For tests of policies: files by name, in memory; `incomplete` and `unavailable` state collections by index.
  package init(
    id: Text, files: [(name: String, bytes: [UInt8])], collections: [Text], incomplete: Set<Int>, unavailable: Set<Int>
  ) {
    self.id = id
    entries = collections.map { _ in Entry() }
    for file in files {
      add(Part(origin: .memory(file.bytes), name: file.name, length: Int64(file.bytes.count)), as: file.name, collections)
    }
    for index in entries.indices {
      entries[index].isStatedIncomplete = incomplete.contains(index)
      entries[index].isStatedUnavailable = unavailable.contains(index)
    }
    sortParts()
  }

  /// Whether there is a file or a key of the collection's name, or a test states something of it.
  package func isPresent(_ collection: Int) -> Bool {
    guard entries.indices.contains(collection) else { return false }
    let entry = entries[collection]
    return !entry.parts.isEmpty || entry.isStatedIncomplete || entry.isStatedUnavailable
  }

  // MARK: - Folders

  private init(folder path: String, collections: [Text]) throws(SnapshotError) {
    var component = Snapshot.lastComponent(path)
    if component == "." || component == ".." || component.isEmpty {
      component = Snapshot.lastComponent(try SystemFile.resolved(path))
    }
    id = Text(component)
    entries = collections.map { _ in Entry() }
    for name in try SystemFile.names(inFolder: path) {
      guard Snapshot.collection(of: name, collections) != nil else {
        if name.hasSuffix(".gz"), Snapshot.collection(of: String(name.dropLast(3)), collections) != nil {
          throw .malformed(file: path + "/" + name, line: 1, column: 1, byte: 0, reason: Malformation.compressed.rawValue)
        }
        unusedFiles.append(name)
        continue
      }
      let full = path.hasSuffix("/") ? path + name : path + "/" + name
      switch try SystemFile.kind(of: full) {
      case .regular:
        let identity = try SystemFile(path: full).identity()
        add(Part(origin: .file(path: full, identity: identity), name: full, length: identity.size), as: name, collections)
      case .folder, .other: unusedFiles.append(name)
      }
    }
    sortParts()
  }

  /// What a file's name says: `users.json`, `users.jsonl`, `users.0001.json`.
  struct FileName {
    var stem: String
    var page: Int?
    var isLines: Bool

    init?(_ name: String) {
      let endings: [(ending: String, isLines: Bool)] = [(".json", false), (".jsonl", true), (".ndjson", true)]
      let bytes = Array(name.utf8)
      for (ending, isLines) in endings where folded(bytes.suffix(ending.utf8.count)) == Array(ending.utf8) {
        stem = String(decoding: bytes.dropLast(ending.utf8.count), as: UTF8.self)
        self.isLines = isLines
        return
      }
      return nil
    }

    /// The name with its last number taken for that of a page.
    var asPage: FileName? {
      guard let point = stem.utf8.lastIndex(of: 0x2E) else { return nil }
      let digits = stem.utf8[point...].dropFirst()
      guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
      var name = self
      name.stem = String(stem[..<point])
      name.page = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      return name
    }
  }

  private static func collection(of name: String, _ collections: [Text]) -> (index: Int, name: FileName)? {
    guard let name = FileName(name) else { return nil }
    for candidate in [name, name.asPage] {
      guard let candidate else { continue }
      if let index = index(of: Array(candidate.stem.utf8), collections) { return (index, candidate) }
    }
    return nil
  }

  private static func index(of name: [UInt8], _ collections: [Text]) -> Int? {
    let name = folded(name)
    return collections.firstIndex { folded($0.utf8) == name }
  }

  private mutating func add(_ part: Part, as name: String, _ collections: [Text]) {
    guard let (index, name) = Snapshot.collection(of: name, collections) else {
      unusedFiles.append(name)
      return
    }
    var part = part
    part.isLines = name.isLines
    part.page = name.page
    entries[index].parts.append(part)
  }

  /// Puts whole files before pages, pages by number, and says what is missing or too many.
  private mutating func sortParts() {
    for index in entries.indices {
      entries[index].parts.sort {
        $0.page ?? -1 != $1.page ?? -1 ? $0.page ?? -1 < $1.page ?? -1 : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
      }
      let parts = entries[index].parts
      for (earlier, later) in zip(parts, parts.dropFirst()) {
        if earlier.page == nil {
          entries[index].remarks.append(("the collection stands in `\(earlier.name)` as well", later.name))
        } else if earlier.page == later.page {
          entries[index].remarks.append(("page \(later.page ?? 0) stands in `\(earlier.name)` as well", later.name))
        }
      }
      var next = 1
      for page in parts.compactMap(\.page) {
        // A folder of two files can lack millions of pages; a hundred say it.
        while next < page && entries[index].missingPages.count < 100 {
          entries[index].missingPages.append(next)
          next += 1
        }
        next = page + 1
      }
    }
  }

  // MARK: - One file

  /// - Parameter stem: the file's name; empty for standard input.
  private init(id: Text, file origin: ByteOrigin, name: String, stem: String, collections: [Text]) throws(SnapshotError) {
    self.id = id
    entries = collections.map { _ in Entry() }
    var beginning = try Cursor.open(origin, name: name, from: .begin, block: 2)
    if try beginning.peek() == Malformation.firstOfGzip { throw beginning.error(.compressed) }
    let isNamed = Snapshot.collection(of: stem, collections) != nil
    if isNamed, try !Snapshot.holdsSeveral(origin, name: name, stem: stem, collections) {
      add(Part(origin: origin, name: name, length: origin.size), as: stem, collections)
      sortParts()
      return
    }
    var cursor = try Cursor.open(origin, name: name, from: .begin, block: Window.block)
    guard try cursor.peek() == 0x7B else {
      guard try cursor.peek() != nil else { throw cursor.error(.endsEarly) }
      unusedFiles.append(name)
      return
    }
    cursor.at += 1
    var isFirst = true
    while true {
      if isFirst, try cursor.peek() == 0x7D { break }
      isFirst = false
      try takeKey(&cursor, origin, name, collections)
      let next = try cursor.peek()
      if next == 0x7D { break }
      guard next == 0x2C else { throw cursor.error(.expectedCommaOrBrace) }
      cursor.at += 1
    }
    cursor.at += 1
    guard try cursor.peek() == nil else { throw cursor.error(.goesOn) }
    if entries.allSatisfy({ $0.parts.isEmpty && $0.remarks.isEmpty }) { unusedFiles = [name] }
  }

  /// Walks over one key of a file of several collections, and notes where its value stands.
  private mutating func takeKey(
    _ cursor: inout Cursor, _ origin: ByteOrigin, _ name: String, _ collections: [Text]
  ) throws(SnapshotError) {
    let key = try cursor.key()
    let first = try cursor.peek()
    let place = cursor.place()
    guard let index = Snapshot.index(of: key, collections) else {
      if !key.contains(ODataKeys.annotation) { unusedFiles.append(String(decoding: key, as: UTF8.self)) }
      try cursor.skip(depth: 1)
      return
    }
    let begin = cursor.window.offset + Int64(cursor.at)
    if first == 0x6E {
      try cursor.skip(depth: 1)
      entries[index].remarks.append(("the collection is null", name))
      return
    }
    guard first == 0x5B || first == 0x7B else {
      // A broken value is reported as what it is.
      try cursor.skip(depth: 1)
      throw .malformed(
        file: name, line: place.line, column: place.byte - place.lineStart + 1, byte: place.byte, reason: Malformation.notRows.rawValue)
    }
    try cursor.skip(depth: 1)
    let length = cursor.window.offset + Int64(cursor.at) - begin
    if !entries[index].parts.isEmpty {
      entries[index].remarks.append(("the collection stands twice in the file", name))
    }
    entries[index].parts.append(Part(origin: origin, name: name, place: place, length: length, isEmbedded: true))
  }

  /// Whether a file that a collection's name fits holds several collections nevertheless: its first key that is no annotation names one.
  private static func holdsSeveral(
    _ origin: ByteOrigin, name: String, stem: String, _ collections: [Text]
  ) throws(SnapshotError) -> Bool {
    guard FileName(stem)?.isLines == false else { return false }
    var cursor = try Cursor.open(origin, name: name, from: .begin, block: Window.block)
    guard try cursor.peek() == 0x7B else { return false }
    cursor.at += 1
    while try cursor.peek() == 0x22 {
      let key = try cursor.key()
      let first = try cursor.peek()
      if !key.contains(ODataKeys.annotation) {
        return folded(key) != ODataKeys.value && index(of: key, collections) != nil && (first == 0x5B || first == 0x7B)
      }
      try cursor.skip(depth: 1)
      guard try cursor.peek() == 0x2C else { return false }
      cursor.at += 1
    }
    return false
  }

  private static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }
}
