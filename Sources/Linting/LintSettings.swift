import Syntax

/// What the `lint` declarations of a policy set say; of two for one rule the first holds, and the other is told.
struct LintSettings {
  private var settings: [Text: LintDeclaration] = [:]

  init(_ trees: [SyntaxTree]) {
    for tree in trees {
      for declaration in tree.declarations {
        if case .lint(let node) = declaration.kind, settings[node.rule.text] == nil { settings[node.rule.text] = node }
      }
    }
  }

  /// Nil: the rule is off.
  func severity(of rule: LintRule) -> Diagnostic.Severity? {
    LintSettings.severity(settings[Text(rule.id)]?.level ?? rule.level)
  }

  func bound(of rule: LintRule) -> Int64 { rule.bound.map { settings[Text(rule.id)]?.bound?.value ?? $0 } ?? 0 }

  /// The diagnostic at the severity that the policy set gives its kind; nil where that is off.
  func applied(to diagnostic: Diagnostic) -> Diagnostic? {
    guard let setting = settings[Text(diagnostic.kind.code)] else { return diagnostic }
    return LintSettings.severity(setting.level).map {
      Diagnostic(
        diagnostic.kind, diagnostic.message, at: diagnostic.span, severity: $0, related: diagnostic.related, notes: diagnostic.notes,
        fix: diagnostic.fix)
    }
  }

  private static func severity(_ level: LintRule.Level) -> Diagnostic.Severity? {
    switch level {
    case .off: nil
    case .note: .note
    case .warning: .warning
    case .error: .error
    }
  }
}
