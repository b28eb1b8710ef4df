package import Syntax

/// A document that policies cite.
package struct CitedSource: Sendable {
  package struct Note: Sendable {
    package var number: Int64
    package var text: LocalText
  }
  package var name: QualifiedName
  package var title: Text
  package var url: Text?
  package var published: Day?
  package var retrieved: Day?
  package var locale: Text?
  package var isMachineTranslated: Bool?
  package var notes: [Note]
}

/// A source, and perhaps one of its notes.
package struct Cite: Sendable, Hashable {
  package var source: CitedSourceID
  package var note: Int64?
  /// Where a rule cites a matrix: while the version that names the source is in force.
  package var period = Period()
}

package struct Feature: Sendable {
  package var name: QualifiedName
  package var title: LocalText
}

package struct Product: Sendable {
  /// A SKU or plan by its vendor name and its id, in a period.
  package struct Identifier: Sendable {
    package var name: Text
    package var guid: Guid
    package var period: Period
    package var span: SourceSpan
  }
  package struct Former: Sendable {
    package var title: LocalText
    package var period: Period
  }
  package struct Inclusion: Sendable {
    package var product: ProductID
    package var period: Period
    package var span: SourceSpan
  }
  package var name: QualifiedName
  package var title: LocalText
  package var formerly: [Former]
  package var skus: [Identifier]
  package var plans: [Identifier]
  package var components: [Identifier]
  package var includes: [Inclusion]
  /// Each line must be met: by one alternative, whose products are all held.
  package var requires: [[[ProductID]]]
  package var isHeldByAll: Bool

  /// The title on a day: a former one in its period, else the present one.
  package func title(on day: Day) -> LocalText {
    formerly.first { $0.period.contains(day) }?.title ?? title
  }
}

/// One version of a matrix, its table taken apart into statements.
package struct Matrix: Sendable {
  package enum Mark: Sendable, Hashable { case yes, no, unknown }
  /// What one cell says of one feature and of products held together.
  package struct Statement: Sendable {
    package var feature: FeatureID
    /// One, or several joined by `with`; sorted, without repetition.
    package var products: [ProductID]
    package var mark: Mark
    /// Outside it the cell says nothing, which is unknown.
    package var period: Period
    /// A define of one parameter, the subject; the cell holds where it is true.
    package var condition: DefineID?
    package var cites: [Cite]
    package var span: SourceSpan
  }
  package var name: QualifiedName
  /// As declared, and ended by the next version of the same matrix.
  package var period: Period
  package var othersUnknown: Bool
  package var cite: Cite?
  /// All features that have a row, and all sets of products that have a column.
  package var features: [FeatureID]
  package var columns: [[ProductID]]
  package var statements: [Statement]
}

/// Matrices named `preferred` hold against those named `over` for these features.
package struct Preference: Sendable {
  package var preferred: QualifiedName
  package var over: QualifiedName
  package var features: [FeatureID]
  package var reason: Text
  package var span: SourceSpan
}

package struct Invariant: Sendable {
  package var name: QualifiedName
  package var granting: FeatureID
  package var grants: FeatureID
  package var exceptions: [ProductID]
}

/// The shape of a row: of a collection, or of a record inside one.
package struct RecordType: Sendable {
  package var name: QualifiedName
  package var fields: [Field]
  /// Indices of the key's fields; empty for a record without key.
  package var key: [Int]
  /// The collection whose rows have this shape; nil for a record.
  package var collection: CollectionID?
}

package struct Field: Sendable {
  package enum Kind: Sendable, Hashable {
    /// Read from the row itself.
    case stored
    /// `T by f`: the row of a collection whose key is my field f.
    case join(CollectionID, by: Int)
    /// `list of T by f`: the rows of a collection whose field f is my key (one field).
    case reverse(CollectionID, by: Int)
  }
  package var name: Text
  package var kind: Kind
  /// Nullable where `?` stands. A join's type is `.row`, a reverse join's a list of rows.
  package var type: ValueType
  /// The names of nested objects down to the value: `["conditions", "users", "includeUsers"]`; usually the name alone.
  package var path: [Text]
  /// A value that stands for null.
  package var nullFor: Literal?
  package var atLeast: Int64?
  package var atMost: Int64?
  package var span: SourceSpan
}

/// A collection of a snapshot, or a single.
package struct Collection: Sendable {
  /// Its name, as after `in`; a single's own name.
  package var name: Text
  /// The name of files and of keys in a combined file.
  package var fileName: Text
  /// The name of one row: the entity's.
  package var entity: QualifiedName
  package var record: RecordID
  package var isSingle: Bool
  /// The fields from the row to its label; empty: no label.
  package var label: [FieldID]
  /// `at most N`: it may be looped inside another.
  package var atMost: Int64?
  package var requests: [Text]
  package var permissions: [[Text]]
  package var conditions: [Text]
}

package struct Fact: Sendable {
  package var name: QualifiedName
  package var type: ValueType
  /// A setting's default.
  package var value: Constant?
  package var title: LocalText
}

package struct Attestation: Sendable {
  package var fact: FactID
  package var value: Constant
  package var tenant: Text?
  package var because: Text
  package var by: Text
  package var on: Day
  package var expires: Day
  package var span: SourceSpan
}

/// A constant of a fact.
package indirect enum Constant: Sendable, Hashable {
  case literal(Literal)
  case product(ProductID)
  case feature(FeatureID)
  /// A SKU's or a plan's id is `.literal(.guid)`.
  case list([Constant])
}

