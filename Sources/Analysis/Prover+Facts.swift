import Semantics
import Syntax

extension Prover {
  /// Facts that conditions name and that no verdict depends on.
  mutating func proveFacts() {
    if program.facts.isEmpty { return }
    let uses = FactUses(program)
    for index in program.facts.indices {
      let fact = FactID(index)
      guard !uses.elsewhere.contains(fact), let rules = uses.rules[fact], !rules.isEmpty else { continue }
      let name = program.facts[index].name
      var isUndecided = false
      var decides = false
      for rule in rules.sorted() where !decides {
        switch ask({ Prover.difference(rule, fact, &$0) }) {
        case .none: continue
        case .some: decides = true
        case .undecided: isUndecided = true
        }
      }
      if decides { continue }
      if isUndecided {
        notDecided("whether the fact `\(name.name.string)` can decide anything", at: name.span)
        continue
      }
      var notes: [String] = []
      if let rule = rules.first(where: { proper.contains($0) }), case .some(let model, let place) = ask({ $0.rules[rule]?.fails }) {
        notes = witness(model, place, rule, [(.fail, rule)])
        notes.append("the verdict is the same whatever `\(name.name.string)` is")
      }
      report(
        .idleFact, "the fact `\(name.name.string)` can never decide: no verdict depends on it", at: name.span,
        related: rules.sorted().prefix(3).map { Diagnostic.Related(program.rules[$0].name.span, "this rule asks for it") }, notes: notes)
    }
  }

  /// That a rule gives two verdicts where only the fact differs.
  private static func difference(_ rule: Int, _ fact: FactID, _ stretch: inout Stretch) -> Int? {
    guard let judged = stretch.rules[rule] else { return nil }
    stretch.translator.primed = fact
    defer { stretch.translator.primed = nil }
    let other = stretch.translator.judged(stretch.translator.program.rules[rule])
    var differences: [Int] = []
    // Inapplicable is what none of these three is.
    for (mine, its) in [(judged.fails, other.fails), (judged.passes, other.passes), (judged.isListed, other.isListed)] {
      for (first, second) in [(mine, its), (its, mine)] {
        let isNot = stretch.translator.logic.not(second)
        differences.append(stretch.translator.logic.and([first, isNot]))
      }
    }
    return stretch.translator.logic.or(differences)
  }
}

/// Which rules ask for which facts.
private struct FactUses {
  /// Rules in whose conditions a fact stands, directly or through defines.
  private(set) var rules: [FactID: Set<Int>] = [:]
  /// Facts that matter in a way that is not looked into: holdings, conditions of cells, waivers, what is looped over.
  private(set) var elsewhere: Set<FactID> = []

  init(_ program: CheckedProgram) {
    var memo: [Int: Set<FactID>] = [:]
    var locals: [VariableID: TypedExpressionID] = [:]
    for rule in program.rules { for local in rule.locals { locals[local.variable] = local.value } }
    func facts(_ root: TypedExpressionID) -> Set<FactID> {
      var found: Set<FactID> = []
      var seen: Set<Int> = [root.index]
      var waiting = [root]
      while let next = waiting.popLast() {
        if let known = memo[next.index] {
          found.formUnion(known)
          continue
        }
        var parts = program[next].kind.operands
        if case .fact(let fact) = program[next].kind { found.insert(fact) }
        if case .call(let define, _) = program[next].kind { parts.append(program.defines[define.index].body) }
        if case .variable(let variable) = program[next].kind, let value = locals[variable] { parts.append(value) }
        for part in parts where seen.insert(part.index).inserted { waiting.append(part) }
      }
      memo[root.index] = found
      return found
    }
    for (index, rule) in program.rules.enumerated() {
      var mine: Set<FactID> = []
      for condition in [rule.when, rule.require].compactMap({ $0 }) { mine.formUnion(facts(condition)) }
      for local in rule.locals { mine.formUnion(facts(local.value)) }
      for fact in mine { rules[fact, default: []].insert(index) }
      for link in rule.chain { elsewhere.formUnion(facts(link.source)) }
      // What a message shows is worth stating though it decides nothing.
      let texts = [rule.message] + [rule.remedy].compactMap { $0 }
      for template in texts {
        for part in template.parts + template.translations.flatMap(\.parts) {
          if case .value(let value) = part { elsewhere.formUnion(facts(value)) }
        }
      }
    }
    for holding in program.holdings { elsewhere.formUnion(facts(holding.body)) }
    for waiver in program.waivers { for condition in waiver.conditions { elsewhere.formUnion(facts(condition)) } }
    for matrix in program.matrices {
      for statement in matrix.statements {
        if let condition = statement.condition { elsewhere.formUnion(facts(program.defines[condition.index].body)) }
      }
    }
  }
}

extension DiagnosticKind {
  static let idleFact = DiagnosticKind(
    code: "idle_fact", nature: .proved,
    summary: "a fact that can never decide",
    explanation: """
      Conditions ask for the fact, and yet no verdict of any rule depends on it: whatever is stated, and if nothing is, each subject is \
      judged alike. So nobody needs to state it. The witness is a subject whose verdict is the same for every value.
      """,
    wrong: factExample("user.seats > 2 and (user.seats > 1 or writeback)"),
    right: factExample("user.seats > 3 and writeback"))
}

private func factExample(_ condition: String) -> String {
  """
  module m
  fact writeback: bool "Writeback is switched on"
  entity user in users key id {
    id: id
    seats: int
  }
  notice seated {
    for each user in users
    require  \(condition)
    message  "{user.id}"
  }
  """
}
