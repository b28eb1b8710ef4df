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

// MARK: Trees

@Test(arguments: corpus("syntax/good")) func `good policies are read as what they say`(_ example: CorpusCase) {
  let actual = describe(parsed(example))
  #expect(actual == example.golden("tree", recording: actual))
}

/// Whatever stands in the place of an expression is that expression, wherever else it is written.
@Test(arguments: corpus("syntax/good")) func `an expression's place holds all of it and no more`(_ example: CorpusCase) {
  let tree = parsed(example)
  // Of long files every fourth, which is enough to meet each sort.
  for index in stride(from: 0, to: tree.expressions.count, by: tree.expressions.count > 200 ? 4 : 1) {
    let id = ExpressionID(index: Int32(index))
    let text = tree.source.string(tree[id].span)
    let alone = parsed("module m\ndefine x = (\n  " + text + "\n )")
    guard case .define(let define) = alone.declarations.first?.kind else {
      Issue.record("`\(text)` is no expression alone")
      continue
    }
    #expect(describe(define.body, in: alone) == "(parenthesized \(describe(id, in: tree)))")
  }
}

@Test(arguments: [
  ("a or b or c", "(or [(name a) (name b) (name c)])"),
  ("a and not b and c", "(and [(name a) (not (name b)) (name c)])"),
  ("not a is b", "(not (comparison equal (name a) (name b)))"),
  ("not a in b", "(not (comparison member (name a) (name b)))"),
  ("a not in b", "(comparison notMember (name a) (name b))"),
  ("a is not b", "(comparison notEqual (name a) (name b))"),
  ("a + b - c", "(arithmetic subtract (arithmetic add (name a) (name b)) (name c))"),
  ("a + b * c", "(arithmetic add (name a) (arithmetic multiply (name b) (name c)))"),
  ("a * b / c", "(arithmetic divide (arithmetic multiply (name a) (name b)) (name c))"),
  ("a else b + c", "(arithmetic add (orElse (name a) (name b)) (name c))"),
  ("a * b else c else d", "(arithmetic multiply (name a) (orElse (orElse (name b) (name c)) (name d)))"),
  ("a + b < c - d", "(comparison less (arithmetic add (name a) (name b)) (arithmetic subtract (name c) (name d)))"),
  ("a - b days < c", "(comparison less (shift (name a) by: (name b) days backwards: true) (name c))"),
  (
    "a + 1 months - 2 years",
    "(shift (shift (name a) by: (literal (int 1)) months backwards: false) by: (literal (int 2)) years backwards: true)"
  ),
  ("a - -1", "(arithmetic subtract (name a) (literal (int -1)))"),
  ("a.b[c](d)", nil),
  ("a.b(c).d", "(member (call (member (name a) b) arguments: [(name c)]) d)"),
  ("a has b.c", "(comparison has (name a) (member (name b) c))"),
  ("a holds sku", "(comparison holds (name a) (name sku))"),
  ("sku sku is plan \"p q\"", "(comparison equal (declared sku sku) (declared plan 'p q'))"),
  ("a < b is c", nil),
  ("(a)(b)", nil),
  ("count distinct (x in a where b)", "(count (Binder name: x source: (name a) condition: (name b)) distinct: true)"),
  ("all (x in a satisfy b or c)", "(all (Binder name: x source: (name a) condition: -) satisfy: (or [(name b) (name c)]))"),
  (
    "[x for x in a for y in b]",
    "(comprehension (Comprehension element: (name x) loops: [(Loop name: x source: (name a)) (Loop name: y source: (name b))] condition: -))"
  ),
  ("products held by a.b is products", "(comparison equal (productsHeld by: (member (name a) b)) products)"),
  ("days from a + 1 to b else c", "(days from: (arithmetic add (name a) (literal (int 1))) to: (orElse (name b) (name c)))"),
]) func `operators bind as the grammar says`(_ text: String, _ expected: String?) {
  let tree = parsed("module m\ndefine x = " + text)
  guard let expected else {
    #expect(tree.diagnostics.count == 1)
    return
  }
  #expect(told(tree) == [])
  guard case .define(let define) = tree.declarations.first?.kind else {
    Issue.record("no define")
    return
  }
  #expect(describe(define.body, in: tree) == expected)
}
