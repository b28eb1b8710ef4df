import Semantics
import Syntax

extension Judge {
  /// Puts the rules about a collection into groups that hang on the same of its rows.
  mutating func group(_ rules: [RuleID], over collection: CollectionID) {
    groups = []
    failing = Array(repeating: [], count: rules.count)
    isToldByLeaves = rules.map { id in
      let rule = program[id]
      return rule.chain.count == 1 && !machine.hasContests(rule) && machine.isToldByLeaves(rule.require.index)
    }
    places = Array(repeating: nil, count: rules.count)
    // Where every verdict is kept, each subject is judged by itself.
    guard !keepsVerdicts, let shape = machine.plan.read.shapeOfCollection[collection.index] else { return }
    var parts: [(members: [Int], rich: Set<Int>)] = []
    for (place, id) in rules.enumerated() {
      guard let footprint = FootprintFinder.footprint(of: [id], shape: shape.index, in: machine.plan) else { continue }
      if let known = parts.firstIndex(where: { $0.rich == footprint.rich }) {
        parts[known].members.append(place)
      } else {
        parts.append(([place], footprint.rich))
      }
    }
    for part in parts {
      let members = part.members.map { rules[$0] }
      guard let footprint = FootprintFinder.footprint(of: members, shape: shape.index, in: machine.plan) else { continue }
      for (number, place) in part.members.enumerated() { places[place] = GroupPlace(group: groups.count, number: number) }
      groups.append(RuleGroup(rules: members, footprint: footprint))
    }
  }

  /// Judges a row by the rule at a place, from memory where the row's class is known.
  mutating func judgeFromMemory(_ place: Int, _ id: RuleID, _ row: Value) -> RuleGroup.Outcome {
    guard let spot = places[place], !groups[spot.group].isIdle else { return judge(id, row) }
    switch groups[spot.group].outcome(spot.number, of: row, &machine) {
    case nil, .elements:
      let outcome = judge(id, row)
      groups[spot.group].learn(spot.number, outcome)
      return outcome
    case .counted(let pass, let inapplicable):
      counts[id.index]?.pass += pass
      counts[id.index]?.inapplicable += inapplicable
      return .counted(pass: pass, inapplicable: inapplicable)
    case .listed(let kind):
      begin(id, row)
      list(kind, id, .row(row))
      return .listed(kind)
    }
  }

  /// Judges rows of a collection by the rules about it.
  ///
  /// - Parameters:
  ///   - rows: numbers of at most `batchSize` rows of the collection's table.
  ///   - numbers: of a row of the batch, its number among all of the collection.
  ///   - roles: of each row of the batch.
  ///   - setPlace: tells where a row of the batch stands.
  mutating func judgeRows(
    _ rows: ArraySlice<Int32>, _ arena: Value.Arena, numbers: (Int) -> Int, _ collection: CollectionID, _ rules: [RuleID],
    _ columns: inout RuleColumns, _ roles: [RowRole], setPlace: (inout Judge, Int) -> Void
  ) {
    guard let shape = machine.plan.read.shapeOfCollection[collection.index] else { return }
    if keepsVerdicts {
      for (place, row) in rows.enumerated() {
        setPlace(&self, place)
        judgeRow(.row(Int(row), shape: shape.index, arena), number: numbers(place), collection, rules, roles[place])
      }
      return
    }
    columns.judge(rows, arena, &machine)
    var live = [UInt64](repeating: 0, count: (rows.count + 63) / 64)
    // Rows that are looked at one by one.
    var some = live
    for (place, role) in roles.enumerated() {
      switch role {
      case .judged: live[place >> 6] |= 1 << UInt64(place & 63)
      case .keyless: some[place >> 6] |= 1 << UInt64(place & 63)
      case .skipped: break
      }
    }
    for (place, id) in rules.enumerated() {
      var (pass, inapplicable) = columns.countElements(place, rows.count, live)
      for word in live.indices {
        let at = place * RuleColumns.words + word
        pass += (columns.outcomes.pass[at] & live[word]).nonzeroBitCount
        inapplicable += (columns.outcomes.inapplicable[at] & live[word]).nonzeroBitCount
        some[word] |= columns.outcomes.judged[at] & live[word]
      }
      counts[id.index]?.pass += pass
      counts[id.index]?.inapplicable += inapplicable
    }
    var asked: [Int] = []
    for word in some.indices {
      var bits = some[word]
      if bits == 0 { continue }
      // Of many rules few have anything to say of 64 rows.
      asked.removeAll(keepingCapacity: true)
      for rule in rules.indices where columns.outcomes.judged[rule * RuleColumns.words + word] & live[word] != 0 { asked.append(rule) }
      while bits != 0 {
        let place = word * 64 + bits.trailingZeroBitCount
        bits &= bits - 1
        let row = Value.row(Int(rows[rows.startIndex + place]), shape: shape.index, arena)
        setPlace(&self, place)
        ordinal += 1
        machine.beginRow()
        guard live[word] >> UInt64(place & 63) & 1 == 1 else {
          judgeKeyless(number: numbers(place), collection, rules)
          continue
        }
        for rule in asked where columns.outcomes.judged[rule * RuleColumns.words + word] >> UInt64(place & 63) & 1 == 1 {
          let id = rules[rule]
          // Which parts of the condition a report names hangs on what they answer, so rows of which they answer the same are of one kind.
          let isFail = columns.outcomes.fails[rule * RuleColumns.words + word] >> UInt64(place & 63) & 1 == 1
          let answers = isFail && isToldByLeaves[rule] ? columns.leafAnswers(rule, row: place) : nil
          if let answers, let kind = failing[rule].first(where: { $0.answers == answers })?.kind {
            if !waivers[id.index].isEmpty || !kinds.isPlain(kind) { begin(id, row) }
            list(kind, id, .row(row))
            continue
          }
          let outcome = judgeFromMemory(rule, id, row)
          columns.learn(rule, row: place, outcome)
          if let answers, case .listed(let kind) = outcome, failing[rule].count < Judge.mostFailing {
            failing[rule].append((answers, kind))
          }
        }
      }
    }
  }
}

/// What becomes of a row.
enum RowRole {
  case judged
  /// It has no key to be known by.
  case keyless
  /// It came before.
  case skipped
}

/// Where a rule is in its group.
struct GroupPlace {
  var group: Int
  var number: Int
}
