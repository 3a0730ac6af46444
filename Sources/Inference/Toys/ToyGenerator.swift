import Kernels
import NumericalMethods

/// Draws pseudo-data of one window at one strength of its signal.
///
/// Background and nuisance parameters stand at their maximum-likelihood values on the data with the
/// parameter of interest fixed. Events are a Poisson process of that density, a density below zero
/// counting as zero, excluded ranges respected; bins have Poisson contents. Global observables
/// fluctuate: each nuisance's constraint is centred at a number c drawn around its value with unit
/// width, and absorbed so that the toy is again a `ScanWindow`: κ^θ about c is the yield times κ^c
/// with the same κ, 1 + sθ about c the yield times 1 + sc with size s / (1 + sc) (c such that
/// 1 + sc is at least 0.01), and likewise the widths. A toy depends on (seed, task, toy) alone.
///
/// Immutable once made: one generator serves several threads, each with its own `ToyData`.
public final class ToyGenerator {
  /// What is drawn, for files and reports.
  public static let construction =
    "whole events of the density fitted to the data at the strength, its nuisance parameters at "
    + "their conditional maximum-likelihood values, global observables fluctuated"

  /// The parameter of interest.
  public let strength: Double
  /// The nuisance parameters of the hypothesis, in the order of the window.
  public let nuisanceValues: [Double]
  /// The expected candidates in the window.
  public let expectedEvents: Double
  /// How many candidates an event has.
  public let clusters: ClusterSizes

  package var stretchCount: Int { table.means.count }

  /// The window toys are drawn for, without events.
  let window: ScanWindow
  private let table: PoissonTable
  private let cumulated: [Double]
  private let stretches: [InverseStretch]
  private let inverse: AlignedArray
  private let isSorted: Bool
  private let isBinned: Bool

  /// Fits the data and prepares the drawing.
  ///
  /// - Parameters:
  ///   - window: The data and their model.
  ///   - signal: The parameter of interest.
  ///   - conditioned: The parameter of interest at which background and nuisances are fitted to the
  ///     data; nil is `signal`. (0 for a signal injected on the background-only fit.)
  ///   - clusters: How many candidates an event has.
  ///   - isSorted: Whether events are wanted in ascending order; without it they are ordered by
  ///     stretches of the window only, which is enough, and faster, for the solver's fits of a
  ///     polynomial background without width nuisances.
  ///   - solver: Fits the data.
  /// - Throws: `ToyError` where that fit fails or a number is out of range.
  public init(
    window: ScanWindow, signal: Double, conditioned: Double? = nil,
    clusters: ClusterSizes = .single, isSorted: Bool = true, solver: WindowSolver
  ) throws(ToyError) {
    guard signal.isFinite else { throw .strength(signal) }
    var fit = try solver.conditionalFit(window, strength: conditioned ?? signal)
    if let conditioned, conditioned != signal {
      let factor = conditioned == 0 ? 1 : fit.signal / (conditioned * window.yieldPerUnit)
      fit.signal = signal * window.yieldPerUnit * factor
    }
    var base = window
    base.events = UnsafeBufferPointer(start: nil, count: 0)
    base.counts = nil
    Self.normaliseOnLine(&base)
    self.window = base
    strength = signal
    nuisanceValues = fit.thetas
    self.clusters = clusters
    self.isSorted = isSorted
    let density = ToyDensity(base, fit: fit)
    let means: [Double]
    switch window.likelihood {
    case .unbinned:
      isBinned = false
      stretches = density.stretches(most: isSorted ? 5 : .infinity)
      means = stretches.map(\.mean)
    case .binned(let bins):
      isBinned = true
      stretches = []
      means = density.binMeans(bins)
    }
    var sum = 0.0
    cumulated = means.map { mean in
      sum += mean
      return sum
    }
    guard sum.isFinite, sum <= 1e9 else { throw .expectation(sum) }
    expectedEvents = sum
    table = PoissonTable(means)
    inverse = AlignedArray(capacity: 8 * stretches.count + 8)
    for (j, stretch) in stretches.enumerated() {
      for k in 0..<6 { inverse.base[8 * j + k] = stretch.inverse[k] }
      inverse.base[8 * j + 6] = stretch.low
      inverse.base[8 * j + 7] = stretch.high
    }
  }

  /// Whether the solver's fits of a window need its toys in ascending order.
  ///
  /// Limits and `nightjar toys` ask it, so that their toys are the same.
  public static func needsSorting(_ window: ScanWindow) -> Bool {
    guard case .polynomial(let order) = window.background, order <= 2 else { return true }
    return !WindowSolver.hasFixedWidth(window)
  }

