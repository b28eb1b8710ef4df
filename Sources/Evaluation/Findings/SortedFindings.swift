import Semantics
import Syntax

/// Findings in the order of a report: by tenant, rule and subject key.
///
/// What is more than a bound is in a file without a name, in stretches each of which is in order, and put together while it is read: memory
/// does not grow with the number of findings, but for a block of each stretch.
package struct SortedFindings: Sendable {
  /// The last stretch, or all.
  private let last: FindingList
  /// Where in the file the others are.
  private let stretches: [Range<Int64>]
  private let file: SystemFile?
  private let order: FindingOrder

  fileprivate init(last: FindingList, stretches: [Range<Int64>], file: SystemFile?, order: FindingOrder) {
    self.last = last
    self.order = order
    self.stretches = stretches
    self.file = file
  }

  /// Findings that are in this order.
  package init(_ findings: FindingList) { self.init(last: findings, stretches: [], file: nil, order: FindingOrder()) }

  /// The findings in lists, one behind the other.
  package func batches() -> Batches { Batches(last, stretches, file, order) }

  /// All of them, in memory.
  /// - Throws: `SnapshotError.io` where the file cannot be read.
  package func all() throws(SnapshotError) -> [Finding] {
    var batches = batches()
    var all: [Finding] = []
    while let batch = try batches.next() { all.append(contentsOf: batch) }
    return all
  }

  /// Puts the stretches together.
  package struct Batches {
    private var stretches: [Stretch] = []
    /// Numbers of the stretches that have more, as a heap: the one whose next finding comes first stands first.
    private var heap: [Int] = []
    private var order: FindingOrder
    private let kinds: FindingList
    /// The bytes of a batch, where it is put together.
    private static let size = 1 << 17
    /// What the blocks of all stretches may take together, unless they become too small.
    private static let blocks = 1 << 22
    /// All findings, where they are in one stretch.
    private var whole: FindingList?

    fileprivate init(_ last: FindingList, _ stretches: [Range<Int64>], _ file: SystemFile?, _ order: FindingOrder) {
      kinds = FindingList(kindsOf: last)
      self.order = order
      guard let file, !stretches.isEmpty else {
        whole = last
        return
      }
      let block = min(max(Batches.blocks / stretches.count, 1 << 12), 1 << 16)
      self.stretches = stretches.map { Stretch(rest: $0, of: file, block: block, order, kinds) }
      self.stretches.append(Stretch(rest: 0..<0, of: file, block: block, order, last))
    }

    /// - Returns: the next findings; nil where there are no more.
    /// - Throws: `SnapshotError.io` where the file cannot be read.
    package mutating func next() throws(SnapshotError) -> FindingList? {
      if let all = whole {
        whole = FindingList()
        return all.isEmpty ? nil : all
      }
      if heap.isEmpty { try fillHeap() }
      var batch = FindingList(kindsOf: kinds)
      while let first = heap.first, batch.size < Batches.size {
        batch.append(stretches[first].next, of: stretches[first].findings)
        if try !stretches[first].goOn() {
          heap[0] = heap[heap.count - 1]
          heap.removeLast()
        }
        sink(0)
      }
      return batch.isEmpty ? nil : batch
    }

    private mutating func fillHeap() throws(SnapshotError) {
      for number in stretches.indices where try stretches[number].begin() { heap.append(number) }
      for place in (0..<heap.count / 2).reversed() { sink(place) }
    }

    /// Lets what stands at a place of the heap down to where it belongs.
    private mutating func sink(_ place: Int) {
      var place = place
      while true {
        var first = place
        for child in [place * 2 + 1, place * 2 + 2] where child < heap.count && isBefore(heap[child], heap[first]) { first = child }
        if first == place { return }
        heap.swapAt(first, place)
        place = first
      }
    }

    /// Of findings that are alike, those found first are in the stretch before.
    private mutating func isBefore(_ left: Int, _ right: Int) -> Bool {
      let compared = order.compare(
        stretches[left].place, of: stretches[left].findings, with: stretches[right].place, of: stretches[right].findings)
      return compared != 0 ? compared < 0 : left < right
    }
  }
}

