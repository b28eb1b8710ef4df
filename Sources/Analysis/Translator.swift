import Semantics
import Syntax

/// Writes typed expressions as formulas, with defines and `let`s written out.
///
/// What the fragment does not hold becomes one opaque term, equal only to what is written alike. That admits more than can happen, so
/// what is proved of formulas holds of policies.
struct Translator {
  /// What an expression is but for names of bound variables: alike where two are written alike.
  private enum Shape: Hashable {
    case literal(Literal)
    case made(String, [Int])
  }
  enum Binding {
    case shape(Int)
    case expression(TypedExpressionID, scope: Int)
  }

  private(set) var program: CheckedProgram
  /// Where two policy sets are written in one translator: what of the second stands for what of the first.
  private var numbers: Numbers?
  /// A day of the stretch in which the formulas are meant.
  let day: Day
  let days: Period
  var logic = Logic()
  /// A fact that is written as another, to ask whether it matters.
  var primed: FactID?
  private var shapes: [Shape: Int] = [:]
  private(set) var texts: [String] = []
  /// Of shapes that are fields: of what, and which.
  private(set) var fields: [Int: (base: Int, field: FieldID)] = [:]
  /// Rows that are certainly there: subjects.
  private(set) var subjects: Set<Int> = []
  /// Shapes of terms that may have any value of their type, whatever those of others: fields of a subject, and facts.
  private var isFree: Set<Int> = []
  private var scopes: [[Int: Binding]] = [[:]]
  private var depth = 0
  private var stepsLeft: Int
  /// More was to be written out than the budget admits; from there on all is opaque.
  private(set) var isExhausted = false
  private var granting: [Int: Int] = [:]
  private var grantsOfFeature: [Int: Grants] = [:]
  private lazy var suites: [[ProductID]] = makeSuites()

  init(_ program: CheckedProgram, _ days: Period, steps: Int) {
    self.program = program
    self.days = days
    self.day = days.someDay
    self.stepsLeft = steps
  }

  // MARK: two programs

  /// Goes on with a second policy set, whose declarations are written as those of the first that they stand for.
  mutating func turn(to program: CheckedProgram, _ numbers: Numbers) {
    self.program = program
    self.numbers = numbers
    granting = [:]
    grantsOfFeature = [:]
    suites = makeSuites()
  }

  private func number(_ id: ProductID) -> Int { numbers?.products[id] ?? id.index }
  private func number(_ id: FeatureID) -> Int { numbers?.features[id] ?? id.index }
  private func number(_ id: CollectionID) -> Int { numbers?.collections[id] ?? id.index }
  private func number(_ id: FactID) -> Int { numbers?.facts[id] ?? id.index }
  private func number(_ id: LookupID) -> Int { numbers?.lookups[id] ?? id.index }
  private func number(_ id: FieldID) -> String { numbers?.fields[id] ?? "\(id.record.index) \(id.index)" }

  // MARK: scopes

  mutating func scope(_ bindings: [Int: Binding], inside outer: Int = 0) -> Int {
    scopes.append(scopes[outer].merging(bindings) { $1 })
    return scopes.count - 1
  }

  private mutating func isSpent() -> Bool {
    stepsLeft -= 1
    if stepsLeft < 0 { isExhausted = true }
    return isExhausted
  }

  // MARK: shapes

  private mutating func intern(_ shape: Shape, text: String) -> Int {
    if let known = shapes[shape] { return known }
    shapes[shape] = texts.count
    texts.append(text)
    return texts.count - 1
  }

  mutating func made(_ name: String, _ parts: [Int], text: String) -> Int {
    intern(.made(name, parts), text: text)
  }

  /// The row that a rule is about.
  mutating func subject(_ source: Int, _ name: String) -> Int {
    let shape = made("each", [source], text: name)
    subjects.insert(shape)
    return shape
  }

  private func written(_ id: TypedExpressionID) -> String {
    let span = program[id].span
    guard program.files.indices.contains(Int(span.file)) else { return "…" }
    let words = program.files[Int(span.file)].string(span).split { $0 == " " || $0 == "\n" || $0 == "\r" || $0 == "\r\n" || $0 == "\t" }
    let text = words.joined(separator: " ")
    return text.count > 120 ? text.prefix(120) + "…" : text
  }

