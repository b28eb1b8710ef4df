package import Semantics
package import Syntax

/// What is kept of a snapshot: for each record type that the policies read, the slots of its rows.
///
/// All else is validated and skipped. Nothing in a plan depends on the data.
package struct ReadPlan: Sendable {
  /// Shapes of rows; an index into it is a `ShapeID`. `Store.tables` has one table for each.
  package var shapes: [RowShape]
  /// The shape of each collection's rows, by `CollectionID.index`; nil where no policy reads the collection.
  package var shapeOfCollection: [ShapeID?]

  package init(shapes: [RowShape], shapeOfCollection: [ShapeID?]) {
    self.shapes = shapes
    self.shapeOfCollection = shapeOfCollection
  }
}

package typealias ShapeID = Index<RowShape>

/// The layout of a row: `stateWords` words of 4-bit states (slot n at bits 4·(n mod 16) of word n / 16), then the slots' payloads.
///
/// A row of zeros is a row whose every field is absent. An element of a list of scalars is a row of one slot with an empty path.
package struct RowShape: Sendable {
  package var slots: [Slot]
  package var stateWords: Int
  /// Words a row.
  package var stride: Int
  /// The slot of each field of the record type; -1 where it is not planned. For a scalar's shape `[0]`.
  package var slotOfField: [Int]

  package struct Slot: Sendable {
    /// Keys from the row's object down to the value, as declared; keys of JSON match without regard to ASCII case.
    /// Empty for the element of a list of scalars.
    package var path: [Text]
    package var kind: SlotKind
    /// The value that stands for null; of the slot's kind.
    package var nullFor: Literal?
    package var atLeast: Int64?
    package var atMost: Int64?
    /// The first word of the payload, from the row's begin.
    package var word: Int
  }

  /// The slots with payload words and states laid out one behind the other.
  package init(slots: [(path: [Text], kind: SlotKind, nullFor: Literal?, atLeast: Int64?, atMost: Int64?)], slotOfField: [Int]) {
    let stateWords = (slots.count + 15) / 16
    var word = stateWords
    var laidOut: [Slot] = []
    for slot in slots {
      laidOut.append(
        Slot(path: slot.path, kind: slot.kind, nullFor: slot.nullFor, atLeast: slot.atLeast, atMost: slot.atMost, word: word))
      word += slot.kind.words
    }
    self.slots = laidOut
    self.stateWords = stateWords
    self.stride = max(word, 1)
    self.slotOfField = slotOfField
  }
}

package enum SlotKind: Sendable {
  /// States `.yes` and `.no`; no payload.
  case bool
  /// The `Int64`'s bits.
  case int
  /// The mantissa's bits, then the scale.
  case decimal
  /// A `TextRef`.
  case text
  /// The day's number as Int64 bits.
  case date
  /// The ticks' bits. Also reads `/Date(ms)/`.
  case instant
  /// A GUID's high and low words; or, in state `.text`, a `TextRef` and 0.
  case id
  /// The member's number; in states `.text` (a text beyond the set that `or other` admits) and `.outside` a `TextRef`.
  case oneOf([Text], orOther: Bool)
  /// A `RowRun` of one row.
  case record(ShapeID)
  /// A `RowRun`.
  case list(ShapeID)

  package var words: Int {
    switch self {
    case .bool: 0
    case .int, .text, .date, .instant, .oneOf, .record, .list: 1
    case .decimal, .id: 2
    }
  }
}

/// What is known of a slot; 4 bits. Zero is absent.
package enum SlotState: UInt64, Sendable {
  /// The key is not in the object.
  case absent = 0
  /// The payload holds the value.
  case value = 1
  case null = 2
  case no = 3
  case yes = 4
  /// A JSON value of another kind than declared.
  case wrongType = 5
  /// A text beyond its closed set.
  case outside = 6
  /// The key stands twice in its object, with different values.
  case twice = 7
  /// A number that 64 bits or 18 digits do not hold, or below its `at least`; a list longer than its `at most`; a text of 16 MB or more.
  case outOfRange = 8
  /// An id that is no GUID, or a text beyond a closed set `or other`.
  case text = 9
}

/// Where a text lies in `Store.texts`: 40 bits of offset, 24 bits of length, in bytes.
package struct TextRef: Sendable {
  package let bits: UInt64
  package init(bits: UInt64) { self.bits = bits }
  package init(offset: Int, count: Int) { bits = UInt64(truncatingIfNeeded: offset) << 24 | UInt64(truncatingIfNeeded: count) }
  package var offset: Int { Int(truncatingIfNeeded: bits >> 24) }
  package var count: Int { Int(truncatingIfNeeded: bits & 0xFF_FFFF) }
  package static let longest = 0xFF_FFFF
}

/// Rows of one table that follow each other: 40 bits of the first row's number, 24 bits of their count.
package struct RowRun: Sendable {
  package let bits: UInt64
  package init(bits: UInt64) { self.bits = bits }
  package init(first: Int, count: Int) { bits = UInt64(truncatingIfNeeded: first) << 24 | UInt64(truncatingIfNeeded: count) }
  package var first: Int { Int(truncatingIfNeeded: bits >> 24) }
  package var count: Int { Int(truncatingIfNeeded: bits & 0xFF_FFFF) }
  package static let longest = 0xFF_FFFF
}

extension ReadPlan {
  /// A shape and those of its records and lists, and of theirs.
  func tables(from shape: ShapeID) -> [Int] {
    var found = [shape.index]
    var next = 0
    while next < found.count {
      for slot in shapes[found[next]].slots {
        switch slot.kind {
        case .record(let inner), .list(let inner): if !found.contains(inner.index) { found.append(inner.index) }
        case .bool, .int, .decimal, .text, .date, .instant, .id, .oneOf: break
        }
      }
      next += 1
    }
    return found
  }
}
