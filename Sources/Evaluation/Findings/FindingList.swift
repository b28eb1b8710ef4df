package import Syntax

/// A finding's own values, in the order in which its kind asks for them: of each part of the subject key and label, then those of message,
/// remedy and evidence.
package struct OwnValues {
  private let list: FindingList
  private var text: Int
  private var number: Int

  fileprivate init(_ list: FindingList, text: Int, number: Int) {
    self.list = list
    self.text = text
    self.number = number
  }

  package mutating func next() -> Text? {
    guard number < list.lengths.count else { return nil }
    let length = Int(list.lengths[number])
    number += 1
    if length < 0 { return nil }
    text += length
    return Text(list.texts[text - length..<text])
  }
}

/// Findings, packed: 40 bytes for each, its own values, and nothing of what it shares with others of its kind.
package struct FindingList: Sendable {
  private struct Packed {
    /// Numbers in `kinds` and `files`; -1: no file.
    var kind: Int32
    var file: Int32
    var line: Int64
    var byte: Int64
    /// Where its values begin, in `texts` and in `lengths`.
    var text: Int
    var value: Int
  }

  package private(set) var kinds: [FindingKind] = []
  package private(set) var files: [String] = []
  private var packed: [Packed] = []
  /// The values, one behind the other.
  var texts: [UInt8] = []
  /// Of each value; -1: there is none.
  fileprivate var lengths: [Int32] = []
  private var kindNumbers: [ObjectIdentifier: Int32] = [:]
  /// Where the values of the next finding begin.
  private var nextText = 0
  private var nextValue = 0
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

  /// A finding with the values that were added since the last one.
  mutating func add(_ kind: Int32, file: Int32, line: Int64, byte: Int64) {
    packed.append(Packed(kind: kind, file: file, line: line, byte: byte, text: nextText, value: nextValue))
    nextText = texts.count
    nextValue = lengths.count
  }

  /// The number of a kind.
  mutating func number(of kind: FindingKind) -> Int32 {
    if let known = kindNumbers[ObjectIdentifier(kind)] { return known }
    let number = Int32(truncatingIfNeeded: kinds.count)
    kinds.append(kind)
    kindNumbers[ObjectIdentifier(kind)] = number
    return number
  }

  /// The number of a file.
  mutating func number(of file: String) -> Int32 {
    if let last = files.indices.last, files[last] == file { return Int32(truncatingIfNeeded: last) }
    if let known = files.lastIndex(of: file) { return Int32(truncatingIfNeeded: known) }
    files.append(file)
    return Int32(truncatingIfNeeded: files.count - 1)
  }

  /// Puts other findings behind these.
  mutating func append(_ other: FindingList) {
    let kinds = other.kinds.map { number(of: $0) }
    let files = other.files.map { number(of: $0) }
    packed.reserveCapacity(packed.count + other.packed.count)
    for one in other.packed {
      packed.append(
        Packed(
          kind: kinds[Int(one.kind)], file: one.file < 0 ? -1 : files[Int(one.file)], line: one.line, byte: one.byte,
          text: one.text + texts.count, value: one.value + lengths.count))
    }
    texts.append(contentsOf: other.texts)
    lengths.append(contentsOf: other.lengths)
    nextText = texts.count
    nextValue = lengths.count
    endOfValue = texts.count
  }

  /// Forgets the findings; kinds and files stay, and so does the memory.
  mutating func removeAll() {
    packed.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    nextText = 0
    nextValue = 0
    endOfValue = 0
  }

  // MARK: - Changing

  /// Adds to the lines of all.
  mutating func move(lines: Int64) { for index in packed.indices { packed[index].line += lines } }

  /// Puts others in the place of kinds.
  mutating func exchangeKinds(_ other: (FindingKind) -> FindingKind) {
    kindNumbers = [:]
    for index in kinds.indices {
      kinds[index] = other(kinds[index])
      kindNumbers[ObjectIdentifier(kinds[index])] = Int32(truncatingIfNeeded: index)
    }
  }

  /// Gives the first part of a finding's subject another key.
  mutating func setKey(of index: Int, _ key: Text) {
    // The values are written anew behind all others.
    var values = OwnValues(self, text: packed[index].text, number: packed[index].value)
    let count = (index + 1 < packed.count ? packed[index + 1].value : nextValue) - packed[index].value
    let old = (0..<count).map { _ in values.next() }
    let text = texts.count
    let value = lengths.count
    addValue(key)
    for value in old.dropFirst() { addValue(value) }
    packed[index].text = text
    packed[index].value = value
    nextText = texts.count
    nextValue = lengths.count
  }

  /// Puts the findings in another order: `order` says which comes first, second and so on.
  mutating func rearrange(_ order: [Int]) { packed = order.map { packed[$0] } }

  // MARK: - Outside of memory

  /// Without findings, with the kinds and files of another list.
  init(kindsOf other: FindingList) {
    kinds = other.kinds
    files = other.files
    kindNumbers = other.kindNumbers
  }

  /// The bytes that it takes, but for kinds and files.
  var size: Int { packed.count * MemoryLayout<Packed>.stride + texts.count + lengths.count * MemoryLayout<Int32>.stride }

  /// Puts a finding of a list with the same kinds and files behind these.
  mutating func append(_ index: Int, of other: FindingList) {
    let one = other.packed[index]
    let count = kinds[Int(one.kind)].ownValues
    var text = one.text
    for length in other.lengths[one.value..<one.value + count] {
      lengths.append(length)
      text += Swift.max(0, Int(length))
    }
    texts.append(contentsOf: other.texts[one.text..<text])
    endOfValue = texts.count
    add(one.kind, file: one.file, line: one.line, byte: one.byte)
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
    var text = one.text
    for length in lengths[one.value..<one.value + kinds[Int(one.kind)].ownValues] {
      bytes.append(variable: UInt64(Int64(length) + 1))
      text += Swift.max(0, Int(length))
    }
    bytes.append(contentsOf: texts[one.text..<text])
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
  package func values(_ index: Int) -> OwnValues { OwnValues(self, text: packed[index].text, number: packed[index].value) }

  /// Where in `bytes` a finding's first value is; nil where there is none.
  func firstValue(_ index: Int) -> Range<Int>? {
    let place = packed[index]
    guard kinds[Int(place.kind)].ownValues > 0, lengths[place.value] >= 0 else { return nil }
    return place.text..<place.text + Int(lengths[place.value])
  }

  /// The bytes of all values.
  package var bytes: [UInt8] { texts }

  /// Where in `bytes` each of a finding's values begins and ends; -1 where there is none.
  package func ranges(_ index: Int, into ranges: inout [(start: Int, end: Int)]) {
    ranges.removeAll(keepingCapacity: true)
    var text = packed[index].text
    let count = kinds[Int(packed[index].kind)].ownValues
    for number in packed[index].value..<packed[index].value + count {
      let length = Int(lengths[number])
      ranges.append(length < 0 ? (-1, -1) : (text, text &+ length))
      text &+= length < 0 ? 0 : length
    }
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
