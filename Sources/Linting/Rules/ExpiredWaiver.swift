import Syntax

extension LintRule {
  static let expiredWaiver = LintRule(
    "expired_waiver", .warning,
    summary: "a waiver has expired",
    why: """
      From the day on which it expires a waiver waives nothing, and its findings are back. Take it out, or have it granted anew; \
      the history is in version control.
      """,
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
        by "a.visser"
        on 2020-01-01
        expires 2020-07-01
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
    for waiver in set.waivers where waiver.node.expires.day <= set.asOf {
      findings.add("the waiver `\(waiver.node.name.text)` expired on \(waiver.node.expires.day.text)", at: waiver.node.expires.span)
    }
  }
}
