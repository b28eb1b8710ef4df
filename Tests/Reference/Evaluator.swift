import Evaluation
import Semantics
import Syntax

/// The rules of meaning, transcribed: each expression is computed anew wherever it stands.
final class Evaluator {
  let program: CheckedProgram
  let tenant: TenantData
  let statements: [EvaluationOptions.Statement]
  let reader: FieldReader
  let operations: Operations
  var asOf: Day
  private var environment: [Int: Value] = [:]
  private var views: [CollectionID: CollectionView] = [:]

  init(_ program: CheckedProgram, _ tenant: TenantData, asOf: Day, statements: [EvaluationOptions.Statement]) {
    self.program = program
    self.tenant = tenant
    self.asOf = asOf
    self.statements = statements
    reader = FieldReader(program: program, fieldsRead: FieldReader.fieldsRead(by: program))
    operations = Operations(program: program)
  }

  func binding<Result>(_ variable: VariableID, to value: Value, _ body: () -> Result) -> Result {
    let before = environment[variable.index]
    environment[variable.index] = value
    defer { environment[variable.index] = before }
    return body()
  }

  /// Gives a `let` its value; the chain's variables are bound already.
  func bind(_ variable: VariableID, to value: Value) { environment[variable.index] = value }

  func truth(_ id: TypedExpressionID) -> Truth { value(id).truth }
  private func truth(_ id: TypedExpressionID?) -> Truth { id.map { truth($0) } ?? .yes }

  func value(_ id: TypedExpressionID) -> Value {
    switch program[id].kind {
    case .literal(let literal): return reader.constant(literal)
    case .product(let product): return .product(product)
    case .feature(let feature): return .feature(feature)
    case .variable(let variable): return environment[variable.index] ?? .null
    case .fact(let fact): return self.fact(fact)
    case .today: return .date(Int(asOf.days))
    case .startOfMonth:
      let civil = Calendar.civil(Int(asOf.days))
      return .date(Calendar.day(civil.year, civil.month, 1) ?? 0)
    case .unknown(let reason): return .unknown([ReferenceCause(.stated, reason.string)])

    case .field(let base, let field): return self.field(value(base), field)
    case .single(let collection): return single(collection)
    case .collection(let collection): return whole(collection)
    case .row(let collection, let keys): return row(collection, keys.map { value($0) }, missing: nil)
    case .entry(let lookup, let key): return entry(lookup, value(key))
    case .call(let define, let arguments):
      let callee = program.defines[define.index]
      let values = arguments.map { value($0) }
      var befores: [(Int, Value?)] = []
      for (parameter, argument) in zip(callee.parameters, values) {
        befores.append((parameter.index, environment[parameter.index]))
        environment[parameter.index] = argument
      }
      defer { for (index, before) in befores { environment[index] = before } }
      return value(callee.body)

    case .not(let operand): return (!truth(operand)).value
    case .and(let operands): return Truth.all(operands.map { truth($0) }).value
    case .or(let operands): return Truth.any(operands.map { truth($0) }).value
    case .equal(let left, let right, let negated):
      let equal = operations.equal(value(left), value(right))
      return (negated ? !equal : equal).value
    case .order(let order, let left, let right): return operations.order(order, value(left), value(right)).value
    case .member(let element, let list, let negated):
      let member = operations.member(value(element), value(list))
      return (negated ? !member : member).value
    case .within(let left, let right): return operations.within(value(left), value(right)).value
    case .textTest(let test, let left, let right): return operations.textTest(test, value(left), value(right)).value
    case .matches(let text, let glob): return operations.matches(value(text), glob).value
    case .has(let subject, let feature): return has(value(subject), value(feature)).value
    case .holds(let subject, let product):
      let subject = value(subject)
      let product = value(product)
      if case .unknown(let causes)? = unknown(subject, product) { return .unknown(causes) }
      guard case .row(let row) = subject, case .product(let item) = product else { return .null }
      return held(row, item).value

    case .arithmetic(let operation, let left, let right): return operations.arithmetic(operation, value(left), value(right))
    case .negate(let operand): return operations.negate(value(operand))
    case .shift(let moment, let amount, let unit, let backwards):
      return operations.shift(value(moment), by: value(amount), unit, backwards: backwards)
    case .days(let from, let to): return operations.days(from: value(from), to: value(to))
    case .orElse(let left, let right):
      let first = value(left)
      if case .null = first { return value(right) }
      return first

    case .list(let elements): return .list(List(elements.map { Element(value($0)) }))
    case .comprehension(let comprehension): return list(comprehension)
    case .aggregate(let aggregate, let comprehension):
      let source = list(comprehension)
      guard case .list(let list) = source else { return source }
      switch aggregate {
      case .sum: return sum(list)
      case .min: return extreme(list, .less)
      case .max: return extreme(list, .greater)
      }
    case .any(let variable, let source, let condition):
      return quantified(source) { list in
        Truth.any(
          list.elements.map { element in Truth.all([element.membership, self.test(variable, element, condition)]) } + self.rest(list))
      }
    case .all(let variable, let source, let condition, let satisfy):
      return quantified(source) { list in
        let parts = list.elements.map { element in
          Truth.any([!Truth.all([element.membership, self.test(variable, element, condition)]), self.test(variable, element, satisfy)])
        }
        return Truth.all(parts + self.rest(list))
      }
    case .count(let variable, let source, let condition, let distinct):
      let source = value(source)
      guard case .list(let list) = source else { return source }
      return count(list, distinct: distinct) { self.test(variable, $0, condition) }

    case .products: return .list(List(program.products.indices.map { Element(.product(ProductID($0))) }))
    case .productsHeld(let subject):
      let subject = value(subject)
      guard case .row(let row) = subject else { return subject }
      return .list(
        List(
          program.products.indices.compactMap { product in self.element(.product(ProductID(product)), self.held(row, ProductID(product))) })
      )
    case .productsGranting(let feature): return productsGranting(value(feature))
    case .part(let part, let product): return self.part(part, value(product))
    case .function(let function, let arguments):
      let values = arguments.map { value($0) }
      if function == .lower {
        guard case .text(let text)? = values.first else { return values.first ?? .null }
        return .text(lowercased(text))
      }
      return operations.combine(function, values[0], values[1])
    }
  }

