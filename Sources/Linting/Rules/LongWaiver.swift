import Syntax

extension LintRule {
  static let longWaiver = LintRule(
    "long_waiver", .note, bound: 366,
    summary: "a waiver runs for longer than the bound, in days",
    why: """
      What is waived for years is no exception but a rule that nobody has written. Let it expire within a year, so that somebody \
      looks again; or narrow the rule.
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
        on 2026-10-01
        expires 2036-10-01
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
        expires 2027-10-01
      }
      """
  ) { set, findings in
    for waiver in set.waivers {
      let start = waiver.node.on?.day ?? set.asOf
      let length = Int64(waiver.node.expires.day.days) - Int64(start.days)
      if length > findings.bound {
        findings.add("the waiver `\(waiver.node.name.text)` runs for \(counted(length, "day"))", at: waiver.node.expires.span)
      }
    }
  }
}
