import Semantics
import Syntax
import TestSupport

/// What is wrong with how a file is formatted; nil where it is refused for mistakes that it has, or all that formatting promises holds.
func flaw(of bytes: [UInt8]) -> String? {
  let source = SourceFile(path: "f.licet", bytes: bytes)
  switch format(source) {
  case .refused(let mistakes):
    return mistakes.contains { $0.severity == .error } ? nil : "refused without a mistake"
  case .text(let formatted, let mended):
    let before = mendedTree(source, count: mended.count)
    guard let before else { return "the mends are not those of its diagnostics" }
    let after = parse(SourceFile(path: "f.licet", bytes: formatted), file: 0)
    if let mistake = after.diagnostics.first(where: { $0.severity == .error }) { return "a mistake has come in: \(mistake.message)" }
    if let difference = difference(meaning(of: before), meaning(of: after)) { return "the tree differs: \(difference)" }
    if let difference = difference(places(before), places(after)) { return "a comment has moved: \(difference)" }
    if let difference = difference(program(before), program(after)) { return "the checked program differs: \(difference)" }
    if let untidy = untidiness(of: formatted) { return untidy }
    guard case .text(let again, let mendedAgain) = format(SourceFile(path: "f.licet", bytes: formatted)) else {
      return "refused the second time"
    }
    if !mendedAgain.isEmpty { return "mended a second time" }
    return again == formatted ? nil : "another form the second time: \(difference(string(formatted), string(again)) ?? "?")"
  }
}

func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The canonical form as text; nil where the file is refused.
func canonical(_ text: String) -> String? {
  if case .text(let bytes, _) = format(SourceFile(path: "f.licet", bytes: Array(text.utf8))) { string(bytes) } else { nil }
}

/// The tree of a file in which the signs that have another spelling have been replaced; nil where they are not as many as the formatter says.
private func mendedTree(_ source: SourceFile, count: Int) -> SyntaxTree? {
  var tree = parse(source, file: 0)
  var mended = 0
  while mended < count {
    let codes = ["LIC0005", "LIC0104", "LIC0112"]
    let round = tree.diagnostics.filter { $0.severity == .error && $0.fix != nil && codes.contains($0.kind.code) }
    if round.isEmpty { return nil }
    mended += round.count
    var bytes = tree.source.bytes
    // From behind, so that places before an edit stay what they are.
    for edit in round.flatMap({ $0.fix?.edits ?? [] }).sorted(by: { ($0.span.start, $0.span.end) > ($1.span.start, $1.span.end) }) {
      bytes.replaceSubrange(Int(edit.span.start)..<Int(edit.span.end), with: edit.replacement.utf8)
    }
    tree = parse(SourceFile(path: source.path, bytes: bytes), file: 0)
  }
  return mended == count && !tree.diagnostics.contains { $0.severity == .error } ? tree : nil
}

/// The whole tree without places; a published mark is what it stands for.
private func meaning(of tree: SyntaxTree) -> String {
  describe(tree).replacing("isPublishedMark: true", with: "isPublishedMark: false")
}

/// Each comment, and how many declarations begin before it, how many end before it.
private func places(_ tree: SyntaxTree) -> String {
  tree.comments.map { comment in
    let begun = tree.declarations.count { $0.span.start < comment.start }
    let ended = tree.declarations.count { $0.span.end <= comment.start }
    var text = tree.source.string(comment)
    while text.utf8.last == 0x20 || text.utf8.last == 0x09 { text.removeLast() }
    return "\(begun) \(ended) \(text)"
  }.joined(separator: "\n")
}

/// The checked program of a file for itself, found by reflection, without places; where it has mistakes, what they are.
private func program(_ tree: SyntaxTree) -> String {
  let checked = check([tree])
  guard let program = checked.program else {
    // Messages quote the text, in which spaces may be others.
    return checked.diagnostics.map { $0.kind.code + $0.message.filter { !$0.isWhitespace } }.joined(separator: "\n")
  }
  var text = ""
  render(program, to: &text)
  return text
}

private func render(_ value: Any, to text: inout String) {
  switch value {
  case is SourceSpan, is SourceFile, is [SourceFile]: return
  case let value as Text: text += value.string + "\n"
  default:
    let mirror = Mirror(reflecting: value)
    if mirror.children.isEmpty {
      text += "\(value)\n"
    } else {
      for child in mirror.children {
        if let label = child.label { text += label + ": " }
        render(child.value, to: &text)
      }
    }
  }
}

/// Nil where both are the same; else the first lines that differ.
private func difference(_ left: String, _ right: String) -> String? {
  if left == right { return nil }
  let before = left.split(separator: "\n", omittingEmptySubsequences: false)
  let after = right.split(separator: "\n", omittingEmptySubsequences: false)
  for (one, other) in zip(before, after) where one != other { return "`\(one)` became `\(other)`" }
  return "one is longer: \(before.count) and \(after.count) lines"
}

private func untidiness(of formatted: [UInt8]) -> String? {
  let text = string(formatted).replacing("\r\n", with: "\n")
  if text.isEmpty { return nil }
  if !text.hasSuffix("\n") { return "the last line does not end" }
  if text.hasSuffix("\n\n") || text.hasPrefix("\n") { return "an empty line at an end of the file" }
  if text.contains("\n\n\n") { return "two empty lines" }
  if text.contains(" \n") && text.split(separator: "\n").contains(where: { $0.hasSuffix(" ") }) { return "spaces at the end of a line" }
  return nil
}
