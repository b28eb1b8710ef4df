import Evaluation
import Semantics
import Syntax

// What the enums of a report are called in a report for people.

extension CollectionReading.Availability {
  var word: String {
    switch self {
    case .notExported: "notExported"
    case .unavailable: "unavailable"
    case .present: "present"
    }
  }
}

extension CollectionReading.Gap {
  var words: String {
    switch self {
    case .nextLink(let file): "`\(shown(fileName(file)))` names a next page that is not there"
    case .missingPage(let number): "page \(number) is missing"
    case .count(let said, let read): "the export counts \(said) rows, but holds \(read)"
    case .errorPage(let file, let code, let message): "`\(shown(fileName(file)))` is an error: \(shown(code)): \(shown(message))"
    case .stated: "stated to be incomplete"
    }
  }
}

extension Cause {
  /// One clause, lower case, no final period.
  var words: String { Cause.words(kind, [path]) }

  /// Clauses for several causes, those of one kind told together.
  static func words(_ causes: [Cause]) -> String {
    var clauses: [String] = []
    for kind in Cause.Kind.allCases {
      let paths = causes.filter { $0.kind == kind }.map(\.path)
      if paths.isEmpty { continue }
      // A reason that a policy states is a clause of its own; other paths are names in one clause.
      if kind == .stated { clauses += paths.map { words(kind, [$0]) } } else { clauses.append(words(kind, paths)) }
    }
    return clauses.joined(separator: "; ")
  }

  /// Of several paths these are named; the rest is counted.
  private static let namedPaths = 4

  private static func words(_ kind: Kind, _ paths: [Text]) -> String {
    let named = paths.prefix(paths.count == namedPaths + 1 ? paths.count : namedPaths).map { "`\(shown($0))`" }
    let path = listed(named + (named.count < paths.count ? ["\(grouped(paths.count - named.count)) more"] : []))
    let isOne = paths.count == 1
    return switch kind {
    case .absent: "\(path) \(isOne ? "is" : "are") not in the data"
    case .notExported: "\(path) \(isOne ? "was" : "were") not exported"
    case .unavailable: "\(path) \(isOne ? "holds" : "hold") an error instead of data"
    case .incomplete: "\(path) \(isOne ? "is" : "are") not complete"
    case .rowMissing: "a row is missing in \(path)"
    case .unknownCell: "the source leaves \(path) open"
    case .noMatrix: "no table in force speaks of \(path)"
    case .stated: paths.map { shown($0) }.joined(separator: "; ")
    case .outsideClosedSet: "\(path) \(isOne ? "has" : "have") a value that the shape does not list"
    case .wrongType: "\(path) \(isOne ? "has" : "have") a value of another type than the shape says"
    case .unexpectedNull: "\(path) \(isOne ? "is" : "are") null where the shape admits none"
    case .keyTwice: "\(path) \(isOne ? "stands" : "stand") twice in one object, with different values"
    case .twoRows: "two different rows of \(path) have one key"
    case .keyMissing: "a row of \(path) lacks its key"
    case .notAttested: "nobody has stated \(path)"
    case .overflow: "a number is too large in \(path)"
    case .notExact: "a division has no exact result in \(path)"
    case .noEntry: "\(path) \(isOne ? "has" : "have") no entry for the value"
    case .outOfRange: "\(path) \(isOne ? "is" : "are") out of range"
    }
  }
}

extension Finding {
  /// The rule's message; of what is undetermined why it cannot be told, since the message would sound as if it were.
  func words(in tenant: Report.Tenant) -> String {
    guard verdict == .undetermined || original == .undetermined else { return message.string }
    let causes = causes.filter { tenant.causes.indices.contains($0) }.map { tenant.causes[$0] }
    return causes.isEmpty ? "cannot be told" : "cannot be told: " + Cause.words(causes)
  }
}

/// The name of a file of a snapshot: all lie in the folder that the user named.
func fileName(_ path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: 0x2F) else { return path }
  return String(path[path.utf8.index(after: slash)...])
}

/// The folder of a path, as the user gave it; nil where it has none.
func folderName(_ path: String) -> String? { path.utf8.lastIndex(of: 0x2F).map { String(path[..<$0]) } }

extension RuleSeverity {
  var word: String { rawValue }
}

extension Report.AsOfOrigin {
  var words: String {
    switch self {
    case .option: "as asked for"
    case .snapshot: "the snapshot's own day"
    case .today: "today, since neither `--as-of` nor the snapshot says another day"
    }
  }
}

extension Subject {
  /// The labels along the chain, or the keys where there is none.
  var words: String {
    guard let last = parts.last else { return "the tenant" }
    if isCollection { return "the collection `\(shown(last.thing))`" }
    return parts.map { part in
      if let label = part.label, !label.isEmpty { return shown(label) }
      return part.key.map(shown) ?? "one without its key"
    }.joined(separator: " / ")
  }
}
