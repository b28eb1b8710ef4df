package import Syntax

/// Writes JSON (RFC 8259) without a tree: members and elements come out in the order in which they are given.
///
/// Down to `brokenDepth` each member and element has a line of its own; below, all is on one line, with or without spaces.
package struct JSONWriter {
  package var sink: ByteSink
  private let brokenDepth: Int
  private let isSpaced: Bool
  private var depth = 0
  private var isFirst = true
  private var followsName = false

  package init(_ sink: ByteSink, brokenDepth: Int = 0, isSpaced: Bool = true) {
    self.sink = sink
    self.brokenDepth = brokenDepth
    self.isSpaced = isSpaced
  }

  /// What is written, as bytes.
  static func bytes(isSpaced: Bool = true, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
    let collected = Collected()
    var json = JSONWriter(ByteSink { collected.bytes += $0 }, isSpaced: isSpaced)
    write(&json)
    json.sink.flush()
    return collected.bytes
  }

  private final class Collected {
    var bytes: [UInt8] = []
  }

  package mutating func object<E>(_ members: (inout JSONWriter) throws(E) -> Void) throws(E) { try nest(0x7B, 0x7D, members) }
  package mutating func array<E>(_ elements: (inout JSONWriter) throws(E) -> Void) throws(E) { try nest(0x5B, 0x5D, elements) }

  package mutating func array<Element>(_ list: some Sequence<Element>, _ each: (inout JSONWriter, Element) -> Void) {
    array { json in for element in list { each(&json, element) } }
  }

  /// The name of the member whose value is written next.
  package mutating func name(_ name: StaticString) {
    part()
    quote(name.description)
    sink.write(isSpaced ? ": " : ":")
    followsName = true
  }

  package mutating func member(_ key: StaticString, _ value: String?) {
    name(key)
    string(value)
  }
  package mutating func member(_ key: StaticString, _ value: Text?) { member(key, value?.string) }
  package mutating func member(_ key: StaticString, _ value: Int) {
    name(key)
    number(Int64(value))
  }
  package mutating func member(_ key: StaticString, _ value: Int64) {
    name(key)
    number(value)
  }
  package mutating func member(_ key: StaticString, _ value: Bool) {
    name(key)
    part()
    sink.write(value ? "true" : "false")
  }

  package mutating func bool(_ value: Bool) {
    part()
    sink.write(value ? "true" : "false")
  }

  /// A string, or null.
  package mutating func string(_ value: String?) {
    part()
    if let value { quote(value) } else { sink.write("null") }
  }
  package mutating func null() { string(nil) }
  package mutating func number(_ value: Int64) {
    part()
    sink.write(String(value))
  }

  private mutating func nest<E>(_ open: UInt8, _ close: UInt8, _ content: (inout JSONWriter) throws(E) -> Void) throws(E) {
    part()
    sink.write(open)
    depth += 1
    isFirst = true
    try content(&self)
    depth -= 1
    if !isFirst && depth < brokenDepth { newLine() }
    sink.write(close)
    isFirst = false
  }

  /// What stands between this part and the one before it.
  private mutating func part() {
    if followsName {
      followsName = false
      return
    }
    guard depth > 0 else { return }
    let breaks = depth <= brokenDepth
    if !isFirst { sink.write(breaks || !isSpaced ? "," : ", ") }
    if breaks { newLine() }
    isFirst = false
  }

  private mutating func newLine() {
    sink.write(0x0A)
    for _ in 0..<depth { sink.write("  ") }
  }

  /// What stands between two elements here; for those who write them without this writer.
  var elementSeparator: [UInt8] {
    Array((depth <= brokenDepth ? ",\n" + String(repeating: "  ", count: depth) : ", ").utf8)
  }

  private mutating func quote(_ string: String) {
    sink.write(0x22)
    escape(string)
    sink.write(0x22)
  }

  /// What stands between the quotes of a string.
  mutating func escape(_ string: String) {
    for scalar in string.unicodeScalars {
      switch scalar.value {
      case 0x22: sink.write("\\\"")
      case 0x5C: sink.write("\\\\")
      case 0x0A: sink.write("\\n")
      case 0x0D: sink.write("\\r")
      case 0x09: sink.write("\\t")
      case 0..<0x80 where !isDeceptive(scalar): sink.write(UInt8(truncatingIfNeeded: scalar.value))
      default:
        if isDeceptive(scalar) {
          // A terminal that shows the report must not obey it; beyond U+FFFF as a pair of surrogates.
          for unit in UTF16.encode(scalar) ?? .init() { escape(unit) }
        } else {
          sink.write(UTF8.encode(scalar) ?? .init())
        }
      }
    }
  }

  private mutating func escape(_ unit: UInt16) {
    let digits = String(unit, radix: 16)
    sink.write("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
  }
}
