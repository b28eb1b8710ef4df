/// One pass over a tree without mistakes: every token and comment is put into the output in its order.
///
/// The tree says where lines and groups begin; what is written are the tokens under `cursor`, so nothing can be left out unseen.
struct Formatter {
  let tree: SyntaxTree
  let source: SourceFile
  /// The index of the next token.
  private(set) var cursor = 0
  /// The index of the next comment.
  private var comment = 0
  private(set) var lines: [Layout.Line] = []
  /// What has been put of the clause or declaration that is being written.
  var layout = Layout()
  /// A space, a gap or nothing has been put before the next token.
  private var isSeparated = true
  /// The next token stands right behind the last one.
  private var isGlued = false

  /// The declarations that share the columns of the one that is being written.
  var neighbours: (range: Range<Int>, columns: [Int]) = (0..<0, [])

  init(_ tree: SyntaxTree) {
    self.tree = tree
    self.source = tree.source
  }

  /// The formatted file; nil where the tree does not account for a token.
  mutating func run() -> [UInt8]? {
    var next = 0
    while !isAtEnd {
      let start = here
      leadIn(0, isFirst: lines.isEmpty)
      if let module = tree.module, tree.tokens[cursor + 1].span.start == module.span.start {
        takeFlat(through: module.span.end)
        flush()
      } else if next < tree.declarations.count, tree.declarations[next].span.start == here {
        declaration(next)
        next += 1
      }
      guard here > start else { return nil }
    }
    comments(0, isFirst: lines.isEmpty)
    return joined()
  }

  // MARK: Looking

  var isAtEnd: Bool { tree.tokens[cursor].kind == .end }
  /// The offset of the next token.
  var here: Int32 { tree.tokens[cursor].span.start }
  /// The first byte of the next token.
  var byte: UInt8 { Int(here) < source.bytes.count ? source.bytes[Int(here)] : 0 }
  var startsLine: Bool { tree.tokens[cursor].startsLine }

  /// The columns of a span on one line: where a comment stands in it, those of its tokens.
  func width(_ span: SourceSpan) -> Int {
    let bytes = source.slice(span)
    guard bytes.contains(0x0A) || bytes.contains(0x0D) else { return displayWidth(bytes) }
    var (low, high) = (0, tree.tokens.count)
    while low < high {
      let middle = (low + high) / 2
      if tree.tokens[middle].span.start < span.start { low = middle + 1 } else { high = middle }
    }
    var width = 0
    while low < tree.tokens.count, tree.tokens[low].span.end <= span.end {
      width += displayWidth(source.slice(tree.tokens[low].span))
      low += 1
    }
    return width
  }

  /// The ends of line between two offsets.
  func lineEnds(from start: Int32, to end: Int32) -> Int { source.line(of: end) - source.line(of: max(0, start)) }

  /// An empty line stands above the one of an offset at which a line's text begins.
  private func hasBlankAbove(_ offset: Int32) -> Bool {
    let line = source.line(of: offset)
    guard line > 1 else { return false }
    let above = source.bytes[Int(source.lineStarts[line - 2])..<Int(source.lineStarts[line - 1])]
    return above.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
  }

  /// Nothing but a comment stands on a comment's line.
  private func standsAlone(_ comment: SourceSpan) -> Bool {
    var index = Int(comment.start)
    while index > 0, source.bytes[index - 1] == 0x20 || source.bytes[index - 1] == 0x09 { index -= 1 }
    return index == 0 || source.bytes[index - 1] == 0x0A || source.bytes[index - 1] == 0x0D || (index == 3 && source.bytes[0] == 0xEF)
  }

  /// A comment stands before the next token.
  var isBeforeComment: Bool {
    comment < tree.comments.count && (isAtEnd || tree.comments[comment].start < here)
  }

