import Evaluation
import Semantics
import Syntax

/// The rows of a collection told apart: those that repeat, those that contradict each other, those without key.
struct CollectionView {
  /// Not exported, or an error body.
  var unavailable: ReferenceCause?
  /// Why rows may be missing; empty: none is.
  var gaps: Causes = []
  /// In file order, identical ones once; those without key each.
  var distinct: [Row] = []
  /// Keys, as reports write them, of which there are different rows.
  var contradictory: [String] = []
  /// Those whose key is unknown.
  var keyless: [Row] = []

  init(_ id: CollectionID, _ data: TenantData.CollectionData, _ reader: FieldReader) {
    let collection = reader.program[id]
    let name = collection.name.string
    switch data.state {
    case .notExported: unavailable = ReferenceCause(.notExported, name)
    case .unavailable: unavailable = ReferenceCause(.unavailable, name)
    case .incomplete: gaps = [ReferenceCause(.incomplete, name)]
    case .present: break
    }
    let rows = data.rows.enumerated().map { index, json -> Row in
      let members: [(key: String, value: JSON)]
      if case .object(let object) = json { members = object } else { members = [] }
      return Row(record: collection.record, members: members, owner: name, place: name + "/" + String(index), ordinal: index + 1)
    }
    add(rows, reader)
  }

  /// Elements of a list that all have a record type with a key.
  init(elements: [Row], _ reader: FieldReader) { add(elements, reader) }

  private mutating func add(_ rows: [Row], _ reader: FieldReader) {
    var seen: [String: Set<String>] = [:]
    for row in rows {
      guard let key = key(of: row, reader) else {
        keyless.append(row)
        distinct.append(row)
        continue
      }
      let text = Self.tagged(key, reader)
      if seen[text, default: []].insert(reader.canonical(row)).inserted { distinct.append(row) }
      if seen[text]?.count == 2, !contradictory.contains(Self.text(key, reader)) { contradictory.append(Self.text(key, reader)) }
    }
  }

  /// Nil where any part is unknown, or null in a key of one field.
  func key(of row: Row, _ reader: FieldReader) -> [Value]? {
    let fields = reader.program[row.record].key
    var key: [Value] = []
    for index in fields {
      switch reader.read(row, FieldID(record: row.record, index: index)) {
      case .absent, .bad: return nil
      case .null:
        if fields.count == 1 { return nil }
        key.append(.null)
      case .value(let value): key.append(value)
      }
    }
    return key
  }

  static func text(_ key: [Value], _ reader: FieldReader) -> String {
    key.map { FieldReader.text($0, reader.program) }.joined(separator: ", ")
  }

  private static func tagged(_ key: [Value], _ reader: FieldReader) -> String {
    key.map { FieldReader.tag($0) + FieldReader.text($0, reader.program) }.joined(separator: "\u{1F}")
  }
}
