package import Semantics
import Syntax

/// The days that matter, in stretches within which nothing in the terms changes.
struct Timeline {
  /// In order, without gap, from the open past to the open future.
  let stretches: [Period]

  init(_ periods: [Period]) {
    var days: Set<Day> = []
    for period in periods {
      if let from = period.from { days.insert(from) }
      if let before = period.before { days.insert(before) }
    }
    var stretches: [Period] = []
    var from: Day?
    for day in days.sorted() {
      stretches.append(Period(from: from, before: day))
      from = day
    }
    stretches.append(Period(from: from, before: nil))
    self.stretches = stretches
  }

  /// All days on which what the products are and what the matrices say changes.
  init(terms program: CheckedProgram, also periods: [Period] = []) {
    var all = periods
    for matrix in program.matrices {
      all.append(matrix.period)
      all.append(contentsOf: matrix.statements.map(\.period))
    }
    for product in program.products { all.append(contentsOf: product.includes.map(\.period)) }
    self.init(all)
  }
}

extension Period {
  /// A day within; of an open past the last one before its end.
  var someDay: Day {
    if let from { return from }
    if let before { return before.adding(days: -1) ?? Day.first }
    return Day.first
  }

  /// `from 2020-06-02 before 2025-03-04`; nil where it is always.
  package var words: String? {
    let parts = [from.map { "from \($0.text.string)" }, before.map { "before \($0.text.string)" }].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  /// The days that both have; nil where there are none.
  func common(_ other: Period) -> Period? {
    let from = [self.from, other.from].compactMap { $0 }.max()
    let before = [self.before, other.before].compactMap { $0 }.min()
    if let from, let before, before <= from { return nil }
    return Period(from: from, before: before)
  }

  /// The days at which it begins and ends, and those before them.
  var edges: [Day] { [from, before].compactMap { $0 }.flatMap { day in [day, day.adding(days: -1)].compactMap { $0 } } }

  /// Days on which one of two holds and the other does not; where there are none, days on which both do.
  func tellingDays(beside other: Period) -> [Day] {
    let all = edges + other.edges
    let apart = all.filter { contains($0) != other.contains($0) }
    return apart.isEmpty ? all.filter { contains($0) } : apart
  }

  /// Whether another holds on more days, on fewer, or on others.
  func change(to other: Period) -> Difference.Change {
    if self == other { return .equal }
    guard let both = common(other) else { return .changed }
    return both == self ? .widened : both == other ? .narrowed : .changed
  }

  /// The two as one, where one ends on the day on which the other begins.
  func joined(_ next: Period) -> Period? {
    guard let end = before, end == next.from else { return nil }
    return Period(from: from, before: next.before)
  }
}
