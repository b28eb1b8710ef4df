import Semantics
import Syntax

/// Goes through a checked program and makes every mutant of it.
struct MutantCollector {
  let program: CheckedProgram
  let reach: TestReach
  var mutants: [Mutant] = []

  init(_ program: CheckedProgram) {
    self.program = program
    reach = TestReach(program)
  }

  static func mutants(of program: CheckedProgram) -> [Mutant] {
    var collector = MutantCollector(program)
    collector.collectCells()
    collector.collectExpressions()
    collector.collectSettings()
    collector.collectDates()
    collector.collectSeverities()
    collector.collectScopes()
    return collector.mutants
  }

  mutating func add(
    _ kind: Mutant.Kind, _ span: SourceSpan, _ subject: String, _ change: String, _ edit: Mutant.Change, _ rules: Set<RuleID>
  ) {
    mutants.append(Mutant(kind: kind, span: span, subject: subject, change: change, edit: edit, rules: rules))
  }

  func rules(_ rests: (TestReach.OfRule) -> Bool) -> Set<RuleID> {
    Set(reach.rules.indices.filter { rests(reach.rules[$0]) }.map { RuleID($0) })
  }

  /// The first place behind a span's beginning where a word of policy text stands, in the same declaration; the span itself if there is none.
  func place(of word: Text, from span: SourceSpan) -> SourceSpan {
    let bytes = program.files[Int(span.file)].bytes
    var at = Int(span.start)
    while at + word.utf8.count <= bytes.count {
      // A declaration ends with the brace in column 1.
      if bytes[at] == 0x7D, at == 0 || bytes[at - 1] == 0x0A { break }
      if bytes[at] == word.utf8.first, bytes[at..<at + word.utf8.count].elementsEqual(word.utf8) {
        return SourceSpan(file: span.file, start: Int32(at), end: Int32(at + word.utf8.count))
      }
      at += 1
    }
    return span
  }

  // MARK: cells

  private mutating func collectCells() {
    let asking = program.features.indices.map { index in rules { $0.features.contains(FeatureID(index)) } }
    for (index, matrix) in program.matrices.enumerated() {
      let id = MatrixID(index)
      for (place, statement) in matrix.statements.enumerated() {
        let products = statement.products.map { program[$0].name.name.string }.joined(separator: " with ")
        let subject = "\(program[statement.feature].name.name.string) × \(products)"
        let askers = asking[statement.feature.index]
        for mark in [Matrix.Mark.yes, .no, .unknown] where mark != statement.mark {
          var changed = statement
          changed.mark = mark
          let word =
            switch mark {
            case .yes: "yes"
            case .no: "-"
            case .unknown: "?"
            }
          add(.cell, statement.span, subject, "this cell is \(word)", .statement(id, place, changed), askers)
        }
        if let condition = statement.condition {
          var changed = statement
          changed.condition = nil
          let name = program.defines[condition.index].name.name.string
          add(.cell, statement.span, subject, "this cell is without `when \(name)`", .statement(id, place, changed), askers)
        }
        for (period, words) in moved(statement.period) {
          var changed = statement
          changed.period = period
          add(.date, statement.span, subject, "this cell holds \(words)", .statement(id, place, changed), askers)
        }
      }
      let askers = matrix.features.reduce(into: Set<RuleID>()) { $0.formUnion(asking[$1.index]) }
      add(
        .cell, self.place(of: "others", from: matrix.name.span), matrix.name.string,
        matrix.othersUnknown ? "`others ?` is left out" : "it says `others ?`", .others(id), askers)
      collectVersionDates(id, askers)
    }
  }

