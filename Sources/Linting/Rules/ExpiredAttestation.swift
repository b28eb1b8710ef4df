import Semantics
import Syntax

extension LintRule {
  static let expiredAttestation = LintRule(
    "expired_attestation", .warning,
    summary: "what somebody has stated has expired, and nobody has stated it anew",
    why: """
      From the day on which the last statement expires the fact is unknown, and all that rests on it is undetermined. Look again, \
      and state what is so now.
      """,
    flagged: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "Read in the portal." by "a.visser" on 2020-01-01 expires 2021-01-01
      """,
    accepted: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "Read in the portal." by "a.visser" on 2020-01-01 expires 2021-01-01
      attest limit = 2 because "Read in the portal." by "a.visser" on 2026-10-01 expires 2027-10-01
      """
  ) { set, findings in
    let all = set.program.attestations
    for attestation in all where attestation.expires <= set.asOf {
      let isFollowed = all.contains {
        // What is stated in general holds in each tenant.
        $0.fact == attestation.fact && ($0.tenant == nil || $0.tenant == attestation.tenant) && $0.expires > attestation.expires
      }
      guard !isFollowed else { continue }
      let fact = set.program.facts[attestation.fact.index].name.name
      let tenant = attestation.tenant.map { " in \"\($0)\"" } ?? ""
      findings.add("what was stated of `\(fact)`\(tenant) expired on \(attestation.expires.text)", at: attestation.span)
    }
  }
}
