import Semantics
import Syntax

/// A world for some choices, one for each dimension.
extension GeneratedWorld {
  /// Whether a row is there.
  func isThere(_ row: Int, _ choices: [Int]) -> Bool { rows[row].presence.map { choices[$0] != 0 } ?? true }

  /// The elements of a list for some choices; nil: what its dimension says stands there.
  private func elements(_ dimension: Int, _ element: Shape, _ second: Shape?, _ choices: [Int]) -> [Shape]? {
    switch (choices[dimension], second) {
    case (0, _): [element]
    case (GeneratedWorld.two, let second?): [element, second]
    default: nil
    }
  }

  /// What a shape is; nil: it is not there.
  func value(_ shape: Shape, _ choices: [Int]) -> PolicyTest.Value? {
    switch shape {
    case .choice(let dimension): return dimensions[dimension][choices[dimension]].value
    case .record(let fields):
      return .record(fields.compactMap { field in value(field.shape, choices).map { (field.name, $0) } })
    case .list(let dimension, let element, let second):
      if let elements = elements(dimension, element, second, choices) { return .list(elements.compactMap { value($0, choices) }) }
      return dimensions[dimension][choices[dimension]].value
    case .nullable(let dimension, let element):
      return choices[dimension] == 0 ? value(element, choices) : dimensions[dimension][choices[dimension]].value
    }
  }

  /// The same as a test writes it.
  func written(_ shape: Shape, _ choices: [Int]) -> String? {
    switch shape {
    case .choice(let dimension):
      let choice = dimensions[dimension][choices[dimension]]
      return choice.value == nil ? nil : choice.text
    case .record(let fields):
      let parts = fields.compactMap { field in written(field.shape, choices).map { "\(field.name.string): \($0)" } }
      return parts.isEmpty ? "{ }" : "{ \(parts.joined(separator: ", ")) }"
    case .list(let dimension, let element, let second):
      if let elements = elements(dimension, element, second, choices) {
        return "[\(elements.compactMap { written($0, choices) }.joined(separator: ", "))]"
      }
      let choice = dimensions[dimension][choices[dimension]]
      return choice.value == nil ? nil : choice.text
    case .nullable(let dimension, let element):
      return choices[dimension] == 0 ? written(element, choices) : dimensions[dimension][choices[dimension]].text
    }
  }

  /// `as of …` and the givens of a test.
  func lines(_ choices: [Int], _ program: CheckedProgram, _ day: Day, tenant: Text?) -> [String] {
    var lines = ["as of \(day.text)"]
    if let tenant { lines.append("given tenant \(tenant.quoted)") }
    for (index, row) in rows.enumerated() where isThere(index, choices) {
      lines.append("given \(program[row.collection].entity.name.string) \(written(row.shape, choices) ?? "{ }")")
    }
    for fact in facts {
      if let text = written(.choice(fact.dimension), choices) {
        lines.append("given \(program.facts[fact.fact.index].name.name.string) = \(text)")
      }
    }
    return lines
  }

  /// The rows and statements, as a test of some rules.
  func test(_ choices: [Int], _ rules: [RuleID], _ day: Day, _ tenant: Text?, _ program: CheckedProgram) -> PolicyTest {
    let given = rows.indices.filter { isThere($0, choices) }.compactMap { index in
      value(rows[index].shape, choices).map { PolicyTest.Row(collection: rows[index].collection, value: $0) }
    }
    let statements = facts.compactMap { fact -> PolicyTest.Statement? in
      guard case .literal(let literal)? = dimensions[fact.dimension][choices[fact.dimension]].value else { return nil }
      return PolicyTest.Statement(fact: fact.fact, value: .literal(literal))
    }
    let span = rules.first.map { program[$0].span } ?? SourceSpan(file: 0, start: 0, end: 0)
    var test = PolicyTest(of: rules, asOf: day, rows: given, statements: statements, span: span)
    test.tenant = tenant
    return test
  }
}