  mutating func shape(_ id: TypedExpressionID, _ scope: Int) -> Int {
    if isSpent() { return made("spent", [-texts.count], text: written(id)) }
    let text = written(id)
    switch program[id].kind {
    case .literal(let literal): return intern(.literal(literal), text: text)
    case .product(let product): return made("product \(number(product))", [], text: text)
    case .feature(let feature): return made("feature \(number(feature))", [], text: text)
    case .variable(let variable):
      switch scopes[scope][variable.index] {
      case .shape(let shape): return shape
      case .expression(let expression, let inner): return shape(expression, inner)
      case nil: return made("variable \(variable.index) \(numbers == nil)", [], text: text)
      }
    case .fact(let fact):
      let name = fact == primed ? "other fact \(fact.index)" : "fact \(number(fact))"
      return made(name, [], text: program.facts[fact.index].name.name.string)
    case .today: return made("today", [], text: "today")
    case .startOfMonth: return made("start of month", [], text: text)
    case .unknown: return made("unknown", [], text: text)
    case .field(let base, let field):
      let base = shape(base, scope)
      let name = program[field].name.string
      let shape = made("field \(number(field))", [base], text: "\(texts[base]).\(name)")
      fields[shape] = (base, field)
      return shape
    case .single(let collection): return made("single \(number(collection))", [], text: program[collection].name.string)
    case .collection(let collection): return made("collection \(number(collection))", [], text: program[collection].name.string)
    case .row(let collection, let keys): return part("row \(number(collection))", keys, scope, text)
    case .entry(let lookup, let key): return part("entry \(number(lookup))", [key], scope, text)
    case .call(let define, let arguments):
      let definition = program.defines[define.index]
      let inner = call(define, arguments, scope)
      return shape(definition.body, inner)
    case .not(let operand): return part("not", [operand], scope, text)
    case .and(let operands): return unordered("and", operands, scope, text)
    case .or(let operands): return unordered("or", operands, scope, text)
    case .equal(let left, let right, let negated): return unordered(negated ? "is not" : "is", [left, right], scope, text)
    case .order(let order, let left, let right): return part(order.rawValue, [left, right], scope, text)
    case .member(let left, let right, let negated):
      let parts = [shape(left, scope), members(right, scope)]
      return made(negated ? "not in" : "in", parts, text: text)
    case .within(let left, let right):
      let parts = [members(left, scope), members(right, scope)]
      return made("within", parts, text: text)
    case .textTest(let test, let left, let right): return part(test.rawValue, [left, right], scope, text)
    case .matches(let operand, let glob): return part("matches " + glob.string, [operand], scope, text)
    case .has(let left, let right): return part("has", [left, right], scope, text)
    case .holds(let left, let right): return part("holds", [left, right], scope, text)
    case .arithmetic(let sign, let left, let right): return part("arithmetic \(sign)", [left, right], scope, text)
    case .negate(let operand): return part("negate", [operand], scope, text)
    case .shift(let base, let amount, let unit, let backwards): return part("shift \(unit) \(backwards)", [base, amount], scope, text)
    case .days(let from, let to): return part("days", [from, to], scope, text)
    case .orElse(let left, let right): return part("else", [left, right], scope, text)
    case .list(let elements): return part("list", elements, scope, text)
    case .comprehension(let comprehension): return comprehended("all of", comprehension, scope, text)
    case .aggregate(let aggregate, let comprehension): return comprehended("aggregate \(aggregate)", comprehension, scope, text)
    case .any(let variable, let source, let condition):
      return quantified("any", variable, source, [condition], scope, text)
    case .all(let variable, let source, let condition, let satisfy):
      return quantified(condition == nil ? "every" : "all", variable, source, [condition, satisfy], scope, text)
    case .count(let variable, let source, let condition, let distinct):
      return quantified("count \(distinct)", variable, source, [condition], scope, text)
    case .products: return made("products", [], text: text)
    case .productsHeld(let subject): return part("products held", [subject], scope, text)
    case .productsGranting(let feature): return part("products granting", [feature], scope, text)
    case .part(let which, let product): return part("part \(which.rawValue)", [product], scope, text)
    case .function(let function, let arguments): return part("function \(function.rawValue)", arguments, scope, text)
    }
  }

  private mutating func part(_ name: String, _ parts: [TypedExpressionID], _ scope: Int, _ text: String) -> Int {
    let shapes = parts.map { shape($0, scope) }
    return made(name, shapes, text: text)
  }

  /// Of which it does not matter which comes first.
  private mutating func unordered(_ name: String, _ parts: [TypedExpressionID], _ scope: Int, _ text: String) -> Int {
    let shapes = Set(parts.map { shape($0, scope) }).sorted()
    return made(name, shapes, text: text)
  }

  /// A list of which only what is in it matters, and not in which order.
  private mutating func members(_ list: TypedExpressionID, _ scope: Int) -> Int {
    switch program[list].kind {
    case .function(let function, let lists) where function == .union || function == .common:
      let parts = Set(lists.map { members($0, scope) }).sorted()
      return made("members of \(function.rawValue)", parts, text: written(list))
    default:
      guard case .list(let elements) = resolved(list, scope).kind, elements.allSatisfy({ constant($0, scope) != nil }) else {
        return shape(list, scope)
      }
      return unordered("members", elements, scope, written(list))
    }
  }

