import Foundation
import Glibc
import TestSupport

/// The built tool, run as a user runs it.
enum Tool {
  struct Result {
    let code: Int32
    let output: String
    let errors: String
    /// The last line on standard error.
    var reason: String { errors.split(separator: "\n").last.map(String.init) ?? "" }
  }

  /// Beside the test bundle, which is named by an argument: on Linux it is the program itself, or what the toolchain's helper was given.
  static let url: URL = {
    for argument in CommandLine.arguments where argument.hasSuffix(".xctest") {
      let tool = URL(fileURLWithPath: argument).deletingLastPathComponent().appendingPathComponent("licet")
      if FileManager.default.isExecutableFile(atPath: tool.path) { return tool }
    }
    preconditionFailure("the tool is not built; looked beside \(CommandLine.arguments)")
  }()

  static func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Result {
    try run(arguments, environment: environment)
  }

  static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
    try launch(url.path, arguments, environment)
  }

  /// A line of shell, in which `$licet` is the tool; the working folder is the package's.
  static func shell(_ line: String) throws -> Result { try launch("/bin/bash", ["-c", line], ["licet": url.path]) }

  private static func launch(_ path: String, _ arguments: [String], _ environment: [String: String]) throws -> Result {
    // Files, since a full pipe would stop the tool.
    let folder = try TemporaryFolder()
    let output = try folder.channel("out")
    let errors = try folder.channel("err")
    let code = try spawn(path, arguments, environment, [output.fileDescriptor, errors.fileDescriptor])
    return Result(code: code, output: try folder.read("out"), errors: try folder.read("err"))
  }

  /// The exit code, or 128 and the signal, as a shell tells it.
  ///
  /// Foundation's `Process` was seen to wait forever for a process that had ended, where many are started at once.
  private static func spawn(
    _ path: String, _ arguments: [String], _ environment: [String: String], _ channels: [Int32]
  ) throws -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (place, channel) in channels.enumerated() { unsafe posix_spawn_file_actions_adddup2(&actions, channel, Int32(place + 1)) }
    let variables = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
    // The shell goes to the package's folder first, since a process that is started cannot be told to by name.
    let line = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", repositoryRoot.path, path] + arguments
    var words = unsafe line.map { unsafe strdup($0) } + [nil]
    var settings = unsafe variables.map { unsafe strdup($0) } + [nil]
    defer { unsafe (words + settings).forEach { unsafe free($0) } }
    var id: pid_t = 0
    let failure = unsafe posix_spawn(&id, line[0], &actions, nil, &words, &settings)
    if failure != 0 { throw CocoaError(.executableNotLoadable) }
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) < 0 {
      if errno != EINTR { throw CocoaError(.executableNotLoadable) }
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}

/// A folder that is gone when nobody holds it any more.
final class TemporaryFolder: Sendable {
  let url: URL
  var path: String { url.path }

  init(_ files: [String: String] = [:]) throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("licet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, text) in files { try write(name, text) }
  }

  deinit {
    // Nothing depends on its being gone.
    try? FileManager.default.removeItem(at: url)
  }

  func write(_ name: String, _ text: String) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func channel(_ name: String) throws -> FileHandle {
    let file = url.appendingPathComponent(name)
    try Data().write(to: file)
    return try FileHandle(forWritingTo: file)
  }

  func read(_ name: String) throws -> String { String(decoding: try Data(contentsOf: url.appendingPathComponent(name)), as: UTF8.self) }
  var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() } }
}
