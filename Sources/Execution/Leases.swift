import Glibc
import Platform
import Synchronization

/// Leases of tasks: files that say who works on what, so that work is not done twice.
///
/// They save work and never guard correctness: results are the same bytes whoever makes them, and a
/// finished file replaces an equal one. A lease beats; one whose process is known to be gone, or
/// whose beats stood still for three periods of the observer's own clock, may be taken over. Clocks of
/// hosts are never compared.
public final class Leases: Sendable {
  /// What came of asking for a lease.
  public enum Answer: Sendable {
    /// The task is this process's.
    case taken(Lease)
    /// Another process works on it.
    case held(LeaseHolder)
  }

  private struct Sight {
    var beats: Int
    var start: UInt64
    var since: UInt64
  }

  /// Folder of the files.
  public let folder: String
  /// Seconds between beats.
  public let period: Double
  /// This process.
  public let process: ProcessIdentity
  /// This process's batch job.
  public let job: String
  /// Called with the lease of a process that is gone, once it was taken over.
  private let lost: @Sendable (LeaseHolder, Work) -> Void
  private let sights = Mutex<[SHA256Digest: Sight]>([:])
  private let held = Mutex<[SHA256Digest: String]>([:])
  private let isBeating = Atomic<Bool>(false)
  private let beats = Atomic<Int>(0)
  /// Nanoseconds of the observer's own clock; nil: the system's, with a thread that beats.
  private let clock: (@Sendable () -> UInt64)?

  /// Prepares leases in a folder; nothing is written as yet.
  ///
  /// - Parameters:
  ///   - folder: Where lease files are, spread over folders by key.
  ///   - period: Seconds between beats; absent: `NIGHTJAR_HEARTBEAT` of the environment, else 20.
  ///   - process: This process.
  ///   - job: The batch job; absent: `NIGHTJAR_JOB` of the environment.
  ///   - clock: Nanoseconds of another clock than the system's; no thread beats then, `beat` does.
  ///   - lost: Told whose lease was taken over.
  public init(
    folder: String, period: Double? = nil, process: ProcessIdentity = .own, job: String? = nil,
    clock: (@Sendable () -> UInt64)? = nil,
    lost: @escaping @Sendable (LeaseHolder, Work) -> Void = { _, _ in }
  ) {
    self.folder = folder
    let stated = getenv("NIGHTJAR_HEARTBEAT").flatMap { Double(String(cString: $0)) }
    self.period = min(3600, max(0.01, period ?? stated ?? 20))
    self.process = process
    self.job = job ?? getenv("NIGHTJAR_JOB").map { String(cString: $0) } ?? ""
    self.clock = clock
    self.lost = lost
  }

  /// Takes the lease of a task, or says who holds it.
  ///
  /// Where no lease can be written the task is done without one: its result tells what is wrong.
  public func take(_ work: Work) -> Answer {
    let path = StateFolder.spread(folder, work.key, "")
    if let holder = holder(at: path) {
      guard isStale(holder, work.key) else { return .held(holder) }
      retire(path, holder, work)
    } else if let bytes = try? AtomicFile.read(path),
      LeaseHolder(text: String(decoding: bytes, as: UTF8.self)) == nil
    {
      AtomicFile.remove(path)  // it says nothing: no lease of this program
    }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let own = LeaseHolder(
      title: work.title, process: process, job: job, since: time.tv_sec, period: period)
    do throws(PlatformError) {
      guard try Self.create(path, own.text) else { return .held(holder(at: path) ?? own) }
    } catch {
      return .taken(Lease(leases: self, key: work.key))
    }
    held.withLock { $0[work.key] = path }
    if clock == nil { startBeating() }
    return .taken(Lease(leases: self, key: work.key))
  }

  /// Who holds the lease of a task; nil where nobody does.
  public func holder(of key: SHA256Digest) -> LeaseHolder? {
    holder(at: StateFolder.spread(folder, key, ""))
  }

  /// All leases there are, by key.
  public func holders() -> [(key: SHA256Digest, holder: LeaseHolder)] {
    FolderListing.names(folder).sorted().flatMap { part in
      FolderListing.names("\(folder)/\(part)").sorted().compactMap { name in
        guard let key = SHA256Digest(hexadecimal: name),
          let holder = holder(at: "\(folder)/\(part)/\(name)")
        else { return nil }
        return (key, holder)
      }
    }
  }

