package import Syntax

/// What checking a policy set gives.
package struct Checked: Sendable {
  /// Nil where any tree or the check has an error.
  package let program: CheckedProgram?
  /// Those of the check alone, in the order of files and places; the trees keep their own.
  package let diagnostics: [Diagnostic]
}

/// Binds the names and types the expressions of a policy set.
///
/// The trees are all files of the set, each at the index that its `file` says.
/// - Complexity: near linear in the text; names are found by hashing, each declaration is checked once.
package func check(_ trees: [SyntaxTree]) -> Checked {
  var checker = Checker(trees)
  checker.run()
  let diagnostics = checker.sortedDiagnostics()
  let isBroken =
    diagnostics.contains { $0.severity == .error }
    || trees.contains { $0.diagnostics.contains { $0.severity == .error } }
  return Checked(program: isBroken ? nil : checker.finished(), diagnostics: diagnostics)
}
