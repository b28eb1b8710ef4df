import Semantics
import Syntax

extension Prover {
  /// Holds each invariant against every cell that grants, on every day.
  mutating func proveInvariants() {
    guard !program.invariants.isEmpty else { return }
    let timeline = Timeline(terms: program)
    for invariant in program.invariants {
      var breaches: [Breach] = []
      for days in timeline.stretches { collectBreaches(of: invariant, days, into: &breaches) }
      for breach in breaches { report(breach, of: invariant) }
    }
  }

  /// A cell that grants the one feature where the other is not granted.
  private struct Breach {
    enum Reason: Equatable {
      /// A cell says `-`, or none speaks of the product.
      case refused
      /// A cell says `?`, or no matrix in force speaks of the feature.
      case open
      /// Only under another condition.
      case conditional
      /// What it requires can be held in too many ways to try each.
      case notDecided
    }
    var products: [ProductID]
    var reason: Reason
    var days: Period
    var granting: SourceSpan
    /// The cell that stands against it, where there is one.
    var against: SourceSpan?
  }

  private func collectBreaches(of invariant: Invariant, _ days: Period, into breaches: inout [Breach]) {
    let day = days.someDay
    let left = grants(of: invariant.granting, on: day, in: program)
    guard left.alternatives.contains(where: { $0.mark == .yes }) else { return }
    let right = grants(of: invariant.grants, on: day, in: program)
    for cell in left.alternatives where cell.mark == .yes {
      if cell.products.contains(where: { invariant.exceptions.contains($0) }) { continue }
      guard let (reason, against) = breach(of: cell, right, on: day) else { continue }
      let breach = Breach(
        products: cell.products, reason: reason, days: days, granting: span(of: cell), against: against.map { span(of: $0) })
      if let last = breaches.lastIndex(where: {
        $0.products == breach.products && $0.reason == reason && $0.granting == breach.granting && $0.against == breach.against
      }), let both = breaches[last].days.joined(days) {
        breaches[last].days = both
      } else {
        breaches.append(breach)
      }
    }
  }

  private func span(of cell: Grants.Alternative) -> SourceSpan {
    program.matrices[cell.matrix.index].statements[cell.statement].span
  }

  /// Nil where whoever has the one feature by this cell has the other.
  private func breach(
    of cell: Grants.Alternative, _ right: Grants, on day: Day
  ) -> (Breach.Reason, Grants.Alternative?)? {
    guard right.speaks else { return (.open, nil) }
    // Whoever holds a product that requires one of several is one who holds the first, or the second, …
    var worst: (Breach.Reason, Grants.Alternative?)?
    let (ways, isCut) = holdings(with: cell.products, on: day)
    for held in ways {
      guard let found = breach(of: cell, held: held, right) else { continue }
      if isCut { return (.notDecided, nil) }
      if found.0 == .refused { return found }
      worst = worst ?? found
    }
    return worst
  }

  private func breach(
    of cell: Grants.Alternative, held: Set<ProductID>, _ right: Grants
  ) -> (Breach.Reason, Grants.Alternative?)? {
    var open: Grants.Alternative?
    var conditional: Grants.Alternative?
    for other in right.alternatives where other.products.allSatisfy({ held.contains($0) && canGrant($0, in: cell, held) }) {
      if other.mark == .unknown {
        open = open ?? other
      } else if other.condition == nil || other.condition == cell.condition {
        return nil
      } else {
        conditional = conditional ?? other
      }
    }
    if let conditional { return (.conditional, conditional) }
    if open != nil || right.open.contains(where: { held.contains($0) }) { return (.open, open) }
    return (.refused, right.denied.first { $0.products == cell.products })
  }

  /// Whether all that a product requires is held. What grants by the cell itself has it.
  private func canGrant(_ product: ProductID, in cell: Grants.Alternative, _ held: Set<ProductID>) -> Bool {
    if cell.products.contains(product) { return true }
    return program[product].requires.allSatisfy { line in line.contains { $0.allSatisfy(held.contains) } }
  }

  /// What is held for certain by whoever is granted something by these products: with what everyone holds, what suites include,
  /// and each way in which what they require can be held. Past so many ways what a line requires is left out, and `isCut`.
  func holdings(with products: [ProductID], on day: Day) -> (ways: [Set<ProductID>], isCut: Bool) {
    var isCut = false
    var ways: [Set<ProductID>] = [Set(products).union(program.products.indices.map { ProductID($0) }.filter { program[$0].isHeldByAll })]
    for product in products {
      for line in program[product].requires {
        guard ways.count * line.count <= 64 else {
          isCut = true
          continue
        }
        ways = ways.flatMap { way in line.map { way.union($0) } }
      }
    }
    return (ways.map { closed($0, on: day) }, isCut)
  }

