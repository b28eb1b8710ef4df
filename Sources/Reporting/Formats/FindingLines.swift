import Evaluation
import Semantics
import Syntax

/// What lines of findings have in common: a rule's findings with the same reasons differ in their subject, place and message alone.
///
/// So the bytes between these are made once, and a line is a few copies. Its size is bounded, whatever the number of findings.
package struct FindingLines: Sendable {
  private struct Shared {
    let finding: Finding
    /// Up to the subject's key, up to the message, up to the line, and what is hashed before the key.
    let head: [UInt8]
    let afterMessage: [UInt8]
    let hashed: SHA256
    /// Of what is undetermined the words that say so; nil where the message is the finding's own.
    let words: [UInt8]?
  }

  private var shared: [Shared?] = Array(repeating: nil, count: 256)
  private var fingerprintBytes: [UInt8] = []

  package init() {}

  /// Writes a line; the same bytes as `JSONWriter.finding`.
  mutating func write(_ finding: Finding, _ tenant: Report.Tenant, _ context: ReportContext, to sink: inout ByteSink) {
    guard finding.subject.parts.count == 1, !finding.subject.isCollection, let key = finding.subject.parts[0].key,
      let file = finding.file, let place = finding.place
    else {
      var json = JSONWriter(sink.take())
      json.finding(finding, tenant, context)
      json.sink.write(0x0A)
      sink = json.sink
      return
    }
    let pointer = UInt(bitPattern: ObjectIdentifier(finding.reasons))
    let slot = Int(truncatingIfNeeded: (pointer >> 4) ^ (pointer >> 12) ^ UInt(finding.rule.index)) & 255
    if let known = shared[slot], FindingLines.isShared(known.finding, finding) {
    } else {
      shared[slot] = FindingLines.make(finding, tenant, context, file)
    }
    guard let shared = shared[slot] else { return }
    sink.append(shared.head)
    sink.quote(key)
    sink.append(FindingLines.label)
    if let label = finding.subject.parts[0].label { sink.quote(label) } else { sink.append(FindingLines.null) }
    sink.append(FindingLines.message)
    if let words = shared.words { sink.append(words) } else { sink.quote(finding.message) }
    sink.append(FindingLines.remedy)
    if let remedy = finding.remedy { sink.quote(remedy) } else { sink.append(FindingLines.null) }
    sink.append(shared.afterMessage)
    sink.number(place.line)
    sink.append(FindingLines.byte)
    sink.number(place.byte)
    sink.append(FindingLines.fingerprint)
    var hash = shared.hashed
    fingerprintBytes.removeAll(keepingCapacity: true)
    addPart(key.utf8, to: &fingerprintBytes)
    hash.update(fingerprintBytes)
    sink.append(hash)
    sink.append(FindingLines.end)
    sink.flushIfFull()
  }

  private static let label = Array("\", \"label\": ".utf8.dropFirst())
  private static let null = Array("null".utf8)
  private static let message = Array("}, \"message\": ".utf8)
  private static let remedy = Array(", \"remedy\": ".utf8)
  private static let byte = Array(", \"byte\": ".utf8)
  private static let fingerprint = Array("}, \"fingerprint\": \"".utf8)
  private static let end = Array("\"}\n".utf8)

  private static func isShared(_ known: Finding, _ finding: Finding) -> Bool {
    known.reasons === finding.reasons && known.rule == finding.rule && known.verdict == finding.verdict && known.tenant == finding.tenant
      && known.original == finding.original && known.waiver == finding.waiver && known.file == finding.file
      && known.subject.parts[0].thing == finding.subject.parts[0].thing
  }

  private static func make(_ finding: Finding, _ tenant: Report.Tenant, _ context: ReportContext, _ file: String) -> Shared {
    let rule = context.program[finding.rule]
    let entity = finding.subject.parts[0].thing
    let head = bytes { json in
      json.object { json in
        json.findingHead(finding, tenant, rule)
        json.name("subject")
        json.object { json in
          json.member("kind", "row")
          json.member("entity", entity)
          json.name("key")
        }
      }
    }
    let after = bytes { json in
      json.object { json in
        json.findingReasons(finding, tenant, rule, context)
        json.name("at")
        json.object { json in
          json.member("file", fileName(file))
          json.name("line")
        }
      }
    }
    let isUntold = finding.verdict == .undetermined || finding.original == .undetermined
    // Objects are closed where the key and the line belong, and the second's brace stands where a comma does.
    return Shared(
      finding: finding, head: head.dropLast(2) + [], afterMessage: Array(", ".utf8) + after.dropFirst().dropLast(2),
      hashed: fingerprintBeginning([entity], in: tenant, rule: rule),
      words: isUntold ? bytes { $0.string(finding.words(in: tenant)) } : nil)
  }

  private static func bytes(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    let sink = ByteSink(drain: { _ in })
    var json = JSONWriter(sink)
    write(&json)
    return json.sink.pending
  }
}
