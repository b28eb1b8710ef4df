import Foundation

/// One input of the corpus, with its golden files beside it.
package struct CorpusCase: Sendable, CustomStringConvertible {
  package let url: URL
  package init(url: URL) { self.url = url }

  /// The file's name, for the list of tests.
  package var description: String { url.lastPathComponent }
  package var name: String { url.deletingPathExtension().lastPathComponent }
  package var bytes: [UInt8] { [UInt8]((try? Data(contentsOf: url)) ?? Data()) }

  /// The golden file of the same name with another ending.
  package func golden(_ ending: String) -> URL { url.deletingPathExtension().appendingPathExtension(ending) }
}

/// The folder of the package, found from this file's own place.
package let repositoryRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The files of a folder of `Tests/Corpus` that end so, by name; never empty, since a test over nothing cannot fail.
package func corpus(_ folder: String, ending: String = "licet") -> [CorpusCase] {
  let url = repositoryRoot.appendingPathComponent("Tests/Corpus").appendingPathComponent(folder)
  let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
  let cases = names.filter { $0.hasSuffix("." + ending) }.sorted().map { CorpusCase(url: url.appendingPathComponent($0)) }
  precondition(!cases.isEmpty, "no .\(ending) in Tests/Corpus/\(folder)")
  return cases
}
