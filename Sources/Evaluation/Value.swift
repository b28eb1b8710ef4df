/// A value at run time: 24 trivial bytes, so that nothing is allocated or counted while rules are judged.
///
/// Texts, rows and lists are places in arenas of the machine; the type of a value is known from its expression.
struct Value {
  enum Tag: UInt8 {
    /// `aux` is the set of causes.
    case unknown
    case null
    /// `low` is 0 or 1.
    case bool
    /// From `low` to `high`, both included, as Int64 bits; `aux` is the set of causes of an interval, 0 for an exact number; `isOpen` has no upper end.
    case int
    /// `low` the mantissa, `high` the scale.
    case decimal
    /// Bytes `low` ..< `low + high` of the arena's texts. Ids that are no GUIDs too.
    case text
    case date
    case instant
    /// `low` holds the first 16 digits, `high` the last.
    case guid
    /// Row `low` of shape `high` in the arena.
    case row
    case product
    case feature
    /// Elements `low` ..< `low + high` of the machine's list arena; `aux` are the causes of its being incomplete, 0 where it is whole.
    case list
    /// The rows or scalars of a `RowRun` (`low`) of shape `high` in the arena.
    case run
    /// All rows of collection `low`; `aux` as in `list`.
    case rows
  }
  /// Whose texts and tables a place is in.
  enum Arena: UInt8 { case constants, joined, batch, scratch }

  var tag: Tag
  var arena: Arena = .constants
  var isOpen = false
  var aux: Int32 = 0
  var low: UInt64 = 0
  var high: UInt64 = 0

  static let null = Value(tag: .null)
  static let yes = Value(tag: .bool, low: 1)
  static let no = Value(tag: .bool, low: 0)

  static func bool(_ value: Bool) -> Value { value ? yes : no }
  static func unknown(_ causes: Int32) -> Value { Value(tag: .unknown, aux: causes) }
  static func int(_ value: Int64) -> Value {
    Value(tag: .int, low: UInt64(bitPattern: value), high: UInt64(bitPattern: value))
  }
  /// From `low` to `high`; exact where they agree, whatever the causes.
  static func interval(_ low: Int64, _ high: Int64, isOpen: Bool, causes: Int32) -> Value {
    if low == high && !isOpen { return .int(low) }
    return Value(
      tag: .int, isOpen: isOpen, aux: causes, low: UInt64(bitPattern: low), high: UInt64(bitPattern: high))
  }
  static func row(_ row: Int, shape: Int, _ arena: Arena) -> Value {
    Value(tag: .row, arena: arena, low: UInt64(truncatingIfNeeded: row), high: UInt64(truncatingIfNeeded: shape))
  }
  static func product(_ index: Int) -> Value { Value(tag: .product, low: UInt64(truncatingIfNeeded: index)) }
  static func list(first: Int, count: Int, incomplete: Int32) -> Value {
    Value(tag: .list, aux: incomplete, low: UInt64(truncatingIfNeeded: first), high: UInt64(truncatingIfNeeded: count))
  }

  var isTrue: Bool { tag == .bool && low == 1 }
  var isFalse: Bool { tag == .bool && low == 0 }
  var isUnknown: Bool { tag == .unknown }
  var isNull: Bool { tag == .null }
  /// Unknown, or a number that is not known exactly.
  var isVague: Bool { tag == .unknown || (tag == .int && !isExactInt) }
  var signedLow: Int64 { Int64(bitPattern: low) }
  var signedHigh: Int64 { Int64(bitPattern: high) }
  /// A whole number known exactly.
  var isExactInt: Bool { tag == .int && aux == 0 && !isOpen }
  /// The number of a row, product, feature or first list element.
  var index: Int { Int(truncatingIfNeeded: low) }
  var count: Int { Int(truncatingIfNeeded: high) }
}
