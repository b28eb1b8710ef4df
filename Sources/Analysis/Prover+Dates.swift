import Semantics
import Syntax

extension Prover {
  /// Days between two that are covered, and on which nothing holds. That two hold on one day is refused by the check.
  mutating func proveDates() {
    proveVersions()
    proveCells()
    proveProducts()
    proveAttestations()
  }

  /// Between a version of a matrix and the next.
  private mutating func proveVersions() {
    var versions: [[Text]: [Int]] = [:]
    for (index, matrix) in program.matrices.enumerated() { versions[[matrix.name.module, matrix.name.name], default: []].append(index) }
    for (_, indices) in versions.sorted(by: { ($0.value.first ?? 0) < ($1.value.first ?? 0) }) {
      let ordered = indices.sorted { (program.matrices[$0].period.from ?? Day.first) < (program.matrices[$1].period.from ?? Day.first) }
      for (one, next) in zip(ordered, ordered.dropFirst()) {
        let (former, later) = (program.matrices[one], program.matrices[next])
        guard let end = former.period.before, let begin = later.period.from, end < begin else { continue }
        // What another matrix in force speaks of is not lost.
        let lost = former.features.filter { feature in
          later.features.contains(feature)
            && Timeline(terms: program).stretches.contains { days in
              days.common(Period(from: end, before: begin)) != nil && !grants(of: feature, on: max(days.someDay, end), in: program).speaks
            }
        }
        guard let first = lost.first else { continue }
        let name = later.name.name.string
        report(
          .dateGap, "the matrix `\(name)` says nothing from \(end.text.string) before \(begin.text.string)", at: later.name.span,
          related: [Diagnostic.Related(former.name.span, "this version ends with \(end.text.string)")],
          notes: [
            "witness: as of \(end.text.string), whether anyone has `\(program[first].name.name.string)` cannot be told",
            "end the former version later, begin this one sooner, or add a version with: effective from \(end.text.string) before \(begin.text.string)",
          ])
      }
    }
  }

  /// Days of a version on which a cell with dates of its own says nothing, told together for each table.
  private mutating func proveCells() {
    let stretches = Timeline(terms: program).stretches
    var said: [FeatureID: [Day: Grants]] = [:]
    for matrix in program.matrices {
      var gaps: [(statement: Matrix.Statement, days: Period)] = []
      for statement in matrix.statements {
        var silent: [Period] = []
        if let from = statement.period.from, from > (matrix.period.from ?? Day.first), matrix.period.from != nil {
          silent.append(Period(from: matrix.period.from, before: from))
        }
        if let before = statement.period.before, before < (matrix.period.before ?? Day.last) {
          silent.append(Period(from: before, before: matrix.period.before))
        }
        for days in silent {
          var untold: [Period] = []
          for part in stretches.compactMap({ $0.common(days) }) where isUntold(statement, on: part.someDay, &said) {
            if let joined = untold.last?.joined(part) { untold[untold.count - 1] = joined } else { untold.append(part) }
          }
          gaps += untold.map { (statement, $0) }
        }
      }
      guard let first = gaps.first else { continue }
      func cell(_ statement: Matrix.Statement) -> String {
        "`\(program[statement.feature].name.name.string)` for \(names(statement.products))"
      }
      let days = first.days.words ?? ""
      report(
        .dateGap, "the matrix `\(matrix.name.name.string)` does not say \(cell(first.statement)) \(days)", at: first.statement.span,
        severity: .note,
        related: gaps.dropFirst().prefix(5).map {
          Diagnostic.Related($0.statement.span, "nor \(cell($0.statement)) \($0.days.words ?? "")")
        },
        notes: [
          "witness: as of \(first.days.someDay.text.string), whether whoever holds \(names(first.statement.products)) has `\(program[first.statement.feature].name.name.string)` cannot be told",
          "if nothing was granted on those days, add a version of the matrix with: effective \(days), and `-` in this cell",
        ])
    }
  }

  /// Whether of someone who holds what a cell is about, and no more than must come with it, it cannot be told on a day.
  private func isUntold(_ statement: Matrix.Statement, on day: Day, _ said: inout [FeatureID: [Day: Grants]]) -> Bool {
    let right = said[statement.feature]?[day] ?? grants(of: statement.feature, on: day, in: program)
    said[statement.feature, default: [:]][day] = right
    guard right.speaks else { return true }
    func canGrant(_ product: ProductID, _ held: Set<ProductID>) -> Bool {
      statement.products.contains(product)
        || program[product].requires.allSatisfy { line in line.contains { $0.allSatisfy(held.contains) } }
    }
    return holdings(with: statement.products, on: day).ways.contains { held in
      let mine = right.alternatives.filter { $0.products.allSatisfy { held.contains($0) && canGrant($0, held) } }
      if mine.contains(where: { $0.mark == .yes && $0.condition == nil }) { return false }
      return mine.contains { $0.mark == .unknown } || right.open.contains { held.contains($0) }
    }
  }

