// Rules and tests.

extension Parser {
  mutating func ruleDeclaration(_ severity: RuleSeverity) throws(Abandoned) -> RuleDeclaration {
    var declaration = RuleDeclaration(severity: severity, name: try expectName("the rule's name"), clauses: [])
    let words: [Symbol] = [.title, .for, .let, .when, .require, .message, .remedy, .cite, .effective, .formerly]
    try body("a rule", words) { (parser, word, start) throws(Abandoned) in
      let clause: RuleDeclaration.Clause
      switch word {
      case .title: clause = .title(language: parser.acceptLanguage(), try parser.expectText("a text"))
      case .for:
        try parser.expect(.each)
        let name = try parser.expectFreeName("a variable", before: .in)
        try parser.expect(.in)
        clause = .forEach(name, in: parser.expressionOrMissing { $0.skipClause(words) })
      case .let:
        let name = try parser.expectFreeName("a variable", before: .equals)
        try parser.expect(.equals)
        clause = .letting(name, parser.expressionOrMissing { $0.skipClause(words) })
      case .when: clause = .when(parser.expressionOrMissing { $0.skipClause(words) })
      case .require: clause = .require(parser.expressionOrMissing { $0.skipClause(words) })
      case .message: clause = .message(language: parser.acceptLanguage(), try parser.expectTemplate("a text"))
      case .remedy: clause = .remedy(language: parser.acceptLanguage(), try parser.expectTemplate("a text"))
      case .cite: clause = .cite(try parser.expectCite())
      case .effective: clause = .effective(try parser.expectPeriod())
      default: clause = .formerly(try parser.expectName("the rule's former name"))
      }
      declaration.clauses.append(Spanned(clause, at: parser.span(from: start)))
      try parser.checkChain(declaration.clauses.count, "clauses of a rule")
    }
    return declaration
  }

  // MARK: Tests

  mutating func testDeclaration(at start: Int) throws(Abandoned) -> TestDeclaration {
    var declaration = TestDeclaration(name: headText("what the test shows, a text"), asOf: nil, clauses: [])
    let words: [Symbol] = [.as, .given, .cases, .expect]
    let count = diagnostics.count
    try body("a test", words) { (parser, word, start) throws(Abandoned) in
      switch word {
      case .as:
        try parser.expect(.of)
        let day = try parser.expectDay()
        if declaration.asOf != nil {
          parser.report(.repeatedClause, "`as of` stands here a second time", at: parser.span(from: start))
        } else if !declaration.clauses.isEmpty {
          parser.report(.expected, "`as of` stands before all other clauses of a test", at: parser.span(from: start))
        }
        declaration.asOf = declaration.asOf ?? day
        return
      case .given: declaration.clauses.append(Spanned(.given(try parser.given(words)), at: parser.span(from: start)))
      case .cases: declaration.clauses.append(Spanned(.cases(try parser.testCases()), at: parser.span(from: start)))
      default: declaration.clauses.append(Spanned(.expect(try parser.expectation()), at: parser.span(from: start)))
      }
      try parser.checkChain(declaration.clauses.count, "clauses of a test")
    }
    if declaration.asOf == nil && diagnostics.count == count && isClean(from: start) {
      report(
        .missingClause, "the test does not say as of which day it is judged", at: declaration.name.span,
        notes: ["its first clause is `as of 2026-11-01`, or another day"])
    }
    return declaration
  }

  private mutating func given(_ words: [Symbol]) throws(Abandoned) -> TestDeclaration.Given {
    if at(.tenant), kind(1) == .text || symbol(1) == .brokenText {
      advance()
      return .tenant(try expectText("the tenant's name, a text"))
    }
    let name = try expectName("an entity, a fact or a collection")
    if at(.leftBrace) { return .row(name, expressionOrMissing { $0.skipClause(words) }) }
    if accept(.equals) { return .fact(name, expressionOrMissing { $0.skipClause(words) }) }
    if !startsLine() {
      if accept(.none) { return .none(name) }
      if accept(.incomplete) { return .incomplete(name) }
      if accept(.unavailable) { return .unavailable(name) }
    }
    throw expected("`{`, `=`, `none`, `incomplete` or `unavailable`")
  }

  private mutating func testCases() throws(Abandoned) -> TestDeclaration.Cases {
    let (heading, rows) = try table()
    var cases = TestDeclaration.Cases(columns: [], rows: [])
    for column in heading.cells {
      let name = cell(column) { (parser) throws(Abandoned) in try parser.expectName("a word for the column") }
      cases.columns.append(name ?? NameNode(Text(utf8: []), at: heading.span))
    }
    for row in rows {
      var cells: [TestDeclaration.Cases.Cell] = []
      for range in row.cells.prefix(cases.columns.count) {
        cells.append(cell(range) { (parser) throws(Abandoned) in try parser.testCell() } ?? .absent)
      }
      // A row of another width has been reported.
      while cells.count < cases.columns.count { cells.append(.absent) }
      cases.rows.append(TestDeclaration.Cases.Row(cells: cells, span: row.span))
    }
    return cases
  }

  private mutating func testCell() throws(Abandoned) -> TestDeclaration.Cases.Cell {
    if at(.minus) && position + 1 == limit {
      advance()
      return .absent
    }
    if position + 1 == limit, let verdict = VerdictWord(rawValue: symbol().rawValue) {
      advance()
      return .verdict(verdict)
    }
    return .value(try expression())
  }

  private mutating func expectation() throws(Abandoned) -> TestDeclaration.Expect {
    let verdict: TestDeclaration.Expect.Verdict
    if let word = VerdictWord(rawValue: symbol().rawValue) {
      verdict = .word(word)
      advance()
    } else {
      verdict = .column(try expectName("a verdict"))
    }
    var expect = TestDeclaration.Expect(
      verdict: verdict, rule: try expectReference("the name of a rule"), subjects: [], severity: nil, because: [], message: nil)
    if accept(.for) {
      repeat {
        let name = try expectName("an entity or a collection")
        let label = kind() == .text || at(.brokenText) ? try expectText("a label") : nil
        expect.subjects.append(TestDeclaration.Subject(name: name, label: label))
        try checkChain(expect.subjects.count, "subjects")
      } while accept(.comma)
    }
    if !startsLine(), accept(.as) {
      guard let severity = RuleSeverity(rawValue: symbol().rawValue) else { throw expected("`violation`, `warning` or `notice`") }
      expect.severity = severity
      advance()
    }
    if accept(.because) { expect.because = try expectPath("a path") }
    if accept(.message) { expect.message = try expectText("the message, a text") }
    return expect
  }
}
