import Evaluation
import Semantics
import Syntax

/// What a page tells of the findings of one rule in one tenant, gathered in one pass: the first of them and how many there are.
struct RuleFindings {
  /// Some findings: the first, and the number of all.
  struct Group {
    private(set) var first: [Finding] = []
    private(set) var count = 0
    private let shown: Int

    init(shown: Int) { self.shown = shown }

    mutating func add(_ finding: @autoclosure () -> Finding) {
      if count < shown { first.append(finding()) }
      count += 1
    }
  }

  let rule: RuleID
  private(set) var failing = Group(shown: ReportPage.shownFindings)
  private(set) var waived = Group(shown: ReportPage.shownFindings)
  /// Those whom the same causes hold up, and these; in the order in which the causes came first.
  private(set) var untold: [(causes: [Int], group: Group)] = []
  private var untoldOfCauses: [[Int]: Int] = [:]
  /// The remedy of all that fail, which may be that there is none; nil where they differ.
  private(set) var remedy: Text?? = .some(nil)
  /// The evidence of all that fail.
  private(set) var evidence: [Finding.Evidence] = []
  /// Of each kind, the first time that it comes.
  private(set) var contests: [Finding.Contest] = []
  /// Kinds that came, and those of which all findings have the same remedy or evidence, which was looked at.
  private var kinds: Set<ObjectIdentifier> = []
  private var sameRemedy: Set<ObjectIdentifier> = []
  private var sameEvidence: Set<ObjectIdentifier> = []

  init(_ rule: RuleID) { self.rule = rule }

  mutating func add(_ findings: FindingList, _ index: Int) {
    let kind = findings.kind(index)
    if kinds.insert(ObjectIdentifier(kind)).inserted { contests += kind.contests }
    switch kind.verdict {
    case .fail:
      compare(findings, index, kind)
      failing.add(findings[index])
    case .waived: waived.add(findings[index])
    case .undetermined:
      let number = untoldOfCauses[kind.causes] ?? untold.count
      if number == untold.count {
        untoldOfCauses[kind.causes] = number
        untold.append((kind.causes, Group(shown: ReportPage.shownSubjects)))
      }
      untold[number].group.add(findings[index])
    case .pass, .inapplicable: break
    }
  }

  /// Keeps of remedy and evidence what a failing has too.
  private mutating func compare(_ findings: FindingList, _ index: Int, _ kind: FindingKind) {
    if failing.count == 0 {
      remedy = .some(findings[index].remedy)
      evidence = findings[index].because
    }
    // Those of one kind differ only where values of their own are in it.
    if let all = remedy {
      let isOwn = kind.remedy?.contains(.own) ?? false
      if isOwn || sameRemedy.insert(ObjectIdentifier(kind)).inserted, findings[index].remedy != all { remedy = nil }
    }
    if evidence.isEmpty { return }
    let isOwn = kind.because.contains { part in part.value == .own && evidence.contains { $0.expression == part.expression } }
    if !isOwn && !sameEvidence.insert(ObjectIdentifier(kind)).inserted { return }
    let because = findings[index].because
    evidence.removeAll { part in !because.contains { $0.saysSame(as: part) } }
  }
}

extension Finding.Evidence {
  /// Whether it is the same but for its place in the policy.
  func saysSame(as other: Finding.Evidence) -> Bool { expression == other.expression && value == other.value }
}

/// Goes through the findings of a report rule by rule.
struct FindingCursor {
  private var batches: SortedFindings.Batches
  private var batch = FindingList()
  private var next = 0

  init(_ findings: SortedFindings) { batches = findings.batches() }

  /// The findings of the next rule that has some in a tenant; nil where there is none.
  /// - Throws: where findings cannot be read.
  mutating func rule(of tenant: Int) throws(SnapshotError) -> RuleFindings? {
    guard try isThere(), batch.kind(next).tenant == tenant else { return nil }
    var found = RuleFindings(batch.kind(next).rule)
    while try isThere(), batch.kind(next).tenant == tenant, batch.kind(next).rule == found.rule {
      found.add(batch, next)
      next += 1
    }
    return found
  }

  private mutating func isThere() throws(SnapshotError) -> Bool {
    while next == batch.count {
      guard let more = try batches.next() else { return false }
      batch = more
      next = 0
    }
    return true
  }
}
