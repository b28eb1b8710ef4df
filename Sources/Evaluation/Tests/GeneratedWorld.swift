import Semantics
import Syntax

/// The smallest snapshot on which a rule's condition can be seen in all its states: one row of each collection that it reads, a second one
/// where something is counted, with a choice of values for each field that it rests on.
struct GeneratedWorld {
  /// One value that a field or a fact may have; nil: it is not there.
  struct Choice {
    var value: PolicyTest.Value?
    /// As it is written in a test.
    var text: String
  }
  /// What a row, a field or an element is made of; numbers are those of `dimensions`.
  indirect enum Shape {
    case choice(Int)
    case record([(name: Text, shape: Shape)])
    /// The choice says whether there is one element, none, no list, or a second one too, which differs from the first in its key alone.
    case list(Int, element: Shape, second: Shape?)
    /// What looks for a row, or null, as the choice says.
    case nullable(Int, element: Shape)
  }
  private(set) var dimensions: [[Choice]] = []
  /// With the dimension that says whether a row is there; nil: always.
  private(set) var rows: [(collection: CollectionID, shape: Shape, presence: Int?)] = []
  private(set) var facts: [(fact: FactID, dimension: Int)] = []
  /// The label of each row along the rule's `for each`.
  private(set) var subjects: [(thing: Text, label: String)] = []

  private let program: CheckedProgram
  private let rule: Rule
  private let reach: TestReach.OfRule
  private let day: Day
  private let named: Set<ProductID>
  private var dimensionOfField: [FieldID: Int] = [:]
  /// Fields that hold the same key: a join's and its target's.
  private var twin: [FieldID: FieldID] = [:]
  /// Keys of the subjects, which stay as they are, since the test names them.
  private var fixed: Set<FieldID> = []
  /// Fields whose ids are looked for among others, or collected: those of products, and not only keys of rows.
  private var isIdentifier: [FieldID: Bool] = [:]
  private var records: Set<RecordID> = []

  /// Nil where a rule judges something else than rows and their elements.
  ///
  /// - Parameters:
  ///   - others: rules over the same subjects, whose conditions are to be seen too.
  ///   - named: products whose identifiers are all tried, beside those that the rule names.
  init?(
    _ program: CheckedProgram, rule id: RuleID, beside others: [RuleID] = [], on day: Day, naming named: Set<ProductID> = []
  ) {
    self.program = program
    self.named = named
    self.day = day
    rule = program[id]
    let rules = TestReach(program).rules
    reach = others.reduce(into: rules[id.index]) { $0.formUnion(rules[$1.index]) }
    var collections: Set<CollectionID> = []
    if let link = rule.chain.first {
      guard case .collection(let collection) = program[link.source].kind else { return nil }
      collections.insert(collection)
      fix(program[collection].record, link.thing)
    }
    if rule.chain.count == 2 {
      guard let record = program.variables[rule.chain[1].variable.index].type.element(of: program), !program[record].key.isEmpty else {
        return nil
      }
      fix(record, rule.chain[1].thing)
    }
    collectCollections(&collections)
    for field in reach.fields { link(field) }
    for index in reach.expressions {
      switch program.expressions[index].kind {
      case .member(let element, _, _): markIdentifier(element)
      case .comprehension(let comprehension): markIdentifier(comprehension.element)
      case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row,
        .entry, .call, .not, .and, .or, .equal, .order, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate,
        .shift, .days, .orElse, .list, .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part,
        .function:
        continue
      }
    }
    for collection in collections.sorted() {
      let record = program[collection].record
      guard let shape = shape(of: record) else { return nil }
      rows.append((collection, shape, nil))
      if program[collection].isSingle || isOfSubjects(collection) || program[record].key.isEmpty { continue }
      if let second = second(of: record, shape) {
        let presence = [Choice(value: nil, text: "-"), Choice(value: .literal(.null), text: "another row")]
        rows.append((collection, second, add(presence)))
      }
    }
    for fact in reach.facts.sorted() {
      let choices = values(program.facts[fact.index].type, for: nil)
      facts.append((fact, add(choices + [Choice(value: nil, text: "-")])))
    }
  }

