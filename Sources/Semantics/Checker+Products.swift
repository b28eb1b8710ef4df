package import Syntax

extension Checker {
  mutating func checkSources() {
    for (file, node) in declared.sources {
      self.file = file
      var source = CitedSource(
        name: qualified(node.name, in: file), title: node.title.text, url: nil, published: nil, retrieved: nil, locale: nil,
        isMachineTranslated: nil, notes: [])
      var once = Once()
      for clause in node.clauses {
        switch clause.value {
        case .url(let text):
          refuseSecond("url", clause.span, &once)
          source.url = text.text
        case .published(let day):
          refuseSecond("published", clause.span, &once)
          source.published = day.day
        case .retrieved(let day):
          refuseSecond("retrieved", clause.span, &once)
          source.retrieved = day.day
        case .locale(let text):
          refuseSecond("locale", clause.span, &once)
          source.locale = text.text
        case .translation(let isMachine):
          refuseSecond("translation", clause.span, &once)
          source.isMachineTranslated = isMachine
        case .note(let note):
          refuseSecond("note \(note.number.value)", clause.span, &once)
          source.notes.append(CitedSource.Note(number: note.number.value, text: localText(note.text)))
        }
      }
      program.cited.append(source)
    }
  }

  /// Where each clause that may stand only once first stood.
  typealias Once = [String: SourceSpan]

  mutating func refuseSecond(_ clause: String, _ span: SourceSpan, _ once: inout Once) {
    if let first = once[clause] {
      report(
        .clauseTwice, "`\(clause)` stands twice", at: span, related: [Diagnostic.Related(first, "it stands here already")])
    } else {
      once[clause] = span
    }
  }

  mutating func checkProducts() {
    for (index, entry) in declared.products.enumerated() {
      file = entry.file
      declareIdentifiers(entry.node, index)
    }
    for (file, node) in declared.products {
      self.file = file
      program.products.append(product(node))
    }
    refuseCyclesOfSuites()
  }

  private mutating func declareIdentifiers(_ node: ProductDeclaration, _ index: Int) {
    for clause in node.clauses {
      switch clause.value {
      case .sku(let name, let guid, _):
        names.declare(
          DeclaredName(kind: .sku, module: module, name: name.text, index: index, span: name.span, guid: guid.guid))
      case .plan(let name, let guid, _), .containsPlan(let name, let guid, _):
        names.declare(
          DeclaredName(kind: .plan, module: module, name: name.text, index: index, span: name.span, guid: guid.guid))
      case .formerly, .includes, .requires, .heldByAll: break
      }
    }
  }

  private mutating func product(_ node: ProductDeclaration) -> Product {
    var product = Product(
      name: qualified(node.name, in: file), title: localText(node.title), formerly: [], skus: [], plans: [], components: [],
      includes: [], requires: [], isHeldByAll: false)
    var once = Once()
    for clause in node.clauses {
      switch clause.value {
      case .formerly(let title, let written):
        let period = self.period(written)
        if let other = product.formerly.first(where: { overlap($0.period, period) != nil }) {
          report(
            .overlap, "two former names hold on one day", at: clause.span,
            notes: ["the other is `\(other.title.text.string)`; end each with `before` the day of the next"])
        }
        product.formerly.append(Product.Former(title: localText(title), period: period))
      case .sku(let name, let guid, let period): add(name, guid, period, "sku", to: &product.skus)
      case .plan(let name, let guid, let period): add(name, guid, period, "plan", to: &product.plans)
      case .containsPlan(let name, let guid, let period): add(name, guid, period, "contains plan", to: &product.components)
      case .includes(let references, let written):
        let period = self.period(written)
        for reference in references {
          guard let found = resolve(.product, reference) else { continue }
          let inclusion = Product.Inclusion(product: ProductID(found.index), period: period, span: reference.span)
          if let other = product.includes.first(where: { $0.product == inclusion.product && overlap($0.period, period) != nil }) {
            report(
              .clauseTwice, "`\(found.name.string)` is included twice on one day", at: reference.span,
              related: [Diagnostic.Related(other.span, "it stands here already")])
            continue
          }
          product.includes.append(inclusion)
        }
      case .requires(let columns):
        var alternatives: [[ProductID]] = []
        for alternative in columns.alternatives {
          let products = alternative.compactMap { resolve(.product, $0).map { ProductID($0.index) } }
          if products.count == alternative.count { alternatives.append(Set(products).sorted()) }
        }
        product.requires.append(alternatives)
      case .heldByAll:
        refuseSecond("held by all", clause.span, &once)
        product.isHeldByAll = true
      }
    }
    return product
  }

  private mutating func add(
    _ name: NameNode, _ guid: GuidNode, _ written: PeriodNode, _ clause: String, to list: inout [Product.Identifier]
  ) {
    let period = self.period(written)
    // By number, so that no identifier is copied: products of a catalogue have hundreds.
    if let other = list.indices.first(where: { list[$0].guid == guid.guid && overlap(list[$0].period, period) != nil }) {
      report(
        .clauseTwice, "this `\(clause)` stands twice in the product", at: guid.span,
        related: [Diagnostic.Related(list[other].span, "it stands here already")])
      return
    }
    list.append(
      Product.Identifier(name: name.text, guid: guid.guid, period: period, span: name.span.through(guid.span)))
  }

