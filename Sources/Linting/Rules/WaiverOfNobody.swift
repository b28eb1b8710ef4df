import Syntax

extension LintRule {
  static let waiverOfNobody = LintRule(
    "waiver_of_nobody", .warning,
    summary: "a waiver does not say who granted it, or on which day; or a statement does not say whose it is",
    why: "An exception that nobody has signed is not one that an auditor accepts. Write `by` and `on`.",
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      waiver robots of named {
        for each user where user.id is 11111111-2222-3333-4444-555555555555
        because "A service account."
        expires 2027-04-01
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
      waiver robots of named {
        for each user where user.id is 11111111-2222-3333-4444-555555555555
        because "A service account."
        by "a.visser"
        on 2026-10-01
        expires 2027-04-01
      }
      """
  ) { set, findings in
    for waiver in set.waivers {
      let isBySomebody = waiver.node.by.map { !$0.isBlank } ?? false
      let lacking = [isBySomebody ? nil : "`by`", waiver.node.on == nil ? "`on`" : nil].compactMap { $0 }
      guard !lacking.isEmpty else { continue }
      findings.add("the waiver `\(waiver.node.name.text)` has no \(lacking.joined(separator: " and "))", at: waiver.node.name.span)
    }
    for attestation in set.attestations where attestation.node.by.isBlank {
      findings.add("nobody states `\(attestation.node.fact.text)`", at: attestation.node.by.span)
    }
  }
}
