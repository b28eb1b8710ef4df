import Syntax

extension LintRule {
  static let nameStyle = LintRule(
    "name_style", .note,
    summary: "a name is not in small letters with underscores",
    why: """
      Names of rules stand in reports, waivers and pull requests, and are typed from memory. One style makes them guessable: \
      `usage_location_missing`. Names of entities and fields are the export's own.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice NamedUser {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named_user {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    func look(_ name: NameNode) {
      guard !name.isQuoted else { return }
      let bytes = name.text.utf8
      let isPlain = bytes.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F }
      if !isPlain || bytes.last == 0x5F || zip(bytes, bytes.dropFirst()).contains(where: { $0 == 0x5F && $1 == 0x5F }) {
        findings.add("`\(name.text)` is not in small letters with underscores", at: name.span)
      }
    }
    for declaration in set.trees.flatMap(\.declarations) {
      switch declaration.kind {
      case .source(let node): look(node.name)
      case .feature(let node): look(node.name)
      case .product(let node): look(node.name)
      case .matrix(let node): look(node.name)
      case .invariant(let node): look(node.name)
      case .fact(let node): look(node.name)
      case .define(let node): look(node.name)
      case .lookup(let node): look(node.name)
      case .rule(let node): look(node.name)
      case .waiver(let node): look(node.name)
      case .asOf, .prefer, .entity, .record, .attest, .holding, .test, .lint: break
      }
    }
  }
}
