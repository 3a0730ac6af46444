import Glibc
import Platform
import Synchronization

/// Does the unfinished tasks of a stage, together with whoever else works on the same folder.
///
/// A task is done by the process that takes its lease; what others hold is waited for, and taken over
/// when they are gone. No process is in charge: any number may run, and any may die.
public struct Crew: Sendable {
  /// Where results are kept.
  public let store: CheckpointStore
  /// Who works on what.
  public let leases: Leases
  /// Set when the work should end.
  public let stop: StopSignal

  /// A crew of this process.
  public init(store: CheckpointStore, leases: Leases, stop: StopSignal) {
    self.store = store
    self.leases = leases
    self.stop = stop
  }

  /// One process's share of the tasks: those it does first.
  public struct Slice: Sendable, Equatable {
    /// Which share, from 0.
    public var index: Int
    /// How many shares.
    public var count: Int

    /// A share of `count`, at least 1.
    public init(index: Int, count: Int) {
      self.count = max(1, count)
      self.index = index % self.count
    }

    /// Tasks of this share, in their order.
    public func own<Task>(_ tasks: [Task]) -> [Task] {
      stride(from: index, to: tasks.count, by: count).map { tasks[$0] }
    }

    /// Tasks of the other shares, a share after the other, starting with the next one.
    public func others<Task>(_ tasks: [Task]) -> [Task] {
      guard count > 1 else { return [] }
      return (1..<count).flatMap { turn in
        stride(from: (index + turn) % count, to: tasks.count, by: count).map { tasks[$0] }
      }
    }
  }

  /// What one call did.
  public struct Tally: Sendable, Equatable {
    /// Tasks found finished at the start.
    public var reused = 0
    /// Tasks this process did.
    public var done = 0
    /// Tasks others finished meanwhile.
    public var byOthers = 0
    /// Tasks that ended with an error that others need not suffer from.
    public var failed = 0

    /// Nothing done.
    public init() {}

    /// Sums.
    public static func += (left: inout Tally, right: Tally) {
      left.reused += right.reused
      left.done += right.done
      left.byOthers += right.byOthers
      left.failed += right.failed
    }
  }

  /// Does tasks until all are finished.
  ///
  /// - Parameters:
  ///   - open: Unfinished tasks of one stage, in the order wanted.
  ///   - pool: Tasks done side by side.
  ///   - waits: Whether to wait for tasks that others hold.
  ///   - waiting: Told once who holds a task that is waited for.
  ///   - others: Told of a task that another process finished.
  ///   - perform: Does a task and saves its result.
  /// - Returns: What was done by whom.
  /// - Throws: the first error of `perform`; `PlatformError.stopped` after a signal.
  public func run(
    _ open: [Work], pool: WorkerPool, waits: Bool = true,
    waiting: @escaping @Sendable (LeaseHolder) -> Void = { _ in },
    others: @escaping @Sendable (Work) -> Void = { _ in },
    perform: @escaping @Sendable (Work) throws -> Void
  ) throws -> Tally {
    let tally = Mutex(Tally())
    let held = Mutex<[Work]>([])
    try pool.forEach(count: open.count) { _, index in
      try stop.check()
      switch try attempt(open[index], perform) {
      case .done: tally.withLock { $0.done += 1 }
      case .finished:
        tally.withLock { $0.byOthers += 1 }
        others(open[index])
      case .held: held.withLock { $0.append(open[index]) }
      }
    }
    var left = held.withLock { $0 }
    var told = false
    var pause = 0.02
    while waits, !left.isEmpty {
      var rest: [Work] = []
      for work in left {
        try stop.check()
        switch try attempt(work, perform) {
        case .done: tally.withLock { $0.done += 1 }
        case .finished:
          tally.withLock { $0.byOthers += 1 }
          others(work)
        case .held(let holder):
          rest.append(work)
          if !told { waiting(holder) }
          told = true
        }
      }
      if rest.count == left.count {
        usleep(UInt32(pause * 1e6))
        pause = min(pause * 1.5, min(2, leases.period))
      }
      left = rest
    }
    return tally.withLock { $0 }
  }

  private enum Outcome {
    case done, finished
    case held(LeaseHolder)
  }

  private func attempt(_ work: Work, _ perform: (Work) throws -> Void) throws -> Outcome {
    switch begin(work) {
    case .finished: return .finished
    case .held(let holder): return .held(holder)
    case .taken(let lease):
      defer { lease.release() }
      try perform(work)
      return .done
    }
  }

  /// What stands of a task when this process wants to do it.
  public enum Beginning: Sendable {
    /// It is finished.
    case finished
    /// Another process works on it.
    case held(LeaseHolder)
    /// It is this process's, until the lease is released.
    case taken(Lease)
  }

  /// Takes a task that is neither finished nor held by another process.
  public func begin(_ work: Work) -> Beginning {
    if store.isWhole(work) { return .finished }
    switch leases.take(work) {
    case .held(let holder): return .held(holder)
    case .taken(let lease):
      // Another may have finished it between the look and the lease.
      guard store.isWhole(work) else { return .taken(lease) }
      lease.release()
      return .finished
    }
  }
}
