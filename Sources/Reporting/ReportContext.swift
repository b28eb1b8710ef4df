package import Semantics
package import Syntax

/// All that a format needs beside the report itself.
package struct ReportContext: Sendable {
  package var program: CheckedProgram
  package var version: String
  package var failLevel: RuleSeverity
  package var allowsUndetermined: Bool
  /// Empty: all rules.
  package var only: [RuleID]
  package var language: Text?
  /// Columns of the terminal; nil: lines are not broken.
  package var width: Int?
  package var hasColor: Bool

  package init(
    program: CheckedProgram, version: String, failLevel: RuleSeverity = .warning, allowsUndetermined: Bool = false, only: [RuleID] = [],
    language: Text? = nil, width: Int? = nil, hasColor: Bool = false
  ) {
    self.program = program
    self.version = version
    self.failLevel = failLevel
    self.allowsUndetermined = allowsUndetermined
    self.only = only
    self.language = language
    self.width = width
    self.hasColor = hasColor
  }

  /// Path and line of a place in the policies.
  func place(_ span: SourceSpan) -> (path: String, line: Int)? {
    guard program.files.indices.contains(Int(span.file)) else { return nil }
    let file = program.files[Int(span.file)]
    return (file.path, file.position(of: span.start).line)
  }
}

extension RuleSeverity {
  /// Notice 0, warning 1, violation 2.
  package var weight: Int {
    switch self {
    case .notice: 0
    case .warning: 1
    case .violation: 2
    }
  }
}
