// Shapes of a snapshot, and what a person says.

extension Parser {
  // MARK: Entities and records

  mutating func entityDeclaration(isSingle: Bool) throws(Abandoned) -> EntityDeclaration {
    let name = try expectName(isSingle ? "the single's name" : "the entity's name")
    var declaration = EntityDeclaration(
      isSingle: isSingle, name: name, collection: name, fileName: nil, key: [], label: [], atMost: nil, exports: [], fields: [])
    do throws(Abandoned) {
      if !isSingle {
        try expect(.in, for: " and the collection's name")
        declaration.collection = try expectName("the collection's name")
      }
      if accept(.from) { declaration.fileName = try expectText("the file's name, a text") }
      try expect(.key, for: " and the fields that tell its rows apart")
      declaration.key = try expectNames("a field")
      if accept(.label) { declaration.label = try expectPath("a field") }
      if !isSingle && accept(.at) {
        try expect(.most)
        declaration.atMost = try expectInt("a number")
      }
    } catch {
      while !isAtEnd && !startsLine() && !at(.leftBrace) { advance() }
    }
    // A head that was reported is read over, so that its fields stay known.
    if !at(.leftBrace) && !startsLine() { throw expected("`{`") }
    let open = try openBody()
    let exports: [Symbol] = [.request, .permission, .condition]
    while !atEndOfBody {
      let start = position
      clauseStart = start
      if exports.contains(symbol()), symbol(1) != .colon {
        do throws(Abandoned) {
          declaration.exports.append(Spanned(try export(), at: span(from: start)))
          if !startsLine() && !at(.rightBrace) { try expectEnd() }
        } catch {
          skipField()
        }
      } else if let field = field() {
        declaration.fields.append(field)
      }
      try checkChain(declaration.fields.count + declaration.exports.count, "fields")
      if position == start { advance() }
    }
    closeBody(open)
    return declaration
  }

  mutating func recordDeclaration() throws(Abandoned) -> RecordDeclaration {
    var declaration = RecordDeclaration(name: try expectName("the record's name"), key: [], fields: [])
    if accept(.key) { declaration.key = try expectNames("a field") }
    let open = try openBody()
    while !atEndOfBody {
      let start = position
      clauseStart = start
      if let field = field() { declaration.fields.append(field) }
      try checkChain(declaration.fields.count, "fields")
      if position == start { advance() }
    }
    closeBody(open)
    return declaration
  }

  private mutating func export() throws(Abandoned) -> EntityDeclaration.Export {
    let word = symbol()
    advance()
    if word == .request { return .request(try expectText("the request, a text")) }
    if word == .condition { return .condition(try expectText("the condition, a text")) }
    var permissions = [try expectText("a permission, a text")]
    while accept(.comma) { permissions.append(try expectText("a permission, a text")) }
    return .permission(permissions)
  }

  /// One field and its separator; nil after a report, with the field skipped.
  private mutating func field() -> FieldDeclaration? {
    let start = position
    do throws(Abandoned) {
      let name = try expectName("a field or `}`")
      guard accept(.colon) else {
        let isExport = nearestWord(name.span, among: [.request, .permission, .condition])
        if kind() == .text, let isExport {
          report(
            .unknownClause, "an entity has no clause `\(name.text.string)`", at: name.span,
            fix: replacing(name.span, with: isExport.rawValue))
          throw Abandoned.clause
        }
        throw expected("`:` and the type of `\(name.text.string)`")
      }
      let type = try typeNode()
      var field = FieldDeclaration(name: name, type: type, properties: [], span: span(from: start))
      while let property = try fieldProperty() { field.properties.append(property) }
      field.span = span(from: start)
      guard accept(.comma) || startsLine() || at(.rightBrace) else { throw expected("`,` or the end of the line") }
      return field
    } catch {
      skipField()
      return nil
    }
  }

