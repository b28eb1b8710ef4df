package import Semantics
import Syntax

/// What the tests of a policy set have seen of its rules and tables, in exact counts.
///
/// Only verdicts that an expectation names count: what happens to other rows of a test, nobody looks at.
package struct TestCoverage: Sendable {
  package struct OfRule: Sendable {
    package struct Condition: Sendable {
      package var expression: TypedExpressionID
      /// In how many verdicts it was true, false and unknown; nil where it never can be.
      package var seen: [Int?]
      /// Its states that can be, and those that were seen.
      package var possible: Int { seen.count { $0 != nil } }
      package var covered: Int { seen.count { ($0 ?? 0) > 0 } }
    }
    package var rule: RuleID
    /// How often each verdict that the rule can give was expected and given.
    package var verdicts: [(verdict: Verdict, count: Int)]
    package var conditions: [Condition]
  }
  package struct OfMatrix: Sendable {
    package struct Cell: Sendable {
      package var statement: Int
      /// In how many verdicts it said what the answer was.
      package var count: Int
    }
    package var matrix: MatrixID
    /// Those that some rule asks for and that hold on some day.
    package var cells: [Cell]
    /// Cells of features that no rule asks for.
    package var unreached: Int
    /// Cells that hold on no day, since another matrix is preferred.
    package var overruled: Int
  }
  /// Seen, and to be seen.
  package struct Count: Sendable {
    package var covered = 0
    package var total = 0
  }
  package var rules: [OfRule]
  package var matrices: [OfMatrix]
  /// Products of which no cell and no condition that a rule asks for speaks.
  package var unreachedProducts: Count

  package var verdicts: Count {
    Count(covered: rules.reduce(0) { $0 + $1.verdicts.count { $0.count > 0 } }, total: rules.reduce(0) { $0 + $1.verdicts.count })
  }
  package var conditions: Count {
    rules.reduce(into: Count()) { sum, rule in
      for condition in rule.conditions {
        sum.covered += condition.covered
        sum.total += condition.possible
      }
    }
  }
  package var cells: Count {
    matrices.reduce(into: Count()) { sum, matrix in
      sum.covered += matrix.cells.count { $0.count > 0 }
      sum.total += matrix.cells.count
    }
  }

  package init(_ outcomes: [TestOutcome], of program: CheckedProgram) {
    var verdicts: [RuleID: [Verdict: Int]] = [:]
    var conditions: [Trace.Condition: Int] = [:]
    var cells: [Trace.Cell: Int] = [:]
    for outcome in outcomes {
      for seen in outcome.seen {
        verdicts[seen.rule, default: [:]][seen.verdict, default: 0] += 1
        for condition in seen.trace?.conditions ?? [] { conditions[condition, default: 0] += 1 }
        for cell in seen.trace?.cells ?? [] { cells[cell, default: 0] += 1 }
      }
    }
    let possible = Possibilities(program)
    rules = program.rules.indices.map { index in
      let id = RuleID(index)
      let found = verdicts[id] ?? [:]
      return OfRule(
        rule: id,
        verdicts: Verdict.allCases.filter { possible.verdict($0, of: id) || found[$0] != nil }.map { ($0, found[$0] ?? 0) },
        conditions: possible.conditions(of: id).map { expression in
          OfRule.Condition(
            expression: expression,
            seen: Trace.Condition.Truth.allCases.map { truth in
              let count = conditions[Trace.Condition(expression: expression, truth: truth)]
              return count ?? (truth == .unknown && !possible.mayBeUnknown(expression) ? nil : 0)
            })
        })
    }
    let reach = TestReach(program)
    let asked = reach.rules.reduce(into: Set<FeatureID>()) { $0.formUnion($1.features) }
    let holding = TestCoverage.holdingCells(program)
    matrices = program.matrices.enumerated().map { index, matrix in
      var result = OfMatrix(matrix: MatrixID(index), cells: [], unreached: 0, overruled: 0)
      for (place, statement) in matrix.statements.enumerated() {
        let cell = Trace.Cell(matrix: MatrixID(index), statement: place)
        if !asked.contains(statement.feature) {
          result.unreached += 1
        } else if !holding.contains(cell) {
          result.overruled += 1
        } else {
          result.cells.append(OfMatrix.Cell(statement: place, count: cells[cell] ?? 0))
        }
      }
      return result
    }
    let reached = reach.products(program).count
    unreachedProducts = Count(covered: program.products.count - reached, total: program.products.count)
  }

  /// The cells that stand in what is granted or denied on some day.
  private static func holdingCells(_ program: CheckedProgram) -> Set<Trace.Cell> {
    var found: Set<Trace.Cell> = []
    for day in GrantDays(program).days {
      for index in program.features.indices {
        let granted = grants(of: FeatureID(index), on: day, in: program)
        for cell in granted.alternatives + granted.denied {
          found.insert(Trace.Cell(matrix: cell.matrix, statement: cell.statement))
        }
      }
    }
    return found
  }
}

