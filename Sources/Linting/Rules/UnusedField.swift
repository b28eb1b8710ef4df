import Semantics
import Syntax

extension LintRule {
  static let unusedField = LintRule(
    "unused_field", .off,
    summary: "a field that nothing reads",
    why: """
      What no rule reads need not be exported, and what is not exported cannot leak. The rule is off by default, since shapes are \
      often written after the vendor's documentation, for rules to come.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text }
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
    for (index, record) in set.program.records.enumerated() {
      for (place, field) in record.fields.enumerated() {
        guard !record.key.contains(place), !set.usage.fields.contains(FieldID(record: RecordID(index), index: place)) else { continue }
        findings.add("nothing reads the field `\(field.name)` of `\(record.name.name)`", at: field.span)
      }
    }
  }
}
