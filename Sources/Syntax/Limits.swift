/// How deep, long and wide a policy file may be; each limit has a diagnostic of its own.
package enum Limits {
  /// The depth of an expression or a type, counted in operators and brackets one within another.
  package static let nesting = 200
  /// The operands of one `and` or `or`, the elements of one list or record, the clauses of one declaration, the rows of one table.
  package static let chain = 10_000
  /// The diagnostics of one file; the rest is not told.
  package static let diagnostics = 1_000
}
