/// One declaration of a policy file. `span` is the whole of it, from its first word to its last token.
package struct Declaration: Sendable {
  package let kind: DeclarationKind
  package let span: SourceSpan
  package init(_ kind: DeclarationKind, at span: SourceSpan) {
    self.kind = kind
    self.span = span
  }
}

package enum DeclarationKind: Sendable {
  case asOf(AsOfDeclaration)
  case source(SourceDeclaration)
  case feature(FeatureDeclaration)
  case product(ProductDeclaration)
  case matrix(MatrixDeclaration)
  case prefer(PreferDeclaration)
  case invariant(InvariantDeclaration)
  /// `entity` and `single`.
  case entity(EntityDeclaration)
  case record(RecordDeclaration)
  case fact(FactDeclaration)
  case attest(AttestDeclaration)
  case define(DefineDeclaration)
  case lookup(LookupDeclaration)
  case holding(HoldingDeclaration)
  case rule(RuleDeclaration)
  case waiver(WaiverDeclaration)
  case test(TestDeclaration)
}

/// `as of single.field`
package struct AsOfDeclaration: Sendable {
  package var single: NameNode
  package var field: NameNode
}

package struct SourceDeclaration: Sendable {
  package struct Note: Sendable {
    package var number: IntNode
    package var text: Titled
  }
  package enum Clause: Sendable {
    case url(TextNode)
    case published(DayNode)
    case retrieved(DayNode)
    case locale(TextNode)
    case translation(isMachine: Bool)
    case note(Note)
  }
  package var name: NameNode
  package var title: TextNode
  package var clauses: [Spanned<Clause>]
}

/// A clause with the place of its whole line.
package struct Spanned<Value: Sendable>: Sendable {
  package var value: Value
  package var span: SourceSpan
  package init(_ value: Value, at span: SourceSpan) {
    self.value = value
    self.span = span
  }
}

package struct FeatureDeclaration: Sendable {
  package var name: NameNode
  package var title: Titled
}

package struct ProductDeclaration: Sendable {
  package enum Clause: Sendable {
    case formerly(Titled, PeriodNode)
    case sku(NameNode, GuidNode, PeriodNode)
    case plan(NameNode, GuidNode, PeriodNode)
    case containsPlan(NameNode, GuidNode, PeriodNode)
    case includes([Reference], PeriodNode)
    case requires(Alternatives)
    case heldByAll
  }
  package var name: NameNode
  package var title: Titled
  package var clauses: [Spanned<Clause>]
}

package struct MatrixDeclaration: Sendable {
  package enum Clause: Sendable {
    case cite(CiteNode)
    case effective(PeriodNode)
    case othersUnknown
  }
  package struct Cell: Sendable {
    package enum Mark: Sendable, Hashable { case yes, no, unknown }
    package var mark: Mark
    /// The published mark (●, ✓, ✗ …) where one stands instead of `yes` or `-`.
    package var isPublishedMark: Bool
    package var markSpan: SourceSpan
    package var period: PeriodNode
    package var condition: NameNode?
    package var cite: CiteNode?
    package var notes: [IntNode]
    package var span: SourceSpan
  }
  package struct Row: Sendable {
    package var name: Alternatives
    /// As many as there are columns; nil where the cell could not be read (a diagnostic says so).
    package var cells: [Cell?]
    package var span: SourceSpan
  }
  package var name: NameNode
  package var clauses: [Spanned<Clause>]
  package var columns: [Alternatives]
  package var rows: [Row]
}

package struct PreferDeclaration: Sendable {
  package var preferred: Reference
  package var over: Reference
  package var features: [Reference]
  package var reason: TextNode
}

package struct InvariantDeclaration: Sendable {
  package struct Exception: Sendable {
    package var product: Reference
    package var reason: TextNode
  }
  package var name: NameNode
  package var granting: Reference
  package var grants: Reference
  package var exceptions: [Exception]
}

package struct FieldDeclaration: Sendable {
  package enum Property: Sendable {
    /// `from "other.path"`
    case from(TextNode)
    /// `null for LITERAL`
    case nullFor(LiteralNode)
    case atLeast(IntNode)
    case atMost(IntNode)
  }
  package var name: NameNode
  package var type: TypeNode
  package var properties: [Spanned<Property>]
  package var span: SourceSpan
}

