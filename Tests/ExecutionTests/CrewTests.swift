import Execution
import Foundation
import HDF5Files
import Platform
import Synchronization
import TestSupport
import Testing

@Suite struct CrewTests {
  private static func crew(
    _ folder: TemporaryFolder, stop: StopSignal = StopSignal(), period: Double = 0.02
  ) -> Crew {
    Crew(
      store: CheckpointStore(runFolder: folder.path),
      leases: Leases(folder: "\(folder.path)/state/leases", period: period), stop: stop)
  }

  /// The first share is taken first, and every task once.
  @Test func sharesAreOrders() {
    let tasks = Array(0..<7)
    let whole = Crew.Slice(index: 0, count: 1)
    #expect(whole.own(tasks) == tasks && whole.others(tasks).isEmpty)
    let second = Crew.Slice(index: 1, count: 3)
    #expect(second.own(tasks) == [1, 4] && second.others(tasks) == [2, 5, 0, 3, 6])
    for index in 0..<9 {
      let slice = Crew.Slice(index: index, count: 9)
      #expect((slice.own(tasks) + slice.others(tasks)).sorted() == tasks)
    }
  }

  /// Four crews on one folder: every task is done once, all see all finished.
  @Test func severalCrewsShareTheWork() throws {
    let folder = try TemporaryFolder()
    let works = Tasks.make(200)
    let doneBy = Mutex<[String: Int]>([:])
    try WorkerPool(threads: 4).forEach(count: 4) { _, index in
      let slice = Crew.Slice(index: index, count: 4)
      let crew = Self.crew(folder)
      let tally = try crew.run(
        slice.own(works) + slice.others(works), pool: WorkerPool(threads: 1)
      ) { work in
        try crew.store.save(try Tasks.image(work), of: work)
        doneBy.withLock { $0[work.name, default: 0] += 1 }
      }
      #expect(tally.done + tally.byOthers == works.count)
      #expect(works.allSatisfy { crew.store.isFinished($0) })
    }
    #expect(doneBy.withLock { $0.values.allSatisfy { $0 == 1 } && $0.count == works.count })
    #expect(Self.crew(folder).leases.holders().isEmpty)
  }

  /// A task whose holder stops beating is waited for, told once, and then done.
  @Test func whatADeadProcessHeldIsDone() throws {
    let folder = try TemporaryFolder()
    let works = Tasks.make(3)
    let far = ProcessIdentity(
      host: "far", boot: "other", namespace: "pid:[1]", process: 5, start: 1)
    _ = try LeaseText.write(
      LeaseText.make(works[1], far, beats: 1, period: 0.02), of: works[1],
      below: "\(folder.path)/state/leases")
    let told = Told()
    let crew = Self.crew(folder)
    let tally = try crew.run(
      works, pool: WorkerPool(threads: 1), waiting: { told.add($0.process.host) }
    ) { try crew.store.save(try Tasks.image($0), of: $0) }
    #expect(tally.done == 3)
    #expect(told.all == ["far"])
    #expect(works.allSatisfy { crew.store.isFinished($0) })
  }

  @Test func aCrewThatDoesNotWaitLeavesWhatOthersHold() throws {
    let folder = try TemporaryFolder()
    let works = Tasks.make(3)
    let far = ProcessIdentity(
      host: "far", boot: "other", namespace: "pid:[1]", process: 5, start: 1)
    _ = try LeaseText.write(
      LeaseText.make(works[1], far, beats: 1, period: 1000), of: works[1],
      below: "\(folder.path)/state/leases")
    let crew = Self.crew(folder)
    let tally = try crew.run(works, pool: WorkerPool(threads: 1), waits: false) {
      try crew.store.save(try Tasks.image($0), of: $0)
    }
    #expect(tally.done == 2)
    #expect(!crew.store.isFinished(works[1]))
  }

  /// An error ends the call with what is finished kept and no lease left.
  @Test func anErrorLeavesNoLease() throws {
    struct Fault: Error {}
    let folder = try TemporaryFolder()
    let works = Tasks.make(4)
    let crew = Self.crew(folder)
    #expect(throws: Fault.self) {
      _ = try crew.run(works, pool: WorkerPool(threads: 1)) { work in
        if work.name == "2" { throw Fault() }
        try crew.store.save(try Tasks.image(work), of: work)
      }
    }
    #expect(works.map { crew.store.isFinished($0) } == [true, true, false, false])
    #expect(crew.leases.holders().isEmpty)
  }

  @Test func aStopEndsAWait() throws {
    let folder = try TemporaryFolder()
    let works = Tasks.make(1)
    let far = ProcessIdentity(
      host: "far", boot: "other", namespace: "pid:[1]", process: 5, start: 1)
    _ = try LeaseText.write(
      LeaseText.make(works[0], far, beats: 1, period: 1000), of: works[0],
      below: "\(folder.path)/state/leases")
    let stop = StopSignal()
    let crew = Self.crew(folder, stop: stop)
    #expect(throws: PlatformError.stopped) {
      _ = try crew.run(
        works, pool: WorkerPool(threads: 1), waiting: { _ in stop.set(signal: SIGTERM) }
      ) { _ in }
    }
  }
}
