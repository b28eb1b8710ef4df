/// Walks over one JSON value without recursion.
///
/// It can stop between two tokens for want of bytes and go on when there are more, so a value of any length passes in little memory.
struct Skipper {
  /// Arrays and objects within each other, those around the value included.
  static let deepest = 256

  private enum Step { case value, firstElement, firstKey, key, after }

  /// One bit for each open container, 1 for an object, as a number of 256 bits whose lowest is the innermost.
  private struct Kinds {
    var a: UInt64 = 0
    var b: UInt64 = 0
    var c: UInt64 = 0
    var d: UInt64 = 0
    @inline(__always) var isObject: Bool { a & 1 != 0 }
    @inline(__always) mutating func push(_ bit: UInt64) {
      d = d << 1 | c >> 63
      c = c << 1 | b >> 63
      b = b << 1 | a >> 63
      a = a << 1 | bit
    }
    @inline(__always) mutating func pop() {
      a = a >> 1 | b << 63
      b = b >> 1 | c << 63
      c = c >> 1 | d << 63
      d >>= 1
    }
  }

  private var kinds = Kinds()
  private var open = 0
  private var step = Step.value
  private let depth: Int

  /// - Parameter depth: containers around the value.
  init(depth: Int) { self.depth = depth }

  /// Goes on from `place`, which it moves to the end of the value or, at a fault, to the begin of the token to resume with.
  mutating func run(_ bytes: Span<UInt8>, _ place: inout Int) -> Fault? {
    var at = place
    while true {
      at = bytes.spaceEnd(at)
      place = at
      let first = bytes.byte(at)
      switch step {
      case .firstElement where first == 0x5D, .firstKey where first == 0x7D:
        at &+= 1
        kinds.pop()
        open &-= 1
        step = .after
      case .value, .firstElement:
        switch first {
        case 0x22:
          var isEscaped = false
          let end = bytes.textEnd(at &+ 1, &isEscaped)
          if end < 0 { return Fault(at: ~end, reason: bytes.textMalformation(~end)) }
          at = end &+ 1
          step = .after
        case 0x7B, 0x5B:
          if depth &+ open >= Skipper.deepest { return Fault(at: at, reason: .tooDeep) }
          kinds.push(first == 0x7B ? 1 : 0)
          open &+= 1
          at &+= 1
          step = first == 0x7B ? .firstKey : .firstElement
        case 0x2D, 0x30...0x39:
          let end = bytes.numberEnd(at)
          if end < 0 { return Fault(at: ~end, reason: .number) }
          // No value that is walked over ends its text: where nothing follows yet, digits may.
          if bytes.byte(end) == 0 { return Fault(at: end, reason: .endsEarly) }
          at = end
          step = .after
        case 0x6E, 0x74, 0x66:
          let end = bytes.wordEnd(at)
          if end < 0 { return Fault(at: at, reason: .word) }
          at = end
          step = .after
        default:
          return Fault(at: at, reason: .expectedValue)
        }
      case .key, .firstKey:
        if first != 0x22 { return Fault(at: at, reason: .expectedKey) }
        var isEscaped = false
        let end = bytes.textEnd(at &+ 1, &isEscaped)
        if end < 0 { return Fault(at: ~end, reason: bytes.textMalformation(~end)) }
        let colon = bytes.spaceEnd(end &+ 1)
        if bytes.byte(colon) != 0x3A { return Fault(at: colon, reason: .expectedColon) }
        at = colon &+ 1
        step = .value
      case .after:
        if open == 0 { return nil }
        if kinds.isObject {
          if first == 0x2C {
            step = .key
          } else if first == 0x7D {
            kinds.pop()
            open &-= 1
          } else {
            return Fault(at: at, reason: .expectedCommaOrBrace)
          }
        } else {
          if first == 0x2C {
            step = .value
          } else if first == 0x5D {
            kinds.pop()
            open &-= 1
          } else {
            return Fault(at: at, reason: .expectedCommaOrBracket)
          }
        }
        at &+= 1
      }
    }
  }
}