  // MARK: - Binders

  private func test(_ variable: VariableID, _ element: Element, _ condition: TypedExpressionID?) -> Truth {
    binding(variable, to: element.value) { truth(condition) }
  }

  /// What the elements that are not there leave open.
  private func rest(_ list: List) -> [Truth] { list.incomplete.isEmpty ? [] : [.unknown(list.incomplete)] }

  private func quantified(_ source: TypedExpressionID, _ body: (List) -> Truth) -> Value {
    let source = value(source)
    guard case .list(let list) = source else { return source }
    return body(list).value
  }

  private func element(_ value: Value, _ membership: Truth) -> Element? {
    switch membership {
    case .yes: Element(value)
    case .no: nil
    case .unknown(let causes): Element(value, perhaps: causes)
    }
  }

  private func list(_ comprehension: TypedComprehension) -> Value {
    var result = List([])
    let outermost = comprehension.loops.first.map { value($0.source) } ?? .null
    guard case .list = outermost else { return outermost }
    run(comprehension, 0, outermost, .yes, &result)
    return .list(result)
  }

  private func run(_ comprehension: TypedComprehension, _ depth: Int, _ source: Value, _ membership: Truth, _ result: inout List) {
    func miss(_ causes: Causes) {
      if case .unknown(let more) = Truth.all([membership, .unknown(causes)]) { result.incomplete.formUnion(more) }
    }
    guard case .list(let list) = source else {
      if case .unknown(let causes) = source { miss(causes) }
      return
    }
    if !list.incomplete.isEmpty { miss(list.incomplete) }
    for element in list.elements {
      let here = Truth.all([membership, element.membership])
      let variable = comprehension.loops[depth].variable
      let before = environment[variable.index]
      environment[variable.index] = element.value
      defer { environment[variable.index] = before }
      if depth + 1 < comprehension.loops.count {
        run(comprehension, depth + 1, value(comprehension.loops[depth + 1].source), here, &result)
      } else if let kept = self.element(.null, Truth.all([here, truth(comprehension.condition)])) {
        result.elements.append(Element(value(comprehension.element), perhaps: kept.perhaps))
      }
    }
  }

  // MARK: - Totals

