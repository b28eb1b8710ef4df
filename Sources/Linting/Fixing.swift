import Semantics
package import Syntax

/// A policy set after the edits that a machine may make.
package struct Fixed: Sendable {
  package let files: [SourceFile]
  /// What was mended, in the order in which it was.
  package let applied: [Diagnostic]
  /// How many have a fix and were not mended, since the policies would be refused after it.
  package let left: Int
}

/// Applies the fixes of habits, and again what they make possible, until none is left.
///
/// Fixes of what the language refuses are guesses at what was meant, and not applied. After each step the policies are checked anew: an edit
/// after which they would be refused is not made, and the others are. Nil where the policies have errors from the first.
package func fixed(_ files: [SourceFile], asOf: Day) -> Fixed? {
  guard var found = habits(files, asOf) else { return nil }
  var files = files
  var applied: [Diagnostic] = []
  var rejected: Set<Edits> = []
  var isTriedAnew = true
  // A step takes something away that was flagged, or rejects one; the bound keeps two rules that contradict each other from going on for
  // ever. What is taken away may set free what only it named, so a chain is as long as the policies have parts.
  let parts = files.reduce(0) { $0 + $1.lineStarts.count }
  var steps = 20 + 2 * (found.count + parts)
  while steps > 0 {
    steps -= 1
    var step = selected(found.filter { !rejected.contains(Edits($0)) })
    guard !step.isEmpty else {
      // What did harm at first may be mended now.
      guard !rejected.isEmpty, !isTriedAnew else { break }
      rejected = []
      isTriedAnew = true
      continue
    }
    while !step.isEmpty {
      let mended = applying(step, to: files)
      if let next = habits(mended, asOf) {
        (files, found) = (mended, next)
        applied += step
        rejected = Set(rejected.compactMap { $0.moved(by: step) })
        isTriedAnew = false
        break
      }
      if step.count == 1 { rejected.insert(Edits(step[0])) }
      step = Array(step.prefix(step.count / 2))
    }
  }
  return Fixed(files: files, applied: applied, left: found.count { !($0.fix?.edits.isEmpty ?? true) })
}

private func habits(_ files: [SourceFile], _ asOf: Day) -> [Diagnostic]? {
  let trees = files.enumerated().map { parse($0.element, file: Int32(truncatingIfNeeded: $0.offset)) }
  return check(trees).program.map { lint($0, trees, asOf: asOf) }
}

/// The edits of a fix, by their rule and places.
private struct Edits: Hashable {
  let code: String
  let spans: [SourceSpan]
  let replacements: [String]

  init(_ diagnostic: Diagnostic) {
    let edits = diagnostic.fix?.edits ?? []
    self.init(code: diagnostic.kind.code, spans: edits.map(\.span), replacements: edits.map(\.replacement))
  }

  private init(code: String, spans: [SourceSpan], replacements: [String]) {
    self.code = code
    self.spans = spans
    self.replacements = replacements
  }

  /// The same edits where they stand after others; nil where one of those touches them.
  func moved(by step: [Diagnostic]) -> Edits? {
    var offsets = Array(repeating: Int32(0), count: spans.count)
    for edit in step.flatMap({ $0.fix?.edits ?? [] }) {
      let growth = Int32(truncatingIfNeeded: edit.replacement.utf8.count) - (edit.span.end - edit.span.start)
      for (index, span) in spans.enumerated() where span.file == edit.span.file && edit.span.start < span.end {
        guard edit.span.end <= span.start else { return nil }
        offsets[index] += growth
      }
    }
    let moved = zip(spans, offsets).map { SourceSpan(file: $0.file, start: $0.start + $1, end: $0.end + $1) }
    return Edits(code: code, spans: moved, replacements: replacements)
  }
}

/// Without the edits that would delete a comment; the advice stays.
///
/// - Complexity: O(edits · log comments).
func keepingComments(_ found: [Diagnostic], in trees: [SyntaxTree]) -> [Diagnostic] {
  // Those two speak of the comment itself.
  let ofComments: Set = [LintRule.allowUnused.id, LintRule.invisibleCharacters.id]
  func holdsComment(_ span: SourceSpan) -> Bool {
    let comments = trees[Int(span.file)].comments
    var (low, high) = (0, comments.count)
    while low < high {
      let middle = (low + high) / 2
      if comments[middle].end <= span.start { low = middle + 1 } else { high = middle }
    }
    return low < comments.count && comments[low].start < span.end
  }
  return found.map { diagnostic in
    guard let fix = diagnostic.fix, !ofComments.contains(diagnostic.kind.code), fix.edits.contains(where: { holdsComment($0.span) }) else {
      return diagnostic
    }
    var kept = diagnostic
    kept.fix = nil
    kept.notes.append("\(fix.title), by hand: a comment stands there")
    return kept
  }
}

/// Those that have a fix, without such as touch what another one edits.
private func selected(_ found: [Diagnostic]) -> [Diagnostic] {
  var taken: [[SourceSpan]] = []
  var chosen: [Diagnostic] = []
  for diagnostic in found {
    guard let fix = diagnostic.fix, !fix.edits.isEmpty else { continue }
    for edit in fix.edits {
      while taken.count <= Int(edit.span.file) { taken.append([]) }
    }
    // Found in order of place, so the last ones are the nearest; a rule's own edits may reach back over a few.
    let isFree = fix.edits.allSatisfy { edit in
      taken[Int(edit.span.file)].suffix(50).allSatisfy { $0.end < edit.span.start || edit.span.end < $0.start }
    }
    guard isFree else { continue }
    for edit in fix.edits { taken[Int(edit.span.file)].append(edit.span) }
    chosen.append(diagnostic)
  }
  return chosen
}

/// The files with the edits of these diagnostics made, which do not overlap.
private func applying(_ diagnostics: [Diagnostic], to files: [SourceFile]) -> [SourceFile] {
  var edits = Array(repeating: [Diagnostic.Fix.Edit](), count: files.count)
  for edit in diagnostics.flatMap({ $0.fix?.edits ?? [] }) { edits[Int(edit.span.file)].append(edit) }
  return zip(files, edits).map { file, edits in
    guard !edits.isEmpty else { return file }
    var bytes: [UInt8] = []
    var place = 0
    for edit in edits.sorted(by: { $0.span.start < $1.span.start }) where Int(edit.span.start) >= place {
      bytes += file.bytes[place..<Int(edit.span.start)]
      bytes += edit.replacement.utf8
      place = Int(edit.span.end)
    }
    bytes += file.bytes[place...]
    return SourceFile(path: file.path, bytes: bytes)
  }
}