  /// Scaled widths leave a mixture normalised on the full line as it is, one normalised on the
  /// window not: its shares on the full line say the same.
  private static func normaliseOnLine(_ window: inout ScanWindow) {
    guard window.normalisation == .window,
      case .twoCrystalBalls(let mean, let width, let tail, let width2, let tail2, _) =
        window.signal, window.nuisances.contains(where: { $0.target == .width })
    else { return }
    let model = SignalModel()
    model.place(window.signal, normalisation: .window, segments: window.segments)
    window.signal = .twoCrystalBalls(
      mean: mean, width: width, tail: tail, width2: width2, tail2: tail2,
      fraction: model.fullLineShare)
    window.normalisation = .fullLine
  }

  /// Draws one toy.
  ///
  /// - Parameters:
  ///   - seed: The seed of the search.
  ///   - task: What the toys are for; see `ToyStream.task(window:strength:)`.
  ///   - toy: Its number.
  ///   - data: Takes it.
  public func draw(seed: UInt64, task: UInt64, toy: UInt64, into data: ToyData) {
    var stream = RandomStream(seed: seed, task: task, toy: toy)
    drawGlobalObservables(&stream, into: data)
    let n = table.means.count
    data.counts.reserve(n + 32)
    let counts = data.counts.base
    guard clusters.isSingle else {
      drawClusters(&stream, into: data)
      return
    }
    let address = stream.address
    var place = nj_toy_stream(
      key: (address.key.x, address.key.y), stream: (address.stream.x, address.stream.y))
    let total = table.draw(&place, &stream, into: counts)
    data.events = Int(total)
    if isBinned {
      finishBins(data)
    } else {
      data.values.reserve(Int(total) + 32)
      _ = nj_toy_positions(
        &place, 1 << 41, inverse.base, counts, n, isSorted ? 1 : 0, data.values.base)
      finishEvents(data)
    }
  }

  private func finishBins(_ data: ToyData) {
    data.window.counts = UnsafeBufferPointer(start: data.counts.base, count: table.means.count)
  }

  private func finishEvents(_ data: ToyData) {
    data.window.events = UnsafeBufferPointer(start: data.values.base, count: data.events)
  }

  private func drawGlobalObservables(_ stream: inout RandomStream, into data: ToyData) {
    var yield = window.yieldPerUnit, width = 1.0
    for (i, nuisance) in window.nuisances.enumerated() {
      var factor = 1.0, c = 0.0
      for _ in 0..<1000 {
        c = nuisanceValues[i] + stream.normal()
        switch nuisance.constraint {
        case .logNormal: factor = nj_exp_scalar(c * nj_log1p_scalar(nuisance.size))
        case .gaussian: factor = 1 + nuisance.size * c
        }
        if factor >= 0.01 { break }
      }
      factor = max(factor, 0.01)
      data.globalObservables[i] = c
      if nuisance.constraint == .gaussian {
        data.window.nuisances[i].size = nuisance.size / factor
      }
      switch nuisance.target {
      case .yield: yield *= factor
      case .width: width *= factor
      }
    }
    data.window.yieldPerUnit = yield
    if width != 1 { data.window.signal = window.signal.scaled(by: width) }
  }

  /// Whole events: so many candidates, as order statistics of the expected distribution by
  /// exponential spacings.
  private func drawClusters(_ stream: inout RandomStream, into data: ToyData) {
    let n = table.means.count, count = clusters.draw(mean: expectedEvents, &stream)
    data.events = count
    data.values.reserve(count + 32)
    let values = data.values.base, counts = data.counts.base
    var sum = 0.0
    for i in 0..<count {
      sum += stream.exponential()
      values[i] = sum
    }
    let scale = expectedEvents / (sum + stream.exponential())
    for j in 0..<n { counts[j] = 0 }
    var j = 0
    for i in 0..<count {
      let at = values[i] * scale
      while j < n - 1, at >= cumulated[j] { j += 1 }
      counts[j] += 1
      guard !isBinned else { continue }
      let below = j > 0 ? cumulated[j - 1] : 0
      values[i] = stretches[j].position(min((at - below) / table.means[j], 1))
    }
    if isBinned { finishBins(data) } else { finishEvents(data) }
  }
}

/// How toys of a search are numbered.
public enum ToyStream {
  /// Returns the task of toys of a window at a strength, for `RandomStream(seed:task:toy:)`.
  ///
  /// Toys of one window and strength are the same wherever they are drawn.
  public static func task(window: UInt64, strength: Double) -> UInt64 {
    mix(mix(window &+ 0x9E37_79B9_7F4A_7C15) ^ (strength == 0 ? 0 : strength.bitPattern))
  }

  /// The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
  private static func mix(_ x: UInt64) -> UInt64 {
    var z = x
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

// Nothing changes after the initialiser; toys are drawn into the caller's own data.
extension ToyGenerator: @unchecked Sendable {}
