package import Syntax

/// The type of a value, with whether null is one of them.
package struct ValueType: Sendable, Hashable {
  package indirect enum Shape: Sendable, Hashable {
    case bool, int, decimal, text, date, instant, id
    /// A text of a closed set; `orOther` admits any further text.
    case oneOf([Text], orOther: Bool)
    /// A row of a collection, or a record inside one.
    case row(RecordID)
    case list(ValueType)
    case product, feature
    /// Of `null` alone, and of the elements of an empty list.
    case nothing
  }
  package var shape: Shape
  package var isNullable: Bool
  package init(_ shape: Shape, isNullable: Bool = false) {
    self.shape = shape
    self.isNullable = isNullable
  }
}

/// A name that expressions see: of a `for each`, a `let`, a parameter, a binder.
///
/// Each has a place of its own in the whole program; since nothing recurs, each holds at most one value at a time.
package struct Variable: Sendable {
  package enum Role: Sendable, Hashable { case subject, local, parameter, bound }
  package var name: Text
  package var type: ValueType
  package var role: Role
  package var span: SourceSpan
}

package struct TypedExpression: Sendable {
  package var kind: TypedExpressionKind
  package var type: ValueType
  /// Its text in the policy; what a report shows.
  package var span: SourceSpan
  package init(_ kind: TypedExpressionKind, _ type: ValueType, _ span: SourceSpan) {
    self.kind = kind
    self.type = type
    self.span = span
  }
}

package enum TypedExpressionKind: Sendable {
  case literal(Literal)
  case product(ProductID)
  case feature(FeatureID)
  case variable(VariableID)
  case fact(FactID)
  case today
  /// The first day of the month of `today`.
  case startOfMonth
  /// `unknown "reason"`
  case unknown(Text)

  /// A field of a row: stored, join or reverse join by `Field.kind`. Of null it is null.
  case field(TypedExpressionID, FieldID)
  /// The row of a single.
  case single(CollectionID)
  /// All rows of a collection.
  case collection(CollectionID)
  /// `collection[key, …]`: the row of that key, null where a complete collection has none.
  case row(CollectionID, keys: [TypedExpressionID])
  /// `lookup[value]`
  case entry(LookupID, TypedExpressionID)
  case call(DefineID, [TypedExpressionID])

  case not(TypedExpressionID)
  case and([TypedExpressionID])
  case or([TypedExpressionID])
  /// Null-safe; also of rows (by identity of place), products, lists (element by element).
  case equal(TypedExpressionID, TypedExpressionID, negated: Bool)
  /// Numbers (an int beside a decimal too), days, instants (a day beside an instant is its first moment), texts by their bytes.
  case order(Order, TypedExpressionID, TypedExpressionID)
  /// Element of a list.
  case member(TypedExpressionID, TypedExpressionID, negated: Bool)
  /// Each element of the one list is in the other.
  case within(TypedExpressionID, TypedExpressionID)
  /// Two texts.
  case textTest(TextTest, TypedExpressionID, TypedExpressionID)
  /// A glob: `*` any run, `?` any one scalar.
  case matches(TypedExpressionID, Text)
  /// The subject is a row with a holding, the other a feature.
  case has(TypedExpressionID, TypedExpressionID)
  /// The other is a product.
  case holds(TypedExpressionID, TypedExpressionID)

  /// Of ints, or of decimals where either side is one. Division is exact or unknown ("not exact") for decimals, truncates for ints.
  case arithmetic(Arithmetic, TypedExpressionID, TypedExpressionID)
  case negate(TypedExpressionID)
  /// A day or an instant and a number of days, months or years.
  case shift(TypedExpressionID, by: TypedExpressionID, CalendarUnit, backwards: Bool)
  /// Whole days between the days of the two.
  case days(from: TypedExpressionID, to: TypedExpressionID)
  case orElse(TypedExpressionID, TypedExpressionID)

  case list([TypedExpressionID])
  case comprehension(TypedComprehension)
  case aggregate(Aggregate, TypedComprehension)
  case any(VariableID, in: TypedExpressionID, where: TypedExpressionID?)
  /// `condition` narrows, `satisfy` must hold.
  case all(VariableID, in: TypedExpressionID, where: TypedExpressionID?, satisfy: TypedExpressionID)
  case count(VariableID, in: TypedExpressionID, where: TypedExpressionID?, distinct: Bool)

  case products
  case productsHeld(by: TypedExpressionID)
  case productsGranting(TypedExpressionID)
  /// `item.skus`, `item.plans`, `item.components` (ids), `item.includes` (products).
  case part(ProductPart, of: TypedExpressionID)
  case function(Function, [TypedExpressionID])

  package enum Order: String, Sendable { case less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">=" }
  package enum TextTest: String, Sendable { case contains, startsWith = "starts with", endsWith = "ends with" }
  package enum ProductPart: String, Sendable, CaseIterable { case skus, plans, components, includes }
  package enum Function: String, Sendable, CaseIterable {
    /// Lists: all elements of either; of both; of the first alone. Each value once, in the order of first appearance.
    case union, common, without
    /// ASCII letters of a text in lower case.
    case lower
  }
}

package struct TypedComprehension: Sendable {
  package struct Loop: Sendable {
    package var variable: VariableID
    package var source: TypedExpressionID
    package init(variable: VariableID, source: TypedExpressionID) {
      self.variable = variable
      self.source = source
    }
  }
  package var element: TypedExpressionID
  package var loops: [Loop]
  package var condition: TypedExpressionID?
}
