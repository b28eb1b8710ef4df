import Evaluation
import Semantics
import Syntax

/// Rows of a few short fields, by a plan with a whole number `id` and one field more, `v` or `v.a`.
enum ShortRow {
  private static let otherKeys = ["x", "w", "v2", "a"].map { Tree.quoted($0) }
  private static let innerKeys = ["b", "v", "id"].map { Tree.quoted($0) }
  private static let members = ["asd", "asd", "ASD", "as", "asdf"].map { Tree.text($0) }
  private static let words = ["null", "true", "false"].map { Tree.raw($0) }

  static func make(_ planned: Planned, _ dice: inout Dice) -> Tree {
    let slot = planned.plan.shapes[0].slots[1]
    let value = value(of: slot.kind, planned, &dice)
    var fields: [(key: [UInt8], value: Tree)] = [(Tree.quoted("v"), slot.path.count == 1 ? value : within(value, &dice))]
    if dice.one(in: 2) { fields.append((Tree.quoted("id"), number(&dice))) }
    if dice.one(in: 3) { fields.append((dice.pick(otherKeys), any(&dice))) }
    if dice.one(in: 8) { fields.append((Tree.quoted("s"), alike(&dice))) }
    if fields.count > 1 && dice.one(in: 2) { fields.swapAt(0, fields.count - 1) }
    return .object(fields)
  }

  private static func within(_ value: Tree, _ dice: inout Dice) -> Tree {
    var fields: [(key: [UInt8], value: Tree)] = [(Tree.quoted("a"), value)]
    if dice.one(in: 3) { fields.insert((dice.pick(innerKeys), any(&dice)), at: dice.below(2)) }
    return .object(fields)
  }

  private static func value(of kind: SlotKind, _ planned: Planned, _ dice: inout Dice) -> Tree {
    if dice.one(in: 8) { return any(&dice) }
    switch kind {
    case .bool: return dice.pick(words)
    case .int: return number(&dice)
    case .decimal: return decimal(&dice)
    case .text: return text(&dice)
    case .date: return dice.one(in: 8) ? moment(&dice) : day(&dice)
    case .instant: return dice.one(in: 8) ? milliseconds(&dice) : moment(&dice)
    case .id: return dice.one(in: 6) ? text(&dice) : guid(&dice)
    case .oneOf: return dice.one(in: 3) ? text(&dice) : dice.pick(members)
    case .record(let shape): return record(planned, shape, &dice)
    case .list(let shape):
      let elements = (0..<dice.below(4)).map { _ in
        let isScalar = planned.plan.shapes[shape.index].slots.count == 1
        return isScalar ? value(of: planned.plan.shapes[shape.index].slots[0].kind, planned, &dice) : record(planned, shape, &dice)
      }
      return .array(elements)
    }
  }

  private static func record(_ planned: Planned, _ shape: ShapeID, _ dice: inout Dice) -> Tree {
    var fields: [(key: [UInt8], value: Tree)] = []
    for slot in planned.plan.shapes[shape.index].slots where !dice.one(in: 6) {
      fields.append((Tree.quoted(slot.path.map(\.string).joined(separator: ".")), value(of: slot.kind, planned, &dice)))
    }
    return .object(fields)
  }

  /// What may stand in any place.
  private static func any(_ dice: inout Dice) -> Tree {
    switch dice.below(8) {
    case 0: text(&dice)
    case 1: number(&dice)
    case 2: decimal(&dice)
    case 3: guid(&dice)
    case 4: .array((0..<dice.below(3)).map { _ in dice.one(in: 2) ? number(&dice) : text(&dice) })
    case 5: .object((0..<dice.below(3)).map { (Tree.quoted("k\($0)"), dice.one(in: 2) ? number(&dice) : text(&dice)) })
    default: dice.pick(words)
    }
  }

  // MARK: - Scalars

  private static func quoted(_ text: [UInt8]) -> Tree { .raw([0x22] + text + [0x22]) }

  private static func addDigits(_ count: Int, to text: inout [UInt8], _ dice: inout Dice) {
    for _ in 0..<count { text.append(0x30 + UInt8(dice.below(10))) }
  }

  /// A number with zeros before it.
  private static func add(_ number: Int, _ width: Int, to text: inout [UInt8]) {
    var place = 1
    for _ in 1..<width { place *= 10 }
    while place > 0 {
      text.append(0x30 + UInt8(number / place % 10))
      place /= 10
    }
  }

  private static let counts = [1, 1, 2, 3, 5, 8, 16, 17, 18, 19, 20]

  private static func digits(_ dice: inout Dice) -> [UInt8] {
    var text: [UInt8] = dice.one(in: 4) ? [0x2D] : []
    let count = dice.pick(counts)
    if count > 1 { text.append(0x31 + UInt8(dice.below(9))) }
    addDigits(max(count - 1, 1), to: &text, &dice)
    return text
  }

