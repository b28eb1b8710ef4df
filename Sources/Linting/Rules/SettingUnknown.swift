import Syntax

extension LintRule {
  static let settingUnknown = LintRule(
    "setting_unknown", .warning,
    summary: "a `lint` declaration names no rule, names one a second time, or gives a number to a rule without a bound",
    why: "What it was meant to silence is still told, or told no more without anybody's noticing. `licet explain` lists the rules.",
    flagged: """
      module m
      lint missing_remedi off because "Our findings go to people who know."
      """,
    accepted: """
      module m
      lint missing_remedy off because "Our findings go to people who know."
      """
  ) { set, findings in
    let known = lintRules.map(\.id) + set.provable.map(\.code)
    var first: [Text: SourceSpan] = [:]
    for setting in set.settings {
      let name = setting.node.rule
      guard known.contains(name.text.string) else {
        let near = nearest(name.text, among: known.sorted().map { Text($0) })
        findings.add(
          "lint has no rule `\(name.text)`", at: name.span,
          notes: near.map { ["did you mean `\($0)`?"] } ?? ["`licet explain` lists the rules"])
        continue
      }
      if let other = first[name.text] {
        findings.add(
          "`\(name.text)` is set a second time, and the first holds", at: name.span,
          related: [Diagnostic.Related(other, "set here already")])
      }
      first[name.text] = first[name.text] ?? name.span
      if let bound = setting.node.bound, lintRules.contains(where: { $0.id == name.text.string && $0.bound == nil }) {
        findings.add("`\(name.text)` has no bound", at: bound.span)
      }
    }
  }
}