  /// For each of several spans, the run that it belongs to: those that follow one another on neighbouring lines and are alike.
  func runs(_ spans: [SourceSpan], alike: (Int, Int) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    while runs.count < spans.count {
      let start = runs.count
      var end = start + 1
      while end < spans.count, alike(end - 1, end), lineEnds(from: spans[end - 1].end, to: spans[end].start) == 1 { end += 1 }
      runs.append(contentsOf: repeatElement(start..<end, count: end - start))
    }
    return runs
  }

  // MARK: Putting

  /// The comments before the next token, each on a line of its own, or behind the line that it stands on; and at most one empty line.
  mutating func leadIn(_ indent: Int, isFirst: Bool) {
    let isFirst = comments(indent, isFirst: isFirst)
    if !isFirst && startsLine && hasBlankAbove(here) { addBlank() }
  }

  /// As `leadIn`, without an empty line before the next token; returns whether nothing has been put.
  @discardableResult
  mutating func comments(_ indent: Int, isFirst: Bool) -> Bool {
    var isFirst = isFirst
    while isBeforeComment {
      let span = tree.comments[comment]
      let text = trimmed(source.slice(span))
      comment += 1
      if !standsAlone(span), !lines.isEmpty, lines[lines.count - 1].comment == nil {
        lines[lines.count - 1].comment = text
      } else {
        if !isFirst && hasBlankAbove(span.start) { addBlank() }
        lines.append(Layout.Line(text: [UInt8](repeating: 0x20, count: indent) + text))
        isFirst = false
      }
    }
    return isFirst
  }

  private mutating func addBlank() { lines.append(Layout.Line(text: [])) }

  mutating func addLine(_ text: [UInt8]) { lines.append(Layout.Line(text: text)) }

  mutating func setLine(_ index: Int, _ text: [UInt8]) { lines[index].text = text }

  /// Ends the line or lines of what has been put.
  mutating func flush(indent: Int = 0) {
    lines += layout.lines(indent: indent, continuation: indent + 2)
    layout.removeAll()
    isSeparated = true
    isGlued = false
  }

  /// What has been put, on one line, which is not added to the others.
  mutating func flatCell() -> [UInt8] {
    let bytes = layout.flat()
    layout.removeAll()
    isSeparated = true
    isGlued = false
    return bytes
  }

  /// The next token.
  mutating func put() {
    guard !isAtEnd else { return }
    separate()
    layout.add(.text(spelled(tree.tokens[cursor], in: source)))
    cursor += 1
    isSeparated = false
  }

  /// A sign that is not in the source.
  mutating func insert(_ sign: StaticString) {
    layout.add(.text(ArraySlice(sign.description.utf8)))
    isSeparated = false
  }

  /// Passes over the next token, which is written otherwise or not at all.
  mutating func skip() { cursor += 1 }

  /// The next token stands right behind the last one.
  mutating func glue() { isGlued = true }

  mutating func gap(spaces: Int = 1, shift: Int = 0) {
    layout.add(putComments() ? .newLine(shift: shift) : .gap(spaces: spaces, shift: shift))
    isSeparated = true
  }

  /// One space, which is no gap.
  mutating func space() {
    layout.add(putComments() ? .newLine(shift: 0) : .text([0x20]))
    isSeparated = true
  }

  mutating func column(_ column: Int) {
    layout.add(putComments() ? .newLine(shift: 0) : .column(column))
    isSeparated = true
  }

  mutating func begin(_ place: Layout.Group.Place, isFilled: Bool = false, limit: Int = Layout.limit) {
    separate()
    layout.add(.begin(Layout.Group(place: place, isFilled: isFilled, limit: limit)))
  }

  /// Begins a group whose first piece is a gap.
  mutating func beginWithGap(_ place: Layout.Group.Place, spaces: Int = 1) {
    layout.add(.begin(Layout.Group(place: place, isFilled: false, limit: Layout.limit)))
    gap(spaces: spaces)
  }

  mutating func end() { layout.add(.end) }

  /// All tokens that begin before an offset; an operator stands apart from its operands.
  mutating func take(until offset: Int32) {
    while !isAtEnd, here < offset { put() }
  }

