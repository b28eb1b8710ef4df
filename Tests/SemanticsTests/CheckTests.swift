import Semantics
import Syntax
import TestSupport
import Testing

/// Parses and checks files as one policy set.
func checked(_ files: [(path: String, bytes: [UInt8])]) -> (checked: Checked, diagnostics: [Diagnostic], sources: [SourceFile]) {
  let sources = files.map { SourceFile(path: $0.path, bytes: $0.bytes) }
  let trees = sources.enumerated().map { parse($0.element, file: Int32($0.offset)) }
  let result = check(trees)
  return (result, trees.flatMap(\.diagnostics) + result.diagnostics, sources)
}

func line(_ diagnostic: Diagnostic, _ sources: [SourceFile]) -> String {
  let source = sources[Int(diagnostic.span.file)]
  let (line, column) = source.position(of: diagnostic.span.start)
  return "\(source.path):\(line):\(column): \(diagnostic.kind.code) \(diagnostic.message) \(diagnostic.notes)"
}

@Suite struct CheckTests {
  @Test func `the examples of the design form one policy set`() {
    let result = checked(corpus("semantics/examples").map { ($0.description, $0.bytes) })
    #expect(result.diagnostics.map { line($0, result.sources) } == [])
    #expect(result.checked.program != nil)
  }

  @Test(arguments: corpus("semantics/bad")) func `bad policies say why`(_ example: CorpusCase) {
    let result = checked([(example.description, example.bytes)])
    let drawn = DiagnosticRenderer(.text(color: false)).render(result.diagnostics, in: result.sources)
    #expect(drawn == example.golden("txt", recording: drawn))
    #expect(!result.diagnostics.isEmpty)
    #expect(result.checked.program == nil)
  }

  @Test(arguments: corpus("semantics/good")) func `good policies are silent`(_ example: CorpusCase) {
    let result = checked([(example.description, example.bytes)])
    #expect(result.diagnostics.map { line($0, result.sources) } == [])
    #expect(result.checked.program != nil)
  }

  @Test func `every code is shown by a case`() {
    var shown: Set<String> = []
    for example in corpus("semantics/bad") {
      shown.formUnion(checked([(example.description, example.bytes)]).diagnostics.map(\.kind.code))
    }
    #expect(semanticDiagnostics.map(\.code).filter { !shown.contains($0) } == [])
    #expect(semanticDiagnostics.map(\.code) == Set(semanticDiagnostics.map(\.code)).sorted())
  }

  @Test(arguments: semanticDiagnostics) func `what a kind calls wrong is wrong, and what it calls right is right`(_ kind: DiagnosticKind) {
    let wrong = checked([("wrong", Array(kind.wrong.utf8))])
    #expect(Set(wrong.diagnostics.map(\.kind.code)) == [kind.code], "\(wrong.diagnostics.map { line($0, wrong.sources) })")
    let right = checked([("right", Array(kind.right.utf8))])
    #expect(right.diagnostics.map { line($0, right.sources) } == [])
    #expect(right.checked.program != nil)
  }
}
