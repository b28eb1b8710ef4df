import Semantics
import Syntax

// What is left of a long file is cut into segments. Workers read and judge them side by side; the judge of the tenant takes what they found in
// the order of the file, so that nobody can tell how many there were.

/// What was found of a segment.
private protocol SegmentFound {
  var end: SegmentEnd { get }
  var reading: CollectionReading { get }
}

/// The rows of one segment of a joined collection.
private struct SegmentRows: SegmentFound {
  var store: Store
  var places: [RowPlace]
  var end: SegmentEnd
  var reading: CollectionReading
}

/// What judging the rows of one segment came to.
private struct SegmentVerdicts: SegmentFound {
  var end: SegmentEnd
  var reading: CollectionReading
  /// By row; nil where it has none.
  var keys: [SeenKeys.Key?] = []
  /// By row, as far as that is known without the rows before the segment.
  var roles: [RowRole] = []
  /// By row, packed.
  var places: [UInt64] = []
  var counts: [VerdictCounts?] = []
  var waived: [Int] = []
  var findings = FindingList()
  /// Findings about rows without a key, and the number of each row in the segment.
  var keyless: [(finding: Int, row: Int)] = []
  /// The worker's; what findings say is a number in it.
  var causes: [Cause] = []
  var causeSubjects: [Int32: (count: Int, last: Int)] = [:]
  var causeRules: [Int32: Set<RuleID>] = [:]
}

/// A reader that goes from segment to segment, and keeps what it has learned of the shape of rows.
private final class SegmentReader {
  private var reader: RowReader?
  private let source: RowReader.Source
  let files: [String]
  /// Of the segments so far, the rows of the one that had most.
  var mostRows = 0

  init(_ source: RowReader.Source, _ files: [String]) {
    self.source = source
    self.files = files
  }

  func begin(_ segment: Segment) throws(SnapshotError) {
    if reader == nil { reader = try RowReader.open(segment, of: source, files: files) } else { try reader?.begin(segment, files: files) }
  }

  /// As `RowReader.read`.
  func read(_ limit: Int, into store: inout Store, places: inout [RowPlace]) throws(SnapshotError) -> Int {
    try reader?.read(limit, into: &store, places: &places) ?? 0
  }

  func end() throws(SnapshotError) -> (end: SegmentEnd, reading: CollectionReading)? {
    guard let end = try reader?.endOfSegment(), var reading = reader?.reading else { return nil }
    // The names stay the reader's, so that it adds to them without a copy.
    reading.files = []
    return (end, reading)
  }
}

extension Judge {
  /// What is left of a file, or of the files, where it is to be read apart. With one thread nothing is: the reader in front goes on, and what is
  /// read and found need not be handed over.
  func cut(_ reader: inout RowReader) throws(SnapshotError) -> Cut? {
    options.jobs > 1 ? try reader.cut(into: options.segmentSize) : nil
  }

  /// Takes segments one behind the other: `take` gives false where what was found of one is not to be taken.
  ///
  /// A segment that cannot be read, or does not end where the next begins, and all behind it are left to the reader, which goes on in front of
  /// it: so faults are told by the one that knows the line.
  private mutating func apart<Worker, Found: SegmentFound>(
    _ cut: Cut, of collection: CollectionID, _ reader: inout RowReader, worker: () -> Worker,
    work: @escaping (inout Worker, Segment) -> Found?,
    take: (inout Judge, inout RowReader, Found, Segment, _ linesBefore: Int64) throws(SnapshotError) -> Bool
  ) throws(SnapshotError) {
    var chain = SegmentChain(cut.begin)
    var taken = 0
    try workOff(
      cut.segments.count, jobs: options.jobs, worker: worker, work: { work(&$0, cut.segments[$1]) },
      take: { (number: Int, found: Found?) throws(SnapshotError) in
        guard let found else { return false }
        let segment = cut.segments[number]
        if let pages = found.end.pages, !reader.pages.mayAdd(pages) { return false }
        reader.note(found.reading, linesBefore: chain.begin.line - 1)
        if case .files(let run) = segment, let pages = found.end.pages { reader.pass(run, pages, names: cut.files) }
        guard try take(&self, &reader, found, segment, chain.begin.line - 1) else { return false }
        reader.reading.rows += found.end.rows
        chain.add(found.end)
        taken += 1
        report(collection, reader.reading.rows, reader.bytesRead(through: segment), reader.bytesInAll)
        return chain.goesOn
      })
    try reader.resume(chain, isWhole: taken == cut.segments.count)
  }

