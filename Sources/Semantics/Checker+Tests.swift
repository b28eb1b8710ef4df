package import Syntax

extension Checker {
  /// Spells out each test, one for each row of its `cases`.
  mutating func checkTests() {
    var seen: [[Text]: SourceSpan] = [:]
    for (file, node, span) in declared.tests {
      self.file = file
      if let first = seen[[module, node.name.text]] {
        report(
          .duplicateDeclaration, "two tests are named \"\(node.name.text.string)\"", at: node.name.span,
          related: [Diagnostic.Related(first, "the other one")])
      }
      seen[[module, node.name.text]] = node.name.span
      let begin = diagnostics.count
      check(node, span)
      forgetRepetitions(from: begin)
    }
  }

  /// A mistake that each case of a test shows again is told once.
  private mutating func forgetRepetitions(from begin: Int) {
    guard diagnostics.count > begin + 1 else { return }
    var kept = Array(diagnostics[..<begin])
    var seen: [SourceSpan: [Diagnostic]] = [:]
    for diagnostic in diagnostics[begin...] where !(seen[diagnostic.span] ?? []).contains(diagnostic) {
      seen[diagnostic.span, default: []].append(diagnostic)
      kept.append(diagnostic)
    }
    diagnostics = kept
  }

  /// One case of a test while it is spelt out: the cells of its row by the names of their columns.
  struct CaseRow {
    var number: Int?
    var name: Text?
    var span: SourceSpan?
    var cells: [Text: TestDeclaration.Cases.Cell] = [:]
    var used: Set<Text> = []
  }

  private mutating func check(_ node: TestDeclaration, _ span: SourceSpan) {
    var once = Once()
    var cases: TestDeclaration.Cases?
    var hasExpect = false
    for clause in node.clauses {
      switch clause.value {
      case .given: break
      case .cases(let table):
        refuseSecond("cases", clause.span, &once)
        if cases == nil { cases = table }
      case .expect: hasExpect = true
      }
    }
    if !hasExpect {
      report(
        .noExpectation, "this test expects nothing, so it cannot fail", at: node.name.span,
        notes: ["add `expect` with a verdict and a rule"])
    }
    var rows = [CaseRow()]
    if let cases {
      var seen: Set<Text> = []
      for column in cases.columns where !seen.insert(column.text).inserted {
        report(.duplicateField, "the column `\(column.text.string)` stands twice", at: column.span)
      }
      if cases.rows.isEmpty, let first = cases.columns.first {
        report(.badCases, "`cases` has no rows, so this test is never run", at: first.span)
      }
      rows = cases.rows.enumerated().map { number, row in
        var made = CaseRow(number: number + 1, name: rowName(row.span), span: row.span)
        for (column, cell) in zip(cases.columns, row.cells) { made.cells[column.text] = cell }
        return made
      }
    }
    var used: Set<Text> = []
    for row in rows {
      var row = row
      spellOut(node, span, &row)
      used.formUnion(row.used)
    }
    for column in cases?.columns ?? [] where !used.contains(column.text) && !rows.isEmpty {
      report(
        .badCases, "nothing uses the column `\(column.text.string)`", at: column.span,
        notes: ["name it in a `given`, or as the verdict of an `expect`"])
    }
  }

  /// A row of `cases` as it is written, without the outer bars, with one space for many and one around each bar.
  private func rowName(_ span: SourceSpan) -> Text {
    var name: [UInt8] = []
    var isInText = false
    for byte in trees[file].source.slice(span) where byte != 0x09 && byte != 0x0A && byte != 0x0D {
      if byte == 0x22 && name.last != 0x5C { isInText.toggle() }
      if byte == 0x20 && (name.last ?? 0x20) == 0x20 { continue }
      let isBar = byte == 0x7C && !isInText
      if isBar && name.last != 0x20 { name.append(0x20) }
      name.append(byte)
      if isBar { name.append(0x20) }
    }
    while let last = name.last, last == 0x20 || last == 0x7C { name.removeLast() }
    return Text(name.drop { $0 == 0x20 || $0 == 0x7C })
  }

