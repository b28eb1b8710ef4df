// Declarations: what stands on which line, and which columns lines have in common.

extension Formatter {
  mutating func declaration(_ index: Int) {
    let declaration = tree.declarations[index]
    let end = declaration.span.end
    switch declaration.kind {
    case .asOf, .fact: takeFlat(through: end)
    case .source(let source): self.source(source)
    case .feature: feature(index)
    case .product(let product): self.product(product)
    case .matrix(let matrix): self.matrix(matrix)
    case .prefer: prefer(index)
    case .invariant(let invariant):
      takeFlat(through: invariant.grants.span.end)
      for (index, exception) in invariant.exceptions.enumerated() {
        if index == 0 { beginWithGap(.deeper(0)) } else { gap() }
        takeFlat(through: exception.reason.span.end)
      }
      if !invariant.exceptions.isEmpty { self.end() }
    case .entity(let entity): fields(entity.fields, exports: entity.exports, end: end)
    case .record(let record): fields(record.fields, exports: [], end: end)
    case .attest(let attest):
      takeFlat(beforeWordAt: attest.because.span.start)
      beginWithGap(.deeper(0))
      takeFlat(through: attest.because.span.end)
      gap()
      takeFlat(through: end)
      self.end()
    case .define(let define):
      put()
      put()
      if let list = define.parameters {
        glue()
        parameters(list)
      }
      put()
      body(define.body)
    case .holding(let holding):
      put()
      parameters(holding.parameters)
      put()
      body(holding.body)
    case .lookup: lookup()
    case .rule(let rule): self.rule(rule)
    case .waiver(let waiver): self.waiver(waiver)
    case .test(let test): self.test(test)
    }
    takeFlat(through: end)
    if !layout.isEmpty { flush() }
  }

  /// The expression behind the `=` of a define: on its line, or on lines of its own.
  private mutating func body(_ id: ExpressionID) {
    beginWithGap(.deeper(0))
    expression(id)
    end()
  }

  private mutating func parameters(_ parameters: [ParameterNode]) {
    put()
    if !parameters.isEmpty { begin(.here, isFilled: true) }
    for (index, parameter) in parameters.enumerated() {
      if index > 0 { gap() }
      takeFlat(through: parameter.type.span.end)
      separator(isLast: index == parameters.count - 1)
    }
    if !parameters.isEmpty { end() }
    put()
  }

  // MARK: Bodies

  /// The head up to its brace; false where the body is empty, and the declaration is done.
  mutating func openBody() -> Bool {
    takeHead()
    if byte == 0x7D && !isBeforeComment {
      put()
      flush()
      return false
    }
    flush()
    return true
  }

  mutating func closeBody() {
    comments(Formatter.indent, isFirst: false)
    put()
    flush()
  }

  static let indent = 2

  /// The column at which the clauses of a body go on, from the words that they begin with.
  func column(behind heads: some Sequence<String>) -> Int {
    var widest = 0
    for head in heads {
      let isSeveral = head.utf8.contains(0x20)
      widest = max(widest, head.utf8.count + (isSeveral ? 1 : 2))
    }
    return Formatter.indent + widest
  }

  /// A clause: its words, and from a column on the rest.
  private mutating func clause(_ words: Int, _ column: Int, isFirst: Bool, _ rest: (inout Formatter) -> Void) {
    leadIn(Formatter.indent, isFirst: isFirst)
    for _ in 0..<words { put() }
    self.column(column)
    rest(&self)
    flush(indent: Formatter.indent)
  }

  // MARK: What the vendor says

  /// Titles longer than this do not push those of their neighbours aside.
  private static let widestTitle = 80

  private mutating func source(_ source: SourceDeclaration) {
    guard openBody() else { return }
    func head(_ clause: SourceDeclaration.Clause) -> String? {
      switch clause {
      case .url: "url"
      case .published: "published"
      case .retrieved: "retrieved"
      case .locale: "locale"
      case .translation: "translation"
      case .note: nil
      }
    }
    let column = column(behind: source.clauses.compactMap { head($0.value) })
    func note(_ index: Int) -> SourceDeclaration.Note? {
      if case .note(let note) = source.clauses[index].value { note } else { nil }
    }
    let runs = runs(source.clauses.map(\.span)) { note($0) != nil && note($1) != nil }
    var columns: [Int: Int] = [:]
    for (index, item) in source.clauses.enumerated() {
      guard let written = note(index) else {
        clause(1, column, isFirst: index == 0) { $0.takeFlat(through: item.span.end) }
        continue
      }
      let run = runs[index]
      if index == run.lowerBound {
        let widths = run.compactMap { note($0).map { width($0.number.span) + width($0.text.text.span) } }
        columns[index] = widths.filter { $0 <= Formatter.widestTitle }.max().map { $0 + 10 }
      }
      leadIn(Formatter.indent, isFirst: index == 0)
      takeFlat(through: written.text.text.span.end)
      if !written.text.translations.isEmpty, run.count > 1, let column = columns[run.lowerBound] { self.column(column) }
      takeFlat(through: item.span.end)
      flush(indent: Formatter.indent)
    }
    closeBody()
  }