  private func isOfSubjects(_ collection: CollectionID) -> Bool {
    guard let link = rule.chain.first, case .collection(collection) = program[link.source].kind else { return false }
    return true
  }

  /// Whether two of something can show what one cannot.
  private var isCounting: Bool {
    var quantifiers = 0
    for index in reach.expressions {
      switch program.expressions[index].kind {
      case .count, .aggregate: return true
      case .any, .all: quantifiers += 1
      case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row,
        .entry, .call, .not, .and, .or, .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate,
        .shift, .days, .orElse, .list, .comprehension, .products, .productsHeld, .productsGranting, .part, .function:
        continue
      }
    }
    return quantifiers > 1 && !reach.asksHoldings
  }

  /// The same record with another key; nil where one is enough, or where other rows are found by its key.
  private mutating func second(of record: RecordID, _ shape: Shape) -> Shape? {
    guard isCounting, case .record(var fields) = shape else { return nil }
    let key = program[record].key
    if key.isEmpty { return shape }
    for index in key {
      let (field, id) = (program[record].fields[index], FieldID(record: record, index: index))
      if isUnited(id) || fixed.contains(id) { return nil }
      guard let place = fields.firstIndex(where: { $0.name == field.name }) else { return nil }
      switch field.type.shape {
      case .text, .id:
        let other = keyText(id) + "b"
        fields[place].shape = .choice(add([Choice(value: .literal(.text(Text(other))), text: "\"\(other)\"")]))
        return .record(fields)
      case .int:
        fields[place].shape = .choice(add([choice(.int(99))]))
        return .record(fields)
      case .bool, .decimal, .date, .instant, .oneOf, .list, .row, .product, .feature, .nothing: continue
      }
    }
    return nil
  }

  private mutating func fix(_ record: RecordID, _ thing: Text) {
    var labels: [String] = []
    for key in program[record].key {
      let field = FieldID(record: record, index: key)
      fixed.insert(field)
      labels.append(keyText(field))
    }
    subjects.append((thing, labels.joined(separator: ", ")))
  }

  /// The key of the one row: the name of its shape, and the number of the field where it has several.
  private func keyText(_ field: FieldID) -> String {
    let name = program[field.record].name.name.string
    let place = program[field.record].key.firstIndex(of: field.index) ?? 0
    return "\(name)-\(place + 1)"
  }

  private func collectCollections(_ found: inout Set<CollectionID>) {
    for index in reach.expressions {
      let kind = program.expressions[index].kind
      if case .collection(let collection) = kind { found.insert(collection) }
      if case .single(let collection) = kind { found.insert(collection) }
      if case .row(let collection, _) = kind { found.insert(collection) }
    }
    for field in reach.fields {
      switch program[field].kind {
      case .stored: continue
      case .join(let collection, _), .reverse(let collection, _): found.insert(collection)
      }
    }
  }

  /// Lets a join's field and the key that it looks for have one value.
  private mutating func link(_ field: FieldID) {
    switch program[field].kind {
    case .stored: return
    case .join(let target, let by):
      let record = program[target].record
      guard program[record].key.count == 1, let key = program[record].key.first else { return }
      unite(FieldID(record: field.record, index: by), FieldID(record: record, index: key))
    case .reverse(let target, let by):
      guard program[field.record].key.count == 1, let key = program[field.record].key.first else { return }
      unite(FieldID(record: program[target].record, index: by), FieldID(record: field.record, index: key))
    }
  }

  private func root(_ field: FieldID) -> FieldID {
    var field = field
    while let next = twin[field] { field = next }
    return field
  }

  private mutating func unite(_ left: FieldID, _ right: FieldID) {
    let (first, second) = (root(left), root(right))
    if first == second { return }
    // A fixed key keeps its value for both.
    if fixed.contains(first) { twin[second] = first } else { twin[first] = second }
  }

  /// Whether it has its value in common with others.
  private func isUnited(_ field: FieldID) -> Bool { twin[field] != nil || twin.values.contains(field) }

  private mutating func markIdentifier(_ id: TypedExpressionID) {
    if case .field(_, let field) = program[id].kind { isIdentifier[root(field)] = true }
  }

  private mutating func add(_ choices: [Choice]) -> Int {
    dimensions.append(choices)
    return dimensions.count - 1
  }

