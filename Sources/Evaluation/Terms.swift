import Semantics
import Syntax

/// What the terms are on one day: the identifiers of products, suites, and what grants each feature.
struct Terms {
  /// One way to have a feature.
  struct Alternative {
    /// The products to be held together: this many in `together` from the first on.
    var first: Int
    var count: Int
    var isUnknown: Bool
    /// The define that must be true of the subject; -1 without.
    var condition: Int
    /// The cause where `isUnknown`: a place in `cells`.
    var cell: Int
  }
  struct FeatureTerms {
    var speaks: Bool
    /// Places in `alternatives` and in `open`.
    var alternatives: Range<Int>
    var open: Range<Int>
    /// Cells of which another matrix says otherwise.
    var contests: [(products: [Int], contest: Finding.Contest)]
  }
  struct Table {
    /// Constants of the plan.
    var keys: [Int]
    var values: [Int]
    var other: Int?
  }

  /// Lists in the machine's arena: of product p its skus, plans, components and includes at 4p and on.
  var parts: [Value] = []
  /// The suites that include a product.
  var suites: [[Int]]
  var features: [FeatureTerms] = []
  var alternatives: [Alternative] = []
  /// By product the alternatives that name it first, in order.
  private(set) var alternativesOfProduct: [[Int32]]
  var together: [Int] = []
  /// Products of which an open matrix says nothing, each with the cause: a place in `cells`.
  var open: [(product: Int, cell: Int)] = []
  /// `matrix.feature × product`
  var cells: [Text] = []
  var lookups: [Table] = []
  /// The elements of constant lists and of `parts`: the beginning of the machine's list arena.
  var elements: [Value]

  init(_ program: CheckedProgram, on day: Day, language: Text?, plan: inout Plan) {
    elements = plan.listElements
    suites = Array(repeating: [], count: program.products.count)
    alternativesOfProduct = suites.map { _ in [] }
    for (index, product) in program.products.enumerated() {
      for identifiers in [product.skus, product.plans, product.components] {
        let first = elements.count
        for identifier in identifiers where identifier.period.contains(day) {
          elements.append(Value(tag: .guid, low: identifier.guid.high, high: identifier.guid.low))
        }
        parts.append(.list(first: first, count: elements.count - first, incomplete: 0))
      }
      let first = elements.count
      for inclusion in product.includes where inclusion.period.contains(day) {
        elements.append(.product(inclusion.product.index))
        suites[inclusion.product.index].append(index)
      }
      parts.append(.list(first: first, count: elements.count - first, incomplete: 0))
    }
    for index in program.features.indices {
      let granted = grants(of: FeatureID(index), on: day, in: program)
      let firstAlternative = alternatives.count
      let firstOpen = open.count
      for product in granted.open {
        let matrix = program.matrices.first {
          $0.othersUnknown && $0.period.contains(day) && $0.features.contains(FeatureID(index))
            && !$0.columns.contains([product])
        }
        open.append((product.index, cells.count))
        cells.append(Text("others of \(matrix?.name.string ?? program.features[index].name.string)"))
      }
      for cell in granted.alternatives {
        let names = cell.products.map { program[$0].name.name.string }.joined(separator: " with ")
        let matrix = program.matrices[cell.matrix.index].name.string
        if let first = cell.products.first { alternativesOfProduct[first.index].append(Int32(truncatingIfNeeded: alternatives.count)) }
        alternatives.append(
          Alternative(
            first: together.count, count: cell.products.count, isUnknown: cell.mark == .unknown,
            condition: cell.condition?.index ?? -1, cell: cells.count))
        together.append(contentsOf: cell.products.map(\.index))
        cells.append(Text("\(matrix).\(program.features[index].name.name.string) × \(names)"))
      }
      var terms = FeatureTerms(
        speaks: granted.speaks, alternatives: firstAlternative..<alternatives.count, open: firstOpen..<open.count,
        contests: [])
      for cell in granted.alternatives + granted.denied {
        guard let contested = cell.contested else { continue }
        let contest = Finding.Contest(
          feature: FeatureID(index), product: cell.products, preferred: program.matrices[cell.matrix.index].name,
          over: program.matrices[contested.matrix.index].name, reason: contested.reason)
        terms.contests.append((cell.products.map(\.index), contest))
      }
      features.append(terms)
    }
    for lookup in program.lookups {
      let column = language.flatMap { lookup.languages.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
      func pick(_ values: [Literal]) -> Literal { column < values.count ? values[column] : values.first ?? .null }
      lookups.append(
        Table(
          keys: lookup.entries.map { Int(plan.constant($0.key)) },
          values: lookup.entries.map { Int(plan.constant(pick($0.values))) },
          other: lookup.other.map { Int(plan.constant(pick($0))) }))
    }
  }
}