  /// A version's days; where the former version ends on the day on which this one begins, that end moves too.
  private mutating func collectVersionDates(_ id: MatrixID, _ askers: Set<RuleID>) {
    let matrix = program.matrices[id.index]
    let family = program.matrices.indices.filter {
      program.matrices[$0].name.module == matrix.name.module && program.matrices[$0].name.name == matrix.name.name
    }
    // An end that is the next one's beginning is moved there.
    let isEnded = matrix.period.before.map { end in family.contains { program.matrices[$0].period.from == end } } ?? false
    let own = isEnded ? Period(from: matrix.period.from) : matrix.period
    for (period, words) in moved(own) {
      var changes: [(matrix: MatrixID, period: Period)] = [
        (id, isEnded ? Period(from: period.from, before: matrix.period.before) : period)
      ]
      if let from = matrix.period.from, period.from != from {
        for other in family where program.matrices[other].period.before == from {
          changes.append((MatrixID(other), Period(from: program.matrices[other].period.from, before: period.from)))
        }
      }
      let day = period.from != own.from ? own.from : own.before
      let place = day.map { self.place(of: $0.text, from: matrix.name.span) } ?? matrix.name.span
      add(.date, place, matrix.name.string, "it is effective \(words)", .versions(changes), askers)
    }
  }

  // MARK: dates

  /// A period with each of its bounds a day later and a day earlier, and how that is said.
  private func moved(_ period: Period) -> [(period: Period, words: String)] {
    var found: [(period: Period, words: String)] = []
    for step in [Int64(1), -1] {
      if let from = period.from.flatMap({ $0.adding(days: step) }) {
        found.append((Period(from: from, before: period.before), "from \(from.text)"))
      }
    }
    for step in [Int64(1), -1] {
      if let before = period.before.flatMap({ $0.adding(days: step) }) {
        found.append((Period(from: period.from, before: before), "before \(before.text)"))
      }
    }
    return found
  }

  private mutating func collectDates() {
    for (index, rule) in program.rules.enumerated() {
      for (period, words) in moved(rule.period) {
        let day = period.from != rule.period.from ? rule.period.from : rule.period.before
        let place = day.map { self.place(of: $0.text, from: rule.span) } ?? rule.span
        add(.date, place, rule.name.string, "it is effective \(words)", .rulePeriod(RuleID(index), period), [RuleID(index)])
      }
    }
    for (index, waiver) in program.waivers.enumerated() {
      for (period, words) in moved(Period(from: waiver.on, before: waiver.expires)) {
        guard let expires = period.before else { continue }
        let day = period.from != waiver.on ? waiver.on ?? waiver.expires : waiver.expires
        add(
          .date, place(of: day.text, from: waiver.span), waiver.name.string, "it holds \(words)",
          .waiver(index, on: period.from, expires: expires), [waiver.rule])
      }
    }
    for (index, attestation) in program.attestations.enumerated() {
      let resting = rules { $0.facts.contains(attestation.fact) }
      for (period, words) in moved(Period(from: attestation.on, before: attestation.expires)) {
        guard let on = period.from, let expires = period.before else { continue }
        let day = on != attestation.on ? attestation.on : attestation.expires
        add(
          .date, place(of: day.text, from: attestation.span), "attest \(program.facts[attestation.fact.index].name.name.string)",
          "it holds \(words)", .attestation(index, on: on, expires: expires), resting)
      }
    }
    collectProductDates()
  }

  /// The days of identifiers and of what a suite includes. On those of former names no verdict rests.
  private mutating func collectProductDates() {
    let holders = rules { $0.asksHoldings }
    for (index, product) in program.products.enumerated() {
      let id = ProductID(index)
      let name = product.name.string
      let lists: [(WritableKeyPath<Product, [Product.Identifier]>)] = [\.skus, \.plans, \.components]
      for list in lists {
        for (place, identifier) in product[keyPath: list].enumerated() {
          for (period, words) in moved(identifier.period) {
            var changed = product
            changed[keyPath: list][place].period = period
            add(.date, identifier.span, name, "its identifier \(identifier.name.string) counts \(words)", .product(id, changed), holders)
          }
        }
      }
      for (place, inclusion) in product.includes.enumerated() {
        for (period, words) in moved(inclusion.period) {
          var changed = product
          changed.includes[place].period = period
          let included = program[inclusion.product].name.name.string
          add(.date, product.name.span, name, "it includes `\(included)` \(words)", .product(id, changed), holders)
        }
      }
    }
  }

