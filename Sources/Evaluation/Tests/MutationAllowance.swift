import Semantics
package import Syntax

/// `// mutate: allow SUBJECT [when CHANGE] because REASON`: a change that makes no difference, and why, as a person states.
///
/// The subject and the change are written as survivors are told; several products of one row of a matrix stand with commas between them.
package struct MutationAllowance: Sendable {
  package let span: SourceSpan
  /// One, or several of one row: `writeback × ems_e3`
  package let subjects: [String]
  package let change: String?

  /// All that stand in a policy set, in the order of files and text; one without a reason allows nothing.
  static func all(in files: [SourceFile]) -> [MutationAllowance] {
    var found: [MutationAllowance] = []
    let mark = Array("// mutate: allow ".utf8)
    for (number, file) in files.enumerated() {
      // In a text the words mean nothing.
      for comment in lex(file, file: Int32(number)).comments {
        let words = file.slice(comment)
        guard words.starts(with: mark) else { continue }
        if let allowance = MutationAllowance(Array(words.dropFirst(mark.count)), at: comment) { found.append(allowance) }
      }
    }
    return found
  }

  private init?(_ words: [UInt8], at span: SourceSpan) {
    let reasoned = MutationAllowance.split(words[...], at: " because ")
    guard let reason = reasoned.tail, reason.contains(where: { $0 != 0x20 }) else { return nil }
    let (subject, change) = MutationAllowance.split(reasoned.head, at: " when ")
    let parts = subject.split(separator: 0x2C).map { String(decoding: $0.drop { $0 == 0x20 }, as: UTF8.self) }
    let row = MutationAllowance.split(subject, at: " × ")
    let feature = row.tail == nil ? "" : String(decoding: row.head, as: UTF8.self) + " × "
    subjects = parts.enumerated().map { $0.offset == 0 ? $0.element : feature + $0.element }
    self.change = change.map { String(decoding: $0, as: UTF8.self) }
    self.span = span
  }

  /// Which of its subjects a mutant is one of; nil: it says nothing of it.
  func place(of mutant: Mutant) -> Int? {
    guard mutant.span.file == span.file, change == nil || change == mutant.change else { return nil }
    return subjects.firstIndex(of: mutant.subject)
  }

  private static func split(_ bytes: ArraySlice<UInt8>, at word: String) -> (head: ArraySlice<UInt8>, tail: ArraySlice<UInt8>?) {
    guard let place = first(word, in: bytes) else { return (bytes, nil) }
    return (bytes[..<place], bytes[(place + word.utf8.count)...])
  }

  private static func first(_ word: String, in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.indices.first { bytes[$0...].starts(with: word.utf8) }
  }
}
