import Semantics
package import Syntax

/// A policy set after the edits that a machine may make.
package struct Fixed: Sendable {
  package let files: [SourceFile]
  /// What was mended, in the order in which it was.
  package let applied: [Diagnostic]
}

/// Applies the fixes of habits, and again what they make possible, until none is left.
///
/// Fixes of what the language refuses are guesses at what was meant, and not applied. After each step the policies are checked anew: an edit
/// after which they would be refused is not made. Nil where the policies have errors from the first.
package func fixed(_ files: [SourceFile], asOf: Day) -> Fixed? {
  var files = files
  var applied: [Diagnostic] = []
  guard var found = habits(files, asOf) else { return nil }
  // Each step takes something away that was flagged; the bound keeps two rules that contradict each other from going on for ever.
  for _ in 0..<20 {
    let step = selected(found)
    guard !step.isEmpty else { break }
    let mended = applying(step, to: files)
    if let next = habits(mended, asOf) {
      (files, found) = (mended, next)
      applied += step
      continue
    }
    // One of them does harm: each alone.
    var isChanged = false
    for diagnostic in step.prefix(200) {
      let mended = applying([diagnostic], to: files)
      guard let next = habits(mended, asOf) else { continue }
      (files, found) = (mended, next)
      applied.append(diagnostic)
      isChanged = true
      // The places of the others have moved.
      break
    }
    guard isChanged else { break }
  }
  return Fixed(files: files, applied: applied)
}

private func habits(_ files: [SourceFile], _ asOf: Day) -> [Diagnostic]? {
  let trees = files.enumerated().map { parse($0.element, file: Int32(truncatingIfNeeded: $0.offset)) }
  return check(trees).program.map { lint($0, trees, asOf: asOf) }
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