  private mutating func quantified(
    _ name: String, _ variable: VariableID, _ source: TypedExpressionID, _ parts: [TypedExpressionID?], _ scope: Int, _ text: String
  ) -> Int {
    let over = shape(source, scope)
    let bound = made("bound \(depth)", [], text: program.variables[variable.index].name.string)
    let inner = self.scope([variable.index: .shape(bound)], inside: scope)
    depth += 1
    defer { depth -= 1 }
    let inside = parts.compactMap { $0 }.map { shape($0, inner) }
    return made(name, [over] + inside, text: text)
  }

  /// That any element is not as `all` wants it, as `any` writes that.
  private mutating func exception(
    _ id: TypedExpressionID, _ variable: VariableID, _ source: TypedExpressionID, _ condition: TypedExpressionID?,
    _ satisfy: TypedExpressionID, _ scope: Int
  ) -> Int {
    let over = shape(source, scope)
    let bound = made("bound \(depth)", [], text: program.variables[variable.index].name.string)
    let inner = self.scope([variable.index: .shape(bound)], inside: scope)
    depth += 1
    defer { depth -= 1 }
    var inside = contrary(satisfy, inner)
    // As `unordered` writes it.
    if let condition { inside = made("and", Set([shape(condition, inner), inside]).sorted(), text: written(id)) }
    return made("any", [over, inside], text: "not \(written(id))")
  }

  /// The shape of what is true where an expression is false.
  private mutating func contrary(_ id: TypedExpressionID, _ scope: Int) -> Int {
    let text = "not (\(written(id)))"
    switch program[id].kind {
    case .not(let operand): return shape(operand, scope)
    case .equal(let left, let right, let negated): return unordered(negated ? "is" : "is not", [left, right], scope, text)
    case .member(let left, let right, let negated):
      return made(negated ? "in" : "not in", [shape(left, scope), members(right, scope)], text: text)
    case .order(let order, let left, let right):
      let opposite: TypedExpressionKind.Order =
        switch order {
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        }
      return part(opposite.rawValue, [left, right], scope, text)
    default: return made("not", [shape(id, scope)], text: text)
    }
  }

  private mutating func comprehended(_ name: String, _ comprehension: TypedComprehension, _ scope: Int, _ text: String) -> Int {
    var parts: [Int] = []
    var inner = scope
    let outer = depth
    defer { depth = outer }
    for loop in comprehension.loops {
      parts.append(shape(loop.source, inner))
      let bound = made("bound \(depth)", [], text: program.variables[loop.variable.index].name.string)
      inner = self.scope([loop.variable.index: .shape(bound)], inside: inner)
      depth += 1
    }
    parts.append(shape(comprehension.element, inner))
    if let condition = comprehension.condition { parts.append(shape(condition, inner)) }
    return made("\(name) \(comprehension.loops.count) \(comprehension.condition == nil)", parts, text: text)
  }

  mutating func call(_ define: DefineID, _ arguments: [TypedExpressionID], _ scope: Int) -> Int {
    var bindings: [Int: Binding] = [:]
    for (parameter, argument) in zip(program.defines[define.index].parameters, arguments) {
      bindings[parameter.index] = .expression(argument, scope: scope)
    }
    return self.scope(bindings)
  }

  // MARK: formulas

  /// The formula of a bool expression.
  mutating func formula(_ id: TypedExpressionID, _ scope: Int) -> Int {
    if isSpent() { return opaqueFormula(id, scope) }
    switch program[id].kind {
    case .literal(.bool(let value)): return value ? logic.yes : logic.no
    case .unknown: return logic.unknown
    case .not(let operand):
      let operand = formula(operand, scope)
      return logic.not(operand)
    case .and(let operands):
      let operands = operands.map { formula($0, scope) }
      return logic.and(operands)
    case .or(let operands):
      let operands = operands.map { formula($0, scope) }
      return logic.or(operands)
    case .call(let define, let arguments):
      let inner = call(define, arguments, scope)
      return formula(program.defines[define.index].body, inner)
    case .variable(let variable):
      if case .expression(let expression, let inner) = scopes[scope][variable.index] { return formula(expression, inner) }
      return opaqueFormula(id, scope)
    case .equal(let left, let right, let negated):
      let result = equal(id, left, right, scope)
      return negated ? logic.not(result) : result
    case .order(let order, let left, let right): return ordered(id, order, left, right, scope)
    case .member(let left, let right, let negated):
      let result = member(id, left, right, scope)
      return negated ? logic.not(result) : result
    case .has(let subject, let feature):
      guard case .feature(let feature) = resolved(feature, scope).kind else { return opaqueFormula(id, scope) }
      let shape = shape(subject, scope)
      let result = has(shape, feature)
      return whereKnown(result, shape)
    case .holds(let subject, let product):
      guard case .product(let product) = resolved(product, scope).kind else { return opaqueFormula(id, scope) }
      let shape = shape(subject, scope)
      let result = holds(shape, product)
      return whereKnown(result, shape)
    case .field, .fact, .orElse: return truth(id, scope)
    case .all(let variable, let source, let condition, let satisfy):
      // None that is one of these and is not as it should be.
      let shape = exception(id, variable, source, condition, satisfy, scope)
      let result = opaque(shape, id)
      return logic.not(result)
    case .literal, .product, .feature, .today, .startOfMonth, .single, .collection, .row, .entry, .within, .textTest, .matches,
      .arithmetic, .negate, .shift, .days, .list, .comprehension, .aggregate, .any, .count, .products, .productsHeld,
      .productsGranting, .part, .function:
      return opaqueFormula(id, scope)
    }
  }

