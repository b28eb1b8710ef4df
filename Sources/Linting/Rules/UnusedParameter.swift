import Semantics
import Syntax

extension LintRule {
  static let unusedParameter = LintRule(
    "unused_parameter", .warning,
    summary: "a parameter that the define does not use",
    why: "Whoever calls it believes that the answer depends on what is given. Mostly the body names something else by mistake.",
    flagged: """
      module m
      define larger(left: int, right: int) = left > 5
      """,
    accepted: """
      module m
      define larger(left: int, right: int) = left > right
      """
  ) { set, findings in
    for define in set.program.defines {
      for parameter in define.parameters where !set.usage.variables.contains(parameter) {
        let variable = set.program.variables[parameter.index]
        findings.add("`\(define.name.name)` does not use `\(variable.name)`", at: variable.span)
      }
    }
  }
}
