import Semantics
import Syntax

/// The rows of a test as the files of a snapshot, so that they are read as any other.
struct TestRows {
  private let test: PolicyTest
  private let program: CheckedProgram

  init(_ test: PolicyTest, _ program: CheckedProgram) {
    self.test = test
    self.program = program
  }

  /// The test's rows as files in memory.
  func snapshot() -> Snapshot {
    var files: [(name: String, bytes: [UInt8])] = []
    var incomplete: Set<Int> = []
    var unavailable: Set<Int> = []
    var stated: Set<Int> = []
    for state in test.states {
      switch state.availability {
      case .none: stated.insert(state.collection.index)
      case .incomplete:
        stated.insert(state.collection.index)
        incomplete.insert(state.collection.index)
      case .unavailable: unavailable.insert(state.collection.index)
      }
    }
    for index in program.collections.indices {
      let rows = test.rows.filter { $0.collection.index == index }
      if rows.isEmpty && !stated.contains(index) { continue }
      var bytes = Array("[".utf8)
      for (place, row) in rows.enumerated() {
        if place > 0 { bytes.append(0x2C) }
        write(row.value, program[CollectionID(index)].record, into: &bytes)
      }
      bytes.append(0x5D)
      files.append((program.collections[index].fileName.string + ".json", bytes))
    }
    return Snapshot(
      id: test.tenant ?? "test", files: files, collections: program.collections.map(\.fileName), incomplete: incomplete,
      unavailable: unavailable)
  }

  /// A value as JSON; the fields of a record under the paths that its type gives them.
  private func write(_ value: PolicyTest.Value, _ record: RecordID?, into bytes: inout [UInt8]) {
    switch value {
    case .literal(let literal): write(literal, into: &bytes)
    case .list(let list):
      bytes.append(0x5B)
      for (place, element) in list.enumerated() {
        if place > 0 { bytes.append(0x2C) }
        write(element, record, into: &bytes)
      }
      bytes.append(0x5D)
    case .record(let fields):
      var tree = PathTree()
      for field in fields {
        let declared = record.flatMap { id in program[id].fields.first { $0.name == field.name } }
        tree.insert(field.value, inner(declared?.type), at: (declared?.path ?? [field.name])[...])
      }
      write(tree, into: &bytes)
    }
  }

  private func write(_ tree: PathTree, into bytes: inout [UInt8]) {
    bytes.append(0x7B)
    for (place, entry) in tree.entries.enumerated() {
      if place > 0 { bytes.append(0x2C) }
      write(.text(entry.name), into: &bytes)
      bytes.append(0x3A)
      if let (value, record) = entry.value {
        write(value, record, into: &bytes)
      } else {
        write(entry.inner, into: &bytes)
      }
    }
    bytes.append(0x7D)
  }

  private func inner(_ type: ValueType?) -> RecordID? {
    switch type?.shape {
    case .row(let record): record
    case .list(let element): inner(element)
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .product, .feature, .nothing, nil: nil
    }
  }

  private func write(_ literal: Literal, into bytes: inout [UInt8]) {
    switch literal {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
    case .int(let int): bytes.append(contentsOf: String(int).utf8)
    case .decimal(let decimal): bytes.append(contentsOf: decimal.text.utf8)
    case .text(let text): quote(text.utf8, into: &bytes)
    case .date(let day): quote(day.text.utf8, into: &bytes)
    case .instant(let instant): quote(instant.text.utf8, into: &bytes)
    case .guid(let guid): quote(guid.text.utf8, into: &bytes)
    }
  }

  private func quote(_ text: [UInt8], into bytes: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    bytes.append(0x22)
    for byte in text {
      switch byte {
      case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
      case 0..<0x20:
        bytes.append(contentsOf: Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }
}

/// The fields of a record by their paths, so that those of one nested object stand in one object.
private struct PathTree {
  struct Entry {
    var name: Text
    var value: (PolicyTest.Value, RecordID?)?
    var children: [PathTree]
    var inner: PathTree { children.first ?? PathTree() }
  }
  var entries: [Entry] = []

  mutating func insert(_ value: PolicyTest.Value, _ record: RecordID?, at path: ArraySlice<Text>) {
    guard let name = path.first else { return }
    if path.count == 1 {
      entries.append(Entry(name: name, value: (value, record), children: []))
      return
    }
    if let index = entries.firstIndex(where: { $0.name == name && $0.value == nil }) {
      entries[index].children[0].insert(value, record, at: path.dropFirst())
      return
    }
    var child = PathTree()
    child.insert(value, record, at: path.dropFirst())
    entries.append(Entry(name: name, value: nil, children: [child]))
  }
}
