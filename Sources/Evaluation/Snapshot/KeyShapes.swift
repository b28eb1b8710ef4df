/// The spellings of keys that a scanner has met, and which followed which.
///
/// Exports repeat their keys in one order, so the next key is guessed, and all bytes from the comma or the brace before it to its value are
/// compared at one go; a wrong guess costs a look in a table. What is remembered is bounded, whatever the data.
struct KeyShapes: ~Copyable {
  /// A key as it is spelled, from the comma or brace before it to its value.
  struct Spelling: BitwiseCopyable {
    var pattern = Pattern.never
    /// The spelling that followed last time.
    var next: Cell<Spelling>
    var meaning: Meaning
    /// The object that it is a key of.
    var node: Int32 = -1
    /// The bytes behind the first 32 are there.
    var rest: Cell<UInt8>
    var hasRest = false
    /// How many texts in a row were as long as the last one; below zero for a while after a wrong guess.
    private var steadiness: Int8 = 0
    /// Of the last text that was passed over, in bytes.
    private(set) var textLength: UInt16 = 0
    private static let enough: Int8 = 8
    private static let pause: Int8 = -100

    init(pattern: Pattern = .never, next: Cell<Spelling>, meaning: Meaning, rest: Cell<UInt8>, node: Int32 = -1) {
      self.pattern = pattern
      self.next = next
      self.meaning = meaning
      self.node = node
      self.rest = rest
    }

    /// Whether it pays to guess that the next text is as long as the last one.
    @inline(__always) var isSteady: Bool { steadiness >= Spelling.enough }

    /// Notes the length of a text that was not guessed, or not well.
    @inline(__always) mutating func note(textLength length: Int) {
      if length == Int(textLength) && !isSteady {
        steadiness &+= 1
      } else {
        steadiness = isSteady ? Spelling.pause : 0
        textLength = UInt16(truncatingIfNeeded: length)
      }
    }
  }

  /// What becomes of the value of a key.
  struct Meaning: BitwiseCopyable {
    enum Action: UInt8 {
      /// Nothing of it is read.
      case skip
      /// It fills the slot.
      case slot
      /// An object on the path to slots of the same row.
      case path
      /// What else a planned key may mean: the parser knows.
      case odd
      /// As `skip`, for the keys of an object beyond the first 64.
      case skipMore
      /// As `slot`, likewise.
      case slotMore
    }
    var action = Action.odd { didSet { isSkipped = action == .skip } }
    /// Whether the action is `skip`, as most are: apart, since the compiler makes one jump by a table of a test of the action and a switch over it.
    private(set) var isSkipped = false
    /// One bit for each name that may stand in the object once.
    var bit: UInt64 = 0
    /// Of the tree's slots.
    var slot: Int32 = -1
    /// The planned key.
    var key: Int32 = -1
    /// The node of the objects within the value.
    var inside: Int32 = -1

    init(_ action: Action = .odd) {
      self.action = action
      isSkipped = action == .skip
    }
  }

  struct Node: BitwiseCopyable {
    /// The spelling that came first last time.
    var first: Cell<Spelling>
    /// New spellings, where nothing of the object is read.
    var learned: Int32 = 0
    /// The tree's node; -1 where nothing of the object is read.
    var planned: Int32 = -1
  }

  /// Spellings remembered of all objects together, beside two for each planned key; the first matches nothing.
  private static let leastLimit = 1024
  /// Names that one object may have.
  static let mostNames = 4096
  /// How long a spelling may be.
  private static let longest = 256
  /// Objects of which nothing is read.
  private static let nodeLimit = 256
  /// Bytes of spellings beyond their first 32, and sixteen more for each that has any.
  private static let restLimit = 1 << 15
  /// Objects of which nothing is read are no longer guessed when so many keys of them were new.
  private static let patience: Int32 = 128

  private let spellingSlab: Slab<Spelling>
  private let nodeSlab: Slab<Node>
  private let restSlab: Slab<UInt8>
  private let spellings: Cells<Spelling>
  private let rests: Cells<UInt8>
  /// Those with planned keys come first, with their numbers in the tree.
  let nodes: Cells<Node>
  /// The spelling that matches nothing, and stands for none.
  let none: Cell<Spelling>
  private var nodeCount: Int
  private var count = 1
  private var restCount = 0
  /// By node of planned keys: the names that were met and are not planned, in lower case, with their numbers.
  private var names: [[[UInt8]: Int]]
  /// Open addressing: the number of a spelling, or 0.
  private let table: Slab<Int32>
  private let tableMask: Int
  private let limit: Int