  private mutating func spellOut(_ node: TestDeclaration, _ span: SourceSpan, _ row: inout CaseRow) {
    var test = PolicyTest(
      module: module, name: node.name.text, caseNumber: row.number, caseName: row.name, asOf: node.asOf?.day ?? Day(days: 0),
      span: row.span ?? span)
    var states: [CollectionID: SourceSpan] = [:]
    for clause in node.clauses {
      switch clause.value {
      case .given(let given): read(given, clause.span, &test, &states, &row)
      case .cases: break
      case .expect(let expect):
        if let expectation = expectation(expect, clause.span, &row) { test.expectations.append(expectation) }
      }
    }
    for state in test.states where state.availability != .incomplete {
      if test.rows.contains(where: { $0.collection == state.collection }), let span = states[state.collection] {
        report(
          .badGiven, "`\(program[state.collection].name.string)` is said to have no rows here, and rows are given", at: span,
          notes: ["a page that is missing is said with `incomplete`"])
      }
    }
    program.tests.append(test)
  }

  // MARK: Given

  private mutating func read(
    _ given: TestDeclaration.Given, _ span: SourceSpan, _ test: inout PolicyTest, _ states: inout [CollectionID: SourceSpan],
    _ row: inout CaseRow
  ) {
    switch given {
    case .row(let name, let value):
      guard let collection = entity(name) else { return }
      guard case .record(let fields) = trees[file][value].kind else {
        if case .missing = trees[file][value].kind { return }
        report(.badGiven, "a row is written as `{ field: value, … }`", at: trees[file][value].span)
        return
      }
      if let value = record(fields, program[collection].record, &row) {
        test.rows.append(PolicyTest.Row(collection: collection, value: value))
      }
    case .fact(let name, let value):
      guard let found = resolve(.fact, name) else { return }
      let fact = FactID(found.index)
      if test.statements.contains(where: { $0.fact == fact }) {
        report(.badGiven, "`\(name.text.string)` is given twice", at: name.span)
      }
      var written = value
      if case .name(let column) = trees[file][value].kind, let cell = row.cells[column.text] {
        row.used.insert(column.text)
        switch cell {
        case .absent: return
        case .verdict:
          reportVerdict(column)
          return
        case .value(let value): written = value
        }
      }
      if let constant = constant(written, fact) { test.statements.append(PolicyTest.Statement(fact: fact, value: constant)) }
    case .tenant(let name):
      if test.tenant != nil { report(.badGiven, "the tenant is named twice", at: name.span) }
      test.tenant = name.text
    case .none(let name): state(name, .none, span, &test, &states)
    case .incomplete(let name): state(name, .incomplete, span, &test, &states)
    case .unavailable(let name): state(name, .unavailable, span, &test, &states)
    }
  }

  private mutating func reportVerdict(_ column: NameNode) {
    report(
      .badCases, "the column `\(column.text.string)` holds verdicts, and is used as a value here", at: column.span)
  }

  /// The collection of which a test gives a row, by the name of its entity.
  private mutating func entity(_ name: NameNode) -> CollectionID? {
    if names.candidates([.record], name.text, from: module, in: nil).isEmpty,
      let found = names.all(.collection, name.text).first
    {
      let entity = program.collections[found.index].entity.name.string
      report(
        .badGiven, "`\(name.text.string)` is the collection, and a row of it is given by its entity", at: name.span,
        notes: ["write `given \(entity) { … }`"],
        fix: Diagnostic.Fix("write `\(entity)`", [Diagnostic.Fix.Edit(name.span, entity)]))
      return nil
    }
    guard let found = resolve(.record, name) else { return nil }
    guard let collection = program.records[found.index].collection else {
      report(
        .badGiven, "`\(name.text.string)` is a record, which stands in rows and not alone", at: name.span,
        related: [Diagnostic.Related(found.span, "declared here")])
      return nil
    }
    return collection
  }

  private mutating func state(
    _ name: NameNode, _ availability: PolicyTest.Availability, _ span: SourceSpan, _ test: inout PolicyTest,
    _ states: inout [CollectionID: SourceSpan]
  ) {
    if names.all(.collection, name.text).isEmpty,
      let found = names.candidates([.record], name.text, from: module, in: nil).first,
      let collection = program.records[found.index].collection
    {
      let known = program[collection].name.string
      report(
        .badGiven, "`\(name.text.string)` is one row, and this is said of its collection", at: name.span,
        notes: ["write `\(known)`"], fix: Diagnostic.Fix("write `\(known)`", [Diagnostic.Fix.Edit(name.span, known)]))
      return
    }
    guard let found = resolve(.collection, name) else { return }
    let collection = CollectionID(found.index)
    if let first = states[collection] {
      report(
        .badGiven, "`\(name.text.string)` is spoken of twice", at: span,
        related: [Diagnostic.Related(first, "it is spoken of here already")])
      return
    }
    states[collection] = span
    test.states.append(PolicyTest.State(collection: collection, availability: availability))
  }

