/// One token: what it is and where it stands. Its bytes are `source.slice(token.span)`.
package struct Token: Sendable, Hashable {
  package enum Kind: UInt8, Sendable {
    /// ASCII letter, then letters, digits and `_`. Keywords are words; the parser tells them apart by place.
    case word
    case int, decimal, date, instant, guid
    case text
    /// `{ } ( ) [ ] , : . | = < <= > >= + - * / ?`, and `==`, `!=`, `!`, `&&`, which the parser mends. A run of dashes under a table's heading is one `-` each.
    case punctuation
    /// A published mark of a matrix cell: ● ✓ ✅ ✗ ❌.
    case mark
    /// Bytes that are no token; a diagnostic says why.
    case invalid
    case end
  }
  package let kind: Kind
  package let span: SourceSpan
  /// It is the first token of its line.
  package let startsLine: Bool
  package init(_ kind: Kind, at span: SourceSpan, startsLine: Bool) {
    self.kind = kind
    self.span = span
    self.startsLine = startsLine
  }
}
