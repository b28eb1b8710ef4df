package import Evaluation
package import Semantics
import Syntax

/// The name of a finding that survives edits of policies and new exports: SHA-256 of rule, tenant and subject, as hexadecimal digits.
///
/// Hashed are first the rule's id, the tenant's id, and the thing of each part of the subject, each as its length in bytes, a colon, its
/// bytes, a comma; then bytes of zero up to a multiple of 64, and then in the same way the key of each part (`-,` where it has none). So no
/// two different findings are hashed alike, and what findings have in common is hashed once.
package func fingerprint(of finding: Finding, in tenant: Report.Tenant, rule: Rule) -> String {
  var hash = fingerprintBeginning(finding.subject.parts.map(\.thing), in: tenant, rule: rule)
  var keys: [UInt8] = []
  for part in finding.subject.parts {
    if let key = part.key { addPart(key.utf8, to: &keys) } else { keys += [0x2D, 0x2C] }
  }
  hash.update(keys)
  var digits: [UInt8] = []
  hash.finishHex(to: &digits)
  return String(decoding: digits, as: UTF8.self)
}

/// The hash of what findings of a rule in a tenant have in common.
func fingerprintBeginning(_ things: [Text], in tenant: Report.Tenant, rule: Rule) -> SHA256 {
  var bytes: [UInt8] = []
  addPart(Array(rule.name.string.utf8), to: &bytes)
  addPart(tenant.id.utf8, to: &bytes)
  for thing in things { addPart(thing.utf8, to: &bytes) }
  while bytes.count % 64 != 0 { bytes.append(0) }
  var hash = SHA256()
  hash.update(bytes)
  return hash
}

func addPart(_ part: [UInt8], to bytes: inout [UInt8]) {
  addNumber(Int64(part.count), to: &bytes)
  bytes.append(0x3A)
  bytes.append(contentsOf: part)
  bytes.append(0x2C)
}

/// Writes a number in digits.
func addNumber(_ number: Int64, to bytes: inout [UInt8]) {
  if number < 0 {
    bytes.append(contentsOf: String(number).utf8)
    return
  }
  var power: Int64 = 1
  while number / power >= 10 { power *= 10 }
  while power > 0 {
    bytes.append(0x30 + UInt8(truncatingIfNeeded: number / power % 10))
    power /= 10
  }
}
