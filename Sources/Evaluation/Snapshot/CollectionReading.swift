package import Syntax

/// What was found of one collection, beside its rows.
package struct CollectionReading: Sendable {
  package enum Availability: Sendable, Hashable {
    /// No file and no key of its name.
    case notExported
    /// An error body stands instead of data.
    case unavailable(code: Text, message: Text)
    case present
  }
  /// Why a collection is not known to be complete.
  package enum Gap: Sendable, Hashable {
    /// The last page still names a next one.
    case nextLink(file: String)
    /// A number is missing in the row of pages, or page 1 is.
    case missingPage(number: Int)
    /// The count that the export carries is above the rows read.
    case count(said: Int64, read: Int64)
    /// One page is an error body, others are data.
    case errorPage(file: String, code: Text, message: Text)
    /// A test says so.
    case stated
  }
  /// Something odd that does not stop the reading.
  package struct Oddity: Sendable, Hashable {
    /// One line, lower case, no final period.
    package var message: String
    package var file: String
    package var line: Int64
    package init(message: String, file: String, line: Int64) {
      self.message = message
      self.file = file
      self.line = line
    }
  }
  package var availability: Availability
  package var gaps: [Gap]
  /// A bare array or JSON Lines: nothing says whether it is whole.
  package var isAssumedComplete: Bool
  package var rows: Int
  /// Paths as given by the user, joined with the file's name; in the order of reading.
  package var files: [String]
  /// At most 100; `moreOddities` counts the rest.
  package var oddities: [Oddity]
  package var moreOddities: Int

  package init(availability: Availability) {
    self.availability = availability
    gaps = []
    isAssumedComplete = false
    rows = 0
    files = []
    oddities = []
    moreOddities = 0
  }

  package var isComplete: Bool { availability == .present && gaps.isEmpty }
}

/// The snapshot cannot be read.
package enum SnapshotError: Error, Sendable, Hashable {
  /// Not RFC 8259, not UTF-8 or UTF-16, truncated, too deep, or not of a form that a collection has. Exit 65.
  case malformed(file: String, line: Int64, column: Int64, byte: Int64, reason: String)
  /// A system call failed. Exit 74.
  case io(file: String, operation: String, errno: Int32)
}
