import Semantics
import Syntax

extension LintRule {
  static let machineTranslatedSource = LintRule(
    "machine_translated_source", .note,
    summary: "something in force rests on a page that a machine has translated",
    why: """
      Machine translations of licence pages mistake names of products and negations. Cite the page in its own language, or have \
      somebody compare the two and write `translation human`.
      """,
    flagged: """
      module m
      source page "Edities" {
        url "https://example.com/nl/editions"
        published 2026-01-01
        translation machine
      }
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        cite page
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      """,
    accepted: """
      module m
      source page "Editions" {
        url "https://example.com/editions"
        published 2026-01-01
      }
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix editions {
        cite page
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      """
  ) { set, findings in
    var inForce: Set<CitedSourceID> = []
    for matrix in set.program.matrices where matrix.period.contains(set.asOf) {
      for cite in [matrix.cite].compactMap({ $0 }) + matrix.statements.flatMap(\.cites) { inForce.insert(cite.source) }
    }
    for (rule, site) in zip(set.program.rules, set.rules) where rule.period.contains(set.asOf) {
      inForce.formUnion(set.ownCites(of: rule, site).map(\.source))
    }
    for (index, source) in set.program.cited.enumerated() where source.isMachineTranslated == true && inForce.contains(CitedSourceID(index))
    {
      findings.add(
        "the source `\(source.name.name)` was translated by a machine", at: source.name.span,
        notes: ["cite the page in its own language, or compare the two and write `translation human`"])
    }
  }
}
