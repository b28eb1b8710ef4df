import Syntax
import TestSupport
import Testing

@Test(arguments: corpus("syntax/good")) func `good policies parse without a word`(_ example: CorpusCase) {
  let tree = parse(SourceFile(path: example.description, bytes: example.bytes), file: 0)
  #expect(tree.diagnostics.map { "\($0.span.start): \($0.kind.code) \($0.message)" } == [])
  #expect(!tree.declarations.isEmpty)
}