package struct Define: Sendable {
  package var name: QualifiedName
  /// Empty for a named expression.
  package var parameters: [VariableID]
  package var body: TypedExpressionID
}

package struct Lookup: Sendable {
  package struct Entry: Sendable {
    package var key: Literal
    package var values: [Literal]
  }
  package var name: QualifiedName
  /// The languages of the second and further values; the first value has none.
  package var languages: [Text]
  package var entries: [Entry]
  /// The row `other`, if there is one; without it a value that has no entry gives unknown.
  package var other: [Literal]?
  package var valueType: ValueType
}

/// When a subject of one shape holds a product.
package struct Holding: Sendable {
  package var record: RecordID
  package var subject: VariableID
  package var product: VariableID
  package var body: TypedExpressionID
}

package struct Rule: Sendable {
  /// One `for each`: first over a collection or a list of constants, then over a list of the one before.
  package struct Link: Sendable {
    package var variable: VariableID
    package var source: TypedExpressionID
    /// The name of the thing in reports: the entity's, the record's, or the variable's.
    package var thing: Text
  }
  package struct Local: Sendable {
    package var variable: VariableID
    package var value: TypedExpressionID
  }
  package var name: QualifiedName
  package var severity: RuleSeverity
  package var title: LocalText
  /// Empty: the tenant. At most two.
  package var chain: [Link]
  package var locals: [Local]
  /// Nil: always.
  package var when: TypedExpressionID?
  package var require: TypedExpressionID
  package var message: LocalTemplate
  package var remedy: LocalTemplate?
  package var cites: [Cite]
  package var period: Period
  package var formerly: [Text]
  package var span: SourceSpan

  /// Each source and note once, of a matrix those of the version in force.
  package func cites(on day: Day) -> [Cite] {
    var found: [Cite] = []
    for cite in cites where cite.period.contains(day) {
      let plain = Cite(source: cite.source, note: cite.note)
      if !found.contains(plain) { found.append(plain) }
    }
    return found
  }
}

/// A message with paths in it, in one or more languages.
package struct LocalTemplate: Sendable {
  package enum Part: Sendable {
    case text(Text)
    case value(TypedExpressionID)
  }
  package struct Translation: Sendable {
    package var language: Text
    package var parts: [Part]
  }
  package var parts: [Part]
  package var translations: [Translation]
  package func parts(in language: Text?) -> [Part] {
    translations.first { $0.language == language }?.parts ?? parts
  }
}

package struct Waiver: Sendable {
  package var name: QualifiedName
  package var rule: RuleID
  package var tenants: [Text]
  /// All must be true for a subject to be waived; over the variables of the rule's chain.
  package var conditions: [TypedExpressionID]
  package var because: Text
  package var by: Text?
  package var on: Day?
  package var expires: Day
  package var span: SourceSpan
}

/// A `test` with its cases spelt out: each case is one test of its own.
package struct PolicyTest: Sendable {
  /// A field is absent where it is not written.
  package indirect enum Value: Sendable {
    case literal(Literal)
    case list([Value])
    case record([(name: Text, value: Value)])
  }
  package struct Row: Sendable {
    package var collection: CollectionID
    package var value: Value
    package init(collection: CollectionID, value: Value) {
      self.collection = collection
      self.value = value
    }
  }
  package enum Availability: Sendable { case none, incomplete, unavailable }
  package struct State: Sendable {
    package var collection: CollectionID
    package var availability: Availability
  }
  package struct Statement: Sendable {
    package var fact: FactID
    package var value: Constant
    package init(fact: FactID, value: Constant) {
      self.fact = fact
      self.value = value
    }
  }
  package struct Subject: Sendable {
    /// The entity's, the record's or the collection's name.
    package var thing: Text
    package var label: Text?
  }
  package struct Expectation: Sendable {
    package var verdict: VerdictWord
    package var rule: RuleID
    package var subjects: [Subject]
    /// How grave the rule must be; nil: however grave.
    package var severity: RuleSeverity?
    /// The expression's text that must be among the causes; empty: any.
    package var because: Text?
    package var message: Text?
    package var span: SourceSpan
  }
  package var module: Text
  package var name: Text
  /// The row of `cases`, from 1; nil without cases.
  package var caseNumber: Int?
  /// That row as it is written, its cells with bars between them.
  package var caseName: Text?
  package var asOf: Day
  /// Whose snapshot it is; nil: a tenant that nothing names.
  package var tenant: Text?
  package var rows: [Row]
  package var states: [State]
  package var statements: [Statement]
  package var expectations: [Expectation]
  package var span: SourceSpan

  /// A test that stands in no file and asks for some rules.
  package init(of rules: [RuleID], asOf: Day, rows: [Row], statements: [Statement], span: SourceSpan) {
    module = ""
    name = ""
    self.asOf = asOf
    self.rows = rows
    states = []
    self.statements = statements
    expectations = rules.map { Expectation(verdict: .pass, rule: $0, subjects: [], span: span) }
    self.span = span
  }

  init(
    module: Text, name: Text, caseNumber: Int?, caseName: Text?, asOf: Day, span: SourceSpan
  ) {
    self.module = module
    self.name = name
    self.caseNumber = caseNumber
    self.caseName = caseName
    self.asOf = asOf
    rows = []
    states = []
    statements = []
    expectations = []
    self.span = span
  }
}
