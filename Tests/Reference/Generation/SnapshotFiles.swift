package import Evaluation
package import Semantics
import Syntax

/// Writes a tenant as an export would lie in a folder, in one of the many forms of an export.
package struct SnapshotFiles {
  private var random: SplitMix64
  private let program: CheckedProgram

  package init(seed: UInt64, program: CheckedProgram) {
    random = SplitMix64(seed: seed ^ 0x2545_F491_4F6C_DD1D)
    self.program = program
  }

  package mutating func snapshot(_ tenant: TenantData) -> Snapshot {
    var files: [(name: String, bytes: [UInt8])] = []
    var incomplete: Set<Int> = []
    var unavailable: Set<Int> = []
    for (index, data) in tenant.collections.enumerated() {
      let name = program.collections[index].fileName.string
      switch data.state {
      case .notExported: break
      case .unavailable:
        if random.chance(30) {
          unavailable.insert(index)
        } else {
          files.append((name + ".json", Array("{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}".utf8)))
        }
      case .present: write(name, data.rows, &files)
      case .incomplete:
        if random.chance(30) {
          incomplete.insert(index)
          write(name, data.rows, &files)
        } else {
          writeGap(name, data.rows, &files)
        }
      }
    }
    return Snapshot(
      id: Text(tenant.id), files: random.chance(50) ? files : files.reversed(), collections: program.collections.map(\.fileName),
      incomplete: incomplete, unavailable: unavailable)
  }

  private func array(_ rows: some Sequence<JSON>) -> String { "[" + rows.map(\.text).joined(separator: ", ") + "]" }

  private mutating func write(_ name: String, _ rows: [JSON], _ files: inout [(name: String, bytes: [UInt8])]) {
    switch random.below(5) {
    case 0: files.append((name + ".json", Array(array(rows).utf8)))
    case 1: files.append((name + ".jsonl", Array(rows.map { $0.text + "\n" }.joined().utf8)))
    case 2:
      // Two pages at least, of a few rows each, or of none.
      var page = 0
      var first = 0
      while page < 2 || first < rows.count {
        page += 1
        let end = min(rows.count, first + random.below(4))
        let link = page > 1 && end == rows.count ? "" : ",\"@odata.nextLink\":\"https://x/\(page + 1)\""
        files.append((name + ".\(page).json", Array("{\"value\":\(array(rows[first..<end]))\(link)}".utf8)))
        first = end
      }
    case 3:
      files.append((name + ".json", Array("{\"@odata.context\":\"x\", \"@odata.count\":\(rows.count), \"value\":\(array(rows))}".utf8)))
    default: files.append((name.uppercased() + ".json", Array("\u{FEFF}{ \"value\": \(array(rows)) }\n".utf8)))
    }
  }

  private mutating func writeGap(_ name: String, _ rows: [JSON], _ files: inout [(name: String, bytes: [UInt8])]) {
    switch random.below(4) {
    case 0: files.append((name + ".json", Array("{\"value\":\(array(rows)),\"@odata.nextLink\":\"https://x/2\"}".utf8)))
    case 1: files.append((name + ".json", Array("{\"@odata.count\":\(rows.count + 1),\"value\":\(array(rows))}".utf8)))
    case 2:
      files.append((name + ".0001.json", Array("{\"value\":\(array(rows))}".utf8)))
      files.append((name + ".0003.json", Array("{\"value\":[]}".utf8)))
    default:
      files.append((name + ".0001.json", Array("{\"value\":\(array(rows))}".utf8)))
      files.append((name + ".0002.json", Array("{\"error\":{\"code\":\"TooManyRequests\"}}".utf8)))
    }
  }
}