  /// With all that suites include, through any number of them.
  private func closed(_ products: Set<ProductID>, on day: Day) -> Set<ProductID> {
    var all = products
    var waiting = Array(products)
    while let next = waiting.popLast() {
      for inclusion in program[next].includes where inclusion.period.contains(day) && all.insert(inclusion.product).inserted {
        waiting.append(inclusion.product)
      }
    }
    return all
  }

  private mutating func report(_ breach: Breach, of invariant: Invariant) {
    let name = invariant.name.name.string
    let one = program[invariant.granting].name.name.string
    let other = program[invariant.grants].name.name.string
    let products = names(breach.products)
    let when = breach.days.words.map { ", \($0)" } ?? ""
    if breach.reason == .notDecided {
      report(
        .notDecided, "whether \(products) keeps the invariant `\(name)`\(when) is not decided", at: invariant.name.span, severity: .note,
        related: [Diagnostic.Related(breach.granting, "this cell grants `\(one)`")],
        notes: ["what it requires can be held in more than 64 ways"])
      return
    }
    var related = [Diagnostic.Related(breach.granting, "this cell grants `\(one)`")]
    let isRefused = breach.reason == .refused
    if let against = breach.against {
      let says =
        switch breach.reason {
        case .refused: "this cell says `-` of `\(other)`"
        case .open, .notDecided: "of `\(other)` this cell does not say"
        case .conditional: "this cell grants `\(other)` under another condition"
        }
      related.append(Diagnostic.Related(against, says))
    }
    var notes = ["witness: as of \(breach.days.someDay.text.string), whoever holds \(products) has `\(one)`"]
    switch breach.reason {
    case .refused:
      notes[0] += " and not `\(other)`"
      if breach.against == nil { notes.append("no matrix in force has a cell of `\(other)` for \(products)") }
    case .open, .notDecided: notes[0] += ", and of `\(other)` it cannot be told"
    case .conditional: notes[0] += ", and `\(other)` only where another condition holds"
    }
    let exceptions = breach.products.map { program[$0].name.name.string }.joined(separator: ", ")
    if isRefused { notes.append("mend a cell, or add: except \(exceptions) because \"…\"") }
    report(
      isRefused ? .brokenInvariant : .openInvariant,
      isRefused
        ? "the invariant `\(name)` is broken by \(products)\(when): it grants `\(one)` and not `\(other)`"
        : "the invariant `\(name)` is neither proved nor refuted for \(products)\(when)",
      at: invariant.name.span, severity: isRefused ? .error : .note, related: related, notes: notes)
  }
}

extension DiagnosticKind {
  static let brokenInvariant = DiagnosticKind(
    code: "broken_invariant", nature: .proved,
    summary: "an invariant that a cell breaks",
    explanation: """
      An invariant is a law that the matrices must keep on every day. Some product grants the one feature on days on which it does not \
      grant the other, neither by itself nor through what it includes, what it requires and what everyone holds. The message names the \
      product and the days, and the cells are shown. Mend the cell that is wrong, or declare the exception with its reason.
      """,
    wrong: invariantExample("-", ""),
    right: invariantExample("-", "\n  except basic because \"Sold beside an edition, which grants it.\""))

  static let openInvariant = DiagnosticKind(
    code: "open_invariant", nature: .proved,
    summary: "an invariant that is neither proved nor refuted",
    explanation: """
      Some product grants the one feature, and of the other it cannot be told: its cell says `?`, or the cells hold under different \
      conditions. Once the source says more, write `yes` or `-`; where it is certain, declare the exception with its reason.
      """,
    wrong: invariantExample("?", ""),
    right: invariantExample("yes", ""))
}

private func invariantExample(_ cell: String, _ exceptions: String) -> String {
  """
  module m
  feature reset "Reset a password"
  feature writeback "Write the password back"
  product basic "Basic" {
    held by all
  }
  matrix editions {
    effective from 2020-06-02

    |           | basic |
    |-----------|:-----:|
    | writeback |  yes  |
    | reset     |  \(cell)  |
  }
  invariant writeback_needs_reset every product granting writeback grants reset\(exceptions)
  """
}
