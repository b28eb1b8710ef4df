import Foundation
import TestSupport
import Testing

/// `licet fmt`: what it prints, what it writes, and with which code it ends.
@Suite struct FmtTests {
  private static let ragged = "module m\nfeature  a \"A\"\nmatrix e {\n  cite p\n  | | x |\n  |-|-|\n  | a | ● |\n}\n"
  private static let canonical =
    "module m\nfeature a \"A\"\nmatrix e {\n  cite  p\n  |   |  x  |\n  |---|:---:|\n  | a | yes |\n}\n"
  private static let broken = "module m\nfeature a\n"

  private static func folder() throws -> TemporaryFolder {
    try TemporaryFolder(["ragged.licet": ragged, "canonical.licet": canonical, "other.txt": ragged])
  }

  @Test func `the canonical form of a file goes to standard output`() throws {
    let folder = try Self.folder()
    let result = try Tool.run("fmt", folder.path + "/ragged.licet")
    #expect(result.code == 0)
    #expect(result.output == Self.canonical)
    #expect(result.errors.isEmpty)
    #expect(try folder.read("ragged.licet") == Self.ragged)
    let input = try Tool.shell("$licet fmt - < '\(folder.path)/ragged.licet'")
    #expect(input.output == Self.canonical)
    #expect(input.code == 0)
  }

  @Test func `check ends with 3 where a file differs, and changes nothing`() throws {
    let folder = try Self.folder()
    let result = try Tool.run("fmt", "--check", folder.path)
    #expect(result.code == 3)
    #expect(result.output.isEmpty)
    #expect(result.reason == "licet: 1 of 2 files is not in canonical form; `licet fmt --write` mends that")
    #expect(try folder.read("ragged.licet") == Self.ragged)
    #expect(try Tool.run("fmt", "--check", folder.path + "/canonical.licet").code == 0)
    #expect(try Tool.shell("$licet fmt --check - < '\(folder.path)/ragged.licet'").code == 3)
  }

  @Test func `write mends what differs, whole files with their permissions, and nothing else`() throws {
    let folder = try Self.folder()
    let path = folder.path + "/ragged.licet"
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let untouched = try FileManager.default.attributesOfItem(atPath: folder.path + "/canonical.licet")[.systemFileNumber] as? Int
    let result = try Tool.run("fmt", "--write", "--list", folder.path)
    #expect(result.code == 0)
    #expect(result.output == path + "\n")
    #expect(result.reason == "licet: clean: 2 files, 1 written")
    #expect(try folder.read("ragged.licet") == Self.canonical)
    #expect(try folder.read("other.txt") == Self.ragged)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    #expect(try FileManager.default.attributesOfItem(atPath: folder.path + "/canonical.licet")[.systemFileNumber] as? Int == untouched)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
    #expect(try Tool.run("fmt", "--check", folder.path).code == 0)
  }

