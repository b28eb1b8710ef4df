/// Writes diagnostics for people: as text with the source lines drawn, or plainly, a line each.
///
/// Whatever a policy's author wrote is escaped where a terminal would obey it or a reader could not see it.
package struct DiagnosticRenderer: Sendable {
  package enum Style: Sendable {
    /// Source lines with carets.
    case text(color: Bool)
    /// One line for each diagnostic and each note, without drawing: for screen readers and logs.
    case plain
  }

  package let style: Style
  /// The option of the command that writes out what is counted here; nil where it has none.
  private let inFull: String?
  package init(_ style: Style, inFull: String? = nil) {
    self.style = style
    self.inFull = inFull
  }

  /// - Parameter files: the files of the policy set; a span's `file` is an index into them.
  /// - Returns: nothing for no diagnostics; else lines, each ended.
  package func render(_ diagnostics: [Diagnostic], in files: [SourceFile]) -> String {
    var output = ""
    var inAll: [Int32: Int] = [:]
    for diagnostic in diagnostics { inAll[diagnostic.span.file, default: 0] += 1 }
    // What has not been told by the reader is in no format.
    let isCut = Set(diagnostics.lazy.filter { $0.kind.code == DiagnosticKind.tooManyMistakes.code }.map(\.span.file))
    var told: [Int32: Int] = [:]
    for diagnostic in diagnostics {
      let number = told[diagnostic.span.file, default: 0]
      told[diagnostic.span.file] = number + 1
      if number == DiagnosticRenderer.mostPerFile, let file = file(of: diagnostic.span, files) {
        let rest = (inAll[diagnostic.span.file] ?? 0) - number
        let hint = inFull.map { isCut.contains(diagnostic.span.file) ? "" : "; `\($0)` has them all" } ?? ""
        output += "\(escaped(file.path)): and \(rest) more\(hint)\n"
      }
      if number >= DiagnosticRenderer.mostPerFile { continue }
      switch style {
      case .text: drawn(diagnostic, files, to: &output)
      case .plain: plain(diagnostic, files, to: &output)
      }
    }
    return output
  }

  /// Messages about one file that are written out; the rest is counted.
  package static let mostPerFile = 100

  /// `LIC0123`, or `unused_source, habit`: what is not refused says how it is known.
  private func code(_ diagnostic: Diagnostic) -> String {
    switch diagnostic.kind.nature {
    case .refused: diagnostic.kind.code
    case .proved, .habit: "\(diagnostic.kind.code), \(diagnostic.kind.nature.rawValue)"
    }
  }

  // MARK: Plain

  private func plain(_ diagnostic: Diagnostic, _ files: [SourceFile], to output: inout String) {
    let place = self.place(diagnostic.span, files)
    output += "\(place): \(diagnostic.severity.rawValue) \(code(diagnostic)): \(escaped(diagnostic.message))\n"
    for related in diagnostic.related { output += "  see \(self.place(related.span, files)): \(escaped(related.message))\n" }
    for note in diagnostic.notes { output += "  note: \(escaped(note))\n" }
    if let fix = diagnostic.fix { output += "  help: \(escaped(fix.title))\n" }
  }

  private func place(_ span: SourceSpan, _ files: [SourceFile]) -> String {
    guard let file = file(of: span, files) else { return "?" }
    let (line, column) = file.position(of: span.start)
    return "\(escaped(file.path)):\(line):\(column)"
  }

  private func file(of span: SourceSpan, _ files: [SourceFile]) -> SourceFile? {
    let index = Int(span.file)
    return files.indices.contains(index) ? files[index] : nil
  }

  // MARK: Drawn

  private func drawn(_ diagnostic: Diagnostic, _ files: [SourceFile], to output: inout String) {
    let spans = [diagnostic.span] + diagnostic.related.map(\.span)
    let lines = spans.map { span in file(of: span, files)?.line(of: span.start) ?? 1 }
    let gutter = String(lines.max() ?? 1).utf8.count
    let hue: Hue = diagnostic.severity == .error ? .error : diagnostic.severity == .warning ? .warning : .note

    output += paint("\(diagnostic.severity.rawValue)[\(code(diagnostic))]", hue)
    output += paint(": \(escaped(diagnostic.message))", .strong) + "\n"
    snippet(diagnostic.span, files, gutter, mark: "^", hue, to: &output)
    for related in diagnostic.related {
      output += paint("note", .note) + ": \(escaped(related.message))\n"
      snippet(related.span, files, gutter, mark: "-", .note, to: &output)
    }
    let margin = String(repeating: " ", count: gutter + 1)
    for note in diagnostic.notes { output += margin + paint("=", .rail) + " " + paint("note", .strong) + ": \(escaped(note))\n" }
    if let fix = diagnostic.fix { help(fix, files, gutter, to: &output) }
    output += "\n"
  }

  private func snippet(_ span: SourceSpan, _ files: [SourceFile], _ gutter: Int, mark: String, _ hue: Hue, to output: inout String) {
    let margin = String(repeating: " ", count: gutter)
    output += margin + paint("-->", .rail) + " \(place(span, files))\n"
    guard let file = file(of: span, files) else { return }
    let window = Window(file, around: span)
    let number = String(file.line(of: span.start))
    output += margin + " " + paint("|", .rail) + "\n"
    let padding = String(repeating: " ", count: max(0, gutter - number.utf8.count))
    let text = window.text
    output += paint(padding + number + " |", .rail) + (text.isEmpty ? "" : " " + text) + "\n"
    output += margin + " " + paint("|", .rail) + " " + String(repeating: " ", count: window.indent)
    output += paint(String(repeating: mark, count: window.width), hue) + "\n"
  }

  /// What to do, and the line as it would then be.
  private func help(_ fix: Diagnostic.Fix, _ files: [SourceFile], _ gutter: Int, to output: inout String) {
    let margin = String(repeating: " ", count: gutter + 1)
    output += margin + paint("=", .rail) + " " + paint("help", .help) + ": \(escaped(fix.title))\n"
    guard let first = fix.edits.first, let file = file(of: first.span, files),
      let line = mended(fix, in: file, line: file.line(of: first.span.start))
    else { return }
    let number = String(file.line(of: first.span.start))
    let padding = String(repeating: " ", count: max(0, gutter - number.utf8.count))
    output += paint(padding + number + " +", .help) + " " + line + "\n"
  }

  /// The line with the edits made; nil where it is long, or they reach beyond it.
  private func mended(_ fix: Diagnostic.Fix, in file: SourceFile, line: Int) -> String? {
    let (start, end) = Window.line(line, of: file)
    guard end - start <= Window.most else { return nil }
    var bytes: [UInt8] = []
    var place = start
    for edit in fix.edits.sorted(by: { $0.span.start < $1.span.start }) {
      let (from, to) = (Int(edit.span.start), Int(edit.span.end))
      guard edit.span.file == fix.edits[0].span.file, from >= place, to <= end, !edit.replacement.utf8.contains(0x0A) else { return nil }
      bytes += file.bytes[place..<from]
      bytes += edit.replacement.utf8
      place = to
    }
    bytes += file.bytes[place..<end]
    while bytes.last == 0x20 { bytes.removeLast() }
    return bytes.isEmpty ? nil : Window.cells(bytes[...]).map(\.shown).joined()
  }

  // MARK: Colour

  private enum Hue: String { case error = "1;31", warning = "1;33", note = "1;36", help = "1;32", strong = "1", rail = "1;34" }

  private func paint(_ text: String, _ hue: Hue) -> String {
    switch style {
    case .text(color: true): "\u{1B}[\(hue.rawValue)m\(text)\u{1B}[0m"
    case .text(color: false), .plain: text
    }
  }

  private func escaped(_ text: String) -> String { Window.cells(Array(text.utf8)[...], tab: "\\t").map(\.shown).joined() }
}

