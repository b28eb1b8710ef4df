import Semantics
package import Syntax

/// Judges one tenant: reads what is joined, then streams each collection that rules are about and judges its rows.
struct Judge {
  let program: CheckedProgram
  let snapshot: Snapshot
  let options: EvaluationOptions
  let tenant: Int
  var machine: Machine
  let rules: [RuleID]
  /// By rule, its message and remedy in the language asked for.
  let texts: [(message: [LocalTemplate.Part], remedy: [LocalTemplate.Part]?)]
  let asOf: Day
  let asOfFrom: Report.AsOfOrigin
  /// By rule; nil where it is not run.
  var counts: [VerdictCounts?]
  /// That were not handed over yet.
  var findings = FindingList()
  var kinds = FindingKinds()
  /// Of the kept findings those about rows without a key, with the rows' numbers; a worker's, which does not know what comes before its segment.
  var keyless: [(finding: Int, row: Int)] = []
  var isWorker = false
  /// Where joined collections are in memory one part at a time.
  var divided: DividedCollections?
  /// What is told beside the report.
  var asides: [String] = []
  /// Rows of the joined collections that rules are about.
  var rowPlaces: [CollectionID: [RowPlace]] = [:]
  var summaries: [CollectionID: Report.CollectionSummary] = [:]
  /// By rule, the waivers that are in force for this tenant on the day.
  var waivers: [[Int]]
  var waived: [Int]
  var notes: [String] = []
  /// By cause: how many subjects, the last of them, and the rules.
  var causeSubjects: [Int32: (count: Int, last: Int)] = [:]
  var causeRules: [Int32: Set<RuleID>] = [:]
  /// Counts the first-level subjects.
  var ordinal = 0
  /// The first-level subject of the last finding; -1 where that is about something else than the whole of it.
  var lastListed = -1
  /// Of the kinds of workers' findings those that go by other numbers of causes here, with the worker's own, so that no other one takes its
  /// identity.
  var kindsOfWorkers: [ObjectIdentifier: (worker: FindingKind, own: FindingKind)] = [:]
  /// Is told findings, and all causes that they may name.
  var onFindings: ((FindingList, [Cause]) throws(SnapshotError) -> Void)?
  /// Whether every verdict is kept, those that a report only counts too.
  var keepsVerdicts = false
  /// Whether each kept verdict comes with the values of the condition's parts; in tests.
  var keepsTraces = false
  var verdicts: [Reached] = []
  var onProgress: ((Progress) -> Void)?
  /// Groups of the rules about the collection at hand, and by rule of `grouped` its place in one; nil where it is in none.
  var groups: [RuleGroup] = []
  /// By rule about the collection at hand, whether what a report tells of a fail hangs on the leaves of its condition alone; and the kinds that
  /// their answers told.
  var isToldByLeaves: [Bool] = []
  var failing: [[(answers: UInt64, kind: Int32)]] = []
  /// Kinds of a rule that are looked through.
  static let mostFailing = 32
  var places: [GroupPlace?] = []
  /// The place of the row at hand, and the number of its file in the list of findings.
  var here: (file: Int32, place: RowPlace)?

  /// A verdict of a rule for a subject.
  struct Reached {
    var rule: RuleID
    var subject: Subject
    var verdict: Verdict
    var finding: Finding?
    /// The texts of what could not be told in the rule's conditions.
    var unknownPaths: Set<Text>
    /// What the parts of the rule's condition were; nil where it was not judged, or traces are not kept.
    var trace: Trace?
  }

  /// Rows read at once, at most.
  static let batchSize = 1024
  /// Room is made for a joined collection as if no row were shorter, in bytes, and for no more rows; it grows where there are more.
  private static let smallestRow: Int64 = 64
  private static let mostReserved: Int64 = 1 << 24
  /// In memory, in bytes, with its place in the index.
  private static let smallestJoined = 16
  private static let mostWordsReserved = 1 << 27

