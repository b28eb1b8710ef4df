internal import Semantics
internal import Syntax

/// Reads rows as most of them are, at the speed of memory: one pass that guesses the next key, fills the planned slots, and validates and
/// passes all else.
///
/// Whatever is odd in a row (a key that stands twice, a value of another kind, a number that is not whole, nesting of more than 64, any
/// fault) makes it give the row up, and `RowParser`, which knows all of the rules and is slow, reads it from its begin. Where the scanner
/// does read a row, the parser reads the same.
///
/// Rows are gathered in memory of the scanner's own, and go to the store in one piece.
struct RowScanner: ~Copyable {
  /// Arrays and objects within a row; the parser reads deeper ones.
  static let deepest = 64

  /// Rows of one shape that are not in the store yet.
  struct Gathered: BitwiseCopyable {
    let stride: Int
    var count = 0
    /// Rows of the store's table before these.
    var before = 0
  }

  let tree: KeyTree
  private let planSlab: Slab<Slot>
  private let patternSlab: Slab<Pattern>
  private let gatheredSlab: Slab<Gathered>
  let plan: Cells<Slot>
  let patterns: Cells<Pattern>
  /// By shape.
  let gathered: Cells<Gathered>
  private var keys: KeyShapes
  private let nodes: Cells<KeyShapes.Node>
  private let none: Cell<KeyShapes.Spelling>
  private var rows: RowSlabs
  var texts: Slab<UInt8>
  var textCount = 0
  /// Bytes of the store's texts before these.
  var textsBefore = 0
  /// A short text, with zeros behind it.
  var scratch: [UInt8] = []
  var scratchCount = 0
  /// Whether a line feed was met within a row: then lines are counted, else they are known.
  private(set) var hasFeeds = false
  /// Shapes that the rows at hand can grow.
  private let shapes: [Int]
  /// How many rows of each there were before the row at hand.
  private let marks: Slab<Int>
  /// Of the object at each depth, a bit for each key that was met, but for the first 64; 64 words each.
  private let met: Slab<UInt64>
  /// How many slots one text may fill.
  private let copies: Int
  private let root: Int
  private let rootNode: Int
  let longestText: Int

  /// What is done to fill a slot.
  struct Slot: BitwiseCopyable {
    var kind = KeyTree.Slot.Kind.bool
    /// Where its state is: the word from the row's begin, and the bits.
    var stateWord = 0
    var stateShift: UInt64 = 0
    var word = 0
    var inner = 0
    /// The node of the inner rows; -1 where they are scalars.
    var innerNode = -1
    var innerScalar = -1
    var atLeast = Int64.min
    var atMost = Int64.max
    /// In `patterns`: the members of the closed set, each in its quotes.
    var firstMember = 0
    var memberCount = 0
    var admitsOther = false
    /// In `patterns`: the text that stands for null, in its quotes; -1 without.
    var nullPattern = -1
    /// Has more to it than is done here.
    var isOdd = false
  }

  init(_ readPlan: ReadPlan, _ tree: KeyTree, shape: Int, longestText: Int) {
    let shapes = readPlan.tables(from: ShapeID(shape))
    var bytes: [[UInt8]] = []
    let slots = tree.slots.enumerated().map { RowScanner.slot($0.element, $0.offset, tree, &bytes) }
    planSlab = Slab(slots, orElse: Slot())
    plan = planSlab.cells
    patternSlab = Slab(bytes.map { Pattern($0) }, orElse: .never)
    patterns = patternSlab.cells
    gatheredSlab = Slab(tree.shapes.map { Gathered(stride: $0.stride) }, orElse: Gathered(stride: 1))
    gathered = gatheredSlab.cells
    self.longestText = longestText
    root = shape
    rootNode = tree.shapes[shape].node ?? -1
    keys = KeyShapes(planned: tree.nodes.count, keys: tree.keys.count)
    met = Slab(unwritten: (RowScanner.deepest + 1) * 64)
    nodes = keys.nodes
    none = keys.none
    marks = Slab(capacity: shapes.count, filledWith: 0)
    rows = RowSlabs(strides: tree.shapes.map { $0.stride })
    texts = Slab(capacity: 1, filledWith: 0)
    copies = max(tree.keys.map { $0.slots.count }.max() ?? 1, 1)
    self.shapes = shapes
    self.tree = tree
  }

