import Foundation
import Semantics
import Syntax
import TestSupport
import Testing

@Suite struct PoliciesTests {
  @Test func `the policies of the project are a policy set`() throws {
    let folder = repositoryRoot.appendingPathComponent("Policies")
    let paths = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }.filter {
      $0.hasSuffix(".licet")
    }
    let result = checked(try paths.sorted().map { ($0, [UInt8](try Data(contentsOf: folder.appendingPathComponent($0)))) })
    #expect(result.diagnostics.map { line($0, result.sources) } == [])
    #expect(result.checked.program != nil)
  }
}