  private enum Given {
    case absent
    case value(PolicyTest.Value)
    case broken
  }

  private mutating func record(_ fields: [FieldValue], _ record: RecordID, _ row: inout CaseRow) -> PolicyTest.Value? {
    var values: [(name: Text, value: PolicyTest.Value)] = []
    var seen: [Text: SourceSpan] = [:]
    var isSound = true
    for node in fields {
      if let first = seen[node.name.text] {
        report(
          .duplicateField, "the field `\(node.name.text.string)` stands twice", at: node.name.span,
          related: [Diagnostic.Related(first, "it stands here already")])
        isSound = false
        continue
      }
      seen[node.name.text] = node.name.span
      guard let index = field(node.name, of: record) else {
        isSound = false
        continue
      }
      let field = program[record].fields[index]
      switch field.kind {
      case .stored: break
      case .join(let collection, _), .reverse(let collection, _):
        let entity = program[collection].entity.name.string
        report(
          .badGiven, "`\(field.name.string)` is a join, and is found by its key", at: node.name.span,
          notes: ["give the row itself: `given \(entity) { … }`"])
        isSound = false
        continue
      }
      guard field.type.shape != .nothing else {
        isSound = false
        continue
      }
      switch given(node.value, field.type, "`\(field.name.string)`", &row) {
      case .absent: break
      case .value(let value): values.append((field.name, value))
      case .broken: isSound = false
      }
    }
    return isSound ? .record(values) : nil
  }

  /// What is written for a field; the type is held against it loosely, since tests may give what no export should.
  private mutating func given(_ id: ExpressionID, _ wanted: ValueType, _ name: String, _ row: inout CaseRow) -> Given {
    level += 1
    defer { level -= 1 }
    let expression = trees[file][id]
    guard level <= CheckedProgram.deepest else {
      reportDepth(expression.span)
      return .broken
    }
    switch expression.kind {
    case .missing: return .broken
    case .parenthesized(let inner): return given(inner, wanted, name, &row)
    case .literal(let literal): return given(literal, wanted, name, expression.span)
    case .name(let word):
      if let cell = row.cells[word.text] {
        row.used.insert(word.text)
        switch cell {
        case .absent: return .absent
        case .value(let value): return given(value, wanted, name, &row)
        case .verdict:
          reportVerdict(word)
          return .broken
        }
      }
      guard let found = resolve([.sku, .plan], word, in: nil, visible: row.cells.keys.sorted()), let guid = found.guid else {
        return .broken
      }
      return given(.guid(guid), wanted, name, expression.span)
    case .declared(let kind, let word):
      guard kind == .sku || kind == .plan else {
        report(.notConstant, "a row holds ids, and this is a \(kind.rawValue)", at: expression.span)
        return .broken
      }
      guard let guid = resolve(kind == .sku ? .sku : .plan, word)?.guid else { return .broken }
      return given(.guid(guid), wanted, name, expression.span)
    case .list(let elements):
      guard let element = wanted.element else {
        report(
          .typeMismatch, "\(name) is \(program.describe(wanted)), and this is a list", at: expression.span)
        return .broken
      }
      var values: [PolicyTest.Value] = []
      var isSound = true
      for part in elements {
        switch given(part, element, "an element of \(name)", &row) {
        case .absent: break
        case .value(let value): values.append(value)
        case .broken: isSound = false
        }
      }
      return isSound ? .value(.list(values)) : .broken
    case .record(let fields):
      guard let owner = wanted.record else {
        report(
          .typeMismatch, "\(name) is \(program.describe(wanted)), and this is a record", at: expression.span)
        return .broken
      }
      return record(fields, owner, &row).map { .value($0) } ?? .broken
    case .member, .element, .call, .not, .and, .or, .comparison, .matches, .arithmetic, .shift, .orElse, .comprehension, .aggregate, .any,
      .all, .count, .products, .productsHeld, .productsGranting, .days, .startOfMonth, .today, .unknown:
      report(
        .notConstant, "a constant is expected, and `\(written(expression.span))` has to be worked out", at: expression.span)
      return .broken
    }
  }

  private mutating func given(_ literal: Literal, _ wanted: ValueType, _ name: String, _ span: SourceSpan) -> Given {
    guard literalFits(literal, wanted) else {
      report(
        .typeMismatch, "\(name) is \(program.describe(wanted)), and this is \(article(literal.type))", at: span)
      return .broken
    }
    if wanted.shape == .id, case .text(let text) = literal, let guid = Guid(parsing: text.utf8) { return .value(.literal(.guid(guid))) }
    return .value(.literal(literal))
  }

