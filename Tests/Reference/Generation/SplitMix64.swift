/// Steele, Lea and Flood's generator: the same seed gives the same policies and snapshots on every machine.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ count: Int) -> Int { count <= 1 ? 0 : Int(next() % UInt64(count)) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }
}

/// The values that policies and snapshots share, so that comparisons meet.
enum Pool {
  static let texts = ["a", "b", "ab", "Kiosk 1", "é", "A", ""]
  static let days = ["2023-12-31", "2024-01-01", "2024-02-29", "2024-03-15", "2024-05-31", "2024-06-01", "2025-01-01"]
  static let instants = [
    "2023-12-31T23:59:59Z", "2024-01-01T00:00:00Z", "2024-02-29T12:30:00.5Z", "2024-05-31T00:00:00Z", "2024-06-01T00:00:00.0000001Z",
  ]
  static let decimals = ["0", "0.5", "1.5", "2.25", "3", "10.125"]
  /// Of SKUs and plans; the first ones are used as keys of rows too.
  static let guids = (0..<12).map { "abcdef0\($0 % 10)-00\($0 / 10)0-4bcd-8000-0123456789ab" }
  static let ids: [String] = guids.prefix(3) + ["u1", "u2", "U1"]
  static let choices = [["Red", "Green"], ["Open", "Shut", "Ajar"]]
}
