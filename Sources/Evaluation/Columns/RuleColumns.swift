import Semantics
import Syntax

/// The rules about one collection, judged a batch at a time: each condition is a column of answers, 64 rows to a word.
///
/// A rule's verdict on most rows is one that a report only counts; the columns say on which, and the others are judged row by row. What
/// several rules ask is asked once: a test of a slot takes a few instructions a row, a rule's own formula one for many rows.
struct RuleColumns {
  /// What comes of a batch: of rule r and word w at r × words + w, a bit for each row.
  struct Outcomes {
    fileprivate(set) var pass: [UInt64]
    fileprivate(set) var inapplicable: [UInt64]
    /// Something is to be listed, or only the machine knows.
    fileprivate(set) var judged: [UInt64]
    /// Of these, what fails.
    fileprivate(set) var fails: [UInt64]
  }

  private let formula: Formula
  private let shape: Int
  /// By rule: its conditions in the formula, or the profile that knows it and its number there.
  private let places: [Place]
  /// Nodes that a rule needs, those of `when` first.
  private let order: [Int]
  /// By node: rules whose `require` alone asks for it; empty where a `when` does.
  private let askers: [[Int]]
  private var profiles: [RowProfile]
  /// By profile: rules whose `require` alone asks for what it knows; empty where all rows are asked of.
  private let profileAskers: [[Int]]
  private var joinRows: [[Int32]]
  private var search = KeySearch()
  /// What tests look at of each row, by slot and the join that leads to it.
  private var columns: [SlotColumn] = []
  private var textColumns: [TextColumn] = []
  /// By node, the column that it tests, a text's among those of texts; -1 where it is no test.
  private var columnOfNode: [Int]
  /// By node; nil where it is no test of a text.
  private let textTests: [PreparedTextTest?]
  private var yes: [UInt64]
  private var no: [UInt64]
  private(set) var outcomes: Outcomes

  private enum Place {
    case conditions(Formula.Conditions)
    case elements(profile: Int, number: Int)
    /// Judged row by row.
    case alone
  }

  /// Of a batch; `combine` has room for as many.
  static let words = Judge.batchSize / 64

  var joins: [Formula.Join] { formula.joins }

  init(_ rules: [RuleID], shape: Int, _ machine: inout Machine) {
    let program = machine.program
    let plain = rules.filter { program[$0].chain.count == 1 }
    var constants: [Int: Value] = [:]
    for index in program.expressions.indices where machine.isLasting[index] { constants[index] = machine.evaluate(index) }
    formula = FormulaMaker.make(plain, shape: shape, in: machine.plan) { constants[$0] }
    self.shape = shape

    var parts = zip(formula.profiles, formula.footprints).map { (questions: $0, elements: [RuleID](), footprint: $1) }
    var places: [Place] = []
    var next = 0
    for id in rules {
      if program[id].chain.count == 1 {
        places.append(.conditions(formula.rules[next]))
        next += 1
        continue
      }
      guard let footprint = FootprintFinder.footprint(of: [id], shape: shape, in: machine.plan) else {
        places.append(.alone)
        continue
      }
      if let known = parts.firstIndex(where: { $0.footprint.rich == footprint.rich }),
        let joint = FootprintFinder.footprint(
          of: parts[known].elements + [id], and: parts[known].questions, shape: shape, in: machine.plan)
      {
        parts[known].elements.append(id)
        parts[known].footprint = joint
        places.append(.elements(profile: known, number: parts[known].elements.count - 1))
      } else {
        parts.append(([], [id], footprint))
        places.append(.elements(profile: parts.count - 1, number: 0))
      }
    }
    profiles = parts.map { RowProfile($0.questions, $0.elements, $0.footprint) }
    self.places = places
    let (order, askers) = RuleColumns.order(of: formula)
    (self.order, self.askers) = (order, askers)
    profileAskers = parts.indices.map { [formula] number in
      let nodes = order.filter { if case .question(number, _) = formula.nodes[$0] { true } else { false } }
      let isAskedOfAll = !parts[number].elements.isEmpty || nodes.contains { askers[$0].isEmpty }
      return isAskedOfAll ? [] : Set(nodes.flatMap { askers[$0] }).sorted()
    }
    joinRows = formula.joins.map { _ in Array(repeating: 0, count: Judge.batchSize) }
    columnOfNode = Array(repeating: -1, count: formula.nodes.count)
    var tests: [[Formula.SlotTest]] = []
    for (node, kind) in formula.nodes.enumerated() {
      guard case .test(let test) = kind else { continue }
      if let column = tests.firstIndex(where: { $0[0].join == test.join && $0[0].slot == test.slot }) {
        columnOfNode[node] = column
        tests[column].append(test)
      } else {
        columnOfNode[node] = tests.count
        tests.append([test])
      }
    }
    columns = tests.map { tests in
      SlotColumn(join: tests[0].join, slot: tests[0].slot, ranges: tests.compactMap { $0.comparison?.range })
    }
    textTests = formula.nodes.map { if case .text(let test) = $0 { PreparedTextTest(test) } else { nil } }
    for (node, prepared) in textTests.enumerated() {
      guard let test = prepared?.test else { continue }
      if let column = textColumns.firstIndex(where: { $0.join == test.join && $0.slot == test.slot }) {
        columnOfNode[node] = column
      } else {
        columnOfNode[node] = textColumns.count
        textColumns.append(TextColumn(join: test.join, slot: test.slot))
      }
    }
    yes = Array(repeating: 0, count: formula.nodes.count * RuleColumns.words)
    no = yes
    let none = [UInt64](repeating: 0, count: rules.count * RuleColumns.words)
    outcomes = Outcomes(pass: none, inapplicable: none, judged: none, fails: none)
  }