package struct EntityDeclaration: Sendable {
  package enum Export: Sendable {
    case request(TextNode)
    case permission([TextNode])
    case condition(TextNode)
  }
  /// `single` is one row, its collection named like itself.
  package var isSingle: Bool
  package var name: NameNode
  /// The name after `in`; for a single its own name.
  package var collection: NameNode
  /// `from "file name"`
  package var fileName: TextNode?
  package var key: [NameNode]
  /// A path of fields.
  package var label: [NameNode]
  package var atMost: IntNode?
  package var exports: [Spanned<Export>]
  package var fields: [FieldDeclaration]
}

package struct RecordDeclaration: Sendable {
  package var name: NameNode
  package var key: [NameNode]
  package var fields: [FieldDeclaration]
}

package struct FactDeclaration: Sendable {
  package var name: NameNode
  package var type: TypeNode
  /// A setting's default: an expression that is a constant.
  package var value: ExpressionID?
  package var title: Titled
}

package struct AttestDeclaration: Sendable {
  package var fact: NameNode
  package var value: ExpressionID
  package var tenant: TextNode?
  package var because: TextNode
  package var by: TextNode
  package var on: DayNode
  package var expires: DayNode
}

package struct ParameterNode: Sendable {
  package var name: NameNode
  package var type: TypeNode
}

package struct DefineDeclaration: Sendable {
  package var name: NameNode
  /// Nil: a named expression; else a function.
  package var parameters: [ParameterNode]?
  package var body: ExpressionID
}

package struct LookupDeclaration: Sendable {
  package struct Row: Sendable {
    /// Nil for `other`.
    package var key: LiteralNode?
    /// The value, then one for each further language.
    package var values: [LiteralNode]
    package var span: SourceSpan
  }
  package var name: NameNode
  /// The words of the heading: key, value, then languages.
  package var columns: [NameNode]
  package var rows: [Row]
}

package struct HoldingDeclaration: Sendable {
  package var parameters: [ParameterNode]
  package var body: ExpressionID
}

package enum RuleSeverity: String, Sendable, CaseIterable { case violation, warning, notice }

package struct RuleDeclaration: Sendable {
  package enum Clause: Sendable {
    case title(language: NameNode?, TextNode)
    case forEach(NameNode, in: ExpressionID)
    case letting(NameNode, ExpressionID)
    case when(ExpressionID)
    case require(ExpressionID)
    case message(language: NameNode?, Template)
    case remedy(language: NameNode?, Template)
    case cite(CiteNode)
    case effective(PeriodNode)
    case formerly(NameNode)
  }
  package var severity: RuleSeverity
  package var name: NameNode
  package var clauses: [Spanned<Clause>]
}

package struct WaiverDeclaration: Sendable {
  package struct Scope: Sendable {
    package var variable: NameNode
    package var condition: ExpressionID?
  }
  package var name: NameNode
  package var rule: Reference
  /// Empty: every tenant.
  package var tenants: [TextNode]
  package var scopes: [Scope]
  package var because: TextNode
  package var by: TextNode?
  package var on: DayNode?
  package var expires: DayNode
}

package enum VerdictWord: String, Sendable, CaseIterable { case pass, fail, undetermined, inapplicable, waived }

package struct TestDeclaration: Sendable {
  package enum Given: Sendable {
    /// A row by its entity's name.
    case row(NameNode, ExpressionID)
    /// The name of the tenant that the snapshot is of.
    case tenant(TextNode)
    case fact(NameNode, ExpressionID)
    case none(NameNode)
    case incomplete(NameNode)
    case unavailable(NameNode)
  }
  package struct Cases: Sendable {
    package enum Cell: Sendable {
      case value(ExpressionID)
      case absent
      case verdict(VerdictWord)
    }
    package struct Row: Sendable {
      package var cells: [Cell]
      package var span: SourceSpan
    }
    package var columns: [NameNode]
    package var rows: [Row]
  }
  package struct Subject: Sendable {
    /// An entity's, a record's or a collection's name.
    package var name: NameNode
    package var label: TextNode?
  }
  package struct Expect: Sendable {
    package enum Verdict: Sendable {
      case word(VerdictWord)
      /// A column of `cases`.
      case column(NameNode)
    }
    package var verdict: Verdict
    package var rule: Reference
    package var subjects: [Subject]
    /// `as violation`: how grave the rule is.
    package var severity: RuleSeverity?
    package var because: [NameNode]
    package var message: TextNode?
  }
  package enum Clause: Sendable {
    case given(Given)
    case cases(Cases)
    case expect(Expect)
  }
  package var name: TextNode
  package var asOf: DayNode?
  package var clauses: [Spanned<Clause>]
}
