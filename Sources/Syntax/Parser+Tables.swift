// Tables: a line that begins with `|` is a row, and a row is one line.

extension Parser {
  /// A row as the ranges of tokens between its bars.
  struct TableRow {
    var cells: [Range<Int>]
    var span: SourceSpan
  }

  /// The heading, the dashes and the rows of the table that begins here; the rows may differ in width from the heading only after a report.
  mutating func table() throws(Abandoned) -> (heading: TableRow, rows: [TableRow]) {
    guard at(.bar) else { throw expected("a table: a line that begins with `|`") }
    if !startsLine() { report(.unexpected, "a table begins on a line of its own", at: here) }
    var lines: [TableRow] = []
    while at(.bar), lines.isEmpty || startsLine() {
      lines.append(tableRow())
      try checkChain(lines.count, "rows of a table")
    }
    let heading = lines.removeFirst()
    guard let dashes = lines.first, isDashes(dashes) else {
      report(
        .tableWithoutDashes, "expected a line of dashes under the heading", at: lines.first?.span ?? heading.span,
        notes: ["a table is a heading, a line like `|---|:-:|`, and rows"])
      checkWidths(heading, lines)
      return (heading, lines)
    }
    checkWidths(heading, lines)
    checkDashes(dashes)
    lines.removeFirst()
    return (heading, lines)
  }

  private mutating func tableRow() -> TableRow {
    let start = position
    var cells: [Range<Int>] = []
    advance()
    var cellStart = position
    while !isAtEnd && !startsLine() {
      if at(.bar) {
        cells.append(cellStart..<position)
        cellStart = position + 1
      }
      advance()
    }
    if cellStart < position {
      // What stands behind the last bar on the line.
      if cells.isEmpty || tokens[cellStart..<position].allSatisfy({ $0.kind != .invalid }) {
        report(
          .unclosedRow, "a row ends with `|`", at: behindPrevious, fix: inserting(" |", at: previous.end, "write `|`"))
      }
      cells.append(cellStart..<position)
    }
    return TableRow(cells: cells, span: span(from: start))
  }

  /// A line of dashes, or one that was meant to be: three dashes in a row stand in no other cell.
  private func isDashes(_ row: TableRow) -> Bool {
    let isDrawn = row.cells.contains { cell in symbols[cell].filter { $0 == .minus }.count > 2 }
    return isDrawn || (!row.cells.isEmpty && row.cells.allSatisfy { dashes(in: $0) != .none })
  }

  private enum Dashes { case none, wrong, right }

  private func dashes(in cell: Range<Int>) -> Dashes {
    var symbols = symbols[cell]
    guard !symbols.isEmpty, symbols.allSatisfy({ $0 == .minus || $0 == .colon }) else { return .none }
    if symbols.first == .colon { symbols = symbols.dropFirst() }
    if symbols.last == .colon { symbols = symbols.dropLast() }
    return !symbols.isEmpty && symbols.allSatisfy { $0 == .minus } ? .right : .wrong
  }

  private mutating func checkDashes(_ row: TableRow) {
    for cell in row.cells where dashes(in: cell) != .right {
      // Of what is no token the lexer has told.
      let isBroken = cell.contains { tokens[$0].kind == .invalid || isBehindStray[$0] } || isBehindStray[cell.upperBound]
      if !isBroken { report(.tableWithoutDashes, "expected dashes under the heading, like `---` or `:-:`", at: place(of: cell)) }
      return
    }
  }

  /// Where all rows agree with one another it is the heading that is wrong, and it is told once.
  private mutating func checkWidths(_ heading: TableRow, _ lines: [TableRow]) {
    let width = heading.cells.count
    let wrong = lines.filter { $0.cells.count != width }
    guard let first = wrong.first else { return }
    if wrong.count == lines.count && lines.count > 1 && wrong.allSatisfy({ $0.cells.count == first.cells.count }) {
      report(
        .unequalRow, "the heading has \(counted(width)), and all lines below it have \(first.cells.count)", at: heading.span)
      return
    }
    for row in wrong {
      report(
        .unequalRow, "this row has \(counted(row.cells.count)), and the heading \(width)", at: row.span,
        related: [Diagnostic.Related(heading.span, "the heading")])
    }
  }

