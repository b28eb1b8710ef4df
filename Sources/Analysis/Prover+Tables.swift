import Semantics
import Syntax

extension Prover {
  /// Columns and rows that say the same, and lookups that lack a value.
  mutating func proveTables() {
    for matrix in program.matrices { proveSame(matrix) }
    proveLookups()
  }

  /// What a cell says: all that could differ.
  private struct Said: Hashable {
    var mark: Matrix.Mark
    var period: Period
    var condition: DefineID?
    var cites: [Cite]
  }

  /// One cell is alike with another by chance.
  private static let fewest = 2

  /// Columns or rows of which each cell is alike, in one note for a table.
  private mutating func proveSame(_ matrix: Matrix) {
    var columns = Lines<[ProductID]>()
    var rows = Lines<FeatureID>()
    for statement in matrix.statements {
      let said = Said(mark: statement.mark, period: statement.period, condition: statement.condition, cites: statement.cites)
      columns.add(said, of: statement.products, at: statement.span)
      rows.add(said, of: statement.feature, at: statement.span)
    }
    let sameColumns = columns.same(atLeast: Prover.fewest)
    let sameRows = rows.same(atLeast: Prover.fewest)
    func heading(_ names: [[ProductID]]) -> String {
      names.map { $0.map { program[$0].name.name.string }.joined(separator: " with ") }.joined(separator: " or ")
    }
    func heading(_ names: [FeatureID]) -> String { names.map { program[$0].name.name.string }.joined(separator: " or ") }
    var told: [(span: SourceSpan, others: [SourceSpan], headings: [String])] = []
    for group in sameColumns { told.append((group[0].span, group.dropFirst().map(\.span), group.map { heading($0.names) })) }
    for group in sameRows { told.append((group[0].span, group.dropFirst().map(\.span), group.map { heading($0.names) })) }
    guard let first = told.first else { return }
    let lists = told.prefix(4).map {
      $0.headings.prefix(8).map { "`\($0)`" }.joined(separator: ", ") + ($0.headings.count > 8 ? ", …" : "")
    }
    report(
      .sameCells,
      "columns or rows of the matrix `\(matrix.name.name.string)` say the same: \(lists.joined(separator: "; "))\(told.count > 4 ? "; …" : "")",
      at: first.span, severity: .note, related: first.others.prefix(3).map { Diagnostic.Related($0, "the same in every cell") },
      notes: told.prefix(4).map { "as one: | \($0.headings.joined(separator: " or ")) |" })
  }

  /// The cells of each column, or of each row; what `or` joins in one heading has its cells in common.
  private struct Lines<Name: Hashable> {
    struct Line {
      var names: [Name]
      var span: SourceSpan
    }
    private var cells: [Name: [(said: Said, span: SourceSpan)]] = [:]
    private var order: [Name] = []

    mutating func add(_ said: Said, of name: Name, at span: SourceSpan) {
      if cells[name] == nil { order.append(name) }
      cells[name, default: []].append((said, span))
    }

    /// Groups of two and more that say the same in at least so many cells.
    func same(atLeast count: Int) -> [[Line]] {
      var lines: [SourceSpan: Int] = [:]
      var groups: [[Said]: [Line]] = [:]
      var firsts: [[Said]] = []
      for name in order {
        guard let mine = cells[name], let span = mine.first?.span else { continue }
        // A heading of several names makes one cell many statements at one place.
        var places: Set<SourceSpan> = []
        let said = mine.filter { places.insert($0.span).inserted }.map(\.said)
        guard said.count >= count, said.contains(where: { $0.mark != .unknown }) else { continue }
        if lines[span] != nil, let place = groups[said]?.firstIndex(where: { $0.span == span }) {
          groups[said]?[place].names.append(name)
          continue
        }
        lines[span] = 0
        if groups[said] == nil { firsts.append(said) }
        groups[said, default: []].append(Line(names: [name], span: span))
      }
      return firsts.compactMap { groups[$0] }.filter { $0.count > 1 }
    }
  }

  /// The rule that asks, and whether only one that applies does.
  private struct EntryPlace {
    var rule: Int
    var isAfterWhen: Bool
  }

