// Tests.

extension Formatter {
  mutating func test(_ test: TestDeclaration) {
    guard openBody() else { return }
    let column = column(behind: ["given"])
    func expect(_ index: Int) -> TestDeclaration.Expect? {
      if case .expect(let expect) = test.clauses[index].value { expect } else { nil }
    }
    let runs = runs(test.clauses.map(\.span)) { expect($0) != nil && expect($1) != nil }
    var columns = (rule: 0, subject: 0)
    if let asOf = test.asOf {
      leadIn(Formatter.indent, isFirst: true)
      put()
      put()
      self.column(column)
      takeFlat(through: asOf.span.end)
      flush(indent: Formatter.indent)
    }
    for (index, clause) in test.clauses.enumerated() {
      leadIn(Formatter.indent, isFirst: false)
      switch clause.value {
      case .given(let given): self.given(given, column, end: clause.span.end)
      case .cases(let cases):
        put()
        flush(indent: Formatter.indent)
        leadIn(Formatter.indent + 2, isFirst: true)
        let values = cases.rows.map(\.cells)
        table(indent: Formatter.indent + 2, isMatrix: false, values: values)
        continue
      case .expect(let expected):
        let run = runs[index]
        if index == run.lowerBound {
          let all = run.compactMap { expect($0) }
          columns.rule = Formatter.indent + 7 + (all.map { Formatter.width(of: $0.verdict) }.max() ?? 0) + 1
          columns.subject = columns.rule + (all.filter { !$0.subjects.isEmpty }.map { width($0.rule.span) }.max() ?? 0) + 1
        }
        self.expect(expected, columns, end: clause.span.end)
      }
      flush(indent: Formatter.indent)
    }
    closeBody()
  }

  private mutating func given(_ given: TestDeclaration.Given, _ column: Int, end: Int32) {
    put()
    self.column(column)
    put()
    switch given {
    case .row(_, let record): expression(record)
    case .fact(_, let value):
      put()
      expression(value)
    case .tenant, .none, .incomplete, .unavailable: takeFlat(through: end)
    }
  }

  private mutating func expect(_ expect: TestDeclaration.Expect, _ columns: (rule: Int, subject: Int), end: Int32) {
    put()
    put()
    column(columns.rule)
    takeFlat(through: expect.rule.span.end)
    if !expect.subjects.isEmpty {
      column(columns.subject)
      put()
      for subject in expect.subjects {
        takeFlat(through: subject.label?.span.end ?? subject.name.span.end)
        if byte == 0x2C, here < end { put() }
      }
    }
    guard here < end else { return }
    beginWithGap(.deeper(0))
    if let last = expect.because.last {
      takeFlat(through: last.span.end)
      if expect.message != nil { gap() }
    }
    takeFlat(through: end)
    self.end()
  }

  private static func width(of verdict: TestDeclaration.Expect.Verdict) -> Int {
    switch verdict {
    case .word(let word): word.rawValue.utf8.count
    case .column(let name): name.text.utf8.count
    }
  }
}
