// Tables: columns as wide as their widest cell, measured as it is shown.

extension Formatter {
  private enum Alignment { case left, center, right }

  /// The table that begins at the next token; its rows are filled in when all of them have been read.
  ///
  /// - Parameter values: of `cases`, the cells of each row, whose expressions are put as such.
  mutating func table(indent: Int, isMatrix: Bool, values: [[TestDeclaration.Cases.Cell]]) {
    var rows: [(line: Int, cells: [[UInt8]])] = []
    var dashes: (line: Int, alignments: [Alignment])?
    while byte == 0x7C, !isAtEnd {
      if !rows.isEmpty { leadIn(indent, isFirst: false) }
      if rows.count == 1, dashes == nil {
        dashes = (lines.count, alignments())
      } else {
        // The heading is the first row.
        let own = rows.count - 1
        rows.append((lines.count, row(own >= 0 && own < values.count ? values[own] : [])))
      }
      addLine([])
    }
    guard let dashes else { return }
    var alignments = dashes.alignments
    if isMatrix { alignments = alignments.indices.map { $0 == 0 ? .left : .center } }
    var widths = [Int](repeating: 1, count: alignments.count)
    var measures: [[Int]] = []
    for row in rows {
      let measured = row.cells.map { displayWidth($0[...]) }
      for (column, width) in measured.enumerated() where column < widths.count { widths[column] = max(widths[column], width) }
      measures.append(measured)
    }
    let margin = [UInt8](repeating: 0x20, count: indent)
    for (row, measured) in zip(rows, measures) {
      var text = margin
      for (column, cell) in row.cells.enumerated() where column < widths.count {
        let padding = widths[column] - measured[column]
        let left: Int
        switch alignments[column] {
        case .left: left = 0
        case .center: left = padding / 2
        case .right: left = padding
        }
        text.append(0x7C)
        text.append(contentsOf: repeatElement(0x20, count: 1 + left))
        text += cell
        text.append(contentsOf: repeatElement(0x20, count: padding - left + 1))
      }
      text.append(0x7C)
      setLine(row.line, text)
    }
    var text = margin
    for (width, alignment) in zip(widths, alignments) {
      text.append(0x7C)
      text.append(alignment == .center ? 0x3A : 0x2D)
      text.append(contentsOf: repeatElement(0x2D, count: width))
      text.append(alignment == .left ? 0x2D : 0x3A)
    }
    text.append(0x7C)
    setLine(dashes.line, text)
  }

  /// The cells of the row at the next token, each on one line.
  private mutating func row(_ values: [TestDeclaration.Cases.Cell]) -> [[UInt8]] {
    var cells: [[UInt8]] = []
    skip()
    while !isAtEnd, !startsLine {
      if cells.count < values.count, case .value(let id) = values[cells.count] { expression(id) }
      while !isAtEnd, byte != 0x7C || tree.tokens[cursor].kind != .punctuation { takeFlat(through: here + 1) }
      cells.append(flatCell())
      skip()
    }
    return cells
  }

  /// What the line of dashes at the next token says of its columns.
  private mutating func alignments() -> [Alignment] {
    var alignments: [Alignment] = []
    skip()
    while !isAtEnd, !startsLine {
      let beginsWithColon = byte == 0x3A
      var endsWithColon = false
      while !isAtEnd, byte != 0x7C {
        endsWithColon = byte == 0x3A
        skip()
      }
      alignments.append(endsWithColon ? (beginsWithColon ? .center : .right) : .left)
      skip()
    }
    return alignments
  }
}
