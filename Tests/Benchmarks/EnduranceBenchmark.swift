import Foundation
import Inference
import NumericalMethods
import Platform

/// A million windows in one process: memory stays flat, every failure is told with its reason.
///
/// Windows are slices of one sample with narrow peaks on a falling spectrum: none to 30,000 events,
/// six backgrounds, with and without nuisances, binned and not, gaps, both positivity modes; each
/// fifth with limits. A slice is cut half-way to the events outside.
final class EnduranceBenchmark: @unchecked Sendable {
  /// The most resident memory may grow between a tenth of the fits and the last, in bytes.
  static let growth = 4 << 20

  /// Fewer events than this may leave a fit undetermined.
  static let few = 20

  private let fits: Int
  private let threads: Int
  private let sample: UnsafeMutableBufferPointer<Double>
  private let solvers: [WindowSolver]
  private let tallies: [Tally]

  /// What came out, kept by a thread.
  final class Tally {
    var statuses: [String: Int] = [:]
    var failures: [String] = []
    var failed = 0
    /// Failures with few events.
    var few = 0
    var events = 0
  }

  init(fits: Int, threads: Int) {
    (self.fits, self.threads) = (fits, threads)
    solvers = (0..<threads).map { _ in WindowSolver() }
    tallies = (0..<threads).map { _ in Tally() }
    var random = RandomStream(seed: 20_240_917, task: 11, toy: 0)
    let count = 400_000
    var sample = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
    for i in 0..<count {
      let x = random.uniform()
      if i % 20 == 0 {
        let centre = 0.5 + 9 * (Double(i / 20 % 97) + 0.5) / 97
        sample.initializeElement(
          at: i, to: centre + (0.002 + 0.0015 * centre) * 0.3 * random.normal())
      } else {
        sample.initializeElement(at: i, to: 0.2 + 10 * x * (0.4 + 0.6 * x))
      }
    }
    sample.sort()
    self.sample = sample
  }

  deinit { sample.deallocate() }

  /// Runs all fits; false where memory grew or a fit ended without a named reason.
  func run() throws -> Bool {
    let pool = WorkerPool(threads: threads)
    let block = max(1, fits / 1000)
    var (done, early) = (0, 0)
    let start = ContinuousClock.now
    while done < fits {
      let size = min(block, fits - done), first = done
      try pool.forEach(count: size) { worker, index in
        self.solve(first + index, worker)
      }
      done += size
      if early == 0, done >= fits / 10 { early = Self.residentBytes() }
    }
    let seconds = (ContinuousClock.now - start).components.seconds
    let late = Self.residentBytes()
    let total = Tally()
    for tally in tallies {
      total.statuses.merge(tally.statuses, uniquingKeysWith: +)
      total.failures += tally.failures
      total.failed += tally.failed
      total.few += tally.few
      total.events += tally.events
    }
    print("\(fits) windows, \(total.events / fits) events each on average, \(seconds) s")
    for (name, count) in total.statuses.sorted(by: { ($0.value, $0.key) > ($1.value, $1.key) }) {
      print("  \(name): \(count)")
    }
    for line in total.failures.sorted() { print("  failed: \(line)") }
    print(
      "  \(total.failed) failures; \(total.few) of them with fewer than \(Self.few) events, which do "
        + "not determine their background: the density touches zero where the minimum lies along "
        + "a bent edge, and the steps end at the call limit with the distance told")
    print("  resident memory: \(early >> 10) kB after a tenth, \(late >> 10) kB at the end")
    if late - early > Self.growth { print("  memory GREW by \((late - early) >> 10) kB") }
    return late - early <= Self.growth && total.failed == total.few
  }

  /// Resident memory of this process.
  static func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return 0
    }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
  }

  private func solve(_ number: Int, _ worker: Int) {
    let window = self.window(number)
    let result = solvers[worker].solve(window)
    let tally = tallies[worker]
    tally.events += window.events.count
    for (name, fit) in [("S+B", result.fit), ("B", result.backgroundFit)] {
      tally.statuses["\(name) fit \(fit.status.name)", default: 0] += 1
      if !fit.status.isValid { tally.fail("\(name) \(fit.status)", number, window) }
      if fit.status.isValid, !fit.nll.isFinite { tally.fail("\(name) -ln L", number, window) }
    }
    if let limit = result.limit {
      tally.statuses["limit \(limit.status.rawValue)", default: 0] += 1
      if limit.status != .found { tally.fail("limit \(limit.status)", number, window) }
    }
  }

  func window(_ number: Int) -> ScanWindow {
    var random = RandomStream(seed: 20_240_917, task: 12, toy: UInt64(number))
    let most = number % 50 == 49 ? 30000.0 : 3000
    let size = Int(0.5 * SpecialFunctions.exp(random.uniform() * SpecialFunctions.log(2 * most)))
    let start = 1 + Int(random.uniform() * Double(sample.count - size - 2))
    let events = UnsafeBufferPointer(rebasing: sample[start..<start + size])
    let low = 0.5 * (sample[start - 1] + sample[start])
    let high = 0.5 * (sample[start + size - 1] + sample[start + size])
    var segments = [low...max(high, low + 1e-9)]
    if size == 0 { segments = [sample[start - 1]...max(sample[start], sample[start - 1] + 1e-9)] }
    let whole = segments[0].upperBound - segments[0].lowerBound
    // A gap between two events.
    let after = start + Int(random.uniform() * Double(max(size - 1, 0)))
    let isGapped =
      random.uniform() < 0.1 && size > 4 && sample[after + 1] - sample[after] > 1e-3 * whole
    if isGapped {
      let part = 0.2 * (sample[after + 1] - sample[after])
      segments = [
        segments[0].lowerBound...sample[after] + part,
        sample[after + 1] - part...segments[0].upperBound,
      ]
    }
    let mean = segments[0].lowerBound + whole * (0.3 + 0.4 * random.uniform())
    let width = whole / (10 + 50 * random.uniform())
    let shapes: [BackgroundShape] = [
      .polynomial(order: 0), .polynomial(order: 1), .polynomial(order: 1), .polynomial(order: 2),
      .polynomial(order: 3), .exponential, .exponential,
      .sum([.polynomial(order: 0), .exponential]),
    ]
    var window = ScanWindow(
      segments: segments, events: events,
      signal: .twoCrystalBalls(
        mean: mean, width: width, tail: ToyWindow.low, width2: ToyWindow.widthRatio * width,
        tail2: ToyWindow.high, fraction: ToyWindow.fraction),
      background: shapes[Int(random.uniform() * 8)],
      positivity: random.uniform() < 0.5 ? .totalDensity : .background,
      likelihood: random.uniform() < 0.2 && !isGapped ? .binned(60) : .unbinned)
    let nuisances = random.uniform()
    if nuisances < 0.2 { window.nuisances = FitBenchmark.nuisances }
    if nuisances > 0.6 { window.nuisances = [FitBenchmark.nuisances[1]] }
    if number % 5 == 0 { window.level = 0.9 }
    return window
  }
}

extension EnduranceBenchmark.Tally {
  fileprivate func fail(_ reason: String, _ number: Int, _ window: ScanWindow) {
    failed += 1
    if window.events.count < EnduranceBenchmark.few { few += 1 }
    guard failures.count < 50 else { return }
    failures.append(
      "window \(number): \(reason); \(window.events.count) events, \(window.background), "
        + "\(window.likelihood), \(window.positivity), \(window.segments.count) segments, "
        + "\(window.nuisances.count) nuisances")
  }
}
