import Syntax

extension LintRule {
  static let notBegunYet = LintRule(
    "not_begun_yet", .warning,
    summary: "a statement or a waiver bears a day that has not come",
    why: """
      Until that day it states or waives nothing, and nobody can have looked, or granted it, tomorrow: the year is mistyped, or day and \
      month are swapped.
      """,
    flagged: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "Read in the portal." by "a.visser" on 2926-10-01 expires 2927-10-01
      """,
    accepted: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "Read in the portal." by "a.visser" on 2026-10-01 expires 2027-10-01
      """
  ) { set, findings in
    func look(_ on: DayNode) {
      if on.day > set.asOf { findings.add("\(on.day.text) has not come by \(set.asOf.text)", at: on.span) }
    }
    for attestation in set.attestations { look(attestation.node.on) }
    for waiver in set.waivers { if let on = waiver.node.on { look(on) } }
  }
}
