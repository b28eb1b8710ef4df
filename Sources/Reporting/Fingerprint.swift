package import Evaluation
package import Semantics
import Syntax

/// The name of a finding that survives edits of policies and new exports, as hexadecimal digits: 32 for the rule in the tenant, and 32 for the
/// subject in the tenant.
///
/// Each is the first half of a BLAKE2s hash. The first is that of the rule's id, the tenant's id and the thing of each part of the subject. The
/// second is that of the key of each part of the subject, under a key, the BLAKE2s hash of the tenant's id. A part is hashed as its length in
/// bytes, a colon, its bytes, a comma (`-,` where it has no key): so no two different findings are hashed alike. What the findings of a rule have
/// in common is hashed once, and so is what those of a subject have.
package func fingerprint(of finding: Finding, in tenant: Report.Tenant, rule: Rule) -> String {
  var bytes: [UInt8] = []
  for part in finding.subject.parts { Fingerprint.add(part.key?.utf8, to: &bytes) }
  var digits = Fingerprint.digits(of: rule, finding.subject.parts.map(\.thing), in: tenant)
  BLAKE2s.appendHex(ofFirstHalf: SubjectHasher(tenant).hash(of: bytes), to: &digits)
  return String(decoding: digits, as: UTF8.self)
}

enum Fingerprint {
  /// Digits for a subject in a tenant, behind as many for the rule.
  static let subjectDigits = 32

  /// The digits for a rule in a tenant, of subjects with such parts.
  static func digits(of rule: Rule, _ things: [Text], in tenant: Report.Tenant) -> [UInt8] {
    var bytes: [UInt8] = []
    add(Array(rule.name.string.utf8), to: &bytes)
    add(tenant.id.utf8, to: &bytes)
    for thing in things { add(thing.utf8, to: &bytes) }
    var digits: [UInt8] = []
    BLAKE2s.appendHex(ofFirstHalf: BLAKE2s(key: []).hash(bytes, 0..<bytes.count), to: &digits)
    return digits
  }

  static let noKey: [UInt8] = [0x2D, 0x2C]
  static let beforeKey: UInt8 = 0x3A
  static let behindKey: UInt8 = 0x2C

  /// Adds a key, or another part of what is hashed.
  static func add(_ part: [UInt8]?, to bytes: inout [UInt8]) {
    guard let part else { return bytes.append(contentsOf: noKey) }
    appendNumber(Int64(part.count), to: &bytes)
    bytes.append(beforeKey)
    bytes.append(contentsOf: part)
    bytes.append(behindKey)
  }
}

/// Hashes the subjects of a tenant.
struct SubjectHasher {
  private let whole: BLAKE2s
  /// For subjects that have parts: with its key absorbed.
  let ofParts: BLAKE2s

  init(_ tenant: Report.Tenant) {
    var bytes: [UInt8] = []
    Fingerprint.add(tenant.id.utf8, to: &bytes)
    let key = BLAKE2s(key: []).hash(bytes, 0..<bytes.count)
    whole = BLAKE2s(key: key.indices.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: key[word] >> UInt32($0 * 8)) } })
    var ofParts = whole
    ofParts.absorbKey()
    self.ofParts = ofParts
  }

  /// The hash of a subject, given the keys of its parts; a tenant as a whole has none.
  func hash(of keys: [UInt8]) -> SIMD8<UInt32> { whole.hash(keys, 0..<keys.count) }
}