  private func count(_ list: List, distinct: Bool, _ test: (Element) -> Truth) -> Value {
    var causes = list.incomplete
    var certain: [Value] = []
    var perhaps: [(value: Value, causes: Causes)] = []
    for element in list.elements {
      let isIn = Truth.all([element.membership, test(element)])
      let unknownValue = distinct ? element.value.causesIfUnknown : nil
      switch isIn {
      case .no: break
      case .yes:
        if let unknownValue { perhaps.append((element.value, unknownValue)) } else { certain.append(element.value) }
      case .unknown(let more): perhaps.append((element.value, more.union(unknownValue ?? [])))
      }
    }
    if distinct {
      var once: [Value] = []
      for value in certain where !once.contains(where: { operations.equal($0, value).isYes }) { once.append(value) }
      certain = once
      perhaps.removeAll { item in
        item.value.causesIfUnknown == nil && certain.contains { operations.equal($0, item.value).isYes }
      }
    }
    for item in perhaps { causes.formUnion(item.causes) }
    let low = Int64(certain.count)
    return .int(Interval(low, list.incomplete.isEmpty ? low + Int64(perhaps.count) : nil, causes))
  }

  private func sum(_ list: List) -> Value {
    var causes = list.incomplete
    var isUnknown = !list.incomplete.isEmpty
    var low = Value.int(0)
    var high = Value.int(0)
    for element in list.elements {
      causes.formUnion(element.perhaps ?? [])
      switch element.value {
      case .unknown(let more):
        causes.formUnion(more)
        isUnknown = true
      case .int(let interval) where element.perhaps != nil || interval.exact == nil:
        causes.formUnion(interval.causes)
        guard interval.low >= 0 else {
          isUnknown = true
          continue
        }
        if element.perhaps == nil { low = operations.arithmetic(.add, low, .int(interval.low)) }
        high = operations.arithmetic(.add, high, .int(Interval(interval.high ?? interval.low, interval.high)))
      case .decimal where element.perhaps != nil: isUnknown = true
      default:
        low = operations.arithmetic(.add, low, element.value)
        high = operations.arithmetic(.add, high, element.value)
      }
    }
    if isUnknown { return .unknown(causes) }
    if causes.isEmpty { return low }
    switch (low, high) {
    case (.int(let first), .int(let last)): return .int(Interval(first.low, last.high, causes))
    case (.unknown, _): return low
    case (_, .unknown): return high
    default: return .unknown(causes)
    }
  }

  private func extreme(_ list: List, _ order: TypedExpressionKind.Order) -> Value {
    var causes = list.incomplete
    var isUnknown = !list.incomplete.isEmpty
    for element in list.elements {
      if let perhaps = element.perhaps {
        causes.formUnion(perhaps)
        isUnknown = true
      }
      if let more = element.value.causesIfUnknown {
        causes.formUnion(more)
        isUnknown = true
      }
    }
    if isUnknown { return .unknown(causes) }
    guard var best = list.elements.first?.value else { return .null }
    for element in list.elements where operations.order(order, element.value, best).isYes { best = element.value }
    return best
  }

  // MARK: - Rows

  func view(_ collection: CollectionID) -> CollectionView {
    if let view = views[collection] { return view }
    let view = CollectionView(collection, tenant.collections[collection.index], reader)
    views[collection] = view
    return view
  }

  private func name(_ collection: CollectionID) -> String { program[collection].name.string }

  func field(_ base: Value, _ field: FieldID) -> Value {
    guard case .row(let row) = base else { return base }
    let declared = program[field]
    switch declared.kind {
    case .stored:
      let path = row.owner + "." + declared.name.string
      switch reader.read(row, field) {
      case .absent: return .unknown([ReferenceCause(.absent, path)])
      case .null: return .null
      case .bad(let kind): return .unknown([ReferenceCause(kind, path)])
      case .value(let value): return value
      }
    case .join(let target, let by):
      let key = self.field(base, FieldID(record: field.record, index: by))
      return self.row(target, [key], missing: declared.type.isNullable ? nil : ReferenceCause(.rowMissing, name(target)))
    case .reverse(let target, let by):
      let key = self.field(base, FieldID(record: field.record, index: program[row.record].key[0]))
      if let causes = key.causesIfUnknown { return .unknown(causes) }
      let view = view(target)
      if let cause = view.unavailable { return .unknown([cause]) }
      if !view.contradictory.isEmpty { return .unknown([ReferenceCause(.twoRows, name(target))]) }
      var elements: [Element] = []
      for candidate in view.distinct {
        let foreign = self.field(.row(candidate), FieldID(record: candidate.record, index: by))
        if case .null = foreign { continue }
        if let element = element(.row(candidate), operations.equal(foreign, key)) { elements.append(element) }
      }
      return .list(List(elements, incomplete: view.gaps))
    }
  }

