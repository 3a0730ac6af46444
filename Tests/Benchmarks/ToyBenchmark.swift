import Inference
import Platform

/// Toys a second: drawn and fitted.
struct ToyBenchmark {
  let repeats: Int

  static let events = 3000
  /// Bins of a twentieth of the narrower width.
  static let fineBins = 800
  /// The 60-bin window whose limit is tested with toys.
  static let testedWindow = 49

  /// What is drawn and fitted again and again.
  private final class Work: @unchecked Sendable {
    let generator: ToyGenerator
    let solvers: [WindowSolver]
    let data: [ToyData]
    let strengths: [Double]
    var statistics: [[Double]]
    /// Pull of each toy, or whether its test statistic is at least the observed one.
    let outcome: UnsafeMutableBufferPointer<Double>
    let observed: Double

    init(
      _ generator: ToyGenerator, threads: Int, toys: Int, strengths: [Double] = [],
      observed: Double = 0
    ) {
      self.generator = generator
      self.strengths = strengths
      self.observed = observed
      solvers = (0..<threads).map { _ in WindowSolver() }
      data = (0..<threads).map { _ in ToyData(for: generator) }
      statistics = solvers.map { _ in strengths.map { _ in 0 } }
      outcome = .allocate(capacity: toys)
      outcome.initialize(repeating: 0)
    }

    deinit { outcome.deallocate() }

    func solve(_ worker: Int, _ toy: Int, _ room: inout [Double]) {
      let toyData = data[worker]
      generator.draw(seed: 20_240_917, task: 3, toy: UInt64(toy), into: toyData)
      let found = solvers[worker].toyStatistics(
        toyData.window, strengths: strengths, into: &room, wantsNull: false,
        wantsLikelihood: false)
      outcome[toy] =
        strengths.isEmpty ? found.value / found.error : room[0] >= observed ? 1 : 0
    }
  }

  /// Background-only toys with one signal-plus-background fit each: unbinned, and in fine bins.
  func fits(threads: Int) throws -> [Measurement] {
    let source = ToyWindow.make(number: 0, events: Self.events)
    var window = source.scanWindow([])
    var measurements: [Measurement] = []
    for (name, likelihood, toys) in [
      ("unbinned", LikelihoodKind.unbinned, 40000), ("binned", .binned(Self.fineBins), 100_000),
    ] {
      window.likelihood = likelihood
      let generator = try ToyGenerator(
        window: window, signal: 0, isSorted: false, solver: WindowSolver())
      let work = Work(generator, threads: threads, toys: toys)
      let seconds = try time(work, threads: threads, toys: toys)
      measurements.append(
        Measurement(
          task: "toy", peer: Measurement.own, variant: "\(name) n=\(Self.events)",
          threads: threads, items: Double(toys), seconds: seconds,
          values: Self.moments(work.outcome),
          errors: [1 / Double(toys).squareRoot(), 1 / Double(2 * toys).squareRoot()]))
    }
    return measurements
  }

  /// Toys of the 60-bin model at its observed limit, with both fits of the test statistic.
  func tests(_ limit: LimitToy, threads: Int) throws -> Measurement {
    let solver = WindowSolver()
    let window = limit.scanWindow(), result = solver.solve(window)
    let strength = result.limit?.observed ?? .nan
    var observed = [0.0]
    _ = solver.toyStatistics(window, strengths: [strength], into: &observed)
    let toys = 40000
    let generator = try ToyGenerator(window: window, signal: strength, solver: solver)
    let work = Work(
      generator, threads: threads, toys: toys, strengths: [strength], observed: observed[0])
    let seconds = try time(work, threads: threads, toys: toys)
    let p = work.outcome.reduce(0, +) / Double(toys)
    return Measurement(
      task: "toy", peer: Measurement.own, variant: "60 bins, test statistic", threads: threads,
      items: Double(toys), seconds: seconds, values: [p],
      errors: [(p * (1 - p) / Double(toys)).squareRoot()])
  }

  /// The strength tested by `tests`, in events of the window.
  static func testedStrength(_ limit: LimitToy) -> Double {
    let result = WindowSolver().solve(limit.scanWindow())
    return (result.limit?.observed ?? .nan) * result.acceptance
  }

  private func time(_ work: Work, threads: Int, toys: Int) throws -> Double {
    let pool = WorkerPool(threads: threads), block = 500
    return try fastest(of: repeats) {
      try pool.forEach(count: toys / block) { worker, index in
        var room = work.statistics[worker]
        for toy in index * block..<(index + 1) * block { work.solve(worker, toy, &room) }
      }
    }
  }

  private static func moments(_ pulls: UnsafeMutableBufferPointer<Double>) -> [Double] {
    let n = Double(pulls.count), mean = pulls.reduce(0, +) / n
    let square = pulls.reduce(0) { $0 + $1 * $1 } / n
    return [mean, (square - mean * mean).squareRoot()]
  }
}