  /// An expression behind the names that stand for it.
  private func resolved(_ id: TypedExpressionID, _ scope: Int) -> TypedExpression { program[named(id, scope).id] }

  /// The expression that names stand for, and the scope in which it is meant.
  private func named(_ id: TypedExpressionID, _ scope: Int) -> (id: TypedExpressionID, scope: Int) {
    var (id, scope) = (id, scope)
    for _ in 0..<1000 {
      switch program[id].kind {
      case .variable(let variable):
        guard case .expression(let expression, let inner) = scopes[scope][variable.index] else { return (id, scope) }
        (id, scope) = (expression, inner)
      case .call(let define, let arguments) where arguments.isEmpty: (id, scope) = (program.defines[define.index].body, 0)
      default: return (id, scope)
      }
    }
    return (id, scope)
  }

  private mutating func opaque(_ shape: Int, _ id: TypedExpressionID) -> Int {
    let isNullable = program[id].type.isNullable
    let term = logic.term(
      shape, Term(shape: shape, text: texts[shape], kind: .bool, isNullable: isNullable, mayBeUnknown: true, isVague: false))
    if isNullable { logic.terms[term].isNullable = true }
    return logic.atom(term, .isTrue, whenNull: .all)
  }

  private mutating func opaqueFormula(_ id: TypedExpressionID, _ scope: Int) -> Int {
    let shape = shape(id, scope)
    return opaque(shape, id)
  }

  private mutating func truth(_ id: TypedExpressionID, _ scope: Int) -> Int {
    guard let operand = operand(id, scope), operand.offset == 0 else { return opaqueFormula(id, scope) }
    guard case .bool = logic.terms[operand.term].kind else { return opaqueFormula(id, scope) }
    let whenNull: Truths = operand.ifNull.map { $0 == .bool(true) ? .yes : .no } ?? .all
    return logic.atom(operand.term, .isTrue, whenNull: whenNull)
  }

  // MARK: comparisons

  /// A term, perhaps with a value instead of null and a number added.
  struct Operand {
    var term: Int
    var ifNull: Literal?
    var offset: Int128 = 0
    /// The term lies where adding does not overflow; nil: everywhere.
    var fits: Int?
  }

  private mutating func operand(_ id: TypedExpressionID, _ scope: Int) -> Operand? {
    if isSpent() { return nil }
    switch program[id].kind {
    case .variable(let variable):
      if case .expression(let expression, let inner) = scopes[scope][variable.index] { return operand(expression, inner) }
      return plain(id, scope)
    case .call(let define, let arguments):
      let inner = call(define, arguments, scope)
      return operand(program.defines[define.index].body, inner)
    case .orElse(let left, let right):
      guard case .literal(let value) = resolved(right, scope).kind, value != .null,
        var inner = operand(left, scope), inner.ifNull == nil, inner.offset == 0
      else { return plain(id, scope) }
      inner.ifNull = value
      return inner
    case .arithmetic(let sign, let left, let right):
      guard program[id].type.shape == .int else { return plain(id, scope) }
      if sign == .add || sign == .subtract, case .literal(.int(let amount)) = resolved(right, scope).kind {
        return shifted(id, left, by: sign == .add ? Int128(amount) : -Int128(amount), scope)
      }
      if sign == .add, case .literal(.int(let amount)) = resolved(left, scope).kind { return shifted(id, right, by: Int128(amount), scope) }
      return plain(id, scope)
    case .shift(let base, let amount, .days, let backwards):
      var literal = resolved(amount, scope).kind
      var isNegative = backwards
      if case .negate(let inner) = literal {
        literal = resolved(inner, scope).kind
        isNegative.toggle()
      }
      guard case .literal(.int(let count)) = literal, let unit = Term.Unit(program[id].type.shape) else { return plain(id, scope) }
      let (steps, isOver) = Int128(count).multipliedReportingOverflow(by: unit == .tick ? Int128(Instant.ticksPerDay) : 1)
      return isOver ? plain(id, scope) : shifted(id, base, by: isNegative ? -steps : steps, scope)
    case .literal: return nil
    default: return plain(id, scope)
    }
  }

