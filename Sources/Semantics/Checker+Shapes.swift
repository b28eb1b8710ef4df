package import Syntax

extension Checker {
  /// Entities, singles and records: first all fields' types, then what refers to other fields.
  mutating func checkShapes() {
    for index in declared.shapes.indices {
      let (file, shape) = declared.shapes[index]
      self.file = file
      program.records[index].fields = fields(of: shape, RecordID(index))
    }
    for index in declared.shapes.indices {
      file = declared.shapes[index].file
      bindKey(RecordID(index))
    }
    for index in declared.shapes.indices {
      file = declared.shapes[index].file
      bindJoins(RecordID(index))
    }
    for index in declared.shapes.indices {
      file = declared.shapes[index].file
      if case .entity(let node) = declared.shapes[index].node { bindLabel(node, RecordID(index)) }
    }
  }

  /// The type that is written; nil, reported, where it names no type.
  mutating func resolve(_ node: TypeNode) -> ValueType? {
    switch node.shape {
    case .missing: return nil
    case .named(let reference):
      if reference.module == nil, let shape = builtinTypes[reference.name.text] {
        return ValueType(shape, isNullable: node.isNullable)
      }
      if reference.module == nil, names.candidates([.record], reference.name.text, from: module, in: nil).isEmpty {
        reportUnknown(
          "type", reference.name, among: builtinTypes.keys.sorted() + names.spellings([.record]))
        return nil
      }
      guard let found = resolve(.record, reference) else { return nil }
      return ValueType(.row(RecordID(found.index)), isNullable: node.isNullable)
    case .list(let inner):
      guard let element = resolve(inner) else { return nil }
      return ValueType(.list(element), isNullable: node.isNullable)
    case .oneOf(let texts, let orOther):
      var seen: Set<Text> = []
      for text in texts where !seen.insert(text.text).inserted {
        report(.badField, "`\(text.text.string)` stands twice in this set", at: text.span)
      }
      return ValueType(.oneOf(texts.map(\.text), orOther: orOther), isNullable: node.isNullable)
    }
  }

  /// A field whose type is wrong keeps its place with the type of null, and each use of it stays silent.
  private mutating func fields(of shape: Shape, _ record: RecordID) -> [Field] {
    var fields: [Field] = []
    var seen: [Text: SourceSpan] = [:]
    for node in shape.fields {
      if let first = seen[node.name.text] {
        report(
          .duplicateField, "the field `\(node.name.text.string)` is declared twice", at: node.name.span,
          related: [Diagnostic.Related(first, "first declared here")])
        continue
      }
      seen[node.name.text] = node.name.span
      var field = Field(
        name: node.name.text, kind: .stored, type: resolve(node.type) ?? ValueType(.nothing), path: [node.name.text],
        nullFor: nil, atLeast: nil, atMost: nil, span: node.span)
      apply(node.properties, to: &field, isJoin: node.type.joinedBy != nil)
      if node.type.joinedBy == nil, let target = field.type.record, let collection = program[target].collection {
        report(
          .badJoin, "a row of `\(program[collection].name.string)` is not stored in another row", at: node.type.span,
          notes: ["write `\(program[target].name.name.string) by` and the field that holds its key, or declare a record of this shape"])
        field.type = ValueType(.nothing)
      }
      fields.append(field)
    }
    return fields
  }

