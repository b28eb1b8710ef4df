package import Syntax

/// The text for people: what would move the cursor, turn the direction of writing or hide is written as its code.
///
/// Ill-formed bytes become U+FFFD. Names in a snapshot come from whoever could choose them.
package func shown(_ text: Text) -> String { shown(text.string) }

package func shown(_ string: String) -> String {
  guard string.unicodeScalars.contains(where: isDeceptive) else { return string }
  var safe = String.UnicodeScalarView()
  for scalar in string.unicodeScalars {
    if isDeceptive(scalar) {
      safe.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
    } else {
      safe.append(scalar)
    }
  }
  return String(safe)
}

/// A control, a separator of lines, a control of the writing direction, or a mark that is not seen.
func isDeceptive(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB: true
  case 0xE0000...0xE007F: true
  default: false
  }
}

/// `12,345`
func grouped(_ number: Int) -> String {
  var digits = Array(String(number).utf8)
  var at = digits.count - 3
  while at > (number < 0 ? 1 : 0) {
    digits.insert(0x2C, at: at)
    at -= 3
  }
  return String(decoding: digits, as: UTF8.self)
}

/// `1 row`, `2 rows`
func counted(_ number: Int, _ one: String, _ many: String) -> String { grouped(number) + " " + (number == 1 ? one : many) }

/// `a`, `a and b`, `a, b and c`
package func listed(_ parts: [String], _ last: String = "and") -> String {
  guard parts.count > 1, let end = parts.last else { return parts.first ?? "" }
  return parts.dropLast().joined(separator: ", ") + " \(last) " + end
}

extension String {
  /// A number of thousandths with its point.
  init(fixed thousandths: Int) {
    let rest = String(thousandths % 1000)
    self = "\(grouped(thousandths / 1000)).\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)"
  }
}
