package import Semantics
package import Syntax

/// The verdict of a rule for a subject.
package enum Verdict: String, Sendable, CaseIterable { case pass, fail, undetermined, inapplicable, waived }

/// Why something cannot be told.
package struct Cause: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    /// The field is not in the row.
    case absent
    case notExported
    /// An error body instead of data.
    case unavailable
    /// Pages or rows are missing.
    case incomplete
    /// The row that a join needs is not there.
    case rowMissing
    /// A `?` cell, or a cell outside its dates.
    case unknownCell
    /// No matrix in force speaks of the feature.
    case noMatrix
    /// `unknown "…"` of a policy.
    case stated
    case outsideClosedSet
    case wrongType
    /// Null where none may be.
    case unexpectedNull
    /// The key stands twice in its object, with different values.
    case keyTwice
    /// Two different rows have one key.
    case twoRows
    /// A row lacks its key.
    case keyMissing
    case notAttested
    case overflow
    /// A division without exact result, or by zero.
    case notExact
    /// A lookup without an entry for the value and without `other`.
    case noEntry
    /// More elements than `at most` admits, or a value out of its range.
    case outOfRange
  }
  package var kind: Kind
  /// `collection.field.field`, the fact's, matrix's, or product's name, or the reason itself where a policy states it.
  package var path: Text
  /// What to do about it, where that is known: the request, the permission, the attestation.
  package var ask: Text?
  package init(_ kind: Kind, _ path: Text, ask: Text? = nil) {
    self.kind = kind
    self.path = path
    self.ask = ask
  }
}

/// Whom a verdict is about: the things along the rule's `for each` chain; none: the tenant; a collection's name alone: the collection.
package struct Subject: Sendable, Hashable {
  package struct Part: Sendable, Hashable {
    /// The entity's, the record's or the variable's name; a collection's for `isCollection`.
    package var thing: Text
    /// The key's fields as text, GUIDs in lower case, null as `null`; joined with `, `. Nil for a collection.
    package var key: Text?
    package var label: Text?
  }
  package var parts: [Part]
  package var isCollection: Bool
}

/// One verdict that a report lists.
package struct Finding: Sendable {
  /// A part of a condition and the value it had, both as text.
  package struct Evidence: Sendable, Hashable {
    package var expression: Text
    package var value: Text
    package var place: SourceSpan
  }
  /// A cell on which two matrices contradict each other.
  package struct Contest: Sendable, Hashable {
    package var feature: FeatureID
    package var product: [ProductID]
    package var preferred: QualifiedName
    package var over: QualifiedName
    package var reason: Text
  }
  package var rule: RuleID
  package var verdict: Verdict
  /// The verdict that was waived.
  package var original: Verdict?
  package var waiver: QualifiedName?
  /// An index into `Report.tenants`.
  package var tenant: Int
  package var subject: Subject
  package var message: Text
  package var remedy: Text?
  /// Why the verdict is what it is.
  package var because: [Evidence]
  /// Indices into `Tenant.causes`, by the causes' paths.
  package var causes: [Int]
  package var contests: [Contest]
  /// Where the subject's row begins, and in which file.
  package var file: String?
  package var place: RowPlace?

  package init(
    rule: RuleID, verdict: Verdict, original: Verdict? = nil, waiver: QualifiedName? = nil, tenant: Int, subject: Subject, message: Text,
    remedy: Text?, because: [Evidence], causes: [Int], contests: [Contest], file: String?, place: RowPlace?
  ) {
    self.rule = rule
    self.verdict = verdict
    self.original = original
    self.waiver = waiver
    self.tenant = tenant
    self.subject = subject
    self.message = message
    self.remedy = remedy
    self.because = because
    self.causes = causes
    self.contests = contests
    self.file = file
    self.place = place
  }
}

/// How many subjects fell under each verdict.
package struct VerdictCounts: Sendable, Hashable {
  package var pass = 0
  package var fail = 0
  package var undetermined = 0
  package var inapplicable = 0
  package var waived = 0
  package init() {}
  package var subjects: Int { pass + fail + undetermined + inapplicable + waived }
}

