package import Foundation

/// One input of the corpus, with its golden files beside it.
package struct CorpusCase: Sendable, CustomStringConvertible {
  package let url: URL
  package init(url: URL) { self.url = url }

  /// The file's name, for the list of tests.
  package var description: String { url.lastPathComponent }
  package var name: String { url.deletingPathExtension().lastPathComponent }
  package var bytes: [UInt8] { [UInt8]((try? Data(contentsOf: url)) ?? Data()) }

  /// What the golden file of the same name with another ending holds; nil where there is none.
  ///
  /// With `UPDATE_GOLDEN=1` in the environment it is written first, and the difference is read before it is committed.
  package func golden(_ ending: String, recording actual: String) -> String? {
    let url = url.deletingPathExtension().appendingPathExtension(ending)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { try? Data(actual.utf8).write(to: url) }
    return (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// The folder of the package, found from this file's own place.
package let repositoryRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// The files of a folder of `Tests/Corpus` that end so, by name; never empty, since a test over nothing cannot fail.
package func corpus(_ folder: String, ending: String = "licet") -> [CorpusCase] {
  let url = repositoryRoot.appendingPathComponent("Tests/Corpus").appendingPathComponent(folder)
  let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
  let cases = names.filter { $0.hasSuffix("." + ending) }.sorted().map { CorpusCase(url: url.appendingPathComponent($0)) }
  precondition(!cases.isEmpty, "no .\(ending) in Tests/Corpus/\(folder)")
  return cases
}
