/// A policy file as it was read: its path as the user gave it, and its bytes, whatever they are.
package struct SourceFile: Sendable {
  package let path: String
  package let bytes: [UInt8]
  /// The offset at which each line begins; line n is at index n - 1. LF, CR LF and a lone CR end a line.
  package let lineStarts: [Int32]

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts: [Int32] = [0]
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == 0x0A || (byte == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A)) {
        starts.append(Int32(truncatingIfNeeded: index + 1))
      }
    }
    self.lineStarts = starts
  }

  /// The largest file that is read: spans hold 32-bit offsets.
  package static let largestSize = 16 << 20

  package func slice(_ span: SourceSpan) -> ArraySlice<UInt8> { bytes[Int(span.start)..<Int(span.end)] }

  /// The bytes of a span as a string for people.
  package func string(_ span: SourceSpan) -> String { String(decoding: slice(span), as: UTF8.self) }

  /// The line of an offset, from 1.
  ///
  /// - Complexity: O(log lines).
  package func line(of offset: Int32) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// Line and column of an offset, both from 1; the column counts Unicode scalars.
  ///
  /// - Complexity: O(log lines + length of the line).
  package func position(of offset: Int32) -> (line: Int, column: Int) {
    let line = line(of: offset)
    let begin = Int(lineStarts[line - 1])
    let end = min(Int(offset), bytes.count)
    var column = 1
    for byte in bytes[begin..<max(begin, end)] where byte & 0xC0 != 0x80 { column += 1 }
    return (line, column)
  }
}

/// A range of bytes in one file of a policy set.
package struct SourceSpan: Hashable, Sendable {
  /// The index of the file in its policy set.
  package var file: Int32
  package var start: Int32
  /// The offset behind the last byte.
  package var end: Int32

  package init(file: Int32, start: Int32, end: Int32) {
    self.file = file
    self.start = start
    self.end = end
  }

  package var isEmpty: Bool { start >= end }

  /// From the beginning of this span to the end of another in the same file.
  package func through(_ other: SourceSpan) -> SourceSpan {
    SourceSpan(file: file, start: min(start, other.start), end: max(end, other.end))
  }
}
