/// A file that comes to be whole or not at all: written beside its target, made durable, and then put in its place.
///
/// A file that was there before keeps its permissions, and its owner where that is allowed; one that may not be written to is left. What is no regular file (a device, a pipe) is written to as it is.
final class OutputFile {
  let path: String
  let channel: Channel
  private let target: String
  private let temporary: String?
  private var isDone = false

  init(_ path: String) throws(SystemError) {
    self.path = path
    let known: System.FileInfo?
    do throws(SystemError) {
      known = try System.info(path, followsLink: true)
    } catch {
      // That it is not there is no failure; whatever else is wrong shows when it is made.
      known = nil
    }
    if let known, known.kind == .other || known.kind == .folder {
      target = path
      temporary = nil
      channel = Channel(try System.openForWriting(path), path: path)
    } else {
      target = known == nil ? path : try System.resolved(path)
      if known != nil { try System.checkWritable(target) }
      let made = try System.createTemporary(beside: target)
      temporary = made.path
      channel = Channel(made.descriptor, path: path, isInPieces: true)
      if known != nil {
        do throws(SystemError) {
          try System.copyPermissions(of: target, to: made.descriptor)
        } catch {
          System.close(made.descriptor)
          System.remove(made.path)
          throw error
        }
      }
    }
  }

  /// Puts the file in its place; after a failure, removes it and tells the failure.
  func finish() throws(SystemError) {
    do throws(SystemError) {
      channel.flush()
      if let failure = channel.failure { throw failure }
      try System.sync(channel.descriptor, path: path)
      try System.close(channel.descriptor, path: path)
      if let temporary { try System.rename(temporary, to: target) }
      isDone = true
    } catch {
      abandon()
      throw error
    }
  }

  /// Leaves no trace.
  func abandon() {
    guard !isDone else { return }
    isDone = true
    if let temporary { System.remove(temporary) }
  }
}
