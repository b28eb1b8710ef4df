import Semantics
import Syntax

extension LintRule {
  static let unusedFeature = LintRule(
    "unused_feature", .warning,
    summary: "a feature that no rule asks for",
    why: """
      A row of a table that nothing asks decides nothing. Write the rule that asks `has`, or take the feature and its rows out. \
      (Of a feature that only an invariant names, the invariant asks.)
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      holding (person: user, item: product) = item is basic
      product basic "Basic" {
        held by all
      }
      feature change "Change a password"
      feature reset "Reset a password"
      notice resets {
        for each user in users
        require user has reset
        message "{user.name} may not reset."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }
      holding (person: user, item: product) = item is basic
      product basic "Basic" {
        held by all
      }
      feature reset "Reset a password"
      notice resets {
        for each user in users
        require user has reset
        message "{user.name} may not reset."
      }
      """
  ) { set, findings in
    for (index, feature) in set.program.features.enumerated() where !set.usage.features.contains(FeatureID(index)) {
      findings.add("no rule asks for the feature `\(feature.name.name)`", at: feature.name.span)
    }
  }
}