  private mutating func feature(_ index: Int) {
    func feature(_ index: Int) -> FeatureDeclaration? {
      if case .feature(let feature) = tree.declarations[index].kind { feature } else { nil }
    }
    if !neighbours.range.contains(index) {
      let range = run(from: index) { feature($0) != nil }
      let all = range.compactMap { feature($0) }
      let name = 9 + (all.map { width($0.name.span) }.max() ?? 0)
      let title = all.map { width($0.title.text.span) }.filter { $0 <= Formatter.widestTitle }.max() ?? 0
      neighbours = (range, [name, range.count > 1 ? name + title + 2 : 0])
    }
    guard let own = feature(index) else { return }
    put()
    put()
    column(neighbours.columns[0])
    put()
    if !own.title.translations.isEmpty { column(neighbours.columns[1]) }
  }

  private mutating func prefer(_ index: Int) {
    func prefer(_ index: Int) -> PreferDeclaration? {
      if case .prefer(let prefer) = tree.declarations[index].kind { prefer } else { nil }
    }
    if !neighbours.range.contains(index) {
      let range = run(from: index) { prefer($0) != nil }
      let all = range.compactMap { prefer($0) }
      let over = 8 + (all.map { width($0.preferred.span) }.max() ?? 0)
      let features = over + 6 + (all.map { width($0.over.span) }.max() ?? 0)
      // Behind the commas are spaces.
      let widths = all.map { prefer in prefer.features.reduce(0) { $0 + width($1.span) + 2 } - 2 }
      neighbours = (range, [over, features, features + 5 + (widths.max() ?? 0)])
    }
    guard let own = prefer(index) else { return }
    takeFlat(through: own.preferred.span.end)
    column(neighbours.columns[0])
    takeFlat(through: own.over.span.end)
    column(neighbours.columns[1])
    takeFlat(beforeWordAt: own.reason.span.start)
    column(neighbours.columns[2])
  }

  /// The declarations from one on that stand on neighbouring lines and are alike.
  private func run(from index: Int, alike: (Int) -> Bool) -> Range<Int> {
    var end = index + 1
    while end < tree.declarations.count, alike(end),
      lineEnds(from: tree.declarations[end - 1].span.end, to: tree.declarations[end].span.start) == 1
    { end += 1 }
    return index..<end
  }

  private mutating func product(_ product: ProductDeclaration) {
    guard openBody() else { return }
    /// The name that is aligned, and where it begins.
    func named(_ index: Int) -> (name: NameNode, column: Int)? {
      switch product.clauses[index].value {
      case .sku(let name, _, _), .plan(let name, _, _): (name, Formatter.indent + 5)
      case .containsPlan(let name, _, _): (name, Formatter.indent + 14)
      case .formerly, .includes, .requires, .heldByAll: nil
      }
    }
    let runs = runs(product.clauses.map(\.span)) { named($0) != nil && named($0)?.column == named($1)?.column }
    var widths: [Int: Int] = [:]
    for (index, item) in product.clauses.enumerated() {
      leadIn(Formatter.indent, isFirst: index == 0)
      let end = item.span.end
      if let (name, column) = named(index) {
        let run = runs[index]
        if index == run.lowerBound { widths[index] = run.compactMap { named($0).map { width($0.name.span) } }.max() }
        takeFlat(beforeWordAt: name.span.end)
        if here < name.span.start { put() }
        self.column(column)
        put()
        self.column(column + (widths[run.lowerBound] ?? 0) + 2)
      } else if case .formerly = item.value {
      } else {
        put()
        space()
        begin(.here, isFilled: true)
        filled(through: end)
        self.end()
      }
      takeFlat(through: end)
      flush(indent: Formatter.indent)
    }
    closeBody()
  }

  /// Tokens up to an offset; a line may end behind a comma and before an `or`.
  private mutating func filled(through offset: Int32) {
    while !isAtEnd, here < offset {
      let isComma = byte == 0x2C
      takeFlat(through: here + 1)
      if here < offset, isComma || (tree.tokens[cursor].kind == .word && source.slice(tree.tokens[cursor].span) == [0x6F, 0x72]) { gap() }
    }
  }

  private mutating func matrix(_ matrix: MatrixDeclaration) {
    guard openBody() else { return }
    let heads = matrix.clauses.map { clause in
      switch clause.value {
      case .cite: "cite"
      case .effective: "effective"
      case .othersUnknown: "others"
      }
    }
    let column = column(behind: heads)
    var isFirst = true
    var next = 0
    while !isAtEnd, byte != 0x7D {
      if byte == 0x7C {
        leadIn(Formatter.indent, isFirst: isFirst)
        table(indent: Formatter.indent, isMatrix: true, values: [])
      } else {
        guard next < matrix.clauses.count else { return }
        let end = matrix.clauses[next].span.end
        clause(1, column, isFirst: isFirst) { $0.takeFlat(through: end) }
        next += 1
      }
      isFirst = false
    }
    closeBody()
  }

