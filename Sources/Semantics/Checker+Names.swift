package import Syntax

extension Checker {
  /// What a reference to one kind of thing names; nil, reported, where it names nothing or several things.
  mutating func resolve(_ kind: NameKind, _ reference: Reference) -> DeclaredName? {
    resolve([kind], reference.name, in: reference.module)
  }

  mutating func resolve(_ kind: NameKind, _ name: NameNode) -> DeclaredName? { resolve([kind], name, in: nil) }

  /// What a name means among some kinds, in the module that is named or as seen from the module at hand.
  mutating func resolve(_ kinds: [NameKind], _ name: NameNode, in prefix: NameNode?, visible: [Text] = []) -> DeclaredName? {
    if let prefix, !names.modules.contains(prefix.text) {
      reportUnknown("module", prefix, among: names.modules.sorted())
      return nil
    }
    let found = distinct(names.candidates(kinds, name.text, from: module, in: prefix?.text))
    if let only = found.first, found.count == 1 { return only }
    if found.isEmpty {
      reportUnknownName(kinds, name, in: prefix, visible: visible)
    } else {
      reportAmbiguous(name, found)
    }
    return nil
  }

  /// Without the repetition of one SKU or plan over several products, and of the versions of one matrix.
  private func distinct(_ symbols: [DeclaredName]) -> [DeclaredName] {
    guard symbols.count > 1 else { return symbols }
    var kept: [DeclaredName] = []
    for symbol in symbols {
      let isKnown = kept.contains {
        guard $0.kind == symbol.kind else { return false }
        if let guid = symbol.guid { return guid == $0.guid }
        return symbol.kind == .matrix && $0.module == symbol.module
      }
      if !isKnown { kept.append(symbol) }
    }
    return kept
  }

  private mutating func reportUnknownName(_ kinds: [NameKind], _ name: NameNode, in prefix: NameNode?, visible: [Text]) {
    if halfRead.contains(name.text) { return }
    let word = kinds.count == 1 ? kinds[0].word : "name"
    let phrase = kinds.count == 1 ? kinds[0].phrase : "a value"
    // It may be there, as something else or elsewhere.
    let others = names.candidates(
      NameKind.allCases.filter { !kinds.contains($0) && $0 != .sku && $0 != .plan }, name.text, from: module, in: prefix?.text)
    if let other = others.first {
      var notes: [String] = []
      if other.kind == .record, kinds.count > 1, let collection = program.records[other.index].collection {
        notes.append("its rows are `\(program[collection].name.string)`")
      }
      report(
        .wrongKind, "`\(name.text.string)` is \(other.kind.phrase), and \(phrase) is expected here", at: name.span,
        related: [Diagnostic.Related(other.span, "declared here")], notes: notes)
      return
    }
    reportUnknown(word, name, among: spellings(kinds) + visible)
  }

  static let mostGuesses = 300

  /// The names among which to look for the nearest one; none where that has been done too often already.
  func spellings(_ kinds: [NameKind]) -> [Text] { guesses < Checker.mostGuesses ? names.spellings(kinds) : [] }

  /// Reports an unknown name, with the nearest of the known ones.
  mutating func reportUnknown(
    _ word: String, _ name: NameNode, among known: [Text], kind: DiagnosticKind = .unknownName, of owner: String = "",
    notes: [String] = []
  ) {
    if halfRead.contains(name.text) { return }
    let message = "unknown \(word) `\(name.text.string)`" + owner
    guesses += 1
    guard guesses <= Checker.mostGuesses, let near = nearest(name.text, among: known) else {
      report(kind, message, at: name.span, notes: notes)
      return
    }
    report(
      kind, message, at: name.span, notes: notes + ["did you mean `\(near.string)`?"],
      fix: Diagnostic.Fix("write `\(near.string)`", [Diagnostic.Fix.Edit(name.span, spelling(near))]))
  }

  private mutating func reportAmbiguous(_ name: NameNode, _ found: [DeclaredName]) {
    let kinds = Set(found.map(\.kind))
    let modules = Set(found.map(\.module))
    var notes: [String] = []
    if kinds.count > 1 {
      let said = kinds.compactMap { IdentifierKind(rawValue: $0.rawValue) }.map { "`\($0.rawValue) \(name.text.string)`" }
      if said.count == kinds.count { notes.append("write " + said.sorted().joined(separator: " or ")) }
    }
    if notes.isEmpty && modules.count > 1 {
      notes.append(
        "write " + modules.sorted().map { "`\($0.string).\(name.text.string)`" }.joined(separator: " or "))
    }
    if notes.isEmpty, found.allSatisfy({ $0.guid != nil }) {
      notes.append("it stands for different ids: write the id that is meant")
    }
    report(
      .ambiguousName, "`\(name.text.string)` may mean several things", at: name.span,
      related: found.prefix(4).map { Diagnostic.Related($0.span, "\($0.kind.phrase) of `\($0.module.string)`") }, notes: notes)
  }

  /// A name as it is written: quoted where it is no word.
  func spelling(_ name: Text) -> String {
    let isLetter = { (byte: UInt8) in (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
    let isWord =
      name.utf8.first.map(isLetter) == true
      && name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
    return isWord ? name.string : quoted(name)
  }

  /// A text as a policy writes it.
  func quoted(_ text: Text) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension DiagnosticKind {
  package static let unknownName = DiagnosticKind(
    code: "LIC0200",
    summary: "a name that nothing in the policy set has",
    explanation: """
      Names are looked for in their own module and then in the whole policy set. The nearest known name stands in the note where there is one.
      """,
    wrong: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        |       | basik |
        |-------|:-----:|
        | reset |  yes  |
      }
      """,
    right: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        |       | basic |
        |-------|:-----:|
        | reset |  yes  |
      }
      """)

  package static let ambiguousName = DiagnosticKind(
    code: "LIC0201",
    summary: "a name that may mean several things",
    explanation: """
      One word may name a SKU and a plan, or things of two modules. Say which: `sku X`, `plan X`, `product X`, `feature X`, or `module.x`.
      """,
    wrong: """
      module m
      product basic "Basic" {
        sku  BASIC  00000000-0000-4000-8000-000000000001
        plan BASIC  00000000-0000-4000-8000-000000000002
      }
      define ids = [BASIC]
      """,
    right: """
      module m
      product basic "Basic" {
        sku  BASIC  00000000-0000-4000-8000-000000000001
        plan BASIC  00000000-0000-4000-8000-000000000002
      }
      define ids = [sku BASIC]
      """)

  package static let wrongKind = DiagnosticKind(
    code: "LIC0205",
    summary: "a name of another kind than the one that is expected here",
    explanation: """
      A lookup is read with brackets, `advice[code]`; a define that has parameters is called, `covered(user)`; an entity names a shape and is \
      no value, its collection is.
      """,
    wrong: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        includes reset
      }
      """,
    right: """
      module m
      product small "Small" {
        held by all
      }
      product basic "Basic" {
        includes small
      }
      """)
}