  // MARK: Expect

  private mutating func expectation(
    _ node: TestDeclaration.Expect, _ span: SourceSpan, _ row: inout CaseRow
  ) -> PolicyTest.Expectation? {
    var verdict: VerdictWord?
    switch node.verdict {
    case .word(let word): verdict = word
    case .column(let column):
      row.used.insert(column.text)
      switch row.cells[column.text] {
      case .verdict(let word): verdict = word
      case .value, .absent:
        report(
          .badCases, "the column `\(column.text.string)` is used as a verdict, and has a cell that is none", at: column.span,
          notes: ["verdicts are " + VerdictWord.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")])
      case nil:
        reportUnknown(
          "verdict", column, among: VerdictWord.allCases.map { Text($0.rawValue) } + row.cells.keys.sorted(),
          kind: .badExpectation)
      }
    }
    guard let found = resolve(.rule, node.rule) else { return nil }
    checkSubjects(node, found)
    checkCause(node.because, found)
    guard let verdict else { return nil }
    let because =
      node.because.isEmpty ? nil : Text(Array(node.because.map(\.text.utf8).joined(separator: [UInt8(ascii: ".")])))
    return PolicyTest.Expectation(
      verdict: verdict, rule: RuleID(found.index),
      subjects: node.subjects.map { PolicyTest.Subject(thing: $0.name.text, label: $0.label?.text) }, severity: node.severity,
      because: because,
      message: node.message?.text, span: span)
  }

  private mutating func checkSubjects(_ node: TestDeclaration.Expect, _ found: DeclaredName) {
    guard let rule = rules[found.index], let first = node.subjects.first, let last = node.subjects.last else { return }
    let chain = rule.chain.map(\.thing)
    let span = first.name.span.through(last.label?.span ?? last.name.span)
    let shape = chain.map { "\($0.string) \"…\"" }.joined(separator: ", ")
    let wanted = chain.isEmpty ? "leave out the `for`: the rule judges the tenant" : "write `for \(shape)`"
    if node.subjects.count == 1 && first.label == nil {
      let collection = rule.chain.first.flatMap { self.collection($0.source) }
      if let collection, program[collection].name == first.name.text { return }
      let known = collection.map { [program[$0].name] } ?? []
      if known.isEmpty || chain.contains(first.name.text) {
        report(
          .badExpectation, "`\(first.name.text.string)` alone says not which one is meant", at: span, notes: [wanted])
      } else {
        reportUnknown("subject", first.name, among: known + chain, kind: .badExpectation, notes: [wanted])
      }
      return
    }
    for (subject, thing) in zip(node.subjects, chain) where subject.name.text != thing {
      report(
        .badExpectation,
        "`\(found.name.string)` judges a `\(thing.string)` here, and `\(subject.name.text.string)` is named", at: subject.name.span,
        notes: [wanted])
      return
    }
    if node.subjects.count != chain.count || node.subjects.contains(where: { $0.label == nil }) {
      report(
        .badExpectation, "the subject of `\(found.name.string)` is not named like this", at: span, notes: [wanted])
    }
  }

  private func collection(_ source: TypedExpressionID) -> CollectionID? {
    if case .collection(let collection) = program.expressions[source.index].kind { return collection }
    return nil
  }

  /// A path among the causes begins with a name that the rule, or something that it uses, has; its fields must exist where they can be told.
  private mutating func checkCause(_ words: [NameNode], _ found: DeclaredName) {
    guard let first = words.first, let rule = rules[found.index] else { return }
    let variables = variables(of: rule)
    let meant = variables.filter { program.variables[$0.index].name == first.text }
    var owners = meant.map { program.variables[$0.index].type.record }
    if owners.isEmpty, let other = names.candidates([.record, .collection, .fact], first.text, from: module, in: nil).first {
      switch other.kind {
      case .record: owners = [RecordID(other.index)]
      case .collection: owners = [program.collections[other.index].record]
      case .fact, .source, .feature, .product, .matrix, .define, .lookup, .rule, .waiver, .sku, .plan: owners = [nil]
      }
    }
    guard !owners.isEmpty else {
      reportUnknown(
        "cause", first, among: variables.map { program.variables[$0.index].name } + spellings([.fact, .collection]),
        kind: .badExpectation, of: " of the rule `\(found.name.string)`")
      return
    }
    // Of several variables of one name the one that has the fields is meant.
    var record = owners[owners.firstIndex { hasPath(words.dropFirst(), from: $0) } ?? 0]
    for word in words.dropFirst() {
      guard let known = record, let index = field(word, of: known) else { return }
      let type = program[known].fields[index].type
      record = type.record ?? type.element?.record
    }
  }

  /// The variables of a rule, those in front, and of the binders and the defines that it uses.
  private func variables(of rule: Rule) -> [VariableID] {
    var found = rule.chain.map(\.variable) + rule.locals.map(\.variable)
    for id in program.expressions(in: rule) {
      guard case .variable(let variable) = program[id].kind, !found.contains(variable) else { continue }
      found.append(variable)
    }
    return found
  }

  /// Whether the fields are there so far as they can be told.
  private func hasPath(_ words: ArraySlice<NameNode>, from owner: RecordID?) -> Bool {
    var record = owner
    for word in words {
      guard let known = record else { return true }
      guard let field = program[known].fields.first(where: { $0.name == word.text }) else { return false }
      record = field.type.record ?? field.type.element?.record
    }
    return true
  }
}

extension DiagnosticKind {
  package static let noExpectation = DiagnosticKind(
    code: "LIC0606",
    summary: "a test that expects nothing",
    explanation: "A test without `expect` passes whatever the policies say.",
    wrong: """
      module m
      entity user in users key id { id: id }
      test "nothing" {
        as of 2026-01-01
        given user { id: "1" }
      }
      """,
    right: """
      module m
      entity user in users key id { id: id }
      notice never {
        for each user in users
        require  false
        message  "{user.id} is there."
      }
      test "something" {
        as of 2026-01-01
        given user { id: "1" }
        expect fail never for user "1"
      }
      """)

  package static let badGiven = DiagnosticKind(
    code: "LIC0607",
    summary: "something given in a test that no snapshot could hold so",
    explanation: """
      Rows are given by their entity, `given user { … }`; `none`, `incomplete` and `unavailable` are said of the collection. Joins are found \
      by their keys, so the joined row is given on its own.
      """,
    wrong: """
      module m
      entity user in users key id { id: id }
      notice never {
        for each user in users
        require  false
        message  "{user.id} is there."
      }
      test "something" {
        as of 2026-01-01
        given users { id: "1" }
        expect fail never for user "1"
      }
      """,
    right: """
      module m
      entity user in users key id { id: id }
      notice never {
        for each user in users
        require  false
        message  "{user.id} is there."
      }
      test "something" {
        as of 2026-01-01
        given user { id: "1" }
        expect fail never for user "1"
      }
      """)

  package static let badCases = DiagnosticKind(
    code: "LIC0608",
    summary: "a column of `cases` that is not used, or used as what it is not",
    explanation: "The columns of `cases` name what the givens and the expects use: values and `-` in a `given`, verdicts in an `expect`.",
    wrong: """
      module m
      entity user in users key id { id: id }
      notice never {
        for each user in users
        require  false
        message  "{user.id} is there."
      }
      test "something" {
        as of 2026-01-01
        given user { id: "1" }
        cases
          | name |
          |------|
          | "1"  |
        expect fail never for user "1"
      }
      """,
    right: """
      module m
      entity user in users key id { id: id }
      notice never {
        for each user in users
        require  false
        message  "{user.id} is there."
      }
      test "something" {
        as of 2026-01-01
        given user { id: name }
        cases
          | name |
          |------|
          | "1"  |
        expect fail never for user "1"
      }
      """)

  package static let badExpectation = DiagnosticKind(
    code: "LIC0609",
    summary: "an expectation of something that the rule does not judge",
    explanation: """
      `expect VERDICT RULE for ENTITY "label"` names the rows along the rule's `for each`, `for COLLECTION` alone the verdict on the \
      collection itself; a rule without `for each` has no `for`. What stands behind `because` begins with a name that the rule uses.
      """,
    wrong: """
      module m
      entity user in users key id { id: id }
      entity group in groups key id { id: id }
      notice never {
        for each user in users
        require  false
        message  "{user.id} is there."
      }
      test "something" {
        as of 2026-01-01
        given user { id: "1" }
        expect fail never for group "1"
      }
      """,
    right: """
      module m
      entity user in users key id { id: id }
      entity group in groups key id { id: id }
      notice never {
        for each user in users
        require  false
        message  "{user.id} is there."
      }
      test "something" {
        as of 2026-01-01
        given user { id: "1" }
        expect fail never for user "1"
      }
      """)
}
