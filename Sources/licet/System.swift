// The only file of the tool that speaks to the system, and with `PieceWriter.swift` all of it that may say `unsafe`: each is a C function that
// takes a pointer which Swift lends it for the call, or the fault guard, which must not allocate.
import Glibc

/// A system call failed.
struct SystemError: Error {
  /// What was to be done: "open", "write".
  let operation: String
  /// The path as the user gave it, or "standard output".
  let path: String
  let code: Int32

  /// Whether the system can't do what it is asked for.
  var isInvalid: Bool { code == EINVAL }

  /// One line, lower case, no final period.
  var message: String { "cannot \(operation) `\(path)`: \(System.words(of: code))" }
}

enum System {
  struct FileInfo {
    enum Kind { case file, folder, link, other }
    let kind: Kind
    let device: UInt64
    let inode: UInt64
  }

  /// What the system calls an error, in lower case.
  static func words(of code: Int32) -> String {
    guard let words = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: words).lowercased()
  }

  // MARK: files

  /// Nil where there is nothing of that name, or nothing that may be looked at.
  static func info(_ path: String, followsLink: Bool) throws(SystemError) -> FileInfo {
    var found = stat()
    let result = unsafe followsLink ? stat(path, &found) : lstat(path, &found)
    guard result == 0 else { throw SystemError(operation: "read", path: path, code: errno) }
    let kind: FileInfo.Kind =
      switch found.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
    return FileInfo(kind: kind, device: UInt64(found.st_dev), inode: UInt64(found.st_ino))
  }

  /// The names in a folder, in no order, without `.` and `..`; their bytes, whatever they are.
  static func names(in folder: String) throws(SystemError) -> [[UInt8]] {
    guard let stream = unsafe opendir(folder) else { throw SystemError(operation: "read", path: folder, code: errno) }
    defer { unsafe _ = closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        guard errno == 0 else { throw SystemError(operation: "read", path: folder, code: errno) }
        return names
      }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
      if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
    }
  }

  /// The path without links.
  static func resolved(_ path: String) throws(SystemError) -> String {
    guard let found = unsafe realpath(path, nil) else { throw SystemError(operation: "read", path: path, code: errno) }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
  }

  /// All bytes of a file, or of what a pipe gives; nil where there are more than the limit.
  static func contents(of path: String, atMost limit: Int) throws(SystemError) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError(operation: "read", path: path, code: errno) }
    defer { close(descriptor) }
    return try contents(of: descriptor, path: path, atMost: limit)
  }

  /// All bytes that an open descriptor gives from where it stands; nil where there are more than the limit.
  static func contents(of descriptor: Int32, path: String, atMost limit: Int) throws(SystemError) -> [UInt8]? {
    var contents: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe read(descriptor, &block, block.count)
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          // Whoever gave a pipe or a socket may have said that it is not to wait.
          var awaited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
          unsafe _ = poll(&awaited, 1, -1)
          continue
        }
        throw SystemError(operation: "read", path: path, code: errno)
      }
      if count == 0 { return contents }
      contents.append(contentsOf: block[..<count])
      if contents.count > limit { return nil }
    }
  }

  /// Writes all bytes.
  static func write(_ bytes: Span<UInt8>, to descriptor: Int32, path: String) throws(SystemError) {
    var rest = bytes
    while !rest.isEmpty { rest = rest.extracting(droppingFirst: try writeSome(rest, to: descriptor, path: path)) }
  }

  /// Writes at least one byte of some, if there are any.
  /// - Returns: how many.
  static func writeSome(_ bytes: Span<UInt8>, to descriptor: Int32, path: String) throws(SystemError) -> Int {
    while true {
      let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 || bytes.isEmpty { return count }
      // What takes nothing, and says no reason, would be asked for ever.
      let code = count == 0 ? EIO : errno
      if code != EINTR { throw SystemError(operation: "write", path: path, code: code) }
    }
  }

  /// Has what is written to a file go straight to the disk, or no longer. Fails where the file system knows no such way.
  static func setDirect(_ isDirect: Bool, _ descriptor: Int32, path: String) throws(SystemError) {
    // Swift sees no `O_DIRECT`: https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/fcntl.h and arm64's.
    #if arch(arm64) || arch(arm)
      let direct: Int32 = 0o200000
    #else
      let direct: Int32 = 0o40000
    #endif
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0, fcntl(descriptor, F_SETFL, isDirect ? flags | direct : flags & ~direct) == 0 else {
      throw SystemError(operation: "write", path: path, code: errno)
    }
  }

  /// Asks for large pages behind memory that is written to from end to end: there are fewer to find, to clear, and to hand to the disk.
  static func preferLargePages(_ memory: UnsafeMutableRawPointer, _ count: Int) {
    // Where there are none it goes without.
    unsafe _ = madvise(memory, count, MADV_HUGEPAGE)
  }

  /// Opens what is no regular file for writing.
  static func openForWriting(_ path: String) throws(SystemError) -> Int32 {
    let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw SystemError(operation: "write", path: path, code: errno) }
    return descriptor
  }

  /// Makes a new file that its owner alone may read, and that a signal removes.
  static func createTemporary(beside target: String) throws(SystemError) -> (path: String, descriptor: Int32) {
    // A signal between making the file and noting it would leave it behind.
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe _ = pthread_sigmask(SIG_SETMASK, &before, nil) }
    // Short, whatever the target is called, and another one for each target.
    let slash = target.utf8.lastIndex(of: 0x2F)
    let folder = slash.map { target[...$0] } ?? ""
    let hash = target.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    for attempt in 0..<100 {
      let path = "\(folder)licet-\(getpid())-\(String(hash, radix: 16))-\(attempt).tmp"
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      if descriptor < 0 {
        if errno == EEXIST { continue }
        throw SystemError(operation: "write", path: target, code: errno)
      }
      FaultGuard.note(path)
      return (path, descriptor)
    }
    throw SystemError(operation: "write", path: target, code: EEXIST)
  }

  /// Throws for a file that may not be written to, though its folder would let another be put in its place.
  static func checkWritable(_ path: String) throws(SystemError) {
    guard unsafe access(path, W_OK) == 0 else { throw SystemError(operation: "write", path: path, code: errno) }
  }

  /// Gives an open file the permissions of another, and its owner and group, where that is allowed.
  static func copyPermissions(of path: String, to descriptor: Int32) throws(SystemError) {
    var found = stat()
    guard unsafe stat(path, &found) == 0 else { throw SystemError(operation: "write", path: path, code: errno) }
    // The owner first: changing it takes permissions away.
    if fchown(descriptor, found.st_uid, found.st_gid) != 0 {
      let isRefused = errno == EPERM
      guard isRefused, fchown(descriptor, uid_t.max, found.st_gid) == 0 || errno == EPERM else {
        throw SystemError(operation: "write", path: path, code: errno)
      }
    }
    guard fchmod(descriptor, found.st_mode & 0o777) == 0 else {
      throw SystemError(operation: "write", path: path, code: errno)
    }
  }

  static func sync(_ descriptor: Int32, path: String) throws(SystemError) {
    // Pipes and devices have nothing to keep.
    if fsync(descriptor) != 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP {
      throw SystemError(operation: "write", path: path, code: errno)
    }
  }

  static func close(_ descriptor: Int32, path: String) throws(SystemError) {
    if Glibc.close(descriptor) != 0 && errno != EINTR { throw SystemError(operation: "write", path: path, code: errno) }
  }

  static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

  static func rename(_ path: String, to target: String) throws(SystemError) {
    guard unsafe Glibc.rename(path, target) == 0 else { throw SystemError(operation: "write", path: target, code: errno) }
    FaultGuard.forget(path)
  }

  static func remove(_ path: String) {
    unsafe _ = unlink(path)
    FaultGuard.forget(path)
  }

  // MARK: the terminal, the environment, the clock

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Columns; nil where it is no terminal, or one that does not say.
  static func width(of descriptor: Int32) -> Int? {
    var size = winsize()
    let result = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
  }

  static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// Days since 1970-01-01, in UTC.
  static func today() -> Int32 {
    let seconds = time(nil)
    return Int32(truncatingIfNeeded: seconds / 86_400)
  }

  /// Milliseconds of a clock that is never set back.
  static func milliseconds() -> Int {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
  }

  /// What the process has used of the processors, all threads together.
  static func cpuMilliseconds() -> Int {
    var used = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
    return used.tv_sec * 1000 + used.tv_nsec / 1_000_000
  }

  // MARK: begin and end

  /// Sets the process up: three open descriptors, no death by a closed pipe or a file that grows too large, a fixed word at a fault of our own; then does the work.
  ///
  /// The work has a thread of its own, whose stack carries all that the limits of depth admit, whatever `ulimit -s` says.
  static func begin(_ work: @convention(c) () -> Void) -> Never {
    // A closed standard descriptor would be given to the next file; one that can only be read makes writing fail, as it must.
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
      unsafe _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    unsafe System.work = work
    var attributes = pthread_attr_t()
    unsafe _ = pthread_attr_init(&attributes)
    unsafe _ = pthread_attr_setstacksize(&attributes, stackSize)
    var thread = pthread_t()
    // The guard is set up by the thread that works: this one takes none of the signals that are to stop the tool.
    FaultGuard.leaveStoppingToOthers()
    let result = unsafe pthread_create(&thread, &attributes, { _ in unsafe System.guardedWork() }, nil)
    if result != 0 { unsafe _ = System.guardedWork() }
    while true { pause() }
  }

  /// In bytes; taken from the system only as far as it is used.
  private static let stackSize = 64 << 20
  /// Set once, before the only other thread begins.
  nonisolated(unsafe) private static var work: @convention(c) () -> Void = {}

  private static func guardedWork() -> UnsafeMutableRawPointer? {
    FaultGuard.install()
    unsafe work()
    end(0)
  }

  static func end(_ code: Int32) -> Never { exit(code) }

  /// Processors that this process may use, from 1 to 64.
  static var processors: Int { min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 64) }
}

