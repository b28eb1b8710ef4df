import Evaluation
import Reference
import Semantics
import Syntax

/// Reads the text of one file by a plan, so many bytes at a time.
package typealias Reader = @Sendable (_ bytes: [UInt8], _ plan: Planned, _ block: Int) -> Outcome

/// The readers that are held against each other. A new one takes one line here.
package enum Readers {
  /// Bytes that no test's text has.
  package static let wholeBlock = 1 << 20

  /// The simple one, which knows all the rules.
  package static let strict: Reader = { read($0, $1, $2, .parserOnly) }
  /// The fast one, asked for each row.
  package static let fast: Reader = { read($0, $1, $2, .scannerAlways) }
  /// As it is used.
  package static let usual: Reader = { read($0, $1, $2, .scanner) }

  private static func read(_ bytes: [UInt8], _ planned: Planned, _ block: Int, _ order: RowReader.Order) -> Outcome {
    let plan = planned.plan
    let snapshot = Snapshot(id: "t", files: [("t.json", bytes)], collections: ["t"], incomplete: [], unavailable: [])
    var store = Store(plan: plan)
    var outcome = Outcome(reading: CollectionReading(availability: .present))
    // A few rows at a time, so that rows go to the store in several pieces.
    let limit = block < 100 ? 1 + block % 5 : 1024
    do throws(SnapshotError) {
      var reader = try RowReader(
        collection: 0, of: snapshot, shape: ShapeID(0), plan: plan, isSingle: false, block: block, longestText: TextRef.longest,
        order: order,
        tree: planned.tree)
      do throws(SnapshotError) {
        while try reader.read(limit, into: &store, places: &outcome.places) > 0 {}
      } catch {
        outcome.error = error
      }
      outcome.reading = reader.reading
    } catch {
      outcome.error = error
    }
    outcome.image.add(store, plan, shape: 0, rows: 0..<store.tables[0].count)
    return outcome
  }
}
