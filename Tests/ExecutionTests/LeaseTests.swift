import Execution
import Foundation
import Platform
import TestSupport
import Testing

@Suite struct LeaseTests {
  private static let work = Work(
    stage: "scan", name: "0000-0063", key: SHA256Digest.of(Array("a task".utf8)))

  private static func leases(
    _ folder: TemporaryFolder, _ process: ProcessIdentity = .own, job: String = "",
    lost: @escaping @Sendable (LeaseHolder, Work) -> Void = { _, _ in }
  ) -> Leases {
    Leases(folder: "\(folder.path)/leases", period: 0.05, process: process, job: job, lost: lost)
  }

  /// A process on a host that this one knows nothing of.
  private static func stranger(_ number: Int32) -> ProcessIdentity {
    ProcessIdentity(host: "far", boot: "other", namespace: "pid:[1]", process: number, start: 7)
  }

  private func isTaken(_ answer: Leases.Answer) -> Bool {
    if case .taken = answer { true } else { false }
  }

  /// What jobs held that are no longer in the queue is free at once; living ones keep theirs.
  @Test func leasesOfEndedJobsAreDismissed() throws {
    let folder = try TemporaryFolder()
    let works = Tasks.make(3)
    let far = ProcessIdentity(host: "far", boot: "b", namespace: "n", process: 7, start: 1)
    let gone = Self.leases(folder, far, job: "5_1")
    let living = Self.leases(folder, far, job: "6_1")
    let told = Told()
    let own = Self.leases(folder, lost: { holder, work in told.add("\(holder.job) \(work.title)") })
    _ = gone.take(works[0])
    _ = living.take(works[1])
    guard case .taken = own.take(works[2]) else {
      Issue.record("a free task is held")
      return
    }
    own.dismiss { $0.job.hasPrefix("5_") || $0.job.isEmpty }
    #expect(told.all == ["5_1 scan/0"])
    #expect(own.holder(of: works[0].key) == nil)
    #expect(own.holder(of: works[1].key)?.job == "6_1")
    #expect(own.holder(of: works[2].key) != nil)
  }

  @Test func oneHoldsTheOthersSeeWho() throws {
    let folder = try TemporaryFolder()
    let first = Self.leases(folder, job: "slurm 17_3"), second = Self.leases(folder)
    guard case .taken(let lease) = first.take(Self.work) else {
      Issue.record("a free task was not given")
      return
    }
    guard case .held(let holder) = second.take(Self.work) else {
      Issue.record("a task was given twice")
      return
    }
    #expect(holder.title == "scan/0000-0063")
    #expect(holder.job == "slurm 17_3")
    #expect(holder.process == .own)
    #expect(abs(Double(holder.since) - Date().timeIntervalSince1970) < 60)
    #expect(second.holders().map(\.holder) == [holder])
    lease.release()
    #expect(second.holders().isEmpty)
    #expect(isTaken(second.take(Self.work)))
  }

  /// Many at once: exactly one gets it, each time.
  @Test func aRaceHasOneWinner() throws {
    let folder = try TemporaryFolder()
    for round in 0..<50 {
      let work = Work(
        stage: "scan", name: "\(round)", key: SHA256Digest.of(Array("\(round)".utf8)))
      let winners = try Winners.count(4) { isTaken(Self.leases(folder).take(work)) }
      #expect(winners == 1)
    }
  }

  /// A process of this boot that does not exist any more is gone at once.
  @Test func aDeadProcessOfThisHostIsSeenAtOnce() throws {
    let folder = try TemporaryFolder()
    var dead = ProcessIdentity.own
    dead.start += 1
    #expect(isTaken(Self.leases(folder, dead).take(Self.work)))
    let told = Told()
    let second = Self.leases(folder) { holder, _ in told.add(holder.process.host) }
    #expect(isTaken(second.take(Self.work)))
    #expect(told.all == [ProcessIdentity.own.host])
  }

  /// Elsewhere only beats tell: none for three periods, on this process's clock.
  @Test func beatsThatStandStillEndALease() throws {
    let folder = try TemporaryFolder()
    // A lease that nobody beats for: the text alone.
    let text = LeaseText.make(Self.work, Self.stranger(12), beats: 3, period: 0.05)
    let path = try LeaseText.write(text, of: Self.work, below: "\(folder.path)/leases")
    let observer = Self.leases(folder)
    #expect(!isTaken(observer.take(Self.work)))
    usleep(60_000)
    try LeaseText.make(Self.work, Self.stranger(12), beats: 4, period: 0.05)
      .write(toFile: path, atomically: true, encoding: .utf8)
    #expect(!isTaken(observer.take(Self.work)))
    var waited = 0
    while !isTaken(observer.take(Self.work)), waited < 500 {
      usleep(10_000)
      waited += 1
    }
    #expect(waited >= 10 && waited < 500)
  }

  /// A batch system never runs an element twice at once: its former self is gone.
  @Test func aJobStartedAgainTakesItsOwnLease() throws {
    let folder = try TemporaryFolder()
    #expect(isTaken(Self.leases(folder, Self.stranger(1), job: "slurm 9_1").take(Self.work)))
    #expect(!isTaken(Self.leases(folder, job: "slurm 9_2").take(Self.work)))
    #expect(isTaken(Self.leases(folder, job: "slurm 9_1").take(Self.work)))
  }

  /// A lease file that a full disk cut short holds nobody up.
  @Test func anEmptyLeaseIsNone() throws {
    let folder = try TemporaryFolder()
    _ = try LeaseText.write("", of: Self.work, below: "\(folder.path)/leases")
    #expect(isTaken(Self.leases(folder).take(Self.work)))
  }

  @Test func aLivingLeaseBeats() throws {
    let folder = try TemporaryFolder()
    let leases = Self.leases(folder)
    guard case .taken(let lease) = leases.take(Self.work) else { return }
    var beats = 0
    for _ in 0..<500 where beats < 2 {
      usleep(10_000)
      beats = leases.holder(of: Self.work.key)?.beats ?? -1
    }
    #expect(beats >= 2)
    lease.release()
  }
}

/// What lease files hold, written by hand.
enum LeaseText {
  static func make(_ work: Work, _ process: ProcessIdentity, beats: Int, period: Double) -> String {
    let digits = String(beats)
    return """
      beats \(String(repeating: "0", count: 12 - digits.count))\(digits)
      title \(work.title)
      host \(process.host)
      boot \(process.boot)
      namespace \(process.namespace)
      process \(process.process)
      start \(process.start)
      job\u{20}
      since 1700000000
      period \(period)

      """
  }

  static func write(_ text: String, of work: Work, below folder: String) throws -> String {
    let name = work.key.description
    let part = "\(folder)/\(name.prefix(2))"
    try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
    try text.write(toFile: "\(part)/\(name)", atomically: true, encoding: .utf8)
    return "\(part)/\(name)"
  }
}
