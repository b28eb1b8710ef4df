import Semantics
import Syntax

extension Prover {
  /// Columns and rows that say the same, and lookups that lack a value.
  mutating func proveTables() {
    for matrix in program.matrices { proveColumns(matrix) }
    proveLookups()
  }

  /// What a column says, or a row: all that could differ.
  private struct Said: Hashable {
    struct Cell: Hashable {
      var mark: Matrix.Mark
      var period: Period
      var condition: DefineID?
      var cites: [Cite]
    }
    var cells: [Cell]
  }

  /// Columns of which each cell is alike, as notes: one message for a table, since alike they may well be.
  ///
  /// Rows are told only where their features are granted alike by every matrix, and columns only where there are two rows at least: that
  /// two products are alike in one respect is what one expects.
  private mutating func proveColumns(_ matrix: Matrix) {
    var byColumn: [[ProductID]: [FeatureID: Matrix.Statement]] = [:]
    for statement in matrix.statements { byColumn[statement.products, default: [:]][statement.feature] = statement }
    guard matrix.features.count > 1 else { return }
    // The columns as written: what `or` joins has its cells in common.
    var written: [SourceSpan: [[ProductID]]] = [:]
    var order: [SourceSpan] = []
    for column in matrix.columns {
      guard let feature = matrix.features.first, let span = byColumn[column]?[feature]?.span else { continue }
      if written[span] == nil { order.append(span) }
      written[span, default: []].append(column)
    }
    var groups: [Said: [SourceSpan]] = [:]
    var firsts: [Said] = []
    for span in order {
      guard let column = written[span]?.first, let cells = byColumn[column] else { continue }
      let said = Said(
        cells: matrix.features.compactMap { cells[$0] }.map {
          Said.Cell(mark: $0.mark, period: $0.period, condition: $0.condition, cites: $0.cites)
        })
      if groups[said] == nil { firsts.append(said) }
      groups[said, default: []].append(span)
    }
    let same = firsts.compactMap { groups[$0] }.filter { $0.count > 1 }
    guard let first = same.first else { return }
    func heading(_ span: SourceSpan) -> String {
      (written[span] ?? []).map { column in column.map { program[$0].name.name.string }.joined(separator: " with ") }.joined(separator: " or ")
    }
    let lists = same.map { $0.map { "`\(heading($0))`" }.joined(separator: ", ") }
    report(
      .sameColumns, "columns of the matrix `\(matrix.name.name.string)` say the same: \(lists.joined(separator: "; "))", at: first[0], severity: .note,
      related: first.dropFirst().prefix(3).map { Diagnostic.Related($0, "the same in every row") },
      notes: same.map { "as one column: | \($0.map(heading).joined(separator: " or ")) |" })
  }

  /// A lookup without `other`, asked with a value of a closed set that it has no row for.
  private mutating func proveLookups() {
    var missing: [Int: [Text]] = [:]
    for expression in program.expressions {
      guard case .entry(let lookup, let key) = expression.kind, program.lookups[lookup.index].other == nil,
        case .oneOf(let members, _) = program[key].type.shape
      else { continue }
      let known = Set(program.lookups[lookup.index].entries.map(\.key))
      for member in members where !known.contains(.text(member)) && missing[lookup.index]?.contains(member) != true {
        missing[lookup.index, default: []].append(member)
      }
    }
    for (index, members) in missing.sorted(by: { $0.key < $1.key }) {
      let lookup = program.lookups[index]
      let columns = String(repeating: " \"…\" |", count: lookup.languages.count + 1)
      report(
        .lookupGap, "the lookup `\(lookup.name.name.string)` has no row for \(members.map { "`\"\($0.string)\"`" }.joined(separator: ", "))",
        at: lookup.name.span,
        notes: ["witness: asked with \"\(members[0].string)\" it gives unknown"] + members.map { "add: | \"\($0.string)\" |\(columns)" })
    }
  }
}

extension DiagnosticKind {
  static let sameColumns = DiagnosticKind(
    code: "same-columns", nature: .proved,
    summary: "columns of a matrix that say the same",
    explanation: """
      Two columns have the same mark, dates, condition and citations in each of at least two rows. They can be written as one, joined by `or`, \
      and then they stay alike when one of them is edited. It is a note, told once for each table: a catalogue may rightly have many alike. \
      Features that are granted alike are no finding; they are different things.
      """,
    wrong: columnsExample("yes"),
    right: columnsExample(" - "))

  static let lookupGap = DiagnosticKind(
    code: "lookup-gap", nature: .proved,
    summary: "a lookup that lacks a value with which it is asked",
    explanation: """
      A lookup without the row `other` is asked with a value of a closed set, and for a member of that set it has no row. There it gives \
      unknown. The note has the row to be added.
      """,
    wrong: lookupExample(""),
    right: lookupExample("\n  | \"Guest\"  | \"a visitor\" |"))
}

private func columnsExample(_ mark: String) -> String {
  """
  module m
  feature reset "Reset a password"
  feature change "Change a password"
  product basic "Basic" {
    held by all
  }
  product plus "Plus" {
    held by all
  }
  matrix editions {
    |        | basic | plus |
    |--------|:-----:|:----:|
    | change |  yes  | yes  |
    | reset  |  yes  | \(mark)  |
  }
  """
}

private func lookupExample(_ row: String) -> String {
  """
  module m
  entity user in users key id {
    id: id
    kind: one of "Member", "Guest"
  }
  lookup words {
    | kind     | words      |
    |----------|------------|
    | "Member" | "a member" |\(row)
  }
  notice named {
    for each user in users
    let      word = words[user.kind]
    require  user.kind is "Member"
    message  "{user.id} is {word}."
  }
  """
}