  // MARK: shapes

  /// Nil where records nest in themselves.
  private mutating func shape(of record: RecordID) -> Shape? {
    guard records.insert(record).inserted else { return nil }
    defer { records.remove(record) }
    var fields: [(name: Text, shape: Shape)] = []
    for (index, field) in program[record].fields.enumerated() {
      let id = FieldID(record: record, index: index)
      guard case .stored = field.kind, reach.fields.contains(id) || program[record].key.contains(index) else { continue }
      if case .row(let inner) = field.type.shape {
        guard let shape = shape(of: inner) else { return nil }
        fields.append((field.name, shape))
      } else if case .list(let element) = field.type.shape, case .row(let inner) = element.shape {
        guard let shape = shape(of: inner) else { return nil }
        let second = second(of: inner, shape)
        let presence =
          [Choice(value: .list([]), text: "one"), Choice(value: .list([]), text: "[]"), Choice(value: nil, text: "-")]
          + (second == nil ? [] : [Choice(value: .list([]), text: "two")])
        // The subject itself is an element that must be there.
        let isSubject = rule.chain.count == 2 && program.variables[rule.chain[1].variable.index].type.element(of: program) == inner
        fields.append((field.name, .list(add(isSubject ? [presence[0]] : presence), element: shape, second: isSubject ? nil : second)))
      } else if field.type.isNullable && isUnited(id) {
        let presence = add([Choice(value: .literal(.null), text: "a key"), choice(.null)])
        fields.append((field.name, .nullable(presence, element: .choice(dimension(of: id)))))
      } else {
        fields.append((field.name, .choice(dimension(of: id))))
      }
    }
    return .record(fields)
  }

  private mutating func dimension(of field: FieldID) -> Int {
    let root = root(field)
    if let known = dimensionOfField[root] { return known }
    let made: Int
    if fixed.contains(root) {
      let key = keyText(root)
      made = add([Choice(value: .literal(.text(Text(key))), text: "\"\(key)\"")])
    } else {
      // Null is no key: whether it stands there instead is a choice of its own.
      var choices = values(isUnited(field) ? ValueType(program[field].type.shape) : program[field].type, for: root)
      // A row that lacks its key is never judged; what looks for one may lack it.
      if !program[field.record].key.contains(field.index) { choices.append(Choice(value: nil, text: "-")) }
      made = add(choices)
    }
    dimensionOfField[root] = made
    return made
  }

  /// The place of the choice that there are two elements.
  static let two = 3

  // MARK: values

  /// The choices of a dimension that are numbers or days, from the least on.
  func ordered(_ dimension: Int) -> [Int] {
    let keys = dimensions[dimension].map { choice -> Int64? in
      guard case .literal(let literal)? = choice.value else { return nil }
      switch literal {
      case .int(let int): return int
      case .decimal(let decimal): return decimal.scale == 0 ? decimal.mantissa : nil
      case .date(let day): return Int64(day.days)
      case .instant(let instant): return instant.ticks
      case .null, .bool, .text, .guid: return nil
      }
    }
    return keys.indices.filter { keys[$0] != nil }.sorted { (keys[$0] ?? 0) < (keys[$1] ?? 0) }
  }

  private func choice(_ literal: Literal) -> Choice { Choice(value: .literal(literal), text: literal.written) }

  private func values(_ type: ValueType, for field: FieldID?) -> [Choice] {
    var found: [Choice]
    switch type.shape {
    case .bool: found = [choice(.bool(true)), choice(.bool(false))]
    case .int: found = numbers().map { choice(.int($0)) }
    case .decimal: found = decimals().map { choice(.decimal($0)) }
    case .text: found = texts().map { choice(.text($0)) }
    case .date: found = days().map { choice(.date($0)) }
    case .instant: found = days().map { choice(.instant(Instant(startOf: $0))) }
    case .oneOf(let members, let orOther):
      found = members.map { choice(.text($0)) } + (orOther ? [choice(.text(free("Else", members)))] : [])
    case .id: found = identifiers(field)
    case .list(let element):
      let inner = values(ValueType(element.shape), for: nil)
      found = [Choice(value: .list([]), text: "[]")]
      for one in inner { if let value = one.value { found.append(Choice(value: .list([value]), text: "[\(one.text)]")) } }
    case .row, .product, .feature, .nothing: found = []
    }
    if type.isNullable { found.append(choice(.null)) }
    return found
  }

