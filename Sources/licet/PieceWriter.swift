// With `System.swift`, all of the tool that may say `unsafe`. The argument: the memory is the writer's alone, and freed with it; what is put
// there, and what is written from there, lies before `capacity`, since `count` never passes it.

/// Writes a file from its first byte on, in large pieces.
///
/// A file that is made durable goes to the disk in any case. What is longer than a piece goes there straight from this memory: copied into the
/// system's memory first, page by page, it takes a quarter more of the processor where there are many findings, and no less time. A file that is
/// shorter is written as any other, and so is the end of a long one, and all of it where the file system knows no such way.
/// - SeeAlso: `O_DIRECT` in https://man7.org/linux/man-pages/man2/open.2.html
@safe final class PieceWriter {
  private let descriptor: Int32
  private let path: String
  private let memory: UnsafeMutablePointer<UInt8>
  /// Bytes that are not written yet.
  private var count = 0
  /// Whether pieces go straight to the disk; nil before the first whole one.
  private var isDirect: Bool?
  /// Bytes of a piece, and what its memory begins at a multiple of: a large page of the system's, and more than disks ask for. Pieces of 64 KiB
  /// would take longer than the way through the system's memory.
  private static let capacity = 2 << 20

  init(_ descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
    let raw = UnsafeMutableRawPointer.allocate(byteCount: PieceWriter.capacity, alignment: PieceWriter.capacity)
    unsafe System.preferLargePages(raw, PieceWriter.capacity)
    unsafe memory = raw.bindMemory(to: UInt8.self, capacity: PieceWriter.capacity)
  }

  deinit { unsafe memory.deallocate() }

  func write(_ bytes: [UInt8]) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let taken = min(bytes.count - done, PieceWriter.capacity - count)
      unsafe bytes[done..<done + taken].withUnsafeBufferPointer { source in
        if let first = source.baseAddress { unsafe (memory + count).update(from: first, count: taken) }
      }
      done += taken
      count += taken
      if count == PieceWriter.capacity { try writePiece() }
    }
  }

  /// Writes what is left.
  func flush() throws(SystemError) { try writePiece() }

  private func writePiece() throws(SystemError) {
    if isDirect == nil && count == PieceWriter.capacity {
      isDirect = (try? System.setDirect(true, descriptor, path: path)) != nil
    }
    var done = 0
    while done < count {
      let rest = unsafe UnsafeBufferPointer(start: memory + done, count: count - done)
      do throws(SystemError) {
        done += try System.writeSome(unsafe rest.span, to: descriptor, path: path)
      } catch {
        // The disk takes whole pages alone: not the end of the file, nor what is left of a piece that it took a part of.
        guard isDirect == true, error.isInvalid else { throw error }
        isDirect = false
        try System.setDirect(false, descriptor, path: path)
      }
    }
    count = 0
  }
}