/// The part of a source line that is shown, and where its marks stand.
private struct Window {
  /// One character as it is shown.
  struct Cell {
    /// Where it begins in the source.
    let offset: Int
    let shown: String
    /// In columns of a terminal.
    let width: Int
  }

  /// The bytes of a line that are shown on each side of a mistake, and the longest line that is shown whole.
  static let reach = 100
  static let most = 200

  let text: String
  /// Columns before the marks.
  let indent: Int
  /// How many marks.
  let width: Int

  init(_ file: SourceFile, around span: SourceSpan) {
    let (lineStart, lineEnd) = Window.line(file.line(of: span.start), of: file)
    let from = min(max(Int(span.start), lineStart), lineEnd)
    let to = min(max(Int(span.end), from), lineEnd)
    var (start, end) = (lineStart, lineEnd)
    if end - start > Window.most {
      start = max(start, from - Window.reach)
      end = min(end, from + Window.reach)
      while start < from, file.bytes[start] & 0xC0 == 0x80 { start += 1 }
      while end > from, end < lineEnd, file.bytes[end] & 0xC0 == 0x80 { end -= 1 }
    }
    var text = start > lineStart ? "…" : ""
    var indent = start > lineStart ? 1 : 0
    var width = 0
    for cell in Window.cells(file.bytes[start..<end]) {
      text += cell.shown
      if cell.offset < from { indent += cell.width } else if cell.offset < to { width += cell.width }
    }
    if end < lineEnd { text += "…" }
    while text.utf8.last == 0x20 { text.removeLast() }
    self.text = text
    self.indent = indent
    self.width = max(1, width)
  }

  /// The offsets of a line's first byte and of its end, before the line break.
  static func line(_ number: Int, of file: SourceFile) -> (start: Int, end: Int) {
    let start = Int(file.lineStarts[number - 1])
    var end = number < file.lineStarts.count ? Int(file.lineStarts[number]) : file.bytes.count
    while end > start, file.bytes[end - 1] == 0x0A || file.bytes[end - 1] == 0x0D { end -= 1 }
    return (start, end)
  }

  static func cells(_ bytes: ArraySlice<UInt8>, tab: String = "    ") -> [Cell] {
    let all = Array(bytes)
    var cells: [Cell] = []
    var index = 0
    while index < all.count {
      let offset = bytes.startIndex + index
      guard let scalar = DecodedScalar(all, at: index) else {
        let digits = String(all[index], radix: 16, uppercase: true)
        cells.append(Cell(offset: offset, shown: "\\x\(digits)", width: 4))
        index += 1
        continue
      }
      if scalar.value == 0x09 {
        cells.append(Cell(offset: offset, shown: tab, width: tab.utf8.count))
      } else if scalar.isControl || scalar.isBidirectionalControl || (scalar.isInvisible && !(0xFE00...0xFE0F).contains(scalar.value)) {
        let shown = "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        cells.append(Cell(offset: offset, shown: shown, width: shown.utf8.count))
      } else {
        let shown = String(decoding: all[index..<index + scalar.length], as: UTF8.self)
        cells.append(Cell(offset: offset, shown: shown, width: columns(scalar.value)))
      }
      index += scalar.length
    }
    return cells
  }

  /// The columns that a scalar takes on a terminal: none for marks that combine, two for wide scripts and emoji.
  private static func columns(_ scalar: UInt32) -> Int {
    switch scalar {
    case 0x0300...0x036F, 0x0483...0x0489, 0x0591...0x05BD, 0x064B...0x065F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF,
      0xFE00...0xFE0F,
      0xFE20...0xFE2F:
      0
    case 0x1100...0x115F, 0x2705, 0x274C, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF01...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}
