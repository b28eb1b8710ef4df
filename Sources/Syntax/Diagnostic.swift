/// What is wrong with a policy text, where, why, and how to mend it. Returned, never thrown or printed.
package struct Diagnostic: Sendable, Equatable {
  package enum Severity: String, Sendable { case error, warning, note }

  /// A second place that belongs to the story, with what it has to do with it.
  package struct Related: Sendable, Equatable {
    package let span: SourceSpan
    package let message: String
    package init(_ span: SourceSpan, _ message: String) {
      self.span = span
      self.message = message
    }
  }

  /// An edit that a machine may apply: each span is replaced by its text.
  package struct Fix: Sendable, Equatable {
    package struct Edit: Sendable, Equatable {
      package let span: SourceSpan
      package let replacement: String
      package init(_ span: SourceSpan, _ replacement: String) {
        self.span = span
        self.replacement = replacement
      }
    }
    /// What applying it does, as an imperative: "write `licenses`".
    package let title: String
    package let edits: [Edit]
    package init(_ title: String, _ edits: [Edit]) {
      self.title = title
      self.edits = edits
    }
  }

  package let kind: DiagnosticKind
  package let severity: Severity
  /// One line, lower case, no final period, the user's words in backticks.
  package let message: String
  package let span: SourceSpan
  package var related: [Related]
  package var notes: [String]
  package var fix: Fix?

  package init(
    _ kind: DiagnosticKind, _ message: String, at span: SourceSpan, severity: Severity = .error,
    related: [Related] = [], notes: [String] = [], fix: Fix? = nil
  ) {
    self.kind = kind
    self.severity = severity
    self.message = message
    self.span = span
    self.related = related
    self.notes = notes
    self.fix = fix
  }

  package static func == (left: Diagnostic, right: Diagnostic) -> Bool {
    left.kind.code == right.kind.code && left.severity == right.severity && left.message == right.message
      && left.span == right.span && left.related == right.related && left.notes == right.notes && left.fix == right.fix
  }
}

/// One sort of diagnostic: its stable code and what `licet explain CODE` tells of it.
package struct DiagnosticKind: Sendable {
  /// How a thing is known: refused by the language, proved over every possible snapshot, or a habit that is worth keeping.
  package enum Nature: String, Sendable, CaseIterable { case refused, proved, habit }

  /// `LIC` and four digits where the language refuses, words for what lint proves or advises; never given to another meaning once released.
  package let code: String
  package let nature: Nature
  /// One sentence: what is wrong.
  package let summary: String
  /// Why it is refused, and what to do instead; plain text, paragraphs parted by an empty line.
  package let explanation: String
  /// A policy text that shows it; the test of the explanations runs it.
  package let wrong: String
  /// The same, mended; checks without this diagnostic.
  package let right: String

  package init(
    code: String, nature: Nature = .refused, summary: String, explanation: String, wrong: String, right: String
  ) {
    self.code = code
    self.nature = nature
    self.summary = summary
    self.explanation = explanation
    self.wrong = wrong
    self.right = right
  }
}
