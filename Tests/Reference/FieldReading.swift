import Evaluation
import Semantics
import Syntax

/// What a row says of one field, before any join.
enum Reading {
  case absent
  case null
  case bad(Cause.Kind)
  case value(Value)
}

/// Reads declared shapes out of JSON values.
struct FieldReader {
  let program: CheckedProgram
  /// The fields that policies read: only they tell two rows of one key apart.
  var fieldsRead: Set<FieldID> = []

  /// Fields that an expression names, what joins go by, keys, labels, the day of the snapshot.
  static func fieldsRead(by program: CheckedProgram) -> Set<FieldID> {
    var fields: Set<FieldID> = []
    for expression in program.expressions {
      guard case .field(_, let field) = expression.kind else { continue }
      fields.insert(field)
      if case .join(_, let by) = program[field].kind { fields.insert(FieldID(record: field.record, index: by)) }
      if case .reverse(let collection, let by) = program[field].kind {
        fields.insert(FieldID(record: program[collection].record, index: by))
      }
    }
    for (index, record) in program.records.enumerated() {
      for key in record.key { fields.insert(FieldID(record: RecordID(index), index: key)) }
    }
    for collection in program.collections { fields.formUnion(collection.label) }
    if let asOf = program.asOf { fields.insert(asOf.field) }
    return fields
  }

  static func sameKey(_ left: String, _ right: Text) -> Bool {
    lowercased(Text(left)) == lowercased(right)
  }

  /// What stands at a path of keys. A path through null leads to null, through anything else that is no object nowhere.
  private func find(_ members: [(key: String, value: JSON)], _ path: ArraySlice<Text>) -> Found {
    guard let key = path.first else { return .absent }
    let found = members.filter { Self.sameKey($0.key, key) }
    guard let first = found.first else { return .absent }
    if Set(found.map(\.value.text)).count > 1 { return .twice }
    if path.count == 1 { return .value(first.value) }
    switch first.value {
    case .object(let inner): return find(inner, path.dropFirst())
    case .null: return .value(.null)
    case .array, .string, .number, .bool: return .wrong
    }
  }

  private enum Found {
    case absent, twice, wrong
    case value(JSON)
  }

  func read(_ row: Row, _ field: FieldID) -> Reading {
    if row.isNoObject { return .bad(.wrongType) }
    let declared = program[field]
    switch find(row.members, declared.path[...]) {
    case .absent: return .absent
    case .twice: return .bad(.keyTwice)
    case .wrong: return .bad(.wrongType)
    case .value(let json):
      return read(
        json, declared.type, declared, path: row.owner + "." + declared.name.string, place: row.place + "/" + declared.name.string)
    }
  }

  /// A value of a declared type; `field` tells the limits.
  func read(_ json: JSON, _ type: ValueType, _ field: Field?, path: String, place: String) -> Reading {
    if case .null = json { return type.isNullable ? .null : .bad(.unexpectedNull) }
    let reading = readPresent(json, type, field, path: path, place: place)
    if let field, let literal = field.nullFor, case .value(let value) = reading, isSame(value, literal) { return .null }
    return reading
  }

  private func isSame(_ value: Value, _ literal: Literal) -> Bool {
    Operations(program: program).equal(value, constant(literal)).isYes
  }

  private func readPresent(_ json: JSON, _ type: ValueType, _ field: Field?, path: String, place: String) -> Reading {
    switch type.shape {
    case .bool:
      guard case .bool(let bool) = json else { return .bad(.wrongType) }
      return .value(.bool(bool))
    case .int:
      guard case .number(let digits) = json else { return .bad(.wrongType) }
      guard let int = Int64(digits) else {
        // A fraction is no int; a number beyond 64 bits is one out of range.
        return .bad(digits.contains { !"-0123456789".contains($0) } ? .wrongType : .outOfRange)
      }
      if let least = field?.atLeast, int < least { return .bad(.outOfRange) }
      return .value(.int(int))
    case .decimal:
      guard case .number(let digits) = json else { return .bad(.wrongType) }
      guard let number = Number(json: digits) else { return .bad(.outOfRange) }
      if let least = field?.atLeast, Number.compare(number, Number(least)) < 0 { return .bad(.outOfRange) }
      return .value(.decimal(number))
    case .text:
      guard case .string(let string) = json else { return .bad(.wrongType) }
      return .value(.text(Text(string)))
    case .id:
      guard case .string(let string) = json else { return .bad(.wrongType) }
      return .value(.id(identifier(Text(string))))
    case .oneOf(let members, let orOther):
      guard case .string(let string) = json else { return .bad(.wrongType) }
      let text = Text(string)
      if !orOther && !members.contains(text) {
        // What stands for null need not be of the set.
        if let field, let literal = field.nullFor, case .text(text) = literal { return .value(.text(text)) }
        return .bad(.outsideClosedSet)
      }
      return .value(.text(text))
    case .date:
      guard case .string(let string) = json, let day = Calendar.parseDay(string) else { return .bad(.wrongType) }
      return .value(.date(day))
    case .instant:
      guard case .string(let string) = json, let ticks = Calendar.parseInstant(string) else { return .bad(.wrongType) }
      return .value(.instant(ticks))
    case .row(let record):
      guard case .object(let members) = json else { return .bad(.wrongType) }
      return .value(
        .row(Row(record: record, members: members, owner: program[record].name.name.string, place: place, ordinal: 1)))
    case .list(let elementType):
      guard case .array(let elements) = json else { return .bad(.wrongType) }
      if let most = field?.atMost, Int64(elements.count) > most { return .bad(.outOfRange) }
      return .value(
        .list(
          List(
            elements.enumerated().map { index, element in
              Element(self.element(element, elementType, path: path, place: place, index: index))
            })))
    case .product, .feature, .nothing: return .bad(.wrongType)
    }
  }

