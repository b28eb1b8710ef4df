import Semantics
import Syntax

/// A checked program made ready to run: which fields are read, and its expressions as trivial nodes.
///
/// Node n is expression n of the program, so that an explanation finds the text of what it explains.
struct Plan {
  let program: CheckedProgram
  let read: ReadPlan
  var nodes: [Node] = []
  /// Operands of nodes that have any number of them.
  var pool: [Int32] = []
  var constants: [Value] = []
  /// The bytes of constant texts.
  var texts: [UInt8] = []
  /// The slots of all shapes, one behind the other.
  var slots: [SlotInfo] = []
  /// The first slot of each shape in `slots`.
  var firstSlot: [Int] = []
  var layouts: [Layout] = []
  var globs: [Text] = []
  /// The elements of constant lists; they come first in the machine's list arena.
  var listElements: [Value] = []
  /// By record: the shape of its rows.
  var shapeOfRecord: [Int?] = []
  var defines: [DefineNode] = []
  var rules: [RuleNode] = []
  /// By record; `body` is -1 where it has no holding.
  var holdings: [HoldingNode] = []
}

/// A define, ready to run.
struct DefineNode {
  var body: Int32
  /// The only parameter's variable; -1 where there is none or there are several.
  var parameter: Int32
}

/// A holding, ready to run.
struct HoldingNode {
  var subject: Int32 = -1
  var product: Int32 = -1
  var body: Int32 = -1
}

/// What is asked of a rule for every row.
struct RuleNode {
  /// The variable of the first `for each`; -1 without.
  var subject: Int32
  var links: Int32
  /// -1 without.
  var when: Int32
  var require: Int32
}

/// One expression, ready to run. What `a` to `d` mean is said at each operation.
struct Node {
  enum Operation: UInt8 {
    /// a: constant
    case constant
    /// a: variable
    case variable
    /// a: fact
    case fact
    case today, startOfMonth
    /// a: index of the expression, whose reason is the cause
    case stated
    /// a: base, b: slot
    case stored
    /// a: base, b: the slot of the key, c: the collection joined to; flag: the row may be missing
    case join
    /// a: base, b: the record's number, c: the field's index
    case reverse
    /// a: collection
    case single, collection
    /// a: collection, b: first operand in the pool, c: their count
    case rowOf
    /// a: lookup, b: value
    case entry
    /// a: define, b: first argument in the pool, c: their count
    case call
    /// a: operand
    case not, negate
    /// b: first operand in the pool, c: their count
    case and, or, list
    /// a, b: operands; flag: negated
    case equal, member
    /// a, b: operands; flag: 0 <, 1 <=, 2 >, 3 >=
    case order
    /// a, b: operands
    case within, has, holds, days, orElse
    /// a, b: operands; flag: 0 contains, 1 starts with, 2 ends with
    case textTest
    /// a: operand, b: glob
    case matches
    /// a, b: operands; flag: 0 +, 1 -, 2 *, 3 /
    case arithmetic
    /// a: date, b: amount, c: 1 backwards; flag: 0 days, 1 months, 2 years
    case shift
    /// a: element, b: first of pairs (variable, source) in the pool, c: count of loops, d: condition or -1
    case comprehension
    /// the same; flag: 0 sum, 1 min, 2 max
    case aggregate
    /// a: variable, b: source, c: condition or -1, d: what must be satisfied
    case any, all
    /// a: variable, b: source, c: condition or -1; flag: distinct
    case count
    case products
    /// a: subject
    case productsHeld
    /// a: feature
    case productsGranting
    /// a: product; flag: 0 skus, 1 plans, 2 components, 3 includes
    case part
    /// b: first operand in the pool, c: their count; flag: 0 union, 1 common, 2 without, 3 lower
    case function
  }
  var operation: Operation
  var flag: UInt8 = 0
  var a: Int32 = -1
  var b: Int32 = -1
  var c: Int32 = -1
  var d: Int32 = -1
}

/// A shape as the machine reads it.
struct Layout {
  var stride: Int
  var stateWords: Int
  var firstSlot: Int
  var slotCount: Int
  /// The element of a list of scalars: the row stands for its one slot.
  var isScalar: Bool
}

/// A slot as the machine reads it.
struct SlotInfo {
  enum Kind: UInt8 { case bool, int, decimal, text, date, instant, id, oneOf, record, list }
  var kind: Kind
  /// Whether null is one of its values.
  var mayBeNull: Bool
  var shape: Int32
  /// The slot's number in its shape.
  var number: Int32
  var word: Int32
  /// The first constant of a closed set; the shape of a record or of a list's elements.
  var target: Int32
  /// The field whose path its causes name.
  var record: Int32
  var field: Int32
}