  /// A suite that includes itself, directly or through others.
  private mutating func refuseCyclesOfSuites() {
    let edges = program.products.map { $0.includes.map(\.product.index) }
    for cycle in apart(cycles(in: edges)) {
      let members = cycle.map { program.products[$0].name }
      guard let first = members.first else { continue }
      report(
        .suiteCycle, "the suite `\(first.name.string)` includes itself", at: first.span,
        related: members.dropFirst().map { Diagnostic.Related($0.span, "through `\($0.name.string)`") })
    }
  }

  /// The citation; nil, reported, where its source or its note is unknown.
  mutating func cite(_ node: CiteNode) -> Cite? {
    guard let found = resolve(.source, node.source) else { return nil }
    let source = CitedSourceID(found.index)
    guard let note = node.note else { return Cite(source: source, note: nil) }
    return noted(note, in: source) ? Cite(source: source, note: note.value) : nil
  }

  mutating func noted(_ note: IntNode, in source: CitedSourceID) -> Bool {
    let cited = program.cited[source.index]
    if cited.notes.contains(where: { $0.number == note.value }) { return true }
    let known = cited.notes.map { String($0.number) }
    report(
      .unknownNote, "the source `\(cited.name.name.string)` has no note \(note.value)", at: note.span,
      related: [Diagnostic.Related(cited.name.span, "declared here")],
      notes: [known.isEmpty ? "it has no notes" : "its notes are " + known.joined(separator: ", ")])
    return false
  }
}

/// The days that two periods have in common; nil where there are none.
package func overlap(_ left: Period, _ right: Period) -> Period? {
  let from = [left.from, right.from].compactMap { $0 }.max()
  let before = [left.before, right.before].compactMap { $0 }.min()
  if let from, let before, before <= from { return nil }
  return Period(from: from, before: before)
}

/// Those that share nothing with one before them: of a tangle, one is told at a time.
func apart(_ cycles: [[Int]]) -> [[Int]] {
  var seen: Set<Int> = []
  return cycles.filter { cycle in
    defer { seen.formUnion(cycle) }
    return seen.isDisjoint(with: cycle)
  }
}

/// Cycles of a graph, at least one for each tangle, as their nodes in order from the least; without recursion, since policies may chain without end.
func cycles(in edges: [[Int]]) -> [[Int]] {
  var found: [[Int]] = []
  // 0: not seen; 1: on the path; 2: done.
  var state = Array(repeating: 0, count: edges.count)
  for start in edges.indices where state[start] == 0 {
    var path: [(node: Int, next: Int)] = [(start, 0)]
    state[start] = 1
    while let top = path.last {
      if top.next < edges[top.node].count {
        path[path.count - 1].next += 1
        let node = edges[top.node][top.next]
        if state[node] == 0 {
          state[node] = 1
          path.append((node, 0))
        } else if state[node] == 1, let begin = path.firstIndex(where: { $0.node == node }) {
          let cycle = path[begin...].map(\.node)
          let least = cycle.enumerated().min { $0.element < $1.element }?.offset ?? 0
          found.append(Array(cycle[least...] + cycle[..<least]))
        }
      } else {
        state[top.node] = 2
        path.removeLast()
      }
    }
  }
  return found
}

extension DiagnosticKind {
  package static let unknownNote = DiagnosticKind(
    code: "LIC0403",
    summary: "a note that the cited source does not have",
    explanation:
      "`[1]` in a cell is note 1 of the source that the cell cites, or else the matrix; the source declares its notes with their numbers.",
    wrong: """
      module m
      source page "The page" {
        note 1 "Not for guests."
      }
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        cite page
        |       | basic   |
        |-------|:-------:|
        | reset | yes [2] |
      }
      """,
    right: """
      module m
      source page "The page" {
        note 1 "Not for guests."
      }
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        cite page
        |       | basic   |
        |-------|:-------:|
        | reset | yes [1] |
      }
      """)

  package static let suiteCycle = DiagnosticKind(
    code: "LIC0408",
    summary: "a suite that includes itself",
    explanation: "Whoever holds a suite holds what it includes; a suite within itself, directly or through others, says nothing.",
    wrong: """
      module m
      product big "Big" {
        includes small
      }
      product small "Small" {
        includes big
      }
      """,
    right: """
      module m
      product big "Big" {
        includes small
      }
      product small "Small" {
        held by all
      }
      """)

  package static let clauseTwice = DiagnosticKind(
    code: "LIC0601",
    summary: "a clause that stands twice where it may stand once",
    explanation: "Of two clauses that say one thing, one would be overlooked; conditions are joined with `and`, languages stand once each.",
    wrong: """
      module m
      notice always {
        require true
        require false
        message "Never."
      }
      """,
    right: """
      module m
      notice always {
        require true and false
        message "Never."
      }
      """)
}