  private static func slot(_ slot: KeyTree.Slot, _ number: Int, _ tree: KeyTree, _ patterns: inout [[UInt8]]) -> Slot {
    func quoted(_ text: [UInt8]) -> [UInt8] { [0x22] + text + [0x22] }
    // What JSON must escape is never met as it is, and what is longer than a pattern is read by the parser.
    func isPlain(_ text: [UInt8]) -> Bool {
      text.count <= 30 && text.allSatisfy { $0 >= 0x20 && $0 < 0x80 && $0 != 0x22 && $0 != 0x5C } && !text.elementsEqual("null".utf8)
    }
    var made = Slot(
      kind: slot.kind, stateWord: slot.stateWord, stateShift: slot.stateShift, word: slot.word, inner: slot.inner,
      atLeast: slot.atLeast, atMost: slot.atMost, admitsOther: slot.admitsOther)
    switch slot.kind {
    case .record, .list:
      made.innerNode = tree.shapes[slot.inner].node ?? -1
      made.innerScalar = tree.shapes[slot.inner].scalar
    case .oneOf:
      made.firstMember = patterns.count
      made.memberCount = slot.members.count
      for member in slot.members {
        if !isPlain(tree.members[member]) { made.isOdd = true }
        patterns.append(quoted(tree.members[member]))
      }
    case .bool, .int, .decimal, .text, .date, .instant, .id: break
    }
    if slot.hasNullFor {
      let isText = slot.kind == .text || slot.kind == .oneOf || slot.kind == .id
      if isText, case .text(let text)? = tree.nullFor[number], isPlain(text.utf8) {
        made.nullPattern = patterns.count
        patterns.append(quoted(text.utf8))
      } else {
        made.isOdd = true
      }
    }
    return made
  }

  // MARK: - Batches

  /// Begins to gather for a store, whose rows and texts stay where they are until `flush`.
  mutating func begin(_ store: borrowing Store) {
    for shape in shapes {
      forget(shape, from: 0)
      gathered[shape].before = store.tables[shape].count
    }
    textsBefore = store.texts.count
  }

  /// Puts what was gathered into the store.
  mutating func flush(into store: inout Store) {
    for shape in shapes where gathered[shape].count > 0 {
      rows.append(shape, gathered[shape].count * gathered[shape].stride, to: &store.tables[shape].words)
      store.tables[shape].count += gathered[shape].count
    }
    texts.append(textCount, to: &store.texts)
    textCount = 0
    begin(store)
  }

  /// Makes room for the texts of so many bytes of JSON.
  mutating func reserve(_ bytes: Int) {
    let wanted = textCount + bytes * copies + scanPadding
    if wanted > texts.capacity { texts.grow(to: max(wanted, texts.capacity * 2), keeping: textCount) }
  }

  // MARK: - Rows

  /// Reads the row that begins at a place.
  /// - Returns: the place behind it; nil where the row is the parser's, and nothing of it is kept.
  mutating func row(_ place: Place) -> Place? {
    guard rootNode >= 0, place[0] == 0x7B else { return nil }
    for (number, shape) in shapes.enumerated() { marks[number] = gathered[shape].count }
    let text = textCount
    let row = addRow(root)
    if let end = object(place, rootNode, row, 0) { return end }
    for (number, shape) in shapes.enumerated() { forget(shape, from: marks[number]) }
    textCount = text
    return nil
  }

  /// Forgets the rows of a shape but for the first ones.
  private func forget(_ shape: Int, from first: Int) {
    let stride = gathered[shape].stride
    rows.clear(shape, first &* stride..<gathered[shape].count &* stride)
    gathered[shape].count = first
  }