  private mutating func shifted(_ id: TypedExpressionID, _ base: TypedExpressionID, by amount: Int128, _ scope: Int) -> Operand? {
    guard let inner = operand(base, scope), case .number(let unit, _, _) = logic.terms[inner.term].kind,
      !logic.terms[inner.term].isVague, inner.offset == 0, inner.ifNull == nil
    else { return plain(id, scope) }
    let (low, high) = unit.range
    let fits = logic.atom(inner.term, .between(max(low, low - amount), min(high, high - amount)), whenNull: .yes)
    // Unknown where the term is, so it must not be asked there.
    let isFitting = logic.isOne(fits, of: [.yes, .unknown])
    return Operand(term: inner.term, ifNull: nil, offset: amount, fits: isFitting)
  }

  /// An expression as a term of its own.
  private mutating func plain(_ id: TypedExpressionID, _ scope: Int) -> Operand? {
    let type = program[id].type
    let shape = shape(id, scope)
    guard var kind = kind(of: type) else { return nil }
    var mayBeUnknown = true
    var isVague = false
    let field = fields[shape]
    if let (base, id) = field {
      let declared = program[id]
      if case .number(let unit, var low, var high) = kind {
        if let least = declared.atLeast, let number = unit.number(.int(least)) { low = max(low, number.floor) }
        if let most = declared.atMost, let number = unit.number(.int(most)) { high = min(high, number.floor) }
        guard low <= high else { return nil }
        kind = .number(unit, low, high)
      }
      if case .stored = declared.kind, subjects.contains(base) {
        isFree.insert(shape)
        if program[id.record].collection != nil, program[id.record].key.contains(id.index) { mayBeUnknown = false }
      }
    } else if texts[shape] == "today", case .today = resolved(self: id, scope) {
      mayBeUnknown = false
      let (first, last) = Term.Unit.day.range
      kind = .number(
        .day, max(first, days.from.map { Int128($0.days) } ?? first), min(last, days.before.map { Int128($0.days) - 1 } ?? last))
    } else if case .fact = resolved(self: id, scope) {
      isFree.insert(shape)
    } else {
      isVague = type.shape == .int
      if case .number(let unit, let low, let high) = kind, isNeverNegative(resolved(self: id, scope)) {
        kind = .number(unit, max(0, low), high)
      }
    }
    let term = logic.term(
      shape, Term(shape: shape, text: texts[shape], kind: kind, isNullable: type.isNullable, mayBeUnknown: mayBeUnknown, isVague: isVague))
    if type.isNullable { logic.terms[term].isNullable = true }
    return Operand(term: term)
  }

  /// Whether what makes a formula true can happen: it asks of nothing but fields of a subject, facts and the day.
  func isExact(_ root: Int) -> Bool {
    let today = shapes[.made("today", [])]
    return logic.terms(in: [root]).allSatisfy { term in
      if case .difference = logic.terms[term].kind { return true }
      return isFree.contains(logic.terms[term].shape) || logic.terms[term].shape == today
    }
  }

  /// Counts, and sums of fields that are not negative.
  private func isNeverNegative(_ kind: TypedExpressionKind) -> Bool {
    switch kind {
    case .count: return true
    case .aggregate(.sum, let comprehension):
      guard case .field(_, let field) = program[comprehension.element].kind, let least = program[field].atLeast else { return false }
      return least >= 0
    default: return false
    }
  }

  private func resolved(self id: TypedExpressionID, _ scope: Int) -> TypedExpressionKind { resolved(id, scope).kind }

  private func kind(of type: ValueType) -> Term.Kind? {
    switch type.shape {
    case .bool: .bool
    case .int, .decimal, .date, .instant: Term.Unit(type.shape).map { .number($0, $0.range.0, $0.range.1) }
    case .text, .id, .product, .feature: .symbol(closed: nil)
    case .oneOf(let members, let orOther): .symbol(closed: orOther ? nil : members)
    case .row, .list: .symbol(closed: nil)
    case .nothing: nil
    }
  }

  /// A constant as equality sees it, worked out where it is made of others; nil where the expression is none.
  private func constant(_ id: TypedExpressionID, _ scope: Int) -> Literal? {
    let (id, scope) = named(id, scope)
    switch program[id].kind {
    case .literal(let literal): return literal
    case .product(let product): return .text(Text("product \(number(product))"))
    case .feature(let feature): return .text(Text("feature \(number(feature))"))
    case .negate(let inner): return constant(inner, scope)?.negated
    case .arithmetic(let sign, let left, let right):
      guard let left = constant(left, scope), let right = constant(right, scope) else { return nil }
      return left.combined(sign, right)
    case .shift(let base, let amount, .days, let isBackwards):
      guard case .date(let day) = constant(base, scope), case .int(let count) = constant(amount, scope), count != .min else { return nil }
      return day.adding(days: isBackwards ? -count : count).map(Literal.date)
    default: return nil
    }
  }

  /// Ids are compared without regard to case where they are GUIDs.
  private func canonical(_ literal: Literal) -> Literal {
    if case .text(let text) = literal, let guid = Guid(parsing: text.utf8) { return .guid(guid) }
    return literal
  }

