/// The place of an expression in `SyntaxTree.expressions`.
package struct ExpressionID: Hashable, Sendable {
  package let index: Int32
  package init(index: Int32) { self.index = index }
}

/// An expression as written: a kind and where it stands. Operands are indices into the tree's flat array, so no depth of nesting can overflow the stack when a tree is released.
package struct Expression: Sendable {
  package let kind: ExpressionKind
  package let span: SourceSpan
  package init(_ kind: ExpressionKind, _ span: SourceSpan) {
    self.kind = kind
    self.span = span
  }
}

package indirect enum ExpressionKind: Sendable {
  case literal(Literal)
  /// A bare word or quoted name.
  case name(NameNode)
  /// `sku X`, `plan X`, `product X`, `feature X`.
  case declared(IdentifierKind, NameNode)
  /// `base.name`
  case member(ExpressionID, NameNode)
  /// `base[key, …]`: the row of that key, or the entry of a lookup.
  case element(ExpressionID, keys: [ExpressionID])
  /// `callee(argument, …)`; the callee is a name, or `module.name`.
  case call(ExpressionID, arguments: [ExpressionID])
  case parenthesized(ExpressionID)

  case not(ExpressionID)
  /// Two or more operands, in order.
  case and([ExpressionID])
  case or([ExpressionID])
  case comparison(Comparison, ExpressionID, ExpressionID)
  /// `x matches "glob"`
  case matches(ExpressionID, TextNode)
  case arithmetic(Arithmetic, ExpressionID, ExpressionID)
  /// `date + amount unit`, `date - amount unit`
  case shift(ExpressionID, by: ExpressionID, CalendarUnit, backwards: Bool)
  /// `x else y`: y where x is null.
  case orElse(ExpressionID, ExpressionID)

  case list([ExpressionID])
  case comprehension(Comprehension)
  case aggregate(Aggregate, Comprehension)
  case any(Binder)
  case all(Binder, satisfy: ExpressionID)
  case count(Binder, distinct: Bool)

  /// `products`: all that are declared.
  case products
  case productsHeld(by: ExpressionID)
  case productsGranting(ExpressionID)
  case days(from: ExpressionID, to: ExpressionID)
  case startOfMonth
  case today
  case unknown(TextNode)
  /// `{ name: value, … }`, in tests only.
  case record([FieldValue])
  /// Where an expression was expected and none could be read; a diagnostic says so.
  case missing
}

package enum IdentifierKind: String, Sendable, CaseIterable { case sku, plan, product, feature }

package enum Comparison: String, Sendable, CaseIterable {
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "is"
  case notEqual = "is not"
  case member = "in"
  case notMember = "not in"
  case within
  case contains
  case startsWith = "starts with"
  case endsWith = "ends with"
  case has
  case holds
}

package enum Arithmetic: String, Sendable, CaseIterable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
}

package enum CalendarUnit: String, Sendable, CaseIterable { case days, months, years }

package enum Aggregate: String, Sendable, CaseIterable { case sum, min, max }

/// `name in source where condition`
package struct Binder: Sendable {
  package let name: NameNode
  package let source: ExpressionID
  package let condition: ExpressionID?
  package init(name: NameNode, source: ExpressionID, condition: ExpressionID?) {
    self.name = name
    self.source = source
    self.condition = condition
  }
}

/// `element for name in source for name in source where condition`
package struct Comprehension: Sendable {
  package struct Loop: Sendable {
    package let name: NameNode
    package let source: ExpressionID
    package init(name: NameNode, source: ExpressionID) {
      self.name = name
      self.source = source
    }
  }
  package let element: ExpressionID
  package let loops: [Loop]
  package let condition: ExpressionID?
  package init(element: ExpressionID, loops: [Loop], condition: ExpressionID?) {
    self.element = element
    self.loops = loops
    self.condition = condition
  }
}

package struct FieldValue: Sendable {
  package let name: NameNode
  package let value: ExpressionID
  package init(name: NameNode, value: ExpressionID) {
    self.name = name
    self.value = value
  }
}
