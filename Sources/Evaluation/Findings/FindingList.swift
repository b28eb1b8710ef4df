package import Syntax

/// A finding's own values, in the order in which its kind asks for them: of each part of the subject key and label, then those of message,
/// remedy and evidence.
package struct OwnValues {
  private let list: FindingList
  private var text: Int
  private var number: Int
  /// Values until those behind the subject's, and where these begin.
  private var subjectsLeft: Int
  private let rest: (text: Int, value: Int)

  fileprivate init(_ list: FindingList, _ index: Int) {
    self.list = list
    let packed = list.packed[index]
    (text, number) = packed.subject
    rest = (packed.text, packed.value)
    subjectsLeft = list.valueCounts[Int(packed.kind)].subject
    if subjectsLeft == 0 { (text, number) = rest }
  }

  package mutating func next() -> Text? {
    guard number < list.lengths.count else { return nil }
    let length = Int(list.lengths[number])
    let start = text
    number += 1
    text += Swift.max(length, 0)
    defer {
      subjectsLeft -= 1
      if subjectsLeft == 0 { (text, number) = rest }
    }
    return length < 0 ? nil : Text(list.texts[start..<text])
  }
}

/// Findings, packed: 48 bytes for each, its own values, and nothing of what it shares with others of its kind; those of one subject share its
/// values.
package struct FindingList: Sendable {
  fileprivate struct Packed {
    /// Numbers in `kinds` and `files`; -1: no file.
    var kind: Int32
    var file: Int32
    var line: Int64
    var byte: Int64
    /// Where its values behind the subject's begin, in `texts` and in `lengths`.
    var text: Int
    var value: Int
    /// How far before them those of the subject begin.
    var textsBack: UInt32
    var valuesBack: UInt32

    var subject: (text: Int, value: Int) { (text &- Int(textsBack), value &- Int(valuesBack)) }
  }

  package private(set) var kinds: [FindingKind] = []
  /// Of each kind, how many values its findings have of their subject, and behind these.
  fileprivate private(set) var valueCounts: [(subject: Int, rest: Int)] = []
  package private(set) var files: [String] = []
  fileprivate private(set) var packed: [Packed] = []
  /// The values, one behind the other.
  var texts: [UInt8] = []
  /// Of each value; -1: there is none.
  fileprivate var lengths: [Int32] = []
  private var kindNumbers: [ObjectIdentifier: Int32] = [:]
  /// Of all files, where there are many.
  private var fileNumbers: [String: Int32] = [:]
  /// So few are looked through.
  private static let fewFiles = 8
  /// Where the values of the next finding begin: of its subject, and behind these; nil until the subject's are closed.
  private var subject = (text: 0, value: 0)
  private var rest: (text: Int, value: Int)?
  private var endOfValue = 0

  package init() {}

  package var count: Int { packed.count }
  package var isEmpty: Bool { packed.isEmpty }

  // MARK: - Filling

  /// What was written to `texts` is a value of the next finding.
  @inline(__always) mutating func closeValue() {
    lengths.append(Int32(truncatingIfNeeded: texts.count &- endOfValue))
    endOfValue = texts.count
  }

  mutating func addValue(_ text: Text?) {
    guard let text else {
      lengths.append(-1)
      return
    }
    texts.append(contentsOf: text.utf8)
    closeValue()
  }

  /// The values that were added are those of the next finding's subject.
  @inline(__always) mutating func closeSubject() { rest = (texts.count, lengths.count) }

  /// The next finding's subject is that of the last finding.
  /// - Returns: false where there is none, or where it lies too far back.
  mutating func repeatSubject() -> Bool {
    guard let last = packed.last else { return false }
    let old = last.subject
    guard texts.count &- old.text <= Int(UInt32.max), lengths.count &- old.value <= Int(UInt32.max) else { return false }
    subject = old
    closeSubject()
    return true
  }

  /// A finding with the values that were added since the last one.
  mutating func add(_ kind: Int32, file: Int32, line: Int64, byte: Int64) {
    let rest = self.rest ?? endOfSubject(kind)
    packed.append(
      Packed(
        kind: kind, file: file, line: line, byte: byte, text: rest.text, value: rest.value,
        textsBack: UInt32(rest.text &- subject.text), valuesBack: UInt32(rest.value &- subject.value)))
    begin()
  }

  /// What is added next are values of another finding.
  private mutating func begin() {
    subject = (texts.count, lengths.count)
    rest = nil
  }

  /// Where the subject's values end, of the next finding.
  private func endOfSubject(_ kind: Int32) -> (text: Int, value: Int) {
    let count = valueCounts[Int(kind)].subject
    var text = subject.text
    for length in lengths[subject.value..<subject.value + count] { text += Swift.max(Int(length), 0) }
    return (text, subject.value + count)
  }

  /// The number of a kind.
  mutating func number(of kind: FindingKind) -> Int32 {
    if let known = kindNumbers[ObjectIdentifier(kind)] { return known }
    let number = Int32(truncatingIfNeeded: kinds.count)
    kinds.append(kind)
    valueCounts.append(FindingList.valueCount(of: kind))
    kindNumbers[ObjectIdentifier(kind)] = number
    return number
  }

  private static func valueCount(of kind: FindingKind) -> (subject: Int, rest: Int) {
    (kind.things.count * 2, kind.ownValues - kind.things.count * 2)
  }

  /// The number of a file, which is one of some names.
  @inline(__always) mutating func number(of file: Int, in names: [String]) -> Int32 {
    // Asked for each finding, of which most are in the file of the last one.
    let last = files.count - 1
    return last >= 0 && files[last] == names[file] ? Int32(truncatingIfNeeded: last) : number(of: names[file])
  }

  /// The number of a file.
  mutating func number(of file: String) -> Int32 {
    let next = Int32(truncatingIfNeeded: files.count)
    if files.last == file { return next - 1 }
    if files.count <= FindingList.fewFiles {
      if let known = files.lastIndex(of: file) { return Int32(truncatingIfNeeded: known) }
    } else {
      if fileNumbers.isEmpty { for (number, name) in files.enumerated() { fileNumbers[name] = Int32(truncatingIfNeeded: number) } }
      if let known = fileNumbers[file] { return known }
      fileNumbers[file] = next
    }
    files.append(file)
    return next
  }

  /// Puts other findings behind these.
  mutating func append(_ other: FindingList) {
    let kinds = other.kinds.map { number(of: $0) }
    let files = other.files.map { number(of: $0) }
    packed.reserveCapacity(packed.count + other.packed.count)
    for one in other.packed {
      var own = one
      own.kind = kinds[Int(one.kind)]
      own.file = one.file < 0 ? -1 : files[Int(one.file)]
      own.text += texts.count
      own.value += lengths.count
      packed.append(own)
    }
    texts.append(contentsOf: other.texts)
    lengths.append(contentsOf: other.lengths)
    endOfValue = texts.count
    begin()
  }

  /// Forgets the findings; kinds stay, and so does the memory.
  mutating func removeAll(keepingFiles: Bool) {
    if !keepingFiles {
      files.removeAll(keepingCapacity: true)
      fileNumbers = [:]
    }
    packed.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    endOfValue = 0
    begin()
  }

  // MARK: - Changing

  /// Adds to the lines of all.
  mutating func move(lines: Int64) { for index in packed.indices { packed[index].line += lines } }

  /// Puts others in the place of kinds.
  mutating func exchangeKinds(_ other: (FindingKind) -> FindingKind) {
    kindNumbers = [:]
    for index in kinds.indices {
      kinds[index] = other(kinds[index])
      valueCounts[index] = FindingList.valueCount(of: kinds[index])
      kindNumbers[ObjectIdentifier(kinds[index])] = Int32(truncatingIfNeeded: index)
    }
  }

  /// Gives the first part of a finding's subject another key.
  mutating func setKey(of index: Int, _ key: Text) {
    // The values are written anew behind all others.
    var values = values(index)
    let count = valueCounts[Int(packed[index].kind)]
    let old = (0..<count.subject + count.rest).map { _ in values.next() }
    begin()
    addValue(key)
    for value in old.dropFirst() { addValue(value) }
    let rest = endOfSubject(packed[index].kind)
    packed[index].text = rest.text
    packed[index].value = rest.value
    packed[index].textsBack = UInt32(rest.text - subject.text)
    packed[index].valuesBack = UInt32(count.subject)
    begin()
  }

  /// Puts the findings in another order: `order` says which comes first, second and so on.
  mutating func rearrange(_ order: [Int]) { packed = order.map { packed[$0] } }

  // MARK: - Outside of memory

  /// Without findings, with the kinds and files of another list.
  init(kindsOf other: FindingList) {
    kinds = other.kinds
    valueCounts = other.valueCounts
    files = other.files
    kindNumbers = other.kindNumbers
  }

  /// The bytes that it takes, but for kinds and files.
  var size: Int { packed.count * MemoryLayout<Packed>.stride + texts.count + lengths.count * MemoryLayout<Int32>.stride }

  /// Puts a finding of a list with the same kinds and files behind these.
  mutating func append(_ index: Int, of other: FindingList) {
    let one = other.packed[index]
    for (text, values) in other.parts(of: one) {
      lengths.append(contentsOf: other.lengths[values])
      texts.append(contentsOf: other.texts[text])
    }
    endOfValue = texts.count
    add(one.kind, file: one.file, line: one.line, byte: one.byte)
  }

  /// Where the values of a finding are: of its subject, and behind these.
  private func parts(of one: Packed) -> [(text: Range<Int>, values: Range<Int>)] {
    let count = valueCounts[Int(one.kind)]
    func part(_ text: Int, _ value: Int, _ count: Int) -> (text: Range<Int>, values: Range<Int>) {
      (text..<lengths[value..<value + count].reduce(text) { $0 + Swift.max(0, Int($1)) }, value..<value + count)
    }
    return [part(one.subject.text, one.subject.value, count.subject), part(one.text, one.value, count.rest)]
  }

  /// Writes a finding as bytes: how many follow, in four of them, then its numbers, the lengths of its values, the values.
  func write(_ index: Int, to bytes: inout [UInt8]) {
    let one = packed[index]
    let start = bytes.count
    bytes.append(contentsOf: [0, 0, 0, 0])
    bytes.append(variable: UInt64(one.kind))
    bytes.append(variable: UInt64(Int64(one.file) + 1))
    bytes.append(variable: UInt64(one.line))
    bytes.append(variable: UInt64(one.byte))
    let parts = parts(of: one)
    for part in parts { for length in lengths[part.values] { bytes.append(variable: UInt64(Int64(length) + 1)) } }
    for part in parts { bytes.append(contentsOf: texts[part.text]) }
    let count = UInt32(bytes.count - start - 4)
    for place in 0..<4 { bytes[start + place] = UInt8(truncatingIfNeeded: count >> UInt32(place * 8)) }
  }

  /// Puts the finding behind these that a list with the same kinds and files wrote at a place of `bytes`, and moves the place behind it.
  /// - Returns: false where the bytes end before the finding does.
  mutating func read(_ bytes: ArraySlice<UInt8>, at place: inout Int) -> Bool {
    guard place + 4 <= bytes.endIndex else { return false }
    let count = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << ($1 * 8) }
    guard count <= bytes.endIndex - place - 4 else { return false }
    place += 4
    let end = place + count
    let kind = Int32(bytes.variable(at: &place))
    let file = Int32(bytes.variable(at: &place)) - 1
    let line = Int64(bytes.variable(at: &place))
    let byte = Int64(bytes.variable(at: &place))
    for _ in 0..<kinds[Int(kind)].ownValues { lengths.append(Int32(Int64(bytes.variable(at: &place)) - 1)) }
    texts.append(contentsOf: bytes[place..<end])
    endOfValue = texts.count
    place = end
    add(kind, file: file, line: line, byte: byte)
    return true
  }

  // MARK: - Reading

  /// Goes through the runs of findings of one tenant.
  package func byTenant(_ body: (_ tenant: Int, _ range: Range<Int>) -> Void) {
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, kind(end).tenant == kind(start).tenant { end += 1 }
      body(kind(start).tenant, start..<end)
      start = end
    }
  }

  package func kindNumber(_ index: Int) -> Int { Int(packed[index].kind) }
  package func kind(_ index: Int) -> FindingKind { kinds[Int(packed[index].kind)] }
  /// Where the subject's row begins, the file as a number in `files`; nil where it has none.
  package func place(_ index: Int) -> (file: Int, line: Int64, byte: Int64)? {
    packed[index].file < 0 ? nil : (Int(packed[index].file), packed[index].line, packed[index].byte)
  }
  package func values(_ index: Int) -> OwnValues { OwnValues(self, index) }

  /// Whether the subject of a finding is that of the one before it; those of one subject follow each other.
  @inline(__always) package func repeatsSubject(_ index: Int) -> Bool {
    if index == 0 { return false }
    let (last, one) = (packed[index &- 1], packed[index])
    return last.subject == one.subject && valueCounts[Int(last.kind)].subject == valueCounts[Int(one.kind)].subject
  }

  /// Where in `bytes` the key of the first part of a finding's subject is; nil where there is none.
  func firstValue(_ index: Int) -> Range<Int>? {
    let place = packed[index]
    let (text, value) = place.subject
    guard valueCounts[Int(place.kind)].subject > 0, lengths[value] >= 0 else { return nil }
    return text..<text + Int(lengths[value])
  }

  /// The bytes of all values.
  package var bytes: [UInt8] { texts }

  /// Where in `bytes` each of a finding's values begins and ends; -1 where there is none.
  ///
  /// - Parameter ranges: its first elements become these; the others are of no use.
  /// - Returns: how many values there are.
  package func ranges(_ index: Int, into ranges: inout [(start: Int, end: Int)]) -> Int {
    let one = packed[index]
    let counts = valueCounts[Int(one.kind)]
    let count = counts.subject &+ counts.rest
    while ranges.count < count { ranges.append((-1, -1)) }
    let lengths = lengths.span
    var found = ranges.mutableSpan
    var (text, value) = one.subject
    for number in 0..<count {
      if number == counts.subject { (text, value) = (one.text, one.value) }
      let length = Int(lengths[value])
      found[number] = length < 0 ? (-1, -1) : (text, text &+ length)
      text &+= Swift.max(length, 0)
      value &+= 1
    }
    return count
  }
}

