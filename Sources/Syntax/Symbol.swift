/// What a token is to the parser: a word of the language, a sign, or something that stands for itself.
///
/// A word of the language is an ordinary word wherever the grammar wants a name; the place decides.
package enum Symbol: String, Sendable, CaseIterable {
  // Signs.
  case leftBrace = "{"
  case rightBrace = "}"
  case leftParen = "("
  case rightParen = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case comma = ","
  case colon = ":"
  case dot = "."
  case bar = "|"
  case equals = "="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case plus = "+"
  case minus = "-"
  case star = "*"
  case slash = "/"
  case question = "?"
  // Signs of other languages, which the parser mends.
  case doubleEquals = "=="
  case bangEquals = "!="
  case doubleAmpersand = "&&"
  case bang = "!"

  // Declarations.
  case module, source, feature, product, matrix, prefer, invariant, entity, single, record, fact, attest, define, lookup, holding
  case violation, warning, notice, waiver, test, `as`, of
  // Clauses.
  case url, published, retrieved, locale, translation, human, machine, note
  case formerly, sku, plan, contains, includes, requires, held, by, all
  case cite, effective, others, yes, from, before, when, with, over, because, every, granting, grants, except
  case `in`, key, label, at, most, least, request, permission, condition, list, one, or, other, null, `for`
  case on, expires, title, each, `let`, require, message, remedy, `where`
  case given, cases, expect, tenant, none, incomplete, unavailable
  case pass, fail, undetermined, inapplicable, waived
  // Operators and atoms.
  case and, not, `is`, within, starts, ends, matches, has, holds, `else`, days, months, years
  case any, count, distinct, sum, min, max, satisfy, products, to, start, month, today, unknown, `true`, `false`

  // What has no fixed spelling; no source text has these names, since a space stands in them.
  /// A word that is none of the language's, a number, a text, a date.
  case other_ = " "
  /// Bytes that were meant as a word or a number; a diagnostic has been given.
  case brokenWord = " word"
  /// Bytes that were meant as a text; a diagnostic has been given.
  case brokenText = " text"
  /// Bytes that the parser passes over; a diagnostic has been given.
  case stray = " stray"
  case end = " end"

  /// The symbol of a word, by its bytes; `other_` for a word that is not the language's.
  package init(word bytes: ArraySlice<UInt8>) {
    self = Symbol.key(of: bytes).flatMap { Symbol.words[$0] } ?? .other_
  }

  /// Words that cannot name a variable, parameter, define, lookup or fact.
  package var isReserved: Bool { Symbol.reserved.contains(self) }

  /// The word begins a declaration.
  package var beginsDeclaration: Bool { Symbol.declarations.contains(self) }

  package static let declarations: [Symbol] = [
    .module, .as, .source, .feature, .product, .matrix, .prefer, .invariant, .entity, .single, .record, .fact, .attest, .define,
    .lookup, .holding, .violation, .warning, .notice, .waiver, .test,
  ]

  package static let reserved: Set<Symbol> = [
    .and, .or, .not, .is, .in, .within, .contains, .starts, .ends, .matches, .has, .holds, .else, .where, .satisfy, .for,
    .any, .all, .count, .sum, .min, .max, .products, .unknown, .true, .false, .null, .today,
    .title, .let, .when, .require, .message, .remedy, .cite, .effective, .formerly, .as, .given, .cases, .expect, .because, .by, .on,
    .expires,
  ]

  private static let words: [UInt128: Symbol] = {
    var words: [UInt128: Symbol] = [:]
    for symbol in Symbol.allCases {
      let bytes = Array(symbol.rawValue.utf8)
      if let first = bytes.first, isLetter(first), let key = key(of: bytes[...]) { words[key] = symbol }
    }
    return words
  }()

  /// A word of at most 16 bytes as one number: longer ones are no words of the language.
  private static func key(of bytes: ArraySlice<UInt8>) -> UInt128? {
    guard bytes.count <= 16 else { return nil }
    var key: UInt128 = 0
    for byte in bytes { key = key << 8 | UInt128(byte) }
    return key
  }
}

/// a–z, A–Z.
func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }
func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
/// A letter, a digit or `_`.
func isWordByte(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == 0x5F }
