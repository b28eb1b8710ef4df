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
    case .nextLink(let file): "`\(shown(file))` names a next page that is not there"
    case .missingPage(let number): "page \(number) is missing"
    case .count(let said, let read): "the export counts \(said) rows, but holds \(read)"
    case .errorPage(let file, let code, let message): "`\(shown(file))` is an error: \(shown(code)): \(shown(message))"
    case .stated: "stated to be incomplete"
    }
  }
}

extension Cause {
  /// One clause, lower case, no final period.
  var words: String {
    let path = "`\(shown(self.path))`"
    return switch kind {
    case .absent: "\(path) is not in the data"
    case .notExported: "\(path) was not exported"
    case .unavailable: "\(path) holds an error instead of data"
    case .incomplete: "\(path) is not complete"
    case .rowMissing: "a row is missing in \(path)"
    case .unknownCell: "the source leaves \(path) open"
    case .noMatrix: "no table in force speaks of \(path)"
    case .stated: shown(self.path)
    case .outsideClosedSet: "\(path) has a value that its shape does not list"
    case .wrongType: "\(path) has a value of another type than its shape says"
    case .unexpectedNull: "\(path) is null where its shape admits none"
    case .keyTwice: "\(path) stands twice in one object, with different values"
    case .twoRows: "two different rows of \(path) have one key"
    case .keyMissing: "a row of \(path) lacks its key"
    case .notAttested: "nobody has stated \(path)"
    case .overflow: "a number is too large in \(path)"
    case .notExact: "a division has no exact result in \(path)"
    case .noEntry: "\(path) has no entry for the value"
    case .outOfRange: "\(path) is out of its range"
    }
  }
}

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