  @Test func `a diff is one that git applies`() throws {
    let long =
      "module m\n" + (0..<40).map { "// \($0)\n" }.joined() + "feature  a \"A\"\n" + (0..<9).map { "// \($0)\n" }.joined()
      + "fact f:bool \"F\""
    let folder = try TemporaryFolder(["long.licet": long])
    let path = folder.path + "/long.licet"
    let result = try Tool.run("fmt", "--diff", path)
    #expect(result.code == 0)
    #expect(
      result.output.hasPrefix("--- \(path)\n+++ \(path)\n@@ -39,7 +39,7 @@\n // 37\n // 38\n // 39\n-feature  a \"A\"\n+feature a \"A\"\n"))
    #expect(
      result.output.contains(
        "@@ -49,4 +49,4 @@\n // 6\n // 7\n // 8\n-fact f:bool \"F\"\n\\ No newline at end of file\n+fact f: bool \"F\"\n"))
    let patched = try Tool.shell(
      "cd '\(folder.path)' && $licet fmt long.licet > expected && $licet fmt --diff long.licet | git apply -p0 && cmp long.licet expected")
    #expect(patched.code == 0, "\(patched.errors)")
    #expect(try Tool.run("fmt", "--diff", "--check", path).code == 0)
  }

  @Test func `a file with mistakes is left as it is, byte for byte, and said so`() throws {
    let folder = try TemporaryFolder(["broken.licet": Self.broken, "ragged.licet": Self.ragged])
    let path = folder.path + "/broken.licet"
    for options in [["--write"], ["--check"], ["--list"], ["--diff"], []] {
      let result = try Tool.run(["fmt"] + options + [path])
      #expect(result.code == 3)
      #expect(result.output == (options.isEmpty ? Self.broken : ""))
      #expect(result.errors.contains("broken.licet:2:10: error LIC0100"))
      #expect(result.reason == "licet: `\(path)` is left as it is: it has mistakes")
      #expect(try folder.read("broken.licet") == Self.broken)
    }
    #expect(try Tool.run("fmt", "--write", folder.path).code == 3)
    #expect(try folder.read("ragged.licet") == Self.canonical)
    #expect(try folder.read("broken.licet") == Self.broken)
  }

  @Test func `what contradicts itself is wrong usage, and what cannot be read a failure`() throws {
    let folder = try Self.folder()
    for words in [
      [], [folder.path], ["--write", "--check", folder.path], ["--diff", "--list", folder.path], ["--write", "-"], ["-", folder.path],
    ] {
      #expect(try Tool.run(["fmt"] + words).code == 64, "\(words)")
    }
    #expect(try Tool.run("fmt", "--check", folder.path + "/nowhere").code == 74)
    #expect(try Tool.shell("mkdir '\(folder.path)/empty' && $licet fmt --check '\(folder.path)/empty'").code == 4)
  }

  @Test func `standard input is read from where it stands, a socket too`() throws {
    let folder = try Self.folder()
    let offset = try Tool.shell(
      "{ echo not a policy; cat '\(folder.path)/ragged.licet'; } > '\(folder.path)/in'; { read -r line; $licet fmt -; } < '\(folder.path)/in'"
    )
    #expect(offset.output == Self.canonical)
    let program =
      "import socket, subprocess, sys; a, b = socket.socketpair(); b.setblocking(False); a.sendall(open(sys.argv[2], 'rb').read()); "
      + "a.shutdown(socket.SHUT_WR); sys.exit(subprocess.run([sys.argv[1], 'fmt', '-'], stdin=b).returncode)"
    let socket = try Tool.shell("python3 -c \"\(program)\" $licet '\(folder.path)/ragged.licet'")
    #expect(socket.code == 0, "\(socket.errors)")
    #expect(socket.output == Self.canonical)
  }

  @Test func `write keeps the owner and the group, where that is allowed`() throws {
    let folder = try Self.folder()
    let path = folder.path + "/ragged.licet"
    let owner = geteuid() == 0 ? "4321:8765" : "\(geteuid()):\(getegid())"
    let result = try Tool.shell(
      "chown \(owner) '\(path)' && chmod 664 '\(path)' && $licet fmt --write '\(path)' && stat -c %u:%g:%a '\(path)'")
    #expect(result.output == owner + ":664\n")
    #expect(try folder.read("ragged.licet") == Self.canonical)
  }

  @Test func `a write-protected file is left as it is`() throws {
    let folder = try Self.folder()
    let path = folder.path + "/ragged.licet"
    // Root may write to everything, so someone else has to try.
    let asOther = geteuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups" : ""
    let result = try Tool.shell(
      "chmod 777 '\(folder.path)' && chmod 444 '\(path)' && cp $licet '\(folder.path)/tool' && \(asOther) '\(folder.path)/tool' fmt --write '\(path)'"
    )
    #expect(result.code == 74, "\(result.errors)")
    #expect(result.errors.contains("permission denied"))
    #expect(try folder.read("ragged.licet") == Self.ragged)
    #expect(try folder.names == ["canonical.licet", "other.txt", "ragged.licet", "tool"])
  }

  @Test func `a file that may not grow so large is said, and leaves nothing behind`() throws {
    let long = "module m\n" + (0..<400).map { "feature  f\($0) \"F\"\n" }.joined()
    let folder = try TemporaryFolder(["long.licet": long])
    let result = try Tool.shell("ulimit -f 2; $licet fmt --write '\(folder.path)/long.licet'")
    #expect(result.code == 74)
    #expect(result.reason.contains("file too large"))
    #expect(try folder.read("long.licet") == long)
    #expect(try folder.names == ["long.licet"])
  }

  @Test func `a file with the longest name is written, and a diff of a path with a space applies`() throws {
    let name = String(repeating: "n", count: 249) + ".licet"
    let folder = try TemporaryFolder([name: Self.ragged, "with space.licet": Self.ragged])
    #expect(try Tool.run("fmt", "--write", folder.path + "/" + name).code == 0)
    #expect(try folder.read(name) == Self.canonical)
    #expect(try folder.names.count == 2)
    let patched = try Tool.shell("cd '\(folder.path)' && $licet fmt --diff 'with space.licet' | git apply -p0")
    #expect(patched.code == 0, "\(patched.errors)")
    #expect(try folder.read("with space.licet") == Self.canonical)
  }

  @Test func `only an option that there is, is named for what is not written out`() throws {
    let mistakes = (0..<150).map { "feature f\($0)\n" }.joined()
    let folder = try TemporaryFolder([
      "many.licet": "module m\n" + mistakes, "most.licet": "module m\n" + String(repeating: mistakes, count: 8),
    ])
    let result = try Tool.run("fmt", "--check", folder.path + "/many.licet")
    #expect(result.errors.contains("many.licet: and 50 more\n"))
    #expect(try Tool.run("lint", "--format", "plain", folder.path + "/most.licet").output.contains("most.licet: and 901 more\n"))
  }
}
