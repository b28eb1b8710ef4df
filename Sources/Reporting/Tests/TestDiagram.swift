import Evaluation
import Semantics
import Syntax

/// One clause of a rule with the value of each part under it.
struct TestDiagram {
  private let program: CheckedProgram
  init(_ program: CheckedProgram) { self.program = program }

  /// A value that stands at a column of a line of text.
  private struct Mark {
    var column: Int
    var value: String
  }
  /// Longer values are cut.
  private static let longestValue = 60

  func lines(_ clause: Trace.Clause) -> [String] {
    let span = program[clause.expression].span
    let file = program.files[Int(span.file)]
    let first = file.line(of: span.start)
    let last = file.line(of: max(span.start, span.end - 1))
    let begin = file.position(of: span.start).column
    let word = clause.word + " "
    var marks: [Int: [Mark]] = [:]
    for part in clause.parts {
      let anchor = anchor(of: part.expression)
      guard anchor.file == span.file, anchor.start >= span.start, anchor.start < span.end else { continue }
      let position = file.position(of: anchor.start)
      var value = shown(part.value)
      if value.unicodeScalars.count > TestDiagram.longestValue {
        value = String(String.UnicodeScalarView(value.unicodeScalars.prefix(TestDiagram.longestValue - 1))) + "…"
      }
      let column = max(0, position.column - begin) + word.unicodeScalars.count
      marks[position.line, default: []].append(Mark(column: column, value: value))
    }
    var result: [String] = []
    for line in first...last {
      let lineStart = line == first ? span.start : file.lineStarts[line - 1]
      let lineEnd = line == last ? span.end : file.lineStarts[line]
      let text = file.string(SourceSpan(file: span.file, start: lineStart, end: max(lineStart, lineEnd)))
      let trimmed = text.drop { $0 == " " || $0 == "\t" }
      let indent = line == first ? 0 : max(0, text.count - trimmed.count + 1 - begin)
      // A line that stands further left than the clause begins is moved, and its values with it.
      let shift = line == first ? 0 : max(0, begin - 1 - (text.count - trimmed.count))
      let head = line == first ? word : String(repeating: " ", count: word.unicodeScalars.count + indent)
      let body = String(trimmed.split(whereSeparator: \.isNewline).first ?? "")
      result.append(head + shown(stripped(body)))
      result += rows((marks[line] ?? []).map { Mark(column: $0.column + (shift > 0 ? shift : 0), value: $0.value) })
    }
    return result
  }

  /// Without spaces at its end.
  private func stripped(_ text: String) -> String {
    var text = text[...]
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }

  /// A bar under each part, and the values under the bars: the last one first, the others where there is room, else a row further down.
  private func rows(_ marks: [Mark]) -> [String] {
    var rest: [Mark] = []
    for mark in marks.sorted(by: { $0.column < $1.column }) where !rest.contains(where: { $0.column == mark.column }) {
      rest.append(mark)
    }
    if rest.isEmpty { return [] }
    var result = [row(rest.map { ($0.column, "|") })]
    while !rest.isEmpty {
      var cells: [(Int, String)] = []
      var left: [Mark] = []
      var free = Int.max
      for mark in rest.reversed() {
        if free == Int.max || mark.column + mark.value.unicodeScalars.count < free {
          cells.append((mark.column, mark.value))
        } else {
          cells.append((mark.column, "|"))
          left.append(mark)
        }
        free = mark.column
      }
      result.append(row(cells.reversed()))
      rest = left.reversed()
    }
    return result
  }

  private func row(_ cells: [(Int, String)]) -> String {
    var line = ""
    var length = 0
    for (column, text) in cells where column >= length {
      line += String(repeating: " ", count: column - length) + text
      length = column + text.unicodeScalars.count
    }
    return line
  }

  /// The sign or word of an expression under which its value stands: an operator, the last name of a path, else its beginning.
  private func anchor(of id: TypedExpressionID) -> SourceSpan {
    let expression = program[id]
    switch expression.kind {
    case .equal(let left, _, _), .order(_, let left, _), .member(let left, _, _), .within(let left, _), .textTest(_, let left, _),
      .has(let left, _), .holds(let left, _), .arithmetic(_, let left, _), .orElse(let left, _), .shift(let left, _, _, _),
      .matches(let left, _), .field(let left, _):
      return behind(left, in: expression.span)
    case .and(let operands), .or(let operands):
      guard let first = operands.first else { return expression.span }
      return behind(first, in: expression.span)
    case .literal, .product, .feature, .variable, .fact, .today, .startOfMonth, .unknown, .single, .collection, .row, .entry,
      .call, .not, .negate, .days, .list, .comprehension, .aggregate, .any, .all, .count, .products, .productsHeld,
      .productsGranting, .part, .function:
      return expression.span
    }
  }

  /// What stands behind an operand: spaces, closing brackets and the dot of a path are passed over.
  private func behind(_ operand: TypedExpressionID, in span: SourceSpan) -> SourceSpan {
    let end = program[operand].span.end
    guard program[operand].span.file == span.file, end >= span.start, end < span.end else { return span }
    let bytes = program.files[Int(span.file)].bytes
    var at = Int(end)
    while at < Int(span.end), [0x20, 0x09, 0x0A, 0x0D, 0x29, 0x2E].contains(bytes[at]) { at += 1 }
    return SourceSpan(file: span.file, start: Int32(at), end: span.end)
  }
}
