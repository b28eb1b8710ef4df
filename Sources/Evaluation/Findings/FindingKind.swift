package import Semantics
package import Syntax

/// What many findings share: all but whom each is about, the values in its texts, and its place.
///
/// How many kinds there are hangs on the policies, not on the snapshot.
package final class FindingKind: Sendable {
  /// A stretch of a text.
  package enum Piece: Sendable, Hashable {
    case same(Text)
    /// The next of the finding's own values.
    case own
  }
  package struct Evidence: Sendable, Hashable {
    package var expression: Text
    package var value: Piece
    package var place: SourceSpan
  }

  package let rule: RuleID
  package let verdict: Verdict
  /// The verdict that was waived.
  package let original: Verdict?
  package let waiver: QualifiedName?
  /// An index into `Report.tenants`.
  package let tenant: Int
  /// Of each part of the subject the entity's, the record's or the variable's name; a collection's name alone for `isCollection`.
  package let things: [Text]
  package let isCollection: Bool
  package let message: [Piece]
  package let remedy: [Piece]?
  package let because: [Evidence]
  /// Indices into `Tenant.causes`, by the causes' paths.
  package let causes: [Int]
  package let contests: [Finding.Contest]
  /// How many values each of its findings has.
  package let ownValues: Int

  package init(
    rule: RuleID, verdict: Verdict, original: Verdict? = nil, waiver: QualifiedName? = nil, tenant: Int, things: [Text], isCollection: Bool,
    message: [Piece], remedy: [Piece]?, because: [Evidence], causes: [Int], contests: [Finding.Contest]
  ) {
    self.rule = rule
    self.verdict = verdict
    self.original = original
    self.waiver = waiver
    self.tenant = tenant
    self.things = things
    self.isCollection = isCollection
    self.message = message
    self.remedy = remedy
    self.because = because
    self.causes = causes
    self.contests = contests
    let pieces = message + (remedy ?? []) + because.map(\.value)
    ownValues = things.count * 2 + pieces.count { $0 == .own }
  }

  /// The same kind with other causes.
  func with(causes: [Int]) -> FindingKind {
    FindingKind(
      rule: rule, verdict: verdict, original: original, waiver: waiver, tenant: tenant, things: things, isCollection: isCollection,
      message: message, remedy: remedy, because: because, causes: causes, contests: contests)
  }

  /// The same kind, waived.
  func waived(by name: QualifiedName) -> FindingKind {
    FindingKind(
      rule: rule, verdict: .waived, original: verdict, waiver: name, tenant: tenant, things: things, isCollection: isCollection,
      message: message, remedy: remedy, because: because, causes: causes, contests: contests)
  }
}
