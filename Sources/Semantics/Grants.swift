package import Syntax

/// What the matrices in force on one day say of one feature, after versions, periods and preferences.
///
/// Whoever holds all products of an alternative has the feature (`yes`), or it cannot be told (`unknown`); what `open` names, held, leaves it untold too.
/// Where no matrix in force speaks of the feature, nothing can be told at all.
package struct Grants: Sendable {
  /// Who said otherwise: the cell of a matrix against which another was preferred.
  package struct Contest: Sendable, Hashable {
    package var matrix: MatrixID
    /// The cell's place in `program.matrices[matrix].statements`.
    package var statement: Int
    package var mark: Matrix.Mark
    /// The reason of the `prefer` that decided.
    package var reason: Text
  }

  /// One cell, of one set of products.
  package struct Alternative: Sendable {
    /// One, or several that must be held together.
    package var products: [ProductID]
    /// `.no` only in `denied`.
    package var mark: Matrix.Mark
    /// A define of one parameter, the subject: the cell holds where it is true.
    package var condition: DefineID?
    package var matrix: MatrixID
    /// The cell's place in `program.matrices[matrix].statements`.
    package var statement: Int
    package var contested: Contest?
  }

  /// Some matrix in force has a row for the feature.
  package var speaks: Bool
  /// What grants it (`.yes`) or may grant it (`.unknown`), in the order of matrices and cells.
  package var alternatives: [Alternative]
  /// What is written not to grant it (`.no`); only for explanations.
  package var denied: [Alternative]
  /// Products of which a matrix in force with `others ?` says nothing and no other matrix in force does either, in order.
  package var open: [ProductID]
}

/// What the matrices in force on a day say of a feature.
///
/// - Complexity: O(statements of the matrices in force + products), so ask once for each feature, not for each row.
package func grants(of feature: FeatureID, on day: Day, in program: CheckedProgram) -> Grants {
  var result = Grants(speaks: false, alternatives: [], denied: [], open: [])
  var cells: [Grants.Alternative] = []
  var silent: [Grants.Alternative] = []
  var openers: [Matrix] = []
  for (index, matrix) in program.matrices.enumerated() {
    guard matrix.period.contains(day), matrix.features.contains(feature) else { continue }
    result.speaks = true
    if matrix.othersUnknown { openers.append(matrix) }
    for (place, statement) in matrix.statements.enumerated() where statement.feature == feature {
      let cell = Grants.Alternative(
        products: statement.products, mark: statement.mark, condition: statement.condition, matrix: MatrixID(index),
        statement: place, contested: nil)
      if statement.period.contains(day) { cells.append(cell) } else { silent.append(cell) }
    }
  }
  let preferences = program.preferences.filter { $0.features.contains(feature) }
  cells = settle(cells, preferences, program)

  // A written `-` beats another matrix's `?` for the same products, and so does an unconditional `yes`.
  var no: Set<[ProductID]> = []
  var yes: Set<[ProductID]> = []
  for cell in cells {
    switch cell.mark {
    case .no: no.insert(cell.products)
    case .yes: if cell.condition == nil { yes.insert(cell.products) }
    case .unknown: break
    }
  }
  for cell in cells {
    switch cell.mark {
    case .no: result.denied.append(cell)
    // The checker refuses `-` against `yes`; should it meet here, neither is known to hold.
    case .yes: result.alternatives.append(cell)
    case .unknown:
      if !no.contains(cell.products) && !yes.contains(cell.products) { result.alternatives.append(cell) }
    }
  }
  let written = Set(cells.map(\.products))
  for var cell in silent where !written.contains(cell.products) {
    cell.mark = .unknown
    cell.condition = nil
    result.alternatives.append(cell)
  }
  if !openers.isEmpty {
    let columns = openers.map { Set($0.columns) }
    for index in program.products.indices {
      let alone = [ProductID(index)]
      if !written.contains(alone) && columns.contains(where: { !$0.contains(alone) }) {
        result.open.append(ProductID(index))
      }
    }
  }
  return result
}

/// Takes away the cells against which another matrix is preferred, and marks those that won as contested.
private func settle(
  _ cells: [Grants.Alternative], _ preferences: [Preference], _ program: CheckedProgram
) -> [Grants.Alternative] {
  guard !preferences.isEmpty else { return cells }
  var kept: [Grants.Alternative] = []
  for cell in cells {
    let name = program.matrices[cell.matrix.index].name
    var cell = cell
    var isBeaten = false
    for other in cells where other.matrix != cell.matrix && other.products == cell.products {
      let otherName = program.matrices[other.matrix.index].name
      for preference in preferences {
        if same(preference.preferred, otherName) && same(preference.over, name) { isBeaten = true }
        if same(preference.preferred, name) && same(preference.over, otherName) && other.mark != cell.mark {
          cell.contested = Grants.Contest(
            matrix: other.matrix, statement: other.statement, mark: other.mark, reason: preference.reason)
        }
      }
    }
    if !isBeaten { kept.append(cell) }
  }
  return kept
}

private func same(_ left: QualifiedName, _ right: QualifiedName) -> Bool {
  left.module == right.module && left.name == right.name
}
