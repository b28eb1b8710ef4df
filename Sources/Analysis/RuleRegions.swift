import Semantics

/// What boxes tell of the rules on the days of one stretch; an object, since it is asked of each pair of rules and never changes.
final class RuleRegions {
  struct Rule {
    /// The rule applies, fails, and applies and passes; nil where boxes do not tell.
    var applies: Boxes.Region?
    var fails: Boxes.Region?
    var passes: Boxes.Region?
  }

  let boxes: Boxes
  let rules: [Rule?]
  /// Rules of one number are about the same subjects; nil where the rule is not in force.
  let subjects: [Int?]

  /// - Parameter isAsked: False to leave all to the solver.
  init(_ stretch: inout Stretch, ruleCount: Int, isAsked: Bool) {
    var rules = Array(repeating: Rule?.none, count: ruleCount)
    var subjects = Array(repeating: Int?.none, count: ruleCount)
    var passing: [Int: Int] = [:]
    for (rule, judged) in stretch.rules {
      let isYes = stretch.translator.logic.isOne(judged.require, of: .yes)
      passing[rule] = stretch.translator.logic.and([judged.applies, isYes])
    }
    var boxes = Boxes(stretch.translator.logic)
    var numbers: [[Int]: Int] = [:]
    for (rule, judged) in stretch.rules {
      let number = numbers[judged.chain] ?? numbers.count
      numbers[judged.chain] = number
      subjects[rule] = number
      // What was not written out is anything at all.
      if stretch.translator.isExhausted || !isAsked {
        rules[rule] = Rule()
      } else {
        rules[rule] = Rule(
          applies: boxes.region(judged.applies), fails: boxes.region(judged.fails), passes: passing[rule].flatMap { boxes.region($0) })
      }
    }
    self.boxes = boxes
    self.rules = rules
    self.subjects = subjects
  }
}

extension Prover {
  /// What boxes tell of some day; nil where they do not.
  ///
  /// - Parameter question: False of days on which it is not to be asked.
  private func onSomeDay(_ question: (RuleRegions) -> Bool?) -> Bool? {
    var isOpen = false
    for day in regions.reversed() {
      switch question(day) {
      case true: return true
      case false: continue
      case nil: isOpen = true
      }
    }
    return isOpen ? nil : false
  }

  /// Whether a rule can ever do something; nil where boxes do not tell.
  func isPossible(_ rule: Int, _ what: (RuleRegions.Rule) -> Boxes.Region?) -> Bool? {
    onSomeDay { day in
      guard let mine = day.rules[rule] else { return false }
      return what(mine).flatMap { day.boxes.isPossible($0) }
    }
  }

  /// Whether two rules can ever do something to one subject; nil where boxes do not tell.
  func arePossible(_ one: Int, _ other: Int, _ what: (RuleRegions.Rule) -> Boxes.Region?) -> Bool? {
    onSomeDay { day in
      guard let first = day.rules[one], let second = day.rules[other] else { return false }
      guard let first = what(first), let second = what(second) else { return nil }
      return day.boxes.arePossible(first, second)
    }
  }

  /// Whether the one can fail where the other does not; nil where boxes do not tell.
  func canFail(_ one: Int, without other: Int) -> Bool? {
    onSomeDay { day in
      guard let first = day.rules[one] else { return false }
      guard let mine = first.fails else { return nil }
      guard let second = day.rules[other] else { return day.boxes.isPossible(mine) }
      return second.fails.flatMap { day.boxes.isPossible(mine, without: $0) }
    }
  }

  func areAboutTheSame(_ one: Int, _ other: Int) -> Bool {
    regions.contains { day in
      guard let subject = day.subjects[one] else { return false }
      return subject == day.subjects[other]
    }
  }
}