/// All verdicts over all tenants.
package struct Report: Sendable {
  package enum AsOfOrigin: String, Sendable { case option, snapshot, today }
  package struct CollectionSummary: Sendable {
    package var collection: CollectionID
    package var reading: CollectionReading
    /// That were read of its files.
    package var bytes: Int64 = 0
    /// Rows that came again and were counted once; keys that have different rows.
    package var repeatedRows = 0
    package var contradictoryKeys = 0
  }
  /// One cause over all findings and rules of a tenant.
  package struct Missing: Sendable {
    package var cause: Cause
    /// Subjects that it leaves undetermined, each once, whatever the number of rules.
    package var subjects: Int
    package var rules: [RuleID]
  }
  package struct Tenant: Sendable {
    /// The folder's or file's name without ending.
    package var id: Text
    package var asOf: Day
    package var asOfFrom: AsOfOrigin
    package var collections: [CollectionSummary]
    package var causes: [Cause]
    package var missing: [Missing]
    /// By `RuleID.index`; nil where the rule was not run (`--only`, or not in force on the day).
    package var counts: [VerdictCounts?]
    /// One line each: waivers that cover nobody or have expired, terms far from the data's day.
    package var notes: [String]
  }
  package var tenants: [Tenant]
  /// Ordered by tenant, rule and subject key.
  package var findings: SortedFindings
  /// What is told to whoever ran it, and stands in no report.
  package var asides: [String] = []
  /// How long it took; nil unless it was asked for, so that reports of one snapshot are the same bytes.
  package var timing: Timing?
  package init(tenants: [Tenant], findings: SortedFindings) {
    self.tenants = tenants
    self.findings = findings
  }
}

/// How long judging took, and by how many threads.
package struct Timing: Sendable {
  /// By the clock, and of the processors.
  package var milliseconds: Int
  package var cpuMilliseconds: Int
  package var threads: Int
  package init(milliseconds: Int, cpuMilliseconds: Int, threads: Int) {
    self.milliseconds = milliseconds
    self.cpuMilliseconds = cpuMilliseconds
    self.threads = threads
  }
}

extension Report {
  /// Rows and bytes that were read, of all collections.
  package var rowsRead: Int { tenants.reduce(0) { $0 + $1.collections.reduce(0) { $0 + $1.reading.rows } } }
  package var bytesRead: Int64 { tenants.reduce(0) { $0 + $1.collections.reduce(0) { $0 + $1.bytes } } }
}

/// How to judge.
package struct EvaluationOptions: Sendable {
  package struct Statement: Sendable {
    package var tenant: Text?
    package var fact: FactID
    package var value: Constant
    package init(tenant: Text?, fact: FactID, value: Constant) {
      self.tenant = tenant
      self.fact = fact
      self.value = value
    }
  }
  package var asOf: Day?
  /// The clock's day, told by the tool; used where neither option nor snapshot says another.
  package var today: Day
  /// Empty: all rules.
  package var only: [RuleID]
  package var language: Text?
  package var statements: [Statement]
  /// How many threads work. What comes out is the same for any number.
  package var jobs = 1
  /// Whether the report has the findings; else they are only told as they are found, and memory does not grow with them.
  package var keepsFindings = true
  /// The bytes of the report's findings that are kept in memory; more are put by in a temporary file.
  package var mostFindings = FindingSorter.most
  /// Files of twice so many bytes and more are read and judged in segments.
  package var segmentSize: Int64 = RowReader.segmentSize
  /// Rows judged at once, from 1 to 1,024.
  package var batchSize = Judge.batchSize
  /// The bytes that collections may take which rows join to: where they would take more, they are read in parts, and what joins to them once
  /// for each part. Nil: no bound.
  package var mostMemory: Int?
  /// From so many products on, which of them a subject may hold is looked up by its identifiers; with fewer each is asked.
  package var productsLookedUp = Holdings.productsLookedUp
  package init(asOf: Day? = nil, today: Day, only: [RuleID] = [], language: Text? = nil, statements: [Statement] = []) {
    self.asOf = asOf
    self.today = today
    self.only = only
    self.language = language
    self.statements = statements
  }
}
