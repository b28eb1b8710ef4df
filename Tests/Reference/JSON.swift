import Syntax

/// A JSON value as it stands in a file; numbers keep their text, objects their order and their repetitions.
package indirect enum JSON: Sendable {
  case object([(key: String, value: JSON)])
  case array([JSON])
  case string(String)
  case number(String)
  case bool(Bool)
  case null

  /// RFC 8259 text without white space.
  package var text: String {
    var out = ""
    write(to: &out)
    return out
  }

  private func write(to out: inout String) {
    switch self {
    case .object(let members):
      out += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { out += "," }
        JSON.string(member.key).write(to: &out)
        out += ":"
        member.value.write(to: &out)
      }
      out += "}"
    case .array(let elements):
      out += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { out += "," }
        element.write(to: &out)
      }
      out += "]"
    case .string(let string):
      out += "\""
      for scalar in string.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\u{0}"..."\u{1F}":
          let hex = String(scalar.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: out.unicodeScalars.append(scalar)
        }
      }
      out += "\""
    case .number(let digits): out += digits
    case .bool(let bool): out += bool ? "true" : "false"
    case .null: out += "null"
    }
  }
}

/// One tenant's snapshot as values: for each collection of a program its rows and whether all of them are there.
package struct TenantData: Sendable {
  package enum State: Sendable, Hashable { case notExported, unavailable, present, incomplete }
  package struct CollectionData: Sendable {
    package var state: State
    /// In the order of files.
    package var rows: [JSON]
    package init(state: State, rows: [JSON]) {
      self.state = state
      self.rows = rows
    }
  }
  package var id: String
  /// By `CollectionID.index`.
  package var collections: [CollectionData]
  package init(id: String, collections: [CollectionData]) {
    self.id = id
    self.collections = collections
  }
}
