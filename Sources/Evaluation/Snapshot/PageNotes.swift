internal import Syntax

/// What the documents of a collection say beside its rows.
struct PageNotes: Sendable {
  private(set) var errors: [(file: String, code: Text, message: Text)] = []
  /// Documents with rows.
  private(set) var documents = 0
  /// Of all rows together.
  private(set) var count: Int64?
  /// Of the last page.
  private(set) var nextLink: [UInt8]?
  private var links: Set<[UInt8]> = []
  private var hasPageWithoutLink = false
  /// Of the last document.
  private(set) var isWrapped = false
  private(set) var isRowByRow = false
  /// Whether there was what has to be read by the one who reads all: an error or an empty file of lines, behind which a page means another
  /// thing; a file that is not in UTF-8.
  private(set) var isOdd = false

  /// Whether a page that is not the last names no next one, where another does.
  var lacksLink: Bool { hasPageWithoutLink && !links.isEmpty }

  /// A document with rows begins.
  mutating func begin(isWrapped: Bool) {
    noteMissingLink()
    documents += 1
    self.isWrapped = isWrapped
    if !isWrapped { isRowByRow = true }
    nextLink = nil
  }

  private mutating func noteMissingLink() {
    if documents > 0 && isWrapped && nextLink == nil { hasPageWithoutLink = true }
  }

  mutating func addEmptyFile() {
    documents += 1
    isRowByRow = true
    isOdd = true
  }

  mutating func add(error code: Text, _ message: Text, of file: String) {
    errors.append((file, code, message))
    isWrapped = true
    isOdd = true
  }

  mutating func addTranscoded() { isOdd = true }

  mutating func add(count said: Int64) { count = max(count ?? said, said) }

  /// - Returns: whether the link was not met before.
  mutating func add(link: [UInt8]) -> Bool {
    nextLink = link
    return links.insert(link).inserted
  }

  /// Whether pages that follow, read by one who does not know these, say what they would say behind these.
  func mayAdd(_ following: PageNotes) -> Bool { !following.isOdd && links.isDisjoint(with: following.links) }

  /// Adds what pages that follow say.
  mutating func add(_ following: PageNotes) {
    noteMissingLink()
    if following.hasPageWithoutLink { hasPageWithoutLink = true }
    documents += following.documents
    isWrapped = following.isWrapped
    if following.isRowByRow { isRowByRow = true }
    nextLink = following.nextLink
    links.formUnion(following.links)
    if let said = following.count { add(count: said) }
  }
}
