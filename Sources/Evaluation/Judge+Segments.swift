import Semantics
import Syntax

/// The rows of one segment, read whole.
private struct SegmentRows {
  var store: Store
  var places: [RowPlace]
  var end: SegmentEnd
  var reading: CollectionReading
}

extension Judge {
  /// Reads what is left of a file as segments, side by side, and takes their rows in order.
  ///
  /// A segment that cannot be read, or does not end where the next begins, and all behind it are left to the reader, which goes on in front of it:
  /// so faults are told by the one that knows the line.
  mutating func readApart(
    _ cut: Cut, _ reader: inout RowReader, take: (inout Judge, inout Store, [RowPlace]) -> Void
  ) throws(SnapshotError) {
    var chain = SegmentChain(cut.begin)
    let source = reader.source
    let files = reader.reading.files
    let plan = machine.plan.read
    var taken = 0
    try workOff(
      cut.segments.count, jobs: options.jobs,
      worker: { () },
      work: { _, number in SegmentRows.read(cut.segments[number], source, files, plan) },
      take: { (number: Int, rows: SegmentRows?) throws(SnapshotError) in
        guard var rows else { return false }
        let before = chain.begin.line - 1
        for index in rows.places.indices { rows.places[index].line += before }
        reader.note(rows.reading, linesBefore: before)
        take(&self, &rows.store, rows.places)
        chain.add(rows.end)
        taken += 1
        return chain.goesOn
      })
    try reader.resume(chain, isWhole: taken == cut.segments.count)
  }
}

extension SegmentRows {
  /// Nil where the segment cannot be read.
  fileprivate static func read(_ segment: Segment, _ source: RowReader.Source, _ files: [String], _ plan: ReadPlan) -> SegmentRows? {
    do throws(SnapshotError) {
      var reader = try RowReader.open(segment, of: source, files: files)
      var store = Store(plan: plan)
      var places: [RowPlace] = []
      while try reader.read(Judge.batchSize, into: &store, places: &places) > 0 {}
      let end = try reader.endOfSegment()
      return SegmentRows(store: store, places: places, end: end, reading: reader.reading)
    } catch {
      return nil
    }
  }
}

extension RowReader {
  /// Takes over what a segment's reader found odd.
  mutating func note(_ segment: CollectionReading, linesBefore: Int64) {
    for oddity in segment.oddities { note(oddity.message, file: oddity.file, line: oddity.line + linesBefore) }
    reading.moreOddities += segment.moreOddities
  }
}
