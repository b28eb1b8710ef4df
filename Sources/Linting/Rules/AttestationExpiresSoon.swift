import Semantics
import Syntax

extension LintRule {
  static let attestationExpiresSoon = LintRule(
    "attestation_expires_soon", .note, bound: 30,
    summary: "what somebody has stated expires within the bound, in days",
    why: "On that day the fact becomes unknown, and all that rests on it undetermined. Look again in time, and state what is so.",
    flagged: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "Read in the portal." by "a.visser" on 2025-11-10 expires 2026-11-10
      """,
    accepted: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "Read in the portal." by "a.visser" on 2026-10-10 expires 2027-10-10
      """
  ) { set, findings in
    let all = set.program.attestations
    for attestation in all {
      let left = Int64(attestation.expires.days) - Int64(set.asOf.days)
      guard left > 0, left <= findings.bound else { continue }
      let isFollowed = all.contains {
        // What is stated in general holds in each tenant.
        $0.fact == attestation.fact && ($0.tenant == nil || $0.tenant == attestation.tenant) && $0.expires > attestation.expires
      }
      guard !isFollowed else { continue }
      let fact = set.program.facts[attestation.fact.index].name.name
      findings.add("what is stated of `\(fact)` expires in \(counted(left, "day"))", at: attestation.span)
    }
  }
}