extension FindingList: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { packed.count }

  package subscript(_ index: Int) -> Finding {
    let kind = kind(index)
    var values = values(index)
    func text(_ pieces: [FindingKind.Piece]) -> Text {
      if pieces.count == 1, case .same(let text) = pieces[0] { return text }
      return Text(utf8: pieces.flatMap { value($0).utf8 })
    }
    func value(_ piece: FindingKind.Piece) -> Text {
      if case .same(let text) = piece { return text }
      return values.next() ?? ""
    }
    let parts = kind.things.map { Subject.Part(thing: $0, key: values.next(), label: values.next()) }
    let message = text(kind.message)
    let remedy = kind.remedy.map { text($0) }
    let because = kind.because.map { Finding.Evidence(expression: $0.expression, value: value($0.value), place: $0.place) }
    let place = packed[index]
    return Finding(
      rule: kind.rule, verdict: kind.verdict, original: kind.original, waiver: kind.waiver, tenant: kind.tenant,
      subject: Subject(parts: parts, isCollection: kind.isCollection), message: message, remedy: remedy, because: because,
      causes: kind.causes, contests: kind.contests, file: place.file < 0 ? nil : files[Int(place.file)],
      place: place.file < 0 ? nil : RowPlace(file: place.file, line: place.line, byte: place.byte))
  }
}