  /// The row of a key; `missing` says what is unknown where a complete collection lacks it, nil that this is null.
  private func row(_ target: CollectionID, _ keys: [Value], missing: ReferenceCause?) -> Value {
    var causes = Causes()
    for key in keys { causes.formUnion(key.causesIfUnknown ?? []) }
    if !causes.isEmpty { return .unknown(causes) }
    if keys.count == 1, case .null = keys[0] { return .null }
    let view = view(target)
    if let cause = view.unavailable { return .unknown([cause]) }
    let found = view.distinct.filter { candidate in
      guard let key = view.key(of: candidate, reader) else { return false }
      return zip(key, keys).allSatisfy { operations.equal($0, $1).isYes }
    }
    if found.count > 1 { return .unknown([ReferenceCause(.twoRows, name(target))]) }
    if let row = found.first { return .row(row) }
    let gaps = view.gaps.union(view.keyless.isEmpty ? [] : [ReferenceCause(.keyMissing, name(target))])
    if !gaps.isEmpty { return .unknown(gaps) }
    return missing.map { .unknown([$0]) } ?? .null
  }

  private func whole(_ collection: CollectionID) -> Value {
    let view = view(collection)
    if let cause = view.unavailable { return .unknown([cause]) }
    if !view.contradictory.isEmpty { return .unknown([ReferenceCause(.twoRows, name(collection))]) }
    if let most = program[collection].atMost, Int64(view.distinct.count) > most {
      return .unknown([ReferenceCause(.outOfRange, name(collection))])
    }
    return .list(List(view.distinct.map { Element(.row($0)) }, incomplete: view.gaps))
  }

  func single(_ collection: CollectionID) -> Value {
    let view = view(collection)
    if let cause = view.unavailable { return .unknown([cause]) }
    if view.distinct.count > 1 { return .unknown([ReferenceCause(.twoRows, name(collection))]) }
    if let row = view.distinct.first { return .row(row) }
    return .unknown(view.gaps.isEmpty ? [ReferenceCause(.rowMissing, name(collection))] : view.gaps)
  }

  // MARK: - What is declared

  private func constant(_ constant: Constant) -> Value {
    switch constant {
    case .literal(let literal): reader.constant(literal)
    case .product(let product): .product(product)
    case .feature(let feature): .feature(feature)
    case .list(let elements): .list(List(elements.map { Element(self.constant($0)) }))
    }
  }

  private func fact(_ id: FactID) -> Value {
    let tenant = Text(self.tenant.id)
    let stated = statements.filter { $0.fact == id && ($0.tenant == nil || $0.tenant == tenant) }
    if let statement = stated.first(where: { $0.tenant != nil }) ?? stated.first { return constant(statement.value) }
    let inForce = program.attestations.filter {
      $0.fact == id && ($0.tenant == nil || $0.tenant == tenant) && $0.on <= asOf && asOf < $0.expires
    }
    if let attestation = inForce.first(where: { $0.tenant != nil }) ?? inForce.first { return constant(attestation.value) }
    let fact = program.facts[id.index]
    return fact.value.map { constant($0) } ?? .unknown([ReferenceCause(.notAttested, fact.name.string)])
  }

  private func entry(_ id: LookupID, _ key: Value) -> Value {
    if let unknown = unknown(key) { return unknown }
    let lookup = program.lookups[id.index]
    if let entry = lookup.entries.first(where: { operations.equal(key, reader.constant($0.key)).isYes }) {
      return reader.constant(entry.values[0])
    }
    if let other = lookup.other { return reader.constant(other[0]) }
    return .unknown([ReferenceCause(.noEntry, lookup.name.string)])
  }

