import Semantics
import Syntax

extension LintRule {
  static let unusedFact = LintRule(
    "unused_fact", .warning,
    summary: "a fact that no rule asks for",
    why: "People are asked to state it, year after year, and nothing comes of it.",
    flagged: """
      module m
      fact limit: int = 20 "The longest name"
      fact least: int = 1 "The shortest name"
      define limited(length: int) = length > limit
      """,
    accepted: """
      module m
      fact limit: int = 20 "The longest name"
      define limited(length: int) = length > limit
      """
  ) { set, findings in
    for (index, fact) in set.program.facts.enumerated() where !set.usage.facts.contains(FactID(index)) {
      findings.add("no rule asks for the fact `\(fact.name.name)`", at: fact.name.span)
    }
  }
}
