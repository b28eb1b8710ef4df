import Semantics

/// What is asked of rows that agree in all on which the answers hang: each question is put to the machine once for each class of rows.
struct RowProfile {
  /// What a rule over the elements of a list said of a class.
  struct ElementCounts {
    var pass = 0
    var inapplicable = 0
    /// Its rows are to be judged: something is listed of them, or it is not known yet.
    var isJudged = true
    var isKnown = false
  }

  let questions: [Formula.Question]
  /// Rules whose subject is an element of a list of the row.
  let elementRules: [RuleID]
  private let footprint: Footprint
  private var classes = RowClasses()
  /// Of class c and question q at c × questions + q: 0 neither, 1 yes, 2 no.
  private var answers: [UInt8] = []
  private var elementCounts: [ElementCounts] = []
  /// By row of the batch; of any class where nothing is asked of the row.
  private(set) var numbers: [Int32] = []
  /// Whether it was done for the batch at hand.
  var isClassified = false
  private var description = Description()
  private var lookups = 0
  private var misses = 0
  /// Most rows were new of late: each had better be asked by itself.
  private(set) var isIdle = false

  /// Rows looked up until it is asked whether that pays.
  private static let window = 8192

  init(_ questions: [Formula.Question], _ elementRules: [RuleID], _ footprint: Footprint) {
    self.questions = questions
    self.elementRules = elementRules
    self.footprint = footprint
  }

  /// One that shares no memory with this one that it writes to, for another thread.
  func apart() -> RowProfile {
    var own = self
    own.description = Description()
    return own
  }

  /// Finds the class of each row that is needed, a bit for each; the questions of new ones are put to the machine.
  mutating func classify(_ rows: ArraySlice<Int32>, _ needed: [UInt64], _ arena: Value.Arena, _ machine: inout Machine) {
    isClassified = true
    if isIdle { return }
    if classes.isFull {
      classes.removeAll()
      answers.removeAll(keepingCapacity: true)
      elementCounts.removeAll(keepingCapacity: true)
    }
    var needed = needed
    // The others are of the first class there is.
    if classes.count == 0 && !rows.isEmpty { needed[0] |= 1 }
    var found = [Int32](repeating: 0, count: rows.count)
    var next = 0
    // Of a footprint without steps all rows have one class.
    if footprint.steps.isEmpty && classes.count == 1 { next = rows.count }
    // Taken out of the machine once for all rows.
    let store = arena == .batch ? machine.batch : machine.joined
    let plan = machine.plan
    while next < rows.count {
      if footprint.hasJoins {
        if needed[next >> 6] &>> UInt64(next & 63) & 1 == 0 {
          next += 1
          continue
        }
        machine.describe(.row(Int(rows[rows.startIndex + next]), shape: footprint.shape, arena), footprint, into: &description)
      } else {
        description.classify(rows, needed, of: store, from: &next, footprint, plan, classes, into: &found)
        if next == rows.count { break }
      }
      let known = classes.count
      let number = classes.number(of: description)
      found[next] = Int32(truncatingIfNeeded: number)
      defer { next += 1 }
      if number < known { continue }
      misses += 1
      let row = Value.row(Int(rows[rows.startIndex + next]), shape: footprint.shape, arena)
      machine.beginRow()
      for question in questions { answers.append(RowProfile.code(machine.answer(question, row))) }
      elementCounts.append(contentsOf: repeatElement(ElementCounts(), count: elementRules.count))
    }
    numbers = found
    for word in needed { lookups += word.nonzeroBitCount }
    if lookups >= RowProfile.window {
      isIdle = misses * 2 > lookups
      lookups = 0
      misses = 0
    }
  }

  static func code(_ value: Value) -> UInt8 { value.isTrue ? 1 : value.isFalse ? 2 : 0 }

  /// The answers to a question, a bit for each row; what they are for a row that was not needed is of no account.
  func answer(_ question: Int, _ count: Int, yes: inout [UInt64], no: inout [UInt64], at place: Int) {
    let stride = questions.count
    let numbers = numbers.span
    let answers = answers.span
    var row = 0
    var word = place
    while row < count {
      var isYes: UInt64 = 0
      var isNo: UInt64 = 0
      let end = min(row &+ 64, count)
      var bit: UInt64 = 0
      while row < end {
        let code = UInt64(answers[Int(numbers[row]) &* stride &+ question])
        isYes |= (code & 1) &<< bit
        isNo |= (code &>> 1) &<< bit
        bit &+= 1
        row &+= 1
      }
      yes[word] = isYes
      no[word] = isNo
      word &+= 1
    }
  }

  func counts(_ row: Int, _ rule: Int) -> ElementCounts {
    isIdle ? ElementCounts() : elementCounts[Int(numbers[row]) * elementRules.count + rule]
  }

  /// Takes what judging a row by a rule over elements came to.
  mutating func learn(_ row: Int, _ rule: Int, _ outcome: RuleGroup.Outcome) {
    if isIdle { return }
    let place = Int(numbers[row]) * elementRules.count + rule
    switch outcome {
    case .counted(let pass, let inapplicable):
      elementCounts[place] = ElementCounts(pass: pass, inapplicable: inapplicable, isJudged: false, isKnown: true)
    case .listed, .elements: elementCounts[place].isKnown = true
    }
  }
}

extension Machine {
  /// What a condition of a rule says of a row.
  mutating func answer(_ question: Formula.Question, _ row: Value) -> Value {
    beginSubject()
    variables[question.subject] = row
    return evaluate(question.expression)
  }
}