  /// Adds a row whose fields are all absent.
  @inline(__always) mutating func addRow(_ shape: Int) -> Row {
    let stride = gathered[shape].stride
    let base = gathered[shape].count &* stride
    gathered[shape].count &+= 1
    return rows.add(shape, base, stride: stride)
  }

  // MARK: - Objects

  /// Reads an object into a row.
  mutating func object(_ start: Place, _ node: Int, _ row: Row, _ depth: Int) -> Place? {
    if depth > RowScanner.deepest { return nil }
    var place = start
    var met: UInt64 = 0
    var metMore: UInt64 = 0
    var spelling = none
    var guess = nodes[node].first
    while true {
      if guess.matches(place) {
        place = place + guess.value.pattern.count
        spelling = guess
      } else {
        if place[0] == 0x7D { return place + 1 }
        switch key(place, node, after: spelling) {
        case .end(let end): return end
        case .none: return nil
        case .key(let found, let value):
          spelling = found
          place = value
        }
      }
      let bit = spelling.value.meaning.bit
      if met & bit != 0 { return nil }
      met |= bit
      // What most keys mean is asked first, before the jump that the others take.
      if spelling.value.meaning.isSkipped {
        guard let end = skipped(place, spelling, depth) else { return nil }
        place = end
        guess = spelling.value.next
        continue
      }
      switch spelling.value.meaning.action {
      case .skip: return nil
      case .slot:
        guard let end = fill(Int(spelling.value.meaning.slot), place, row, depth) else { return nil }
        place = end
      case .path:
        guard let end = path(spelling, place, row, depth) else { return nil }
        place = end
      case .skipMore, .slotMore:
        guard let end = more(spelling, place, row, depth, &metMore) else { return nil }
        place = end
      case .odd: return nil
      }
      guess = spelling.value.next
    }
  }