  /// - Parameters:
  ///   - planned: how many objects have planned keys.
  ///   - keys: how many these are.
  init(planned: Int, keys: Int) {
    limit = KeyShapes.leastLimit + 2 * keys
    var size = 4096
    while size < limit * 2 { size *= 2 }
    tableMask = size - 1
    restSlab = Slab(unwritten: KeyShapes.restLimit)
    rests = restSlab.cells
    let rest = rests.cell(0)
    spellingSlab = Slab(unwritten: limit)
    spellings = spellingSlab.cells
    let none = spellings.cell(0)
    none.value = Spelling(next: none, meaning: Meaning(), rest: rest)
    self.none = none
    nodeSlab = Slab(capacity: KeyShapes.nodeLimit + planned, filledWith: Node(first: none))
    nodes = nodeSlab.cells
    table = Slab(capacity: size, filledWith: 0)
    nodeCount = planned
    names = Array(repeating: [:], count: planned)
    for node in 0..<planned { nodes[node].planned = Int32(node) }
  }

  /// The node of the objects within a spelling's value; -1 where there is no room, or where it does not pay to guess their keys.
  mutating func inside(_ spelling: Cell<Spelling>) -> Int {
    let known = Int(spelling.value.meaning.inside)
    if known >= 0 { return nodes[known].learned < KeyShapes.patience ? known : -1 }
    guard nodeCount < nodeSlab.capacity else { return -1 }
    spelling.value.meaning.inside = Int32(nodeCount)
    nodeCount += 1
    return nodeCount - 1
  }

  /// The spelling that stands at a place, `length` bytes long; nil where it is new.
  func find(_ place: Place, _ length: Int, node: Int) -> Cell<Spelling>? {
    var entry = KeyShapes.hash(place, length, node) & tableMask
    while table[entry] != 0 {
      let spelling = spellings.cell(Int(table[entry]))
      if spelling.value.node == Int32(node) && spelling.value.pattern.count == length && spelling.matches(place) { return spelling }
      entry = (entry + 1) & tableMask
    }
    return nil
  }

  /// Remembers a spelling.
  /// - Returns: nil where there is no room.
  mutating func learn(_ place: Place, _ length: Int, node: Int, _ meaning: Meaning) -> Cell<Spelling>? {
    nodes[node].learned += 1
    guard count < limit, length <= KeyShapes.longest, restCount + length <= KeyShapes.restLimit else { return nil }
    let bytes = (0..<length).map { place[$0] }
    let spelling = spellings.cell(count)
    spelling.value = Spelling(pattern: Pattern(bytes), next: none, meaning: meaning, rest: rests.cell(0), node: Int32(node))
    if length > 32 {
      // Sixteen bytes from before them come first, for the overlap.
      spelling.value.rest = rests.cell(restCount + 16)
      spelling.value.hasRest = true
      for byte in bytes[16...] {
        rests[restCount] = byte
        restCount += 1
      }
    }
    var entry = KeyShapes.hash(place, length, node) & tableMask
    while table[entry] != 0 { entry = (entry + 1) & tableMask }
    table[entry] = Int32(count)
    count += 1
    return spelling
  }

  /// Notes that a spelling follows another in its object, or opens it (`previous` is none).
  @inline(__always) func link(_ previous: Cell<Spelling>, to spelling: Cell<Spelling>, node: Int) {
    if previous == none { nodes[node].first = spelling } else { previous.value.next = spelling }
  }

  /// The number of a name that is not planned among those of its object; nil where there is no room.
  mutating func number(of name: [UInt8], node: Int, planned: Int) -> Int? {
    if let known = names[node][name] { return known }
    let number = planned + names[node].count
    guard number < KeyShapes.mostNames else { return nil }
    names[node][name] = number
    return number
  }

  /// Eight bytes from each end say enough.
  @inline(__always) private static func hash(_ place: Place, _ length: Int, _ node: Int) -> Int {
    // A spelling has at least a comma, two quotes and a colon.
    let first = length >= 8 ? place.word8() : UInt64(place.word4())
    let last = length >= 8 ? place.word8(length &- 8) : UInt64(place.word4(length &- 4))
    let middle = length >= 16 ? place.word8(length &>> 1 &- 4) : 0
    let mixed =
      (first ^ (last &* 0x9E37_79B9_7F4A_7C15) ^ (middle &* 0x94D0_49BB_1331_11EB) ^ UInt64(truncatingIfNeeded: length &+ node &* 512))
      &* 0xFF51_AFD7_ED55_8CCD
    return Int(truncatingIfNeeded: mixed &>> 40)
  }
}

extension Cell where Element == KeyShapes.Spelling {
  @inline(__always) func matches(_ place: Place) -> Bool {
    value.pattern.matches(place) && (!value.hasRest || restMatches(place))
  }

  /// The bytes behind the first 32, sixteen at a time, from the front; the last sixteen overlap those before them.
  @inline(never) private func restMatches(_ place: Place) -> Bool {
    let last = value.pattern.count &- 48
    var index = 0
    while index < last {
      if isAnySet(place.vector16(32 &+ index) ^ value.rest.vector16(index)) { return false }
      index &+= 16
    }
    return !isAnySet(place.vector16(32 &+ last) ^ value.rest.vector16(last))
  }
}