  private mutating func apply(_ properties: [Spanned<FieldDeclaration.Property>], to field: inout Field, isJoin: Bool) {
    let isKnown = field.type.shape != .nothing
    for property in properties {
      switch property.value {
      case .from(let text):
        if isJoin { refuse("a join is not read from a path of its own", property.span) }
        let parts = text.text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Text($0) }
        if parts.contains(where: \.isEmpty) {
          report(.badField, "a path is names with dots between them", at: text.span)
        }
        field.path = parts
      case .nullFor(let literal):
        if isJoin {
          refuse("a join has no value of its own that could stand for null", property.span)
        } else if isKnown && !field.type.isNullable {
          refuse("`null for` makes this field nullable: end its type with `?`", property.span)
        } else if isKnown && !literalFits(literal.literal, field.type) {
          refuse("this value is no \(program.describe(field.type.present))", literal.span)
        }
        field.nullFor = literal.literal
        if field.type.shape == .id, case .text(let text) = literal.literal, let guid = Guid(parsing: text.utf8) {
          field.nullFor = .guid(guid)
        }
      case .atLeast(let bound):
        if isKnown && field.type.shape != .int { refuse("`at least` is said of an int", property.span) }
        field.atLeast = bound.value
      case .atMost(let bound):
        if isKnown && field.type.shape != .int && field.type.element == nil {
          refuse("`at most` is said of an int or a list", property.span)
        }
        field.atMost = bound.value
      }
    }
    if let least = field.atLeast, let most = field.atMost, least > most {
      refuse("no number is at least \(least) and at most \(most)", field.span)
    }
  }

  private mutating func refuse(_ message: String, _ span: SourceSpan) { report(.badField, message, at: span) }

  /// Whether a literal may stand for a value of a type that the snapshot holds.
  func literalFits(_ literal: Literal, _ type: ValueType) -> Bool {
    switch (literal, type.shape) {
    case (.null, _): true
    case (.text, .text), (.text, .id), (.text, .oneOf), (.guid, .id): true
    case (.bool, .bool), (.int, .int), (.int, .decimal), (.decimal, .decimal), (.date, .date), (.instant, .instant): true
    default: false
    }
  }

  /// The place of a field in its record; nil, reported, where it has none of that name.
  mutating func field(_ name: NameNode, of record: RecordID) -> Int? {
    let fields = program[record].fields
    if let index = fields.firstIndex(where: { $0.name == name.text }) { return index }
    reportUnknown(
      "field", name, among: fields.map(\.name), kind: .unknownField, of: " of `\(program[record].name.name.string)`")
    return nil
  }

  private mutating func bindKey(_ record: RecordID) {
    let shape = declared.shapes[record.index].node
    var key: [Int] = []
    for name in shape.key {
      guard let index = field(name, of: record) else { continue }
      let isJoin = shape.fields.contains { $0.name.text == name.text && $0.type.joinedBy != nil }
      let type = program[record].fields[index].type
      if isJoin || type.element != nil || type.record != nil {
        report(
          .badKey, "a key is made of stored values, and `\(name.text.string)` is a \(isJoin ? "join" : program.describe(type))",
          at: name.span)
      } else if key.contains(index) {
        report(.badKey, "`\(name.text.string)` stands twice in the key", at: name.span)
      } else {
        key.append(index)
      }
    }
    program.records[record.index].key = key
  }

  private mutating func bindJoins(_ record: RecordID) {
    var seen: Set<Text> = []
    for node in declared.shapes[record.index].node.fields {
      guard let by = node.type.joinedBy, seen.insert(node.name.text).inserted,
        let index = program[record].fields.firstIndex(where: { $0.name == node.name.text })
      else { continue }
      let type = program[record].fields[index].type
      var kind: Field.Kind?
      if let target = type.record {
        kind = join(record, to: target, by: by, isNullable: type.isNullable, node)
      } else if let target = type.element?.record {
        kind = reverseJoin(record, to: target, by: by, node)
      } else if type.shape != .nothing {
        report(.badJoin, "`by` joins rows of a collection, and this is \(program.describe(type))", at: node.type.span)
      }
      if let kind {
        program.records[record.index].fields[index].kind = kind
      } else {
        program.records[record.index].fields[index].type = ValueType(.nothing)
      }
    }
  }

  private mutating func collection(of target: RecordID, _ node: FieldDeclaration) -> CollectionID? {
    let name = program[target].name.name.string
    guard let collection = program[target].collection else {
      report(
        .badJoin, "`\(name)` is a record, which has no collection to look in", at: node.type.span,
        related: [Diagnostic.Related(program[target].name.span, "declared here")])
      return nil
    }
    if program[collection].isSingle {
      report(.badJoin, "`\(name)` is a single row: write `\(name)` in the expression", at: node.type.span)
      return nil
    }
    return collection
  }

  /// `T by f`
  private mutating func join(
    _ record: RecordID, to target: RecordID, by: NameNode, isNullable: Bool, _ node: FieldDeclaration
  ) -> Field.Kind? {
    guard let collection = collection(of: target, node), let index = storedField(by, of: record) else { return nil }
    let key = program[target].key
    guard let only = key.first, key.count == 1 else {
      if !declared.shapes[target.index].node.key.isEmpty && key.count > 1 {
        report(
          .badJoin, "the key of `\(program[target].name.name.string)` has \(key.count) fields, and a join gives one",
          at: by.span, notes: ["write `\(program[collection].name.string)[…, …]` where the row is wanted"])
      }
      return nil
    }
    let mine = program[record].fields[index].type
    let wanted = program[target].fields[only].type
    guard mine.shape != .nothing, wanted.shape != .nothing else { return nil }
    guard mine.shape == wanted.shape || (mine.isText && wanted.isText) else {
      report(
        .badJoin,
        "`\(by.text.string)` is \(program.describe(mine)), and the key of `\(program[target].name.name.string)` is \(program.describe(wanted))",
        at: by.span)
      return nil
    }
    if mine.isNullable && !isNullable {
      report(
        .badJoin, "`\(by.text.string)` may be null, and then there is no row", at: node.type.span,
        notes: ["write `\(program[target].name.name.string)? by \(by.text.string)`"])
      return nil
    }
    return .join(collection, by: index)
  }

  /// `list of T by f`
  private mutating func reverseJoin(
    _ record: RecordID, to target: RecordID, by: NameNode, _ node: FieldDeclaration
  ) -> Field.Kind? {
    guard let collection = collection(of: target, node), let index = storedField(by, of: target) else { return nil }
    let key = program[record].key
    guard let only = key.first, key.count == 1 else {
      report(
        .badJoin,
        "`\(program[record].name.name.string)` has \(key.isEmpty ? "no key" : "a key of \(key.count) fields") that one field of `\(program[target].name.name.string)` could hold",
        at: by.span)
      return nil
    }
    let mine = program[record].fields[only].type
    let theirs = program[target].fields[index].type
    guard mine.shape != .nothing, theirs.shape != .nothing else { return nil }
    guard mine.shape == theirs.shape || (mine.isText && theirs.isText) else {
      report(
        .badJoin, "`\(by.text.string)` is \(program.describe(theirs)), and my key is \(program.describe(mine))", at: by.span)
      return nil
    }
    if node.type.isNullable {
      report(.badJoin, "a list of joined rows is never null, it may be empty", at: node.type.span)
      return nil
    }
    return .reverse(collection, by: index)
  }

  private mutating func storedField(_ name: NameNode, of record: RecordID) -> Int? {
    guard let index = field(name, of: record) else { return nil }
    let node = declared.shapes[record.index].node.fields.first { $0.name.text == name.text }
    if node?.type.joinedBy != nil {
      report(.badJoin, "`\(name.text.string)` is a join itself", at: name.span)
      return nil
    }
    return index
  }

  private mutating func bindLabel(_ node: EntityDeclaration, _ record: RecordID) {
    guard let collection = program[record].collection, !node.label.isEmpty else { return }
    var label: [FieldID] = []
    var owner = record
    for (place, name) in node.label.enumerated() {
      guard let index = field(name, of: owner) else { return }
      label.append(FieldID(record: owner, index: index))
      let field = program[owner].fields[index]
      if field.type.shape == .nothing { return }
      if place + 1 < node.label.count {
        guard let next = field.type.record, field.kind == .stored else {
          report(
            .badKey, "`\(name.text.string)` is \(program.describe(field.type)), which has no fields of the row's own",
            at: name.span)
          return
        }
        owner = next
      } else if field.type.record != nil || field.type.element != nil {
        report(.badKey, "a label is one value, and `\(name.text.string)` is a \(program.describe(field.type))", at: name.span)
        return
      }
    }
    program.collections[collection.index].label = label
  }
}

