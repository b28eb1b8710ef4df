import Semantics
import Syntax

extension LintRule {
  static let lookalikeNames = LintRule(
    "lookalike_names", .warning,
    summary: "two names of a kind differ only in signs that look alike",
    why: """
      Whoever reads `plan_1` and `plan_l`, or `reset` and `re_set`, takes them for the same, and edits the wrong one.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named_1 {
        for each user in users
        require user.name is not ""
        message "{user.id} is nameless."
      }
      notice named_l {
        for each user in users
        require user.city is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named_1 {
        for each user in users
        require user.name is not ""
        message "{user.id} is nameless."
      }
      notice placed {
        for each user in users
        require user.city is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    func shape(_ name: Text) -> String {
      String(
        decoding: name.utf8.filter { $0 != 0x5F }.map { byte -> UInt8 in
          switch byte {
          case 0x41...0x5A: byte == 0x49 ? 0x6C : byte == 0x4F ? 0x30 : byte | 0x20
          case 0x31, 0x69: 0x6C
          case 0x6F: 0x30
          default: byte
          }
        }, as: UTF8.self)
    }
    func look(_ names: [QualifiedName]) {
      var first: [String: QualifiedName] = [:]
      for name in names {
        let known = first[shape(name.name)]
        if let known, known.name != name.name {
          findings.add(
            "`\(name.name)` looks like `\(known.name)`", at: name.span, related: [Diagnostic.Related(known.span, "declared here")])
        } else if known == nil {
          first[shape(name.name)] = name
        }
      }
    }
    look(set.program.cited.map(\.name))
    look(set.program.features.map(\.name))
    look(set.program.products.map(\.name))
    look(set.program.matrices.map(\.name))
    look(set.program.facts.map(\.name) + set.program.defines.map(\.name) + set.program.lookups.map(\.name))
    look(set.program.rules.map(\.name))
    look(set.program.waivers.map(\.name))
  }
}
