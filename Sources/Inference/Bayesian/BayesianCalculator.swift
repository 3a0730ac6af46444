import NumericalMethods

/// Computes posterior limits of any likelihood's parameter of interest, nuisances marginalised.
///
/// The marginal likelihood is a Chebyshev series over the range that matters, its order doubled
/// until the limit is stable; yield factors are integrated on that series: with t = strength · unit
/// · factor the tail of a flat-prior posterior is the mean of (tail in t) / factor.
package final class BayesianCalculator {
  private let marginal: MarginalLikelihood
  private let source: any PosteriorSource
  private let settings: BayesianSettings
  private let yield: YieldPrior
  private let unit: Double
  private var frames: [Double: MarginalLikelihood.Frame] = [:]

  /// Prepares a calculation.
  ///
  /// - Parameters:
  ///   - source: The likelihood.
  ///   - settings: What to compute, and how.
  ///   - unit: t for a strength of 1, > 0.
  ///   - nuisances: Those that multiply t.
  /// - Throws: `InferenceError` for settings out of range and improper priors.
  package init(
    _ source: any PosteriorSource, _ settings: BayesianSettings, unit: Double = 1,
    nuisances: [Nuisance] = []
  ) throws(InferenceError) {
    try settings.validate()
    self.source = source
    self.settings = settings
    self.unit = unit
    marginal = MarginalLikelihood(source)
    yield = YieldPrior(nuisances)
    if case .inverseSquareRoot = settings.prior, yield.deeper != nil {
      throw .improper(
        what: "a normal yield nuisance that reaches zero", remedy: "use a log-normal nuisance")
    }
  }

  private static let mostQuadrature = 3
  private static let stable = 1e-4
  /// The order of the series through sampled points: 40 of them in the range that matters.
  private static let sampledOrder = 64

  /// Computes the limit; `construction` says what the priors of the nuisances are.
  package func limit(_ construction: String) -> BayesianLimit {
    var result = BayesianLimit(
      level: settings.level,
      construction: "Bayesian, " + settings.prior.description + "; " + construction)
    guard let range = range() else {
      return BayesianLimit(
        failed: settings.level, result.construction, "the fit at a fixed strength failed")
    }
    let d = source.nuisanceCount
    let isQuadrature =
      settings.integration == .quadrature
      || (settings.integration == .automatic && d <= Self.mostQuadrature)
    let rules = GaussHermiteRule.raised
    if d == 0 || isQuadrature {
      if let (first, points) = resolve(range, rules[0]) {
        let isDone = quadrature(points, range, from: first, &result)
        if isDone || settings.integration == .quadrature { return finished(result) }
      } else if d == 0 || settings.integration == .quadrature {
        return BayesianLimit(
          failed: settings.level, result.construction,
          "the posterior is not resolved by quadrature; use sampling")
      }
    }
    let points = ChebyshevDensity.points(
      Self.sampledOrder, range.lowerBound, range.upperBound)
    guard let frames = framesAt(points) else {
      return BayesianLimit(
        failed: settings.level, result.construction, "the fit at a fixed strength failed")
    }
    sampling(frames, range, &result)
    return finished(result)
  }

  private func finished(_ result: BayesianLimit) -> BayesianLimit {
    var result = result
    if result.status == .found, !(result.value >= 0) { result.status = .notFound }
    return result
  }

  /// The range of t outside of which the profile likelihood is below exp(-24) of its largest.
  private func range() -> ClosedRange<Double>? {
    let most = 24.0
    guard let zero = frame(0) else { return nil }
    var best = zero.mode.nll, top = source.scale, tops: [(Double, Double)] = [(0, best)]
    while true {
      guard let now = frame(top)?.mode.nll else { return nil }
      tops.append((top, now))
      best = min(best, now)
      if now > best + most { break }
      top *= 1.5
      if top > 1e9 * source.scale { return nil }
    }
    marginal.reference = best
    func cross(_ inside: Double, _ outside: Double) -> Double? {
      var (a, b) = (inside, outside)
      for _ in 0..<6 {
        let middle = 0.5 * (a + b)
        guard let now = frame(middle)?.mode.nll else { return nil }
        if now > best + most { b = middle } else { a = middle }
      }
      return b
    }
    let last = tops[tops.count - 2].0
    guard let high = cross(last, top) else { return nil }
    var low = 0.0
    if zero.mode.nll > best + most, let inside = tops.first(where: { $0.1 <= best + most }) {
      guard let found = cross(inside.0, 0) else { return nil }
      low = found
    }
    return low...high
  }

  private func frame(_ t: Double) -> MarginalLikelihood.Frame? {
    if let known = frames[t] { return known }
    let made = marginal.frame(at: t)
    if let made { frames[t] = made }
    return made
  }

  private func framesAt(_ points: [Double]) -> [MarginalLikelihood.Frame]? {
    var out: [MarginalLikelihood.Frame] = []
    for t in points {
      guard let one = frame(t) else { return nil }
      out.append(one)
    }
    return out
  }

  /// Doubles the order of the series until the limit is stable; the points of the last one.
  private func resolve(
    _ range: ClosedRange<Double>, _ rule: GaussHermiteRule
  ) -> (Double, [MarginalLikelihood.Frame])? {
    var values: [Double] = [], before = Double.nan
    var order = 16
    while order <= 256 {
      let points = ChebyshevDensity.points(order, range.lowerBound, range.upperBound)
      guard let frames = framesAt(points) else { return nil }
      values = frames.indices.map { j in
        if !values.isEmpty, j.isMultiple(of: 2) { return values[j / 2] }
        return marginal.quadrature(frames[j], rule)
      }
      guard let now = quantile(values, range) else { return nil }
      if (now - before).magnitude < 0.1 * Self.stable * now { return (now, frames) }
      before = now
      order *= 2
    }
    return nil
  }

  /// Raises the order of the quadrature; whether the limit became stable.
  private func quadrature(
    _ points: [MarginalLikelihood.Frame], _ range: ClosedRange<Double>, from first: Double,
    _ result: inout BayesianLimit
  ) -> Bool {
    let d = source.nuisanceCount
    (result.value, result.order) = (first, d == 0 ? 0 : GaussHermiteRule.raised[0].nodes.count)
    result.error = 0.1 * Self.stable * first
    if d == 0 {
      return mark(
        &result, points.map { marginal.quadrature($0, GaussHermiteRule.raised[0]) }, range)
    }
    var before = Double.infinity
    for rule in GaussHermiteRule.raised.dropFirst() {
      var size = 1
      for _ in 0..<d { size *= rule.nodes.count }
      if size > 20_000 { break }
      let values = points.map { marginal.quadrature($0, rule) }
      // At an edge of the allowed region rules converge slowly, and a small change may be chance.
      let isSlow = marginal.lost > 1e-5
      if isSlow, settings.integration == .automatic { return false }
      guard let now = quantile(values, range) else { break }
      let change = (now - result.value).magnitude
      result.error = isSlow ? 4 * max(change, before) : change
      (result.value, result.order) = (now, rule.nodes.count)
      if max(change, isSlow ? before : 0) <= Self.stable * now {
        return mark(&result, values, range)
      }
      before = change
    }
    result.status = .unreliable
    result.warning = "the quadrature over the nuisances is not stable; use sampling"
    return false
  }

  private func sampling(
    _ points: [MarginalLikelihood.Frame], _ range: ClosedRange<Double>,
    _ result: inout BayesianLimit
  ) {
    (result.order, result.status, result.warning) = (0, .found, nil)
    result.seed = settings.seed
    var each = 512 / StudentSamples.batches
    while true {
      let samples = StudentSamples(
        each: each, dimensions: source.nuisanceCount, seed: settings.seed, task: settings.task)
      let sampled = points.map { marginal.sampling($0, samples) }
      let count = Double(StudentSamples.batches)
      let means = sampled.map { $0.batches.reduce(0, +) / count }
      let most = means.max() ?? 0
      result.samples = samples.count
      (result.effectiveSamples, result.tailWeight) = (.infinity, 0)
      for (one, mean) in zip(sampled, means) where mean > 1e-3 * most {
        result.effectiveSamples = min(result.effectiveSamples, one.effective)
        result.tailWeight = max(result.tailWeight, one.tail)
      }
      let limits = (0..<StudentSamples.batches).map { b in
        quantile(sampled.map { $0.batches[b] }, range) ?? .nan
      }
      guard let value = quantile(means, range) else {
        result.status = .notFound
        result.warning = "too few samples lie in the allowed region"
        return
      }
      var square = 0.0
      for limit in limits { square += (limit - value) * (limit - value) }
      // Half of the points tell how well the series resolves the posterior.
      let half = means.indices.filter { $0.isMultiple(of: 2) }.map { means[$0] }
      let coarse = (quantile(half, range) ?? .nan) - value
      result.value = value
      result.error = (square / (count * (count - 1)) + coarse * coarse).squareRoot()
      let isEnough =
        result.error <= settings.relativeError * value && result.effectiveSamples >= 200
      if isEnough || 2 * samples.count > settings.mostSamples {
        _ = mark(&result, means, range)
        break
      }
      each *= 2
    }
    var faults: [String] = []
    if result.effectiveSamples < 100 { faults.append("fewer than 100 effective samples") }
    if result.tailWeight > 0.5 { faults.append("half of the weight in a hundredth of the samples") }
    if !(result.error <= 3 * settings.relativeError * result.value) {
      faults.append("a Monte Carlo error far above the one asked for")
    }
    guard !faults.isEmpty else { return }
    result.status = .unreliable
    result.warning = "the samples have " + faults.joined(separator: ", ")
  }

  /// Marks an improper posterior; always true.
  private func mark(
    _ result: inout BayesianLimit, _ values: [Double], _ range: ClosedRange<Double>
  ) -> Bool {
    guard settings.prior == .flat, let deeper = yield.deeper else { return true }
    let density = ChebyshevDensity(
      low: range.lowerBound, high: range.upperBound, values: values)
    let other = flatQuantile(density, deeper) ?? .nan
    result.status = .improper
    result.error = max(result.error, (other - result.value).magnitude)
    result.warning = CountingModel.improperWarning(other)
    return true
  }

  /// The limit on the strength from the marginal likelihood at the points of a series.
  private func quantile(_ values: [Double], _ range: ClosedRange<Double>) -> Double? {
    let density = ChebyshevDensity(
      low: range.lowerBound, high: range.upperBound, values: values)
    if settings.prior == .flat { return flatQuantile(density, yield.overFactor) }
    let least = (yield.nodes.values.min() ?? 1) * unit
    let found = ChebyshevDensity.quantile(
      settings.prior, strengths: 0...(range.upperBound / least), level: settings.level,
      tolerance: 1e-7
    ) { s in
      var sum = 0.0
      for (e, w) in zip(yield.nodes.values, yield.nodes.weights) {
        sum += w * max(density.value(at: s * unit * e), 0)
      }
      return sum
    }
    return found.isConverged ? found.value : nil
  }

  private func flatQuantile(_ density: ChebyshevDensity, _ nodes: PriorNodes) -> Double? {
    guard density.total > 0, density.total.isFinite else { return nil }
    func excess(_ s: Double) -> Double {
      var sum = 0.0
      for (e, w) in zip(nodes.values, nodes.weights) { sum += w * density.above(s * unit * e) }
      return sum - (1 - settings.level) * density.total
    }
    var high = density.high / unit
    while excess(high) > 0, high < 1e6 * density.high / unit { high *= 2 }
    let root = RootFinding.brent(in: 0...high, tolerance: 1e-10 * high, excess)
    return root.status == .converged ? root.value : nil
  }
}
