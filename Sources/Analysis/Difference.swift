package import Semantics
package import Syntax

/// One thing that two policy sets judge differently, or write differently with the same effect.
package struct Difference: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case cell, date, product, feature, rule, fact, waiver, attestation, entity, holding, lookup, preference
    package var plural: String {
      switch self {
      case .entity: "entities"
      case .cell, .date, .product, .feature, .rule, .fact, .waiver, .attestation, .holding, .lookup, .preference: rawValue + "s"
      }
    }
  }
  package enum Change: String, Sendable, CaseIterable {
    case added, removed
    /// More is granted, or fails.
    case widened
    /// Less is granted, or fails.
    case narrowed
    /// Otherwise, or both.
    case changed
    /// Only its name.
    case renamed
    /// Written otherwise, to the same effect.
    case equal
    /// Written otherwise; whether to the same effect was not decided.
    case notDecided = "not_decided"

    /// Whether verdicts are the same, which is certain.
    package var isWithoutEffect: Bool {
      switch self {
      case .equal, .renamed: true
      case .added, .removed, .widened, .narrowed, .changed, .notDecided: false
      }
    }
  }
  package var kind: Kind
  package var change: Change
  /// `lamp_use × basic, plus`, `desk.no_lamp`
  package var name: String
  /// What it was called.
  package var formerName: String?
  /// A line each, in words: `yes → -`.
  package var details: [String]
  /// What follows for verdicts, in words; the last line.
  package var conclusion: String?
  /// The days on which it differs; nil: on all, or days do not matter.
  package var period: Period?
  /// Where it stands in the old set, and in the new one.
  package var old: SourceSpan?
  package var new: SourceSpan?

  /// Not so where what was found may be impossible, unless a witness shows it.
  package var isCertain = true
  /// Where a rule is no more as grave as it was.
  package var severities: (old: RuleSeverity, new: RuleSeverity)?
  // What a witness is looked for by.
  package var oldRule: RuleID?
  package var newRule: RuleID?
  /// Of the new set.
  package var features: [FeatureID] = []
  /// The tenants in question; empty: any.
  package var tenants: [Text] = []
  /// The name of the fact in question.
  package var fact: String?
  /// Days on which it may show, beside those of `period`.
  package var days: [Day] = []
  /// Of the new set.
  package var products: [ProductID] = []
  package var formerProducts: [ProductID] = []

  init(
    _ kind: Kind, _ change: Change, _ name: String, _ details: [String] = [], period: Period? = nil, old: SourceSpan? = nil,
    new: SourceSpan? = nil
  ) {
    self.kind = kind
    self.change = change
    self.name = name
    self.details = details
    self.period = period == Period() ? nil : period
    self.old = old
    self.new = new
  }
}

/// What two policy sets have in common, and what not.
package struct PolicyComparison: Sendable {
  /// In the order of kinds, then of the new set.
  package var differences: [Difference] = []
  /// By kind, how many are written alike.
  package var same: [Difference.Kind: Int] = [:]
  /// Of each rule of the new set the one of the old set that it is.
  package var rules: [RuleID: RuleID] = [:]
}

/// Compares two policy sets: what is granted on each day, products, rules, facts, waivers and attestations.
///
/// - Parameter budget: the nodes of formulas that one question may look at; past it the answer is `notDecided`.
package func compare(_ old: CheckedProgram, _ new: CheckedProgram, budget: Int = 400_000) -> PolicyComparison {
  var differ = Differ(old, new, budget: budget)
  differ.compareCells()
  differ.compareDates()
  differ.comparePreferences()
  differ.compareProducts()
  differ.compareFeatures()
  differ.compareFacts()
  differ.compareAttestations()
  differ.compareShapes()
  // Rules after what they ask for.
  differ.compareRules()
  differ.compareWaivers()
  var result = differ.result
  let order = Difference.Kind.allCases
  result.differences = result.differences.enumerated().sorted { left, right in
    (order.firstIndex(of: left.element.kind) ?? 0, left.offset) < (order.firstIndex(of: right.element.kind) ?? 0, right.offset)
  }.map(\.element)
  return result
}

/// Two policy sets at work.
struct Differ {
  let old: CheckedProgram
  let new: CheckedProgram
  let numbers: Numbers
  let budget: Int
  var result = PolicyComparison()
  /// What means something else in the other set, of either set.
  var moved = (old: Meanings(), new: Meanings())
  /// In which both sets are written; of shapes, not of days.
  private var common: Translator

  init(_ old: CheckedProgram, _ new: CheckedProgram, budget: Int) {
    self.old = old
    self.new = new
    self.budget = budget
    numbers = Numbers(old, new)
    common = Translator(old, Period(), steps: budget * 50)
  }

  /// Something of the old set and something of the new one as shapes, which are the same where the two are written alike.
  func shapes(_ first: (inout Translator) -> [Int], _ second: (inout Translator) -> [Int]) -> (old: [Int], new: [Int]) {
    var translator = common
    let one = first(&translator)
    translator.turn(to: new, numbers)
    let other = second(&translator)
    // Past the budget nothing is the same.
    return translator.isExhausted ? ([-1], [-2]) : (one, other)
  }

  /// The body of a define with its parameters in order, as a shape.
  static func shape(of define: DefineID?, _ translator: inout Translator) -> [Int] {
    guard let define else { return [] }
    let definition = translator.program.defines[define.index]
    var bindings: [Int: Translator.Binding] = [:]
    for (place, parameter) in definition.parameters.enumerated() {
      let shape = translator.made("parameter \(place)", [], text: translator.program.variables[parameter.index].name.string)
      bindings[parameter.index] = .shape(shape)
    }
    let scope = translator.scope(bindings)
    return [translator.shape(definition.body, scope)]
  }

  mutating func same(_ kind: Difference.Kind) { result.same[kind, default: 0] += 1 }
  mutating func add(_ difference: Difference) { result.differences.append(difference) }

  /// Places of the old list for those of the new, and what is left of the old.
  func matched(_ one: [QualifiedName], _ other: [QualifiedName]) -> (matches: [Int?], gone: [Int]) {
    let matches = Numbers.byName(one, other)
    let taken = Set(matches.compactMap { $0 })
    return (matches, one.indices.filter { !taken.contains($0) })
  }
}

/// `yes → -`
func arrow(_ old: String, _ new: String) -> String { "\(old) → \(new)" }
