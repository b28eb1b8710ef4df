import Syntax

/// The files of a policy set, in the order of their paths' bytes, and what kept others from being read.
struct PolicySet {
  private(set) var files: [SourceFile] = []
  private var seen: Set<Identity> = []
  /// Deeper folders are refused.
  private static let deepest = 64
  private static let ending = Array(".licet".utf8)

  private struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  /// Each operand is a file, or a folder that is searched with all folders in it.
  ///
  /// Hidden files and folders are passed over. A link in a folder is followed where it leads to a file in that folder; one that leads out is
  /// refused, since nothing outside a policy set is read.
  init(_ operands: [String], outcome: inout Outcome) {
    var paths: [String] = []
    for operand in operands {
      do throws(SystemError) {
        let info = try System.info(operand, followsLink: true)
        if info.kind == .folder {
          try search(operand, depth: 0, root: try System.resolved(operand), into: &paths, &outcome)
        } else if seen.insert(Identity(device: info.device, inode: info.inode)).inserted {
          paths.append(operand)
        }
      } catch {
        outcome.add(error)
      }
    }
    paths.sort { Text($0) < Text($1) }
    for path in paths {
      do throws(SystemError) {
        if let bytes = try System.contents(of: path, atMost: SourceFile.largestSize) {
          files.append(SourceFile(path: path, bytes: bytes))
        } else {
          outcome.add(.inputOutput, "cannot read `\(printable(path))`: a policy file has at most \(SourceFile.largestSize >> 20) MiB")
        }
      } catch {
        outcome.add(error)
      }
    }
    if files.isEmpty && outcome.isEmpty {
      let places = operands.map { "`\(printable($0))`" }.joined(separator: ", ")
      outcome.add(.nothingEvaluated, "no policies: \(places) holds no file that ends in `.licet`")
    }
  }

  private mutating func search(
    _ folder: String, depth: Int, root: String, into paths: inout [String], _ outcome: inout Outcome
  ) throws(SystemError) {
    guard depth < PolicySet.deepest else {
      return outcome.add(.inputOutput, "cannot read `\(printable(folder))`: folders lie more than \(PolicySet.deepest) deep")
    }
    // Links last, so that a file that is also there under its own name has that name.
    var links: [String] = []
    for name in try System.names(in: folder).sorted(by: { Text(utf8: $0) < Text(utf8: $1) }) where name.first != 0x2E {
      let isPolicy = name.suffix(PolicySet.ending.count).elementsEqual(PolicySet.ending)
      let string = String(decoding: name, as: UTF8.self)
      let path = folder.hasSuffix("/") ? folder + string : folder + "/" + string
      guard string.utf8.elementsEqual(name), printable(string) == string else {
        if isPolicy {
          outcome.add(.inputOutput, "cannot read `\(printable(path))`: the name of a policy file has no control characters and is UTF-8")
        }
        continue
      }
      let info = try System.info(path, followsLink: false)
      switch info.kind {
      case .folder: try search(path, depth: depth + 1, root: root, into: &paths, &outcome)
      case .link: links.append(path)
      case .file:
        if isPolicy && seen.insert(Identity(device: info.device, inode: info.inode)).inserted { paths.append(path) }
      case .other:
        if isPolicy { outcome.add(.inputOutput, "cannot read `\(path)`: it is neither a file nor a folder") }
      }
    }
    for path in links { try follow(path, root: root, into: &paths, &outcome) }
  }

  private mutating func follow(_ path: String, root: String, into paths: inout [String], _ outcome: inout Outcome) throws(SystemError) {
    let isPolicy = path.utf8.suffix(PolicySet.ending.count).elementsEqual(PolicySet.ending)
    let target: String
    do throws(SystemError) {
      target = try System.resolved(path)
    } catch {
      // A link that leads nowhere matters only where it would be a policy.
      if isPolicy { throw error }
      return
    }
    let isInside = target == root || target.utf8.starts(with: (root.hasSuffix("/") ? root : root + "/").utf8)
    let info = try System.info(target, followsLink: true)
    // A folder inside is found under its own name.
    guard isPolicy || info.kind == .folder, isInside ? isPolicy : true else { return }
    guard isInside else {
      return outcome.add(.inputOutput, "cannot read `\(path)`: it is a link that leads out of the policy folder")
    }
    if info.kind == .file && seen.insert(Identity(device: info.device, inode: info.inode)).inserted { paths.append(path) }
  }
}
