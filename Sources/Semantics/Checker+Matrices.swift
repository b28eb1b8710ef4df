package import Syntax

extension Checker {
  mutating func checkMatrices() {
    for index in declared.matrices.indices {
      file = declared.matrices[index].file
      program.matrices.append(matrix(declared.matrices[index].node, index))
    }
    endVersions()
  }

  private mutating func matrix(_ node: MatrixDeclaration, _ index: Int) -> Matrix {
    var matrix = Matrix(
      name: qualified(node.name, in: file), period: Period(), othersUnknown: false, cite: nil, features: [], columns: [],
      statements: [])
    var once = Once()
    for clause in node.clauses {
      switch clause.value {
      case .cite(let node):
        refuseSecond("cite", clause.span, &once)
        matrix.cite = cite(node)
      case .effective(let node):
        refuseSecond("effective", clause.span, &once)
        matrix.period = period(node)
      case .othersUnknown:
        refuseSecond("others", clause.span, &once)
        matrix.othersUnknown = true
      }
    }
    let isTurned = self.isTurned(node)
    var seenFeatures: [FeatureID: SourceSpan] = [:]
    var seenProducts: [[ProductID]: SourceSpan] = [:]
    let features: [[FeatureID]]
    let products: [[[ProductID]]]
    if isTurned {
      features = node.columns.map { self.features($0, &seenFeatures) }
      products = node.rows.map { self.products($0.name, &seenProducts) }
    } else {
      features = node.rows.map { self.features($0.name, &seenFeatures) }
      products = node.columns.map { self.products($0, &seenProducts) }
    }
    matrix.features = features.flatMap { $0 }
    matrix.columns = products.flatMap { $0 }
    for (rowIndex, row) in node.rows.enumerated() {
      for (columnIndex, cell) in row.cells.enumerated() where columnIndex < node.columns.count {
        guard let cell else { continue }
        let first = matrix.statements.count
        let statement = self.statement(of: cell, cited: matrix.cite?.source, hasCite: !once.keys.contains("cite"))
        for feature in features[isTurned ? columnIndex : rowIndex] {
          for set in products[isTurned ? rowIndex : columnIndex] {
            matrix.statements.append(
              Matrix.Statement(
                feature: feature, products: set, mark: statement.mark, period: statement.period, condition: nil,
                cites: statement.cites, span: cell.span))
          }
        }
        if let condition = cell.condition {
          cellConditions.append((file, condition, index, first..<matrix.statements.count))
          if statement.mark == .no {
            report(
              .badCellCondition, "a `-` takes no condition", at: condition.span,
              notes: ["a cell that grants under a condition does not grant without it: write `yes when` the contrary"])
          }
        }
      }
    }
    return matrix
  }

  private struct ReadCell {
    var mark: Matrix.Mark
    var period: Period
    var cites: [Cite]
  }

  private mutating func statement(
    of cell: MatrixDeclaration.Cell, cited: CitedSourceID?, hasCite: Bool
  ) -> ReadCell {
    let mark: Matrix.Mark =
      switch cell.mark {
      case .yes: .yes
      case .no: .no
      case .unknown: .unknown
      }
    var cites: [Cite] = []
    var source = cited
    var lacksSource = hasCite
    if let node = cell.cite {
      let own = cite(node)
      source = own?.source
      lacksSource = false
      if let own { cites.append(own) }
    }
    for note in cell.notes {
      if let source {
        if noted(note, in: source) { cites.append(Cite(source: source, note: note.value)) }
      } else if lacksSource {
        report(
          .unknownNote, "`[\(note.value)]` is a note of no source", at: note.span,
          notes: ["say which source the matrix or the cell cites"])
        lacksSource = false
      }
    }
    return ReadCell(mark: mark, period: period(cell.period), cites: cites)
  }

  /// Whether the columns are features and the rows products; told by the first heading that can be only one of the two.
  private func isTurned(_ node: MatrixDeclaration) -> Bool {
    for column in node.columns {
      for reference in column.alternatives.joined() {
        let (isFeature, isProduct) = kinds(of: reference)
        if isFeature != isProduct { return isFeature }
      }
    }
    for row in node.rows {
      for reference in row.name.alternatives.joined() {
        let (isFeature, isProduct) = kinds(of: reference)
        if isFeature != isProduct { return isProduct }
      }
    }
    return false
  }

