/// A name or a text of a policy or a snapshot: UTF-8 bytes, compared byte for byte.
///
/// `String` compares canonically (the Kelvin sign equals K) and can take quadratic time; licensing data must not.
package struct Text: Hashable, Sendable {
  package let utf8: [UInt8]

  package init(utf8: [UInt8]) { self.utf8 = utf8 }
  package init(_ bytes: some Sequence<UInt8>) { self.utf8 = Array(bytes) }
  package init(_ string: String) { self.utf8 = Array(string.utf8) }

  /// The text for people; ill-formed bytes become U+FFFD.
  package var string: String { String(decoding: utf8, as: UTF8.self) }
  package var isEmpty: Bool { utf8.isEmpty }
}

extension Text: Comparable {
  package static func < (left: Text, right: Text) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}

extension Text: ExpressibleByStringLiteral {
  package init(stringLiteral value: StaticString) { self.init(value.description) }
}

extension Text: CustomStringConvertible {
  package var description: String { string }
}
