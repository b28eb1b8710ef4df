package import Semantics
import Syntax

/// Makes tenants up for a program: some wholly sound, most with something missing, wrong or twice.
package struct SnapshotData {
  private var random: SplitMix64
  /// For twins alone, so that the other rows of a seed stay what they were before there were any.
  private var randomOfTwins: SplitMix64
  private let program: CheckedProgram
  /// In a hundred, of each field: how often it is not as declared.
  private var trouble = 0

  package init(seed: UInt64, program: CheckedProgram) {
    random = SplitMix64(seed: seed ^ 0x5DEE_CE66_D1CE_4E5B)
    randomOfTwins = SplitMix64(seed: seed ^ 0x2545_F491_4F6C_DD1D)
    self.program = program
  }

  package mutating func tenant() -> TenantData {
    trouble = random.pick([0, 0, 0, 2, 4, 10])
    let isWhole = random.chance(35)
    var collections: [TenantData.CollectionData] = []
    for collection in program.collections {
      var state = TenantData.State.present
      if !isWhole {
        switch random.below(20) {
        case 0: state = .notExported
        case 1: state = .unavailable
        case 2, 3: state = .incomplete
        default: break
        }
      }
      let hasRows = state == .present || state == .incomplete
      collections.append(TenantData.CollectionData(state: state, rows: hasRows ? rows(collection) : []))
    }
    return TenantData(id: random.pick(PolicyText.tenants), collections: collections)
  }

  private mutating func rows(_ collection: Collection) -> [JSON] {
    var rows: [JSON] = []
    var keys: Set<String> = []
    let count = collection.isSingle ? (random.chance(93) ? 1 : random.below(3)) : random.below(6)
    for _ in 0..<count {
      for _ in 0..<4 {
        let row = object(collection.record)
        let key = keyText(row, collection.record)
        if keys.insert(key).inserted || random.chance(2) {
          rows.append(row)
          break
        }
      }
    }
    if trouble > 0 || random.chance(5), let row = rows.first, random.chance(15) {
      rows.insert(random.chance(60) ? disguised(row) : changed(row, collection.record), at: random.below(rows.count + 1))
    }
    if !collection.isSingle {
      swap(&random, &randomOfTwins)
      addTwins(to: &rows, collection.record, &keys)
      swap(&random, &randomOfTwins)
    }
    return rows
  }

  /// Rows of keys of their own that differ from others in one value, often deep within lists: what judges like rows once must tell them apart.
  private mutating func addTwins(to rows: inout [JSON], _ record: RecordID, _ keys: inout Set<String>) {
    while random.chance(50), case .object(let old)? = rows.isEmpty ? nil : random.pick(rows) {
      let names = program[record].key.map { program[record].fields[$0].name }
      guard case .object(let new) = object(record) else { return }
      var members = old.filter { member in !names.contains { FieldReader.sameKey(member.key, $0) } }
      if !members.isEmpty {
        let number = random.below(members.count)
        members[number].value = slightlyChanged(members[number].value)
      }
      let twin = JSON.object(new.filter { member in names.contains { FieldReader.sameKey(member.key, $0) } } + members)
      if keys.insert(keyText(twin, record)).inserted { rows.insert(twin, at: random.below(rows.count + 1)) }
    }
  }

  /// A value with another one somewhere in it.
  private mutating func slightlyChanged(_ value: JSON) -> JSON {
    switch value {
    case .object(var members):
      if members.isEmpty { return value }
      let number = random.below(members.count)
      members[number].value = slightlyChanged(members[number].value)
      return .object(members)
    case .array(var elements):
      if elements.isEmpty { return value }
      let number = random.below(elements.count)
      if random.chance(20) { elements.remove(at: number) } else { elements[number] = slightlyChanged(elements[number]) }
      return .array(elements)
    case .string(let text):
      // Mostly one of its own sort, so that it stays as declared.
      let sorts = [Pool.texts, Pool.ids, Pool.guids, Pool.days, Pool.instants]
      return .string(random.pick(sorts.first { random.chance(90) && $0.contains(text) } ?? random.pick(sorts)))
    case .number: return .number(random.pick(["0", "1", "2", "3", "4", "5"]))
    case .bool(let bool): return .bool(!bool)
    case .null: return random.chance(50) ? .null : .bool(true)
    }
  }

  private func keyText(_ row: JSON, _ record: RecordID) -> String {
    guard case .object(let members) = row else { return "" }
    return program[record].key.map { index in
      let name = program[record].fields[index].name
      return members.first { FieldReader.sameKey($0.key, name) }.map { $0.value.text.lowercased() } ?? "-"
    }.joined(separator: "|")
  }

  /// The same row in other words: keys in other order and case.
  private mutating func disguised(_ row: JSON) -> JSON {
    guard case .object(let members) = row else { return row }
    return .object(members.shuffled(using: &random).map { (key: random.chance(50) ? $0.key.uppercased() : $0.key, value: $0.value) })
  }

  /// Another row of the same key.
  private mutating func changed(_ row: JSON, _ record: RecordID) -> JSON {
    guard case .object(let old) = row, case .object(let new) = object(record) else { return row }
    let keys = program[record].key.map { program[record].fields[$0].name }
    return .object(
      new.filter { member in !keys.contains { FieldReader.sameKey(member.key, $0) } }
        + old.filter { member in keys.contains { FieldReader.sameKey(member.key, $0) } })
  }

  // MARK: - Values

  private mutating func object(_ record: RecordID) -> JSON {
    let type = program[record]
    var members: [(key: String, value: JSON)] = []
    for (index, field) in type.fields.enumerated() where field.kind == .stored {
      let isKey = type.key.contains(index)
      let percent = isKey ? trouble / 4 : trouble
      if random.chance(percent) { continue }
      var value = value(field.type, field, percent)
      if let nullFor = field.nullFor, random.chance(15) { value = json(nullFor) }
      var name = field.name.string
      for (depth, step) in field.path.enumerated().reversed() {
        name = step.string
        if depth > 0 {
          value = random.chance(percent) ? random.pick([.null, .bool(true)]) : .object([(key: name, value: value)])
        }
      }
      if random.chance(3) { name = name.uppercased() }
      members.append((key: name, value: value))
      if random.chance(percent / 3) {
        members.append(
          (key: random.chance(50) ? name : name.uppercased(), value: random.chance(50) ? value : self.value(field.type, field, 0)))
      }
    }
    if random.chance(15) { members.append((key: "undeclared", value: .array([.object([(key: "x", value: .null)])]))) }
    return .object(random.chance(20) ? members.shuffled(using: &random) : members)
  }

  private func json(_ literal: Literal) -> JSON {
    switch literal {
    case .null: .null
    case .bool(let bool): .bool(bool)
    case .int(let int): .number(String(int))
    case .decimal(let decimal): .number(Number(decimal).text)
    case .text(let text): .string(text.string)
    case .date, .instant, .guid: .string(FieldReader.text(FieldReader(program: program).constant(literal), program))
    }
  }

  private mutating func value(_ type: ValueType, _ field: Field, _ percent: Int) -> JSON {
    if random.chance(percent) { return wrong(type) }
    if type.isNullable && random.chance(25) { return .null }
    switch type.shape {
    case .bool: return .bool(random.chance(60))
    case .int: return .number(random.chance(2) ? "9223372036854775807" : String(random.below(7) - (field.atLeast == nil ? 1 : 0)))
    case .decimal: return .number(random.pick(Pool.decimals))
    case .text: return .string(random.pick(Pool.texts))
    case .date: return .string(random.pick(Pool.days))
    case .instant: return .string(random.pick(Pool.instants))
    case .id: return .string(cased(random.chance(80) ? random.pick(Pool.ids) : random.pick(Pool.guids)))
    case .oneOf(let members, let orOther):
      return .string(orOther && random.chance(25) ? "Blue" : random.pick(members).string)
    case .row(let record): return object(record)
    case .list(let element):
      let most = random.chance(percent) ? 5 : min(3, Int(field.atMost ?? 3))
      var elements: [JSON] = []
      var keys: Set<String> = []
      for _ in 0..<random.below(most + 1) {
        let item = value(element, field, percent / 2)
        if case .row(let record) = element.shape, !program[record].key.isEmpty {
          guard keys.insert(keyText(item, record)).inserted || random.chance(percent * 3) else { continue }
        }
        elements.append(item)
      }
      return .array(elements)
    case .product, .feature, .nothing: return .null
    }
  }

  /// A GUID in upper case is the same GUID.
  private mutating func cased(_ id: String) -> String { id.count == 36 && random.chance(20) ? id.uppercased() : id }

  /// What the type does not admit.
  private mutating func wrong(_ type: ValueType) -> JSON {
    switch type.shape {
    case .bool: random.pick([.string("true"), .null, .number("1")])
    case .int: random.pick([.number("1.5"), .number("99999999999999999999"), .string("3"), .null, .number("-5")])
    case .decimal: random.pick([.number("1234567890123456789.5"), .string("1.5"), .null])
    case .text: random.pick([.number("7"), .bool(false), .null, .object([])])
    case .date: random.pick([.string("2024-02-30"), .string("soon"), .null, .number("5")])
    case .instant: random.pick([.string("2024-02-30T00:00:00Z"), .string("soon"), .null, .number("5")])
    case .id: random.pick([.number("7"), .null, .array([])])
    case .oneOf: random.pick([.string("Blue"), .string("red"), .null, .number("0")])
    case .row: random.pick([.null, .array([]), .string("x")])
    case .list: random.pick([.null, .object([]), .string("x")])
    case .product, .feature, .nothing: .null
    }
  }
}
