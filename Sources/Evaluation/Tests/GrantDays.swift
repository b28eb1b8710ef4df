import Semantics
import Syntax

/// The days on which what the matrices say may change, with one before the first of them: between two of them nothing does.
struct GrantDays {
  /// In order.
  private(set) var days: [Day]

  init(_ program: CheckedProgram) {
    var found: Set<Int32> = []
    func add(_ period: Period) {
      for day in [period.from, period.before].compactMap({ $0 }) { found.insert(day.days) }
    }
    for matrix in program.matrices {
      add(matrix.period)
      for statement in matrix.statements { add(statement.period) }
    }
    if let first = found.min(), first > Int32.min { found.insert(first - 1) }
    days = found.isEmpty ? [Day(days: 0)] : found.sorted().map { Day(days: $0) }
  }

  /// Of two policy sets together.
  init(_ left: GrantDays, _ right: GrantDays) {
    days = Set(left.days + right.days).sorted()
  }

  /// The day of this list whose answers hold on a day.
  func standing(for day: Day) -> Day { days.last { $0 <= day } ?? days[0] }
}

/// What is granted, so that two of them can be compared whatever the order of cells and whichever cell says it.
struct GrantKey: Hashable {
  private struct Alternative: Hashable {
    let products: [ProductID]
    let mark: Matrix.Mark
    let condition: DefineID?
  }
  private let speaks: Bool
  private let alternatives: Set<Alternative>
  private let open: Set<ProductID>

  init(_ feature: FeatureID, on day: Day, in program: CheckedProgram) {
    let granted = grants(of: feature, on: day, in: program)
    speaks = granted.speaks
    alternatives = Set(granted.alternatives.map { Alternative(products: $0.products, mark: $0.mark, condition: $0.condition) })
    open = Set(granted.open)
  }
}