  private mutating func equal(_ id: TypedExpressionID, _ left: TypedExpressionID, _ right: TypedExpressionID, _ scope: Int) -> Int {
    if let value = constant(right, scope) {
      if let other = constant(left, scope) { return same(other, value) ?? opaquePair(id, left, right, scope) }
      return equal(id, left, right, value, scope)
    }
    if let value = constant(left, scope) { return equal(id, right, left, value, scope) }
    if let difference = difference(left, right, scope) {
      let upper = below(difference, 1)
      let least = logic.not(below(difference, 0))
      let result = logic.and([upper, least])
      return known(result, difference)
    }
    return opaquePair(id, left, right, scope)
  }

  private func same(_ left: Literal, _ right: Literal) -> Int? {
    left.isSame(right).map { $0 ? logic.yes : logic.no }
  }

  /// Two things of which only whether they are equal is asked; which comes first does not matter.
  private mutating func opaquePair(_ id: TypedExpressionID, _ left: TypedExpressionID, _ right: TypedExpressionID, _ scope: Int) -> Int {
    let first = shape(left, scope)
    let second = shape(right, scope)
    if !isExhausted, first != second, let alike = memberwise(left, right, scope) { return alike }
    let pair = made("is", [min(first, second), max(first, second)], text: written(id))
    let result = opaque(pair, id)
    // What is compared with itself is the same, or unknown.
    return first == second ? logic.or([result, logic.not(result)]) : result
  }

  /// Two of one closed set: whether some member is both; nil where they are of other sorts.
  private mutating func memberwise(_ left: TypedExpressionID, _ right: TypedExpressionID, _ scope: Int) -> Int? {
    guard case .oneOf(let members, false) = program[left].type.shape, program[right].type.shape == program[left].type.shape,
      members.count <= 16, let first = operand(left, scope), let second = operand(right, scope)
    else { return nil }
    var ways: [Int] = []
    for member in members {
      guard let one = isAmong(first, [.text(member)], program[left].type), let other = isAmong(second, [.text(member)], program[right].type)
      else { return nil }
      ways.append(logic.and([one, other]))
    }
    if first.ifNull == nil, second.ifNull == nil {
      let isNull = [first, second].map { logic.atom($0.term, .isNull, whenNull: .yes) }
      ways.append(logic.and(isNull))
    }
    return logic.or(ways)
  }

  private mutating func equal(
    _ id: TypedExpressionID, _ subject: TypedExpressionID, _ other: TypedExpressionID, _ value: Literal, _ scope: Int
  ) -> Int {
    // A compound condition that is true or false.
    if case .bool(let wanted) = value, case .bool = program[subject].type.shape, !program[subject].type.isNullable {
      let inner = formula(subject, scope)
      return wanted ? inner : logic.not(inner)
    }
    guard let operand = operand(subject, scope) else { return opaquePair(id, subject, other, scope) }
    if value == .null {
      let result = logic.atom(operand.term, .isNull, whenNull: operand.ifNull == nil ? .yes : .no)
      return known(result, operand)
    }
    return isAmong(operand, [value], program[subject].type) ?? opaquePair(id, subject, other, scope)
  }

  /// Whether an operand is one of some constants, null not among them; nil where they are of another sort.
  private mutating func isAmong(_ operand: Operand, _ written: [Literal], _ type: ValueType) -> Int? {
    let isID = type.shape == .id
    let values = isID ? written.map(canonical) : written
    let whenNull: Truths = operand.ifNull.map { values.contains(isID ? canonical($0) : $0) ? .yes : .no } ?? .no
    switch logic.terms[operand.term].kind {
    case .bool:
      guard values.count == 1 else { return nil }
      let atom = logic.atom(operand.term, .isTrue, whenNull: values[0] == .bool(true) ? whenNull : negated(whenNull))
      return values[0] == .bool(true) ? atom : logic.not(atom)
    case .symbol: return logic.atom(operand.term, .among(values), whenNull: whenNull)
    case .number(let unit, _, _):
      var parts: [Int] = []
      let numbers = operand.ifNull.map { unit.number($0) }
      for value in values {
        guard let number = unit.number(value) else { return nil }
        guard number.isExact else {
          parts.append(logic.atom(operand.term, .between(1, 0), whenNull: .no))
          continue
        }
        let isNull: Truths = numbers.map { $0?.floor == number.floor && $0?.isExact == true ? .yes : .no } ?? .no
        let (wanted, isOver) = number.floor.subtractingReportingOverflow(operand.offset)
        guard !isOver else { return nil }
        parts.append(logic.atom(operand.term, .between(wanted, wanted), whenNull: isNull))
      }
      return known(logic.or(parts), operand)
    case .difference: return nil
    }
  }

  /// That an expression of a closed set is one member of it; nil where that cannot be written.
  mutating func isMember(_ id: TypedExpressionID, _ member: Text, _ scope: Int) -> Int? {
    guard let operand = operand(id, scope) else { return nil }
    return isAmong(operand, [.text(member)], program[id].type).map { logic.isOne($0, of: .yes) }
  }

