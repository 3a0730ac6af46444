import Glibc
import Synchronization

/// Tells long work that the user or the batch system wants it to stop.
///
/// SIGINT, SIGTERM, SIGXCPU, SIGUSR1 and SIGUSR2 are blocked in all threads; one thread waits for
/// them and sets a flag that work reads per block and per hypothesis. A second SIGINT exits at
/// once with code 130.
public final class StopSignal: Sendable {
  private let received = Atomic<Int32>(0)

  /// Creates a flag that no signal sets until `listen` is called.
  public init() {}

  /// Whether a stop was asked for.
  public var isSet: Bool { received.load(ordering: .relaxed) != 0 }

  /// The signal that came, or nil.
  public var signal: Int32? {
    let value = received.load(ordering: .relaxed)
    return value == 0 ? nil : value
  }

  /// Asks for a stop, as the signal would.
  public func set(signal: Int32 = SIGINT) { received.store(signal, ordering: .relaxed) }

  /// Throws `PlatformError.stopped` when a stop was asked for.
  public func check() throws(PlatformError) { if isSet { throw .stopped } }

  /// Blocks the signals in this and all later threads and starts the thread that waits for them.
  ///
  /// Call once, at the start, before any other thread exists.
  public func listen() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGXCPU, SIGUSR1, SIGUSR2] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let waited = signals
    let job = ThreadJob { [self] in
      var waited = waited
      while true {
        var number: Int32 = 0
        guard sigwait(&waited, &number) == 0 else { return }
        if number == SIGINT, isSet { _exit(130) }
        received.store(number, ordering: .relaxed)
      }
    }
    if let thread = job.start() { pthread_detach(thread) }
  }
}
