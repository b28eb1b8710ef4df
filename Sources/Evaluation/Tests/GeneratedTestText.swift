import Semantics
import Syntax

/// Policy text of a generated test: what is the same in all states stands in the givens, the rest in the table of `cases`.
struct GeneratedTestText {
  let program: CheckedProgram
  let rule: RuleID
  let day: Day
  /// What it is about, behind the rule's name.
  let title: String
  let tenant: Text?
  let world: GeneratedWorld
  /// All with the same rows.
  let states: [(choices: [Int], verdict: Verdict, remark: String)]

  private struct Columns {
    var names: [String] = []
    /// By column, a cell for each state.
    var cells: [[String]] = []
    var nameOfDimension: [Int: String] = [:]
  }

  func text() -> String {
    var columns = Columns()
    var lines: [String] = []
    let name = program[rule].name.name.string
    lines.append("test \"\(name): \(title)\" {")
    lines.append("  as of  \(day.text)")
    if let tenant { lines.append("  given  tenant \(tenant.quoted)") }
    for (index, row) in world.rows.enumerated() where states.first.map({ world.isThere(index, $0.choices) }) ?? true {
      let entity = program[row.collection].entity.name.string
      lines.append("  given  \(entity) \(written(row.shape, entity, &columns) ?? "{ }")")
    }
    for fact in world.facts {
      let name = program.facts[fact.fact.index].name.name.string
      if let text = written(.choice(fact.dimension), name, &columns, name: name) { lines.append("  given  \(name) = \(text)") }
    }
    let verdict = free("verdict", columns.names)
    lines.append("  cases")
    lines += table(columns, verdict)
    let subjects = world.subjects.map { "\($0.thing.string) \"\($0.label)\"" }.joined(separator: ", ")
    lines.append("  expect \(verdict) \(program.reference(to: rule))" + (subjects.isEmpty ? "" : " for \(subjects)"))
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Text that stands in a given; nil: the field is absent in all states.
  private func written(
    _ shape: GeneratedWorld.Shape, _ owner: String, _ columns: inout Columns, name: String = ""
  ) -> String? {
    switch shape {
    case .record(let fields):
      var parts: [String] = []
      for field in fields {
        let own = field.name.string
        if let text = written(field.shape, owner, &columns, name: own) { parts.append("\(own): \(text)") }
      }
      return parts.isEmpty ? "{ }" : "{ \(parts.joined(separator: ", ")) }"
    case .choice, .list, .nullable:
      let cells = states.map { world.written(shape, $0.choices) ?? "-" }
      if let first = cells.first, cells.allSatisfy({ $0 == first }) { return first == "-" ? nil : first }
      if case .choice(let dimension) = shape {
        if let known = columns.nameOfDimension[dimension] { return known }
        let made = free(name, columns.names, owner)
        columns.nameOfDimension[dimension] = made
        columns.names.append(made)
        columns.cells.append(cells)
        return made
      }
      let made = free(name, columns.names, owner)
      columns.names.append(made)
      columns.cells.append(cells)
      return made
    }
  }

  /// A name for a column that no other one has, and that is no reserved word.
  private func free(_ name: String, _ taken: [String], _ owner: String = "") -> String {
    var name = Symbol(word: Array(name.utf8)[...]).isReserved || VerdictWord(rawValue: name) != nil ? name + "_" : name
    if taken.contains(name) && !owner.isEmpty { name = "\(owner)_\(name)" }
    while taken.contains(name) { name += "_" }
    return name
  }

  private func table(_ columns: Columns, _ verdict: String) -> [String] {
    let heads = columns.names + [verdict]
    let cells = columns.cells + [states.map(\.verdict.rawValue)]
    let widths = heads.indices.map { column in
      ([heads[column]] + cells[column]).map(\.unicodeScalars.count).max() ?? 0
    }
    func padded(_ text: String, _ column: Int) -> String {
      " " + text + String(repeating: " ", count: widths[column] - text.unicodeScalars.count) + " "
    }
    var lines = ["    |" + heads.indices.map { padded(heads[$0], $0) }.joined(separator: "|") + "|"]
    lines.append("    |" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|")
    for (row, state) in states.enumerated() {
      lines.append(
        "    |" + heads.indices.map { padded(cells[$0][row], $0) }.joined(separator: "|") + "|  // \(state.remark)")
    }
    return lines
  }
}