/// A stretch of the file, read block by block.
private struct Stretch {
  /// Those of a block.
  private(set) var findings: FindingList
  private(set) var next = 0
  private(set) var place = FindingPlace()
  private let file: SystemFile
  private let order: FindingOrder
  /// What of the file was not read yet.
  private var rest: Range<Int64>
  private var block: Int

  init(rest: Range<Int64>, of file: SystemFile, block: Int, _ order: FindingOrder, _ findings: FindingList) {
    self.rest = rest
    self.block = block
    self.order = order
    self.file = file
    self.findings = findings
  }

  /// - Returns: false where there is no finding.
  mutating func begin() throws(SnapshotError) -> Bool {
    while next == findings.count {
      if rest.isEmpty { return false }
      try fill()
    }
    place = order.place(of: next, in: findings)
    return true
  }

  /// Goes to the next finding.
  /// - Returns: false where there is none.
  mutating func goOn() throws(SnapshotError) -> Bool {
    next += 1
    return try begin()
  }

  private mutating func fill() throws(SnapshotError) {
    var bytes = [UInt8](repeating: 0, count: Int(min(Int64(block), rest.upperBound - rest.lowerBound)))
    try file.readAll(&bytes, from: rest.lowerBound)
    findings = FindingList(kindsOf: findings)
    next = 0
    var end = 0
    while findings.read(bytes[...], at: &end) {}
    rest = rest.lowerBound + Int64(end)..<rest.upperBound
    if !findings.isEmpty { return }
    // What is left holds a finding at least, unless others have written to the file.
    if bytes.count == Int(rest.upperBound - rest.lowerBound) { throw file.endsEarly }
    // A finding that is longer than a block makes it longer.
    block *= 2
  }
}

extension SortedFindings: ExpressibleByArrayLiteral {
  package init(arrayLiteral findings: Finding...) { self.init(FindingList(findings)) }
}

/// Takes findings in any order.
struct FindingSorter {
  private var list = FindingList()
  private var stretches: [Range<Int64>] = []
  private var file: SystemFile?
  private let most: Int
  /// The bytes of findings that are kept in memory, where no other bound is set.
  static let most = 1 << 24
  private static let mostOfPass = 1 << 20

  private let order: FindingOrder
  /// Whether what is written next goes on in the last stretch.
  private var goesOn = false
  /// Whether the list has findings of several passes.
  private var isMixed = false

  /// - Parameter most: the bytes of findings that are kept in memory; when there are more, they are written to a file.
  init(most: Int) {
    self.most = most
    order = FindingOrder()
  }

  /// Puts findings in the order of their rows, and those of a row in the order in which they are added. They come in passes, each in this order.
  /// - Parameter files: all that they are of, in their order.
  init(passesOver files: [String], most: Int) {
    self.most = min(most, FindingSorter.mostOfPass)
    order = FindingOrder(isByRow: true)
    for file in files { _ = list.number(of: file) }
  }

  /// What is added from now on is of another pass.
  mutating func beginPass() throws(SnapshotError) {
    if goesOn { try write() }
    goesOn = false
    isMixed = !list.isEmpty
  }

  /// - Throws: `SnapshotError.io` where the file cannot be made or written.
  mutating func add(_ findings: FindingList) throws(SnapshotError) {
    list.append(findings)
    if list.size > most { try write() }
  }

  /// Those that were added. Of findings that are alike, the one added first comes first.
  consuming func sorted() -> SortedFindings {
    list.rearrange(sortedNumbers())
    return SortedFindings(last: list, stretches: stretches, file: file, order: order)
  }

