import Syntax

extension LintRule {
  static let waiverExpiresSoon = LintRule(
    "waiver_expires_soon", .note, bound: 30,
    summary: "a waiver expires within the bound, in days",
    why:
      "On the day that it expires the findings come back, and with them the calls. There is still time to mend the cause, or to ask again.",
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
        expires 2026-11-15
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
      let left = Int64(waiver.node.expires.day.days) - Int64(set.asOf.days)
      if left > 0 && left <= findings.bound {
        findings.add("the waiver `\(waiver.node.name.text)` expires in \(counted(left, "day"))", at: waiver.node.expires.span)
      }
    }
  }
}