  init(
    plan: Plan, snapshot: Snapshot, options: EvaluationOptions, tenant: Int
  ) throws(SnapshotError) {
    var plan = plan
    program = plan.program
    self.snapshot = snapshot
    self.options = options
    self.tenant = tenant
    let dated = try Judge.day(of: snapshot, plan: plan, options: options)
    asOf = dated.day
    asOfFrom = dated.origin
    let day = asOf
    let program = plan.program
    rules = program.rules.indices.map { RuleID($0) }.filter {
      (options.only.isEmpty || options.only.contains($0)) && program[$0].period.contains(day)
    }
    texts = program.rules.map { ($0.message.parts(in: options.language), $0.remedy?.parts(in: options.language)) }
    var causes = Causes()
    let facts = Judge.facts(&plan, on: day, tenant: snapshot.id, options: options, causes: &causes)
    let terms = Terms(program, on: day, language: options.language, plan: &plan)
    machine = Machine(
      plan: plan, day: day, facts: facts, terms: terms, causes: causes,
      readings: program.collections.map { _ in CollectionReading(availability: .notExported) },
      productsLookedUp: options.productsLookedUp)
    counts = Array(repeating: nil, count: program.rules.count)
    for rule in rules { counts[rule.index] = VerdictCounts() }
    waivers = Array(repeating: [], count: program.rules.count)
    waived = Array(repeating: 0, count: program.waivers.count)
    for (index, waiver) in program.waivers.enumerated() {
      guard waiver.tenants.isEmpty || waiver.tenants.contains(snapshot.id) else { continue }
      if waiver.expires <= day {
        notes.append("waiver `\(waiver.name.string)` expired on \(waiver.expires.text)")
      } else if waiver.on.map({ $0 <= day }) ?? true {
        waivers[waiver.rule.index].append(index)
      }
    }
  }

  // MARK: the day and the facts

  private static func day(
    of snapshot: Snapshot, plan: Plan, options: EvaluationOptions
  ) throws(SnapshotError) -> (day: Day, origin: Report.AsOfOrigin) {
    if let day = options.asOf { return (day, .option) }
    guard let asOf = plan.program.asOf, snapshot.isPresent(asOf.collection.index),
      let shape = plan.read.shapeOfCollection[asOf.collection.index]
    else { return (options.today, .today) }
    var store = Store(plan: plan.read)
    var places: [RowPlace] = []
    var reader = try RowReader(
      collection: asOf.collection.index, of: snapshot, shape: shape, plan: plan.read, isSingle: true)
    while try reader.read(batchSize, into: &store, places: &places) > 0 {}
    let slot = plan.read.shapes[shape.index].slotOfField[asOf.field.index]
    let table = store.tables[shape.index]
    guard table.count > 0, slot >= 0 else { return (options.today, .today) }
    let keys = plan.program[plan.program[asOf.collection].record].key
    if table.count > 1 {
      for key in keys {
        let state = table.state(row: 0, slot: plan.read.shapes[shape.index].slotOfField[key])
        // Rows without their key are never known to be the same.
        let isKnown = state == .value || state == .text || state == .yes || state == .no || (state == .null && keys.count > 1)
        guard isKnown else { return (options.today, .today) }
      }
    }
    let place = plan.read.shapes[shape.index].slots[slot].word
    let word = Int64(bitPattern: table.words[place])
    // The same row may come again; another one says that the day can't be told.
    let content = store.contentHash(row: 0, shape: shape.index, plan)
    for row in 0..<table.count {
      let isSame = store.contentHash(row: row, shape: shape.index, plan) == content
      guard isSame, table.state(row: row, slot: slot) == .value else { return (options.today, .today) }
    }
    if case .instant = plan.read.shapes[shape.index].slots[slot].kind {
      return (Instant(ticks: word).day, .snapshot)
    }
    return (Day(days: Int32(truncatingIfNeeded: word)), .snapshot)
  }

