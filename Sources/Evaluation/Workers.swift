// Threads of the system; one of the files that may say `unsafe`. The argument: what threads share is the `Handover` alone, which is read and
// written under its lock; a worker's own state is made on the thread that asks for the work, used by one thread until that has ended, and
// by none afterwards. Mutex and condition lie in memory that never moves and is freed when the last owner goes.
import Glibc

/// Works pieces off, and takes their results in the order of the pieces, whatever the number of workers.
///
/// At most a few pieces more than workers are held at a time, so memory does not grow with their number.
/// - Parameters:
///   - jobs: how many workers.
///   - worker: makes a worker's state.
///   - work: does one piece.
///   - take: is told each result, on the calling thread; gives false to end early. When it throws, the workers end too.
func workOff<Worker, Result>(
  _ pieces: Int, jobs: Int, worker: () -> Worker, work: @escaping (inout Worker, Int) -> Result,
  take: (Int, Result) throws(SnapshotError) -> Bool
) throws(SnapshotError) {
  let jobs = min(jobs, pieces)
  let handover = Handover<Result>(pieces: pieces, ahead: jobs + 2)
  var threads: [Thread] = []
  for _ in 0..<jobs {
    var state = worker()
    if let thread = Thread({ while let piece = handover.next() { handover.give(piece, work(&state, piece)) } }) {
      threads.append(thread)
    }
  }
  // A system that gives no thread leaves the work to this one.
  var own: Worker? = threads.isEmpty ? worker() : nil
  defer {
    handover.stop()
    for thread in threads { thread.join() }
  }
  for piece in 0..<pieces {
    if own != nil, let number = handover.next() {
      // Never nil here.
      if var state = own {
        handover.give(number, work(&state, number))
        own = state
      }
    }
    guard let result = handover.take(piece), try take(piece, result) else { return }
  }
}

/// Pieces of work and their results, shared by threads.
private final class Handover<Result> {
  private let gate = Gate()
  private let pieces: Int
  private let ahead: Int
  private var nextPiece = 0
  private var taken = 0
  private var results: [Int: Result] = [:]
  private var isStopped = false

  init(pieces: Int, ahead: Int) {
    self.pieces = pieces
    self.ahead = ahead
  }

  /// The next piece to work on, once it is not too far ahead; nil where there is none.
  func next() -> Int? {
    gate.lock()
    defer { gate.unlock() }
    while !isStopped && nextPiece < pieces && nextPiece >= taken + ahead { gate.wait() }
    if isStopped || nextPiece >= pieces { return nil }
    nextPiece += 1
    return nextPiece - 1
  }

  func give(_ piece: Int, _ result: Result) {
    gate.lock()
    results[piece] = result
    gate.wakeAll()
    gate.unlock()
  }

  /// Waits for the result of a piece.
  func take(_ piece: Int) -> Result? {
    gate.lock()
    defer { gate.unlock() }
    while results[piece] == nil { gate.wait() }
    taken = piece + 1
    gate.wakeAll()
    return results.removeValue(forKey: piece)
  }

  func stop() {
    gate.lock()
    isStopped = true
    gate.wakeAll()
    gate.unlock()
  }
}

/// A lock that can be waited at.
@safe private final class Gate {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    unsafe _ = pthread_mutex_init(mutex, nil)
    unsafe _ = pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe _ = pthread_mutex_destroy(mutex)
    unsafe _ = pthread_cond_destroy(condition)
    unsafe mutex.deallocate()
    unsafe condition.deallocate()
  }

  func lock() { unsafe _ = pthread_mutex_lock(mutex) }
  func unlock() { unsafe _ = pthread_mutex_unlock(mutex) }
  func wait() { unsafe _ = pthread_cond_wait(condition, mutex) }
  func wakeAll() { unsafe _ = pthread_cond_broadcast(condition) }
}

/// A thread that works and ends.
private struct Thread {
  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  private let thread: pthread_t
  /// In bytes; as much as the limits of depth admit, taken from the system only as far as it is used.
  private static let stackSize = 64 << 20

  /// Nil where the system gives no thread.
  init?(_ run: @escaping () -> Void) {
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    unsafe _ = pthread_attr_init(attributes)
    defer {
      unsafe _ = pthread_attr_destroy(attributes)
      unsafe attributes.deallocate()
    }
    unsafe _ = pthread_attr_setstacksize(attributes, Thread.stackSize)
    var made = pthread_t()
    let body = unsafe Unmanaged.passRetained(Body(run))
    let result = unsafe pthread_create(
      &made, attributes,
      { argument in
        let size = 1 << 16
        let spare = unsafe malloc(size)
        // A stack that overflowed cannot carry the handler of the fault.
        var stack = unsafe stack_t()
        unsafe stack.ss_size = size
        unsafe stack.ss_sp = spare
        unsafe _ = sigaltstack(&stack, nil)
        unsafe argument.map { unsafe Unmanaged<Body>.fromOpaque($0).takeRetainedValue() }?.run()
        unsafe stack.ss_flags = Int32(SS_DISABLE)
        unsafe _ = sigaltstack(&stack, nil)
        unsafe free(spare)
        return nil
      }, body.toOpaque())
    guard result == 0 else {
      unsafe body.release()
      return nil
    }
    thread = made
  }

  func join() { _ = pthread_join(thread, nil) }
}
