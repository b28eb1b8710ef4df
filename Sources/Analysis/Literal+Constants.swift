import Semantics
import Syntax

/// Constants as the engine works them out; nil where it gives unknown, and where that is not told here.
extension Literal {
  var negated: Literal? {
    switch self {
    case .int(let value): return value == .min ? nil : .int(-value)
    case .decimal(let value): return value.mantissa == .min ? nil : .decimal(Decimal(mantissa: -value.mantissa, scale: value.scale))
    case .null, .bool, .text, .date, .instant, .guid: return nil
    }
  }

  /// Whole numbers added, subtracted or multiplied.
  func combined(_ sign: Arithmetic, _ other: Literal) -> Literal? {
    guard case .int(let left) = self, case .int(let right) = other else { return nil }
    let result: (partialValue: Int64, overflow: Bool)
    switch sign {
    case .add: result = left.addingReportingOverflow(right)
    case .subtract: result = left.subtractingReportingOverflow(right)
    case .multiply: result = left.multipliedReportingOverflow(by: right)
    case .divide: return nil
    }
    return result.overflow ? nil : .int(result.partialValue)
  }

  /// Below, at or above zero, of numbers, and of days and instants.
  func compared(with other: Literal) -> Int? {
    for unit in [Term.Unit.fraction, .tick] {
      guard let left = unit.number(self), let right = unit.number(other) else { continue }
      return left.floor < right.floor ? -1 : left.floor > right.floor ? 1 : 0
    }
    return nil
  }

  /// Whether two constants are the same; nil for two sorts of which that is not told.
  func isSame(_ other: Literal) -> Bool? {
    if self == other { return true }
    switch (self, other) {
    case (.text, .text), (.guid, .guid), (.bool, .bool): return false
    default: return compared(with: other).map { $0 == 0 }
    }
  }
}
