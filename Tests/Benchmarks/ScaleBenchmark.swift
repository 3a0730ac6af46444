import Execution
import Foundation
import NumericalMethods
import Platform
import Synchronization

/// A cluster on paper: planned tasks, leases, checkpoints and what jobs do next are the program's own,
/// on real files; only the work in a task is replaced by its length, and the clock by that of a queue
/// of events.
final class ScaleBenchmark {
  /// Jobs that run at once, each a process of its own host's.
  var slots = 10_000
  /// Mean length of a task, seconds; single ones spread by 0.4 in the logarithm.
  var taskSeconds = 300.0
  /// Part of the attempts that end with the job's death.
  var failures = 0.02
  /// Seconds until a dead job is started again, and to start and plan.
  let (requeue, startUp) = (120.0, 5.0)
  /// Jobs started in a second.
  let dispatch = 50.0
  /// Tasks of others found finished or held before a job ends: what `nightjar work` has.
  let looks = 256
  /// Bytes of a result.
  let resultBytes = 8192

  private let works: [Work]
  private let folder: String
  private let clock = Clock()
  private var events = EventQueue()
  private var random = RandomStream(seed: 7, task: 5, toy: 0)
  private var counts: [String: Int] = [:]
  private var busy = 0.0
  private var lastEnd = 0.0
  private var jobs: [Job] = []

  /// Nanoseconds of the simulation.
  final class Clock: Sendable {
    private let now = Mutex(0.0)
    var seconds: Double {
      get { now.withLock { $0 } }
      set { now.withLock { $0 = newValue } }
    }
    var nanoseconds: UInt64 { UInt64(seconds * 1e9) }
  }

  /// A job of the array: its tasks first, then what is left of others.
  private struct Job {
    var crew: Crew
    var round = 1
    var starts = 0
    /// Where it is among its own tasks, then among the others'.
    var own = 0
    var others = 0
    var idle = 0
    var current: Int?
    var lease: Lease?
    var beats = 0
  }

  /// - Parameters:
  ///   - works: Planned tasks of one stage.
  ///   - folder: Where files are written; emptied.
  init(works: [Work], folder: String) {
    self.works = works
    self.folder = folder
  }

  /// Tasks of a stage as `nightjar plan --json` lists them.
  static func works(_ json: String, stage: String) throws -> [Work] {
    struct Item: Decodable {
      var task: String
      var key: String
    }
    return try JSONDecoder().decode([Item].self, from: Data(json.utf8)).compactMap { item in
      let parts = item.task.split(separator: "/", maxSplits: 1)
      guard parts.count == 2, parts[0] == stage, let key = SHA256Digest(hexadecimal: item.key)
      else { return nil }
      return Work(stage: stage, name: String(parts[1]), key: key)
    }
  }

  /// Runs it and says how it went.
  func run() throws {
    try? FileManager.default.removeItem(atPath: folder)
    let start = Date()
    var open = works.count
    for round in 1...3 where open > 0 {
      // What a job took from others and did not finish, the watching process submits again.
      if round > 1 {
        clock.seconds += 30
        Leases(folder: StateFolder(runFolder: folder).leases).dismiss { !$0.job.isEmpty }
      }
      jobs = (0..<min(slots, open)).map {
        Job(crew: crew($0, starts: 0, round: round), round: round)
      }
      for index in jobs.indices {
        events.add(clock.seconds + Double(index) / dispatch + startUp, .start(index))
      }
      try simulate()
      let store = CheckpointStore(runFolder: folder)
      open = works.count { !store.exists($0) }
      note("  round \(round): \(jobs.count) jobs, \(Int(lastEnd)) s, \(open) tasks open")
    }
    report(wall: Date().timeIntervalSince(start))
    let packing = Date()
    let before = files()
    try CheckpointStore(runFolder: folder).pack(works)
    let after = files()
    let packed = CheckpointStore(runFolder: folder)
    let lost = works.count { !packed.isFinished($0) }
    note(
      "  packed: \(before.data) data files became \(after.data) in "
        + "\(Int(Date().timeIntervalSince(packing))) s; largest folder \(before.largest) entries; "
        + "\(lost) results lost")
    try? FileManager.default.removeItem(atPath: folder)
    guard open == 0, lost == 0 else { throw Failure() }
  }

  private func simulate() throws {
    while let (time, event) = events.next() {
      clock.seconds = time
      switch event {
      case .start(let index): step(index)
      case .done(let index, let starts) where starts == jobs[index].starts: try finish(index)
      case .death(let index, let starts) where starts == jobs[index].starts: die(index)
      case .beat(let index, let starts) where starts == jobs[index].starts: beat(index)
      case .done, .death, .beat: break
      }
    }
  }

  private struct Failure: Error {}

  private func count(_ what: String, _ number: Int = 1) { counts[what, default: 0] += number }

  private func crew(_ index: Int, starts: Int, round: Int) -> Crew {
    let process = ProcessIdentity(
      host: "node\(index / 32)", boot: "boot\(index / 32)", namespace: "", process: Int32(index),
      start: UInt64(starts))
    let clock = clock
    let leases = Leases(
      folder: StateFolder(runFolder: folder).leases, period: 20, process: process,
      job: "job \(round)_\(index)", clock: { clock.nanoseconds })
    return Crew(
      store: CheckpointStore(runFolder: folder), leases: leases, stop: StopSignal())
  }

