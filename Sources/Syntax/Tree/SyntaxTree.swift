/// One policy file as a tree: declarations over flat arrays, the tokens they were read from, and what was wrong.
///
/// The tree keeps its source whole: the tokens are in order and do not overlap, and what lies between two of them is white space and comments,
/// so source, layout and comments are all there (`Token.swift`).
package struct SyntaxTree: Sendable {
  package let source: SourceFile
  /// The index of the file in its policy set; all spans carry it.
  package let file: Int32
  /// All tokens, the last one `.end` at the end of the file.
  package var tokens: [Token]
  /// All comments, from `//` to before the end of their line, in order.
  package var comments: [SourceSpan]
  package var module: NameNode?
  package var declarations: [Declaration]
  package var expressions: [Expression]
  package var diagnostics: [Diagnostic]

  package init(source: SourceFile, file: Int32) {
    self.source = source
    self.file = file
    self.tokens = []
    self.comments = []
    self.module = nil
    self.declarations = []
    self.expressions = []
    self.diagnostics = []
  }

  package subscript(id: ExpressionID) -> Expression { expressions[Int(id.index)] }
}