extension FindingList: ExpressibleByArrayLiteral {
  /// Findings that are whole already, each of a kind of its own.
  package init(_ findings: some Sequence<Finding>) {
    for finding in findings {
      for part in finding.subject.parts {
        addValue(part.key)
        addValue(part.label)
      }
      let kind = FindingKind(
        rule: finding.rule, verdict: finding.verdict, original: finding.original, waiver: finding.waiver, tenant: finding.tenant,
        things: finding.subject.parts.map(\.thing), isCollection: finding.subject.isCollection, message: [.same(finding.message)],
        remedy: finding.remedy.map { [.same($0)] },
        because: finding.because.map { FindingKind.Evidence(expression: $0.expression, value: .same($0.value), place: $0.place) },
        causes: finding.causes, contests: finding.contests)
      let file = finding.place == nil ? -1 : finding.file.map { number(of: $0) } ?? -1
      add(number(of: kind), file: file, line: finding.place?.line ?? 0, byte: finding.place?.byte ?? 0)
    }
  }

  /// One finding of a kind, without a place; `values` gives each value by its number.
  package init(kind: FindingKind, values: (Int) -> Text) {
    for number in 0..<kind.ownValues { addValue(values(number)) }
    add(number(of: kind), file: -1, line: 0, byte: 0)
  }

  package init(arrayLiteral findings: Finding...) { self.init(findings) }
}

// Numbers of 7 bits a byte, the lowest first; all but the last have the eighth bit set (LEB128).

extension [UInt8] {
  fileprivate mutating func append(variable number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}

extension ArraySlice<UInt8> {
  /// The number at a place, which is moved behind it.
  fileprivate func variable(at place: inout Int) -> UInt64 {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = self[place]
      place += 1
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
  }
}
