import Semantics
import Syntax

extension LintRule {
  static let unusedEntity = LintRule(
    "unused_entity", .warning,
    summary: "an entity, a single or a record whose rows nothing reads",
    why: """
      Somebody exports the collection for nothing, and asks for a permission that is not needed. Take the shape out until a rule \
      reads it.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      entity group in groups key id label name { id: id, name: text }
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
    for (index, record) in set.program.records.enumerated() where !set.usage.records.contains(RecordID(index)) {
      findings.add("nothing reads `\(record.name.name)`", at: record.name.span)
    }
  }
}