  private func counted(_ count: Int) -> String { count == 1 ? "1 cell" : "\(count) cells" }

  /// Reads one cell with a function that must use all of it; nil after a report.
  mutating func cell<Value>(_ cell: Range<Int>, _ read: (inout Parser) throws(Abandoned) -> Value) -> Value? {
    let (outerPosition, outerLimit) = (position, limit)
    defer { (position, limit) = (outerPosition, outerLimit) }
    (position, limit) = (cell.lowerBound, cell.upperBound)
    do throws(Abandoned) {
      let value = try read(&self)
      if !isAtEnd { try expectEnd("the end of the cell") }
      return value
    } catch {
      return nil
    }
  }

  // MARK: Matrices

  mutating func matrixDeclaration() throws(Abandoned) -> MatrixDeclaration {
    var declaration = MatrixDeclaration(name: try expectName("the matrix's name"), clauses: [], columns: [], rows: [])
    var hasTable = false
    let start = position
    let count = diagnostics.count
    try body("a matrix", [.cite, .effective, .others, .bar]) { (parser, word, start) throws(Abandoned) in
      switch word {
      case .cite: declaration.clauses.append(Spanned(.cite(try parser.expectCite()), at: parser.span(from: start)))
      case .effective: declaration.clauses.append(Spanned(.effective(try parser.expectPeriod()), at: parser.span(from: start)))
      case .others:
        try parser.expect(.question)
        declaration.clauses.append(Spanned(.othersUnknown, at: parser.span(from: start)))
      default:
        parser.position = start
        if hasTable {
          parser.report(.unexpected, "a matrix has one table; a second one is a matrix of its own", at: parser.here)
          while parser.at(.bar) && parser.startsLine() { _ = parser.tableRow() }
          return
        }
        hasTable = true
        try parser.matrixTable(&declaration)
      }
      try parser.checkChain(declaration.clauses.count, "clauses of a matrix")
    }
    if !hasTable && diagnostics.count == count && isClean(from: start) {
      report(.expected, "a matrix has a table: a line that begins with `|`", at: declaration.name.span)
    }
    return declaration
  }

  private mutating func matrixTable(_ declaration: inout MatrixDeclaration) throws(Abandoned) {
    let (heading, rows) = try table()
    if let corner = heading.cells.first, !corner.isEmpty {
      report(
        .unexpected, "the first cell of the heading is empty",
        at: tokens[corner.lowerBound].span.through(tokens[corner.upperBound - 1].span),
        notes: ["what stands below it are the names of the rows"])
    }
    // A heading that cannot be read keeps its column, so that the cells below it are still checked.
    for column in heading.cells.dropFirst() { declaration.columns.append(tableName(column, "a column's name")) }
    for row in rows {
      guard let first = row.cells.first else { continue }
      let name = tableName(first, "the row's name")
      var cells: [MatrixDeclaration.Cell?] = []
      for range in row.cells.dropFirst().prefix(declaration.columns.count) { cells.append(matrixCell(range)) }
      while cells.count < declaration.columns.count { cells.append(nil) }
      declaration.rows.append(MatrixDeclaration.Row(name: name, cells: cells, span: row.span))
    }
  }

  private mutating func tableName(_ range: Range<Int>, _ what: String) -> Alternatives {
    cell(range) { (parser) throws(Abandoned) in try parser.expectAlternatives(what) } ?? Alternatives([], at: place(of: range))
  }

  /// The tokens of a cell, or the place behind its bar where it is empty.
  private func place(of range: Range<Int>) -> SourceSpan {
    guard let first = range.first, let last = range.last else {
      let bar = tokens[max(0, range.lowerBound - 1)].span
      return SourceSpan(file: file, start: bar.end, end: bar.end)
    }
    return tokens[first].span.through(tokens[last].span)
  }