  /// A job looks for its next task.
  private func step(_ index: Int) {
    let slice = Crew.Slice(index: index, count: jobs.count)
    let mine = slice.own(works).count
    while jobs[index].own < mine {
      let place = index + jobs[index].own * jobs.count
      jobs[index].own += 1
      if begin(index, place) { return }
    }
    // As `Slice.others`: a share after the other.
    while jobs[index].others < works.count - mine, jobs[index].idle < looks {
      let place = other(index, jobs[index].others)
      jobs[index].others += 1
      count("look")
      if jobs[index].crew.store.exists(works[place]) {
        jobs[index].idle += 1
      } else if begin(index, place) {
        jobs[index].idle = 0
        return
      } else {
        jobs[index].idle += 1
      }
    }
    lastEnd = max(lastEnd, clock.seconds)
  }

  /// The place of the `n`th task among those of other shares.
  private func other(_ index: Int, _ n: Int) -> Int {
    let count = jobs.count
    var (share, left) = ((index + 1) % count, n)
    while true {
      let size = (works.count - share + count - 1) / count
      if left < size { return share + left * count }
      left -= size
      share = (share + 1) % count
    }
  }

  private func begin(_ index: Int, _ place: Int) -> Bool {
    count("begin")
    switch jobs[index].crew.begin(works[place]) {
    case .finished: return false
    case .held:
      count("held")
      return false
    case .taken(let lease):
      jobs[index].current = place
      jobs[index].lease = lease
      let length = taskSeconds * exp(0.4 * random.normal() - 0.08)
      let starts = jobs[index].starts
      if random.chance(failures) {
        events.add(clock.seconds + length * random.uniform(), .death(index, starts))
      } else {
        events.add(clock.seconds + length, .done(index, starts))
      }
      busy += length
      events.add(clock.seconds + 20, .beat(index, starts))
      return true
    }
  }

  private func beat(_ index: Int) {
    guard jobs[index].lease != nil else { return }
    jobs[index].crew.leases.beat()
    count("beat")
    events.add(clock.seconds + 20, .beat(index, jobs[index].starts))
  }

  private func finish(_ index: Int) throws {
    guard let place = jobs[index].current else { return }
    try jobs[index].crew.store.save(
      [UInt8](repeating: 0, count: resultBytes), of: works[place])
    count("save")
    jobs[index].lease?.release()
    (jobs[index].current, jobs[index].lease) = (nil, nil)
    jobs[index].starts += 1  // beats of this task end
    step(index)
  }

  /// The process is gone and its lease stays; the batch system starts the element again.
  private func die(_ index: Int) {
    count("death")
    let starts = jobs[index].starts + 1
    let round = jobs[index].round
    jobs[index] = Job(
      crew: crew(index, starts: starts, round: round), round: round, starts: starts)
    events.add(clock.seconds + requeue + startUp, .start(index))
  }

  private func files() -> (data: Int, largest: Int) {
    var (data, largest) = (0, 0)
    func walk(_ path: String) {
      let names = FolderListing.names(path)
      largest = max(largest, names.count)
      for name in names {
        var information = stat()
        guard lstat("\(path)/\(name)", &information) == 0 else { continue }
        if information.st_mode & S_IFMT == S_IFDIR {
          walk("\(path)/\(name)")
        } else if path.hasPrefix("\(folder)/checkpoints") {
          data += 1
        }
      }
    }
    walk(folder)
    return (data, largest)
  }

  private func report(wall: Double) {
    let ideal = busy / Double(slots)
    note(
      "  \(works.count) tasks of \(Int(taskSeconds)) s on \(slots) slots, \(failures * 100) % of "
        + "attempts die: makespan \(Int(lastEnd)) s, work \(Int(ideal)) s a slot; simulated in "
        + "\(Int(wall)) s")
    let rates = counts.sorted { $0.key < $1.key }.map {
      "\($0.key) \($0.value) (\(String(format: "%.1f", Double($0.value) / lastEnd))/s)"
    }
    note("  " + rates.joined(separator: ", "))
  }
}

/// What happens to jobs, in the order of time.
struct EventQueue {
  enum Event {
    case start(Int)
    case done(Int, Int), death(Int, Int), beat(Int, Int)
  }

  private var heap: [(time: Double, number: Int, event: Event)] = []
  private var number = 0

  mutating func add(_ time: Double, _ event: Event) {
    heap.append((time, number, event))
    number += 1
    var place = heap.count - 1
    while place > 0, isBefore(place, (place - 1) / 2) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func next() -> (Double, Event)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return (first.time, first.event) }
    heap[0] = last
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
        if isBefore(child, least) { least = child }
      }
      if least == place { return (first.time, first.event) }
      heap.swapAt(place, least)
      place = least
    }
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    (heap[left].time, heap[left].number) < (heap[right].time, heap[right].number)
  }
}