  /// The nodes that rules reach, those of a `when` first, each after those below it; and for the others the rules that ask for them.
  private static func order(of formula: Formula) -> ([Int], [[Int]]) {
    var askers: [[Int]] = formula.nodes.map { _ in [] }
    var isReached = formula.nodes.map { _ in false }
    func reach(_ node: Int, _ found: inout [Bool]) {
      if node < 0 || found[node] { return }
      found[node] = true
      switch formula.nodes[node] {
      case .constant, .test, .text, .question, .opaque: break
      case .not(let inner): reach(inner, &found)
      case .and(let inner), .or(let inner): for node in inner { reach(node, &found) }
      }
    }
    for rule in formula.rules { reach(rule.when, &isReached) }
    let first = isReached.indices.filter { isReached[$0] }
    for (number, rule) in formula.rules.enumerated() {
      var own = formula.nodes.map { _ in false }
      reach(rule.require, &own)
      for node in own.indices where own[node] { askers[node].append(number) }
    }
    let second = askers.indices.filter { !askers[$0].isEmpty && !isReached[$0] }
    for node in first { askers[node] = [] }
    return (first + second, askers)
  }

  /// For another thread.
  func apart() -> RuleColumns {
    var own = self
    own.profiles = profiles.map { $0.apart() }
    own.columns = columns.map { $0.apart() }
    own.textColumns = textColumns.map { TextColumn(join: $0.join, slot: $0.slot) }
    return own
  }

  // MARK: - A batch

  /// Finds what rows join to, before they are judged.
  mutating func join(_ rows: ArraySlice<Int32>, _ arena: Value.Arena, _ machine: inout Machine) {
    for number in formula.joins.indices { findRows(number, rows, arena, &machine) }
  }

  /// By row of the batch, the row that it joins to; negative where there is none.
  func rows(joinedBy join: Int) -> [Int32] { joinRows[join] }

  /// Judges rows of a table of the batch's or the joined store, for which `join` was called.
  mutating func judge(_ rows: ArraySlice<Int32>, _ arena: Value.Arena, _ machine: inout Machine) {
    for column in columns.indices { columns[column].isRead = false }
    for column in textColumns.indices { textColumns[column].isRead = false }
    for number in profiles.indices { profiles[number].isClassified = false }
    for node in order { work(node, rows, arena, &machine) }
    // Rules over elements ask a profile without a node.
    for number in profiles.indices { classify(number, rows, arena, &machine) }
    let words = (rows.count + 63) / 64
    for (rule, place) in places.enumerated() {
      let first = rule * RuleColumns.words
      let (when, require) =
        switch place {
        case .conditions(let conditions): (conditions.when * RuleColumns.words, conditions.require * RuleColumns.words)
        case .elements, .alone: (-1, -1)
        }
      for word in 0..<words {
        let all = RuleColumns.bits(of: rows.count, word)
        let never = when < 0 ? 0 : no[when + word]
        let passes = require < 0 ? 0 : yes[require + word] & ~never
        let applies = when < 0 ? all : yes[when + word]
        outcomes.pass[first + word] = passes & all
        outcomes.inapplicable[first + word] = never & all
        outcomes.judged[first + word] = ~(passes | never) & all
        outcomes.fails[first + word] = require < 0 ? 0 : applies & no[require + word] & all
      }
    }
  }

  /// The bits of a word that stand for one of so many rows.
  private static func bits(of rows: Int, _ word: Int) -> UInt64 {
    word * 64 + 64 <= rows ? .max : (1 << UInt64(rows - word * 64)) - 1
  }