  // MARK: - Joined collections

  /// Reads what is left of a file of a joined collection, until `take` says that it is enough.
  mutating func readApart(
    _ cut: Cut, _ collection: CollectionID, _ reader: inout RowReader, take: (inout Judge, inout Store, [RowPlace]) -> Bool
  ) throws(SnapshotError) {
    let source = reader.source
    let plan = machine.plan.read
    let batch = options.batchSize
    try apart(
      cut, of: collection, &reader, worker: { SegmentReader(source, cut.files) },
      work: { reader, segment in
        var rows = Store(plan: plan)
        var places: [RowPlace] = []
        places.reserveCapacity(reader.mostRows)
        do throws(SnapshotError) {
          try reader.begin(segment)
          while try reader.read(batch, into: &rows, places: &places) > 0 {}
          reader.mostRows = max(reader.mostRows, places.count)
          return try reader.end().map { SegmentRows(store: rows, places: places, end: $0.end, reading: $0.reading) }
        } catch {
          return nil
        }
      },
      take: { judge, _, rows, _, linesBefore in
        var rows = rows
        for index in rows.places.indices { rows.places[index].line += linesBefore }
        return take(&judge, &rows.store, rows.places)
      })
  }

  // MARK: - Streamed collections

  /// Judges what is left of a file of a streamed collection.
  ///
  /// - Parameter number: of the next row, among all of the collection.
  mutating func judgeApart(
    _ cut: Cut, _ reader: inout RowReader, _ stream: inout StreamedCollection, number: inout Int
  ) throws(SnapshotError) {
    let source = reader.source
    let own = self.worker()
    let collection = stream.collection
    let rules = stream.rules
    let columns = stream.columns
    let joined = stream.joined
    let part = stream.part
    var state = stream.taken()
    var next = number
    try apart(
      cut, of: collection, &reader,
      worker: { SegmentJudge(own, columns.apart(), joined, collection, rules, part, SegmentReader(source, cut.files)) },
      work: { worker, segment in
        do throws(SnapshotError) {
          return try worker.judge(segment)
        } catch {
          return nil
        }
      },
      take: { (judge, reader, found, segment, linesBefore) throws(SnapshotError) in
        try judge.take(found, segment, cut.files, &reader, &state, first: next, linesBefore: linesBefore)
        next += found.end.rows
        return true
      })
    stream = state
    number = next
  }

  /// A copy that has found nothing yet, and shares what it only reads.
  private func worker() -> Judge {
    var judge = self
    judge.isWorker = true
    judge.onFindings = nil
    judge.onProgress = nil
    judge.forget()
    return judge
  }

  fileprivate mutating func forget() {
    for index in counts.indices where counts[index] != nil { counts[index] = VerdictCounts() }
    for index in waived.indices { waived[index] = 0 }
    findings.removeAll(keepingFiles: false)
    kinds.forgetNotes()
    keyless = []
    causeSubjects = [:]
    causeRules = [:]
  }

  /// Takes what was found of a segment, or judges its rows again where a key came before.
  private mutating func take(
    _ found: SegmentVerdicts, _ segment: Segment, _ files: [String], _ reader: inout RowReader, _ stream: inout StreamedCollection,
    first: Int, linesBefore: Int64
  ) throws(SnapshotError) {
    var roles: [RowRole] = []
    roles.reserveCapacity(found.keys.count)
    var isPlain = true
    var contradictions: [Int] = []
    // Taken out of the machine once for all rows.
    let plan = machine.plan
    for (row, key) in found.keys.enumerated() {
      guard let key, found.roles[row] == .judged else {
        roles.append(found.roles[row])
        continue
      }
      switch try stream.add(key, at: found.places[row], &reader, plan) {
      case .new: roles.append(.judged)
      case .repeated:
        roles.append(.skipped)
        isPlain = false
      case .contradictory(let isFirst):
        roles.append(.judged)
        if isFirst { contradictions.append(row) }
      }
    }
    if isPlain && contradictions.isEmpty { return try take(found, first: first, linesBefore: linesBefore) }
    let own = SegmentReader(reader.source, files)
    try own.begin(segment)
    var row = 0
    while true {
      machine.batch.removeAll()
      var places: [RowPlace] = []
      let count = try own.read(options.batchSize, into: &machine.batch, places: &places)
      if count == 0 { break }
      for index in places.indices { places[index].line += linesBefore }
      for contradiction in contradictions where (row..<row + count).contains(contradiction) {
        note(contradictory: contradiction - row, places[contradiction - row], &stream)
      }
      let rows = (0..<Int32(count)).map { $0 }
      stream.columns.join(rows[...], .batch, &machine)
      judgeStreamed(rows, places, reader.reading.files, Array(roles[row..<row + count]), number: first + row, &stream)
      row += count
    }
    try tell()
  }