  private mutating func write() throws(SnapshotError) {
    if file == nil { file = try SystemFile.temporary(for: "findings") }
    guard let file else { return }
    let begin = stretches.last?.upperBound ?? 0
    var end = begin
    var bytes: [UInt8] = []
    for index in sortedNumbers() {
      list.write(index, to: &bytes)
      guard bytes.count >= 1 << 16 else { continue }
      try file.write(bytes[...], at: end)
      end += Int64(bytes.count)
      bytes.removeAll(keepingCapacity: true)
    }
    try file.write(bytes[...], at: end)
    end += Int64(bytes.count)
    if goesOn, let last = stretches.popLast() { stretches.append(last.lowerBound..<end) } else { stretches.append(begin..<end) }
    goesOn = order.isByRow && !isMixed
    isMixed = false
    list.removeAll(keepingFiles: true)
  }

  /// The numbers of the list's findings, in their order.
  private func sortedNumbers() -> [Int] {
    var order = order
    var places = list.indices.map { order.place(of: $0, in: list) }
    places.sort { left, right in
      let compared = order.compare(left, of: list, with: right, of: list)
      return compared != 0 ? compared < 0 : left.index < right.index
    }
    return places.map(\.index)
  }
}

/// What tells most findings apart that are put in order: tenant, rule, and the beginning of the first key; in the order of rows the file, for
/// the rule, and the byte.
private struct FindingPlace {
  var index = 0
  var tenant: Int32 = 0
  var rule: Int32 = 0
  /// A collection's own verdict comes behind those of its rows.
  var isCollection = false
  var beginning: UInt64 = 0
}

/// Compares findings: by tenant and rule, then by the keys along the chain, by verdict and by message; or by where their rows stand.
private struct FindingOrder: Sendable {
  var isByRow = false
  /// Where values begin and end.
  private var left: [(start: Int, end: Int)] = []
  private var right: [(start: Int, end: Int)] = []

  init(isByRow: Bool = false) { self.isByRow = isByRow }

  func place(of index: Int, in findings: FindingList) -> FindingPlace {
    if isByRow {
      let place = findings.place(index)
      return FindingPlace(index: index, rule: Int32(place?.file ?? -1), beginning: UInt64(place?.byte ?? 0))
    }
    let kind = findings.kind(index)
    var beginning: UInt64 = 0
    if let thing = kind.things.first {
      let key = findings.firstValue(index).map { findings.bytes[$0] } ?? thing.utf8[...]
      for place in 0..<8 { beginning = beginning << 8 | (place < key.count ? UInt64(key[key.startIndex + place]) : 0) }
    }
    return FindingPlace(
      index: index, tenant: Int32(kind.tenant), rule: Int32(kind.rule.index), isCollection: kind.isCollection, beginning: beginning)
  }

  /// - Returns: less than 0 where the first comes before the other, 0 where they are alike.
  mutating func compare(_ one: FindingPlace, of first: FindingList, with other: FindingPlace, of second: FindingList) -> Int {
    if one.tenant != other.tenant { return one.tenant < other.tenant ? -1 : 1 }
    if one.rule != other.rule { return one.rule < other.rule ? -1 : 1 }
    if one.isCollection != other.isCollection { return one.isCollection ? 1 : -1 }
    if one.beginning != other.beginning { return one.beginning < other.beginning ? -1 : 1 }
    if isByRow { return 0 }
    let kind = first.kind(one.index)
    let otherKind = second.kind(other.index)
    _ = first.ranges(one.index, into: &left)
    _ = second.ranges(other.index, into: &right)
    for part in 0..<min(kind.things.count, otherKind.things.count) {
      let key = left[part * 2].start < 0 ? kind.things[part].utf8[...] : first.bytes[left[part * 2].start..<left[part * 2].end]
      let otherKey =
        right[part * 2].start < 0 ? otherKind.things[part].utf8[...] : second.bytes[right[part * 2].start..<right[part * 2].end]
      if key != otherKey { return key.lexicographicallyPrecedes(otherKey) ? -1 : 1 }
    }
    if kind.things.count != otherKind.things.count { return kind.things.count < otherKind.things.count ? -1 : 1 }
    if kind.verdict != otherKind.verdict { return kind.verdict.rawValue < otherKind.verdict.rawValue ? -1 : 1 }
    let message = first[one.index].message
    let otherMessage = second[other.index].message
    return message == otherMessage ? 0 : message < otherMessage ? -1 : 1
  }
}
