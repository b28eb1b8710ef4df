import Testing

@testable import Evaluation
@testable import ReadingChecks

/// Where rows stand is kept in few bytes, and read back as it was.
@Suite struct SeenKeysTests {
  /// Steps that fit and that do not, backwards, into other files, and contents in the place of places; some asked for while others follow.
  @Test(arguments: [0, 1, 300, 5000]) func `places and contents are read back`(firstAsked: Int) {
    var dice = Dice(UInt64(firstAsked))
    let count = 5000
    var places = PlaceLog(count: count)
    var expected = [UInt64](repeating: 0, count: count)
    // Each number once, in no order, and not all of them.
    let numbers = (0..<count - 700).map { $0 * 1777 % count }
    var place = RowPlace(file: 0, line: 0, byte: 0)
    for (arrival, number) in numbers.enumerated() {
      #expect(!places.has(number))
      switch dice.next() % 400 {
      case 0: place = RowPlace(file: place.file + 1, line: 0, byte: 0)
      case 1: place.byte += Int64(UInt16.max) - 1 + Int64(dice.next() % 3)
      case 2: place.byte = Int64(dice.next() % 1 << 43)
      case 3: place.byte = 1 << 43 - 2
      default: place.byte += Int64(dice.next() % 3000)
      }
      expected[number] = dice.next() % 300 == 0 ? SeenKeys.packed(dice.next()) : place.packed
      places.add(number, expected[number])
      if place.byte > 1 << 42 { place.byte = 0 }
      if arrival >= firstAsked && arrival % 7 == 0 {
        let asked = numbers[Int(dice.next() % UInt64(arrival + 1))]
        let found = places.place(of: asked)
        #expect(found == expected[asked])
      }
    }
    for number in 0..<count {
      #expect(places.has(number) == (expected[number] != 0))
      if expected[number] == 0 { continue }
      let found = places.place(of: number)
      #expect(found == expected[number])
    }
  }

  @Test func `a key that comes again is told by what its rows say`() throws {
    var seen = SeenKeys(joined: 3)
    var asked: [Int64] = []
    func add(_ joined: Int32, byte: Int64, says content: UInt64) throws -> SeenKeys.Answer {
      let key = SeenKeys.Key(first: UInt64(joined), second: 5, joined: joined)
      return try seen.add(key, at: RowPlace(file: 0, line: 0, byte: byte).packed) { (place) throws(SnapshotError) in
        asked.append(RowPlace(packed: place).byte)
        // Of others only the one at hand and the first are asked for.
        return SeenKeys.packed((asked.last == byte ? content : 7) << 40)
      }
    }
    guard case .new = try add(1, byte: 10, says: 7) else { throw Unexpected() }
    guard case .new = try add(2, byte: 20, says: 7) else { throw Unexpected() }
    #expect(asked.isEmpty)
    guard case .repeated = try add(1, byte: 30, says: 7) else { throw Unexpected() }
    #expect(asked == [10, 30])
    guard case .contradictory(isFirst: true) = try add(1, byte: 40, says: 8) else { throw Unexpected() }
    guard case .contradictory(isFirst: false) = try add(1, byte: 50, says: 9) else { throw Unexpected() }
    guard case .repeated = try add(1, byte: 60, says: 8) else { throw Unexpected() }
    guard case .new = try add(0, byte: 65, says: 1) else { throw Unexpected() }
    guard case .contradictory(isFirst: true) = try add(2, byte: 70, says: 1) else { throw Unexpected() }
    #expect(asked == [10, 30, 40, 50, 60, 20, 70])
    #expect(seen.repeated == 2)
  }

  private struct Unexpected: Error {}
}