  /// The value of each fact on the day: an option's, else an attestation's for this tenant, else one's for all, else the default.
  private static func facts(
    _ plan: inout Plan, on day: Day, tenant: Text, options: EvaluationOptions, causes: inout Causes
  ) -> [Value] {
    let program = plan.program
    var values: [Value] = []
    for (index, fact) in program.facts.enumerated() {
      var chosen: Constant?
      for statement in options.statements where statement.fact.index == index {
        if statement.tenant == nil || statement.tenant == tenant { chosen = statement.value }
      }
      if chosen == nil {
        let inForce = program.attestations.filter {
          $0.fact.index == index && $0.on <= day && day < $0.expires && ($0.tenant == nil || $0.tenant == tenant)
        }
        chosen = (inForce.first { $0.tenant != nil } ?? inForce.first)?.value ?? fact.value
      }
      if let chosen {
        values.append(plan.value(of: chosen))
      } else {
        let ask = Text("attest \(fact.name.name.string), in a policy file or with --attest: \(fact.title.text.string)")
        values.append(.unknown(causes.set(Cause(.notAttested, Text(fact.name.string), ask: ask))))
      }
    }
    return values
  }

  // MARK: the run

  mutating func run() throws(SnapshotError) {
    let reach = Reach(rules, of: program)
    let joined = reach.joined
    var streamed: [CollectionID] = []
    for id in rules {
      guard let link = program[id].chain.first, case .collection(let collection) = program[link.source].kind else {
        continue
      }
      if !streamed.contains(collection) { streamed.append(collection) }
    }
    let dividable = joined.sorted().filter { isDividable($0, reach, streamed: streamed) }
    for collection in joined.sorted() where !dividable.contains(collection) {
      _ = try readJoined(collection, keepPlaces: streamed.contains(collection))
    }
    noteMemory(joined.subtracting(dividable))
    try readDividable(dividable)
    try readPart(0)
    judgeWithoutRows()
    try tell()
    for collection in streamed.sorted() {
      let here = rules.filter {
        guard let link = program[$0].chain.first else { return false }
        if case .collection(collection) = program[link.source].kind { return true }
        return false
      }
      if joined.contains(collection) { try judgeJoined(collection, here) } else { try stream(collection, here, reach) }
      judgeCollection(collection, here)
      try tell()
    }
    try readOtherParts()
    for (index, waiver) in program.waivers.enumerated()
    where waived[index] == 0 && waivers[waiver.rule.index].contains(index) && counts[waiver.rule.index] != nil {
      notes.append("waiver `\(waiver.name.string)` covers nobody")
    }
  }

  /// Reads the planned fields of a collection into memory.
  ///
  /// - Parameters:
  ///   - part: of the keys; nil for all.
  ///   - most: of the bytes of all joined collections, where reading ends before it is done.
  /// - Returns: nil; where it ended before, the bytes of the collection's files that were read until then: the rows read so far are in memory.
  mutating func readJoined(
    _ collection: CollectionID, keepPlaces: Bool, part: KeyPart? = nil, most: Int = .max
  ) throws(SnapshotError) -> Int64? {
    guard let shape = machine.plan.read.shapeOfCollection[collection.index] else { return nil }
    guard snapshot.isPresent(collection.index) else {
      summarise(collection, CollectionReading(availability: .notExported))
      return nil
    }
    let others = machine.joinedBytes - machine.joined.bytes
    var reader = try RowReader(
      collection: collection.index, of: snapshot, shape: shape, plan: machine.plan.read,
      isSingle: program[collection].isSingle)
    var index = JoinIndex()
    var all: [RowPlace] = []
    let keySlots = machine.keySlotsOfCollection[collection.index]
    var first = machine.joined.tables[shape.index].count
    let before = machine.joined.tables.map(\.words.count)
    var some: [RowPlace] = []
    while true {
      if part == nil, let cut = try cut(&reader) {
        try readApart(cut, collection, &reader) { judge, rows, places in
          let count = rows.tables[shape.index].count
          judge.machine.joined.append(rows, judge.machine.plan.read)
          index.add(rows: first..<first + count, keySlots: keySlots, shape: shape.index, &judge.machine)
          first += count
          if keepPlaces { all.append(contentsOf: places) }
          return others + judge.machine.joined.bytes + index.bytes <= most
        }
      }
      some.removeAll(keepingCapacity: true)
      var count = 0
      if let part {
        count = try readRows(options.batchSize, of: part, keySlots, shape.index, &reader, &index, places: &some)
      } else {
        count = try reader.read(options.batchSize, into: &machine.joined, places: &some)
      }
      if reader.reading.rows > 0, others + machine.joined.bytes + index.bytes > most {
        machine.indexes[collection.index] = index
        return reader.bytesRead
      }
      if some.isEmpty { break }
      // The first rows tell about how many there will be.
      if first == 0, count > 0, let last = some.last, let all = reader.bytesInAll, last.file == 0, last.byte > 0 {
        let about = all / max(last.byte / Int64(some.count), Judge.smallestRow) / Int64(part?.count ?? 1)
        let rows = Int(min(about + about / 32, Judge.mostReserved, Int64(most / Judge.smallestJoined)))
        // In a table of rows words take less than the text of which they were read; else the first rows say too much of the others.
        let words = min(Int(truncatingIfNeeded: all / 8), Judge.mostWordsReserved)
        machine.joined.reserve(times: rows / count + 1, since: before, most: words)
        index.reserve(rows: rows, keySlots, &machine)
      }
      index.add(rows: first..<first + count, keySlots: keySlots, shape: shape.index, &machine)
      first += count
      if keepPlaces { all.append(contentsOf: some) }
      report(collection, reader.reading.rows, reader.bytesRead, reader.bytesInAll)
    }
    machine.indexes[collection.index] = index
    if keepPlaces { rowPlaces[collection] = all }
    summarise(
      collection, reader.reading, bytes: reader.bytesRead, repeated: index.repeated, contradictory: index.contradictory.count)
    return nil
  }

