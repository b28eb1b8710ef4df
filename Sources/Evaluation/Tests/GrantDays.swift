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
struct GrantKey: Equatable {
  private struct Alternative: Hashable {
    let products: [ProductID]
    let mark: Matrix.Mark
    let condition: DefineID?
  }
  private let speaks: Bool
  private let alternatives: Set<Alternative>
  /// Without those that say nothing more: whoever holds their products holds others that grant it on the same condition.
  private let telling: Set<Alternative>
  private let open: Set<ProductID>

  init(_ feature: FeatureID, on day: Day, in program: CheckedProgram) {
    let granted = grants(of: feature, on: day, in: program)
    let all = Set(granted.alternatives.map { Alternative(products: $0.products, mark: $0.mark, condition: $0.condition) })
    // What may say it too, by its only product; those of several products are few.
    var single: [ProductID: [Alternative]] = [:]
    var together: [Alternative] = []
    for one in all where one.mark == .yes {
      if one.products.count == 1 { single[one.products[0], default: []].append(one) } else { together.append(one) }
    }
    let everybodys = single.keys.filter { program[$0].isHeldByAll }
    speaks = granted.speaks
    alternatives = all
    telling = all.filter { one in
      let held = GrantKey.held(with: one.products, on: day, in: program)
      func says(_ other: Alternative) -> Bool {
        other != one && (other.condition == nil || other.condition == one.condition)
          && other.products.allSatisfy {
            (held.contains($0) || program[$0].isHeldByAll) && (one.products.contains($0) || program[$0].requires.isEmpty)
          }
      }
      return !together.contains(where: says) && !everybodys.contains { single[$0]?.contains(where: says) ?? false }
        && !held.contains { single[$0]?.contains(where: says) ?? false }
    }
    open = Set(granted.open)
  }

  /// - Parameter asked: whether it matters too which products grant it.
  func grantsTheSame(as other: GrantKey, asked: Bool) -> Bool {
    asked ? self == other : speaks == other.speaks && telling == other.telling && open == other.open
  }

  /// The products themselves and what they include.
  private static func held(with products: [ProductID], on day: Day, in program: CheckedProgram) -> [ProductID] {
    var found = products
    var next = 0
    while next < found.count {
      for inclusion in program[found[next]].includes where inclusion.period.contains(day) && !found.contains(inclusion.product) {
        found.append(inclusion.product)
      }
      next += 1
    }
    return found
  }
}
