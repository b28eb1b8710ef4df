import Evaluation
import Foundation
import Semantics
import Syntax
import TestSupport
import Testing

@testable import Evaluation

/// Whatever bytes a snapshot has, it is judged or refused, and nothing traps.
@Suite struct MutantTests {
  private static let pieces = [
    "{", "}", "[", "]", "\"", ",", ":", "null", "true", "-", "1e999", "-9223372036854775809", "9223372036854775808",
    "0.0000000000000000001",
    "\\ud800", "\\u0000", "\u{0}", "\u{FEFF}", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"",
    "\"/Date(99999999999999999)/\"",
    "\"@odata.nextLink\":\"x\",", "\"@odata.count\":-1,", "\"error\":{\"code\":\"x\"},", "{},", "[[[[", "\n", "\"id\":null,", "\"value\":[",
  ]

  private static let folder = repositoryRoot.appendingPathComponent("Policies/Examples/contoso")

  private func files() throws -> [(name: String, bytes: [UInt8])] {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted().filter { $0.contains(".json") }
    #expect(names.count > 4)
    return try names.map { ($0, [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent($0)))) }
  }

  private func program() throws -> CheckedProgram {
    let trees = policyFiles().enumerated().map { parse(SourceFile(path: $0.element.path, bytes: $0.element.bytes), file: Int32($0.offset)) }
    return try #require(check(trees).program)
  }

  @Test func `20,000 mutants of rows are read or refused`() throws {
    let plan = Planner.plan(try program())
    let names = plan.program.collections.map(\.fileName)
    // The sample has one row on a line.
    var rows: [(collection: Int, name: String, bytes: [UInt8])] = []
    for file in try files() {
      let stem = file.name.split(separator: ".")[0]
      guard let collection = names.firstIndex(where: { $0.string == stem }) else { continue }
      for line in file.bytes.split(separator: 0x0A) { rows.append((collection, stem + ".json", Array(line))) }
    }
    var generator = Seeded(3)
    var read = 0
    for _ in 0..<20_000 {
      let row = rows[Int.random(in: 0..<rows.count, using: &generator)]
      let isWrapped = Bool.random(using: &generator)
      let text = isWrapped ? Array("{\"value\":[".utf8) + row.bytes + Array("]}".utf8) : row.bytes
      let mutant = generator.mutant(of: text, Self.pieces)
      let snapshot = Snapshot(id: "t", files: [(row.name, mutant)], collections: names, incomplete: [], unavailable: [])
      guard let shape = plan.read.shapeOfCollection[row.collection] else { continue }
      var store = Store(plan: plan.read)
      var places: [RowPlace] = []
      do throws(SnapshotError) {
        var reader = try RowReader(collection: row.collection, of: snapshot, shape: shape, plan: plan.read, isSingle: false)
        while try reader.read(8, into: &store, places: &places) > 0 {}
        read += 1
      } catch { continue }
    }
    // A mutation that makes all of them malformed would try nothing.
    #expect(read > 500)
  }

  @Test func `mutants of the sample tenant are judged or refused`() throws {
    let program = try program()
    let whole = try files()
    let names = program.collections.map(\.fileName)
    let day = try #require(Day(year: 2026, month: 11, day: 1))
    var generator = Seeded(4)
    var judged = 0
    for _ in 0..<150 {
      var files = whole
      let place = Int.random(in: 0..<files.count, using: &generator)
      // In half of them a value is another value, so that the file can still be read.
      if Bool.random(using: &generator) {
        files[place].bytes = generator.mutant(of: files[place].bytes, Self.pieces)
      } else {
        files[place].bytes = swapped(files[place].bytes, &generator)
      }
      let snapshot = Snapshot(id: "contoso", files: files, collections: names, incomplete: [], unavailable: [])
      do throws(SnapshotError) {
        let report = try evaluate(program, snapshots: [snapshot], options: EvaluationOptions(asOf: day, today: day))
        #expect(report.tenants.count == 1)
        judged += 1
      } catch { continue }
    }
    #expect(judged > 20)
  }

  /// One value behind a colon for another.
  private func swapped(_ bytes: [UInt8], _ generator: inout Seeded) -> [UInt8] {
    let colons = bytes.indices.filter { bytes[$0] == 0x3A }
    let values = ["null", "true", "0", "-1", "9223372036854775807", "1.5", "\"\"", "\"x\"", "[]", "{}", "[{}]", "\"0001-01-01T00:00:00Z\""]
    guard let colon = colons.randomElement(using: &generator) else { return bytes }
    let end = bytes[colon...].firstIndex { $0 == 0x2C || $0 == 0x7D || $0 == 0x5D } ?? bytes.endIndex
    return bytes[...colon] + Array(values[Int.random(in: 0..<values.count, using: &generator)].utf8) + bytes[end...]
  }
}