  /// All tokens that end at an offset or before it, on one line; a minus belongs to the number behind it.
  mutating func takeFlat(through offset: Int32) {
    while !isAtEnd, here < offset {
      let isMinus = byte == 0x2D
      put()
      let next = tree.tokens[cursor].kind
      if isMinus && (next == .int || next == .decimal) { glue() }
    }
  }

  /// All tokens before the one that stands before an offset: a keyword and what it is about.
  mutating func takeFlat(beforeWordAt offset: Int32) {
    while !isAtEnd, tree.tokens[cursor + 1].span.start < offset { takeFlat(through: here + 1) }
  }

  /// The head of a declaration and its brace.
  mutating func takeHead() {
    while !isAtEnd, byte != 0x7B { put() }
    put()
  }

  private mutating func separate() {
    defer { (isSeparated, isGlued) = (true, false) }
    if isSeparated { return }
    if putComments() { return layout.add(.newLine(shift: 0)) }
    if !isGlued && needsSpace { layout.add(.text([0x20])) }
  }

  /// The comments before the next token, in the midst of a clause.
  private mutating func putComments() -> Bool {
    guard isBeforeComment else { return false }
    while isBeforeComment {
      let span = tree.comments[comment]
      let text = trimmed(source.slice(span))
      if standsAlone(span) {
        layout.add(.newLine(shift: 0))
        layout.add(.text(text))
      } else {
        layout.add(.comment(text))
      }
      comment += 1
    }
    return true
  }

  /// A space stands between the last token and the next.
  private var needsSpace: Bool {
    guard cursor > 0 else { return false }
    let previous = tree.tokens[cursor - 1]
    let last = previous.kind == .punctuation ? source.bytes[Int(previous.span.start)] : 0
    let next = tree.tokens[cursor].kind == .punctuation ? byte : 0
    switch next {
    case 0x2C, 0x29, 0x5D, 0x3A, 0x2E, 0x3F: return false  // , ) ] : . ?
    case 0x7D: return last != 0x7B  // }
    default: return last != 0x28 && last != 0x5B && last != 0x2E  // ( [ .
    }
  }

  // MARK: Joining

  /// The columns before a comment behind a line: those of neighbouring lines stand below one another.
  private static let commentGap = 2
  /// Longer lines keep their comment to themselves.
  private static let widestCommented = 80

  private func joined() -> [UInt8] {
    let lineEnd: [UInt8] = usesCarriageReturns ? [0x0D, 0x0A] : [0x0A]
    var result: [UInt8] = []
    result.reserveCapacity(source.bytes.count + source.bytes.count / 8)
    var start = 0
    while start < lines.count {
      var end = start
      while end < lines.count, !endsGroup(lines[end].text) { end += 1 }
      end = min(end + 1, lines.count)
      let column = commentColumn(start..<end)
      for line in lines[start..<end] {
        result += line.text
        if let comment = line.comment {
          let width = displayWidth(line.text[...])
          result.append(contentsOf: repeatElement(0x20, count: max(column - width, Formatter.commentGap)))
          result += comment
        }
        result += lineEnd
      }
      start = end
    }
    return result
  }

  /// An empty line, a closing brace or a comment of its own: what stands behind it has another column for its comments.
  private func endsGroup(_ line: [UInt8]) -> Bool {
    guard let first = line.firstIndex(where: { $0 != 0x20 }) else { return true }
    return line == [0x7D] || line[first...].starts(with: [0x2F, 0x2F])
  }

  private func commentColumn(_ range: Range<Int>) -> Int {
    var widest = 0
    for line in lines[range] where line.comment != nil {
      let width = displayWidth(line.text[...])
      if width <= Formatter.widestCommented { widest = max(widest, width) }
    }
    return widest + Formatter.commentGap
  }

  /// The first line ends with a carriage return and a line feed.
  private var usesCarriageReturns: Bool {
    guard let end = source.bytes.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return false }
    return source.bytes[end] == 0x0D && end + 1 < source.bytes.count && source.bytes[end + 1] == 0x0A
  }
}
