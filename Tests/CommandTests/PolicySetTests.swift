import Foundation
import Testing

@Suite struct PolicySetTests {
  private let good = "module a\nfact one: bool \"One\"\n"
  private let second = "module b\nfact two: bool \"Two\"\n"

  private func files(_ folder: TemporaryFolder, _ more: String = "") throws -> [String] {
    let result = try Tool.shell("cd \(folder.path) && $licet lint . \(more) --format json")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any], "\(result.errors)")
    return try #require(document["files"] as? [String])
  }

  @Test func `a folder is searched to its depths, in the order of bytes, without hidden files`() throws {
    let folder = try TemporaryFolder([
      "b.licet": good, "a/z.licet": second, "a.licet": "module c\n", "é.licet": "module d\n", ".hidden/x.licet": "(", ".x.licet": "(",
      "readme.md": "(", "licet": "(",
    ])
    #expect(try files(folder) == ["./a.licet", "./a/z.licet", "./b.licet", "./é.licet"])
  }

  @Test func `a file that is named twice, or reached twice, is read once`() throws {
    let folder = try TemporaryFolder(["a.licet": good, "b.licet": second])
    _ = try Tool.shell("cd \(folder.path) && ln -s a.licet c.licet && ln -s . again")
    #expect(try files(folder, "a.licet ./b.licet") == ["./a.licet", "./b.licet"])
  }

  @Test func `links within the folder are followed, as where folders are swapped whole`() throws {
    let folder = try TemporaryFolder([".data.1/a.licet": good])
    _ = try Tool.shell("cd \(folder.path) && ln -s .data.1 .data && ln -s .data/a.licet a.licet")
    #expect(try files(folder) == ["./a.licet"])
  }

  static let refused: [(make: String, reason: String)] = [
    ("ln -s /etc/hostname out.licet", "is a link that leads out of the policy folder"),
    ("ln -s /etc out", "is a link that leads out of the policy folder"),
    ("ln -s nowhere gone.licet", "no such file"),
    ("mkfifo pipe.licet", "is neither a file nor a folder"),
    ("mkdir folder.licet && ln -s /etc/hostname folder.licet/x.licet", "leads out of the policy folder"),
    (#"touch $'bad\e[2J.licet'"#, "no control characters"),
    (#"touch $'bad\xff.licet'"#, "is UTF-8"),
    ("truncate -s 65M large.licet", "at most 16 MiB"),
  ]

  @Test(arguments: refused.indices) func `what cannot be read is refused, not passed over`(_ index: Int) throws {
    let (make, reason) = PolicySetTests.refused[index]
    let folder = try TemporaryFolder(["a.licet": good])
    let result = try Tool.shell("cd \(folder.path) && \(make) && $licet lint .")
    #expect(result.code == 74, "\(make): \(result.errors)")
    #expect(result.reason.contains(reason), "\(result.errors)")
    #expect(!result.errors.contains("\u{1B}"))
  }

  @Test func `a policy may come through a pipe`() throws {
    let result = try Tool.shell("$licet lint <(printf 'module a\\n')")
    #expect(result.code == 0, "\(result.errors)")
  }
}
