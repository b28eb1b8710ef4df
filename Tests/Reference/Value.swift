package import Evaluation
import Semantics
import Syntax

/// Why something cannot be told, without what to do about it.
package struct ReferenceCause: Hashable, Sendable, Comparable {
  package let kind: Cause.Kind
  package let path: String
  package init(_ kind: Cause.Kind, _ path: String) {
    self.kind = kind
    self.path = path
  }
  package static func < (left: ReferenceCause, right: ReferenceCause) -> Bool {
    (left.path, left.kind.rawValue) < (right.path, right.kind.rawValue)
  }
}

package typealias Causes = Set<ReferenceCause>

/// Kleene's truth; unknown carries its causes.
enum Truth {
  case yes, no
  case unknown(Causes)

  init(_ bool: Bool) { self = bool ? .yes : .no }

  static prefix func ! (truth: Truth) -> Truth {
    switch truth {
    case .yes: .no
    case .no: .yes
    case .unknown(let causes): .unknown(causes)
    }
  }

  /// False wins; else unknown with the causes of all unknown operands.
  static func all(_ operands: [Truth]) -> Truth {
    var causes = Causes()
    var isUnknown = false
    for operand in operands {
      switch operand {
      case .yes: break
      case .no: return .no
      case .unknown(let more):
        isUnknown = true
        causes.formUnion(more)
      }
    }
    return isUnknown ? .unknown(causes) : .yes
  }

  static func any(_ operands: [Truth]) -> Truth { !all(operands.map { !$0 }) }

  var value: Value {
    switch self {
    case .yes: .bool(true)
    case .no: .bool(false)
    case .unknown(let causes): .unknown(causes)
    }
  }
}

/// An int that is not wholly known lies between two ends; no upper end: it may be any larger one.
struct Interval {
  var low: Int64
  var high: Int64?
  var causes: Causes
  init(_ low: Int64, _ high: Int64?, _ causes: Causes = []) {
    self.low = low
    self.high = high
    // A number whose ends agree is known, whatever is not.
    self.causes = low == high ? [] : causes
  }
  var exact: Int64? { low == high && causes.isEmpty ? low : nil }
}

struct Element {
  var value: Value
  /// Nil: certainly in the list.
  var perhaps: Causes?
  init(_ value: Value, perhaps: Causes? = nil) {
    self.value = value
    self.perhaps = perhaps
  }
  var membership: Truth { perhaps.map { .unknown($0) } ?? .yes }
}

struct List {
  var elements: [Element]
  /// Empty: all elements are there.
  var incomplete: Causes
  init(_ elements: [Element], incomplete: Causes = []) {
    self.elements = elements
    self.incomplete = incomplete
  }
}

/// One object of the snapshot, read as a record of some type.
struct Row {
  let record: RecordID
  var members: [(key: String, value: JSON)]
  /// The collection's name, or the record's.
  let owner: String
  /// Where it stands in the snapshot; two rows are the same where this is.
  let place: String
  /// From 1, in its collection or its list.
  var ordinal: Int
  /// Something else stands in its place: of none of its fields is anything known.
  var isNoObject = false
}

indirect enum Value {
  case unknown(Causes)
  case null
  case bool(Bool)
  case int(Interval)
  case decimal(Number)
  case text(Text)
  case date(Int)
  case instant(Int64)
  /// A GUID in lower case, any other id as it is.
  case id(Text)
  case row(Row)
  case product(ProductID)
  case feature(FeatureID)
  case list(List)

  static func int(_ value: Int64) -> Value { .int(Interval(value, value)) }

  /// The causes where the value as a whole is unknown; an interval counts as unknown.
  var causesIfUnknown: Causes? {
    switch self {
    case .unknown(let causes): causes
    case .int(let interval): interval.exact == nil ? interval.causes : nil
    case .null, .bool, .decimal, .text, .date, .instant, .id, .row, .product, .feature, .list: nil
    }
  }

  var truth: Truth {
    switch self {
    case .bool(let bool): Truth(bool)
    case .unknown(let causes): .unknown(causes)
    // Null reaches a condition only behind a test that is false already.
    case .null, .int, .decimal, .text, .date, .instant, .id, .row, .product, .feature, .list: .no
    }
  }
}

/// The union of the causes of all values that are unknown; nil where none is.
func unknown(_ values: Value...) -> Value? {
  var causes = Causes()
  var isUnknown = false
  for value in values {
    if let more = value.causesIfUnknown {
      causes.formUnion(more)
      isUnknown = true
    }
  }
  return isUnknown ? .unknown(causes) : nil
}

let hexDigits = Set("0123456789abcdefABCDEF".utf8)

/// An id: a GUID in lower case, anything else as it is.
func identifier(_ text: Text) -> Text {
  let bytes = text.utf8
  guard bytes.count == 36 else { return text }
  for (index, byte) in bytes.enumerated() {
    let isHyphen = index == 8 || index == 13 || index == 18 || index == 23
    guard isHyphen ? byte == 0x2D : hexDigits.contains(byte) else { return text }
  }
  return lowercased(text)
}

func lowercased(_ text: Text) -> Text { Text(text.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 32 : $0 }) }

func identifier(_ guid: Guid) -> Text {
  let high = String(guid.high, radix: 16)
  let low = String(guid.low, radix: 16)
  let digits = Array(String(repeating: "0", count: 16 - high.count) + high + String(repeating: "0", count: 16 - low.count) + low)
  return Text(
    [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]].map { String($0) }.joined(separator: "-"))
}