  private mutating func take(_ found: SegmentVerdicts, first: Int, linesBefore: Int64) throws(SnapshotError) {
    for (index, some) in found.counts.enumerated() {
      guard let some else { continue }
      counts[index]?.pass += some.pass
      counts[index]?.fail += some.fail
      counts[index]?.undetermined += some.undetermined
      counts[index]?.inapplicable += some.inapplicable
      counts[index]?.waived += some.waived
    }
    for index in waived.indices { waived[index] += found.waived[index] }
    let numbers = found.causes.map { machine.causes.number(of: $0) }
    for cause in found.causeSubjects.keys.sorted() {
      guard let some = found.causeSubjects[cause] else { continue }
      let known = causeSubjects[numbers[Int(cause)]] ?? (count: 0, last: 0)
      causeSubjects[numbers[Int(cause)]] = (count: known.count + some.count, last: known.last)
    }
    for (cause, rules) in found.causeRules { causeRules[numbers[Int(cause)], default: []].formUnion(rules) }
    var findings = found.findings
    for (finding, row) in found.keyless { findings.setKey(of: finding, Text("?\(first + row + 1)")) }
    findings.move(lines: linesBefore)
    findings.exchangeKinds { kind($0, numbers) }
    if !findings.isEmpty { try onFindings?(findings, machine.causes.all) }
  }

  /// A worker's kind of findings as this judge numbers causes.
  private mutating func kind(_ worker: FindingKind, _ numbers: [Int32]) -> FindingKind {
    if worker.causes.isEmpty { return worker }
    if let known = kindsOfWorkers[ObjectIdentifier(worker)] { return known.own }
    let own = worker.with(causes: worker.causes.map { Int(numbers[$0]) })
    kindsOfWorkers[ObjectIdentifier(worker)] = (worker, own)
    return own
  }
}

/// A worker: a judge of its own, and a reader.
private final class SegmentJudge {
  private var judge: Judge
  private var columns: RuleColumns
  private let joined: SeenKeys.Joined?
  private let collection: CollectionID
  private let rules: [RuleID]
  private let part: KeyPart?
  private let reader: SegmentReader
  private let all: [Int32]

  init(
    _ judge: Judge, _ columns: RuleColumns, _ joined: SeenKeys.Joined?, _ collection: CollectionID, _ rules: [RuleID], _ part: KeyPart?,
    _ reader: SegmentReader
  ) {
    self.judge = judge
    self.columns = columns
    self.joined = joined
    self.collection = collection
    self.rules = rules
    self.part = part
    self.reader = reader
    all = (0..<Int32(judge.options.batchSize)).map { $0 }
  }

  func judge(_ segment: Segment) throws(SnapshotError) -> SegmentVerdicts? {
    judge.forget()
    try reader.begin(segment)
    let keySlots = judge.machine.keySlotsOfCollection[collection.index]
    var found = SegmentVerdicts(end: SegmentEnd(rows: 0, place: .begin, boundary: nil), reading: CollectionReading(availability: .present))
    let files = reader.files
    var places: [RowPlace] = []
    while true {
      judge.machine.batch.removeAll()
      places.removeAll(keepingCapacity: true)
      let count = try reader.read(judge.options.batchSize, into: &judge.machine.batch, places: &places)
      if count == 0 { break }
      let first = found.keys.count
      columns.join(all[..<count], .batch, &judge.machine)
      let keys = SeenKeys.keys(count, keySlots, joined.map { columns.rows(joinedBy: $0.join) }, &judge.machine)
      let roles = Judge.roles(keys, keySlots, part, &judge.machine)
      found.roles.append(contentsOf: roles)
      found.keys.append(contentsOf: keys)
      for place in places { found.places.append(place.packed) }
      judge.judgeRows(all[..<count], .batch, numbers: { first + $0 }, collection, rules, &columns, roles) { judge, place in
        judge.setPlace(places[place], files)
      }
    }
    guard let end = try reader.end() else { return nil }
    found.end = end.end
    found.reading = end.reading
    found.counts = judge.counts
    found.waived = judge.waived
    found.findings = judge.findings
    found.keyless = judge.keyless
    found.causes = judge.machine.causes.all
    found.causeSubjects = judge.causeSubjects
    found.causeRules = judge.causeRules
    return found
  }
}
