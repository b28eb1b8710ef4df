import Evaluation
import Glibc
import ReadingChecks
import Semantics
import Syntax
import Testing

@testable import Evaluation

/// Texts whose padding ends where the next page cannot be read: whoever loads a byte too far dies.
@Suite struct GuardPageTests {
  /// Memory of which the last page gives a fault.
  @safe private struct GuardedPages: ~Copyable {
    private let start: UnsafeMutableRawPointer
    private let page: Int
    private let pages = 16

    init?() {
      let page = Int(sysconf(CInt(_SC_PAGESIZE)))
      self.page = page
      // New memory of nobody else's.
      guard let mapped = unsafe mmap(nil, page * (pages + 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
        unsafe mapped != MAP_FAILED, unsafe mprotect(mapped + page * pages, page, PROT_NONE) == 0
      else { return nil }
      unsafe start = mapped
    }

    deinit { unsafe munmap(start, page * (pages + 1)) }

    var capacity: Int { page * pages - scanPadding }

    /// Lays a text and its padding right before the guarded page.
    func lend(_ text: ArraySlice<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
      precondition(text.count <= capacity)
      let count = text.count + scanPadding
      // Within the mapped pages, by the precondition.
      let base = unsafe start + page * pages - count
      let bytes = unsafe base.assumingMemoryBound(to: UInt8.self)
      unsafe bytes.update(repeating: 0, count: count)
      for (index, byte) in text.enumerated() { unsafe bytes[index] = byte }
      unsafe body(UnsafeBufferPointer(start: bytes, count: count))
    }
  }

  private struct NoMemory: Error {}

  /// Reads a text with both readers of rows.
  /// - Returns: where the row that it begins with ends, by each of them; nil where it is not read.
  private static func read(
    _ text: ArraySlice<UInt8>, _ pages: borrowing GuardedPages, _ scanner: inout RowScanner, _ parser: inout RowParser, _ plan: ReadPlan
  ) -> (scanner: Int?, parser: Int?) {
    var store = Store(plan: plan)
    var ends: (scanner: Int?, parser: Int?) = (nil, nil)
    // The memory is lent for the length of the call.
    unsafe pages.lend(text) { (memory: UnsafeBufferPointer<UInt8>) in
      guard let place = unsafe Place(memory, 0) else { return }
      scanner.begin(store)
      scanner.reserve(text.count)
      ends.scanner = scanner.row(place).map { $0 - place }
      scanner.flush(into: &store)
      let span = unsafe Span(_unsafeElements: memory)
      let end = parser.row(span, 0, shape: 0, depth: 0, &store)
      ends.parser = end < 0 ? nil : end
    }
    return ends
  }

  @Test func `nothing is read beyond the padding, wherever a row is cut off`() throws {
    guard let pages = GuardedPages() else { throw NoMemory() }
    for planned in Plans.all {
      var scanner = RowScanner(planned.plan, planned.tree, shape: 0, longestText: TextRef.longest)
      var parser = RowParser(planned.tree, longestText: TextRef.longest)
      for row in FuzzCase.sampleRows(of: planned).prefix(6) {
        let whole = GuardPageTests.read(row[...], pages, &scanner, &parser, planned.plan)
        #expect(whole.parser == row.count)
        for count in 0..<row.count {
          let cut = GuardPageTests.read(row[..<count], pages, &scanner, &parser, planned.plan)
          #expect(cut.scanner == nil && cut.parser == nil)
        }
      }
    }
  }

  @Test func `nothing is read beyond the padding where the length of a text is guessed`() throws {
    guard let pages = GuardedPages() else { throw NoMemory() }
    let planned = Plans.all[0]
    var parser = RowParser(planned.tree, longestText: TextRef.longest)
    for length in ReaderAgreementTests.lengths {
      var scanner = RowScanner(planned.plan, planned.tree, shape: 0, longestText: TextRef.longest)
      let row = ReaderAgreementTests.row([UInt8](repeating: 0x61, count: length), behind: length)
      for count in [row.count] + Array(0..<row.count) {
        let cut = GuardPageTests.read(row[..<count], pages, &scanner, &parser, planned.plan)
        let end = count == row.count ? count : nil
        #expect(cut.scanner == end && cut.parser == end)
      }
    }
  }

  @Test func `nothing is read beyond the padding of a row that was changed`() throws {
    guard let pages = GuardedPages() else { throw NoMemory() }
    for (number, planned) in Plans.all.enumerated() {
      var scanner = RowScanner(planned.plan, planned.tree, shape: 0, longestText: TextRef.longest)
      var parser = RowParser(planned.tree, longestText: TextRef.longest)
      var read = 0
      var tried = 0
      var seed: UInt64 = 0
      while tried < 400 {
        let text = FuzzCase(seed: seed)
        seed += 1
        guard text.plan == number, text.bytes.count <= pages.capacity else { continue }
        tried += 1
        let ends = GuardPageTests.read(text.bytes[...], pages, &scanner, &parser, planned.plan)
        guard let end = ends.scanner else { continue }
        // What the scanner reads, the parser does; then once more, with nothing behind the row.
        #expect(end == ends.parser)
        let alone = GuardPageTests.read(text.bytes[..<end], pages, &scanner, &parser, planned.plan)
        #expect(alone.scanner == end && alone.parser == end)
        read += 1
      }
      #expect(read > 10)
    }
  }
}

@Suite struct ReaderAgreementTests {
  @Test func `both readers and the naive one say the same of changed rows`() {
    for seed in 0..<1_000 as Range<UInt64> {
      #expect(FuzzCase(seed: seed).compare(depth: seed % 4 == 0 ? 2 : 0).difference == nil, "licet-reading show \(seed)")
      #expect(FuzzCase(shortSeed: seed).compare(depth: seed % 4 == 0 ? 2 : 0).difference == nil, "licet-reading show-short \(seed)")
    }
  }