  // MARK: the rest

  private mutating func collectSeverities() {
    for (index, rule) in program.rules.enumerated() {
      for severity in RuleSeverity.allCases where severity != rule.severity {
        add(
          .severity, rule.name.span, rule.name.string, "it is a \(severity.rawValue)", .severity(RuleID(index), severity), [RuleID(index)])
      }
    }
  }

  /// The tenants of waivers, and which of two matrices is preferred.
  private mutating func collectScopes() {
    for (index, waiver) in program.waivers.enumerated() where !waiver.tenants.isEmpty {
      add(.comparison, waiver.span, waiver.name.string, "it holds in each tenant", .waiverTenants(index), [waiver.rule])
    }
    for (index, preference) in program.preferences.enumerated() {
      let askers = rules { !$0.features.isDisjoint(with: preference.features) }
      add(
        .cell, preference.span, "\(preference.preferred.string) over \(preference.over.string)", "the other is preferred",
        .preference(index), askers)
    }
  }

  /// The defaults of facts, and what fields must be at least and at most.
  private mutating func collectSettings() {
    for (index, fact) in program.facts.enumerated() {
      guard case .literal(let literal) = fact.value else { continue }
      let resting = rules { $0.facts.contains(FactID(index)) }
      for other in literal.neighbours {
        add(
          .bound, fact.name.span, fact.name.string, "its default is \(other.shown)", .fact(FactID(index), .literal(other)),
          resting)
      }
    }
    for (index, record) in program.records.enumerated() {
      for (place, field) in record.fields.enumerated() {
        let id = FieldID(record: RecordID(index), index: place)
        let resting = rules { $0.fields.contains(id) }
        let subject = "\(record.name.name.string).\(field.name.string)"
        // How long a list may be is a bound of the work, not of the verdict.
        if case .list = field.type.shape { continue }
        for step in [Int64(1), -1] {
          if let bound = field.atLeast, case let (moved, overflow) = bound.addingReportingOverflow(step), !overflow {
            add(
              .bound, field.span, subject, "it is at least \(moved)", .field(id, atLeast: moved, atMost: field.atMost), resting)
          }
          if let bound = field.atMost, case let (moved, overflow) = bound.addingReportingOverflow(step), !overflow {
            add(
              .bound, field.span, subject, "it is at most \(moved)", .field(id, atLeast: field.atLeast, atMost: moved), resting)
          }
        }
      }
    }
  }
}

extension Literal {
  /// The same bound, a step to either side; none for what is no bound.
  var neighbours: [Literal] {
    [Int64(1), -1].compactMap { step in
      switch self {
      case .int(let int):
        let (moved, overflow) = int.addingReportingOverflow(step)
        return overflow ? nil : .int(moved)
      case .decimal(let decimal):
        let (moved, overflow) = decimal.mantissa.addingReportingOverflow(step)
        return overflow ? nil : .decimal(Decimal(mantissa: moved, scale: decimal.scale))
      case .date(let day): return day.adding(days: step).map { .date($0) }
      case .instant(let instant):
        // A second: ten million ticks of 100 nanoseconds.
        let (moved, overflow) = instant.ticks.addingReportingOverflow(step * 10_000_000)
        return overflow ? nil : .instant(Instant(ticks: moved))
      case .null, .bool, .text, .guid: return nil
      }
    }
  }

  var shown: String {
    switch self {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .int(let int): String(int)
    case .decimal(let decimal): decimal.text.string
    case .text(let text): "\"\(text.string)\""
    case .date(let day): day.text.string
    case .instant(let instant): instant.text.string
    case .guid(let guid): guid.text.string
    }
  }
}
