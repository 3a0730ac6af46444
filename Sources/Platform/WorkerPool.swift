import Glibc
import Synchronization

/// Runs independent pieces of work on a fixed number of dedicated threads.
///
/// Work goes out in the order of its index; results belong into slots by index, so that the number
/// of threads never changes an output. No blocking call lands on Swift's cooperative pool.
public struct WorkerPool: Sendable {
  /// Number of threads, the calling one included; at least 1.
  public let threads: Int

  /// Creates a pool of `threads` threads (at least 1).
  public init(threads: Int) { self.threads = max(1, threads) }

  /// Runs `body(worker, index)` for every index in `0..<count` and waits for all.
  ///
  /// `worker` is in `0..<threads`: at most one call a worker runs at a time, so buffers may be kept
  /// by worker. After an error no further index starts; the error of the smallest index is thrown.
  public func forEach(
    count: Int, _ body: @Sendable (_ worker: Int, _ index: Int) throws -> Void
  ) throws {
    guard count > 0 else { return }
    let state = LoopState(count: count)
    let workers = min(threads, count)
    // The closure outlives no call: every thread is joined before this function returns.
    try withoutActuallyEscaping(body) { body in
      let jobs = (1..<max(2, workers)).prefix(workers - 1).map { worker in
        ThreadJob { state.run(worker: worker, body) }
      }
      let handles = jobs.map { $0.start() }
      state.run(worker: 0, body)
      for (job, handle) in zip(jobs, handles) {
        if let handle { pthread_join(handle, nil) } else { job.work() }
      }
      if let failure = state.failure.withLock({ $0 }) { throw failure.error }
    }
  }
}

private struct LoopFailure: Sendable {
  var index: Int
  var error: any Error
}

private final class LoopState: Sendable {
  let count: Int
  let next = Atomic<Int>(0)
  let failed = Atomic<Bool>(false)
  let failure = Mutex<LoopFailure?>(nil)

  init(count: Int) { self.count = count }

  func run(worker: Int, _ body: (Int, Int) throws -> Void) {
    while !failed.load(ordering: .relaxed) {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      do {
        try body(worker, index)
      } catch {
        failure.withLock { known in
          if index < known?.index ?? .max { known = LoopFailure(index: index, error: error) }
        }
        failed.store(true, ordering: .relaxed)
      }
    }
  }
}

/// One thread and what it does.
public final class ThreadJob: Sendable {
  let work: @Sendable () -> Void

  /// Takes what the thread does.
  public init(_ work: @escaping @Sendable () -> Void) { self.work = work }

  /// Starts the thread; nil when the system has no thread left (the caller does the work itself).
  public func start() -> pthread_t? {
    var handle = pthread_t()
    let context = Unmanaged.passRetained(self)
    let status = pthread_create(
      &handle, nil,
      { context in
        if let context { Unmanaged<ThreadJob>.fromOpaque(context).takeRetainedValue().work() }
        return nil
      }, context.toOpaque())
    guard status == 0 else {
      context.release()
      return nil
    }
    return handle
  }
}
