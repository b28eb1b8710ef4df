import Semantics
import Syntax

/// The rules of a policy set as formulas, for days on which the terms are the same.
struct Stretch {
  struct Judged {
    /// The day is one of the rule's.
    var inForce: Int
    var when: Int
    var require: Int
    /// The operands of `when`, with where they stand.
    var parts: [(node: Int, expression: TypedExpressionID)]
    /// What the rule is about; rules with one are about the same subjects.
    var chain: [Int]
    var scope: Int
    /// It fails for the subject.
    var fails: Int
    /// It is one of these for the subject.
    var passes: Int
    /// Fail or undetermined.
    var isListed: Int
    var applies: Int
  }

  let days: Period
  var translator: Translator
  private(set) var rules: [Int: Judged] = [:]

  init(_ program: CheckedProgram, _ days: Period, steps: Int) {
    self.days = days
    translator = Translator(program, days, steps: steps)
    for (index, rule) in program.rules.enumerated() where rule.period.common(days) != nil {
      rules[index] = translator.judged(rule)
    }
  }
}

extension Translator {
  /// A rule as formulas.
  mutating func judged(_ rule: Rule) -> Stretch.Judged {
    var bindings: [Int: Binding] = [:]
    var chain: [Int] = []
    for link in rule.chain {
      let inner = scope(bindings)
      let source = shape(link.source, inner)
      let shape = subject(source, program.variables[link.variable.index].name.string)
      bindings[link.variable.index] = .shape(shape)
      chain.append(shape)
    }
    // Each `let` sees those above it.
    var inner = scope(bindings)
    for local in rule.locals { inner = scope([local.variable.index: .expression(local.value, scope: inner)], inside: inner) }
    var within = inForce(rule.period)
    var parts: [(node: Int, expression: TypedExpressionID)] = []
    if let when = rule.when {
      var operands = [when]
      if case .and(let inside) = program[when].kind { operands = inside }
      for operand in operands { parts.append((formula(operand, inner), operand)) }
    }
    let when = logic.and(parts.map(\.node))
    let require = formula(rule.require, inner)
    within = logic.and([within, nullPaths([when, require])])
    let holds = logic.isOne(when, of: .yes)
    let mayHold = logic.isOne(when, of: [.yes, .unknown])
    let isNo = logic.isOne(require, of: .no)
    let isYes = logic.isOne(require, of: .yes)
    let isNotYes = logic.isOne(require, of: [.no, .unknown])
    return Stretch.Judged(
      inForce: within, when: when, require: require, parts: parts, chain: chain, scope: inner,
      fails: logic.and([within, holds, isNo]), passes: logic.and([within, mayHold, isYes]),
      isListed: logic.and([within, mayHold, isNotYes]), applies: logic.and([within, holds]))
  }

  /// A path through null is null: what holds of paths of which the way is asked about too.
  private mutating func nullPaths(_ roots: [Int]) -> Int {
    let asked = logic.terms(in: roots).sorted()
    let terms = Dictionary(asked.map { (logic.terms[$0].shape, $0) }, uniquingKeysWith: { first, _ in first })
    var laws: [Int] = []
    for term in asked where logic.terms[term].isNullable {
      guard let (base, _) = fields[logic.terms[term].shape], let way = terms[base], logic.terms[way].isNullable else { continue }
      let isNull = [way, term].map { logic.isOne(logic.atom($0, .isNull, whenNull: .yes), of: .yes) }
      laws.append(logic.or([logic.not(isNull[0]), isNull[1]]))
    }
    return logic.and(laws)
  }

  /// That `today` is a day of a period.
  mutating func inForce(_ period: Period) -> Int {
    guard period.from != nil || period.before != nil else { return logic.yes }
    let shape = made("today", [], text: "today")
    let (first, last) = Term.Unit.day.range
    let low = max(first, days.from.map { Int128($0.days) } ?? first)
    let high = min(last, days.before.map { Int128($0.days) - 1 } ?? last)
    let term = logic.term(
      shape, Term(shape: shape, text: "today", kind: .number(.day, low, high), isNullable: false, mayBeUnknown: false, isVague: false))
    var parts: [Int] = []
    if let from = period.from {
      let isBefore = logic.atom(term, .below(Int128(from.days)), whenNull: .all)
      parts.append(logic.not(isBefore))
    }
    if let before = period.before { parts.append(logic.atom(term, .below(Int128(before.days)), whenNull: .all)) }
    return logic.and(parts)
  }
}
