package import Evaluation
import Semantics
import Syntax

/// A plan with its tree, which takes longer to make than to read a row by.
package struct Planned: Sendable {
  package let plan: ReadPlan
  package let tree: KeyTree
  package init(_ plan: ReadPlan) {
    self.plan = plan
    tree = KeyTree(plan)
  }
}

/// The plans that are read by: one with a slot of every kind and option, one with more keys than a word has bits; and for short rows one for each
/// kind, of a field and of one within an object.
package enum Plans {
  package static let all = [everyKind, manyKeys]
  static let short = kinds.flatMap { [single($0), single($0, path: "v.a")] }
  static let numbered = all + short

  private typealias Field = (path: [Text], kind: SlotKind, nullFor: Literal?, atLeast: Int64?, atMost: Int64?)

  private static func field(
    _ path: String, _ kind: SlotKind, nullFor: Literal? = nil, atLeast: Int64? = nil, atMost: Int64? = nil
  ) -> Field {
    (path.isEmpty ? [] : path.split(separator: ".").map { Text(String($0)) }, kind, nullFor, atLeast, atMost)
  }

  private static func shape(_ fields: [Field]) -> RowShape { RowShape(slots: fields, slotOfField: Array(fields.indices)) }

  package static let everyKind: Planned = {
    let rows = shape([
      field("id", .id), field("owner", .id, nullFor: .guid(Guid(high: 0, low: 0))), field("name", .text),
      field("label", .text, nullFor: .text("None")), field("enabled", .bool), field("isGuest", .bool, nullFor: .bool(false)),
      field("count", .int), field("small", .int, atLeast: 0, atMost: 9), field("gone", .int, nullFor: .int(-1)),
      field("price", .decimal), field("share", .decimal, atLeast: 0, atMost: 100),
      field("cost", .decimal, nullFor: .decimal(Decimal(mantissa: -15, scale: 1))), field("day", .date),
      field("born", .date, nullFor: .date(Day(days: -719_162))), field("seen", .instant),
      field("last", .instant, nullFor: .instant(Instant(ticks: -621_355_968_000_000_000))),
      field("kind", .oneOf(["Member", "Guest", "A member of a longer name"], orOther: true)),
      field("state", .oneOf(["On", "Off", "Größe"], orOther: false)),
      field("mode", .oneOf(["a", "b"], orOther: true), nullFor: .text("None")),
      field("units.paid", .int), field("units.inner.price", .decimal), field("units.inner.name", .text),
      field("manager", .record(index(1))),
      field("licences", .list(index(2)), atMost: 4), field("tags", .list(index(3))), field("numbers", .list(index(4)), atLeast: 1),
      field("ids", .list(index(5))), field("flags", .list(index(6))), field("days", .list(index(7))), field("moments", .list(index(8))),
      field("prices", .list(index(9))), field("both", .record(index(1))), field("both.name", .text), field("twice", .text),
      field("twice", .id), field("aKeyThatIsLongerThanTheTwoVectorsComparedAtOnce", .text), field("Ünit", .int),
      field("levels", .list(index(10))),
    ])
    return Planned(
      ReadPlan(
        shapes: [
          rows, shape([field("name", .text), field("id", .id), field("age", .int)]),
          shape([field("sku", .id), field("plans", .list(index(5))), field("state", .oneOf(["On", "Off"], orOther: false))]),
          shape([field("", .text)]), shape([field("", .int)]), shape([field("", .id)]), shape([field("", .bool)]),
          shape([field("", .date)]),
          shape([field("", .instant)]), shape([field("", .decimal, atLeast: 0)]),
          shape([field("", .oneOf(["Low", "High"], orOther: false))]),
        ], shapeOfCollection: [index(0)]))
  }()

  /// 200 keys, so that more than one word of bits says which were met; paths are among the first 64.
  package static let manyKeys: Planned = {
    let fields = (0..<200).map { number in
      switch number % 7 {
      case 0: field("k\(number)", .text)
      case 1 where number < 64: field("k\(number).a", .int)
      case 2: field("k\(number)", .list(index(1)))
      default: field("k\(number)", .int)
      }
    }
    return Planned(ReadPlan(shapes: [shape(fields), shape([field("", .int)])], shapeOfCollection: [index(0)]))
  }()

  private static func index(_ number: Int) -> ShapeID { ShapeID(number) }

  /// One field of a kind, and the shapes that lists and records have.
  package static func single(_ kind: SlotKind, path: String = "v") -> Planned {
    Planned(
      ReadPlan(
        shapes: [
          shape([field("id", .int), field(path, kind)]), shape([field("", .int)]), shape([field("", .text)]),
          shape([field("a", .int), field("b", .text)]),
        ], shapeOfCollection: [index(0)]))
  }

  /// One kind of each, with shapes that `single` has.
  package static let kinds: [SlotKind] = [
    .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf(["asd"], orOther: false), .record(ShapeID(3)), .list(ShapeID(1)),
    .list(ShapeID(2)), .list(ShapeID(3)),
  ]
}