  /// About those of the vectors that texts are read by.
  static let lengths = [0, 1, 2, 14, 15, 16, 17, 31, 32, 33, 48]

  /// A row with objects that are passed over, of which one has a text behind nine others of one length, and one more follows.
  static func row(_ text: [UInt8], behind length: Int) -> [UInt8] {
    let plain = "{\"t\":\"" + String(repeating: "a", count: length) + "\"}"
    let before = Array(repeating: plain, count: 9).joined(separator: ",")
    return Array("{\"s\":[\(before),{\"t\":\"".utf8) + text + Array("\"},\(plain)],\"name\":\"x\"}".utf8)
  }

  @Test func `a text is read as it is, whatever the lengths of those before it`() {
    // The last ones would be another object, if what stands before them ended the text.
    let others = ["\\", "\t", "é", "b"].map { $0 + #"},{"t":""# }
    let odd = ([#"\n"#, #"\""#, #"\u0041"#, "\"", "é", "\t", "\u{0}", "\\", "b"] + others).map { Array($0.utf8) } + [[0x80], []]
    for length in ReaderAgreementTests.lengths {
      for odd in odd {
        for place in 0...length {
          // In the place of as many bytes, and between others.
          for end in Set([place, min(place + max(odd.count, 1), length)]) {
            var changed = [UInt8](repeating: 0x61, count: length)
            changed.replaceSubrange(place..<end, with: odd)
            let row = ReaderAgreementTests.row(changed, behind: length)
            let text = FuzzCase(bytes: row, plan: 0, block: Readers.wholeBlock)
            #expect(text.compare(depth: 0).difference == nil, "\(length) \(odd) \(place)")
          }
        }
      }
    }
  }

  @Test(arguments: [65_535, 65_536, 65_537, 131_072]) func `lengths beyond those that are guessed are read`(_ length: Int) {
    for more in 0...2 {
      let row = ReaderAgreementTests.row([UInt8](repeating: 0x61, count: length + more), behind: length)
      #expect(FuzzCase(bytes: row, plan: 0, block: Readers.wholeBlock).compare(depth: 0).difference == nil)
    }
  }

  /// Texts that readers once disagreed about.
  @Test(arguments: [
    #"{"name":"a","name":"a" }"#, #"{"s":{"a":1},{"a":2}}"#, #"{"s":[{"a":{"b":1},{"b":2}},{"a":3}]}"#,
    #"{"s":[{"a":1},{"a":2} ,{"b":3},{},{"a":4}, {"a":5}]}"#, #"{"s":[{"a":1},{"a":2},{"a":3,}]}"#,
    "{\"levels\":[\n\"High\" ],\"level\\u0073\":[\n\"High\" ]}",
  ])
  func `both readers and the naive one say the same`(_ text: String) {
    for block in Array(1...20) + [Readers.wholeBlock] {
      for plan in Plans.all.indices {
        #expect(FuzzCase(bytes: Array(text.utf8), plan: plan, block: block).compare(depth: 2).difference == nil, "block \(block)")
      }
    }
  }
}
