import Inference
import NumericalMethods
import PipelineSpec
import Platform

/// Finds where the parameter of a model is excluded by the channels of a search.
///
/// At a place of the horizontal axis and a parameter p each channel expects events by its rate and the
/// efficiency for the lifetimes there. In one fit of all channels with a common strength, of counts in
/// their product, p is excluded where the upper limit on the strength is below 1.
struct FindPlane: Sendable {
  let plane: PlannedPlane
  let channels: [PlaneChannel]
  /// Confidence level of the limits.
  let level: Double
  /// How limits on counts are set: CLs or Bayesian.
  let method: CountingMethod

  /// The region over the horizontal axis, with the one that is expected without a signal.
  ///
  /// - Parameters:
  ///   - fileName: Name of its files, without ending.
  ///   - pool: Threads; they never change the result.
  /// - Returns: The region.
  /// - Throws: What stopped the threads.
  func region(fileName: String, pool: WorkerPool) throws -> ExcludedRegion {
    let axis = plane.model.horizontalAxis
    let values = axis?.values ?? Self.masses(of: channels)
    let slots = Slots<ExcludedRegion.Point>(count: values.count)
    try pool.forEach(count: values.count) { _, place in slots.set(place, point(values[place])) }
    var region = ExcludedRegion(
      name: plane.name, fileName: fileName, model: plane.settings.model.name,
      parameter: plane.settings.model.parameter, label: plane.settings.model.label,
      range: plane.settings.range, tables: channels.map(\.name), points: slots.all(),
      overlays: plane.overlays)
    region.combination = combinationName
    if let quantity = axis?.quantity { region.horizontal = quantity }
    region.isBand = plane.model.isBand
    if plane.model.hasUnitOfLimits, let unit = channels.first?.unit, !unit.isEmpty {
      region.label += " [\(unit)]"
    }
    return region
  }

  private var combinationName: String {
    guard plane.settings.combination == .likelihoods, channels.contains(where: \.isCounted) else {
      return plane.settings.combination.rawValue
    }
    if case .bayesian = method { return ExcludedRegion.bayesianCounts }
    return ExcludedRegion.counts
  }

  /// Masses of all channels, but those that are nearer to the one before than the finest of their steps.
  private static func masses(of channels: [PlaneChannel]) -> [Double] {
    var steps: [(mass: Double, step: Double)] = []
    for channel in channels {
      let own = channel.masses
      for place in own.indices {
        let next = place + 1 < own.count ? own[place + 1] - own[place] : 0
        let step = next > 0 ? next : place > 0 ? own[place] - own[place - 1] : 0
        steps.append((own[place], step))
      }
    }
    steps.sort { $0.mass < $1.mass }
    var kept: [Double] = []
    for place in steps.indices {
      let near = steps[
        max(0, place - channels.count)...min(steps.count - 1, place + channels.count)]
      let least = near.map(\.step).min() ?? 0
      if let last = kept.last, steps[place].mass - last < 0.999 * least { continue }
      if kept.last != steps[place].mass { kept.append(steps[place].mass) }
    }
    return kept
  }

  private func point(_ x: Double) -> ExcludedRegion.Point {
    guard let point = plane.model.point(at: x, channels: channels) else {
      return .init(mass: x, isKnown: false)
    }
    let counts = plane.settings.combination == .likelihoods ? counts(point) : nil
    var found: [Double: Strength?] = [:]
    func strength(_ parameter: Double) -> Strength? {
      if let known = found[parameter] { return known }
      let new: Strength?
      switch plane.settings.combination {
      case .likelihoods:
        new = counts.map { counted(point, parameter, $0) } ?? fitted(point, parameter)
      case .best, .sum: new = summed(point, parameter)
      }
      found[parameter] = .some(new)
      return new
    }
    func intervals(_ ratio: KeyPath<Strength, Double>) -> [ExcludedInterval] {
      ExcludedIntervals.find(over: plane.settings.range, perDecade: plane.settings.perDecade) {
        strength($0)?[keyPath: ratio]
      }
    }
    return .init(
      mass: x, isKnown: true, decayLength: point.decayLength,
      islands: intervals(\.observed).map { interval in
        var interval = interval
        let best = strength(interval.at)?.best ?? 0
        if plane.settings.combination == .likelihoods {
          interval.largest =
            1 / (counts.map { self.limit(point, interval.at, $0) } ?? limit(point, interval.at))
        }
        return .init(interval: interval, table: channels[best].name)
      }, expected: intervals(\.expected))
  }

  /// What says that a parameter is excluded: numbers above 1.
  ///
  /// Of likelihoods ln CLs at a strength of 1 over ln α, and √q of the Asimov set over that of the median
  /// limit; of counts the same of CLs or the posterior probability, observed and of the median outcome;
  /// else rate over limit.
  struct Strength {
    var observed: Double
    var expected: Double
    /// The channel that says most.
    var best: Int
  }

  private func summed(_ point: PlanePoint, _ parameter: Double) -> Strength? {
    let ratios = channels.enumerated().map { place, channel -> (Double, Double) in
      let rate = point.rate(place, at: parameter)
      guard let limits = channel.limits(point, at: parameter), rate > 0 else {
        return (.nan, .nan)
      }
      return (rate / limits.observed, rate / limits.expected)
    }
    let observed = ratios.map(\.0), expected = ratios.map(\.1)
    guard
      let best = observed.indices.filter({ observed[$0].isFinite }).max(by: {
        observed[$0] < observed[$1]
      })
    else { return nil }
    func joined(_ values: [Double]) -> Double {
      let known = values.filter(\.isFinite)
      return plane.settings.combination == .best ? known.max() ?? 0 : known.reduce(0, +)
    }
    return Strength(observed: joined(observed), expected: joined(expected), best: best)
  }

  private func fitted(_ point: PlanePoint, _ parameter: Double) -> Strength? {
    let (inputs, events, best) = inputs(point, parameter)
    guard !inputs.isEmpty else { return nil }
    // A strength of 1 adds at most its events to -ln L, so that q ≤ 2 events; no CLs is below
    // 1 - level unless q > z².
    let z = NormalDistribution.quantile(level)
    guard events > 0.5 * z * z else {
      return Strength(observed: 0, expected: 0, best: best)
    }
    guard let found = combination(inputs)?.exclusion(of: 1) else { return nil }
    let median = NormalDistribution.quantile(upperTail: 0.5 * (1 - level))
    return Strength(
      observed: found.logCLs / SpecialFunctions.log(1 - level),
      expected: found.asimovRoot / median, best: best)
  }

  /// The upper limit on the common strength of fits.
  private func limit(_ point: PlanePoint, _ parameter: Double) -> Double {
    combination(inputs(point, parameter).inputs)?.solve().limit?.observed ?? .nan
  }

  /// The likelihoods of all channels that have one, their events, and the channel with most.
  private func inputs(_ point: PlanePoint, _ parameter: Double)
    -> (inputs: [ProfileCombination.Input], events: Double, best: Int)
  {
    var inputs: [ProfileCombination.Input] = []
    var events = 0.0
    var best = (place: 0, events: 0.0)
    for (place, channel) in channels.enumerated() {
      guard
        let own = channel.likelihood(
          point, at: parameter, rate: point.rate(place, at: parameter))
      else { continue }
      inputs.append(own.input)
      events += own.events
      if own.events > best.events { best = (place, own.events) }
    }
    return (inputs, events, best.place)
  }

  private func combination(_ inputs: [ProfileCombination.Input]) -> ProfileCombination? {
    try? ProfileCombination(
      inputs, separate: Set(plane.settings.separate), level: level, expected: [0])
  }
}
