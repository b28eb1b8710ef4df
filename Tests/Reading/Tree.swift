/// A JSON text as it is written: keys and scalars are bytes, quotes and escapes included.
indirect enum Tree: Sendable {
  case object([(key: [UInt8], value: Tree)])
  case array([Tree])
  case raw([UInt8])

  /// How it is laid out.
  struct Style {
    var behindColon: [UInt8] = []
    var beforeColon: [UInt8] = []
    var behindComma: [UInt8] = []
    var beforeComma: [UInt8] = []
    var inside: [UInt8] = []

    static let compact = Style()
    static let python = Style(behindColon: [0x20], behindComma: [0x20])
    static let pretty = Style(behindColon: [0x20], behindComma: [0x0A, 0x20, 0x20], inside: [0x0A])
    static let odd = Style(
      behindColon: [0x09, 0x0D], beforeColon: [0x20, 0x0A], behindComma: [0x0D, 0x0A], beforeComma: [0x20], inside: [0x20, 0x20])
    static let all = [compact, compact, compact, python, pretty, odd]
  }

  func write(to bytes: inout [UInt8], _ style: Style) {
    switch self {
    case .raw(let raw): bytes += raw
    case .array(let elements):
      bytes.append(0x5B)
      bytes += style.inside
      for (index, element) in elements.enumerated() {
        if index > 0 {
          bytes += style.beforeComma
          bytes.append(0x2C)
          bytes += style.behindComma
        }
        element.write(to: &bytes, style)
      }
      bytes += style.inside
      bytes.append(0x5D)
    case .object(let members):
      bytes.append(0x7B)
      bytes += style.inside
      for (index, member) in members.enumerated() {
        if index > 0 {
          bytes += style.beforeComma
          bytes.append(0x2C)
          bytes += style.behindComma
        }
        bytes += member.key
        bytes += style.beforeColon
        bytes.append(0x3A)
        bytes += style.behindColon
        member.value.write(to: &bytes, style)
      }
      bytes += style.inside
      bytes.append(0x7D)
    }
  }

  static func text(_ string: String) -> Tree { .raw(quoted(string)) }
  static func raw(_ string: String) -> Tree { .raw(Array(string.utf8)) }
  static func quoted(_ string: String) -> [UInt8] { [0x22] + Array(string.utf8) + [0x22] }
}