  /// Counts what a rule over elements says of the rows of which nothing is listed, and leaves the others to be judged.
  mutating func countElements(_ rule: Int, _ count: Int, _ live: [UInt64]) -> (pass: Int, inapplicable: Int) {
    guard case .elements(let profile, let number) = places[rule] else { return (0, 0) }
    var sum = (pass: 0, inapplicable: 0)
    for row in 0..<count where live[row >> 6] >> UInt64(row & 63) & 1 == 1 {
      let counts = profiles[profile].counts(row, number)
      if counts.isJudged { continue }
      outcomes.judged[rule * RuleColumns.words + row >> 6] &= ~(1 << UInt64(row & 63))
      sum.pass += counts.pass
      sum.inapplicable += counts.inapplicable
    }
    return sum
  }

  mutating func learn(_ rule: Int, row: Int, _ outcome: RuleGroup.Outcome) {
    if case .elements(let profile, let number) = places[rule] { profiles[profile].learn(row, number, outcome) }
  }

  /// What the leaves of a rule's `require` answer of a row of the batch, a bit for each yes; nil where one answers neither yes nor no.
  func leafAnswers(_ rule: Int, row: Int) -> UInt64? {
    guard case .conditions(let conditions) = places[rule], !conditions.leaves.isEmpty else { return nil }
    let word = row >> 6
    let shift = UInt64(truncatingIfNeeded: row & 63)
    var answers: UInt64 = 0
    for (number, leaf) in conditions.leaves.enumerated() {
      let isYes = yes[leaf * RuleColumns.words + word] &>> shift & 1
      if isYes == 0 && no[leaf * RuleColumns.words + word] &>> shift & 1 == 0 { return nil }
      answers |= isYes &<< UInt64(truncatingIfNeeded: number)
    }
    return answers
  }

  // MARK: - Columns

  private mutating func work(_ node: Int, _ rows: ArraySlice<Int32>, _ arena: Value.Arena, _ machine: inout Machine) {
    let first = node * RuleColumns.words
    let words = (rows.count + 63) / 64
    switch formula.nodes[node] {
    case .constant(let value):
      for word in first..<first + words {
        yes[word] = value == true ? .max : 0
        no[word] = value == false ? .max : 0
      }
    case .not(let inner):
      let from = inner * RuleColumns.words
      for word in 0..<words {
        yes[first + word] = no[from + word]
        no[first + word] = yes[from + word]
      }
    case .and(let inner): combine(inner, first, words, &yes, &no)
    case .or(let inner): combine(inner, first, words, &no, &yes)
    case .test(let test):
      let column = columnOfNode[node]
      if !columns[column].isRead {
        let shape = Int(machine.plan.slots[test.slot].shape)
        let numbers = test.join >= 0 ? joinRows[test.join][..<rows.count] : rows
        if test.join >= 0 || arena == .joined {
          columns[column].read(numbers, machine.plan, machine.joined.tables[shape].words)
        } else {
          columns[column].read(numbers, machine.plan, machine.batch.tables[shape].words)
        }
      }
      columns[column].answer(test, rows.count, yes: &yes, no: &no, at: first)
    case .text(let test):
      guard let prepared = textTests[node] else { return }
      let numbers = test.join >= 0 ? joinRows[test.join][..<rows.count] : rows
      if test.join >= 0 || arena == .joined {
        self.test(node, prepared, numbers, machine.plan, machine.joined)
      } else {
        self.test(node, prepared, numbers, machine.plan, machine.batch)
      }
    case .question(let profile, let number):
      classify(profile, rows, arena, &machine)
      if profiles[profile].isIdle {
        ask(profiles[profile].questions[number], node, first, rows, arena, &machine)
      } else {
        profiles[profile].answer(number, rows.count, yes: &yes, no: &no, at: first)
      }
    case .opaque(let question): ask(question, node, first, rows, arena, &machine)
    }
  }

  /// Kleene's `and`: yes where all are, no where one is. With yes and no exchanged, his `or`.
  private func combine(_ inner: [Int], _ first: Int, _ words: Int, _ all: inout [UInt64], _ any: inout [UInt64]) {
    var every = InlineArray<16, UInt64>(repeating: .max)
    var some = InlineArray<16, UInt64>(repeating: 0)
    for node in inner {
      let from = node * RuleColumns.words
      for word in 0..<words {
        every[word] &= all[from &+ word]
        some[word] |= any[from &+ word]
      }
    }
    for word in 0..<words {
      all[first + word] = every[word]
      any[first + word] = some[word]
    }
  }