  private mutating func fieldProperty() throws(Abandoned) -> Spanned<FieldDeclaration.Property>? {
    let start = position
    let property: FieldDeclaration.Property
    // A field may have any name, so a word on a new line before a colon is one.
    if symbol(1) == .colon { return nil }
    if accept(.from) {
      property = .from(try expectText("a path in the export, a text"))
    } else if at(.null) {
      advance()
      try expect(.for)
      property = .nullFor(try expectLiteral("the value that stands for null"))
    } else if accept(.at) {
      guard at(.least) || at(.most) else { throw expected("`least` or `most`") }
      let isLeast = at(.least)
      advance()
      property = isLeast ? .atLeast(try expectInt("a number")) : .atMost(try expectInt("a number"))
    } else {
      return nil
    }
    return Spanned(property, at: span(from: start))
  }

  /// To the next field: behind a comma, at a line that begins with a name, or before the closing brace.
  private mutating func skipField() {
    while !isAtEnd && !at(.rightBrace) {
      let beginsField = kind() == .word && (symbol(1) == .colon || kind(1) == .text)
      if startsLine() && position > clauseStart && (beginsField || indentation(position) <= indentation(clauseStart)) { return }
      if at(.comma) && kind(1) == .word && symbol(2) == .colon {
        advance()
        return
      }
      advance()
    }
  }

  // MARK: Types

  /// `list of T`, `one of "A", "B" or other`, a name; then `?` and `by field` for the whole.
  mutating func typeNode() throws(Abandoned) -> TypeNode {
    let start = position
    let shape = try typeShape()
    let isNullable = accept(.question)
    let joinedBy = at(.by) && symbol(1) != .colon ? try joinField() : nil
    return TypeNode(shape, isNullable: isNullable, joinedBy: joinedBy, at: span(from: start))
  }

  private mutating func joinField() throws(Abandoned) -> NameNode {
    advance()
    return try expectName("the field that joins")
  }

  private mutating func typeShape() throws(Abandoned) -> TypeNode.Shape {
    try descend()
    defer { depth -= 1 }
    if startsLine(), symbol(1) == .colon { throw expected("a type") }
    if at(.list), symbol(1) == .of {
      position += 2
      let start = position
      let inner = try typeShape()
      return .list(TypeNode(inner, isNullable: false, joinedBy: nil, at: span(from: start)))
    }
    if at(.one), symbol(1) == .of {
      position += 2
      var values = [try expectText("a value, a text")]
      while at(.comma), kind(1) == .text || symbol(1) == .brokenText {
        advance()
        values.append(try expectText("a value, a text"))
        try checkChain(values.count, "values of a type")
      }
      var orOther = false
      if accept(.or) {
        try expect(.other)
        orOther = true
      }
      return .oneOf(values, orOther: orOther)
    }
    return .named(try expectReference("a type"))
  }

  // MARK: Facts

  mutating func factDeclaration() throws(Abandoned) -> FactDeclaration {
    let name = try expectFreeName("a fact")
    try expect(.colon, for: " and a type")
    let type = try typeNode()
    let value = accept(.equals) ? try constant() : nil
    return FactDeclaration(name: name, type: type, value: value, title: try expectTitled("what the fact says, a text"))
  }

  mutating func attestDeclaration() throws(Abandoned) -> AttestDeclaration {
    let fact = try expectName("the name of a fact")
    try expect(.equals)
    let value = try constant()
    let tenant = accept(.in) ? try expectText("the name of a tenant, a text") : nil
    try expect(.because)
    let because = try expectText("the reason, a text")
    try expect(.by)
    let by = try expectText("who says so, a text")
    try expect(.on)
    let on = try expectDay()
    try expect(.expires)
    return AttestDeclaration(fact: fact, value: value, tenant: tenant, because: because, by: by, on: on, expires: try expectDay())
  }

