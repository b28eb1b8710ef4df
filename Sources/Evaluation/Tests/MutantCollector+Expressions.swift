import Semantics
import Syntax

extension MutantCollector {
  /// Comparisons, tests, connectives and the bounds in them, of rules, waivers, defines and holdings.
  mutating func collectExpressions() {
    var walk = ExpressionWalk()
    for rule in program.rules {
      for link in rule.chain { walk.visit(link.source, rule.name.string, &self) }
      for local in rule.locals { walk.visit(local.value, rule.name.string, &self) }
      if let when = rule.when { walk.visit(when, rule.name.string, &self) }
      walk.visit(rule.require, rule.name.string, &self)
    }
    for waiver in program.waivers {
      for condition in waiver.conditions { walk.visit(condition, waiver.name.string, &self) }
    }
    for define in program.defines { walk.visit(define.body, define.name.string, &self) }
    for holding in program.holdings {
      walk.visit(holding.body, "holding of \(program[holding.record].name.name.string)", &self)
    }
  }

  fileprivate mutating func add(
    _ kind: Mutant.Kind, _ id: TypedExpressionID, _ owner: String, _ change: String, _ edit: Mutant.Change
  ) {
    add(kind, program[id].span, owner, change, edit, rules { $0.expressions.contains(id.index) })
  }

  /// The policy's text of an expression on one line, shortened where it is long.
  fileprivate func text(_ id: TypedExpressionID) -> String { text(program[id].span) }

  private func text(_ span: SourceSpan) -> String {
    let words = program.files[Int(span.file)].string(span).split { $0 == " " || $0 == "\n" || $0 == "\r\n" || $0 == "\t" }
    let line = words.joined(separator: " ")
    return line.count > 70 ? String(line.prefix(67)) + "…" : line
  }
}

private struct ExpressionWalk {
  var seen: Set<TypedExpressionID> = []

  mutating func visit(_ id: TypedExpressionID, _ owner: String, _ collector: inout MutantCollector) {
    guard seen.insert(id).inserted else { return }
    let kind = collector.program[id].kind
    for (mutantKind, replacement, words) in changes(id, kind, collector) {
      collector.add(mutantKind, id, owner, words, replacement)
    }
    for operand in kind.operands { visit(operand, owner, &collector) }
  }

  private func changes(
    _ id: TypedExpressionID, _ kind: TypedExpressionKind, _ collector: MutantCollector
  ) -> [(Mutant.Kind, Mutant.Change, String)] {
    let own = collector.text(id)
    func binary(_ left: TypedExpressionID, _ word: String, _ right: TypedExpressionID) -> String {
      "`\(own)` is `\(collector.text(left)) \(word) \(collector.text(right))`"
    }
    var turned: [(Mutant.Kind, Mutant.Change, String)] {
      [(.comparison, .turnedRound(id), "`\(own)` is turned round")]
    }
    switch kind {
    case .order(let order, let left, let right):
      let others: [TypedExpressionKind.Order] =
        switch order {
        case .less: [.lessOrEqual, .greaterOrEqual]
        case .lessOrEqual: [.less, .greater]
        case .greater: [.greaterOrEqual, .lessOrEqual]
        case .greaterOrEqual: [.greater, .less]
        }
      return others.map { (.comparison, .expression(id, .order($0, left, right)), binary(left, $0.rawValue, right)) }
    case .equal(let left, let right, let negated):
      let word = negated ? "is" : "is not"
      return [(.comparison, .expression(id, .equal(left, right, negated: !negated)), binary(left, word, right))]
    case .member(let left, let right, let negated):
      let word = negated ? "in" : "not in"
      return [(.comparison, .expression(id, .member(left, right, negated: !negated)), binary(left, word, right))]
    case .and(let operands): return [(.connective, .expression(id, .or(operands)), "`and` is `or` in `\(own)`")]
    case .or(let operands): return [(.connective, .expression(id, .and(operands)), "`or` is `and` in `\(own)`")]
    case .not: return [(.connective, .turnedRound(id), "`not` is left out of `\(own)`")]
    case .literal(let literal):
      return literal.neighbours.map { (.bound, .expression(id, .literal($0)), "`\(own)` is `\($0.shown)`") }
    case .any(let variable, let source, let condition):
      guard condition != nil else { return turned }
      return turned + [(.connective, .expression(id, .any(variable, in: source, where: nil)), "`where` is left out of `\(own)`")]
    case .all(let variable, let source, let condition, let satisfy):
      guard condition != nil else { return turned }
      return turned + [
        (.connective, .expression(id, .all(variable, in: source, where: nil, satisfy: satisfy)), "`where` is left out of `\(own)`")
      ]
    case .count(let variable, let source, let condition, let distinct):
      guard condition != nil else { return [] }
      return [
        (.connective, .expression(id, .count(variable, in: source, where: nil, distinct: distinct)), "`where` is left out of `\(own)`")
      ]
    case .comprehension(let comprehension):
      guard let all = comprehension.unfiltered else { return [] }
      return [(.connective, .expression(id, .comprehension(all)), "`where` is left out of `\(own)`")]
    case .aggregate(let aggregate, let comprehension):
      guard let all = comprehension.unfiltered else { return [] }
      return [(.connective, .expression(id, .aggregate(aggregate, all)), "`where` is left out of `\(own)`")]
    case .orElse(_, let right):
      return [(.connective, .expression(id, collector.program[right].kind), "`\(own)` is `\(collector.text(right))`")]
    case .list(let elements) where elements.count > 1:
      return elements.map { element in
        (.bound, .expression(id, .list(elements.filter { $0 != element })), "`\(collector.text(element))` is left out of `\(own)`")
      }
    case .arithmetic(let sign, let left, let right):
      let other: Arithmetic = sign == .add ? .subtract : .add
      return [(.bound, .expression(id, .arithmetic(other, left, right)), binary(left, other.rawValue, right))]
    case .shift(let base, let amount, let unit, let backwards):
      return [
        (.bound, .expression(id, .shift(base, by: amount, unit, backwards: !backwards)), "`\(own)` goes \(backwards ? "forward" : "back")")
      ]
    case .within, .textTest, .matches, .has, .holds: return turned
    case .field, .call, .fact, .entry: return collector.program[id].type.shape == .bool ? turned : []
    case .product, .feature, .variable, .today, .startOfMonth, .unknown, .single, .collection, .row, .negate, .days, .list, .products,
      .productsHeld, .productsGranting, .part, .function:
      return []
    }
  }
}

extension TypedComprehension {
  /// Without its `where`; nil where it has none.
  fileprivate var unfiltered: TypedComprehension? {
    if condition == nil { return nil }
    var all = self
    all.condition = nil
    return all
  }
}
