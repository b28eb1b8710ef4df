import Syntax

extension LintRule {
  static let emptyReason = LintRule(
    "empty_reason", .warning,
    summary: "a reason says nothing",
    why: "`because` is what remains when the author has left. A word such as \"todo\" or \"ok\" is no reason; one sentence is.",
    flagged: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "todo" by "a.visser" on 2026-10-10 expires 2027-10-10
      """,
    accepted: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "Read in the portal." by "a.visser" on 2026-10-10 expires 2027-10-10
      """
  ) { set, findings in
    func look(_ reason: TextNode) {
      let words = reason.text.string.split { $0.isWhitespace }
      if words.count < 2 { findings.add("`\(reason.text)` is no reason", at: reason.span) }
    }
    for attestation in set.attestations { look(attestation.node.because) }
    for waiver in set.waivers { look(waiver.node.because) }
    for prefer in set.prefers { look(prefer.node.reason) }
    for setting in set.settings { look(setting.node.because) }
  }
}
