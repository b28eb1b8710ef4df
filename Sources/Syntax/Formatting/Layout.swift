/// The pieces of one clause or one-line declaration, and the lines that they become: what fits stays on one line, and what does not is broken
/// at the gaps of its outermost group first.
///
/// The pieces lie in a flat array, and two passes over it lay them out, however deep the groups are (D. C. Oppen, "Prettyprinting", 1980).
struct Layout {
  enum Piece {
    case text(ArraySlice<UInt8>)
    /// Spaces, or in a broken group a new line that stands `shift` columns deeper than the group.
    case gap(spaces: Int, shift: Int)
    /// A new line, which breaks all groups around it.
    case newLine(shift: Int)
    /// Spaces up to a column, one at least.
    case column(Int)
    /// A comment behind what stands on the line; a new line follows.
    case comment(ArraySlice<UInt8>)
    case begin(Group)
    case end
  }

  struct Group {
    /// Where the lines of a broken group begin.
    enum Place { case here, deeper(Int) }
    let place: Place
    /// Break only where a piece does not fit; else all gaps break together.
    let isFilled: Bool
    /// The column behind which it is broken.
    let limit: Int
  }

  /// One line of output: its text, and a comment that stands behind it.
  struct Line {
    var text: [UInt8]
    var comment: ArraySlice<UInt8>?
  }

  /// What is longer is broken where that is possible.
  static let limit = 100
  /// The same for what is read as a row of a table.
  static let rowLimit = 140
  /// Wider than any line: the width of a forced break.
  private static let endless = 1 << 20
  /// A group that begins further right is broken as one that is indented.
  private static let deepest = 60

  private(set) var pieces: [Piece] = []

  var isEmpty: Bool { pieces.isEmpty }

  mutating func add(_ piece: Piece) { pieces.append(piece) }
  mutating func removeAll() { pieces.removeAll(keepingCapacity: true) }

  /// The pieces on one line, whatever its length; comments and new lines do not occur in them.
  func flat() -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .text(let text), .comment(let text): bytes += text
      case .gap(let spaces, _): bytes.append(contentsOf: repeatElement(0x20, count: spaces))
      case .newLine, .column: bytes.append(0x20)
      case .begin, .end: break
      }
    }
    return bytes
  }

  /// - Parameters:
  ///   - indent: the columns before the first line.
  ///   - continuation: the columns before lines that a break outside all groups begins.
  /// - Complexity: O(pieces).
  func lines(indent: Int, continuation: Int) -> [Line] {
    let measures = Measures(pieces)
    var lines: [Line] = []
    var line = Line(text: spaces(indent))
    var column = indent
    var groups: [(indent: Int, isBroken: Bool, isFilled: Bool, limit: Int)] = [(continuation, true, true, Layout.limit)]
    func breakLine(_ to: Int) {
      while line.text.last == 0x20 { line.text.removeLast() }
      lines.append(line)
      line = Line(text: spaces(to))
      column = to
    }
    for (index, piece) in pieces.enumerated() {
      let group = groups[groups.count - 1]
      switch piece {
      case .text(let text):
        line.text += text
        column += measures.widths[index]
      case .column(let target):
        let count = max(1, target - column)
        line.text += spaces(count)
        column += count
      case .comment(let comment): line.comment = comment
      case .newLine(let shift): breakLine(group.indent + shift)
      case .gap(let count, let shift):
        let isBreak = group.isBroken && (!group.isFilled || column + count + measures.widthToNextGap(behind: index) > group.limit)
        if isBreak {
          breakLine(group.indent + shift)
        } else {
          line.text += spaces(count)
          column += count
        }
      case .begin(let begun):
        let isBroken = column + measures.widthOfGroup(at: index) > begun.limit
        let indent: Int
        switch begun.place {
        case .here: indent = column <= Layout.deepest ? column : group.indent + 4
        case .deeper(let columns): indent = group.indent + columns
        }
        groups.append((indent, isBroken, begun.isFilled, begun.limit))
      case .end: groups.removeLast()
      }
    }
    breakLine(0)
    return lines
  }

  private func spaces(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x20, count: count) }

  /// How wide pieces are where nothing is broken.
  private struct Measures {
    let widths: [Int]
    /// The width of all pieces before one.
    private var sums: [Int] = [0]
    /// Of a group's begin, its end; of a gap, the next gap of its group or that group's end.
    private var partners: [Int]
    /// The width of what cannot be parted from the piece at an index, which is counted: up to the next gap or new line.
    private var tails: [Int]

    init(_ pieces: [Piece]) {
      var widths: [Int] = []
      widths.reserveCapacity(pieces.count)
      for piece in pieces {
        switch piece {
        case .text(let text): widths.append(displayWidth(text))
        case .gap(let spaces, _): widths.append(spaces)
        case .newLine: widths.append(Layout.endless)
        case .column: widths.append(1)
        case .comment, .begin, .end: widths.append(0)
        }
      }
      self.widths = widths
      sums.reserveCapacity(pieces.count + 1)
      for width in widths { sums.append(sums[sums.count - 1] + width) }
      partners = Array(repeating: pieces.count, count: pieces.count + 1)
      tails = Array(repeating: 0, count: pieces.count + 2)
      // From behind: the next gap of each open group.
      var next = [pieces.count]
      var ends: [Int] = []
      for index in pieces.indices.reversed() {
        switch pieces[index] {
        case .end:
          next.append(index)
          ends.append(index)
          partners[index] = index
          tails[index] = tails[index + 1]
        case .begin:
          partners[index] = ends.removeLast()
          next.removeLast()
          tails[index] = tails[index + 1]
        case .gap:
          partners[index] = next[next.count - 1]
          next[next.count - 1] = index
          tails[index] = 0
        case .newLine: tails[index] = 0
        case .text, .column, .comment: tails[index] = widths[index] + tails[index + 1]
        }
      }
    }

    func widthOfGroup(at begin: Int) -> Int { sums[partners[begin]] - sums[begin] + tails[partners[begin]] }

    func widthToNextGap(behind gap: Int) -> Int { sums[partners[gap]] - sums[gap + 1] + tails[partners[gap]] }
  }
}