  private func negated(_ truths: Truths) -> Truths { truths == .yes ? .no : truths == .no ? .yes : truths }

  private mutating func known(_ value: Int, _ operand: Operand) -> Int {
    operand.fits.map { logic.known(value, where: $0) } ?? value
  }

  private mutating func member(_ id: TypedExpressionID, _ left: TypedExpressionID, _ right: TypedExpressionID, _ scope: Int) -> Int {
    guard case .list(let elements) = resolved(right, scope).kind else { return opaqueMember(id, left, right, scope) }
    let values = elements.map { constant($0, 0) ?? constant($0, scope) }
    if let value = constant(left, scope), values.allSatisfy({ $0 != nil }) {
      let isID = program[left].type.shape == .id
      let answers = values.compactMap { $0 }.map { isID ? canonical(value).isSame(canonical($0)) : value.isSame($0) }
      if answers.contains(true) { return logic.yes }
      if !answers.contains(nil) { return logic.no }
    }
    guard values.allSatisfy({ $0 != nil && $0 != .null }), let operand = operand(left, scope),
      let result = isAmong(operand, values.compactMap { $0 }, program[left].type)
    else { return opaqueMember(id, left, right, scope) }
    return result
  }

  /// `not in` and `in` are one question.
  private mutating func opaqueMember(_ id: TypedExpressionID, _ left: TypedExpressionID, _ right: TypedExpressionID, _ scope: Int) -> Int {
    let parts = [shape(left, scope), members(right, scope)]
    let membership = made("in", parts, text: written(id))
    return opaque(membership, id)
  }

  private mutating func ordered(
    _ id: TypedExpressionID, _ order: TypedExpressionKind.Order, _ left: TypedExpressionID, _ right: TypedExpressionID, _ scope: Int
  ) -> Int {
    if let sign = constant(left, scope).flatMap({ first in constant(right, scope).flatMap { first.compared(with: $0) } }) {
      let holds: Bool
      switch order {
      case .less: holds = sign < 0
      case .lessOrEqual: holds = sign <= 0
      case .greater: holds = sign > 0
      case .greaterOrEqual: holds = sign >= 0
      }
      return holds ? logic.yes : logic.no
    }
    let isTurned: Bool
    let subject: TypedExpressionID
    let value: Literal
    if let constant = constant(right, scope) {
      (isTurned, subject, value) = (false, left, constant)
    } else if let constant = constant(left, scope) {
      (isTurned, subject, value) = (true, right, constant)
    } else if let difference = difference(left, right, scope) {
      let result: Int
      switch order {
      case .less: result = below(difference, 0)
      case .lessOrEqual: result = below(difference, 1)
      case .greater: result = logic.not(below(difference, 1))
      case .greaterOrEqual: result = logic.not(below(difference, 0))
      }
      return known(result, difference)
    } else {
      return opaqueFormula(id, scope)
    }
    guard let operand = operand(subject, scope), case .number(let unit, _, _) = logic.terms[operand.term].kind,
      let number = unit.number(value)
    else { return opaqueFormula(id, scope) }
    let limit = number.floor - operand.offset
    // Below the limit, or below the next: all comparisons are one of these or its contrary.
    let next = limit + 1
    let atOrNext = number.isExact ? limit : next
    let instead = operand.ifNull.flatMap { unit.number($0)?.floor }
    let threshold: Int128
    let isContrary: Bool
    switch (order, isTurned) {
    case (.less, false), (.greater, true): (threshold, isContrary) = (atOrNext, false)
    case (.lessOrEqual, false), (.greaterOrEqual, true): (threshold, isContrary) = (next, false)
    case (.greater, false), (.less, true): (threshold, isContrary) = (next, true)
    case (.greaterOrEqual, false), (.lessOrEqual, true): (threshold, isContrary) = (atOrNext, true)
    }
    let atom = logic.atom(operand.term, .below(threshold), whenNull: instead.map { $0 < threshold ? .yes : .no } ?? .all)
    return known(isContrary ? logic.not(atom) : atom, operand)
  }

  /// The difference of two terms of one unit, with what is added to them.
  private struct Difference {
    var term: Int
    var isTurned: Bool
    var offset: Int128
    var fits: [Int]
  }

  private mutating func difference(_ left: TypedExpressionID, _ right: TypedExpressionID, _ scope: Int) -> Difference? {
    guard Term.Unit(program[left].type.shape) != nil, program[left].type.shape == program[right].type.shape,
      let first = operand(left, scope), let second = operand(right, scope), first.ifNull == nil, second.ifNull == nil,
      first.term != second.term, case .number(let unit, _, _) = logic.terms[first.term].kind,
      case .number(let other, _, _) = logic.terms[second.term].kind, unit == other,
      !logic.terms[first.term].isVague, !logic.terms[second.term].isVague
    else { return nil }
    let (term, isTurned) = logic.difference(first.term, second.term)
    return Difference(
      term: term, isTurned: isTurned, offset: first.offset - second.offset, fits: [first.fits, second.fits].compactMap { $0 })
  }

