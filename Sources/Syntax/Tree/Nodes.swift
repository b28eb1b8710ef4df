/// A name where it stands: a word, or a quoted text where the name is no word.
package struct NameNode: Sendable, Hashable {
  package let text: Text
  package let isQuoted: Bool
  package let span: SourceSpan
  package init(_ text: Text, isQuoted: Bool = false, at span: SourceSpan) {
    self.text = text
    self.isQuoted = isQuoted
    self.span = span
  }
}

/// `name` or `module.name`.
package struct Reference: Sendable, Hashable {
  package let module: NameNode?
  package let name: NameNode
  package init(module: NameNode?, name: NameNode) {
    self.module = module
    self.name = name
  }
  package var span: SourceSpan { module.map { $0.span.through(name.span) } ?? name.span }
}

/// A quoted text, its escapes undone; `span` includes the quotes.
package struct TextNode: Sendable, Hashable {
  package let text: Text
  package let span: SourceSpan
  package init(_ text: Text, at span: SourceSpan) {
    self.text = text
    self.span = span
  }
}

/// A text in the language of the policy set, and in others: `"Seat" nl "Zetel"`.
package struct Titled: Sendable, Hashable {
  package struct Translation: Sendable, Hashable {
    package let language: NameNode
    package let text: TextNode
    package init(language: NameNode, text: TextNode) {
      self.language = language
      self.text = text
    }
  }
  package let text: TextNode
  package let translations: [Translation]
  package init(_ text: TextNode, translations: [Translation] = []) {
    self.text = text
    self.translations = translations
  }
}

/// A text with paths in it: `"{user.displayName} holds {held}."`
package struct Template: Sendable, Hashable {
  package enum Part: Sendable, Hashable {
    case text(Text)
    /// The words of the path, without the braces.
    case path([NameNode])
  }
  package let parts: [Part]
  package let span: SourceSpan
  package init(parts: [Part], at span: SourceSpan) {
    self.parts = parts
    self.span = span
  }
}

/// A calendar day where it stands.
package struct DayNode: Sendable, Hashable {
  package let day: Day
  package let span: SourceSpan
  package init(_ day: Day, at span: SourceSpan) {
    self.day = day
    self.span = span
  }
}

/// `from DATE before DATE`, either left out: from that day on; until the day before.
package struct PeriodNode: Sendable, Hashable {
  package let from: DayNode?
  package let before: DayNode?
  package init(from: DayNode? = nil, before: DayNode? = nil) {
    self.from = from
    self.before = before
  }
}

package struct GuidNode: Sendable, Hashable {
  package let guid: Guid
  package let span: SourceSpan
  package init(_ guid: Guid, at span: SourceSpan) {
    self.guid = guid
    self.span = span
  }
}

package struct IntNode: Sendable, Hashable {
  package let value: Int64
  package let span: SourceSpan
  package init(_ value: Int64, at span: SourceSpan) {
    self.value = value
    self.span = span
  }
}

package struct LiteralNode: Sendable, Hashable {
  package let literal: Literal
  package let span: SourceSpan
  package init(_ literal: Literal, at span: SourceSpan) {
    self.literal = literal
    self.span = span
  }
}

/// `a or b with c`: alternatives, each of one product or of several together (or of features, in a matrix).
package struct Alternatives: Sendable, Hashable {
  /// Never empty where the source is well-formed; each inner list are the names joined by `with`.
  package let alternatives: [[Reference]]
  package let span: SourceSpan
  package init(_ alternatives: [[Reference]], at span: SourceSpan) {
    self.alternatives = alternatives
    self.span = span
  }
}

/// `source note 1`
package struct CiteNode: Sendable, Hashable {
  package let source: Reference
  package let note: IntNode?
  package init(source: Reference, note: IntNode?) {
    self.source = source
    self.note = note
  }
}

/// A type as written: `list of T`, `one of "A", "B" or other`, a name; `?`; `by field`.
package struct TypeNode: Sendable, Hashable {
  package indirect enum Shape: Sendable, Hashable {
    case named(Reference)
    case list(TypeNode)
    case oneOf([TextNode], orOther: Bool)
    case missing
  }
  package let shape: Shape
  package let isNullable: Bool
  /// The field named by `by`.
  package let joinedBy: NameNode?
  package let span: SourceSpan
  package init(_ shape: Shape, isNullable: Bool, joinedBy: NameNode?, at span: SourceSpan) {
    self.shape = shape
    self.isNullable = isNullable
    self.joinedBy = joinedBy
    self.span = span
  }
}