/// Removes half-written files when the process is stopped, and says "no verdict" at a fault of our own, showing nothing of the data.
private enum FaultGuard {
  private static let slots = 32
  /// Paths of half-written files; read by the signal handler, so they lie in memory that never moves.
  nonisolated(unsafe) private static let paths: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = {
    let paths = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: slots)
    unsafe paths.initialize(repeating: nil, count: slots)
    return unsafe paths
  }()

  static func note(_ path: String) {
    for slot in 0..<slots {
      if unsafe paths[slot] == nil {
        unsafe paths[slot] = strdup(path)
        return
      }
    }
  }

  static func forget(_ path: String) {
    for slot in 0..<slots {
      guard let known = unsafe paths[slot], unsafe strcmp(known, path) == 0 else { continue }
      // Not freed: the handler may be reading it.
      unsafe paths[slot] = nil
    }
  }

  static func removeAll() {
    for slot in 0..<slots {
      if let path = unsafe paths[slot] { unsafe _ = unlink(path) }
    }
  }

  private static let stopping = [SIGINT, SIGTERM, SIGHUP]

  static func leaveStoppingToOthers() { mask(SIG_BLOCK) }

  private static func mask(_ how: Int32) {
    var signals = sigset_t()
    unsafe _ = sigemptyset(&signals)
    for number in stopping { unsafe _ = sigaddset(&signals, number) }
    unsafe _ = pthread_sigmask(how, &signals, nil)
  }

  static func install() {
    // The handler must not be the first to touch it.
    removeAll()
    // A stack that overflowed cannot carry the handler.
    var stack = unsafe stack_t()
    unsafe stack.ss_size = 1 << 16
    unsafe stack.ss_sp = malloc(1 << 16)
    unsafe _ = sigaltstack(&stack, nil)
    // Whoever starts the tool may have blocked what is to stop it.
    mask(SIG_UNBLOCK)
    for number in stopping {
      handle(number) { number in
        FaultGuard.removeAll()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
      handle(number) { _ in
        FaultGuard.removeAll()
        let words: StaticString = "licet: a fault of its own: no verdict\n"
        unsafe _ = Glibc.write(2, words.utf8Start, words.utf8CodeUnitCount)
        _exit(70)
      }
    }
  }

  private static func handle(_ number: Int32, with handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = handler
    action.sa_flags = SA_ONSTACK
    unsafe _ = sigaction(number, &action, nil)
  }
}