  /// Says where collections that are read whole take more memory than is allowed.
  private mutating func noteMemory(_ collections: Set<CollectionID>) {
    guard let most = options.mostMemory, machine.joinedBytes > most else { return }
    let names = collections.sorted().filter { machine.readings[$0.index].rows > 0 }.map { "`\(program[$0].name.string)`" }
    let taken = (machine.joinedBytes + (1 << 20) - 1) >> 20
    asides.append(
      "\(snapshot.id.string): \(names.joined(separator: ", ")) \(names.count == 1 ? "takes" : "take") \(taken) MiB, more than the "
        + "\(most >> 20) MiB allowed: what is asked for otherwise than by the key of rows that are judged one by one is kept whole")
  }

  private mutating func summarise(
    _ collection: CollectionID, _ reading: CollectionReading, bytes: Int64 = 0, repeated: Int = 0, contradictory: Int = 0
  ) {
    machine.readings[collection.index] = reading
    var summary = Report.CollectionSummary(collection: collection, reading: reading)
    summary.bytes = bytes
    summary.repeatedRows = repeated
    summary.contradictoryKeys = contradictory
    summaries[collection] = summary
  }

  func report(_ collection: CollectionID, _ rows: Int, _ bytes: Int64, _ all: Int64?) {
    onProgress?(Progress(collection: program[collection].name, rows: rows, bytes: bytes, bytesInAll: all))
  }

  /// Rules about the tenant, and about a list of constants.
  private mutating func judgeWithoutRows() {
    for id in rules {
      let rule = program[id]
      here = nil
      guard let link = rule.chain.first else {
        ordinal += 1
        machine.beginRow()
        machine.beginSubject()
        _ = judge(id, .given(Subject(parts: [], isCollection: false)), doubt: 0)
        continue
      }
      if case .collection = program[link.source].kind { continue }
      machine.beginRow()
      machine.beginSubject()
      let list = machine.evaluate(link.source.index)
      var values: [Value] = []
      for index in 0..<machine.elementCount(list) { values.append(machine.element(list, index).value) }
      for value in values {
        ordinal += 1
        machine.beginRow()
        machine.beginSubject()
        machine.variables[link.variable.index] = value
        let part = Subject.Part(thing: link.thing, key: machine.keyText(value), label: nil)
        _ = judge(id, .given(Subject(parts: [part], isCollection: false)), doubt: 0)
      }
    }
  }