  private mutating func matrixCell(_ range: Range<Int>) -> MatrixDeclaration.Cell? {
    if range.isEmpty {
      // Only what the lexer passed over stood there, if anything, and it has told so.
      let before = tokens[range.lowerBound - 1].span
      let behind = range.lowerBound < tokens.count ? tokens[range.lowerBound].span.start : before.end
      let between = SourceSpan(file: file, start: before.end, end: max(before.end, behind))
      guard bytes(between).allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { return nil }
      report(
        .blankCell, "a cell may not be blank", at: between,
        notes: ["a blank can be a no, or a cell that nobody filled in: write `yes`, `-` for no, or `?` where the source does not say"])
      return nil
    }
    return cell(range) { (parser) throws(Abandoned) in
      let start = parser.position
      let (mark, isPublished) = try parser.cellMark()
      let markSpan = parser.previous
      let period = try parser.period()
      let condition = parser.accept(.when) ? try parser.expectName("the name of a condition, a `define`") : nil
      let cite = parser.accept(.cite) ? try parser.expectCite() : nil
      var notes: [IntNode] = []
      while parser.accept(.leftBracket) {
        notes.append(try parser.expectInt("the number of a note"))
        try parser.expect(.rightBracket)
      }
      return MatrixDeclaration.Cell(
        mark: mark, isPublishedMark: isPublished, markSpan: markSpan, period: period, condition: condition, cite: cite, notes: notes,
        span: parser.span(from: start))
    }
  }

  private mutating func cellMark() throws(Abandoned) -> (MatrixDeclaration.Cell.Mark, isPublished: Bool) {
    if accept(.yes) { return (.yes, false) }
    if accept(.minus) { return (.no, false) }
    if accept(.question) { return (.unknown, false) }
    if kind() == .mark {
      let isYes = isAffirmative(mark: bytes(here))
      advance()
      return (isYes ? .yes : .no, true)
    }
    let word = shortened(here)
    switch word {
    case "x", "X":
      report(
        .crossCell, "`\(word)` in a cell can be a yes or a no", at: here,
        notes: ["some tables cross what is there, and some what is not: write `yes`, or `-` for no"])
      throw .clause
    case "no", "No", "NO", "false":
      throw expected("`yes`, `-` or `?`", kind: .badCell, fix: replacing(here, with: "-"))
    case "y", "Y", "Yes", "YES", "ja", "true":
      throw expected("`yes`, `-` or `?`", kind: .badCell, fix: replacing(here, with: "yes"))
    default:
      let fix = kind() == .word && nearest(Text(bytes(here)), among: ["yes"]) != nil ? replacing(here, with: "yes") : nil
      throw expected("`yes`, `-` or `?`", kind: .badCell, fix: fix)
    }
  }

  // MARK: Lookups

  mutating func lookupDeclaration() throws(Abandoned) -> LookupDeclaration {
    var declaration = LookupDeclaration(name: try expectFreeName("a lookup"), columns: [], rows: [])
    var hasTable = false
    let start = position
    let count = diagnostics.count
    try body("a lookup", [.bar]) { (parser, _, start) throws(Abandoned) in
      parser.position = start
      if hasTable {
        parser.report(.unexpected, "a lookup has one table", at: parser.here)
        while parser.at(.bar) && parser.startsLine() { _ = parser.tableRow() }
        return
      }
      hasTable = true
      try parser.lookupTable(&declaration)
    }
    if !hasTable && diagnostics.count == count && isClean(from: start) {
      report(.expected, "a lookup has a table: a line that begins with `|`", at: declaration.name.span)
    }
    return declaration
  }

  private mutating func lookupTable(_ declaration: inout LookupDeclaration) throws(Abandoned) {
    let (heading, rows) = try table()
    for column in heading.cells {
      let name = cell(column) { (parser) throws(Abandoned) in try parser.expectName("a word for the column") }
      declaration.columns.append(name ?? NameNode(Text(utf8: []), at: place(of: column)))
    }
    if heading.cells.count < 2 { report(.unequalRow, "a lookup has two columns at least: the key and the value", at: heading.span) }
    for row in rows {
      guard let first = row.cells.first else { continue }
      let isOther = first.count == 1 && symbols[first.lowerBound] == .others
      if isOther {
        let span = tokens[first.lowerBound].span
        report(.expected, "the row for all other keys is called `other`", at: span, fix: replacing(span, with: "other"))
      }
      // Twice optional: no key where `other` stands, nothing at all after a report.
      let key: LiteralNode?? =
        isOther
        ? .some(nil)
        : cell(first) { (parser) throws(Abandoned) in parser.accept(.other) ? nil : try parser.expectLiteral("a value, or `other`") }
      var values: [LiteralNode] = []
      for range in row.cells.dropFirst().prefix(max(0, declaration.columns.count - 1)) {
        let value = cell(range) { (parser) throws(Abandoned) in try parser.expectLiteral("a value") }
        values.append(value ?? LiteralNode(.null, at: place(of: range)))
      }
      if case .some(let key) = key { declaration.rows.append(LookupDeclaration.Row(key: key, values: values, span: row.span)) }
    }
  }
}

