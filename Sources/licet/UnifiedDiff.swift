/// What differs between two texts, as `diff -u` writes it: with three lines around each change.
enum UnifiedDiff {
  private typealias Line = ArraySlice<UInt8>

  /// A line of the result: one that both have, or one that only the old or the new text has.
  private enum Step { case same(Line), removed(Line), added(Line) }

  private static let context = 3
  /// Parts without a line in common that are longer are shown as replaced whole.
  private static let largestPart = 1_000

  /// Empty where the texts are the same.
  static func bytes(from old: [UInt8], to new: [UInt8], name: String) -> [UInt8] {
    let steps = steps(lines(old)[...], lines(new)[...])
    var result: [UInt8] = []
    var (oldLine, newLine) = (1, 1)
    var index = 0
    while let hunk = nextHunk(in: steps, from: index) {
      for step in steps[index..<hunk.lowerBound] { advance(step, &oldLine, &newLine) }
      if result.isEmpty {
        // As GNU diff does: without it, a name would end at its first space.
        let name = printable(name) + (name.utf8.contains(0x20) ? "\t" : "")
        result += "--- \(name)\n+++ \(name)\n".utf8
      }
      let (oldStart, newStart) = (oldLine, newLine)
      var body: [UInt8] = []
      for step in steps[hunk] {
        advance(step, &oldLine, &newLine)
        switch step {
        case .same(let line): write(0x20, line, to: &body)
        case .removed(let line): write(0x2D, line, to: &body)
        case .added(let line): write(0x2B, line, to: &body)
        }
      }
      result += "@@ -\(range(oldStart, oldLine)) +\(range(newStart, newLine)) @@\n".utf8
      result += body
      index = hunk.upperBound
    }
    return result
  }

  /// Lines with their ends.
  private static func lines(_ bytes: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var start = 0
    for index in bytes.indices where bytes[index] == 0x0A {
      lines.append(bytes[start...index])
      start = index + 1
    }
    if start < bytes.count { lines.append(bytes[start...]) }
    return lines
  }

  private static func advance(_ step: Step, _ old: inout Int, _ new: inout Int) {
    switch step {
    case .same: (old, new) = (old + 1, new + 1)
    case .removed: old += 1
    case .added: new += 1
    }
  }

  /// An empty range is named by the line before it.
  private static func range(_ start: Int, _ end: Int) -> String {
    let count = end - start
    return count == 1 ? "\(start)" : "\(count == 0 ? start - 1 : start),\(count)"
  }

  private static func write(_ sign: UInt8, _ line: Line, to result: inout [UInt8]) {
    result.append(sign)
    result += line
    if line.last != 0x0A { result += "\n\\ No newline at end of file\n".utf8 }
  }

  /// The next changes that lie so close that their surroundings touch, with those.
  private static func nextHunk(in steps: [Step], from start: Int) -> Range<Int>? {
    func isChange(_ step: Step) -> Bool { if case .same = step { false } else { true } }
    guard let first = steps[start...].firstIndex(where: isChange) else { return nil }
    var last = first
    var index = first
    while index < steps.count, index - last <= 2 * context {
      if isChange(steps[index]) { last = index }
      index += 1
    }
    return max(start, first - context)..<min(steps.count, last + context + 1)
  }

  // MARK: Finding

  /// Lines that stand once in each text part them; between those the shortest edit is sought.
  private static func steps(_ old: ArraySlice<Line>, _ new: ArraySlice<Line>) -> [Step] {
    var steps: [Step] = []
    var (oldStart, newStart) = (old.startIndex, new.startIndex)
    for anchor in anchors(old, new) + [(old.endIndex, new.endIndex)] {
      steps += shortest(old[oldStart..<anchor.0], new[newStart..<anchor.1])
      if anchor.0 < old.endIndex { steps.append(.same(old[anchor.0])) }
      (oldStart, newStart) = (anchor.0 + 1, anchor.1 + 1)
    }
    return steps
  }

  /// The longest sequence of pairs of lines that stand once in each text, in the same order in both.
  private static func anchors(_ old: ArraySlice<Line>, _ new: ArraySlice<Line>) -> [(Int, Int)] {
    func once(_ lines: ArraySlice<Line>) -> [Line: Int] {
      var places: [Line: Int] = [:]
      for (index, line) in zip(lines.indices, lines) { places[line] = places[line] == nil ? index : -1 }
      return places.filter { $0.value >= 0 }
    }
    let places = once(new)
    let pairs = once(old).compactMap { line, index in places[line].map { (index, $0) } }.sorted { $0.0 < $1.0 }
    // Patience: the ends of the best sequences of each length, and for each pair the one before it.
    var piles: [Int] = []
    var before: [Int?] = []
    for (index, pair) in pairs.enumerated() {
      var (low, high) = (0, piles.count)
      while low < high {
        let middle = (low + high) / 2
        if pairs[piles[middle]].1 < pair.1 { low = middle + 1 } else { high = middle }
      }
      before.append(low > 0 ? piles[low - 1] : nil)
      if low < piles.count { piles[low] = index } else { piles.append(index) }
    }
    var chain: [(Int, Int)] = []
    var next = piles.last
    while let index = next {
      chain.append(pairs[index])
      next = before[index]
    }
    return chain.reversed()
  }

  private static func shortest(_ old: ArraySlice<Line>, _ new: ArraySlice<Line>) -> [Step] {
    guard old.count <= largestPart, new.count <= largestPart else { return old.map { .removed($0) } + new.map { .added($0) } }
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in Array(new).difference(from: Array(old)) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var steps: [Step] = []
    var (oldIndex, newIndex) = (0, 0)
    while oldIndex < old.count || newIndex < new.count {
      if removed.contains(oldIndex) {
        steps.append(.removed(old[old.startIndex + oldIndex]))
        oldIndex += 1
      } else if added.contains(newIndex) {
        steps.append(.added(new[new.startIndex + newIndex]))
        newIndex += 1
      } else {
        steps.append(.same(old[old.startIndex + oldIndex]))
        (oldIndex, newIndex) = (oldIndex + 1, newIndex + 1)
      }
    }
    return steps
  }
}
