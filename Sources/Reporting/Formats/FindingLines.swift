import Evaluation
import Semantics
import Syntax

/// Findings as objects of JSON on one line each.
///
/// What findings of a kind have in common is written once, by the writer of JSON, and copied from then on: between the pieces stand each
/// finding's own values, its place and its fingerprint. How much is kept hangs on the number of kinds.
package struct FindingLines {
  /// What stands between the bytes that are shared.
  private enum Gap: Equatable, Sendable {
    /// A value as the whole of a string, whose quotes are shared; or null, without them.
    case string(Int)
    /// A value within a string.
    case part(Int)
    /// Where the subject's row is.
    case place
  }
  /// The lines of a kind.
  private struct Pattern {
    /// All that is shared, one piece behind the other; the last goes up to the subject's digits in the fingerprint.
    var shared: [UInt8]
    /// Each gap, and where the shared bytes before it end.
    var gaps: [(gap: Gap, end: Int)]
    var things: Int
  }
  /// Patterns one behind the other, so that none is retained for each line.
  private struct Patterns {
    private(set) var shared: [UInt8] = []
    /// The ends are those in `shared`.
    private(set) var gaps: [(gap: Gap, end: Int)] = []
    private(set) var parts: [(shared: Range<Int>, gaps: Range<Int>, things: Int)] = []
    /// By kind: with a place, and without.
    private var numbers: [ObjectIdentifier: (placed: Int, unplaced: Int)] = [:]
    /// Kept, so that no other kind takes the identity of one.
    private var kinds: [FindingKind] = []

    /// The number of the pattern of a kind.
    mutating func number(of kind: FindingKind, isPlaced: Bool, make: () -> Pattern) -> Int {
      let identity = ObjectIdentifier(kind)
      var known = numbers[identity] ?? (placed: -1, unplaced: -1)
      let number = isPlaced ? known.placed : known.unplaced
      if number >= 0 { return number }
      let pattern = make()
      let start = shared.count
      parts.append((start..<start + pattern.shared.count, gaps.count..<gaps.count + pattern.gaps.count, pattern.things))
      shared += pattern.shared
      // So that what stands last can be copied as what stands before it.
      shared += [UInt8](repeating: 0, count: LineBuffer.slack)
      gaps += pattern.gaps.map { ($0.gap, start + $0.end) }
      kinds.append(kind)
      if isPlaced { known.placed = parts.count - 1 } else { known.unplaced = parts.count - 1 }
      numbers[identity] = known
      return parts.count - 1
    }
  }

  private typealias Place = (file: Int, line: Int64, byte: Int64)

  private let isSpaced: Bool
  /// Around file, line and byte of a place, as the writer of JSON has them.
  private let aroundPlace: [[UInt8]]
  private var patterns = Patterns()
  private var files: [String: [UInt8]] = [:]
  /// Of the finding at hand: where each of its values begins and ends; -1 where there is none.
  private var values: [(start: Int, end: Int)] = []
  /// The last place, and where in the buffer it stands: the findings of a row have it all.
  private var lastPlace: (place: Place, start: Int, end: Int)?
  /// Hashes of subjects that are worked out together, and where in the buffer the digits of each go.
  private var hashes = BLAKE2sFour()
  private var digitsToSet: [(place: Int, hash: Int)] = []
  /// The number of the last subject's among these hashes; nil once it is worked out.
  private var lastWaiting: Int?
  /// The last subject's, then.
  private var lastHash = SIMD4<UInt32>(repeating: 0)

  /// - Parameter isSpaced: whether a space stands behind each colon and comma.
  package init(isSpaced: Bool = false) {
    self.isSpaced = isSpaced
    let (comma, colon) = isSpaced ? (", ", ": ") : (",", ":")
    aroundPlace = ["{\"file\"\(colon)", "\(comma)\"line\"\(colon)", "\(comma)\"byte\"\(colon)", "}"].map { Array($0.utf8) }
  }

  /// Bytes that are handed over at once.
  private static let chunk = 1 << 16

  /// Writes findings of one tenant: each the same bytes as `JSONWriter.finding` writes, with `before` in front and `after` behind.
  mutating func write(
    _ findings: FindingList, _ range: Range<Int>, _ tenant: Report.Tenant, _ context: ReportContext, before: [UInt8] = [],
    after: [UInt8] = [],
    to sink: inout ByteSink
  ) {
    if range.isEmpty { return }
    let names = findings.files.map { name(of: $0) }
    let around = before.count + after.count + (names.map(\.count).max() ?? 0) + aroundPlace.reduce(0) { $0 + $1.count }
    // By number of the kind in this list, the patterns' numbers + 1; 0 where it was not asked for yet.
    var known = [Int32](repeating: 0, count: findings.kinds.count * 2)
    var next = range.lowerBound
    var capacity = FindingLines.chunk
    let texts = findings.bytes
    let hasher = SubjectHasher(tenant)
    // Taken out, so that they can be read while the rest is changed.
    var patterns = Patterns()
    swap(&patterns, &self.patterns)
    defer { swap(&patterns, &self.patterns) }
    while next < range.upperBound {
      lastPlace = nil
      let bytes = LineBuffer.bytes(capacity) { buffer in
        while next < range.upperBound {
          let place = findings.place(next)
          let slot = findings.kindNumber(next) * 2 + (place == nil ? 1 : 0)
          if known[slot] == 0 {
            let kind = findings.kind(next)
            let number = patterns.number(of: kind, isPlaced: place != nil) {
              self.pattern(of: kind, isPlaced: place != nil, tenant, context)
            }
            known[slot] = Int32(number + 1)
          }
          let pattern = Int(known[slot] - 1)
          let count = findings.ranges(next, into: &values)
          let room = around + patterns.parts[pattern].shared.count + FindingLines.room(for: values[..<count])
          if room > buffer.room {
            // A line that is longer than a whole chunk gets one of its own.
            capacity = buffer.isEmpty ? room : FindingLines.chunk
            break
          }
          buffer.append(before)
          let digits = line(texts.span, place, names, patterns, pattern, to: &buffer)
          if next > range.lowerBound && findings.repeatsSubject(next) {
            setLastHash(at: digits, &buffer)
          } else {
            hash(texts.span, patterns.parts[pattern].things, hasher, digits: digits, &buffer)
          }
          buffer.append(after)
          next += 1
        }
        finishHashes(in: &buffer)
      }
      sink.write(bytes)
    }
  }

  /// What numbers, fingerprint and values can take at most: of a byte of a value six, as an escape, and one where it is hashed.
  private static func room(for values: ArraySlice<(start: Int, end: Int)>) -> Int {
    var room = 192
    for value in values { room &+= 32 &+ 7 &* (value.end &- value.start) }
    return room
  }

  /// - Returns: where the digits of the subject go.
  private mutating func line(
    _ texts: Span<UInt8>, _ place: Place?, _ names: [[UInt8]], _ patterns: borrowing Patterns, _ pattern: Int, to buffer: inout LineBuffer
  ) -> Int {
    // One of its own, that can stay in registers.
    var line = buffer
    let shared = patterns.shared.span
    let parts = patterns.parts[pattern]
    var start = parts.shared.lowerBound
    for number in parts.gaps {
      let (gap, end) = patterns.gaps[number]
      line.append(shared, start, end)
      start = end
      switch gap {
      case .string(let number):
        let value = values[number]
        if value.start < 0 {
          line.takeByte()
          line.append(FindingLines.null)
          start += 1
        } else {
          line.append(escaped: texts, value.start, value.end)
        }
      case .part(let number):
        let value = values[number]
        if value.start >= 0 { line.append(escaped: texts, value.start, value.end) }
      case .place: if let place { append(place, names, to: &line) }
      }
    }
    line.append(shared, start, parts.shared.upperBound)
    let digits = line.skip(Fingerprint.subjectDigits)
    line.append(FindingLines.end)
    buffer = line
    return digits
  }

  @inline(__always) private mutating func append(_ place: Place, _ names: [[UInt8]], to line: inout LineBuffer) {
    if let last = lastPlace, last.place == place { return line.append(again: last.start, last.end) }
    let start = line.end
    line.append(aroundPlace[0])
    line.append(names[place.file])
    line.append(aroundPlace[1])
    line.append(number: place.line.magnitude)
    line.append(aroundPlace[2])
    line.append(number: place.byte.magnitude)
    line.append(aroundPlace[3])
    lastPlace = (place, start, line.end)
  }

  /// Hashes the keys of a finding's subject, whose digits go to a place of the buffer: now, or with those of other findings.
  private mutating func hash(
    _ texts: Span<UInt8>, _ things: Int, _ hasher: borrowing SubjectHasher, digits: Int, _ buffer: inout LineBuffer
  ) {
    // What is hashed is written behind the line, and taken off again.
    let start = buffer.end
    for part in 0..<things {
      let key = values[part * 2]
      if key.start < 0 {
        buffer.append(Fingerprint.noKey)
      } else {
        buffer.append(number: UInt64(key.end - key.start))
        buffer.append(Fingerprint.beforeKey)
        buffer.append(texts, key.start, key.end)
        buffer.append(Fingerprint.behindKey)
      }
    }
    guard things > 0, let (words, length) = buffer.takeBlock(from: start) else {
      lastWaiting = nil
      lastHash = hasher.hash(of: buffer.take(from: start)).lowHalf
      return buffer.set(lastHash, at: digits)
    }
    if hashes.count == BLAKE2sFour.most { finishHashes(in: &buffer) }
    lastWaiting = hashes.count
    digitsToSet.append((digits, hashes.count))
    hashes.add(hasher.ofParts, words, length: length)
  }

  /// The last subject's digits go to a further place.
  private mutating func setLastHash(at digits: Int, _ buffer: inout LineBuffer) {
    if let lastWaiting { digitsToSet.append((digits, lastWaiting)) } else { buffer.set(lastHash, at: digits) }
  }

  private mutating func finishHashes(in buffer: inout LineBuffer) {
    if hashes.count == 0 { return }
    let found = hashes.finish()
    for digits in digitsToSet { buffer.set(found[digits.hash].lowHalf, at: digits.place) }
    digitsToSet.removeAll(keepingCapacity: true)
    if let lastWaiting { lastHash = found[lastWaiting].lowHalf }
    lastWaiting = nil
  }

  private static let null = Array("null".utf8)
  private static let end = Array("\"}".utf8)

  private mutating func name(of file: String) -> [UInt8] {
    if let known = files[file] { return known }
    let name = JSONWriter.bytes { $0.string(fileName(file)) }
    files[file] = name
    return name
  }

  // MARK: - Patterns

  private func pattern(of kind: FindingKind, isPlaced: Bool, _ tenant: Report.Tenant, _ context: ReportContext) -> Pattern {
    // A policy's own texts may look like a sign. Signs of two sorts leave the same gaps only where none does.
    var number: Int64 = 0
    var last = pattern(of: kind, isPlaced: isPlaced, tenant, context, sign: number)
    while true {
      number += 1
      let next = pattern(of: kind, isPlaced: isPlaced, tenant, context, sign: number)
      if FindingLines.isSame(last, next) { return next }
      last = next
    }
  }

  private static func isSame(_ left: Pattern, _ right: Pattern) -> Bool {
    left.shared == right.shared && left.gaps.elementsEqual(right.gaps) { $0.end == $1.end && $0.gap == $1.gap }
  }

  /// Has a finding written whose values are signs, and cuts the line at these.
  private func pattern(
    of kind: FindingKind, isPlaced: Bool, _ tenant: Report.Tenant, _ context: ReportContext, sign: Int64
  ) -> Pattern {
    let whole = 7_000_000_000_000_000_000 + sign * 10
    var finding = FindingList(kind: kind, values: { Text("value-\(whole)-\($0)-") })[0]
    if isPlaced {
      finding.file = "file-\(whole)-"
      finding.place = RowPlace(file: 0, line: whole + 1, byte: whole + 2)
    }
    var signs: [(sign: [UInt8], gap: Gap)] = (0..<kind.ownValues).map { (Array("value-\(whole)-\($0)-".utf8), .part($0)) }
    let place = ["\"file-\(whole)-\"", "\(whole + 1)", "\(whole + 2)", ""].map { Array($0.utf8) }
    signs.append((zip(aroundPlace, place).flatMap { $0 + $1 }, .place))
    let line = JSONWriter.bytes(isSpaced: isSpaced) { $0.finding(finding, tenant, context) }
    var shared: [UInt8] = []
    var gaps: [(gap: Gap, end: Int)] = []
    var from = 0
    var at = 0
    while at < line.count {
      // Signs begin with one of these.
      let mayBegin = line[at] == 0x76 || line[at] == 0x7B
      guard mayBegin, let (sign, gap) = signs.first(where: { line[at...].starts(with: $0.sign) }) else {
        at += 1
        continue
      }
      let end = at + sign.count
      shared += line[from..<at]
      // A value that is all of a string may be null.
      if case .part(let number) = gap, line[at - 1] == 0x22, end < line.count, line[end] == 0x22 {
        gaps.append((.string(number), shared.count))
      } else {
        gaps.append((gap, shared.count))
      }
      from = end
      at = end
    }
    precondition(!isPlaced || gaps.contains { $0.gap == .place }, "a place is not written as expected")
    // What ends a finding are its subject's digits, a quote and a brace.
    return Pattern(
      shared: shared + line[from..<line.count - Fingerprint.subjectDigits - FindingLines.end.count], gaps: gaps, things: kind.things.count)
  }
}
