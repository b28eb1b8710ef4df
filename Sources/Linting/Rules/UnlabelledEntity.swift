import Semantics
import Syntax

extension LintRule {
  static let unlabelledEntity = LintRule(
    "unlabelled_entity", .note,
    summary: "rules judge an entity that has no label",
    why: """
      The report names its subjects by their keys, which people cannot read. `label` names the field that they know.
      """,
    flagged: """
      module m
      entity user in users key id { id: id, name: text }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    var told: Set<CollectionID> = []
    for rule in set.program.rules {
      guard let first = rule.chain.first, case .collection(let id) = set[first.source].kind else { continue }
      let collection = set.program[id]
      guard collection.label.isEmpty, told.insert(id).inserted else { continue }
      findings.add("`\(collection.entity.name)` has no label", at: collection.entity.span)
    }
  }
}
