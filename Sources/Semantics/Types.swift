internal import Syntax

extension ValueType {
  static let bool = ValueType(.bool)
  static let int = ValueType(.int)
  static let decimal = ValueType(.decimal)
  static let text = ValueType(.text)
  static let date = ValueType(.date)
  static let instant = ValueType(.instant)
  static let id = ValueType(.id)
  static let product = ValueType(.product)
  static let feature = ValueType(.feature)
  static let null = ValueType(.nothing, isNullable: true)

  static func list(of element: ValueType) -> ValueType { ValueType(.list(element)) }

  /// The same without null.
  var present: ValueType { ValueType(shape, isNullable: false) }
  func orNull(_ isNull: Bool) -> ValueType { ValueType(shape, isNullable: isNullable || isNull) }

  var isNumber: Bool { shape == .int || shape == .decimal }
  var isTime: Bool { shape == .date || shape == .instant }
  var isText: Bool {
    switch shape {
    case .text, .oneOf: true
    case .bool, .int, .decimal, .date, .instant, .id, .row, .list, .product, .feature, .nothing: false
    }
  }
  /// The elements' type, of a list.
  var element: ValueType? {
    switch shape {
    case .list(let element): element
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .row, .product, .feature, .nothing: nil
    }
  }
  var record: RecordID? {
    switch shape {
    case .row(let record): record
    case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf, .list, .product, .feature, .nothing: nil
    }
  }
}

/// Whether two values may be asked to be equal; null is comparable with all.
func areComparable(_ left: ValueType, _ right: ValueType) -> Bool {
  if left.shape == .nothing || right.shape == .nothing { return true }
  if left.isNumber && right.isNumber { return true }
  if left.isTime && right.isTime { return true }
  if left.isText && right.isText { return true }
  if let first = left.element, let second = right.element { return areComparable(first, second) }
  return left.shape == right.shape
}

/// Whether a value of one type may stand where another is asked for.
func fits(_ type: ValueType, _ wanted: ValueType) -> Bool {
  if type.isNullable && !wanted.isNullable { return false }
  if type.shape == .nothing || type.shape == wanted.shape { return true }
  if type.shape == .int && wanted.shape == .decimal { return true }
  if type.isText && wanted.shape == .text { return true }
  if let first = type.element, let second = wanted.element { return first.shape == .nothing || fits(first, second) }
  return false
}

/// The one type that two values have together, as elements of a list or on both sides of `else`; nil where there is none.
func unified(_ left: ValueType, _ right: ValueType) -> ValueType? {
  let isNullable = left.isNullable || right.isNullable
  if left.shape == .nothing { return ValueType(right.shape, isNullable: isNullable) }
  if right.shape == .nothing { return ValueType(left.shape, isNullable: isNullable) }
  if left.shape == right.shape { return ValueType(left.shape, isNullable: isNullable) }
  if left.isNumber && right.isNumber { return ValueType(.decimal, isNullable: isNullable) }
  if left.isText && right.isText { return ValueType(.text, isNullable: isNullable) }
  if let first = left.element, let second = right.element, let both = unified(first, second) {
    return ValueType(.list(both), isNullable: isNullable)
  }
  return nil
}

extension Literal {
  /// The type of a constant that stands alone.
  var type: ValueType {
    switch self {
    case .null: .null
    case .bool: .bool
    case .int: .int
    case .decimal: .decimal
    case .text: .text
    case .date: .date
    case .instant: .instant
    case .guid: .id
    }
  }
}

extension CheckedProgram {
  /// A type as policies write it.
  package func describe(_ type: ValueType) -> String {
    let name: String
    switch type.shape {
    case .bool: name = "bool"
    case .int: name = "int"
    case .decimal: name = "decimal"
    case .text: name = "text"
    case .date: name = "date"
    case .instant: name = "instant"
    case .id: name = "id"
    case .oneOf(let members, let orOther):
      name = "one of " + members.map { "\"\($0.string)\"" }.joined(separator: ", ") + (orOther ? " or other" : "")
    case .row(let record): name = self[record].name.name.string
    case .list(let element): name = "list of " + describe(element)
    case .product: name = "product"
    case .feature: name = "feature"
    case .nothing: return "null"
    }
    return type.isNullable ? name + "?" : name
  }
}
