/// The elements of a lasting list, for asking whether a value is one of them.
///
/// Open addressing over trivial values; texts are compared by their bytes.
struct ValueSet {
  private var slots: [Value]
  private var mask: Int
  /// Whether every element is certain and known and the list whole, so that the answer is never unknown.
  let isDecided: Bool

  init(list: Value, machine: inout Machine) {
    let count = machine.elementCount(list)
    var size = 8
    while size < count * 2 { size *= 2 }
    slots = Array(repeating: .null, count: size)
    mask = size - 1
    var decided = machine.incompleteness(list) == 0
    for index in 0..<count {
      let (value, doubt) = machine.element(list, index)
      if doubt != 0 || !ValueSet.takes(value) {
        decided = false
        break
      }
      var place = ValueSet.hash(value, machine) & mask
      while !slots[place].isNull && machine.equal(slots[place], value).isFalse { place = (place + 1) & mask }
      slots[place] = value
    }
    isDecided = decided
  }

  /// Ids, texts and products: of other values, equal ones may be of two kinds.
  static func takes(_ value: Value) -> Bool { value.tag == .guid || value.tag == .text || value.tag == .product }

  /// The value in the slot of a hash, or in the one `step` behind it; null is free.
  func slot(_ hash: Int, _ step: Int) -> Value { slots[(hash &+ step) & mask] }

  /// Equal values have equal hashes.
  static func hash(_ value: Value, _ machine: Machine) -> Int {
    var hash: UInt64
    switch value.tag {
    case .text:
      hash = 0xCBF2_9CE4_8422_2325
      for byte in machine.bytes(value) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    case .unknown, .null, .bool, .int, .decimal, .date, .instant, .guid, .row, .product, .feature, .list, .run, .rows:
      hash = (value.low ^ (value.high &* 0x9E37_79B9_7F4A_7C15)) &* 0xFF51_AFD7_ED55_8CCD
    }
    return Int(truncatingIfNeeded: hash >> 32)
  }
}
