import Semantics
import Syntax

extension Differ {
  /// Rules by name, by `formerly`, or by an equal body.
  mutating func compareRules() {
    var matches = Numbers.byName(old.rules.map(\.name), new.rules.map(\.name))
    var left = Set(old.rules.indices).subtracting(matches.compactMap { $0 })
    for (place, rule) in new.rules.enumerated() where matches[place] == nil {
      guard let match = left.sorted().first(where: { rule.formerly.contains(old.rules[$0].name.name) }) else { continue }
      matches[place] = match
      left.remove(match)
    }
    for place in new.rules.indices where matches[place] == nil {
      let alike = left.sorted().filter { isSameBody($0, place) && old.rules[$0].period == new.rules[place].period }
      guard alike.count == 1 else { continue }
      matches[place] = alike[0]
      left.remove(alike[0])
    }
    for (place, match) in matches.enumerated() {
      let rule = new.rules[place]
      guard let match else {
        var difference = Difference(.rule, .added, rule.name.string, [rule.severity.rawValue], period: rule.period, new: rule.name.span)
        difference.newRule = RuleID(place)
        add(difference)
        continue
      }
      result.rules[RuleID(place)] = RuleID(match)
      compareRule(match, place)
    }
    for place in left.sorted() {
      let rule = old.rules[place]
      var difference = Difference(.rule, .removed, rule.name.string, [rule.severity.rawValue], period: rule.period, old: rule.name.span)
      difference.oldRule = RuleID(place)
      add(difference)
    }
  }

  private func isSameBody(_ one: Int, _ other: Int) -> Bool {
    let shapes = shapes({ $0.body(of: $0.program.rules[one]) }, { $0.body(of: $0.program.rules[other]) })
    return shapes.old == shapes.new
  }

  private mutating func compareRule(_ one: Int, _ other: Int) {
    let (before, after) = (old.rules[one], new.rules[other])
    var details: [String] = []
    if before.severity != after.severity { details.append(arrow(before.severity.rawValue, after.severity.rawValue)) }
    if before.period != after.period { details.append(arrow(before.period.words ?? "always", after.period.words ?? "always")) }
    let body = shapes({ $0.body(of: $0.program.rules[one]) }, { $0.body(of: $0.program.rules[other]) })
    let verdicts =
      body.old == body.new && before.period == after.period ? nil : compareVerdicts(one, other, isWrittenAlike: body.old == body.new)
    if body.old != body.new { details += changedParts(before, after) }
    var change = verdicts?.change ?? .equal
    if before.severity != after.severity { change = .changed }
    let texts = shapes({ $0.texts(of: $0.program.rules[one]) }, { $0.texts(of: $0.program.rules[other]) })
    // Without a title of its own a rule is titled by its name.
    let isTitled = before.title.text != before.name.name || after.title.text != after.name.name
    if before.title != after.title && isTitled { details.append("its title") }
    if texts.old != texts.new { details.append("its message or remedy") }
    let isRenamed = before.name.name != after.name.name
    guard isRenamed || !details.isEmpty else { return same(.rule) }
    if isRenamed && change == .equal { change = .renamed }
    var difference = Difference(.rule, change, after.name.string, details, old: before.name.span, new: after.name.span)
    if isRenamed { difference.formerName = before.name.string }
    difference.conclusion = verdicts?.conclusion
    difference.oldRule = RuleID(one)
    difference.newRule = RuleID(other)
    difference.isCertain = verdicts?.isCertain ?? true
    if before.severity != after.severity {
      difference.severities = (before.severity, after.severity)
      difference.isCertain = true
    }
    add(difference)
  }

  /// How the verdicts of two rules differ, and what is to be said of it.
  private struct Verdicts {
    var change: Difference.Change
    var isCertain = true
    var conclusion: String
  }

  private func compareVerdicts(_ one: Int, _ other: Int, isWrittenAlike: Bool) -> Verdicts {
    let (before, after) = (old.rules[one], new.rules[other])
    if areApart(one, other) { return Verdicts(change: .changed, conclusion: "judges something else") }
    let (answer, isCertain) = judgeApart(one, other)
    let names = Set(moved.old.names(under: before, in: old) + moved.new.names(under: after, in: new)).sorted()
    // What is asked for is otherwise too: that the formulas are the same proves nothing.
    if !names.isEmpty && answer != .notDecided {
      let list = names.map { "`\($0)`" }.joined(separator: ", ")
      return Verdicts(change: .notDecided, conclusion: "whether any verdict differs is not decided: it rests on \(list) too")
    }
    if isWrittenAlike, !isCertain || answer == .notDecided {
      let days = before.period.change(to: after.period)
      let words = days == .widened ? "on more days" : days == .narrowed ? "on fewer days" : "on other days"
      return Verdicts(change: days, conclusion: "asks the same \(words)")
    }
    return Verdicts(change: answer, isCertain: isCertain, conclusion: Differ.conclusion(answer, budget))
  }

  /// Whether two rules are about other subjects.
  private func areApart(_ one: Int, _ other: Int) -> Bool {
    let chains = shapes({ $0.ground(of: $0.program.rules[one]).chain }, { $0.ground(of: $0.program.rules[other]).chain })
    // Past the budget nothing is told.
    return chains.old != chains.new && chains.old != [-1]
  }

  private static func conclusion(_ change: Difference.Change, _ budget: Int) -> String {
    switch change {
    case .equal: "for every subject the verdict is the same"
    case .notDecided: "whether any verdict differs is not decided within \(budget) nodes"
    case .widened: "fails where it did not, and nowhere less"
    case .narrowed: "fails no more where it did, and nowhere else"
    case .changed, .added, .removed, .renamed: "some verdicts differ"
    }
  }