  private func kinds(of reference: Reference) -> (isFeature: Bool, isProduct: Bool) {
    let prefix = reference.module?.text
    return (
      !names.candidates([.feature], reference.name.text, from: module, in: prefix).isEmpty,
      !names.candidates([.product], reference.name.text, from: module, in: prefix).isEmpty
    )
  }

  /// The heading's references, each reported where it is of the other kind.
  private mutating func heading(_ kind: NameKind, _ other: NameKind, _ reference: Reference) -> Int? {
    let prefix = reference.module?.text
    if names.candidates([kind], reference.name.text, from: module, in: prefix).isEmpty,
      let wrong = names.candidates([other], reference.name.text, from: module, in: prefix).first
    {
      report(
        .mixedMatrix, "this is a heading of \(kind.word)s, and `\(reference.name.text.string)` is a \(other.word)",
        at: reference.span, related: [Diagnostic.Related(wrong.span, "declared here")])
      return nil
    }
    return resolve(kind, reference)?.index
  }

  private mutating func features(_ node: Alternatives, _ seen: inout [FeatureID: SourceSpan]) -> [FeatureID] {
    var features: [FeatureID] = []
    for alternative in node.alternatives {
      if alternative.count > 1, let first = alternative.first, let last = alternative.last {
        report(
          .mixedMatrix, "`with` joins products, and these are features", at: first.span.through(last.span),
          notes: ["give each feature a row, or join them with `or`"])
        continue
      }
      for reference in alternative {
        guard let index = heading(.feature, .product, reference) else { continue }
        let feature = FeatureID(index)
        if let first = seen[feature] {
          reportRepeated("feature", reference, first)
        } else {
          seen[feature] = reference.span
          features.append(feature)
        }
      }
    }
    return features
  }

  private mutating func products(_ node: Alternatives, _ seen: inout [[ProductID]: SourceSpan]) -> [[ProductID]] {
    var sets: [[ProductID]] = []
    for alternative in node.alternatives {
      let found = alternative.compactMap { heading(.product, .feature, $0).map { ProductID($0) } }
      guard found.count == alternative.count, let first = alternative.first, let last = alternative.last else { continue }
      let set = Set(found).sorted()
      let span = first.span.through(last.span)
      if let before = seen[set] {
        reportRepeated("product", Reference(module: nil, name: NameNode(last.name.text, at: span)), before)
      } else {
        seen[set] = span
        sets.append(set)
      }
    }
    return sets
  }

  private mutating func reportRepeated(_ word: String, _ reference: Reference, _ first: SourceSpan) {
    report(
      .repeatedHeading, "this \(word) has a place in the table already", at: reference.span,
      related: [Diagnostic.Related(first, "it stands here")])
  }

  /// Ends each version of a matrix where the next begins.
  private mutating func endVersions() {
    var versions: [[Text]: [Int]] = [:]
    for index in program.matrices.indices {
      let name = program.matrices[index].name
      versions[[name.module, name.name], default: []].append(index)
    }
    for (_, indices) in versions.sorted(by: { $0.value[0] < $1.value[0] }) where indices.count > 1 {
      let ordered = indices.sorted {
        let (left, right) = (program.matrices[$0].period.from, program.matrices[$1].period.from)
        if left == right { return $0 < $1 }
        guard let left else { return true }
        guard let right else { return false }
        return left < right
      }
      for (index, next) in zip(ordered, ordered.dropFirst()) {
        let (former, later) = (program.matrices[index], program.matrices[next])
        let name = former.name.name.string
        guard let from = later.period.from, former.period.from != later.period.from else {
          let day = later.period.from.map { "from \($0.text.string)" } ?? "from the beginning"
          report(
            .overlap, "two versions of the matrix `\(name)` hold \(day)", at: later.name.span,
            related: [Diagnostic.Related(former.name.span, "the other version")],
            notes: ["give each version an `effective from` of its own"])
          continue
        }
        if let before = former.period.before, from < before {
          report(
            .overlap, "this version of the matrix `\(name)` begins before the former has ended", at: later.name.span,
            related: [Diagnostic.Related(former.name.span, "it holds before \(before.text.string)")],
            notes: ["leave out its `before`: a version ends where the next begins"])
        }
        program.matrices[index].period.before = [former.period.before, from].compactMap { $0 }.min()
      }
    }
  }