/// What a rule and its conditions can come to at all.
struct Possibilities {
  let program: CheckedProgram
  init(_ program: CheckedProgram) { self.program = program }

  func verdict(_ verdict: Verdict, of id: RuleID) -> Bool {
    let rule = program[id]
    switch verdict {
    case .pass, .fail: return true
    case .inapplicable: return rule.when != nil
    case .waived: return program.waivers.contains { $0.rule == id }
    case .undetermined:
      return mayBeUnknown(rule.require) || (rule.when.map { mayBeUnknown($0) } ?? false) || !rule.chain.isEmpty
    }
  }

  /// The parts of `when` and `require` that no connective takes apart, seen through `let`, each once.
  func conditions(of id: RuleID) -> [TypedExpressionID] {
    var found: [TypedExpressionID] = []
    if let when = program[id].when { collect(when, program[id], into: &found) }
    collect(program[id].require, program[id], into: &found)
    return found
  }

  private func collect(_ id: TypedExpressionID, _ rule: Rule, into found: inout [TypedExpressionID]) {
    switch program[id].kind {
    case .and(let operands), .or(let operands): for operand in operands { collect(operand, rule, into: &found) }
    case .not(let operand): collect(operand, rule, into: &found)
    case .literal: return
    case .variable(let variable):
      if let local = rule.locals.first(where: { $0.variable == variable }) {
        collect(local.value, rule, into: &found)
      } else if !found.contains(id) {
        found.append(id)
      }
    case .product, .feature, .fact, .today, .startOfMonth, .unknown, .field, .single, .collection, .row, .entry, .call,
      .equal, .order, .member, .within, .textTest, .matches, .has, .holds, .arithmetic, .negate, .shift, .days, .orElse,
      .list, .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld, .productsGranting, .part, .function:
      if !found.contains(id) { found.append(id) }
    }
  }

  /// Whether anything below reads the snapshot, or a fact that somebody must state.
  func mayBeUnknown(_ id: TypedExpressionID) -> Bool {
    let kind = program[id].kind
    switch kind {
    case .field, .single, .collection, .row, .has, .holds, .productsHeld, .unknown: return true
    case .fact(let fact): return program.facts[fact.index].value == nil
    case .variable(let variable):
      for rule in program.rules {
        for local in rule.locals where local.variable == variable { return mayBeUnknown(local.value) }
      }
      return program.variables[variable.index].role != .subject
    case .call(let define, _): if mayBeUnknown(program.defines[define.index].body) { return true }
    case .entry(let lookup, _): if program.lookups[lookup.index].other == nil { return true }
    case .literal, .product, .feature, .today, .startOfMonth, .not, .and, .or, .equal, .order, .member, .within, .textTest,
      .matches, .arithmetic, .negate, .shift, .days, .orElse, .list, .comprehension, .aggregate, .any, .all, .count,
      .products, .productsGranting, .part, .function:
      break
    }
    return kind.operands.contains { mayBeUnknown($0) }
  }
}