  private func literals() -> [Literal] {
    reach.expressions.sorted().compactMap { index in
      guard case .literal(let literal) = program.expressions[index].kind else { return nil }
      return literal
    }
  }

  /// Each whole number of the condition, and those beside it.
  private func numbers() -> [Int64] {
    var found: [Int64] = [1, 0, 2, 3]
    for case .int(let int) in signed(literals()) {
      for step in [Int64(0), 1, -1] {
        let (moved, overflow) = int.addingReportingOverflow(step)
        if !overflow && (moved >= 0 || int < 0) && !found.contains(moved) { found.append(moved) }
      }
    }
    for fact in reach.facts.sorted() {
      guard case .literal(.int(let int)) = program.facts[fact.index].value else { continue }
      for step in [Int64(0), 1, -1] {
        let (moved, overflow) = int.addingReportingOverflow(step)
        if !overflow && !found.contains(moved) { found.append(moved) }
      }
    }
    return Array(found.prefix(12))
  }

  /// The whole numbers, and each decimal of the condition with those beside it.
  private func decimals() -> [Decimal] {
    var found = numbers().map { Decimal(mantissa: $0, scale: 0) }
    for literal in signed(literals()) {
      guard case .decimal = literal else { continue }
      for case .decimal(let decimal) in [literal] + literal.neighbours where !found.contains(decimal) { found.append(decimal) }
    }
    return found
  }

  /// The numbers among literals, with those below zero where a minus stands in the condition.
  private func signed(_ literals: [Literal]) -> [Literal] {
    let isNegated = reach.expressions.contains { if case .negate = program.expressions[$0].kind { true } else { false } }
    if !isNegated { return literals }
    return literals.flatMap { literal -> [Literal] in
      switch literal {
      case .int(let int): int == .min ? [literal] : [literal, .int(-int)]
      case .decimal(let decimal):
        decimal.mantissa == .min ? [literal] : [literal, .decimal(Decimal(mantissa: -decimal.mantissa, scale: decimal.scale))]
      case .null, .bool, .text, .date, .instant, .guid: [literal]
      }
    }
  }

  private func texts() -> [Text] {
    var found: [Text] = []
    for case .text(let text) in literals() where !found.contains(text) { found.append(text) }
    for key in lookupKeys() + longer(found) where !found.contains(key) { found.append(key) }
    return [free("other", found)] + found.prefix(12)
  }

  /// Texts that contain others, where that is asked for.
  private func longer(_ texts: [Text]) -> [Text] {
    let isAsked = reach.expressions.contains { if case .textTest = program.expressions[$0].kind { true } else { false } }
    return isAsked ? texts.flatMap { [Text($0.string + "_"), Text("_" + $0.string)] } : []
  }

  /// The texts that the lookups in question tell apart.
  private func lookupKeys() -> [Text] {
    reach.expressions.sorted().flatMap { index -> [Text] in
      guard case .entry(let lookup, _) = program.expressions[index].kind else { return [] }
      return program.lookups[lookup.index].entries.compactMap { if case .text(let text) = $0.key { text } else { nil } }
    }
  }

  /// A text that is none of some.
  private func free(_ text: Text, _ taken: [Text]) -> Text {
    var text = text
    while taken.contains(text) { text = Text(text.string + "_") }
    return text
  }

  /// The day itself, those of the condition, and those as far from the day as it says, each with its neighbours.
  private func days() -> [Day] {
    var found: [Day] = []
    var middle = [day]
    for literal in literals() {
      switch literal {
      case .date(let day): middle.append(day)
      case .instant(let instant): middle.append(instant.day)
      case .int(let int):
        for moved in [day.adding(days: int), day.adding(days: -int), day.adding(months: int), day.adding(months: -int)] {
          if let moved { middle.append(moved) }
        }
      case .null, .bool, .decimal, .text, .guid: continue
      }
    }
    for day in middle.prefix(8) {
      for step in [Int64(0), 1, -1] {
        if let moved = day.adding(days: step), !found.contains(moved) { found.append(moved) }
      }
    }
    return found
  }

