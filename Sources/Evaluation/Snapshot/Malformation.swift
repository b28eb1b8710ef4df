/// What is wrong with a snapshot's bytes.
///
/// The grammar is that of RFC 8259, https://www.rfc-editor.org/rfc/rfc8259, kept to the letter, in the parts that no policy reads as well.
enum Malformation: String, Sendable {
  case controlCharacter = "a control character in a text"
  case unknownEscape = "an escape that JSON does not have"
  case notUTF8 = "bytes that are not UTF-8"
  case number = "a number that JSON does not have"
  case word = "a word that JSON does not have"
  case expectedValue = "a value was expected"
  case expectedKey = "a key in quotes was expected"
  case expectedColon = "`:` was expected"
  case expectedCommaOrBrace = "`,` or `}` was expected"
  case expectedCommaOrBracket = "`,` or `]` was expected"
  case tooDeep = "arrays and objects lie more than 256 deep"
  case endsEarly = "the text ends too early"
  case goesOn = "something stands behind the end of the data"
  case notRows = "a collection is an array or an object"
  case rowIsNoObject = "a row is an object"
  case otherForm = "pages and rows stand mixed in one file"
  case loneSurrogate = "half of a UTF-16 surrogate pair"
  case halfUnit = "the text ends in the middle of a UTF-16 unit"
  case compressed = "the file is compressed: unpack it first, with `gzip -d`"
  case changed = "the file changed while it was read"

  /// The first byte of what `gzip` writes; no JSON begins with it.
  static let firstOfGzip: UInt8 = 0x1F
}

/// A malformation, and where in the window.
struct Fault {
  var at: Int
  var reason: Malformation
}
