package import Evaluation
package import Semantics
import Syntax

/// The name of a finding that survives edits of policies and new exports: SHA-256 of rule, tenant and subject, as hexadecimal digits.
///
/// Hashed are: the rule's id, the tenant's id, and for each part of the subject its thing and its key (nothing for a collection), each as
/// its length in bytes, a colon, its bytes, a comma; so no two different findings are hashed alike.
package func fingerprint(of finding: Finding, in tenant: Report.Tenant, rule: Rule) -> String {
  var bytes: [UInt8] = []
  addPart(Array(rule.name.string.utf8), to: &bytes)
  addPart(tenant.id.utf8, to: &bytes)
  for part in finding.subject.parts {
    addPart(part.thing.utf8, to: &bytes)
    if let key = part.key { addPart(key.utf8, to: &bytes) }
  }
  return SHA256.hex(bytes)
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