  /// Entries of lookups that stand in rules themselves, or in their `let`s. Of those in defines the rule is not known.
  private func placesOfEntries() -> [Int: EntryPlace] {
    var places: [Int: EntryPlace] = [:]
    for (index, rule) in program.rules.enumerated() {
      var locals: [VariableID: TypedExpressionID] = [:]
      for local in rule.locals { locals[local.variable] = local.value }
      var seen: Set<Int> = []
      func visit(_ roots: [TypedExpressionID], isAfterWhen: Bool) {
        var waiting = roots
        while let next = waiting.popLast() {
          guard seen.insert(next.index).inserted else { continue }
          if case .entry = program[next].kind { places[next.index] = EntryPlace(rule: index, isAfterWhen: isAfterWhen) }
          if case .variable(let variable) = program[next].kind, let value = locals[variable] { waiting.append(value) }
          waiting += program[next].kind.operands
        }
      }
      visit([rule.when].compactMap { $0 }, isAfterWhen: false)
      visit([rule.require] + rule.locals.map(\.value), isAfterWhen: true)
      for template in [rule.message] + [rule.remedy].compactMap({ $0 }) {
        for part in template.parts + template.translations.flatMap(\.parts) {
          if case .value(let value) = part { visit([value], isAfterWhen: true) }
        }
      }
    }
    return places
  }

  private static func asking(_ place: EntryPlace, _ key: TypedExpressionID, _ member: Text, _ stretch: inout Stretch) -> Int? {
    guard let judged = stretch.rules[place.rule] else { return nil }
    let isMember = stretch.translator.isMember(key, member, judged.scope) ?? stretch.translator.logic.yes
    if !place.isAfterWhen { return stretch.translator.logic.and([judged.inForce, isMember]) }
    let mayApply = stretch.translator.logic.isOne(judged.when, of: [.yes, .unknown])
    return stretch.translator.logic.and([judged.inForce, mayApply, isMember])
  }

  /// A lookup without `other`, asked with a value of a closed set that it has no row for.
  private mutating func proveLookups() {
    if program.lookups.isEmpty { return }
    var missing: [Int: [Text]] = [:]
    var undecided: Set<Int> = []
    let places = placesOfEntries()
    for (index, expression) in program.expressions.enumerated() {
      guard case .entry(let lookup, let key) = expression.kind, program.lookups[lookup.index].other == nil,
        case .oneOf(let members, _) = program[key].type.shape
      else { continue }
      let known = Set(program.lookups[lookup.index].entries.map(\.key))
      for member in members where !known.contains(.text(member)) && missing[lookup.index]?.contains(member) != true {
        if let place = places[index] {
          switch ask({ Prover.asking(place, key, member, &$0) }) {
          case .some: break
          case .none: continue
          case .undecided:
            undecided.insert(lookup.index)
            continue
          }
        }
        missing[lookup.index, default: []].append(member)
      }
    }
    for index in undecided.sorted() where missing[index] == nil {
      let name = program.lookups[index].name
      notDecided("whether the lookup `\(name.name.string)` is asked for a row that it lacks", at: name.span)
    }
    for (index, members) in missing.sorted(by: { $0.key < $1.key }) {
      let lookup = program.lookups[index]
      let columns = String(repeating: " \"…\" |", count: lookup.languages.count + 1)
      report(
        .lookupGap,
        "the lookup `\(lookup.name.name.string)` has no row for \(members.map { "`\"\($0.string)\"`" }.joined(separator: ", "))",
        at: lookup.name.span,
        notes: ["witness: asked with \"\(members[0].string)\" it gives unknown"] + members.map { "add: | \"\($0.string)\" |\(columns)" })
    }
  }
}

extension DiagnosticKind {
  static let sameCells = DiagnosticKind(
    code: "same_cells", nature: .proved,
    summary: "columns or rows of a matrix that say the same",
    explanation: """
      Two columns, or two rows, have the same mark, dates, condition and citations in each of at least two cells, not all `?`. They can be \
      written as one, joined by `or`, and then they stay alike when one of them is edited. It is a note, told once for each table: in a large \
      table many may rightly be alike, and each column has its reason in the page that it repeats.
      """,
    wrong: columnsExample(" - "),
    right: columnsExample("yes"))

  static let lookupGap = DiagnosticKind(
    code: "lookup_gap", nature: .proved,
    summary: "a lookup that lacks a value with which it is asked",
    explanation: """
      A lookup without the row `other` is asked with a value of a closed set, and for a member of that set that can be asked it has no row. There it gives \
      unknown. The note has the row to be added.
      """,
    wrong: lookupExample(""),
    right: lookupExample("\n  | \"Guest\"  | \"a visitor\" |"))
}

private func columnsExample(_ mark: String) -> String {
  """
  module m
  feature change "Change a password"
  feature reset "Reset a password"
  product basic "Basic" {
    held by all
  }
  product plus "Plus" {
    sku PLUS 11111111-1111-1111-1111-111111111111
  }
  matrix editions {
    |        | basic | plus |
    |--------|:-----:|:----:|
    | change |  yes  | yes  |
    | reset  |   -   | \(mark)  |
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