  /// Identifiers of the products in question, of one that is not, and one that nobody knows.
  private func identifiers(_ field: FieldID?) -> [Choice] {
    let unknown = Choice(value: .literal(.text("else")), text: "\"else\"")
    var found: [Choice] = []
    for case .guid(let guid) in literals() { found.append(choice(.guid(guid))) }
    guard reach.asksHoldings, field.map({ isIdentifier[root($0)] ?? false }) ?? true else {
      let key = field.map { keyText($0) } ?? "key"
      return found + [Choice(value: .literal(.text(Text(key))), text: "\"\(key)\""), unknown]
    }
    var kinds: Set<Kind> = []
    let cells = cellsOfProducts()
    let inRule = Set(
      reach.expressions.compactMap { index -> ProductID? in
        if case .product(let product) = program.expressions[index].kind { product } else { nil }
      })
    let isNamed = { (index: Int) in named.contains(ProductID(index)) }
    let order = program.products.indices.filter(isNamed) + program.products.indices.filter { !isNamed($0) }
    for index in order {
      let (id, product) = (ProductID(index), program.products[index])
      // Of products that nothing tells apart one is enough, but for those that the rule names.
      let isNew = kinds.insert(kind(of: product, cells[id] ?? [])).inserted
      guard isNew || inRule.contains(id) || named.contains(id) else { continue }
      for (kind, list) in [("plan", product.plans), ("sku", product.skus)] {
        let inForce = list.filter { $0.period.contains(day) }
        for one in named.contains(id) ? inForce : Array(inForce.prefix(1)) {
          found.append(Choice(value: .literal(.guid(one.guid)), text: spelling(kind, one)))
        }
      }
    }
    return found + [unknown]
  }

  /// What the cells of the features in question say of a product on the day, and what else makes a difference to who holds it.
  private struct Kind: Hashable {
    var cells: Set<Cell> = []
    var hasPlans: Bool
    var hasSkus: Bool
    var includes: Bool
    var requires: Bool
    struct Cell: Hashable {
      var feature: FeatureID
      var mark: Matrix.Mark
      var condition: DefineID?
    }
  }

  private func kind(of product: Product, _ cells: Set<Kind.Cell>) -> Kind {
    Kind(
      cells: cells, hasPlans: !product.plans.isEmpty, hasSkus: !product.skus.isEmpty, includes: !product.includes.isEmpty,
      requires: !product.requires.isEmpty)
  }

  /// Of each product that stands alone in cells of the features in question, what these say on the day.
  private func cellsOfProducts() -> [ProductID: Set<Kind.Cell>] {
    var cells: [ProductID: Set<Kind.Cell>] = [:]
    for matrix in program.matrices where matrix.period.contains(day) {
      for statement in matrix.statements where statement.products.count == 1 && reach.features.contains(statement.feature) {
        let cell = Kind.Cell(feature: statement.feature, mark: statement.mark, condition: statement.condition)
        cells[statement.products[0], default: []].insert(cell)
      }
    }
    return cells
  }

  /// `sku SPB`, where the name says which one is meant.
  private func spelling(_ kind: String, _ identifier: Product.Identifier) -> String {
    // By number, so that the identifiers of a catalogue are not copied to be looked at.
    func isClear(_ list: [Product.Identifier]) -> Bool {
      list.indices.allSatisfy { list[$0].name != identifier.name || list[$0].guid == identifier.guid }
    }
    let isMeant = program.products.allSatisfy { kind == "sku" ? isClear($0.skus) : isClear($0.plans) && isClear($0.components) }
    guard isMeant else { return identifier.guid.text.string }
    let bytes = identifier.name.utf8
    let isWord = bytes.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x5F }
    let isName = isWord && bytes.first.map { $0 > 0x39 && $0 != 0x5F } ?? false
    return "\(kind) " + (isName ? identifier.name.string : identifier.name.quoted)
  }
}

extension ValueType {
  /// The record of a row or of a list's rows.
  fileprivate func element(of program: CheckedProgram) -> RecordID? {
    switch shape {
    case .row(let record): record
    case .list(let element): element.element(of: program)
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .product, .feature, .nothing: nil
    }
  }
}
