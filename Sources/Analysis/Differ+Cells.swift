import Semantics
import Syntax

/// What is granted to whoever holds a set of products on a day.
private struct CellState: Hashable {
  /// A cell with a condition that has to be true for it.
  struct Way: Hashable {
    var isYes: Bool
    /// Of the joint translator; empty: without condition.
    var condition: [Int]
  }
  var ways: Set<Way> = []
  /// What is said does not reach the set, which is unknown.
  var isOpen = false
  /// Some matrix in force has a cell.
  var isWritten = false
  var text = "nothing"

  /// Whether the verdicts are the same.
  func hasSameEffect(of other: CellState) -> Bool { ways == other.ways && isOpen == other.isOpen }

  /// 0 grants nothing, 2 always; nil in between, where one condition may be wider than another or not.
  private var rank: Int? {
    if ways.contains(Way(isYes: true, condition: [])) { return 2 }
    return ways.isEmpty && !isOpen ? 0 : nil
  }

  /// `yes → -`
  func words(beside other: CellState) -> String {
    text == other.text && !hasSameEffect(of: other) ? "\(text), which asks something else" : arrow(text, other.text)
  }

  func change(to other: CellState) -> Difference.Change {
    if hasSameEffect(of: other) { return .equal }
    if !isWritten && other.isWritten { return .added }
    if isWritten && !other.isWritten { return .removed }
    switch (rank, other.rank) {
    case (0, _), (nil, 2): return .widened
    case (2, _), (nil, 0): return .narrowed
    default: return .changed
    }
  }
}

/// The cell of a feature and products that a matrix has, by the numbers of the old set.
private struct CellKey: Hashable {
  var feature: Int
  var products: [Int]
}

extension Differ {
  /// What is granted, by feature and products, over all days between those on which either set changes.
  mutating func compareCells() {
    let conditions = conditionShapes()
    let stretches = Timeline(Differ.periods(old) + Differ.periods(new)).stretches
    var newFeatures: [Int: FeatureID] = [:]
    for index in new.features.indices { newFeatures[numbers.features[FeatureID(index)] ?? index] = FeatureID(index) }
    let all = old.features.indices.map { $0 } + newFeatures.keys.filter { $0 >= old.features.count }.sorted()
    var told: [CellKey: [Period]] = [:]
    for number in all {
      let before = old.features.indices.contains(number) ? FeatureID(number) : nil
      let after = newFeatures[number]
      var runs: [[Int]: [(period: Period, old: CellState, new: CellState, spans: (SourceSpan?, SourceSpan?))]] = [:]
      var order: [[Int]] = []
      var seen: Set<[Int]> = []
      for stretch in stretches {
        let one = states(old, before, stretch.someDay, conditions.old) { $0.map(\.index).sorted() }
        let other = states(new, after, stretch.someDay, conditions.new) { numbers.of($0) }
        let keys = one.order + other.order.filter { one.cells[$0] == nil }
        for key in keys {
          let (first, second) = (one.cells[key] ?? (one.otherwise, nil), other.cells[key] ?? (other.otherwise, nil))
          seen.insert(key)
          if first.0 == second.0 { continue }
          var mine = runs[key] ?? []
          if mine.isEmpty { order.append(key) }
          if let last = mine.last, last.old == first.0, last.new == second.0, let joined = last.period.joined(stretch) {
            mine[mine.count - 1].period = joined
          } else {
            mine.append((stretch, first.0, second.0, (first.1, second.1)))
          }
          runs[key] = mine
        }
      }
      result.same[.cell, default: 0] += seen.count - order.count
      var groups: [Difference] = []
      var keyOfGroup: [[String]: Int] = [:]
      for key in order {
        for run in runs[key] ?? [] {
          told[CellKey(feature: number, products: key), default: []].append(run.period)
          let feature = (after.map { new[$0].name } ?? before.map { old[$0].name })?.name.string ?? ""
          let change = run.old.change(to: run.new)
          if change != .equal {
            if let before { moved.old.features.insert(before) }
            if let after { moved.new.features.insert(after) }
          }
          let group = [feature, change.rawValue, run.old.text, run.new.text, run.period.words ?? "", String(key.count > 1)]
          let place = keyOfGroup[group] ?? groups.count
          if place == groups.count {
            keyOfGroup[group] = place
            var difference = Difference(
              .cell, change, feature + " ×", [run.old.words(beside: run.new)], period: run.period, old: run.spans.0, new: run.spans.1)
            difference.features = after.map { [$0] } ?? []
            groups.append(difference)
          }
          let isFirst = groups[place].name.hasSuffix("×")
          groups[place].name += (isFirst ? " " : ", ") + name(key)
          for product in key {
            groups[place].products += new.products.indices.filter { numbers.products[ProductID($0)] == product }.map { ProductID($0) }
            if product < old.products.count { groups[place].formerProducts.append(ProductID(product)) }
          }
        }
      }
      for group in groups { add(group) }
    }
    compareOverruled(told, conditions)
  }

  private func name(_ products: [Int]) -> String {
    products.map { number in
      if let index = new.products.indices.first(where: { numbers.products[ProductID($0)] == number }) {
        return new.products[index].name.name.string
      }
      return number < old.products.count ? old.products[number].name.name.string : "?"
    }.joined(separator: " with ")
  }

  private static func periods(_ program: CheckedProgram) -> [Period] {
    program.matrices.flatMap { [$0.period] + $0.statements.map(\.period) }
  }

