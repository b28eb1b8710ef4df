import Syntax

extension LintRule {
  static let allowUnreadable = LintRule(
    "allow_unreadable", .warning,
    summary: "a comment that speaks to lint is not understood",
    why: """
      A comment that begins with `lint:` is `// lint: allow RULE because …`, with the id of a rule, and stands above the declaration \
      for which it speaks. A message that the language refuses (`LIC` and digits) cannot be allowed.
      """,
    flagged: """
      module m
      // lint: ignore missing_title because it is a draft.
      feature reset "Reset a password"
      """,
    accepted: """
      module m
      // It is a draft.
      feature reset "Reset a password"
      """
  ) { set, findings in
    let known = lintRules.map(\.id) + set.provable.map(\.code)
    for tree in set.trees {
      for comment in tree.comments {
        guard let words = LintComment(tree, comment)?.words else { continue }
        guard words.count >= 2, words[0] == "allow" else {
          findings.add("lint does not understand this comment", at: comment, notes: ["write `// lint: allow RULE because …`"])
          continue
        }
        guard !known.contains(words[1]) else { continue }
        let near = nearest(Text(words[1]), among: known.sorted().map { Text($0) })
        findings.add(
          "lint has no rule `\(words[1])`", at: comment,
          notes: near.map { ["did you mean `\($0)`?"] } ?? ["`licet explain` lists the rules"])
      }
    }
  }
}