  mutating func waiverDeclaration(at start: Int) throws(Abandoned) -> WaiverDeclaration? {
    let name = try expectName("the waiver's name")
    try expect(.of)
    let rule = try expectReference("the name of a rule")
    let count = diagnostics.count
    var tenants: [TextNode] = []
    var scopes: [WaiverDeclaration.Scope] = []
    var because: TextNode?
    var by: TextNode?
    var on: DayNode?
    var expires: DayNode?
    var seen: Set<Symbol> = []
    let words: [Symbol] = [.in, .for, .because, .by, .on, .expires]
    try body("a waiver", words) { (parser, word, start) throws(Abandoned) in
      if word != .for && !seen.insert(word).inserted {
        parser.report(.repeatedClause, "`\(word.rawValue)` stands here a second time", at: parser.previous)
      }
      switch word {
      case .in:
        repeat { tenants.append(try parser.expectText("the name of a tenant, a text")) } while parser.accept(.comma)
      case .for:
        try parser.expect(.each)
        let variable = try parser.expectName("a variable of the rule")
        let condition = parser.accept(.where) ? parser.expressionOrMissing { $0.skipClause(words) } : nil
        scopes.append(WaiverDeclaration.Scope(variable: variable, condition: condition))
        try parser.checkChain(scopes.count, "clauses")
      case .because: because = try parser.expectText("the reason, a text")
      case .by: by = try parser.expectText("who says so, a text")
      case .on: on = try parser.expectDay()
      default: expires = try parser.expectDay()
      }
    }
    guard let because, let expires else {
      if diagnostics.count == count && isClean(from: start) {
        report(
          .missingClause, "waiver `\(name.text.string)` has no `\(because == nil ? "because" : "expires")`", at: name.span,
          notes: ["an exception says why, and ends"])
      }
      return nil
    }
    return WaiverDeclaration(
      name: name, rule: rule, tenants: tenants, scopes: scopes, because: because, by: by, on: on, expires: expires)
  }

  // MARK: Defines

  mutating func defineDeclaration() throws(Abandoned) -> DefineDeclaration {
    let name = try expectFreeName("a define")
    let parameters = at(.leftParen) ? try parameters() : nil
    try expect(.equals)
    let body = expressionOrMissing { $0.position = $0.limit }
    return DefineDeclaration(name: name, parameters: parameters, body: body)
  }

  mutating func holdingDeclaration() throws(Abandoned) -> HoldingDeclaration {
    let parameters = try parameters()
    try expect(.equals)
    let body = expressionOrMissing { $0.position = $0.limit }
    return HoldingDeclaration(parameters: parameters, body: body)
  }

  private mutating func parameters() throws(Abandoned) -> [ParameterNode] {
    try expect(.leftParen)
    var parameters: [ParameterNode] = []
    while !at(.rightParen) {
      let name = try expectFreeName("a parameter")
      try expect(.colon, for: " and a type")
      parameters.append(ParameterNode(name: name, type: try typeNode()))
      try checkChain(parameters.count, "parameters")
      guard accept(.comma) || at(.rightParen) || (startsLine() && !isAtEnd) else { throw expected("`,` or `)`") }
    }
    try expect(.rightParen)
    return parameters
  }
}

// MARK: - Messages

extension DiagnosticKind {
  static let missingClause = DiagnosticKind(
    code: "LIC0124",
    summary: "a declaration lacks a clause that it needs",
    explanation: """
      A waiver says why it is granted (`because`) and when it ends (`expires`); a test says as of which day it is judged (`as of`), \
      since terms change from day to day.
      """,
    wrong: """
      module m
      waiver w of v {
        because "Agreed."
      }
      """,
    right: """
      module m
      waiver w of v {
        because "Agreed."
        expires 2027-01-01
      }
      """)

  static let repeatedClause = DiagnosticKind(
    code: "LIC0125",
    summary: "a clause stands twice",
    explanation: """
      Of two such clauses one would be lost without a word.
      """,
    wrong: """
      module m
      waiver w of v {
        because "Agreed."
        because "Again."
        expires 2027-01-01
      }
      """,
    right: """
      module m
      waiver w of v {
        because "Agreed."
        expires 2027-01-01
      }
      """)
}