  private func element(_ json: JSON, _ type: ValueType, path: String, place: String, index: Int) -> Value {
    if case .row(let record) = type.shape {
      var row = Row(
        record: record, members: [], owner: program[record].name.name.string, place: place + "/" + String(index), ordinal: index + 1)
      if case .object(let members) = json { row.members = members } else { row.isNoObject = true }
      return .row(row)
    }
    switch read(json, type, nil, path: path, place: place + "/" + String(index)) {
    case .absent, .null: return .null
    case .bad(let kind): return .unknown([ReferenceCause(kind, path)])
    case .value(let value): return value
    }
  }

  func constant(_ literal: Literal) -> Value {
    switch literal {
    case .null: .null
    case .bool(let bool): .bool(bool)
    case .int(let int): .int(int)
    case .decimal(let decimal): .decimal(Number(decimal))
    case .text(let text): .text(text)
    case .date(let day): .date(Int(day.days))
    case .instant(let instant): .instant(instant.ticks)
    case .guid(let guid): .id(identifier(guid))
    }
  }

  // MARK: - Sameness

  /// A text that two rows share where all their fields that policies read say the same.
  func canonical(_ row: Row) -> String {
    program[row.record].fields.indices.compactMap { index -> String? in
      let field = program[row.record].fields[index]
      guard field.kind == .stored else { return nil }
      let id = FieldID(record: row.record, index: index)
      guard fieldsRead.contains(id) else { return nil }
      switch read(row, id) {
      case .absent: return field.name.string + "=absent"
      case .null: return field.name.string + "=null"
      case .bad(let kind): return field.name.string + "=bad " + kind.rawValue
      case .value(let value): return field.name.string + "=" + canonical(value)
      }
    }.joined(separator: ";")
  }

  private func canonical(_ value: Value) -> String {
    switch value {
    case .row(let row): "{" + canonical(row) + "}"
    case .list(let list): "[" + list.elements.map { canonical($0.value) }.joined(separator: ",") + "]"
    case .unknown(let causes): "?" + causes.map { $0.kind.rawValue }.sorted().joined(separator: "+")
    case .null, .bool, .int, .decimal, .text, .date, .instant, .id, .product, .feature:
      Self.tag(value) + String(Self.text(value, program).utf8.count) + ":" + Self.text(value, program)
    }
  }

  static func tag(_ value: Value) -> String {
    switch value {
    case .unknown: "?"
    case .null: "n"
    case .bool: "b"
    case .int, .decimal: "i"
    case .text: "t"
    case .date: "d"
    case .instant: "m"
    case .id: "g"
    case .row: "r"
    case .product: "p"
    case .feature: "f"
    case .list: "l"
    }
  }

  /// A key's field as reports write it.
  static func text(_ value: Value, _ program: CheckedProgram) -> String {
    switch value {
    case .unknown, .row, .list: return "?"
    case .null: return "null"
    case .bool(let bool): return bool ? "true" : "false"
    case .int(let interval): return String(interval.low)
    case .decimal(let number): return number.text
    case .text(let text), .id(let text): return text.string
    case .date(let day): return Calendar.text(day)
    case .instant(let ticks):
      let day = Calendar.day(ofInstant: ticks)
      let rest = ticks - Int64(day) * Calendar.ticksPerDay
      let seconds = Int(rest / 10_000_000)
      let fraction = Int(rest % 10_000_000)
      var digits = fraction == 0 ? "" : "." + Calendar.padded(fraction, 7)
      while digits.hasSuffix("0") { digits.removeLast() }
      return Calendar.text(day) + "T" + Calendar.padded(seconds / 3600, 2) + ":" + Calendar.padded(seconds / 60 % 60, 2) + ":"
        + Calendar.padded(seconds % 60, 2) + digits + "Z"
    case .product(let product): return program[product].name.string
    case .feature(let feature): return program[feature].name.string
    }
  }
}
