package import Evaluation
package import Semantics
import Syntax

/// The name of a finding that survives edits of policies and new exports: SHA-256 of rule, tenant and subject, as hexadecimal digits.
///
/// Hashed are: the rule's id, the tenant's id, and for each part of the subject its thing and its key (nothing for a collection), each as
/// its length in bytes, a colon, its bytes, a comma; so no two different findings are hashed alike.
package func fingerprint(of finding: Finding, in tenant: Report.Tenant, rule: Rule) -> String {
  var bytes: [UInt8] = []
  func add(_ part: [UInt8]) {
    bytes.append(contentsOf: String(part.count).utf8)
    bytes.append(0x3A)
    bytes.append(contentsOf: part)
    bytes.append(0x2C)
  }
  add(Array(rule.name.string.utf8))
  add(tenant.id.utf8)
  for part in finding.subject.parts {
    add(part.thing.utf8)
    if let key = part.key { add(key.utf8) }
  }
  return SHA256.hex(bytes)
}
