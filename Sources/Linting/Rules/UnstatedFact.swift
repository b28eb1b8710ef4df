import Semantics
import Syntax

extension LintRule {
  static let unstatedFact = LintRule(
    "unstated_fact", .note,
    summary: "a fact that rules ask for has no value, and nobody has stated one",
    why: """
      Until somebody states it with `attest`, every rule that rests on it is undetermined. A setting has a value of its own: \
      `fact limit: int = 5 "The limit"`.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      fact limit: int "The longest name"
      define limited = limit > 5
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }
      fact limit: int = 20 "The longest name"
      define limited = limit > 5
      """
  ) { set, findings in
    let stated = Set(set.program.attestations.map(\.fact))
    for (index, fact) in set.program.facts.enumerated()
    where fact.value == nil && !stated.contains(FactID(index)) && set.usage.facts.contains(FactID(index)) {
      findings.add(
        "nobody has stated `\(fact.name.name)`", at: fact.name.span, notes: ["`attest \(fact.name.name) = … because … by … on … expires …`"]
      )
    }
  }
}