  /// Has a profile classify the rows of which some rule needs to know what it knows.
  private mutating func classify(_ profile: Int, _ rows: ArraySlice<Int32>, _ arena: Value.Arena, _ machine: inout Machine) {
    if profiles[profile].isClassified { return }
    let needed = (0..<(rows.count + 63) / 64).map { word in
      self.needed(by: profileAskers[profile], word) & RuleColumns.bits(of: rows.count, word)
    }
    profiles[profile].classify(rows, needed, arena, &machine)
  }

  /// The rows of a word to which the `when` of one of some rules may apply; all where there are no rules.
  private func needed(by rules: [Int], _ word: Int) -> UInt64 {
    var needed: UInt64 = rules.isEmpty ? .max : 0
    for rule in rules {
      let when = formula.rules[rule].when
      needed |= when < 0 ? .max : ~no[when * RuleColumns.words + word]
    }
    return needed
  }

  /// Puts a question to the machine, for the rows of which some rule needs the answer.
  private mutating func ask(
    _ question: Formula.Question, _ node: Int, _ first: Int, _ rows: ArraySlice<Int32>, _ arena: Value.Arena, _ machine: inout Machine
  ) {
    for word in 0..<(rows.count + 63) / 64 {
      let needed = needed(by: askers[node], word)
      var isYes: UInt64 = 0
      var isNo: UInt64 = 0
      for bit in 0..<min(64, rows.count - word * 64) where needed >> UInt64(bit) & 1 == 1 {
        machine.beginRow()
        let row = Int(rows[rows.startIndex + word * 64 + bit])
        let answer = machine.answer(question, .row(row, shape: shape, arena))
        if answer.isTrue { isYes |= 1 << UInt64(bit) }
        if answer.isFalse { isNo |= 1 << UInt64(bit) }
      }
      yes[first + word] = isYes
      no[first + word] = isNo
    }
  }

  /// Tests the text of a slot of each row, or of the row that each joins to.
  private mutating func test(_ node: Int, _ test: PreparedTextTest, _ numbers: ArraySlice<Int32>, _ plan: Plan, _ store: borrowing Store) {
    let column = columnOfNode[node]
    if !textColumns[column].isRead { textColumns[column].read(numbers, plan, store) }
    textColumns[column].answer(test, numbers.count, store.texts.span, yes: &yes, no: &no, at: node * RuleColumns.words)
  }

  // MARK: - Joins

  static let nullRow = -1
  private static let unknownRow = -2

  /// Works out the rows that a batch joins to.
  private mutating func findRows(_ number: Int, _ rows: ArraySlice<Int32>, _ arena: Value.Arena, _ machine: inout Machine) {
    let join = formula.joins[number]
    let collection = CollectionID(join.collection)
    let keySlots = machine.keySlotsOfCollection[join.collection]
    // Where there are rows, each under a key of its own, a look into the index tells all.
    let known = machine.absence(of: collection) == 0 ? machine.indexes[join.collection] : nil
    let isPlain = known?.contradictory.isEmpty == true && keySlots.count == 1
    let key = isPlain ? machine.plan.slots[keySlots[0]] : machine.plan.slots[join.slot]
    let table = machine.joined.tables[Int(key.shape)]
    search.removeAll()
    for (place, row) in rows.enumerated() {
      var base = row
      var baseArena = arena
      if join.base >= 0 {
        base = joinRows[join.base][place]
        baseArena = .joined
        if base < 0 {
          joinRows[number][place] = base
          continue
        }
      }
      if isPlain, let guid = machine.guid(join.slot, row: Int(base), baseArena) {
        search.add(guid, for: place)
        continue
      }
      let key = machine.read(join.slot, row: Int(base), baseArena)
      if key.isUnknown || key.isNull {
        joinRows[number][place] = Int32(key.isNull ? RuleColumns.nullRow : RuleColumns.unknownRow)
        continue
      }
      let found = machine.lookUp(key, in: collection, mayBeMissing: join.mayBeMissing)
      let answer = found.tag == .row ? found.index : found.isNull ? RuleColumns.nullRow : RuleColumns.unknownRow
      joinRows[number][place] = Int32(truncatingIfNeeded: answer)
    }
    guard isPlain, let known else { return }
    known.find(&search, table, number: Int(key.number), word: Int(key.word), orElse: missing(join, &machine), into: &joinRows[number])
  }

  /// What a key without a row means.
  private func missing(_ join: Formula.Join, _ machine: inout Machine) -> Int32 {
    let found = machine.missing(in: CollectionID(join.collection), mayBe: join.mayBeMissing)
    return Int32(found.isNull ? RuleColumns.nullRow : RuleColumns.unknownRow)
  }
}