  /// The first with what is added less the second with what is added is below a number.
  private mutating func below(_ difference: Difference, _ number: Int128) -> Int {
    let limit = number - difference.offset
    if !difference.isTurned { return logic.atom(difference.term, .below(limit), whenNull: .all) }
    return logic.not(logic.atom(difference.term, .below(1 - limit), whenNull: .all))
  }

  private mutating func known(_ value: Int, _ difference: Difference) -> Int {
    logic.known(value, where: logic.and(difference.fits))
  }

  // MARK: products and features

  private mutating func whereKnown(_ value: Int, _ subject: Int) -> Int {
    if subjects.contains(subject) { return value }
    let shape = made("is there", [subject], text: "\(texts[subject]) is there")
    let term = logic.term(
      shape, Term(shape: shape, text: texts[shape], kind: .bool, isNullable: false, mayBeUnknown: false, isVague: false))
    return logic.known(value, where: logic.atom(term, .isTrue, whenNull: .all))
  }

  private func makeSuites() -> [[ProductID]] {
    var suites: [[ProductID]] = Array(repeating: [], count: program.products.count)
    for (index, product) in program.products.enumerated() {
      for inclusion in product.includes where inclusion.period.contains(day) { suites[inclusion.product.index].append(ProductID(index)) }
    }
    return suites
  }

  private mutating func holdsDirectly(_ subject: Int, _ product: ProductID) -> Int {
    let name = program[product].name.name.string
    let shape = made("holds \(number(product))", [subject], text: "\(texts[subject]) holds \(name)")
    let term = logic.term(shape, Term(shape: shape, text: texts[shape], kind: .bool, isNullable: false, mayBeUnknown: true, isVague: false))
    return logic.atom(term, .isTrue, whenNull: .all)
  }

  /// What could not be written out any more: equal to nothing else.
  private mutating func untold(_ subject: Int, _ product: ProductID) -> Int {
    let name = program[product].name.name.string
    let shape = made("spent", [-texts.count], text: "\(texts[subject]) holds \(name)")
    let term = logic.term(shape, Term(shape: shape, text: texts[shape], kind: .bool, isNullable: false, mayBeUnknown: true, isVague: false))
    return logic.atom(term, .isTrue, whenNull: .all)
  }

  private mutating func holds(_ subject: Int, _ product: ProductID) -> Int {
    if program[product].isHeldByAll { return logic.yes }
    let key = made("held \(number(product))", [subject], text: "")
    if let known = granting[key] { return known }
    if isSpent() { return untold(subject, product) }
    var parts = [holdsDirectly(subject, product)]
    for suite in suites[product.index] { parts.append(holds(subject, suite)) }
    let result = logic.or(parts)
    if !isExhausted { granting[key] = result }
    return result
  }

  /// As `holds`, and all that the product requires is held too.
  private mutating func grants(_ subject: Int, _ product: ProductID) -> Int {
    let key = made("granting \(number(product))", [subject], text: "")
    if let known = granting[key] { return known }
    if isSpent() { return untold(subject, product) }
    var parts: [Int] = []
    if program[product].isHeldByAll {
      parts = [logic.yes]
    } else {
      parts = [holdsDirectly(subject, product)]
      for suite in suites[product.index] { parts.append(grants(subject, suite)) }
    }
    var all = [logic.or(parts)]
    for line in program[product].requires {
      var alternatives: [Int] = []
      for alternative in line {
        let together = alternative.map { holds(subject, $0) }
        alternatives.append(logic.and(together))
      }
      all.append(logic.or(alternatives))
    }
    let result = logic.and(all)
    if !isExhausted { granting[key] = result }
    return result
  }

  private mutating func has(_ subject: Int, _ feature: FeatureID) -> Int {
    let said = grantsOfFeature[feature.index] ?? Semantics.grants(of: feature, on: day, in: program)
    grantsOfFeature[feature.index] = said
    guard said.speaks else { return logic.unknown }
    var ways: [Int] = []
    for alternative in said.alternatives {
      var parts = alternative.products.map { grants(subject, $0) }
      if let condition = alternative.condition {
        let define = program.defines[condition.index]
        let inner = scope(Dictionary(uniqueKeysWithValues: define.parameters.prefix(1).map { ($0.index, Binding.shape(subject)) }))
        parts.append(formula(define.body, inner))
      }
      if alternative.mark == .unknown { parts.append(logic.unknown) }
      ways.append(logic.and(parts))
    }
    for product in said.open {
      let held = holds(subject, product)
      ways.append(logic.and([held, logic.unknown]))
    }
    return logic.or(ways)
  }
}
