import Syntax
import TestSupport
import Testing

private func parsed(_ example: CorpusCase) -> SyntaxTree { parse(SourceFile(path: example.description, bytes: example.bytes), file: 0) }

private func parsed(_ text: String) -> SyntaxTree { parse(SourceFile(path: "m.licet", bytes: Array(text.utf8)), file: 0) }

/// Code and message of each diagnostic, for failures that can be read.
private func told(_ tree: SyntaxTree) -> [String] { tree.diagnostics.map { "\($0.kind.code) at \($0.span.start): \($0.message)" } }

@Test(arguments: corpus("syntax/good")) func `good policies parse without a word`(_ example: CorpusCase) {
  let tree = parsed(example)
  #expect(told(tree) == [])
  #expect(!tree.declarations.isEmpty)
}

@Test(arguments: corpus("syntax/bad")) func `bad policies say why`(_ example: CorpusCase) {
  let tree = parsed(example)
  #expect(!tree.diagnostics.isEmpty)
  let actual = DiagnosticRenderer(.text(color: false)).render(tree.diagnostics, in: [tree.source])
  #expect(actual == example.golden("txt", recording: actual))
}

/// Kinds that only bytes or sizes show that no example can hold; tests of their own show them.
private let unwritable: Set<String> = ["LIC0001", "LIC0002", "LIC0117", "LIC0126"]

@Test func `every code is shown by a case`() {
  var shown: Set<String> = []
  for example in corpus("syntax/bad") { shown.formUnion(parsed(example).diagnostics.map(\.kind.code)) }
  for text in [overfullList, manyMistakes] { shown.formUnion(parsed(text).diagnostics.map(\.kind.code)) }
  // `a file that is too large is refused whole` shows the first.
  let missing = Set(syntaxDiagnostics.map(\.code)).subtracting(shown).subtracting(["LIC0001"])
  #expect(missing.sorted() == [])
  #expect(shown.subtracting(syntaxDiagnostics.map(\.code)).sorted() == [])
}

@Test func `codes are in order, and none is given twice`() {
  let codes = syntaxDiagnostics.map(\.code)
  #expect(codes == Set(codes).sorted())
}

@Test(arguments: syntaxDiagnostics.indices) func `an explanation's examples show what it says`(_ index: Int) {
  let kind = syntaxDiagnostics[index]
  #expect(!kind.summary.isEmpty && kind.summary.last != ".")
  #expect(kind.explanation.last == ".")
  #expect(kind.right.hasPrefix("module m"))
  #expect(told(parsed(kind.right)) == [])
  if unwritable.contains(kind.code) {
    #expect(kind.wrong.isEmpty)
  } else {
    // One mistake, one message.
    #expect(parsed(kind.wrong).diagnostics.map(\.kind.code) == [kind.code], "\(told(parsed(kind.wrong)))")
  }
}

// MARK: Fixes

/// The text with all fixes made, from behind.
private func mended(_ tree: SyntaxTree) -> String {
  var bytes = tree.source.bytes
  for edit in tree.diagnostics.compactMap(\.fix).flatMap(\.edits).sorted(by: { $0.span.start > $1.span.start }) {
    bytes.replaceSubrange(Int(edit.span.start)..<Int(edit.span.end), with: Array(edit.replacement.utf8))
  }
  return String(decoding: bytes, as: UTF8.self)
}

@Test(arguments: [
  ("define a(n: int) = n == 1", "define a(n: int) = n is 1"),
  ("define a(n: int) = n != 1", "define a(n: int) = n is not 1"),
  ("define a(n: int) = n = 1", "define a(n: int) = n is 1"),
  ("define a(n: int) = n ≥ 1", "define a(n: int) = n >= 1"),
  ("define a(n: int) = n − 1", "define a(n: int) = n - 1"),
  ("define a = b && c", "define a = b and c"),
  ("define a = b || c", "define a = b or c"),
  ("define a = !b", "define a = not b"),
  ("featur f \"F\"", "feature f \"F\""),
  ("feature f “F”", "feature f \"F\""),
  ("feature f 'F'", "feature f \"F\""),
  ("feature f \"F\";", "feature f \"F\""),
  ("feature f \"C:\\dir\"", "feature f \"C:\\\\dir\""),
  ("feature\u{A0}f \"F\"", "feature f \"F\""),
  ("# comment\nfeature f \"F\"", "// comment\nfeature f \"F\""),
  (" feature f \"F\"", "feature f \"F\""),
  ("violation v {\n  requre true\n}", "violation v {\n  require true\n}"),
  ("violation v {\nrequire true\n}", "violation v {\n  require true\n}"),
  ("matrix m {\n  |   | a |\n  |---|---|\n  | f | no |\n}", "matrix m {\n  |   | a |\n  |---|---|\n  | f | - |\n}"),
  ("matrix m {\n  |   | a |\n  |---|---|\n  | f | Yes |\n}", "matrix m {\n  |   | a |\n  |---|---|\n  | f | yes |\n}"),
  ("matrix m {\n  |   | a |\n  |---|---|\n  | f | –  |\n}", "matrix m {\n  |   | a |\n  |---|---|\n  | f | -  |\n}"),
  ("matrix m {\n  |   | a |\n  |---|---|\n  | f | -\n}", "matrix m {\n  |   | a |\n  |---|---|\n  | f | - |\n}"),
  ("lookup l {\n  | a | b |\n  |---|---|\n  | others | 1 |\n}", "lookup l {\n  | a | b |\n  |---|---|\n  | other | 1 |\n}"),
]) func `a fix mends the text`(_ wrong: String, _ right: String) {
  let tree = parsed("module m\n" + wrong)
  #expect(tree.diagnostics.count == 1, "\(told(tree))")
  #expect(mended(tree) == "module m\n" + right)
  #expect(told(parsed("module m\n" + right)) == [])
}