  /// A collection that is in memory because something joins to it.
  private mutating func judgeJoined(_ collection: CollectionID, _ rules: [RuleID]) throws(SnapshotError) {
    guard let index = machine.indexes[collection.index],
      let shape = machine.plan.read.shapeOfCollection[collection.index]
    else { return }
    let files = machine.readings[collection.index].files
    let keys = machine.keySlotsOfCollection[collection.index]
    group(rules, over: collection)
    var columns = RuleColumns(rules, shape: shape.index, &machine)
    var first = 0
    while first < index.distinct.count {
      let rows = Array(index.distinct[first..<min(first + options.batchSize, index.distinct.count)])[...]
      let roles = rows.map { machine.keyHash(row: Int($0), keys, .joined) == nil ? RowRole.keyless : .judged }
      if !keepsVerdicts { columns.join(rows, .joined, &machine) }
      judgeRows(rows, .joined, numbers: { Int(rows[rows.startIndex + $0]) }, collection, rules, &columns, roles) { judge, place in
        judge.setPlace(judge.rowPlaces[collection]?[Int(rows[rows.startIndex + place])], files)
      }
      first += rows.count
      try tell()
    }
    let keySlots = machine.keySlotsOfCollection[collection.index]
    for row in index.contradictory.sorted() {
      setPlace(rowPlaces[collection]?[Int(row)], files)
      let key = machine.keyText(row: Int(row), keySlots, .joined) ?? ""
      judgeContradiction(key, collection, rules)
    }
  }

  mutating func setPlace(_ place: RowPlace?, _ files: [String]) {
    here = nil
    guard let place, files.indices.contains(Int(place.file)) else { return }
    here = (findings.number(of: Int(place.file), in: files), place)
  }

  private mutating func stream(_ collection: CollectionID, _ rules: [RuleID], _ reach: Reach) throws(SnapshotError) {
    if let divided, snapshot.isPresent(collection.index) {
      let joinsToThem = divided.collections.contains { target in
        reach.joins[target]?.contains { program[$0.record].collection == collection } ?? false
      }
      if joinsToThem { return try streamByParts(collection, rules, divided.count) }
    }
    judgeContradictions(try streamRows(of: collection, rules, nil), collection, rules)
  }

  /// Reads a collection and judges its rows.
  ///
  /// - Parameter part: of the keys; nil for all.
  /// - Returns: keys that have different rows, in the order of the rows.
  mutating func streamRows(of collection: CollectionID, _ rules: [RuleID], _ part: KeyPart?) throws(SnapshotError) -> [Contradiction] {
    guard let shape = machine.plan.read.shapeOfCollection[collection.index] else { return [] }
    guard snapshot.isPresent(collection.index) else {
      summarise(collection, CollectionReading(availability: .notExported))
      return []
    }
    var reader = try RowReader(
      collection: collection.index, of: snapshot, shape: shape, plan: machine.plan.read,
      isSingle: program[collection].isSingle, block: Window.block, longestText: TextRef.longest)
    let keySlots = machine.keySlotsOfCollection[collection.index]
    group(rules, over: collection)
    let columns = RuleColumns(rules, shape: shape.index, &machine)
    let joined = keepsVerdicts ? nil : machine.joinedByKey(keySlots, columns.joins)
    let seen = SeenKeys(joined: joined?.count ?? 0)
    var stream = StreamedCollection(
      collection: collection, rules: rules, part: part, columns: columns, joined: joined, seen: seen, again: Store(plan: machine.plan.read))
    var number = 0
    var places: [RowPlace] = []
    while true {
      if !keepsVerdicts, let cut = try cut(&reader) { try judgeApart(cut, &reader, &stream, number: &number) }
      machine.batch.removeAll()
      places.removeAll(keepingCapacity: true)
      let count = try reader.read(options.batchSize, into: &machine.batch, places: &places)
      if count == 0 { break }
      let files = reader.reading.files
      var roles: [RowRole] = []
      roles.reserveCapacity(count)
      let rows = (0..<Int32(count)).map { $0 }
      if !keepsVerdicts { stream.columns.join(rows[...], .batch, &machine) }
      let keys = SeenKeys.keys(count, keySlots, stream.joinedRows, &machine)
      // Taken out of the machine once for all rows.
      let plan = machine.plan
      for (row, key) in keys.enumerated() {
        let role = Judge.role(ofRow: row, key, keySlots, part, &machine)
        guard let key, role == .judged else {
          roles.append(role)
          continue
        }
        let place = reader.canReadAgain ? places[row].packed : SeenKeys.packed(machine.contentHash(row: row, shape: shape.index, .batch))
        switch try stream.add(key, at: place, &reader, plan) {
        case .new: roles.append(.judged)
        case .repeated: roles.append(.skipped)
        case .contradictory(let isFirst):
          roles.append(.judged)
          if isFirst { note(contradictory: row, places[row], &stream) }
        }
      }
      judgeStreamed(rows, places, files, roles, number: number, &stream)
      number += count
      try tell()
      report(collection, reader.reading.rows, reader.bytesRead, reader.bytesInAll)
    }
    summarise(
      collection, reader.reading, bytes: reader.bytesRead, repeated: stream.seen.repeated, contradictory: stream.contradictions.count)
    return stream.contradictions
  }

