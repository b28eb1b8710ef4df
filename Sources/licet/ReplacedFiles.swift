/// Files that are given other contents: all are written beside their targets and made durable before the first is put in its place.
struct ReplacedFiles {
  private var made: [(temporary: String, target: String)] = []

  /// - Throws: where one cannot be written; then none has been changed.
  init(_ contents: [(path: String, bytes: [UInt8])]) throws(SystemError) {
    do throws(SystemError) {
      for (path, bytes) in contents {
        let target = try System.resolved(path)
        try System.checkWritable(target)
        let file = try System.createTemporary(beside: target)
        made.append((file.path, target))
        try System.write(bytes.span, to: file.descriptor, path: path)
        try System.copyPermissions(of: target, to: file.descriptor)
        try System.sync(file.descriptor, path: path)
        try System.close(file.descriptor, path: path)
      }
    } catch {
      for file in made { System.remove(file.temporary) }
      throw error
    }
  }

  /// Puts them in their places, each at once.
  func replace() throws(SystemError) {
    for (index, file) in made.enumerated() {
      do throws(SystemError) {
        try System.rename(file.temporary, to: file.target)
      } catch {
        for rest in made[index...] { System.remove(rest.temporary) }
        throw error
      }
    }
  }
}
