import Inference
import PipelineSpec
import Platform

/// Makes toys with injected signals and fits them as the data are fitted: the stage `closure`.
///
/// Toys are drawn with background and nuisances at their maximum-likelihood values on the data given
/// the injected parameter, global observables fluctuated, whole events together. A toy depends on
/// the data, the seed, the hypothesis, the strength and its number alone.
struct InjectSignals: Sendable {
  let plan: SearchPlan
  /// Place of the scan.
  let scan: Int

  /// Toys that a thread makes before it takes more.
  private static let portion = 50

  /// Makes and fits the toys of a stretch of the closure's order, a hypothesis at a time; after a stop
  /// signal those finished at its start.
  func pieces(
    _ range: Range<Int>, samples: [SkimmedSample], pool: WorkerPool, stop: StopSignal,
    advance: @Sendable (Int) -> Void
  ) throws -> [ClosurePiece] {
    guard let settings = plan.pipeline.scan, let closure = settings.closure,
      let layout = plan.closureLayout(scan)
    else { return [] }
    var pieces = layout.pieces(of: range)
    let hypotheses = plan.closureHypotheses(scan)
    let workers = (0..<pool.threads).map { _ in ClosureWorker() }
    var place = 0
    while place < pieces.count {
      let point = pieces[place].point
      let window = plan.scans[scan].windows[hypotheses[point]]
      let data = try ScanData(samples, windows: [window])
      let source = ClosureSource(window, scan: settings, data: data, worker: workers[0])
      while place < pieces.count, pieces[place].point == point {
        let strength = closure.strengths[pieces[place].strength]
        try fill(
          &pieces[place], from: source, strength: strength,
          tested: settings.limit == nil ? nil : closure.strengths,
          workers: workers, pool: pool, stop: stop, advance: advance)
        place += 1
        guard !stop.isSet else { return pieces.prefix(place).filter { !$0.toys.isEmpty } }
      }
    }
    return pieces
  }

  private func fill(
    _ piece: inout ClosurePiece, from source: ClosureSource, strength: Double, tested: [Double]?,
    workers: [ClosureWorker], pool: WorkerPool, stop: StopSignal, advance: @Sendable (Int) -> Void
  ) throws {
    piece.reference = source.reference
    guard source.reference.message.isEmpty else {
      advance(piece.toys.count)
      return
    }
    let generator: ToyGenerator
    do throws(ToyError) {
      generator = try source.generator(strength * source.reference.expectedError, workers[0])
    } catch {
      piece.reference.message = "\(error)"
      advance(piece.toys.count)
      return
    }
    let own = ClosureToyMaker(
      generator: generator, seed: plan.pipeline.seed,
      task: source.task(strength, signal: plan.scans[scan].signal),
      tested: tested.map { $0.map { $0 * source.reference.expectedError } })
    let toys = piece.toys
    let portions = (toys.count + Self.portion - 1) / Self.portion
    let slots = Slots<ClosureToys>(count: portions)
    try pool.forEach(count: portions) { worker, index in
      if stop.isSet { return }
      let start = toys.lowerBound + index * Self.portion
      let range = start..<min(toys.upperBound, start + Self.portion)
      slots.set(index, own.fits(range, workers[worker]))
      advance(range.count)
    }
    let finished = slots.prefix()
    for portion in finished { piece.fits.append(portion) }
    let end = toys.lowerBound + finished.count * Self.portion
    piece.toys = toys.lowerBound..<min(toys.upperBound, end)
  }
}

/// Buffers of one thread.
final class ClosureWorker: @unchecked Sendable {
  let solver = WindowSolver()

  init() {}
}

/// The data of one hypothesis, that toys are made from.
struct ClosureSource: Sendable {
  private let window: MassWindow
  private let scan: ScanSettings
  private let events: [Double]
  private let clusters: ClusterSizes
  /// What the toys are made of.
  let reference: ClosureReference

  /// Fits the data.
  init(_ window: MassWindow, scan: ScanSettings, data: ScanData, worker: ClosureWorker) {
    self.window = window
    self.scan = scan
    var buffer: [Double] = []
    let events = data.withEvents(of: window, buffer: &buffer) { Array($0) }
    self.events = events
    clusters = data.clusterSizes(of: window)
    reference = events.withUnsafeBufferPointer { events in
      var reference = ClosureReference()
      let problem = window.problem(scan.fit, events: events)
      let result = worker.solver.solve(problem)
      guard result.fit.status.isValid, result.backgroundFit.status.isValid,
        let error = worker.solver.expectedError(problem), error > 0, error.isFinite
      else {
        reference.message = "no toys: the fit of the data ended '\(result.fit.status.name)'"
        return reference
      }
      reference.backgroundUnderPeak =
        result.backgroundCurve.density(.background, at: window.signal.mean) * 4
        * window.resolution
      reference.expectedError = error
      return reference
    }
  }

  /// What draws toys with a parameter.
  func generator(
    _ parameter: Double, _ worker: ClosureWorker
  ) throws(ToyError) -> ToyGenerator {
    let (window, scan, clusters) = (window, scan, clusters)
    let made = events.withUnsafeBufferPointer { events -> Result<ToyGenerator, ToyError> in
      do throws(ToyError) {
        return .success(
          try ToyGenerator(
            window: window.problem(scan.fit, events: events), signal: parameter, clusters: clusters,
            solver: worker.solver))
      } catch { return .failure(error) }
    }
    return try made.get()
  }

  /// The number of the random streams of a strength: equal for equal hypotheses, wherever they stand.
  func task(_ strength: Double, signal: String?) -> UInt64 {
    let text = "closure \(signal ?? "") \(window.hypothesis.mass) \(strength)"
    let digest = SHA256Digest.of(Array(text.utf8)).bytes
    return digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// Draws and fits the toys of one hypothesis and strength.
struct ClosureToyMaker: Sendable {
  let generator: ToyGenerator
  let seed: UInt64
  let task: UInt64
  /// All injected parameters, where limits are wanted.
  let tested: [Double]?

  /// The fits of some toys, by their numbers.
  func fits(_ toys: Range<Int>, _ worker: ClosureWorker) -> ClosureToys {
    var fits = ClosureToys()
    let data = ToyData(for: generator)
    let strength = generator.strength
    let wanted = strength > 0 ? [] : tested ?? []
    var nulls = [Double](repeating: .nan, count: wanted.count)
    for toy in toys {
      generator.draw(seed: seed, task: task, toy: UInt64(toy), into: data)
      let statistics: ToyStatistics
      var test = TestedStrength.absent
      if tested != nil, strength > 0 {
        (statistics, test) = worker.solver.toyTest(data.window, strength: strength)
      } else {
        statistics = worker.solver.toyStatistics(data.window, strengths: wanted, into: &nulls)
      }
      let isValid = statistics.status != .failed
      fits.values.append(isValid ? statistics.value : .nan)
      fits.errors.append(isValid ? statistics.error : .nan)
      fits.roots.append(isValid ? statistics.signedRoot : .nan)
      fits.logCLs.append(isValid ? test.logCLs : .nan)
      fits.logCLsPlusB.append(isValid ? test.logCLsPlusB : .nan)
      fits.statistics.append(isValid ? test.statistic : .nan)
      fits.nullStatistics += isValid ? nulls : nulls.map { _ in .nan }
    }
    return fits
  }
}