  /// Between two clauses of a product that give it the same identifier, or include the same product.
  private mutating func proveProducts() {
    for product in program.products {
      let name = product.name.name.string
      for (clause, list) in [("sku", product.skus), ("plan", product.plans), ("contains plan", product.components)] {
        for gap in gaps(list.map { ($0.guid, $0.period, $0.span) }) {
          reportGap(
            gap, "the product `\(name)` is without its `\(clause) \(gap.key.text.string)`",
            witness: "the identifier is none of `\(name)`")
        }
      }
      for gap in gaps(product.includes.map { ($0.product, $0.period, $0.span) }) {
        let included = program[gap.key].name.name.string
        reportGap(
          gap, "the product `\(name)` does not include `\(included)`",
          witness: "whoever holds `\(name)` does not hold `\(included)` by it")
      }
    }
  }

  private mutating func reportGap<Key>(_ gap: Gap<Key>, _ what: String, witness: String) {
    report(
      .dateGap, "\(what) \(gap.words)", at: gap.later, related: [Diagnostic.Related(gap.former, "until then by this clause")],
      notes: [
        "witness: as of \(gap.day.text.string), \(witness)", "if it is meant, say why: // lint: allow date_gap because …",
      ])
  }

  private struct Gap<Key> {
    var key: Key
    var day: Day
    var words: String
    var former: SourceSpan
    var later: SourceSpan
  }

  /// Days between two clauses about the same thing, on which none about it is in force; the clauses do not overlap.
  private func gaps<Key: Hashable>(_ clauses: [(key: Key, period: Period, span: SourceSpan)]) -> [Gap<Key>] {
    // Most products say everything once.
    if clauses.allSatisfy({ $0.period == Period() }) { return [] }
    var found: [Gap<Key>] = []
    for mine in Dictionary(grouping: clauses, by: \.key).values where mine.count > 1 {
      let ordered = mine.sorted { ($0.period.from ?? Day.first) < ($1.period.from ?? Day.first) }
      for (former, later) in zip(ordered, ordered.dropFirst()) {
        guard let end = former.period.before, let begin = later.period.from, end < begin else { continue }
        let words = "from \(end.text.string) before \(begin.text.string)"
        found.append(Gap(key: later.key, day: end, words: words, former: former.span, later: later.span))
      }
    }
    return found.sorted { $0.later.start < $1.later.start }
  }

  /// Between two statements of one fact for one tenant.
  private mutating func proveAttestations() {
    for (index, one) in program.attestations.enumerated() {
      let later = program.attestations.enumerated().filter {
        $0.offset != index && $0.element.fact == one.fact && $0.element.tenant == one.tenant && $0.element.on >= one.expires
      }
      guard let next = later.min(by: { $0.element.on < $1.element.on })?.element, next.on > one.expires else { continue }
      if program.facts[one.fact.index].value != nil { continue }
      // Statements for every tenant, and others for this one, hold in between.
      let covering = program.attestations.filter {
        $0.fact == one.fact && ($0.tenant == nil || $0.tenant == one.tenant) && $0.expires > one.expires && $0.on < next.on
      }
      let name = program.facts[one.fact.index].name.name.string
      var begin = one.expires
      for end in covering.sorted(by: { $0.on < $1.on }).map({ (on: $0.on, expires: $0.expires) }) + [(on: next.on, expires: next.expires)] {
        if begin < end.on {
          report(
            .dateGap, "nobody states `\(name)` from \(begin.text.string) before \(end.on.text.string)", at: next.span,
            related: [Diagnostic.Related(one.span, "this statement expires on \(one.expires.text.string)")],
            notes: [
              "witness: as of \(begin.text.string), `\(name)` is unknown", "let the former expire later, or state it for those days",
            ])
        }
        begin = max(begin, end.expires)
      }
    }
  }
}

extension DiagnosticKind {
  static let dateGap = DiagnosticKind(
    code: "date_gap", nature: .proved,
    summary: "days between two on which something holds, and on which nothing does",
    explanation: """
      Versions of a matrix, the dates of a cell within its version, and the statements of a fact leave days uncovered. On those days it cannot \
      be told what holds, and what asks for it is undetermined. Likewise told are days between two clauses of a product that name one identifier, \
      or include one product: on these it is not held so. That two hold on one day is refused by the check itself. The message names the \
      days; the note says what closes the gap. A cell that says nothing on some days of its version is a note: not having said is no `-`.
      """,
    wrong: gapExample("before 2022-01-01"),
    right: gapExample("before 2023-01-01"))
}

private func gapExample(_ end: String) -> String {
  """
  module m
  feature reset "Reset a password"
  product basic "Basic" {
    held by all
  }
  matrix editions {
    effective from 2020-06-02 \(end)

    |       | basic |
    |-------|:-----:|
    | reset |   -   |
  }
  matrix editions {
    effective from 2023-01-01

    |       | basic |
    |-------|:-----:|
    | reset |  yes  |
  }
  """
}
