#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// The system calls of the reader. One of the two files that may say `unsafe`: it does so where a call takes a pointer.

/// A file open for reading, closed with its last holder.
final class SystemFile: Sendable {
  /// What tells a file from another, and from itself before a change.
  struct Identity: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    var seconds: Int64
    var nanoseconds: Int64
  }

  enum Kind { case folder, regular, other }

  let path: String
  private let descriptor: Int32

  /// - Throws: `SnapshotError.io`.
  init(path: String) throws(SnapshotError) {
    self.path = path
    // The path is lent as a C string for the call.
    descriptor = try SystemFile.retried("open", path) { unsafe open(path, O_RDONLY | O_CLOEXEC) }
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// What stands under a path, links followed.
  static func kind(of path: String) throws(SnapshotError) -> Kind {
    var status = stat()
    // The path and the structure are lent for the call.
    _ = try retried("stat", path) { unsafe stat(path, &status) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .folder
    case S_IFREG: return .regular
    default: return .other
    }
  }

  func identity() throws(SnapshotError) -> Identity {
    var status = stat()
    // The structure is lent for the call.
    _ = try SystemFile.retried("fstat", path) { unsafe fstat(descriptor, &status) }
    #if canImport(Darwin)
      let modified = status.st_mtimespec
    #else
      let modified = status.st_mtim
    #endif
    return Identity(
      device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino), size: Int64(status.st_size),
      seconds: Int64(modified.tv_sec), nanoseconds: Int64(modified.tv_nsec))
  }

  /// Reads up to `count` bytes into an array from `index` on.
  /// - Returns: the number read; 0 at the end of the file.
  func read(_ bytes: inout [UInt8], at index: Int, count: Int, from offset: Int64) throws(SnapshotError) -> Int {
    precondition(index >= 0 && count >= 0 && index + count <= bytes.count)
    var result = 0
    let descriptor = descriptor
    while true {
      // The range lies within the array, which does not move during the call.
      result = unsafe bytes.withUnsafeMutableBytes { (buffer: UnsafeMutableRawBufferPointer) -> Int in
        guard let base = buffer.baseAddress else { return 0 }
        return unsafe pread(descriptor, base + index, count, off_t(offset))
      }
      if result >= 0 { return result }
      if errno != EINTR { throw SnapshotError.io(file: path, operation: "read", errno: errno) }
    }
  }

  /// The names in a folder, in the order of their bytes, without those that begin with a point.
  static func names(inFolder path: String) throws(SnapshotError) -> [String] {
    // The path is lent as a C string for the call; the folder's handle is closed below and nowhere else.
    guard let folder = unsafe opendir(path) else { throw .io(file: path, operation: "open", errno: errno) }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while true {
      errno = 0
      // The entry belongs to the handle until the next call; its name is copied before.
      guard let entry = unsafe readdir(folder) else {
        if errno != 0 { throw .io(file: path, operation: "read", errno: errno) }
        break
      }
      // The name is an array of the structure, ended by a zero byte.
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The path without links and without `.` and `..`.
  static func resolved(_ path: String) throws(SnapshotError) -> String {
    // The path is lent as a C string for the call; the result is ours to free.
    guard let resolved = unsafe realpath(path, nil) else { throw .io(file: path, operation: "resolve", errno: errno) }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// What standard input is called.
  static let standardInput = "standard input"

  /// Copies what cannot be read twice, standard input or a pipe, into a file of mode 0600 that has no name.
  /// - Parameters:
  ///   - path: nil for standard input.
  ///   - onBytes: now and then, with how many bytes were copied.
  static func spool(_ path: String?, onBytes: (Int64) -> Void) throws(SnapshotError) -> SystemFile {
    let name = path ?? standardInput
    var source: SystemFile?
    if let path { source = try SystemFile(path: path) }
    let input = source?.descriptor ?? STDIN_FILENO
    let spool = try temporary(for: name)
    var block = [UInt8](repeating: 0, count: 1 << 16)
    var end: Int64 = 0
    while true {
      // The array does not move during the call.
      let count = try retried("read", name) { unsafe block.withUnsafeMutableBytes { unsafe readOnce(input, $0) } }
      if count == 0 { return spool }
      try spool.write(block[..<count], at: end)
      end += Int64(count)
      onBytes(end)
    }
  }

  /// A file of mode 0600 that has no name, and is gone with its last holder.
  /// - Parameter name: what it is for, in errors.
  static func temporary(for name: String) throws(SnapshotError) -> SystemFile {
    SystemFile(path: name, descriptor: try unnamed(name))
  }

  /// Writes all of `bytes` from `offset` on.
  func write(_ bytes: ArraySlice<UInt8>, at offset: Int64) throws(SnapshotError) {
    var written = 0
    let descriptor = descriptor
    while written < bytes.count {
      let begin = written
      // `begin` lies within the slice, which does not move during the call.
      written += try SystemFile.retried("write a temporary file for", path) {
        unsafe bytes.withUnsafeBytes { (buffer: UnsafeRawBufferPointer) -> Int in
          guard let base = buffer.baseAddress else { return 0 }
          return unsafe pwrite(descriptor, base + begin, buffer.count - begin, off_t(offset) + off_t(begin))
        }
      }
    }
  }

  /// That the file has less than was written to it.
  var endsEarly: SnapshotError { .io(file: path, operation: "read", errno: EIO) }

  /// Fills an array with what stands from `offset` on.
  /// - Throws: also where the file ends before.
  func readAll(_ bytes: inout [UInt8], from offset: Int64) throws(SnapshotError) {
    var done = 0
    while done < bytes.count {
      let count = try read(&bytes, at: done, count: bytes.count - done, from: offset + Int64(done))
      if count == 0 { throw endsEarly }
      done += count
    }
  }

  private static func unnamed(_ name: String) throws(SnapshotError) -> Int32 {
    var failure: Int32 = 0
    for folder in ["/var/tmp", "/tmp"] {
      var template = Array("\(folder)/snapshot-XXXXXX".utf8CString)
      // The template is an array that ends in a zero byte and does not move during the calls. `mkstemp` makes mode 0600.
      let descriptor = unsafe template.withUnsafeMutableBufferPointer { (buffer: inout UnsafeMutableBufferPointer<CChar>) -> Int32 in
        guard let base = buffer.baseAddress else { return -1 }
        let descriptor = unsafe mkstemp(base)
        if descriptor >= 0 {
          _ = unsafe unlink(base)
          _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        return descriptor
      }
      if descriptor >= 0 { return descriptor }
      failure = errno
    }
    throw .io(file: name, operation: "create a temporary file for", errno: failure)
  }

  /// The result of a call that is made again where a signal interrupted it.
  private static func retried<Result: SignedInteger>(_ operation: String, _ path: String, _ call: () -> Result) throws(SnapshotError)
    -> Result
  {
    while true {
      let result = call()
      if result >= 0 { return result }
      if errno != EINTR { throw .io(file: path, operation: operation, errno: errno) }
    }
  }
}

/// `read`, which the class shadows.
private func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  // The buffer is the caller's for the length of the call.
  unsafe read(descriptor, buffer.baseAddress, buffer.count)
}
