import Evaluation
import Semantics
import Syntax

/// The promise that missing data is never a pass, tried on one pair: each field, each collection and each page is taken away in turn,
/// and no fail or undetermined of a subject that is still there may become pass or inapplicable.
package struct TakingAway {
  package private(set) var tried = 0
  package private(set) var broken: [String] = []
  private let pair: Pair

  package init(_ pair: Pair) {
    self.pair = pair
    let tenants: [Report.Tenant]
    let all: [Finding]
    do {
      let base = try pair.engine()
      tenants = base.tenants
      all = try base.findings.all()
    } catch {
      broken.append("seed \(pair.seed), with nothing taken away: the engine throws \(error)")
      return
    }
    guard let tenant = tenants.first else { return }
    let findings = all.filter { finding in
      guard finding.verdict == .fail || finding.verdict == .undetermined else { return false }
      // What is undetermined since there is too much may be told when some of it is gone: two rows that contradict each other agree
      // without the field that parts them, a row without its key is not there, and fewer rows keep within `at most`.
      return !finding.causes.contains {
        switch tenant.causes[$0].kind {
        case .twoRows, .keyMissing, .keyTwice, .outOfRange: true
        case .absent, .notExported, .unavailable, .incomplete, .rowMissing, .unknownCell, .noMatrix, .stated,
          .outsideClosedSet, .wrongType, .unexpectedNull, .notAttested, .overflow, .notExact, .noEntry:
          false
        }
      }
    }
    if findings.isEmpty { return }
    for collection in pair.tenant.collections.indices {
      try_("without \(pair.program.collections[collection].name)", tenant, findings, losing: collection) {
        $0.collections[collection].state = .notExported
        $0.collections[collection].rows = []
      }
      try_("an error for \(pair.program.collections[collection].name)", tenant, findings, losing: collection) {
        $0.collections[collection].state = .unavailable
        $0.collections[collection].rows = []
      }
      guard pair.tenant.collections[collection].state == .present || pair.tenant.collections[collection].state == .incomplete
      else { continue }
      for row in pair.tenant.collections[collection].rows.indices {
        let keys = pair.program[pair.program.collections[collection].record].key.map {
          pair.program[pair.program.collections[collection].record].fields[$0].name
        }
        // A page is missing, and with it the row; a subject that was the row is not there any more.
        let key = Self.keyText(pair.tenant.collections[collection].rows[row], keys)
        try_(
          "row \(row) of \(pair.program.collections[collection].name) on a missing page", tenant, findings,
          losing: collection, key: key
        ) {
          $0.collections[collection].state = .incomplete
          $0.collections[collection].rows.remove(at: row)
        }
        for path in Self.paths(pair.tenant.collections[collection].rows[row]) {
          let isKey = path.count == 1 && keys.contains { FieldReader.sameKey(path[0], $0) }
          let name = "\(path.joined(separator: ".")) of row \(row) of \(pair.program.collections[collection].name)"
          try_("without " + name, tenant, findings, losing: isKey ? collection : nil, key: key) {
            $0.collections[collection].rows[row] = Self.without(path[...], $0.collections[collection].rows[row])
          }
        }
      }
    }
  }

  /// A row's key as reports write it, in lower case; nil where that can't be told here.
  private static func keyText(_ row: JSON, _ names: [Text]) -> String? {
    guard case .object(let members) = row else { return nil }
    var parts: [String] = []
    for name in names {
      guard case .string(let text)? = members.first(where: { FieldReader.sameKey($0.key, name) })?.value else { return nil }
      parts.append(text.lowercased())
    }
    return parts.joined(separator: ", ")
  }

  private func folded(_ key: Text) -> String { key.string.lowercased() }

  /// Judges the tenant with something taken away.
  ///
  /// - Parameter losing: the collection of which a row goes or loses its key, and the row's key; without a key any row of it may go.
  private mutating func try_(
    _ what: String, _ tenant: Report.Tenant, _ findings: [Finding], losing collection: Int?, key: String? = nil,
    _ change: (inout TenantData) -> Void
  ) {
    var changed = pair
    change(&changed.tenant)
    changed.options.asOf = tenant.asOf
    tried += 1
    let found: [Finding]
    do { found = try changed.engine().findings.all() } catch {
      broken.append("seed \(pair.seed), \(what): the engine throws \(error)")
      return
    }
    var left: Set<Key> = []
    // Rows of which a list, or the key of an element, can't be told: what was said of the element is said there.
    var untold: Set<Key> = []
    for finding in found {
      left.insert(Key(rule: finding.rule.index, subject: finding.subject))
      guard finding.verdict == .undetermined else { continue }
      var subject = finding.subject
      if subject.parts.count > 1, subject.parts[1].key?.string.hasPrefix("?") == true { subject.parts.removeLast() }
      untold.insert(Key(rule: finding.rule.index, subject: subject))
    }
    let entity = collection.map { pair.program.collections[$0].entity.name }
    for finding in findings {
      if let entity {
        if key == nil && finding.subject.isCollection { continue }
        let isLost = finding.subject.parts.contains {
          $0.thing == entity && (key == nil || $0.key.map { folded($0) == key } ?? true)
        }
        if isLost { continue }
      }
      var subject = finding.subject
      for index in subject.parts.indices { subject.parts[index].label = nil }
      if left.contains(Key(rule: finding.rule.index, subject: finding.subject)) { continue }
      if subject.parts.count > 1 {
        subject.parts.removeLast()
        if untold.contains(Key(rule: finding.rule.index, subject: subject)) { continue }
        subject = finding.subject
      }
      let name = pair.program[finding.rule].name.name.string
      let words = subject.parts.map { $0.thing.string + " " + ($0.key?.string ?? "") }.joined(separator: ", ")
      broken.append("seed \(pair.seed), \(what): \(finding.verdict.rawValue) \(name) \(words) is neither any more")
    }
    let isJudged = found.contains { $0.verdict == .fail || $0.verdict == .undetermined || $0.verdict == .waived }
    if !isJudged { broken.append("seed \(pair.seed), \(what): nothing is left to report") }
  }

  /// A subject but for its label, which may be what was taken away.
  private struct Key: Hashable {
    var rule: Int
    var things: [String]
    init(rule: Int, subject: Subject) {
      self.rule = rule
      things = subject.parts.flatMap { [$0.thing.string, $0.key?.string ?? ""] } + [String(subject.isCollection)]
    }
  }

  /// The paths of all members of an object and of the objects in it; an array's element by its number.
  private static func paths(_ json: JSON) -> [[String]] {
    switch json {
    case .object(let members):
      var found: [[String]] = []
      for member in members {
        found.append([member.key])
        found += paths(member.value).map { [member.key] + $0 }
      }
      return found
    case .array(let elements):
      return elements.enumerated().flatMap { index, element in paths(element).map { [String(index)] + $0 } }
    case .string, .number, .bool, .null: return []
    }
  }

  /// A value without the member at a path, wherever the member's name stands in its object.
  private static func without(_ path: ArraySlice<String>, _ json: JSON) -> JSON {
    guard let first = path.first else { return json }
    switch json {
    case .object(let members):
      let name = Text(first)
      if path.count == 1 { return .object(members.filter { !FieldReader.sameKey($0.key, name) }) }
      return .object(members.map { ($0.key, $0.key == first ? without(path.dropFirst(), $0.value) : $0.value) })
    case .array(let elements):
      return .array(elements.enumerated().map { String($0) == first ? without(path.dropFirst(), $1) : $1 })
    case .string, .number, .bool, .null: return json
    }
  }
}
