import Semantics
import Syntax

extension Judge {
  /// Puts the rules about a collection into groups that hang on the same of its rows.
  mutating func group(_ rules: [RuleID], over collection: CollectionID) {
    groups = []
    groupedCount = 0
    places = Array(repeating: nil, count: rules.count)
    grouped = rules
    // Where every verdict is kept, each subject is judged by itself.
    guard !keepsVerdicts, let shape = machine.plan.read.shapeOfCollection[collection.index] else { return }
    var parts: [(places: [Int], rich: Set<Int>)] = []
    for (place, id) in rules.enumerated() {
      guard let footprint = FootprintFinder.footprint(of: [id], shape: shape.index, in: machine.plan) else { continue }
      if let known = parts.firstIndex(where: { $0.rich == footprint.rich }) {
        parts[known].places.append(place)
      } else {
        parts.append(([place], footprint.rich))
      }
    }
    for part in parts { addGroup(part.places, shape.index) }
  }

  /// Whether a rule is in no group.
  private var isAnyAlone: Bool { groupedCount < grouped.count }

  private mutating func addGroup(_ members: [Int], _ shape: Int) {
    let rules = members.map { grouped[$0] }
    guard let footprint = FootprintFinder.footprint(of: rules, shape: shape, in: machine.plan) else { return }
    for (number, place) in members.enumerated() { places[place] = GroupPlace(group: groups.count, number: number) }
    groups.append(RuleGroup(rules: rules, footprint: footprint))
    groupedCount += members.count
  }

  /// Takes groups apart whose rows have little in common, and makes room in those that are full.
  mutating func tendGroups(over collection: CollectionID) {
    for index in groups.indices where groups[index].isIdle || groups[index].isFull {
      groups[index].flush(into: &counts)
      guard groups[index].isIdle else { continue }
      groups[index].retire()
      let members = places.indices.filter { places[$0]?.group == index }
      for place in members { places[place] = nil }
      groupedCount -= members.count
      guard members.count > 1, let shape = machine.plan.read.shapeOfCollection[collection.index] else { continue }
      for place in members { addGroup([place], shape.index) }
    }
  }

  /// Counts what was not counted row by row.
  mutating func finishGroups() {
    for index in groups.indices { groups[index].flush(into: &counts) }
    groups = []
  }

  /// Judges a row by the rules that are in groups or not; rows of a class that is known are not judged again.
  mutating func judgeByGroups(_ row: Value, _ rules: [RuleID]) {
    var isQuiet = true
    for index in groups.indices where !groups[index].isRetired {
      if groups[index].find(row, &machine) != .quiet { isQuiet = false }
    }
    if isQuiet && !isAnyAlone { return }
    for (place, id) in rules.enumerated() {
      guard let spot = places[place] else {
        _ = judge(id, row)
        continue
      }
      switch groups[spot.group].answer {
      case .quiet: continue
      case .new:
        let outcome = judge(id, row)
        groups[spot.group].learn(outcome)
      case .known:
        switch groups[spot.group].outcome(spot.number) {
        case .counted: continue
        case .elements: _ = judge(id, row)
        case .listed(let grounds):
          begin(id, row)
          settle(id, subject(row, nil, [], id), grounds)
        }
      }
    }
  }
}

/// Where a rule is in its group.
struct GroupPlace {
  var group: Int
  var number: Int
}
