import Evaluation
import Reporting
import Semantics
import Syntax

extension EvalOptions {
  /// The rules that `--only` names; none for all.
  ///
  /// One that is unknown, or that several modules have, ends the run: judging by the others would look like having judged by all.
  func rules(of program: CheckedProgram, _ outcome: inout Outcome) -> [RuleID] {
    var rules: [RuleID] = []
    for name in only {
      if let rule = findRule(name, program, &outcome), !rules.contains(rule) { rules.append(rule) }
    }
    return rules.sorted()
  }

  /// The facts that `--attest` states, by the types that the policies give them.
  func statements(of program: CheckedProgram) throws(UsageError) -> [EvaluationOptions.Statement] {
    var statements: [EvaluationOptions.Statement] = []
    for word in attestations {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else { throw UsageError("`--attest \(printable(word))` has no `=`: `--attest [TENANT:]FACT=VALUE`") }
      // The name of a fact holds no colon; that of a tenant may.
      let split = parts[0].utf8.lastIndex(of: 0x3A)
      let tenant = split.map { Text(String(parts[0][..<$0])) }
      let name = split.map { String(parts[0][parts[0].index(after: $0)...]) } ?? parts[0]
      let fact = try self.fact(name, program)
      let value = try AttestedValue(program).constant(parts[1], program.facts[fact.index].type, fact: name)
      for other in statements where other.fact == fact && other.tenant == tenant && other.value != value {
        throw UsageError("`\(printable(parts[0]))` is attested twice, with different values")
      }
      statements.append(EvaluationOptions.Statement(tenant: tenant, fact: fact, value: value))
    }
    // The one for a tenant holds before the one for all.
    return statements.filter { $0.tenant != nil } + statements.filter { $0.tenant == nil }
  }

  private func fact(_ name: String, _ program: CheckedProgram) throws(UsageError) -> FactID {
    let wanted = Text(name)
    let found = program.facts.indices.filter { program.facts[$0].name.name == wanted || Text(program.facts[$0].name.string) == wanted }
    guard let first = found.first else { throw .unknown("fact", name, among: program.facts.map { $0.name.name.string }) }
    guard found.count == 1 else {
      throw UsageError("`\(printable(name))` may be \(listed(found.map { "`\(program.facts[$0].name.string)`" }, "or"))")
    }
    return FactID(first)
  }

  /// Tenants are told apart by their ids, and an attestation is for one that is there.
  func checkTenants(_ tenants: [Text], _ statements: [EvaluationOptions.Statement]) throws(UsageError) {
    for (index, tenant) in tenants.enumerated() where tenants[..<index].contains(tenant) {
      throw UsageError("two snapshots are named `\(printable(tenant.string))`")
    }
    // A snapshot that could not be opened is told as that.
    guard tenants.count == snapshots.count else { return }
    for case let tenant? in statements.map(\.tenant) where !tenants.contains(tenant) {
      throw .unknown("tenant", tenant.string, among: tenants.map(\.string))
    }
  }
}

/// The rule of a name, with or without its module; nil, and why, where it is unknown or several modules have it.
func findRule(_ name: String, _ program: CheckedProgram, _ outcome: inout Outcome) -> RuleID? {
  let wanted = Text(name)
  let found = program.rules.indices.filter { index in
    let rule = program.rules[index].name
    return rule.name == wanted || Text(rule.string) == wanted
  }
  if found.count == 1 { return RuleID(found[0]) }
  if found.isEmpty {
    let names = program.rules.flatMap { [$0.name.name, Text($0.name.string)] }
    let near = nearest(wanted, among: names).map { "; did you mean `\($0)`?" } ?? ""
    outcome.add(.nothingEvaluated, "nothing was evaluated: no rule is named `\(printable(name))`\(near)")
  } else {
    let names = found.map { "`\(program.rules[$0].name.string)`" }
    outcome.add(.nothingEvaluated, "nothing was evaluated: `\(printable(name))` may be \(listed(names, "or"))")
  }
  return nil
}
