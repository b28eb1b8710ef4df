import Testing

@testable import Evaluation
@testable import ReadingChecks

/// Where rows stand is kept in few bytes, and read back as it was.
@Suite struct SeenKeysTests {
  private static let largest: [Int64] = [0, 1, 2, 255, 256, 70_000, 1 << 24, 1 << 31, 1 << 32, 1 << 40, 1 << 43 - 2]

  @Test(arguments: largest) func `places and contents are read back`(longest: Int64) {
    var dice = Dice(UInt64(longest))
    var bits = 1
    while (longest + 1) >> Int64(bits) != 0 { bits += 1 }
    let mostFiles = Int32(truncatingIfNeeded: min(1 << (47 - bits), Int(Int32.max >> 13)) - 1)
    var places = ShortPlaces(count: 400, mostBytes: longest)
    var expected = [UInt64](repeating: 0, count: 400)
    for number in 0..<400 where number % 7 != 3 {
      // The last file and the last byte, or the first, or any.
      let file = number % 3 == 0 ? mostFiles : number % 3 == 1 ? 0 : Int32(truncatingIfNeeded: dice.next() % (UInt64(mostFiles) + 1))
      let byte = number % 5 == 0 ? longest : number % 5 == 1 ? 0 : Int64(truncatingIfNeeded: dice.next() % (UInt64(longest) + 1))
      expected[number] = number % 11 == 0 ? SeenKeys.packed(dice.next()) : RowPlace(file: file, line: 0, byte: byte).packed
      let isSet = places.set(expected[number], at: number)
      #expect(isSet)
    }
    #expect((0..<400).allSatisfy { places[$0] == expected[$0] })
    #expect(expected.contains { $0 != 0 && RowPlace(packed: $0).byte == longest })
  }

  @Test func `a place that needs more bits is refused, and nothing is kept of it`() {
    var places = ShortPlaces(count: 2, mostBytes: 1 << 32 - 2)
    let lastFile: Int32 = 1 << 15 - 1
    let lastByte: Int64 = 1 << 32 - 2
    let isLastSet = places.set(RowPlace(file: lastFile, line: 0, byte: lastByte).packed, at: 0)
    let isFileSet = places.set(RowPlace(file: lastFile + 1, line: 0, byte: 0).packed, at: 1)
    let isByteSet = places.set(RowPlace(file: 0, line: 0, byte: lastByte + 1).packed, at: 1)
    #expect(isLastSet && !isFileSet && !isByteSet)
    #expect(places[1] == 0)
  }

  @Test(arguments: [0, 1 << 15] as [Int32]) func `a key that comes again is told by what its rows say`(file: Int32) throws {
    var seen = SeenKeys(joined: 3, mostBytes: 1 << 32 - 2)
    var asked: [UInt64] = []
    func add(_ joined: Int32, byte: Int64, says content: UInt64) throws -> SeenKeys.Answer {
      let key = SeenKeys.Key(first: UInt64(joined), second: 5, joined: joined)
      let place = RowPlace(file: file, line: 0, byte: byte).packed
      return try seen.add(key, at: place) { (place) throws(SnapshotError) in
        asked.append(place)
        // What a row said is its own content; of others only the one at hand and the first are asked for.
        return place >> 63 == 1 ? place : SeenKeys.packed(RowPlace(packed: place).byte == byte ? content : 7 << 40)
      }
    }
    guard case .new = try add(1, byte: 10, says: 7 << 40) else { throw Unexpected() }
    // A file whose number there is no room for is asked at once.
    #expect(asked.count == (file == 0 ? 0 : 1))
    guard case .new = try add(2, byte: 20, says: 7 << 40) else { throw Unexpected() }
    guard case .repeated = try add(1, byte: 30, says: 7 << 40) else { throw Unexpected() }
    guard case .contradictory(isFirst: true) = try add(1, byte: 40, says: 8 << 40) else { throw Unexpected() }
    guard case .contradictory(isFirst: false) = try add(1, byte: 50, says: 9 << 40) else { throw Unexpected() }
    guard case .repeated = try add(1, byte: 60, says: 8 << 40) else { throw Unexpected() }
    guard case .contradictory(isFirst: true) = try add(2, byte: 70, says: 1 << 40) else { throw Unexpected() }
    #expect(seen.repeated == 2)
  }

  private struct Unexpected: Error {}
}
