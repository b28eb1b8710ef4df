import Semantics
import Syntax
import Testing

@testable import Evaluation

/// Findings in the order of a report, whether they are kept in memory or in a file.
@Suite struct SortedFindingsTests {
  /// Rules, keys and values of many sorts: keys that begin alike, that are nil, empty or long; findings that are alike but for their place.
  private static let findings: [Finding] = {
    var state: UInt64 = 5
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let keys: [Text?] = [
      nil, "", "a", "b", "person-with-a-long-key-1", "person-with-a-long-key-2", "person-with-a-long-key",
      Text(String(repeating: "é", count: 90_000)), Text(utf8: [0x61, 0]),
    ]
    return (0..<4000).map { number in
      // The longest is seldom.
      let key = keys[random(200) == 0 ? 7 : [0, 1, 2, 3, 4, 5, 6, 8][random(8)]]
      var parts = [Subject.Part(thing: random(9) == 0 ? "aa" : "person", key: key, label: random(3) == 0 ? nil : Text("label \(number)"))]
      if random(4) == 0 { parts.append(Subject.Part(thing: "licence", key: Text("\(random(30))"), label: nil)) }
      return Finding(
        rule: RuleID(random(3)), verdict: random(2) == 0 ? .fail : .undetermined, tenant: random(2),
        subject: Subject(parts: parts, isCollection: parts.count == 1 && random(20) == 0), message: Text("message \(random(3))"),
        remedy: nil, because: [], causes: [random(2)], contests: [], file: random(5) == 0 ? nil : "file \(random(2))",
        place: RowPlace(file: 0, line: Int64(number), byte: Int64(number) << 33))
    }
  }()

  /// The order as `Report.findings` is said to have it.
  private static func isBefore(_ left: Finding, _ right: Finding) -> Bool {
    if left.tenant != right.tenant { return left.tenant < right.tenant }
    if left.rule != right.rule { return left.rule < right.rule }
    if left.subject.isCollection != right.subject.isCollection { return right.subject.isCollection }
    for (first, second) in zip(left.subject.parts, right.subject.parts) {
      let (one, other) = (first.key ?? first.thing, second.key ?? second.thing)
      if one != other { return one < other }
    }
    if left.subject.parts.count != right.subject.parts.count { return left.subject.parts.count < right.subject.parts.count }
    if left.verdict != right.verdict { return left.verdict.rawValue < right.verdict.rawValue }
    return left.message < right.message
  }

  private static func words(_ finding: Finding) -> String {
    "\(finding.tenant) \(finding.rule) \(finding.subject) \(finding.verdict) \(finding.message) \(finding.causes) \(finding.file ?? "-") "
      + "\(finding.file == nil ? "" : "\(finding.place.map { "\($0.line) \($0.byte)" } ?? "")")"
  }

  @Test(arguments: [0, 1000, 100_000, 1 << 30]) func `findings come in their order, each once`(_ most: Int) throws {
    var sorter = FindingSorter(most: most)
    var first = 0
    while first < Self.findings.count {
      let end = min(first + 1 + first % 700, Self.findings.count)
      try sorter.add(FindingList(Self.findings[first..<end]))
      first = end
    }
    let sorted = try sorter.sorted().all()
    // Swift's sort keeps what is alike in its order, but does not promise to.
    let expected = Self.findings.enumerated().sorted { left, right in
      if Self.isBefore(left.element, right.element) { return true }
      return !Self.isBefore(right.element, left.element) && left.offset < right.offset
    }
    #expect(sorted.count == Self.findings.count)
    #expect(sorted.map(Self.words) == expected.map { Self.words($0.element) })
  }

  @Test func `what is put together comes in lists of bounded size, as often as it is asked for`() throws {
    var sorter = FindingSorter(most: 1000)
    for finding in Self.findings { try sorter.add(FindingList([finding])) }
    let sorted = sorter.sorted()
    for _ in 0..<2 {
      var batches = sorted.batches()
      var sizes: [Int] = []
      var count = 0
      while let batch = try batches.next() {
        sizes.append(batch.size)
        count += batch.count
      }
      #expect(count == Self.findings.count)
      // The bound, and one finding with the longest key.
      #expect(sizes.count > 5 && sizes.allSatisfy { $0 < 1 << 19 }, "\(sizes)")
    }
  }

  @Test func `where nothing was found there is no list`() throws {
    var batches = FindingSorter(most: 0).sorted().batches()
    #expect(try batches.next() == nil)
    #expect(try SortedFindings([]).all().isEmpty)
  }

  @Test func `a file that ends too early is an error`() throws {
    let file = try SystemFile.temporary(for: "findings")
    try file.write([1, 2, 3], at: 0)
    var bytes = [UInt8](repeating: 0, count: 4)
    #expect(throws: SnapshotError.self) { try file.readAll(&bytes, from: 0) }
    bytes = [0, 0]
    try file.readAll(&bytes, from: 1)
    #expect(bytes == [2, 3])
  }
}
