package import Syntax

extension Checker {
  mutating func checkPreferences() {
    for (file, node, span) in declared.preferences {
      self.file = file
      let preferred = resolve(.matrix, node.preferred)
      let over = resolve(.matrix, node.over)
      let features = node.features.compactMap { resolve(.feature, $0).map { FeatureID($0.index) } }
      guard let preferred, let over else { continue }
      if preferred.module == over.module && preferred.name == over.name {
        report(.badPreference, "a matrix is not preferred over itself", at: node.over.span)
        continue
      }
      for (symbol, reference) in [(preferred, node.preferred), (over, node.over)] {
        let spoken = Set(versions(of: symbol).flatMap { program.matrices[$0].features })
        for feature in features where !spoken.contains(feature) {
          report(
            .badPreference,
            "the matrix `\(symbol.name.string)` says nothing of `\(program[feature].name.name.string)`", at: reference.span,
            related: [Diagnostic.Related(symbol.span, "declared here")])
        }
      }
      let preference = Preference(
        preferred: QualifiedName(module: preferred.module, name: preferred.name, span: node.preferred.span),
        over: QualifiedName(module: over.module, name: over.name, span: node.over.span), features: features,
        reason: node.reason.text, span: span)
      if let other = program.preferences.first(where: { contrary($0, preference) }) {
        report(
          .badPreference, "each of these matrices is preferred over the other", at: span,
          related: [Diagnostic.Related(other.span, "the contrary preference")])
      }
      program.preferences.append(preference)
    }
    refuseContradictions()
  }

  private func contrary(_ left: Preference, _ right: Preference) -> Bool {
    sameMatrix(left.preferred, right.over) && sameMatrix(left.over, right.preferred)
      && !Set(left.features).isDisjoint(with: right.features)
  }

  private func sameMatrix(_ left: QualifiedName, _ right: QualifiedName) -> Bool {
    left.module == right.module && left.name == right.name
  }

  private func versions(of symbol: DeclaredName) -> [Int] {
    program.matrices.indices.filter {
      program.matrices[$0].name.module == symbol.module && program.matrices[$0].name.name == symbol.name
    }
  }

  private struct Place: Hashable {
    let feature: FeatureID
    let products: [ProductID]
  }

  private struct Cell {
    let matrix: Int
    let statement: Int
    let days: Period
  }

  /// A `-` against a `yes` for one feature, one set of products and one day, where no `prefer` decides.
  private mutating func refuseContradictions() {
    var refusals: [Place: [Cell]] = [:]
    for (index, matrix) in program.matrices.enumerated() {
      for (place, statement) in matrix.statements.enumerated() where statement.mark == .no {
        guard let days = overlap(matrix.period, statement.period) else { continue }
        refusals[Place(feature: statement.feature, products: statement.products), default: []]
          .append(Cell(matrix: index, statement: place, days: days))
      }
    }
    var told: Set<[SourceSpan]> = []
    for (index, matrix) in program.matrices.enumerated() {
      for statement in matrix.statements where statement.mark == .yes {
        guard let days = overlap(matrix.period, statement.period) else { continue }
        for other in refusals[Place(feature: statement.feature, products: statement.products)] ?? [] {
          let against = program.matrices[other.matrix]
          guard other.matrix != index, !sameMatrix(against.name, matrix.name), let both = overlap(days, other.days),
            !isDecided(matrix.name, against.name, statement.feature)
          else { continue }
          let no = against.statements[other.statement].span
          guard told.insert([statement.span, no]).inserted else { continue }
          reportContradiction(statement, matrix, no, against, both)
        }
      }
    }
  }

  private func isDecided(_ left: QualifiedName, _ right: QualifiedName, _ feature: FeatureID) -> Bool {
    program.preferences.contains {
      $0.features.contains(feature)
        && (sameMatrix($0.preferred, left) && sameMatrix($0.over, right)
          || sameMatrix($0.preferred, right) && sameMatrix($0.over, left))
    }
  }

  private mutating func reportContradiction(
    _ statement: Matrix.Statement, _ matrix: Matrix, _ no: SourceSpan, _ against: Matrix, _ days: Period
  ) {
    let products = statement.products.map { "`\(program[$0].name.name.string)`" }.joined(separator: " with ")
    let feature = program[statement.feature].name.name.string
    let from = days.from.map { "from \($0.text.string)" }
    let before = days.before.map { "before \($0.text.string)" }
    let when = [from, before].compactMap { $0 }.joined(separator: " ")
    report(
      .contradiction,
      "the matrices `\(matrix.name.name.string)` and `\(against.name.name.string)` contradict each other about `\(feature)` for \(products)\(when.isEmpty ? "" : ", \(when)")",
      at: statement.span,
      related: [Diagnostic.Related(no, "`\(against.name.name.string)` says `-`")],
      notes: [
        "say which holds: `prefer \(matrix.name.name.string) over \(against.name.name.string) for \(feature) because \"…\"`, or the other way round"
      ])
  }
}

extension DiagnosticKind {
  package static let contradiction = DiagnosticKind(
    code: "LIC0404",
    summary: "two matrices that contradict each other",
    explanation: """
      One matrix says `yes` and another `-` for the same feature, the same products and the same day. Two pages of a vendor may well do so: \
      `prefer` says which of the two holds and why, and findings on that cell say that it is contested.
      """,
    wrong: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        |       | basic |
        |-------|:-----:|
        | reset |   -   |
      }
      matrix overview {
        |       | basic |
        |-------|:-----:|
        | reset |  yes  |
      }
      """,
    right: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        |       | basic |
        |-------|:-----:|
        | reset |   -   |
      }
      matrix overview {
        |       | basic |
        |-------|:-----:|
        | reset |  yes  |
      }
      prefer editions over overview for reset because "It is the narrower statement."
      """)

  package static let badPreference = DiagnosticKind(
    code: "LIC0407",
    summary: "a preference that decides nothing",
    explanation: """
      `prefer A over B for F` needs two different matrices that both have a row for F, and no preference the other way round.
      """,
    wrong: """
      module m
      feature reset "Reset a password"
      feature change "Change a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        |       | basic |
        |-------|:-----:|
        | reset |   -   |
      }
      matrix overview {
        |        | basic |
        |--------|:-----:|
        | change |  yes  |
      }
      prefer editions over overview for reset because "It is the narrower statement."
      """,
    right: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        |       | basic |
        |-------|:-----:|
        | reset |   -   |
      }
      matrix overview {
        |       | basic |
        |-------|:-----:|
        | reset |  yes  |
      }
      prefer editions over overview for reset because "It is the narrower statement."
      """)
}