// MARK: - Messages

extension DiagnosticKind {
  static let tableWithoutDashes = DiagnosticKind(
    code: "LIC0118",
    summary: "a table has no line of dashes under its heading",
    explanation: """
      A table is written as in Markdown: the heading, a line like `|---|:-:|`, and the rows. The dashes tell the heading from the \
      rows.
      """,
    wrong: """
      module m
      lookup advice {
        | code | advice |
        | "a"  | "b"    |
      }
      """,
    right: """
      module m
      lookup advice {
        | code | advice |
        |------|--------|
        | "a"  | "b"    |
      }
      """)

  static let unclosedRow = DiagnosticKind(
    code: "LIC0119",
    summary: "a row of a table does not end with a bar",
    explanation: """
      A row begins and ends with `|` on one line.
      """,
    wrong: """
      module m
      matrix editions {
        cite page

        |       | free | paid |
        |-------|:----:|:----:|
        | reset | yes  | yes
      }
      """,
    right: """
      module m
      matrix editions {
        cite page

        |       | free | paid |
        |-------|:----:|:----:|
        | reset | yes  | yes  |
      }
      """)

  static let unequalRow = DiagnosticKind(
    code: "LIC0120",
    summary: "a row of a table has more or fewer cells than the heading",
    explanation: """
      With a cell too few or too many it cannot be told which column the cells belong to. Where all rows agree and the heading \
      differs, it is told once, at the heading.
      """,
    wrong: """
      module m
      matrix editions {
        cite page

        |       | free | paid |
        |-------|:----:|:----:|
        | reset | yes  |
      }
      """,
    right: """
      module m
      matrix editions {
        cite page

        |       | free | paid |
        |-------|:----:|:----:|
        | reset | yes  | yes  |
      }
      """)

  static let blankCell = DiagnosticKind(
    code: "LIC0121",
    summary: "a cell of a matrix is blank",
    explanation: """
      A blank can mean no, or that nobody filled the cell in; taken the wrong way it flips verdicts by accident. Write `yes`, `-` for \
      no, or `?` where the source does not say.
      """,
    wrong: """
      module m
      matrix editions {
        cite page

        |       | free | paid |
        |-------|:----:|:----:|
        | reset |      | yes  |
      }
      """,
    right: """
      module m
      matrix editions {
        cite page

        |       | free | paid |
        |-------|:----:|:----:|
        | reset |  -   | yes  |
      }
      """)

  static let crossCell = DiagnosticKind(
    code: "LIC0122",
    summary: "a cell of a matrix holds an `x`",
    explanation: """
      Some tables cross what is there, others what is not; taken the wrong way it flips verdicts by accident. Write `yes`, or `-` for \
      no.
      """,
    wrong: """
      module m
      matrix editions {
        cite page

        |       | free | paid |
        |-------|:----:|:----:|
        | reset |  -   |  x   |
      }
      """,
    right: """
      module m
      matrix editions {
        cite page

        |       | free | paid |
        |-------|:----:|:----:|
        | reset |  -   | yes  |
      }
      """)

  static let badCell = DiagnosticKind(
    code: "LIC0123",
    summary: "a cell of a matrix is none of yes, no and unknown",
    explanation: """
      A cell begins with `yes`, with `-` for no, or with `?` where the source does not say; the marks of published tables (● ✓ ✅ and ✗ \
      ❌) are read too. Dates, a condition, a citation and notes may follow.
      """,
    wrong: """
      module m
      matrix editions {
        cite page

        |       | free | paid |
        |-------|:----:|:----:|
        | reset |  no  | yes  |
      }
      """,
    right: """
      module m
      matrix editions {
        cite page

        |       | free | paid |
        |-------|:----:|:----:|
        | reset |  -   | yes  |
      }
      """)
}