  private static func number(_ dice: inout Dice) -> Tree { .raw(digits(&dice)) }

  private static let powers = ["e", "E", "e-", "e+"].map { Array($0.utf8) }

  private static func decimal(_ dice: inout Dice) -> Tree {
    var text = digits(&dice)
    if dice.below(3) > 0 {
      text.append(0x2E)
      addDigits(1 + dice.below(19), to: &text, &dice)
    }
    if dice.one(in: 4) {
      text += dice.pick(powers)
      addDigits(1 + dice.below(2), to: &text, &dice)
    }
    return .raw(text)
  }

  private static let letters = "abcdefghijklmnopqrstuvwxyz ABCDEF0123456789-_.@'/\u{7F}éß\u{800}€😀".map { Array(String($0).utf8) }
  private static let escapes = [#"\""#, #"\\"#, #"\/"#, #"\n"#, #"\u0041"#, #"\u00e9"#, #"\ud83d\ude00"#, #"\u0000"#].map { Array($0.utf8) }
  /// About as long as the vectors that texts are read by, and twice and three times that.
  private static let lengths = [2, 4, 16, 32, 48]

  private static func text(_ dice: inout Dice) -> Tree {
    var text: [UInt8] = []
    for _ in 0..<dice.pick(lengths) + dice.below(5) - 2 { text += dice.pick(letters) }
    if dice.one(in: 4) { text += dice.pick(escapes) }
    return quoted(text)
  }

  private static let hexDigits = Array("0123456789abcdefABCDEF".utf8)

  private static let oddPieces = [#"\n"#, #"\""#, "\"", "é", "\t", "\u{0}", "\\", #"\},{"t":""#, "\t},{\"t\":\""].map { Array($0.utf8) }

  /// Objects that are passed over, whose texts are of one length: of the last ones some are longer, or have something special in them.
  private static func alike(_ dice: inout Dice) -> Tree {
    let length = max(dice.pick(lengths) + dice.below(5) - 2, 0)
    let count = 9 + dice.below(6)
    let objects = (0..<count).map { number in
      var text = [UInt8](repeating: 0x61, count: length)
      if number > 7 && dice.one(in: 3) {
        let odd = dice.pick(oddPieces)
        let place = dice.below(length + 1)
        let end = dice.one(in: 4) ? place : min(place + odd.count, length)
        text.replaceSubrange(place..<end, with: odd)
      }
      return Tree.object([(Tree.quoted("t"), quoted(text))])
    }
    return .array(objects)
  }

  private static func guid(_ dice: inout Dice) -> Tree {
    var text: [UInt8] = []
    for index in 0..<36 { text.append(index == 8 || index == 13 || index == 18 || index == 23 ? 0x2D : dice.pick(hexDigits)) }
    return quoted(text)
  }

  private static let years = [0, 1, 1600, 1900, 1970, 2000, 2024, 2026, 9999]

  private static func addDay(to text: inout [UInt8], _ dice: inout Dice) {
    add(dice.pick(years), 4, to: &text)
    text.append(0x2D)
    add(dice.below(14), 2, to: &text)
    text.append(0x2D)
    add(dice.below(33), 2, to: &text)
  }

  private static func day(_ dice: inout Dice) -> Tree {
    var text: [UInt8] = []
    addDay(to: &text, &dice)
    return quoted(text)
  }

  private static let separators = Array("TTTt ".utf8)
  private static let zones = ["", "z", "+00:00", "-00:00"].map { Array($0.utf8) }

  private static func moment(_ dice: inout Dice) -> Tree {
    var text: [UInt8] = []
    addDay(to: &text, &dice)
    text.append(dice.pick(separators))
    add(dice.below(25), 2, to: &text)
    text.append(0x3A)
    add(dice.below(61), 2, to: &text)
    if dice.below(4) > 0 {
      text.append(0x3A)
      add(dice.below(62), 2, to: &text)
    }
    if dice.one(in: 2) {
      text.append(0x2E)
      addDigits(1 + dice.below(12), to: &text, &dice)
    }
    switch dice.below(4) {
    case 0: text += dice.pick(zones)
    case 1:
      text.append(dice.one(in: 2) ? 0x2B : 0x2D)
      add(dice.below(25), 2, to: &text)
      text.append(0x3A)
      add(dice.below(61), 2, to: &text)
    default: text.append(0x5A)
    }
    return quoted(text)
  }

  private static func milliseconds(_ dice: inout Dice) -> Tree {
    var text = Array(#"\/Date("#.utf8)
    if dice.one(in: 3) { text.append(0x2D) }
    addDigits(1 + dice.below(16), to: &text, &dice)
    return quoted(text + Array(#")\/"#.utf8))
  }
}
