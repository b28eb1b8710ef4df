package import Evaluation
package import Semantics
import Syntax

/// The name of a finding that survives edits of policies and new exports: a hash of rule, tenant and subject, as hexadecimal digits.
///
/// It is BLAKE2s with a key. The key is the BLAKE2s hash of the rule's id, the tenant's id and the thing of each part of the subject, each as its
/// length in bytes, a colon, its bytes, a comma; what is hashed under it is the key of each part of the subject, in the same way (`-,` where it
/// has none). So no two different findings are hashed alike, and what findings have in common is hashed once.
package func fingerprint(of finding: Finding, in tenant: Report.Tenant, rule: Rule) -> String {
  let maker = FingerprintMaker(finding.subject.parts.map(\.thing), in: tenant, rule: rule)
  var bytes: [UInt8] = []
  for part in finding.subject.parts { FingerprintMaker.add(part.key?.utf8, to: &bytes) }
  var digits: [UInt8] = []
  BLAKE2s.appendHex(of: maker.hash(of: bytes), to: &digits)
  return String(decoding: digits, as: UTF8.self)
}

/// Makes fingerprints of what is found of subjects of one sort by one rule in one tenant.
struct FingerprintMaker: Sendable {
  /// With its key absorbed, but for a tenant as a whole.
  private(set) var hash: BLAKE2s

  init(_ things: [Text], in tenant: Report.Tenant, rule: Rule) {
    var bytes: [UInt8] = []
    FingerprintMaker.add(Array(rule.name.string.utf8), to: &bytes)
    FingerprintMaker.add(tenant.id.utf8, to: &bytes)
    for thing in things { FingerprintMaker.add(thing.utf8, to: &bytes) }
    let common = BLAKE2s(key: []).hash(bytes, 0..<bytes.count)
    hash = BLAKE2s(key: common.indices.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: common[word] >> UInt32($0 * 8)) } })
    // A tenant as a whole has no keys, and of nothing under a key the key's own block is the last.
    if !things.isEmpty { hash.absorbKey() }
  }

  /// The fingerprint of a subject, given the keys of its parts.
  func hash(of keys: [UInt8]) -> SIMD8<UInt32> { hash.hash(keys, 0..<keys.count) }

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
