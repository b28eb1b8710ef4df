import Semantics
package import Syntax

/// One small change to a checked program, which a test should notice.
package struct Mutant: Sendable {
  package enum Kind: String, Sendable, CaseIterable { case cell, comparison, connective, bound, date, severity }

  /// What is put in the place of what. Expressions keep their numbers, so that a program and its mutants have the same shapes.
  enum Change: Sendable {
    case expression(TypedExpressionID, TypedExpressionKind)
    /// `not` of the expression stands in its place.
    case turnedRound(TypedExpressionID)
    case statement(MatrixID, Int, Matrix.Statement)
    case others(MatrixID)
    /// The versions of one matrix and the periods that they get.
    case versions([(matrix: MatrixID, period: Period)])
    case rulePeriod(RuleID, Period)
    case severity(RuleID, RuleSeverity)
    case waiver(Int, on: Day?, expires: Day)
    /// It holds in each tenant.
    case waiverTenants(Int)
    /// The other matrix is preferred.
    case preference(Int)
    case attestation(Int, on: Day, expires: Day)
    case product(ProductID, Product)
    case fact(FactID, Constant)
    case field(FieldID, atLeast: Int64?, atMost: Int64?)
  }

  package var kind: Kind
  package var span: SourceSpan
  /// What is changed: a cell by row and column, else the declaration.
  package var subject: String
  /// A clause: `this cell is yes`
  package var change: String
  let edit: Change
  /// The rules whose verdicts may rest on it.
  let rules: Set<RuleID>

  func apply(to program: inout CheckedProgram) {
    switch edit {
    case .expression(let id, let kind): program.expressions[id.index].kind = kind
    case .turnedRound(let id):
      program.expressions.append(program.expressions[id.index])
      program.expressions[id.index].kind = .not(TypedExpressionID(program.expressions.count - 1))
    case .statement(let matrix, let place, let statement): program.matrices[matrix.index].statements[place] = statement
    case .others(let matrix): program.matrices[matrix.index].othersUnknown.toggle()
    case .versions(let versions): for (matrix, period) in versions { program.matrices[matrix.index].period = period }
    case .rulePeriod(let rule, let period): program.rules[rule.index].period = period
    case .severity(let rule, let severity): program.rules[rule.index].severity = severity
    case .waiver(let index, let on, let expires):
      program.waivers[index].on = on
      program.waivers[index].expires = expires
    case .waiverTenants(let index): program.waivers[index].tenants = []
    case .preference(let index):
      let preference = program.preferences[index]
      program.preferences[index].preferred = preference.over
      program.preferences[index].over = preference.preferred
    case .attestation(let index, let on, let expires):
      program.attestations[index].on = on
      program.attestations[index].expires = expires
    case .product(let id, let product): program.products[id.index] = product
    case .fact(let fact, let value): program.facts[fact.index].value = value
    case .field(let field, let atLeast, let atMost):
      program.records[field.record.index].fields[field.index].atLeast = atLeast
      program.records[field.record.index].fields[field.index].atMost = atMost
    }
  }
}

/// What came of changing a policy set in many places, one at a time.
package struct MutationReport: Sendable {
  package struct Tally: Sendable {
    package var kind: Mutant.Kind
    /// Changes that a test noticed.
    package var noticed = 0
    package var survived = 0
    /// Changes of which a comment in the policies says why no test can notice them.
    package var allowed = 0
    /// Changes that the checker itself refuses: a `-` against another matrix's `yes`.
    package var refused = 0
    /// Changes after which the same is granted on every day, since another matrix is preferred or says it too.
    package var same = 0
    /// Places on which no rule's verdict rests.
    package var unreached = 0
  }
  /// By kind, in their order.
  package var tallies: [Tally]
  /// In order of place.
  package var survivors: [Mutant]
  /// Comments that allow what needs none, with that subject: a test notices it, or it is not there.
  package var idle: [(allowance: MutationAllowance, subject: String)]
  /// How often a test was run over a changed policy set.
  package var runs: Int
}
