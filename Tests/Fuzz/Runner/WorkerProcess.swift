import Glibc
import Synchronization

/// A worker in a child process, seen through the pipe it writes to.
final class WorkerProcess {
  private let pipe: Int32
  private let process: pid_t
  /// No worker inherits the pipe of another that starts at the same time.
  private static let starting = Mutex(())

  /// Starts this program with other arguments.
  init?(_ arguments: [String], showsErrors: Bool) {
    guard let (end, child) = Self.starting.withLock({ _ in Self.start(arguments, showsErrors) })
    else { return nil }
    (pipe, process) = (end, child)
  }

  private static func start(_ arguments: [String], _ showsErrors: Bool) -> (Int32, pid_t)? {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    if !showsErrors {
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    }
    var words = (["/proc/self/exe"] + arguments).map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] = []
    var next = environ
    while let setting = next.pointee {
      settings.append(strdup(setting))
      next += 1
    }
    // A crash is a result here: no time for its story.
    settings += [strdup("SWIFT_BACKTRACE=enable=no"), nil]
    defer { for word in words + settings { free(word) } }
    // Threads of pools block signals, that of the limit of time too.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var started = pid_t()
    let status = posix_spawn(&started, "/proc/self/exe", &actions, &attributes, &words, settings)
    close(ends[1])
    guard status == 0 else {
      close(ends[0])
      return nil
    }
    return (ends[0], started)
  }

  deinit { close(pipe) }

  /// What came next.
  enum News {
    case bytes([UInt8])
    case silence
    case end
  }

  /// Waits for news, so many milliseconds at most.
  func next(within milliseconds: Int32) -> News {
    var wanted = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
    while true {
      let count = poll(&wanted, 1, milliseconds)
      if count < 0 && errno == EINTR { continue }
      if count == 0 { return .silence }
      var bytes = [UInt8](repeating: 0, count: 4096)
      let got = read(pipe, &bytes, bytes.count)
      if got < 0 && errno == EINTR { continue }
      return got <= 0 ? .end : .bytes(Array(bytes.prefix(got)))
    }
  }

  /// Ends it.
  func stop() { kill(process, SIGKILL) }

  /// Waits for its end: the exit code, or 128 + signal number.
  func wait() -> Int32 {
    var state: Int32 = 0
    while waitpid(process, &state, 0) < 0 && errno == EINTR {}
    let signal = state & 0x7f
    return signal == 0 ? (state >> 8) & 0xff : 128 + signal
  }
}