  /// The conditions of cells, once the defines are checked.
  mutating func checkCellConditions() {
    for (file, name, matrix, statements) in cellConditions {
      self.file = file
      guard let found = resolve(.define, name) else { continue }
      let define = program.defines[found.index]
      guard defineStates[found.index] == .sound else { continue }
      let isSubject = define.parameters.count == 1 && program.variables[define.parameters[0].index].type.record != nil
      let result = type(define.body)
      if !isSubject || result.shape != .bool || result.isNullable {
        report(
          .badCellCondition, "a cell's condition is a define of one row that is true or false", at: name.span,
          related: [Diagnostic.Related(define.name.span, "this one is \(signature(define))")])
        continue
      }
      for index in statements { program.matrices[matrix].statements[index].condition = DefineID(found.index) }
    }
  }

  private func signature(_ define: Define) -> String {
    let parameters = define.parameters.map { program.describe(program.variables[$0.index].type) }
    return "of (\(parameters.joined(separator: ", "))), and gives \(program.describe(type(define.body)))"
  }

  mutating func checkInvariants() {
    for (file, node) in declared.invariants {
      self.file = file
      let granting = resolve(.feature, node.granting)
      let grants = resolve(.feature, node.grants)
      let exceptions = node.exceptions.compactMap { resolve(.product, $0.product).map { ProductID($0.index) } }
      guard let granting, let grants else { continue }
      program.invariants.append(
        Invariant(
          name: qualified(node.name, in: file), granting: FeatureID(granting.index), grants: FeatureID(grants.index),
          exceptions: exceptions))
    }
  }
}

extension DiagnosticKind {
  package static let mixedMatrix = DiagnosticKind(
    code: "LIC0400",
    summary: "a heading of a matrix that mixes features and products",
    explanation: """
      A matrix has features one way and products the other, whichever way round; `a or b` gives several of them one row or column, and \
      `a with b` stands for products that are held together.
      """,
    wrong: """
      module m
      feature reset "Reset a password"
      feature change "Change a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        |       | basic | change |
        |-------|:-----:|:------:|
        | reset |  yes  |  yes   |
      }
      """,
    right: """
      module m
      feature reset "Reset a password"
      feature change "Change a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        |        | basic |
        |--------|:-----:|
        | reset  |  yes  |
        | change |  yes  |
      }
      """)

  package static let repeatedHeading = DiagnosticKind(
    code: "LIC0401",
    summary: "a row or column of a matrix that stands twice",
    explanation: "Two cells for one feature and one set of products could contradict each other; one place says it once.",
    wrong: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      product full "Full" {
        held by all
      }
      matrix editions {
        |       | basic | full or basic |
        |-------|:-----:|:-------------:|
        | reset |   -   |      yes      |
      }
      """,
    right: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      product full "Full" {
        held by all
      }
      matrix editions {
        |       | basic | full |
        |-------|:-----:|:----:|
        | reset |   -   | yes  |
      }
      """)

  package static let badCellCondition = DiagnosticKind(
    code: "LIC0402",
    summary: "a condition of a cell that cannot be asked of a subject",
    explanation: """
      `yes when NAME` names a define of one parameter, the row that holds the product, which is true or false. A `-` takes no condition: \
      what is granted under a condition is written as `yes when` it.
      """,
    wrong: """
      module m
      entity user in users key id { id: id, synced: bool }
      define limit = 3
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        |       | basic          |
        |-------|:--------------:|
        | reset | yes when limit |
      }
      """,
    right: """
      module m
      entity user in users key id { id: id, synced: bool }
      define cloud_only(person: user) = not person.synced
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        |       | basic               |
        |-------|:-------------------:|
        | reset | yes when cloud_only |
      }
      """)

  package static let overlap = DiagnosticKind(
    code: "LIC0405",
    summary: "two terms that would hold on one day, where only one may",
    explanation: """
      The versions of a matrix follow one another, each with its own `effective from`; each ends where the next begins. Former names of a \
      product do not overlap either.
      """,
    wrong: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        effective from 2024-01-01
        |       | basic |
        |-------|:-----:|
        | reset |  yes  |
      }
      matrix editions {
        effective from 2024-01-01
        |       | basic |
        |-------|:-----:|
        | reset |   -   |
      }
      """,
    right: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        effective from 2024-01-01
        |       | basic |
        |-------|:-----:|
        | reset |  yes  |
      }
      matrix editions {
        effective from 2025-01-01
        |       | basic |
        |-------|:-----:|
        | reset |   -   |
      }
      """)
}