  /// `when` and `require` as they are written in both, where they are written otherwise.
  private func changedParts(_ before: Rule, _ after: Rule) -> [String] {
    let when = (before.when.map { written($0, old) } ?? "always", after.when.map { written($0, new) } ?? "always")
    let require = (written(before.require, old), written(after.require, new))
    var parts: [String] = []
    if when.0 != when.1 { parts.append("when " + arrow("`\(when.0)`", "`\(when.1)`")) }
    if require.0 != require.1 { parts.append("require " + arrow("`\(require.0)`", "`\(require.1)`")) }
    return parts.isEmpty ? ["what its condition uses"] : parts
  }

  private func written(_ id: TypedExpressionID, _ program: CheckedProgram) -> String {
    let span = program[id].span
    guard program.files.indices.contains(Int(span.file)) else { return "…" }
    return program.files[Int(span.file)].string(span).split { $0.isWhitespace }.joined(separator: " ")
  }

  // MARK: verdicts

  /// Whether some subject is judged otherwise on some day: asked of both rules' formulas over the same terms.
  ///
  /// What is found is certain where it rests on nothing that the formulas leave open.
  private func judgeApart(_ one: Int, _ other: Int) -> (Difference.Change, isCertain: Bool) {
    var workLeft = budget
    var isUndecided = false
    var isWider = false
    var isNarrower = false
    var isOtherwise = false
    var isCertain = true
    for days in Timeline(periods(one, other)).stretches {
      var translator = Translator(old, days, steps: budget)
      let first = translator.judged(old.rules[one])
      translator.turn(to: new, numbers)
      let second = translator.judged(new.rules[other])
      if translator.isExhausted { return (.notDecided, true) }
      // Of other subjects nothing is asked.
      guard first.chain == second.chain else { return (.notDecided, true) }
      func differs(_ left: Int, _ right: Int, _ translator: inout Translator) -> Int {
        let isNot = translator.logic.not(right)
        return translator.logic.and([left, isNot])
      }
      let questions = [
        (differs(second.fails, first.fails, &translator), 0), (differs(first.fails, second.fails, &translator), 1),
        (differs(second.isListed, first.isListed, &translator), 2), (differs(first.isListed, second.isListed, &translator), 2),
        (differs(second.passes, first.passes, &translator), 2), (differs(first.passes, second.passes, &translator), 2),
      ]
      for (root, kind) in questions {
        if kind == 0 && isWider || kind == 1 && isNarrower || kind == 2 && (isOtherwise || isWider || isNarrower) { continue }
        if workLeft <= 0 { return (.notDecided, true) }
        var solver = Solver(translator.logic, root, work: workLeft)
        let before = solver.workLeft
        let answer = solver.solve()
        workLeft -= before - solver.workLeft
        switch answer {
        case .none: continue
        case .undecided: isUndecided = true
        case .some:
          if !translator.isExact(root) { isCertain = false }
          if kind == 0 { isWider = true } else if kind == 1 { isNarrower = true } else { isOtherwise = true }
        }
      }
    }
    if isUndecided { return (.notDecided, true) }
    if isWider && isNarrower { return (.changed, isCertain) }
    return (isWider ? .widened : isNarrower ? .narrowed : isOtherwise ? .changed : .equal, isCertain)
  }

  /// The days on which what the two rules ask for changes.
  private func periods(_ one: Int, _ other: Int) -> [Period] {
    var all: [Period] = [old.rules[one].period, new.rules[other].period]
    for (program, rule) in [(old, old.rules[one]), (new, new.rules[other])] {
      let asks = program.expressions(in: rule).map { program[$0].kind }
      let isAsking = asks.contains { if case .has = $0 { true } else if case .holds = $0 { true } else { false } }
      guard isAsking else { continue }
      for matrix in program.matrices { all += [matrix.period] + matrix.statements.map(\.period) }
      for product in program.products { all += product.includes.map(\.period) }
    }
    return all
  }
}

extension Translator {
  /// Whom a rule is about and what it asks, as shapes; its `let`s are written out.
  mutating func body(of rule: Rule) -> [Int] {
    let (chain, scope) = ground(of: rule)
    let when = rule.when.map { shape($0, scope) } ?? -1
    return chain + [when, shape(rule.require, scope)]
  }

  /// Messages and remedies as shapes.
  mutating func texts(of rule: Rule) -> [Int] {
    let scope = ground(of: rule).scope
    var found: [Int] = []
    for template in [rule.message] + (rule.remedy.map { [$0] } ?? []) {
      for (language, parts) in [(Text(""), template.parts)] + template.translations.map({ ($0.language, $0.parts) }) {
        found.append(made("language \(language.string)", [], text: ""))
        for part in parts {
          switch part {
          case .text(let text): found.append(made("text \(text.string)", [], text: ""))
          case .value(let value): found.append(shape(value, scope))
          }
        }
      }
    }
    return found
  }

  /// The subjects of a rule, and the scope in which its condition stands.
  mutating func ground(of rule: Rule) -> (chain: [Int], scope: Int) {
    var bindings: [Int: Binding] = [:]
    var chain: [Int] = []
    for link in rule.chain {
      let inner = scope(bindings)
      let source = shape(link.source, inner)
      let shape = subject(source, program.variables[link.variable.index].name.string)
      bindings[link.variable.index] = .shape(shape)
      chain.append(shape)
    }
    var inner = scope(bindings)
    for local in rule.locals { inner = scope([local.variable.index: .expression(local.value, scope: inner)], inside: inner) }
    return (chain, inner)
  }
}
