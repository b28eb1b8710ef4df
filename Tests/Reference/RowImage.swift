package import Evaluation
import Semantics
import Syntax

/// Rows as bytes that do not depend on where anything lies in a store, so that what two readers read can be compared.
///
/// Of each slot its state, then what it holds: eight bytes of a number, a day or an instant; mantissa and scale of a decimal; the count of
/// bytes of a text and the text; a GUID's sixteen bytes; the number of a member; the count of rows within and the rows.
package struct RowImage: Sendable, Hashable {
  package private(set) var bytes: [UInt8] = []
  package init() {}

  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
  package mutating func add(_ state: SlotState) { bytes.append(UInt8(truncatingIfNeeded: state.rawValue)) }
  package mutating func add(byte: UInt8) { bytes.append(byte) }

  package mutating func add(word: UInt64) {
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift * 8))) }
  }

  package mutating func add(count: Int) {
    for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: count >> (shift * 8))) }
  }

  package mutating func add(text: ArraySlice<UInt8>) {
    add(count: text.count)
    bytes.append(contentsOf: text)
  }

  package mutating func add(_ other: RowImage) { bytes.append(contentsOf: other.bytes) }
}

// MARK: - For people

extension RowImage {
  /// The rows of a shape as text, one a line.
  package func text(_ plan: ReadPlan, shape: Int = 0) -> [String] {
    var at = 0
    var lines: [String] = []
    while at < bytes.count { lines.append(row(plan, shape, &at)) }
    return lines
  }

  private func row(_ plan: ReadPlan, _ shape: Int, _ at: inout Int) -> String {
    plan.shapes[shape].slots.map { slot in
      let value = value(plan, slot.kind, &at)
      return slot.path.isEmpty ? value : slot.path.map(\.string).joined(separator: ".") + "=" + value
    }.joined(separator: " ")
  }

  private func value(_ plan: ReadPlan, _ kind: SlotKind, _ at: inout Int) -> String {
    let state = SlotState(rawValue: UInt64(take(&at))) ?? .wrongType
    switch state {
    case .text, .outside: return "\(state)" + text(&at)
    case .absent, .null, .no, .yes, .wrongType, .twice, .outOfRange: return "\(state)"
    case .value: break
    }
    switch kind {
    case .bool: return "value"
    case .int, .date, .instant: return String(word(&at))
    case .decimal: return "\(word(&at))e-\(take(&at))"
    case .text: return text(&at)
    case .id: return "#\(String(UInt64(bitPattern: word(&at)), radix: 16))-\(String(UInt64(bitPattern: word(&at)), radix: 16))"
    case .oneOf(let members, _): return "'" + members[Int(take(&at))].string + "'"
    case .record(let inner), .list(let inner):
      let count = count(&at)
      return "[" + (0..<count).map { _ in "{" + row(plan, inner.index, &at) + "}" }.joined(separator: ",") + "]"
    }
  }

  private func take(_ at: inout Int) -> UInt8 {
    defer { at += 1 }
    return bytes[at]
  }

  private func word(_ at: inout Int) -> Int64 {
    var word: UInt64 = 0
    for shift in 0..<8 { word |= UInt64(take(&at)) << UInt64(shift * 8) }
    return Int64(bitPattern: word)
  }

  private func count(_ at: inout Int) -> Int {
    var count = 0
    for shift in 0..<4 { count |= Int(take(&at)) << (shift * 8) }
    return count
  }

  private func text(_ at: inout Int) -> String {
    let count = count(&at)
    defer { at += count }
    return "\"" + String(decoding: bytes[at..<at + count], as: UTF8.self) + "\""
  }
}
