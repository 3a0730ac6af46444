import Inference
import NumericalMethods
import Search
import Testing

@Suite struct SignalMeasurementTests {
  func text(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return "\(error)" }
  }

  /// The mean of so many unit pulls lies within 4/√n of 0, their squares' mean within 4√(2/n) of 1.
  func expectUnit(_ pulls: [Double], _ what: String) {
    let n = Double(pulls.count)
    let mean = pulls.reduce(0, +) / n
    let square = pulls.reduce(0) { $0 + $1 * $1 } / n
    #expect(abs(mean) < 4 / n.squareRoot(), "\(what): mean \(mean)")
    #expect(abs(square - 1) < 4 * (2 / n).squareRoot(), "\(what): mean square \(square)")
  }

  @Test func resolutionOfNormalValuesIsTheirWidth() {
    var errors: [Double] = [], found: [Double] = []
    for toy in 0..<60 {
      var maker = SignalMaker(1, toy: UInt64(toy))
      let values = maker.gaussian(10_000, mean: 3, width: 0.02).sorted()
      // 0.6826895 lies within one standard deviation.
      let interval = SmallestInterval(probability: 0.6826894921370859, values: values)
      found.append(interval.halfWidth)
      errors.append(interval.error)
    }
    let mean = found.reduce(0, +) / 60, error = errors.reduce(0, +) / 60
    // The error by its formula: √(q(1-q)/n) / (2 φ(1)/σ).
    let q = 0.6826894921370859, density = NormalDistribution.density(1) / 0.02
    let exact = (q * (1 - q) / 10_000).squareRoot() / (2 * density)
    #expect(abs(error / exact - 1) < 0.02)
    // The smallest of many intervals is biased low, of the order of n^(-2/3): half an error here.
    #expect(abs(mean / 0.02 - 1) < 0.5 * exact / 0.02)
    let spread = (found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59).squareRoot()
    #expect(abs(spread / exact - 1) < 4 / (2.0 * 59).squareRoot())
  }

  /// A sum of two normal densities: the half width that holds the probability, by bisection.
  @Test func resolutionOfAMixtureIsThatOfItsDensity() {
    func inside(_ h: Double) -> Double {
      func part(_ w: Double) -> Double { SpecialFunctions.erf(h / w / 2.0.squareRoot()) }
      return 0.6 * part(1) + 0.4 * part(3)
    }
    var low = 0.0, high = 5.0
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      if inside(middle) < 0.6827 { low = middle } else { high = middle }
    }
    var maker = SignalMaker(2)
    let values =
      (maker.gaussian(60_000, mean: 0, width: 1) + maker.gaussian(40_000, mean: 0, width: 3))
      .sorted()
    let interval = SmallestInterval(probability: 0.6827, values: values)
    #expect(abs(interval.halfWidth - low) < 4 * interval.error)
    #expect(interval.error < 0.01 * low)
  }

  @Test func weightsAreRepetitions() {
    let once = SmallestInterval(
      probability: 0.5, values: [0, 1, 2, 3, 10], weights: [1, 3, 2, 1, 2])
    let often = SmallestInterval(probability: 0.5, values: [0, 1, 1, 1, 2, 2, 3, 10, 10])
    #expect(once.low == often.low && once.high == often.high)
    #expect(once.low == 1 && once.high == 2)
  }

  /// k ~ Bin(N, εf): the error's square equals the variance of k/(Nf), summed over the distribution.
  @Test func efficiencyErrorIsBinomial() throws {
    let generated = 40.0, fraction = 0.5, k = 12
    let p = Double(k) / generated
    var mean = 0.0, second = 0.0, probability = SpecialFunctions.pow(1 - p, generated)
    for i in 0...40 {
      let e = Double(i) / (generated * fraction)
      mean += probability * e
      second += probability * e * e
      probability *= (generated - Double(i)) / Double(i + 1) * p / (1 - p)
    }
    let point = SignalMassPoint(
      mass: 1, mean: 1, generated: generated, fraction: fraction,
      values: (0..<k).map { 1 + 0.001 * Double($0) })
    let found = try SignalMeasurement.measured(point, settings: .init())
    #expect(abs(found.efficiency - mean) < 1e-12)
    #expect(abs(found.efficiencyError - (second - mean * mean).squareRoot()) < 1e-12)
    var weighted = point
    weighted.weights = [Double](repeating: 1, count: k)
    let same = try SignalMeasurement.measured(weighted, settings: .init())
    #expect(abs(same.efficiencyError - found.efficiencyError) < 1e-15)
    #expect(found.effectiveEntries == Double(k))
    #expect(found.fit == nil)
    #expect(
      found.message == "12 effective entries in the window, 50 are needed for a shape")
  }

  /// Weighted efficiencies over toys: 10,000 events, half of them in the subset, weights 0.5 or 2.
  @Test func weightedEfficiencyHasUnitPulls() throws {
    let truth = 0.3 * (0.7 * 0.5 + 0.3 * 2)
    var pulls: [Double] = []
    for toy in 0..<200 {
      var maker = SignalMaker(3, toy: UInt64(toy))
      var values: [Double] = [], weights: [Double] = []
      for _ in 0..<2000 where maker.stream.chance(0.5) && maker.stream.chance(0.3) {
        values.append(maker.stream.normal())
        weights.append(maker.stream.chance(0.7) ? 0.5 : 2)
      }
      let found = try SignalMeasurement.measured(
        SignalMassPoint(
          mass: 1, mean: 0, generated: 2000, fraction: 0.5, values: values, weights: weights),
        settings: .init(shape: .gaussian, fewestEntries: 1e9))
      pulls.append((found.efficiency - truth) / found.efficiencyError)
    }
    expectUnit(pulls, "efficiency")
  }

  @Test(arguments: [false, true]) func twoCrystalBallsAreRecovered(isWeighted: Bool) throws {
    let truth: [(String, Double)] = [
      ("mean", 2.001), ("width", 0.008), ("width2", 0.016), ("alpha", 1.4), ("alpha2", 1.6),
    ]
    var pulls = [[Double]](repeating: [], count: truth.count)
    for toy in 0..<80 {
      var maker = SignalMaker(isWeighted ? 5 : 4, toy: UInt64(toy))
      let values = maker.twoCrystalBalls(
        6000, mean: 2.001, width: 0.008, width2: 0.016, fraction: 0.7, alpha: 1.4, alpha2: 1.6)
      // Weights that do not depend on the position leave the truth where it is.
      let weights = isWeighted ? values.map { _ in maker.stream.chance(0.5) ? 0.4 : 1.6 } : nil
      let found = try SignalMeasurement.measured(
        SignalMassPoint(mass: 2, mean: 2, generated: 20_000, values: values, weights: weights),
        settings: .init())
      let fit = try #require(found.fit)
      try #require(fit.status == .converged, "\(fit)")
      for (i, (name, value)) in truth.enumerated() {
        let p = try #require(fit[name]), error = try #require(p.error)
        pulls[i].append((p.value - value) / error)
      }
      // A shape fitted to so many values differs from them by less than Kolmogorov's 1e-4 quantile.
      #expect(fit.largestDistance < 2.2 / found.effectiveEntries.squareRoot())
    }
    for (i, (name, _)) in truth.enumerated() { expectUnit(pulls[i], name) }
  }

  /// Candidates cut at a threshold: the truncated shape still finds the mean below it.
  @Test func aThresholdIsInTheNormalisation() throws {
    var meanPulls: [Double] = [], widthPulls: [Double] = []
    for toy in 0..<80 {
      var maker = SignalMaker(6, toy: UInt64(toy))
      let values = maker.gaussian(4000, mean: 0.01, width: 0.02).filter { $0 >= 0 }
      let found = try SignalMeasurement.measured(
        SignalMassPoint(mass: 0.212, mean: 0.01, generated: 4000, values: values),
        settings: .init(shape: .gaussian, threshold: 0))
      let fit = try #require(found.fit)
      let mean = try #require(fit["mean"]), width = try #require(fit["width"])
      meanPulls.append((mean.value - 0.01) / (try #require(mean.error)))
      widthPulls.append((width.value - 0.02) / (try #require(width.error)))
      #expect(fit.low == 0)
      // 1 - Φ(-1/2) of the density lies above the threshold.
      #expect(abs(fit.insideProbability - NormalDistribution.cumulative(0.5)) < 0.1)
    }
    // Skewed errors: the mean square may be off by more than that of normal pulls.
    let n = Double(meanPulls.count)
    for pulls in [meanPulls, widthPulls] {
      #expect(abs(pulls.reduce(0, +) / n) < 5 / n.squareRoot())
      #expect(abs(pulls.reduce(0) { $0 + $1 * $1 } / n - 1) < 6 * (2 / n).squareRoot())
    }
  }

  /// Equal widths have a fraction of no meaning; with widths in order the fit still ends.
  @Test func aNormalSampleFitsWithTwoCrystalBalls() throws {
    var maker = SignalMaker(7)
    let found = try SignalMeasurement.measured(
      SignalMassPoint(
        mass: 2, mean: 2, generated: 20_000,
        values: maker.gaussian(8000, mean: 2, width: 0.01)), settings: .init())
    let fit = try #require(found.fit)
    #expect(fit.status.isValid)
    let width = try #require(fit["width"]?.value), width2 = try #require(fit["width2"]?.value)
    #expect(width2 >= width * (1 - 1e-9))
    #expect(abs(0.7 * width + 0.3 * width2 - 0.01) < 3e-4)
    #expect(fit.largestDistance < 2.2 / found.effectiveEntries.squareRoot())
  }

  @Test func theOrderOfCandidatesDoesNotMatter() throws {
    var maker = SignalMaker(8)
    let values = maker.gaussian(500, mean: 2, width: 0.01)
    let weights = values.map { _ in maker.stream.uniform() }
    func measured(_ order: [Int]) throws -> SignalMeasurement {
      try SignalMeasurement.measured(
        SignalMassPoint(
          mass: 2, mean: 2, generated: 1000, values: order.map { values[$0] },
          weights: order.map { weights[$0] }), settings: .init())
    }
    #expect(try measured(Array(0..<500)) == measured(Array((0..<500).reversed())))
  }

  @Test func faultsAreNamed() {
    func measure(
      _ values: [Double], weights: [Double]? = nil, generated: Double = 10, fraction: Double = 1,
      settings: SignalMeasurementSettings = .init()
    ) -> String {
      text {
        _ = try SignalMeasurement.measured(
          SignalMassPoint(
            mass: 1.5, mean: 1.5, generated: generated, fraction: fraction, values: values,
            weights: weights), settings: settings, place: "signals.z")
      }
    }
    #expect(
      measure([])
        == "signals.z, m = 1.5 GeV: no candidate is selected; check the selection, or leave the "
        + "sample out")
    #expect(
      measure([.nan])
        == "signals.z, m = 1.5 GeV: a value of the observable is nan; allowed: a finite number")
    #expect(
      measure([1, 2], weights: [1])
        == "signals.z, m = 1.5 GeV: 1 weights for 2 values; give one each")
    #expect(
      measure([1, 2], weights: [1, -1])
        == "signals.z, m = 1.5 GeV: a weight is -1.0; allowed: finite numbers >= 0")
    #expect(
      measure([1, 2], fraction: 0)
        == "signals.z, m = 1.5 GeV: the part of the events that is used is 0.0; allowed: above 0, "
        + "at most 1")
    #expect(
      measure([1, 1])
        == "signals.z, m = 1.5 GeV: the resolution is 0.0; allowed: > 0; the values must not all be "
        + "the same")
    #expect(
      measure([1, 2], settings: .init(interval: 1))
        == "interval: found 1.0; allowed: between 0 and 1"
    )
    #expect(
      measure([1, 2], settings: .init(shape: .gaussian, fixed: ["n": 5]))
        == "fixed: parameter 'n' cannot be fixed; allowed: none")
  }
}