// MARK: Limits

private let overfullList = "module m\ndefine a = [" + String(repeating: "1, ", count: Limits.chain) + "1]"
private let manyMistakes = "module m\n" + String(repeating: "define a = )\n", count: Limits.diagnostics + 10)

@Test(arguments: [-1, 0, 1]) func `nesting has a limit`(_ beyond: Int) {
  // The innermost number is a level, too.
  let count = Limits.nesting - 1 + beyond
  let nested = [
    String(repeating: "(", count: count) + "1" + String(repeating: ")", count: count),
    String(repeating: "[", count: count) + "1" + String(repeating: "]", count: count),
    String(repeating: "not ", count: count) + "a",
    String(repeating: "{ a: ", count: count) + "1" + String(repeating: " }", count: count),
    "1" + String(repeating: " + 1", count: count),
    "1" + String(repeating: " else 1", count: count),
    "a" + String(repeating: ".a", count: count),
    "a" + String(repeating: "[1]", count: count),
  ]
  for text in nested {
    let codes = parsed("module m\ndefine a = \(text)\nfeature f \"F\"").diagnostics.map(\.kind.code)
    #expect(codes == (beyond > 0 ? ["LIC0116"] : []), "\(text.prefix(20))")
  }
  let types = "module m\nfact a: " + String(repeating: "list of ", count: count) + "int \"A\""
  #expect(parsed(types).diagnostics.map(\.kind.code) == (beyond > 0 ? ["LIC0116"] : []))
}

@Test(arguments: [-1, 0, 1]) func `length has a limit`(_ beyond: Int) {
  let count = Limits.chain + beyond
  let long = [
    "define a = [" + String(repeating: "1, ", count: count - 1) + "1]",
    "define a = b" + String(repeating: " and b", count: count - 1),
    "define a = b" + String(repeating: " or b", count: count - 1),
    "define a = f(" + String(repeating: "1, ", count: count - 1) + "1)",
    "violation v {\n" + String(repeating: "  when a\n", count: count) + "}",
    "record r {\n" + String(repeating: "  a: int\n", count: count) + "}",
    "product p \"P\" {\n" + String(repeating: "  held by all\n", count: count) + "}",
  ]
  for text in long {
    let codes = Set(parsed("module m\n\(text)").diagnostics.map(\.kind.code))
    #expect(codes == (beyond > 0 ? ["LIC0117"] : []), "\(text.prefix(20))")
  }
}

@Test func `a thousand mistakes are told, and then that there are more`() {
  let tree = parsed(manyMistakes)
  #expect(tree.diagnostics.count == Limits.diagnostics + 1)
  #expect(tree.diagnostics.last?.kind.code == "LIC0126")
}

@Test func `a file that is too large is refused whole`() {
  let tree = parse(SourceFile(path: "m", bytes: Array(repeating: 0x20, count: SourceFile.largestSize + 1)), file: 0)
  #expect(tree.diagnostics.map(\.kind.code) == ["LIC0001"])
  #expect(tree.tokens.map(\.kind) == [.invalid, .end])
}

@Test(arguments: corpus("syntax/good")) func `a tree's expressions are made of earlier ones`(_ example: CorpusCase) {
  let tree = parsed(example)
  for (index, expression) in tree.expressions.enumerated() {
    for operand in operands(of: expression.kind) {
      #expect(Int(operand.index) < index)
      #expect(tree[operand].span.start >= expression.span.start && tree[operand].span.end <= expression.span.end)
    }
  }
}
