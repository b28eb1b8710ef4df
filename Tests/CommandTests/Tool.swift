import Foundation
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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = repositoryRoot
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    // Files, since a full pipe would stop the tool.
    let folder = try TemporaryFolder()
    let output = try folder.channel("out")
    let errors = try folder.channel("err")
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return Result(code: code, output: try folder.read("out"), errors: try folder.read("err"))
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