  /// A key of an object beyond its first 64.
  ///
  /// - Parameter words: which words of `met` the object has begun to use.
  @inline(never) private mutating func more(
    _ spelling: Cell<KeyShapes.Spelling>, _ place: Place, _ row: Row, _ depth: Int, _ words: inout UInt64
  ) -> Place? {
    let meaning = spelling.value.meaning
    let number = Int(meaning.key)
    let word = depth &* 64 &+ number &>> 6
    let begun: UInt64 = 1 &<< UInt64(truncatingIfNeeded: number &>> 6)
    if words & begun == 0 { met[word] = 0 }
    words |= begun
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: number & 63)
    if met[word] & bit != 0 { return nil }
    met[word] |= bit
    return meaning.action == .slotMore ? fill(Int(meaning.slot), place, row, depth) : skipped(place, spelling, depth)
  }

  private enum Key {
    /// The object ends here.
    case end(Place)
    /// The place is that of the value.
    case key(Cell<KeyShapes.Spelling>, Place)
    case none
  }

  /// Reads a key that was not guessed, from the end of the value before it, or from the brace, to its own value.
  @inline(never) private mutating func key(_ place: Place, _ node: Int, after last: Cell<KeyShapes.Spelling>) -> Key {
    let separator = space(place)
    let isFirst = last == keys.none
    if separator[0] == 0x7D && !isFirst { return .end(separator + 1) }
    guard separator[0] == (isFirst ? 0x7B : 0x2C) else { return .none }
    let quote = space(separator + 1)
    if quote[0] == 0x7D && isFirst { return .end(quote + 1) }
    guard quote[0] == 0x22, let end = textEnd(quote + 1) else { return .none }
    let colon = space(end + 1)
    guard colon[0] == 0x3A else { return .none }
    let value = space(colon + 1)
    // At the end of the window the white space may go on.
    if value[0] == 0 { return .none }
    let length = value - place
    if let known = keys.find(place, length, node: node) {
      keys.link(last, to: known, node: node)
      return .key(known, value)
    }
    guard let meaning = meaning(quote + 1, end - quote - 1, node), let new = keys.learn(place, length, node: node, meaning) else {
      return .none
    }
    keys.link(last, to: new, node: node)
    return .key(new, value)
  }

  /// What a key means; nil where it is the parser's to tell.
  private mutating func meaning(_ start: Place, _ count: Int, _ node: Int) -> KeyShapes.Meaning? {
    let planned = Int(keys.nodes[node].planned)
    guard planned >= 0 else { return KeyShapes.Meaning(.skip) }
    var name: [UInt8] = []
    for index in 0..<count { name.append(start[index]) }
    if name.contains(0x5C) || name.contains(where: { $0 >= 0x80 }) { return nil }
    name = folded(name)
    let all = tree.nodes[planned].keys
    var made = KeyShapes.Meaning(.skip)
    let number: Int
    if let key = tree.key(of: planned, name.span, 0, name.count) {
      number = key - all.lowerBound
      made = meaning(ofKey: key)
    } else if goesOnElsewhere(name, planned) {
      return KeyShapes.Meaning(.odd)
    } else {
      guard let known = keys.number(of: name, node: node, planned: all.count) else { return KeyShapes.Meaning(.odd) }
      number = known
    }
    if number < 64 {
      made.bit = 1 << UInt64(number)
      return made
    }
    if number >= KeyShapes.mostNames { return KeyShapes.Meaning(.odd) }
    switch made.action {
    case .skip: made.action = .skipMore
    case .slot: made.action = .slotMore
    case .path, .odd, .skipMore, .slotMore: return KeyShapes.Meaning(.odd)
    }
    // The bit's number takes the place of the key's, which only paths ask for.
    made.key = Int32(number - 64)
    return made
  }

  /// Whether a name says that the list of a planned key goes on elsewhere.
  private func goesOnElsewhere(_ name: [UInt8], _ node: Int) -> Bool {
    ODataKeys.nextLinks.contains { ending in
      name.count > ending.count && name.suffix(ending.count) == ending[...]
        && tree.key(of: node, name.span, 0, name.count - ending.count) != nil
    }
  }

  private func meaning(ofKey key: Int) -> KeyShapes.Meaning {
    var made = KeyShapes.Meaning(.odd)
    made.key = Int32(key)
    let planned = tree.keys[key]
    if let inside = planned.node, planned.slots.isEmpty {
      made.action = .path
      made.inside = Int32(inside)
    } else if planned.node == nil, planned.slots.count == 1, !plan[planned.slots[0]].isOdd {
      made.action = .slot
      made.slot = Int32(planned.slots[0])
    }
    return made
  }

  /// An object whose keys are slots of the row around it, or null.
  @inline(never) private mutating func path(_ spelling: Cell<KeyShapes.Spelling>, _ place: Place, _ row: Row, _ depth: Int) -> Place? {
    if place[0] == 0x7B { return object(place, Int(spelling.value.meaning.inside), row, depth &+ 1) }
    guard place.word4() == Word.null else { return nil }
    for slot in tree.slots(under: Int(spelling.value.meaning.key)) { setState(.null, slot, row) }
    return place + 4
  }

  // MARK: - What is not read

  /// Passes a value of which nothing is read.
  @inline(__always) mutating func skipped(_ place: Place, _ spelling: Cell<KeyShapes.Spelling>, _ depth: Int) -> Place? {
    if place[0] == 0x22 {
      guard let end = textEnd(place + 1) else { return nil }
      return end + 1
    }
    let word = place.word4()
    if word == Word.null || word == Word.true { return place + 4 }
    if word == Word.fals && place[4] == 0x65 { return place + 5 }
    return skippedOther(place, spelling, depth)
  }

  @inline(never) private mutating func skippedOther(_ place: Place, _ spelling: Cell<KeyShapes.Spelling>, _ depth: Int) -> Place? {
    switch place[0] {
    case 0x7B:
      let node = keys.inside(spelling)
      return node < 0 ? walked(place, depth &+ 1) : skippedObjects(place, node, depth &+ 1, isElement: false)
    case 0x5B: return place[1] == 0x5D && depth < RowScanner.deepest ? place + 2 : skippedArray(place, spelling, depth &+ 1)
    default: return numberEnd(place)
    }
  }

  /// Passes a text, whose length is guessed where those before it had all the same: then the next key is looked for before it is known where this
  /// text ends. In objects of which a row has many, as plans, most lengths are one; in the row itself guessing gains nothing.
  @inline(__always) private func skippedText(_ place: Place, _ spelling: Cell<KeyShapes.Spelling>) -> Place? {
    let first = place + 1
    let length = Int(spelling.value.textLength)
    if spelling.value.isSteady && first.isPlainText(length) { return first + (length &+ 1) }
    guard let end = textEnd(first) else { return nil }
    spelling.value.note(textLength: end - first)
    return end + 1
  }

  /// Passes an object; of the elements of an array those that follow it at once, too.
  private mutating func skippedObjects(_ first: Place, _ node: Int, _ depth: Int, isElement: Bool) -> Place? {
    if depth > RowScanner.deepest { return nil }
    var start = first
    var place = start
    var spelling = none
    var guess = nodes[node].first
    while true {
      if guess.matches(place) {
        place = place + guess.value.pattern.count
        spelling = guess
      } else {
        if place[0] == 0x7D {
          guard isElement, place[1] == 0x2C, place[2] == 0x7B else { return place + 1 }
          start = place + 2
          place = start
          spelling = none
          guess = nodes[node].first
          continue
        }
        switch key(place, node, after: spelling) {
        case .end(let end): return end
        case .none: return walked(start, depth)
        case .key(let found, let value):
          spelling = found
          place = value
        }
      }
      guard let end = place[0] == 0x22 ? skippedText(place, spelling) : skipped(place, spelling, depth) else { return nil }
      place = end
      guess = spelling.value.next
    }
  }

  private mutating func skippedArray(_ start: Place, _ spelling: Cell<KeyShapes.Spelling>, _ depth: Int) -> Place? {
    if depth > RowScanner.deepest { return nil }
    var place = space(start + 1)
    if place[0] == 0x5D { return place + 1 }
    while true {
      let node = place[0] == 0x7B ? keys.inside(spelling) : -1
      guard let end = node < 0 ? skipped(place, spelling, depth) : skippedObjects(place, node, depth &+ 1, isElement: true) else {
        return nil
      }
      place = space(end)
      if place[0] == 0x5D { return place + 1 }
      guard place[0] == 0x2C else { return nil }
      place = space(place + 1)
    }
  }

  /// Passes a value without guessing its keys.
  private mutating func walked(_ place: Place, _ depth: Int) -> Place? {
    if depth > RowScanner.deepest { return nil }
    switch place[0] {
    case 0x22:
      guard let end = textEnd(place + 1) else { return nil }
      return end + 1
    case 0x7B, 0x5B: return walkedContainer(place, depth)
    case 0x6E, 0x74, 0x66: return wordEnd(place)
    default: return numberEnd(place)
    }
  }

  private mutating func walkedContainer(_ start: Place, _ depth: Int) -> Place? {
    let isObject = start[0] == 0x7B
    let close: UInt8 = isObject ? 0x7D : 0x5D
    var place = space(start + 1)
    if place[0] == close { return place + 1 }
    while true {
      if isObject {
        guard place[0] == 0x22, let end = textEnd(place + 1) else { return nil }
        let colon = space(end + 1)
        guard colon[0] == 0x3A else { return nil }
        place = space(colon + 1)
      }
      guard let end = walked(place, depth &+ 1) else { return nil }
      place = space(end)
      if place[0] == close { return place + 1 }
      guard place[0] == 0x2C else { return nil }
      place = space(place + 1)
    }
  }

  // MARK: - White space

  @inline(__always) mutating func space(_ place: Place) -> Place { place[0] > 0x20 ? place : slowSpace(place) }

  @inline(never) private mutating func slowSpace(_ start: Place) -> Place {
    var place = start
    while true {
      switch place[0] {
      case 0x0A:
        hasFeeds = true
        place = place + 1
      case 0x20, 0x0D, 0x09: place = place + 1
      default: return place
      }
    }
  }
}
