package import Syntax

/// A policy set whose names are bound and whose expressions are typed: nothing in it can go wrong by type when it is evaluated.
///
/// Everything lies in flat arrays and is named by its index. Declarations stand in the order of files (by path) and of text.
package struct CheckedProgram: Sendable {
  package var files: [SourceFile] = []
  package var cited: [CitedSource] = []
  package var features: [Feature] = []
  package var products: [Product] = []
  package var matrices: [Matrix] = []
  package var preferences: [Preference] = []
  package var invariants: [Invariant] = []
  /// All row shapes: of entities, of singles and of records.
  package var records: [RecordType] = []
  package var collections: [Collection] = []
  package var facts: [Fact] = []
  package var attestations: [Attestation] = []
  package var defines: [Define] = []
  package var lookups: [Lookup] = []
  package var holdings: [Holding] = []
  package var rules: [Rule] = []
  package var waivers: [Waiver] = []
  package var tests: [PolicyTest] = []
  package var expressions: [TypedExpression] = []
  package var variables: [Variable] = []
  /// The field of a single that says of which day the snapshot is.
  package var asOf: (collection: CollectionID, field: FieldID)?

  package init() {}

  package subscript(id: TypedExpressionID) -> TypedExpression { expressions[id.index] }
  package subscript(id: RecordID) -> RecordType { records[id.index] }
  package subscript(id: CollectionID) -> Collection { collections[id.index] }
  package subscript(id: FieldID) -> Field { records[id.record.index].fields[id.index] }
  package subscript(id: ProductID) -> Product { products[id.index] }
  package subscript(id: FeatureID) -> Feature { features[id.index] }
  package subscript(id: RuleID) -> Rule { rules[id.index] }

  /// A rule as a test names it: with its module, where another module has a rule of that name.
  package func reference(to rule: RuleID) -> String {
    let name = self[rule].name
    return rules.count { $0.name.name == name.name } > 1 ? name.string : name.name.string
  }
}

/// An index into one of the program's arrays; `Of` only keeps the arrays apart.
package struct Index<Of>: Hashable, Comparable, Sendable {
  package let index: Int
  package init(_ index: Int) { self.index = index }
  package static func < (left: Index<Of>, right: Index<Of>) -> Bool { left.index < right.index }
}

package typealias CitedSourceID = Index<CitedSource>
package typealias FeatureID = Index<Feature>
package typealias ProductID = Index<Product>
package typealias MatrixID = Index<Matrix>
package typealias RecordID = Index<RecordType>
package typealias CollectionID = Index<Collection>
package typealias FactID = Index<Fact>
package typealias DefineID = Index<Define>
package typealias LookupID = Index<Lookup>
package typealias HoldingID = Index<Holding>
package typealias RuleID = Index<Rule>
package typealias TypedExpressionID = Index<TypedExpression>
package typealias VariableID = Index<Variable>

/// A field of a record type.
package struct FieldID: Hashable, Sendable {
  package let record: RecordID
  package let index: Int
  package init(record: RecordID, index: Int) {
    self.record = record
    self.index = index
  }
}

/// `module.name` of a declaration, and where its name stands.
package struct QualifiedName: Hashable, Sendable {
  package let module: Text
  package let name: Text
  package let span: SourceSpan
  package init(module: Text, name: Text, span: SourceSpan) {
    self.module = module
    self.name = name
    self.span = span
  }
  /// `module.name`, as reports write it.
  package var string: String { module.string + "." + name.string }
}

/// A text and its translations by language.
package struct LocalText: Sendable, Hashable {
  package let text: Text
  package let translations: [Translation]
  package struct Translation: Sendable, Hashable {
    package let language: Text
    package let text: Text
    package init(language: Text, text: Text) {
      self.language = language
      self.text = text
    }
  }
  package init(_ text: Text, translations: [Translation] = []) {
    self.text = text
    self.translations = translations
  }
  /// The text in a language, else as first written.
  package func text(in language: Text?) -> Text {
    translations.first { $0.language == language }?.text ?? text
  }
}

/// Days from one on until the day before another; an open end has no day.
package struct Period: Sendable, Hashable {
  package var from: Day?
  package var before: Day?
  package init(from: Day? = nil, before: Day? = nil) {
    self.from = from
    self.before = before
  }
  package func contains(_ day: Day) -> Bool {
    (from.map { $0 <= day } ?? true) && (before.map { day < $0 } ?? true)
  }
}