  mutating func judgeContradictions(_ contradictions: [Contradiction], _ collection: CollectionID, _ rules: [RuleID]) {
    let files = machine.readings[collection.index].files
    for contradiction in contradictions {
      setPlace(contradiction.place, files)
      judgeContradiction(contradiction.key, collection, rules)
    }
  }

  /// Judges the rows of the batch's store, whose joins are found.
  mutating func judgeStreamed(
    _ rows: [Int32], _ places: [RowPlace], _ files: [String], _ roles: [RowRole], number: Int, _ stream: inout StreamedCollection
  ) {
    judgeRows(rows[...], .batch, numbers: { number + $0 }, stream.collection, stream.rules, &stream.columns, roles) { judge, place in
      judge.setPlace(places[place], files)
    }
  }

  /// Notes that a row of the batch's store is another one under a key that was read.
  mutating func note(contradictory row: Int, _ place: RowPlace, _ stream: inout StreamedCollection) {
    let keySlots = machine.keySlotsOfCollection[stream.collection.index]
    stream.contradictions.append(Contradiction(key: machine.keyText(row: row, keySlots, .batch) ?? "", place: place))
  }
}

/// A key that has different rows, and where the second of them stands.
struct Contradiction {
  var key: Text
  var place: RowPlace
}

/// A collection that is read and judged batch by batch.
struct StreamedCollection {
  let collection: CollectionID
  let rules: [RuleID]
  /// Of the keys, those of the pass; nil for all.
  let part: KeyPart?
  var columns: RuleColumns
  let joined: SeenKeys.Joined?
  private(set) var seen: SeenKeys
  var contradictions: [Contradiction] = []
  /// For rows that are read again.
  private var again: Store

  init(
    collection: CollectionID, rules: [RuleID], part: KeyPart?, columns: RuleColumns, joined: SeenKeys.Joined?, seen: SeenKeys, again: Store
  ) {
    self.collection = collection
    self.rules = rules
    self.part = part
    self.columns = columns
    self.joined = joined
    self.seen = seen
    self.again = again
  }

  /// By row of the batch whose joins are found, the row in memory that stands for its key; nil where none does.
  var joinedRows: [Int32]? { joined.map { columns.rows(joinedBy: $0.join) } }

  /// Moves the keys out, so that they are added to without a copy; it has to be put back.
  mutating func taken() -> StreamedCollection {
    let taken = self
    seen = SeenKeys(joined: 0)
    return taken
  }

  /// Takes the key of a row in.
  mutating func add(
    _ key: SeenKeys.Key, at place: UInt64, _ reader: inout RowReader, _ plan: Plan
  ) throws(SnapshotError) -> SeenKeys.Answer {
    try seen.add(key, at: place) { (place) throws(SnapshotError) in try reader.content(place, &again, plan) }
  }
}

/// How far a long reading is.
package struct Progress: Sendable {
  package var collection: Text
  package var rows: Int
  package var bytes: Int64
  package var bytesInAll: Int64?
}

extension Plan {
  /// A constant of a fact; the elements of a list lie at the beginning of the machine's list arena.
  mutating func value(of constant: Constant) -> Value {
    switch constant {
    case .literal(let literal): return value(literal)
    case .product(let product): return .product(product.index)
    case .feature(let feature): return Value(tag: .feature, low: UInt64(feature.index))
    case .list(let list):
      let values = list.map { value(of: $0) }
      let first = listElements.count
      listElements.append(contentsOf: values)
      return .list(first: first, count: values.count, incomplete: 0)
    }
  }
}