  private mutating func lookup() {
    guard openBody() else { return }
    leadIn(Formatter.indent, isFirst: true)
    table(indent: Formatter.indent, isMatrix: false, values: [])
    closeBody()
  }

  // MARK: Shapes

  /// The body of an entity or a record: on one line where it was written so and fits, else a line for each field.
  private mutating func fields(_ fields: [FieldDeclaration], exports: [Spanned<EntityDeclaration.Export>], end: Int32) {
    takeHead()
    let isOnOneLine = exports.isEmpty && !isBeforeComment && lineEnds(from: here, to: end) == 0
    if fields.isEmpty && exports.isEmpty && !isBeforeComment { return put() }
    if isOnOneLine {
      let before = self
      for (index, field) in fields.enumerated() {
        takeFlat(through: field.span.end)
        separator(isLast: index == fields.count - 1)
      }
      put()
      if displayWidth(layout.flat()[...]) <= Layout.limit { return }
      self = before
    }
    flush()
    let widest = exports.map { Formatter.width(of: $0.value) }.max() ?? 0
    var (field, export) = (0, 0)
    while !isAtEnd, byte != 0x7D {
      let isFirst = field + export == 0
      if export < exports.count, exports[export].span.start == here {
        let end = exports[export].span.end
        clause(1, Formatter.indent + widest + 1, isFirst: isFirst) {
          $0.begin(.here, isFilled: true)
          $0.filled(through: end)
          $0.end()
        }
        export += 1
      } else {
        guard field < fields.count else { return }
        leadIn(Formatter.indent, isFirst: isFirst)
        begin(.deeper(0), isFilled: true)
        filled(through: fields[field].span.end)
        self.end()
        if byte == 0x2C { skip() }
        flush(indent: Formatter.indent)
        field += 1
      }
    }
    closeBody()
  }

  private static func width(of export: EntityDeclaration.Export) -> Int {
    switch export {
    case .request: 7
    case .permission: 10
    case .condition: 9
    }
  }

  // MARK: What is judged

  private mutating func rule(_ rule: RuleDeclaration) {
    guard openBody() else { return }
    let heads = rule.clauses.map { Formatter.head($0.value) }
    let column = column(behind: heads)
    func name(_ index: Int) -> NameNode? {
      if case .letting(let name, _) = rule.clauses[index].value { name } else { nil }
    }
    let runs = runs(rule.clauses.map(\.span)) { name($0) != nil && name($1) != nil }
    var widths: [Int: Int] = [:]
    for (index, item) in rule.clauses.enumerated() {
      let words = heads[index].utf8.contains(0x20) ? 2 : 1
      let start = runs[index].lowerBound
      if index == start { widths[index] = runs[index].compactMap { name($0).map { width($0.span) } }.max() }
      clause(words, column, isFirst: index == 0) { formatter in
        switch item.value {
        case .forEach(_, let collection):
          formatter.take(until: formatter.tree[collection].span.start)
          formatter.expression(collection)
        case .letting(_, let value):
          formatter.put()
          formatter.column(column + (widths[start] ?? 0) + 1)
          formatter.put()
          formatter.expression(value)
        case .when(let condition), .require(let condition): formatter.expression(condition)
        case .title, .message, .remedy, .cite, .effective, .formerly: formatter.takeFlat(through: item.span.end)
        }
      }
    }
    closeBody()
  }

  private static func head(_ clause: RuleDeclaration.Clause) -> String {
    func with(_ language: NameNode?) -> String { language.map { " " + $0.text.string } ?? "" }
    switch clause {
    case .title(let language, _): return "title" + with(language)
    case .forEach: return "for each"
    case .letting: return "let"
    case .when: return "when"
    case .require: return "require"
    case .message(let language, _): return "message" + with(language)
    case .remedy(let language, _): return "remedy" + with(language)
    case .cite: return "cite"
    case .effective: return "effective"
    case .formerly: return "formerly"
    }
  }

  private mutating func waiver(_ waiver: WaiverDeclaration) {
    guard openBody() else { return }
    let column = column(behind: ["because"])
    var isFirst = true
    var scopes = waiver.scopes[...]
    while !isAtEnd, byte != 0x7D {
      if let scope = scopes.first, tree.tokens[cursor + 2].span.start == scope.variable.span.start {
        scopes.removeFirst()
        clause(2, column, isFirst: isFirst) { formatter in
          formatter.put()
          guard let condition = scope.condition else { return }
          formatter.put()
          formatter.expression(condition)
        }
      } else {
        clause(1, column, isFirst: isFirst) { formatter in
          formatter.begin(.here, isFilled: true)
          formatter.put()
          while formatter.byte == 0x2C {
            formatter.put()
            formatter.gap()
            formatter.put()
          }
          formatter.end()
        }
      }
      isFirst = false
    }
    closeBody()
  }
}