  private func part(_ part: TypedExpressionKind.ProductPart, _ product: Value) -> Value {
    guard case .product(let id) = product else { return product }
    let item = program[id]
    func ids(_ identifiers: [Product.Identifier]) -> Value {
      .list(List(identifiers.filter { $0.period.contains(asOf) }.map { Element(.id(identifier($0.guid))) }))
    }
    switch part {
    case .skus: return ids(item.skus)
    case .plans: return ids(item.plans)
    case .components: return ids(item.components)
    case .includes:
      return .list(List(item.includes.filter { $0.period.contains(asOf) }.map { Element(.product($0.product)) }))
    }
  }

  // MARK: - Licences

  /// The suites that include a product on the day.
  private func suites(_ product: ProductID) -> [ProductID] {
    program.products.indices.map { ProductID($0) }.filter { suite in
      program[suite].includes.contains { $0.product == product && $0.period.contains(asOf) }
    }
  }

  private func body(_ subject: Row, _ product: ProductID) -> Truth {
    if program[product].isHeldByAll { return .yes }
    guard let holding = program.holdings.first(where: { $0.record == subject.record }) else { return .no }
    return binding(holding.subject, to: .row(subject)) { binding(holding.product, to: .product(product)) { truth(holding.body) } }
  }

  private func held(_ subject: Row, _ product: ProductID) -> Truth {
    Truth.any([body(subject, product)] + suites(product).map { held(subject, $0) })
  }

  private func granting(_ subject: Row, _ product: ProductID) -> Truth {
    let requirements = program[product].requires.map { line in
      Truth.any(line.map { alternative in Truth.all(alternative.map { held(subject, $0) }) })
    }
    return Truth.all(requirements + [Truth.any([body(subject, product)] + suites(product).map { granting(subject, $0) })])
  }

  private func has(_ subject: Value, _ feature: Value) -> Truth {
    if case .unknown(let causes)? = unknown(subject, feature) { return .unknown(causes) }
    guard case .row(let row) = subject, case .feature(let id) = feature else { return .no }
    let grants = grants(of: id, on: asOf, in: program)
    guard grants.speaks else { return .unknown([ReferenceCause(.noMatrix, program[id].name.string)]) }
    var parts = grants.alternatives.map { alternative in
      var terms = alternative.products.map { granting(row, $0) }
      if let condition = alternative.condition {
        let define = program.defines[condition.index]
        terms.append(binding(define.parameters[0], to: .row(row)) { truth(define.body) })
      }
      // What the cell leaves open matters only to one who holds the products.
      return onceTrue(Truth.all(terms), unknownCell(alternative, id))
    }
    for product in grants.open {
      parts.append(onceTrue(held(row, product), others(product, id)))
    }
    return Truth.any(parts)
  }

  private func onceTrue(_ truth: Truth, _ cause: ReferenceCause?) -> Truth {
    guard let cause, case .yes = truth else { return truth }
    return .unknown([cause])
  }

  private func unknownCell(_ alternative: Grants.Alternative, _ feature: FeatureID) -> ReferenceCause? {
    guard alternative.mark == .unknown else { return nil }
    let products = alternative.products.map { program[$0].name.name.string }.joined(separator: " with ")
    return ReferenceCause(
      .unknownCell,
      program.matrices[alternative.matrix.index].name.string + "." + program[feature].name.name.string + " × " + products)
  }

  private func others(_ product: ProductID, _ feature: FeatureID) -> ReferenceCause {
    let matrix = program.matrices.first {
      $0.period.contains(asOf) && $0.othersUnknown && $0.features.contains(feature) && !$0.columns.contains([product])
    }
    return ReferenceCause(.unknownCell, "others of " + (matrix?.name.string ?? ""))
  }

  private func productsGranting(_ feature: Value) -> Value {
    guard case .feature(let id) = feature else { return feature }
    let grants = grants(of: id, on: asOf, in: program)
    guard grants.speaks else { return .unknown([ReferenceCause(.noMatrix, program[id].name.string)]) }
    var elements: [Element] = []
    for index in program.products.indices {
      var parts: [Truth] = []
      for alternative in grants.alternatives where alternative.products == [ProductID(index)] {
        parts.append(unknownCell(alternative, id).map { .unknown([$0]) } ?? .yes)
      }
      if grants.open.contains(ProductID(index)) { parts.append(.unknown([others(ProductID(index), id)])) }
      if let element = element(.product(ProductID(index)), Truth.any(parts)) { elements.append(element) }
    }
    return .list(List(elements))
  }
}
