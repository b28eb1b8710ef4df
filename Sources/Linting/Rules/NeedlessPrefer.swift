import Semantics
import Syntax

extension LintRule {
  static let needlessPrefer = LintRule(
    "needless_prefer", .warning,
    summary: "a `prefer` decides between matrices that do not contradict each other there",
    why: """
      `prefer` says whom to follow where sources conflict. Where they no longer do, it hides the next conflict, which nobody will have \
      decided: take the features out for which it decides nothing.
      """,
    flagged: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix broad {
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      matrix narrow {
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      prefer narrow over broad for reset because "It is the page about the feature."
      """,
    accepted: """
      module m
      feature reset "Reset a password"
      product basic "Basic" {
        held by all
      }
      matrix broad {
        |       | basic |
        |-------|-------|
        | reset | yes   |
      }
      matrix narrow {
        |       | basic |
        |-------|-------|
        | reset | -     |
      }
      prefer narrow over broad for reset because "It is the page about the feature."
      """
  ) { set, findings in
    func versions(_ name: QualifiedName) -> [Matrix] {
      set.program.matrices.filter { $0.name.module == name.module && $0.name.name == name.name }
    }
    for preference in set.program.preferences {
      let (preferred, over) = (versions(preference.preferred), versions(preference.over))
      for feature in preference.features {
        let isContested = preferred.contains { left in
          over.contains { right in
            left.period.overlaps(right.period)
              && left.statements.contains { one in
                one.feature == feature
                  && right.statements.contains {
                    $0.feature == feature && $0.products == one.products && $0.mark != one.mark && $0.period.overlaps(one.period)
                  }
              }
          }
        }
        if !isContested {
          findings.add(
            "of `\(set.program[feature].name.name)`, `\(preference.preferred.name)` and `\(preference.over.name)` say nothing different",
            at: preference.span)
        }
      }
    }
  }
}
