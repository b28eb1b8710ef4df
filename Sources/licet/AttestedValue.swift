import Semantics
import Syntax

/// Reads the value of `--attest` by the type that the policies give the fact.
struct AttestedValue {
  private let program: CheckedProgram
  init(_ program: CheckedProgram) { self.program = program }

  func constant(_ word: String, _ type: ValueType, fact: String) throws(UsageError) -> Constant {
    if word == "null" {
      guard type.isNullable else { throw refused(word, fact, "may not be null") }
      return .literal(.null)
    }
    switch type.shape {
    case .bool:
      guard word == "true" || word == "false" else { throw refused(word, fact, "is true or false") }
      return .literal(.bool(word == "true"))
    case .int:
      guard isNumber(word, fraction: false), let value = Int64(word) else { throw refused(word, fact, "is a whole number of 64 bits") }
      return .literal(.int(value))
    case .decimal:
      guard let value = decimal(word) else { throw refused(word, fact, "is a number of at most 18 digits") }
      return .literal(.decimal(value))
    case .text:
      return .literal(.text(Text(word)))
    case .date:
      guard let day = Day(parsing: Array(word.utf8)) else { throw refused(word, fact, "is a day, as 2026-11-01") }
      return .literal(.date(day))
    case .instant:
      guard let instant = Instant(parsing: Array(word.utf8)) else {
        throw refused(word, fact, "is a moment in UTC, as 2026-11-01T09:30:00Z")
      }
      return .literal(.instant(instant))
    case .id:
      return .literal(guid(word).map { .guid($0) } ?? .text(Text(word)))
    case .oneOf(let members, let orOther):
      guard orOther || members.contains(Text(word)) else {
        throw .unknown("value of fact `\(printable(fact))`", word, among: members.map(\.string))
      }
      return .literal(.text(Text(word)))
    case .product:
      return .product(ProductID(try named(word, "product", program.products.map(\.name))))
    case .feature:
      return .feature(FeatureID(try named(word, "feature", program.features.map(\.name))))
    case .list(let element):
      let bare = word.hasPrefix("[") && word.hasSuffix("]") ? String(word.dropFirst().dropLast()) : word
      var constants: [Constant] = []
      for part in bare.split(separator: ",") {
        constants.append(try constant(trimmed(part), element, fact: fact))
      }
      return .list(constants)
    case .row, .nothing:
      throw UsageError("the fact `\(printable(fact))` is of a type that no word can state")
    }
  }

  private func refused(_ word: String, _ fact: String, _ expected: String) -> UsageError {
    UsageError("the fact `\(printable(fact))` \(expected), and not `\(printable(word))`")
  }

  private func named(_ word: String, _ kind: String, _ names: [QualifiedName]) throws(UsageError) -> Int {
    let wanted = Text(word)
    let found = names.indices.filter { names[$0].name == wanted || Text(names[$0].string) == wanted }
    guard let first = found.first else { throw .unknown(kind, word, among: names.map { $0.name.string }) }
    guard found.count == 1 else {
      throw UsageError("`\(printable(word))` may be " + found.map { "`\(names[$0].string)`" }.joined(separator: " or "))
    }
    return first
  }

  private func trimmed(_ part: Substring) -> String {
    var part = part
    while part.first == " " { part.removeFirst() }
    while part.last == " " { part.removeLast() }
    return String(part)
  }

  /// Digits, perhaps with a minus before them and a fraction behind.
  private func isNumber(_ word: String, fraction: Bool) -> Bool {
    var bytes = Array(word.utf8)[...]
    if bytes.first == 0x2D { bytes.removeFirst() }
    let parts = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
    return parts.count <= (fraction ? 2 : 1) && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
  }

  private func decimal(_ word: String) -> Decimal? {
    guard isNumber(word, fraction: true) else { return nil }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : ""
    let digits = parts[0].utf8.count { $0 != 0x2D } + fraction.utf8.count
    guard digits <= 18, let mantissa = Int64(String(parts[0]) + String(fraction)) else { return nil }
    return Decimal(mantissa: mantissa, scale: UInt8(truncatingIfNeeded: fraction.utf8.count))
  }

  private func guid(_ word: String) -> Guid? {
    let parts = word.split(separator: "-", omittingEmptySubsequences: false)
    let isHex = { (byte: UInt8) in (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66) }
    guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12], parts.allSatisfy({ $0.utf8.allSatisfy(isHex) }) else { return nil }
    guard let high = UInt64(parts[0] + parts[1] + parts[2], radix: 16), let low = UInt64(parts[3] + parts[4], radix: 16) else { return nil }
    return Guid(high: high, low: low)
  }
}