  /// The conditions of cells in one translator.
  private func conditionShapes() -> (old: [DefineID: [Int]], new: [DefineID: [Int]]) {
    func asked(_ program: CheckedProgram) -> [DefineID] { Set(program.matrices.flatMap { $0.statements.compactMap(\.condition) }).sorted() }
    let (one, other) = (asked(old), asked(new))
    let shapes = shapes(
      { translator in one.flatMap { Differ.shape(of: $0, &translator) } },
      { translator in other.flatMap { Differ.shape(of: $0, &translator) } })
    // Past the budget each is another.
    if shapes.old.count != one.count || shapes.new.count != other.count {
      return (
        Dictionary(uniqueKeysWithValues: one.map { ($0, [-1, $0.index]) }),
        Dictionary(uniqueKeysWithValues: other.map { ($0, [-2, $0.index]) })
      )
    }
    return (
      Dictionary(uniqueKeysWithValues: zip(one, shapes.old.map { [$0] })),
      Dictionary(uniqueKeysWithValues: zip(other, shapes.new.map { [$0] }))
    )
  }

  private typealias States = (order: [[Int]], cells: [[Int]: (CellState, SourceSpan?)], otherwise: CellState)

  private func states(
    _ program: CheckedProgram, _ feature: FeatureID?, _ day: Day, _ conditions: [DefineID: [Int]], _ number: ([ProductID]) -> [Int]
  ) -> States {
    var result: States = ([], [:], CellState(text: "not written"))
    guard let feature else { return result }
    let said = grants(of: feature, on: day, in: program)
    guard said.speaks else {
      result.otherwise = CellState(isOpen: true, text: "no table")
      return result
    }
    func note(_ products: [ProductID], _ span: SourceSpan?, _ text: String, _ change: (inout CellState) -> Void) {
      let key = number(products)
      var (state, place) = result.cells[key] ?? (CellState(isWritten: true, text: ""), span)
      if result.cells[key] == nil { result.order.append(key) }
      change(&state)
      if !state.text.split(separator: ";").contains(where: { $0 == text }) { state.text += (state.text.isEmpty ? "" : "; ") + text }
      place = place ?? span
      result.cells[key] = (state, place)
    }
    for cell in said.alternatives {
      let statement = program.matrices[cell.matrix.index].statements[cell.statement]
      let condition = cell.condition.map { " when \(program.defines[$0.index].name.name.string)" } ?? ""
      let mark = cell.mark == .yes ? "yes" : "?"
      note(cell.products, statement.span, mark + condition) {
        $0.ways.insert(CellState.Way(isYes: cell.mark == .yes, condition: cell.condition.flatMap { conditions[$0] } ?? []))
      }
    }
    for cell in said.denied {
      note(cell.products, program.matrices[cell.matrix.index].statements[cell.statement].span, "-") { _ in }
    }
    for product in said.open {
      note([product], nil, "others ?") {
        $0.isOpen = true
        $0.isWritten = false
      }
    }
    return result
  }

  // MARK: what is written and not followed

  /// Cells that are written otherwise without effect: another matrix is preferred, or says the same.
  private mutating func compareOverruled(_ told: [CellKey: [Period]], _ conditions: (old: [DefineID: [Int]], new: [DefineID: [Int]])) {
    for (place, match) in matrixMatches().matches.enumerated() {
      guard let match else { continue }
      let (one, other) = (old.matrices[match], new.matrices[place])
      var written: [CellKey: [(text: String, span: SourceSpan)]] = [:]
      func mark(_ statement: Matrix.Statement, _ program: CheckedProgram, _ conditions: [DefineID: [Int]]) -> String {
        let word = statement.mark == .yes ? "yes" : statement.mark == .no ? "-" : "?"
        let condition = statement.condition.map { " when \(program.defines[$0.index].name.name.string)" } ?? ""
        return word + condition + (statement.period.words.map { " \($0)" } ?? "")
      }
      for statement in one.statements {
        let key = CellKey(feature: statement.feature.index, products: statement.products.map(\.index).sorted())
        written[key, default: []].append((mark(statement, old, conditions.old), statement.span))
      }
      var names: [(name: String, detail: String, old: SourceSpan?, new: SourceSpan)] = []
      for statement in other.statements {
        let key = CellKey(feature: numbers.features[statement.feature] ?? statement.feature.index, products: numbers.of(statement.products))
        let text = mark(statement, new, conditions.new)
        guard let before = written[key], !before.contains(where: { $0.text == text }),
          !(told[key] ?? []).contains(where: { $0.common(other.period) != nil })
        else { continue }
        names.append(
          (
            "\(new[statement.feature].name.name.string) × \(name(key.products))", arrow(before[0].text, text), before[0].span,
            statement.span
          ))
      }
      for found in names {
        add(
          Difference(
            .cell, .equal, found.name, ["\(found.detail) in `\(other.name.name.string)`, which decides nothing here"], old: found.old,
            new: found.new))
      }
    }
  }

  /// Versions of matrices of one name: those that begin on one day, then the others in their order.
  func matrixMatches() -> (matches: [Int?], gone: [Int]) {
    var matches: [Int?] = Array(repeating: nil, count: new.matrices.count)
    var left = Set(old.matrices.indices)
    func isSame(_ one: Matrix, _ other: Matrix) -> Bool { one.name.name == other.name.name && one.name.module == other.name.module }
    for exact in [true, false] {
      for (place, matrix) in new.matrices.enumerated() where matches[place] == nil {
        let found = left.sorted().first {
          isSame(old.matrices[$0], matrix) && (!exact || old.matrices[$0].period.from == matrix.period.from)
        }
        guard let found else { continue }
        matches[place] = found
        left.remove(found)
      }
    }
    return (matches, left.sorted())
  }
}
