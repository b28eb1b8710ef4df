import Syntax

/// All causes of unknowns of one tenant, and the sets of them that values carry, each set once.
///
/// Set 0 is empty. Sets are small and few: their number follows the policy's text, not the data.
struct Causes {
  private(set) var all: [Cause] = []
  private var numbers: [Cause: Int32] = [:]
  private(set) var sets: [[Int32]] = [[]]
  private var setNumbers: [[Int32]: Int32] = [[]: 0]
  private var unions: [UInt64: Int32] = [:]

  /// The set of this cause alone.
  mutating func set(_ cause: Cause) -> Int32 { intern([number(of: cause)]) }

  mutating func number(of cause: Cause) -> Int32 {
    if let known = numbers[cause] { return known }
    let number = Int32(truncatingIfNeeded: all.count)
    all.append(cause)
    numbers[cause] = number
    return number
  }

  /// The causes of a set by their paths: the same, whichever were met first.
  func ordered(_ set: Int32) -> [Int] {
    sets[Int(set)].map(Int.init).sorted { (all[$0].path, all[$0].kind.rawValue) < (all[$1].path, all[$1].kind.rawValue) }
  }

  mutating func union(_ left: Int32, _ right: Int32) -> Int32 {
    if left == right || right == 0 { return left }
    if left == 0 { return right }
    let key = UInt64(UInt32(bitPattern: min(left, right))) << 32 | UInt64(UInt32(bitPattern: max(left, right)))
    if let known = unions[key] { return known }
    let result = intern(Set(sets[Int(left)]).union(sets[Int(right)]).sorted())
    unions[key] = result
    return result
  }

  private mutating func intern(_ set: [Int32]) -> Int32 {
    if let known = setNumbers[set] { return known }
    let number = Int32(truncatingIfNeeded: sets.count)
    sets.append(set)
    setNumbers[set] = number
    return number
  }
}
