import Glibc

/// Limits that a process sets itself; none is above what it was given.
public enum ResourceLimit {
  /// Writes no core file when it crashes.
  public static func noCoreFile() { set(Int32(RLIMIT_CORE.rawValue), 0) }

  /// Bytes of address space; beyond, allocations fail.
  public static func addressSpace(_ byteCount: Int) {
    set(Int32(RLIMIT_AS.rawValue), byteCount)
  }

  /// Seconds of processor time from now on; then SIGXCPU comes.
  public static func processorTime(_ seconds: Int) {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    set(Int32(RLIMIT_CPU.rawValue), usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + 1 + seconds)
  }

  private static func set(_ resource: Int32, _ value: Int) {
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = min(rlim_t(value), limit.rlim_max)
    setrlimit(resource, &limit)
  }
}