extension DiagnosticKind {
  package static let unknownField = DiagnosticKind(
    code: "LIC0207",
    summary: "a field that the row does not have",
    explanation: """
      The fields of a row are those of its entity or record. A field that the export has and the policy set does not declare can be added there.
      """,
    wrong: """
      module m
      entity user in users key id { id: id, accountEnabled: bool }
      define enabled(person: user) = person.acountEnabled
      """,
    right: """
      module m
      entity user in users key id { id: id, accountEnabled: bool }
      define enabled(person: user) = person.accountEnabled
      """)

  package static let duplicateField = DiagnosticKind(
    code: "LIC0208",
    summary: "a field, parameter or column that stands twice",
    explanation: "Of two fields of one name, one could never be read.",
    wrong: """
      module m
      record plan { id: id, name: text, id: text }
      """,
    right: """
      module m
      record plan { id: id, name: text }
      """)

  package static let badJoin = DiagnosticKind(
    code: "LIC0310",
    summary: "a join that cannot find its rows",
    explanation: """
      `T by f` is the row of the entity T whose key is my field f: T has a key of one field, of the type of f, and where f may be null the \
      join may be too, `T? by f`. `list of T by f` are the rows of T whose field f is my key.
      """,
    wrong: """
      module m
      entity group in groups key id { id: id }
      record assignment { via: id?, group: group by via }
      """,
    right: """
      module m
      entity group in groups key id { id: id }
      record assignment { via: id?, group: group? by via }
      """)

  package static let badField = DiagnosticKind(
    code: "LIC0311",
    summary: "a property that does not go with its field",
    explanation: """
      `null for` needs a nullable field and a value of its type; `at least` is said of an int, `at most` of an int or a list; `from` is a \
      path of names with dots between them and goes with stored fields alone.
      """,
    wrong: """
      module m
      record state { error: text null for "None" }
      """,
    right: """
      module m
      record state { error: text? null for "None" }
      """)

  package static let badKey = DiagnosticKind(
    code: "LIC0312",
    summary: "a key or a label that is no value of the row",
    explanation: """
      Keys are stored values of the row itself, each once; a label is one value, perhaps of a record in the row. Lists, rows and joins are neither.
      """,
    wrong: """
      module m
      record plan { id: id }
      entity sku in skus key plans { id: id, plans: list of plan }
      """,
    right: """
      module m
      record plan { id: id }
      entity sku in skus key id { id: id, plans: list of plan }
      """)
}
