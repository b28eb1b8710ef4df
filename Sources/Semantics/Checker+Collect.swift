package import Syntax

extension Checker {
  /// Gives each declaration its place in the program's arrays, and its name to the table; names that come twice are reported.
  mutating func collect() {
    for tree in trees { names.declare(module: tree.module?.text ?? "") }
    for index in trees.indices {
      file = index
      for declaration in trees[index].declarations { collect(declaration) }
    }
    defineStates = Array(repeating: .unchecked, count: program.defines.count)
    rules = Array(repeating: nil, count: declared.rules.count)
    ruleChains = Array(repeating: [], count: declared.rules.count)
    lookupsAreSound = Array(repeating: false, count: declared.lookups.count)
  }

  private mutating func collect(_ declaration: Declaration) {
    switch declaration.kind {
    case .asOf(let node): declared.asOf.append((file, node, declaration.span))
    case .source(let node):
      declare(.source, node.name, declared.sources.count)
      declared.sources.append((file, node))
    case .feature(let node):
      declare(.feature, node.name, program.features.count)
      program.features.append(Feature(name: qualified(node.name, in: file), title: localText(node.title)))
    case .product(let node):
      declare(.product, node.name, declared.products.count)
      declared.products.append((file, node))
    case .matrix(let node):
      // Matrices of one name are versions of one another.
      names.declare(symbol(.matrix, node.name, declared.matrices.count))
      declared.matrices.append((file, node))
    case .prefer(let node): declared.preferences.append((file, node, declaration.span))
    case .invariant(let node): declared.invariants.append((file, node))
    case .entity(let node):
      declareShape(node.name, collection: node.collection, .entity(node))
    case .record(let node): declareShape(node.name, collection: nil, .record(node))
    case .fact(let node):
      declare(.fact, node.name, declared.facts.count, beside: [.define, .lookup])
      declared.facts.append((file, node))
    case .attest(let node): declared.attestations.append((file, node, declaration.span))
    case .define(let node):
      declare(.define, node.name, program.defines.count, beside: [.fact, .lookup])
      declared.defines.append((file, node))
      program.defines.append(
        Define(name: qualified(node.name, in: file), parameters: [], body: TypedExpressionID(0)))
    case .lookup(let node):
      declare(.lookup, node.name, declared.lookups.count, beside: [.define, .fact])
      declared.lookups.append((file, node))
    case .holding(let node): declared.holdings.append((file, node, declaration.span))
    case .rule(let node):
      declare(.rule, node.name, declared.rules.count)
      declared.rules.append((file, node, declaration.span))
    case .waiver(let node):
      declare(.waiver, node.name, declared.waivers.count)
      declared.waivers.append((file, node, declaration.span))
    case .test(let node): declared.tests.append((file, node, declaration.span))
    // What lint says is no part of what is judged.
    case .lint: break
    }
  }

  private mutating func declareShape(_ name: NameNode, collection: NameNode?, _ shape: Shape) {
    let record = RecordID(program.records.count)
    if builtinTypes[name.text] != nil {
      report(
        .typeName, "`\(name.text.string)` is a type of the language", at: name.span,
        notes: ["choose another name for the rows of this shape"])
    }
    declare(.record, name, record.index)
    declared.shapes.append((file, shape))
    program.records.append(
      RecordType(name: qualified(name, in: file), fields: [], key: [], collection: nil))
    guard let collection, case .entity(let node) = shape else { return }
    let id = CollectionID(program.collections.count)
    // Collections are the snapshot's, so their names are one for the whole policy set.
    if let first = names.all(.collection, collection.text).first {
      reportTwice(.collection, collection, first)
    } else {
      names.declare(symbol(.collection, collection, id.index))
    }
    program.records[record.index].collection = id
    var made = Collection(
      name: collection.text, fileName: node.fileName?.text ?? collection.text, entity: qualified(name, in: file),
      record: record, isSingle: node.isSingle, label: [], atMost: node.atMost?.value, requests: [], permissions: [],
      conditions: [])
    for export in node.exports {
      switch export.value {
      case .request(let text): made.requests.append(text.text)
      case .permission(let texts): made.permissions.append(texts.map(\.text))
      case .condition(let text): made.conditions.append(text.text)
      }
    }
    program.collections.append(made)
  }

  private func symbol(_ kind: NameKind, _ name: NameNode, _ index: Int) -> DeclaredName {
    DeclaredName(kind: kind, module: module, name: name.text, index: index, span: name.span)
  }

  /// Enters a name; one that its module has already, in this kind or one of those beside it, is reported and left as it was.
  private mutating func declare(_ kind: NameKind, _ name: NameNode, _ index: Int, beside: [NameKind] = []) {
    for other in [kind] + beside {
      if let first = names.all(other, name.text).first(where: { $0.module == module }) {
        reportTwice(kind, name, first)
        return
      }
    }
    names.declare(symbol(kind, name, index))
  }

  private mutating func reportTwice(_ kind: NameKind, _ name: NameNode, _ first: DeclaredName) {
    report(
      .duplicateDeclaration, "the \(kind.word) `\(name.text.string)` is declared twice", at: name.span,
      related: [Diagnostic.Related(first.span, "first declared here")])
  }
}

extension DiagnosticKind {
  package static let duplicateDeclaration = DiagnosticKind(
    code: "LIC0202",
    summary: "a name is declared twice in its module",
    explanation: """
      A name stands for one thing of its kind in a module; defines, lookups and facts share one kind. Collections are the snapshot's and \
      have one name in the whole policy set. Matrices of one name are versions of one another and may repeat, each with its own `effective from`.
      """,
    wrong: """
      module m
      feature reset "Reset a password"
      feature reset "Reset a forgotten password"
      """,
    right: """
      module m
      feature change "Change a password"
      feature reset "Reset a forgotten password"
      """)
}
