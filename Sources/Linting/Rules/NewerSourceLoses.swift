import Semantics
import Syntax

extension LintRule {
  static let newerSourceLoses = LintRule(
    "newer_source_loses", .off,
    summary: "where two sources conflict, the older one is preferred",
    why: """
      Sources of one vendor conflict, and `prefer` says whom to follow. Where that is the older page, the newer one may be what the \
      vendor means now: read both again. The rule is off by default, since the narrower page is often the older one; switch it on \
      before a review of the conflicts.
      """,
    flagged: """
      module m
      source page "The feature" {
        url "https://example.com/feature"
        published 2020-01-01
      }
      source overview "All editions" {
        url "https://example.com/editions"
        published 2026-01-01
      }
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix broad {
        cite overview
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      matrix narrow {
        cite page
        |       | basic |
        |-------|-------|
        | reset | -     |
      }
      prefer narrow over broad for reset because "It is the page about the feature."
      """,
    accepted: """
      module m
      source page "The feature" {
        url "https://example.com/feature"
        published 2020-01-01
      }
      source overview "All editions" {
        url "https://example.com/editions"
        published 2026-01-01
      }
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix broad {
        cite overview
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      matrix narrow {
        cite page
        |       | basic |
        |-------|-------|
        | reset | -     |
      }
      prefer broad over narrow for reset because "It is the newer page."
      """
  ) { set, findings in
    func newest(_ name: QualifiedName) -> Day? {
      let versions = set.program.matrices.filter {
        $0.name.module == name.module && $0.name.name == name.name && $0.period.contains(set.asOf)
      }
      let cited = versions.compactMap(\.cite).map { set.program.cited[$0.source.index] }
      return cited.compactMap { [$0.published, $0.retrieved].compactMap { $0 }.max() }.max()
    }
    for preference in set.program.preferences {
      guard let kept = newest(preference.preferred), let lost = newest(preference.over), kept < lost else { continue }
      findings.add(
        "`\(preference.preferred.name)` of \(kept.text) is preferred over `\(preference.over.name)` of \(lost.text)", at: preference.span)
    }
  }
}
