/// Numbers of rows in rising order, of which most follow each other: 0, 1, 2, … without one here and there.
struct RowNumbers: RandomAccessCollection {
  /// How many there are from 0 on without a gap.
  private var run: Int32 = 0
  private var rest: [Int32] = []

  var startIndex: Int { 0 }
  var endIndex: Int { Int(run) + rest.count }

  subscript(place: Int) -> Int32 { place < Int(run) ? Int32(place) : rest[place - Int(run)] }

  mutating func append(_ row: Int32) {
    if row == run && rest.isEmpty { run += 1 } else { rest.append(row) }
  }
}
