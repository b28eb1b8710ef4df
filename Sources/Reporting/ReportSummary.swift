package import Evaluation
import Semantics
package import Syntax

/// What a report comes to: the counts over all tenants and rules, and the exit code that follows from them.
package struct ReportSummary: Sendable {
  package enum Outcome: Int, Sendable {
    case clean = 0
    case findings = 1
    case undetermined = 2
    case nothingEvaluated = 4
  }
  /// Sums over the rules' counts, of all severities.
  package var counts = VerdictCounts()
  /// Subjects that fail a rule at or above the fail level.
  package var failing = 0
  /// Rules with at least one decided subject in some tenant.
  package var rulesDecided = 0
  /// Rules that met subjects, and could decide none.
  package var rulesUndecided = 0
  /// Rules that were run and met no subject in any tenant.
  package var rulesWithoutSubjects = 0
  /// Rules that no tenant's run asked for: left out by the user, or not in force on the day.
  package var rulesNotRun = 0
  /// Tenants in which no rule met a subject.
  package var emptyTenants: [Text] = []
  package var outcome: Outcome = .clean

  package init(_ report: Report, _ context: ReportContext) {
    for index in context.program.rules.indices {
      guard let sum = report.counts(of: RuleID(index)) else {
        rulesNotRun += 1
        continue
      }
      counts.add(sum)
      if context.program.rules[index].severity.weight >= context.failLevel.weight { failing += sum.fail }
      if sum.subjects == 0 {
        rulesWithoutSubjects += 1
      } else if sum.undetermined == sum.subjects {
        rulesUndecided += 1
      } else {
        rulesDecided += 1
      }
    }
    for tenant in report.tenants where tenant.isEmpty { emptyTenants.append(tenant.id) }
    outcome =
      if failing > 0 {
        .findings
      } else if counts.undetermined > 0 && !context.allowsUndetermined {
        .undetermined
      } else if counts.subjects == 0 || !emptyTenants.isEmpty {
        .nothingEvaluated
      } else {
        .clean
      }
  }

  /// One line, lower case, no final period: why the exit code is what it is.
  package var reason: String {
    let rules = counted(rulesDecided, "rule", "rules") + " decided"
    let waived = counts.waived > 0 ? ", \(grouped(counts.waived)) waived" : ""
    let untold = counts.undetermined > 0 ? ", \(grouped(counts.undetermined)) cannot be told" : ""
    let empty = rulesWithoutSubjects > 0 ? ", \(grouped(rulesWithoutSubjects)) without subjects" : ""
    switch outcome {
    case .findings: return "found: \(grouped(counts.fail)) fail\(untold)\(waived); \(rules)\(empty)"
    case .undetermined:
      let below = counts.fail > 0 ? ", \(grouped(counts.fail)) fail below the fail level" : ""
      return "cannot be told: \(grouped(counts.undetermined)) undetermined for want of data\(below)\(waived); \(rules)\(empty)"
    case .nothingEvaluated:
      guard counts.subjects > 0 else { return "nothing was evaluated: no rule met a subject" }
      return "nothing was evaluated in \(listed(emptyTenants.map { "`\(shown($0))`" })): no rule met a subject there"
    case .clean:
      let below = counts.fail > 0 ? "\(grouped(counts.fail)) fail below the fail level" : "nothing fails"
      return "clean: \(below)\(untold)\(waived); \(rules)\(empty)"
    }
  }
}

extension VerdictCounts {
  mutating func add(_ other: VerdictCounts) {
    pass += other.pass
    fail += other.fail
    undetermined += other.undetermined
    inapplicable += other.inapplicable
    waived += other.waived
  }
}

extension Report {
  /// The sum over the tenants in which the rule was run; nil where it was run in none.
  func counts(of rule: RuleID) -> VerdictCounts? {
    var sum: VerdictCounts?
    for tenant in tenants {
      guard let counts = tenant.counts(of: rule) else { continue }
      sum = sum ?? VerdictCounts()
      sum?.add(counts)
    }
    return sum
  }
}

extension Report.Tenant {
  func counts(of rule: RuleID) -> VerdictCounts? { counts.indices.contains(rule.index) ? counts[rule.index] : nil }

  /// No rule met a subject.
  var isEmpty: Bool { counts.allSatisfy { ($0?.subjects ?? 0) == 0 } }
}