  /// Whether the holder of a lease is gone, as far as this process can know by now.
  public func isStale(_ holder: LeaseHolder, _ key: SHA256Digest) -> Bool {
    if let isAlive = holder.process.isAlive { return !isAlive }
    // The same element of a batch job never runs twice at once: it was started again.
    if !job.isEmpty, holder.job == job, holder.process != process { return true }
    let now = clock?() ?? Self.monotonic()
    return sights.withLock { sights in
      if let seen = sights[key], seen.beats == holder.beats, seen.start == holder.process.start {
        return Double(now - seen.since) > 3e9 * holder.period
      }
      sights[key] = Sight(beats: holder.beats, start: holder.process.start, since: now)
      return false
    }
  }

  /// Takes away the leases of processes that are known to be gone.
  public func dismiss(where isGone: (LeaseHolder) -> Bool) {
    for (key, holder) in holders() where holder.process != process && isGone(holder) {
      let parts = holder.title.split(separator: "/", maxSplits: 1).map(String.init)
      let work = Work(stage: parts.first ?? "", name: parts.count > 1 ? parts[1] : "", key: key)
      retire(StateFolder.spread(folder, key, ""), holder, work)
    }
  }

  func release(_ key: SHA256Digest) {
    guard let path = held.withLock({ $0.removeValue(forKey: key) }) else { return }
    if let holder = holder(at: path), holder.process == process { AtomicFile.remove(path) }
  }

  /// Takes a dead lease away; where another process was faster, its lease is put back.
  private func retire(_ path: String, _ holder: LeaseHolder, _ work: Work) {
    let aside = AtomicFile.temporaryPath(for: path)
    guard rename(path, aside) == 0 else { return }
    if let moved = self.holder(at: aside), moved.process != holder.process {
      _ = link(aside, path)
      unlink(aside)
      return
    }
    unlink(aside)
    sights.withLock { $0[work.key] = nil }
    lost(holder, work)
  }

  private func holder(at path: String) -> LeaseHolder? {
    guard let bytes = try? AtomicFile.read(path) else { return nil }
    return LeaseHolder(text: String(decoding: bytes, as: UTF8.self))
  }

  /// Creates a file with its content at once; false where the name exists.
  private static func create(_ path: String, _ text: String) throws(PlatformError) -> Bool {
    let aside = AtomicFile.temporaryPath(for: path)
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    try AtomicFile.createFolder(folder)
    let file = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .writing(path) }
    var text = text
    let written = text.withUTF8 { Glibc.write(file, $0.baseAddress, $0.count) == $0.count }
    let failure = PlatformError.writing(path)
    close(file)
    defer { unlink(aside) }
    guard written else { throw failure }
    if link(aside, path) == 0 { return true }
    guard errno == EEXIST else { throw .writing(path) }
    return false
  }

  // MARK: beats

  /// Says once that this process is alive, in all leases it holds.
  public func beat() {
    let count = beats.add(1, ordering: .relaxed).newValue
    for path in held.withLock({ Array($0.values) }) { Self.write(count, path) }
  }

  /// Starts the thread that beats, once.
  private func startBeating() {
    guard isBeating.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged
    else { return }
    let job = ThreadJob { [weak self] in
      while let self {
        let pause = self.period
        var time = timespec(
          tv_sec: Int(pause), tv_nsec: Int((pause - pause.rounded(.down)) * 1e9))
        nanosleep(&time, nil)
        self.beat()
      }
    }
    if let thread = job.start() { pthread_detach(thread) }
  }

  private static func write(_ beats: Int, _ path: String) {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    var text = LeaseHolder.beatsText(beats)
    text.withUTF8 { _ = pwrite(file, $0.baseAddress, $0.count, off_t(LeaseHolder.beatsOffset)) }
    close(file)
  }

  static func monotonic() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// A task that this process works on.
public struct Lease: Sendable {
  let leases: Leases
  let key: SHA256Digest

  /// Gives the task free.
  public func release() { leases.release(key) }
}
