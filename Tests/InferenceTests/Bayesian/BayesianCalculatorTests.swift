import Inference
import NumericalMethods
import Testing

/// Normal likelihood of t and nuisances, with an allowed region.
private final class NormalSource: PosteriorSource {
  let nuisanceCount: Int
  let scale = 1.0
  /// Correlates the nuisances with t, and each with the next.
  let slope: Double
  let mean: Double
  let region: ([Double]) -> Bool

  init(
    _ count: Int, mean: Double, slope: Double, region: @escaping ([Double]) -> Bool = { _ in true }
  ) {
    nuisanceCount = count
    self.mean = mean
    self.slope = slope
    self.region = region
  }

  func mode(at t: Double) -> PosteriorMode? {
    let d = nuisanceCount
    var precision = [Double](repeating: 0, count: d * d)
    var values = [Double](repeating: 0, count: d)
    // Each is normal about slope times the one before it, the first about slope · (t - mean).
    for i in 0..<d {
      values[i] = slope * (i == 0 ? t - mean : values[i - 1])
      precision[i * d + i] += 1
      if i > 0 {
        precision[(i - 1) * d + i - 1] += slope * slope
        precision[i * d + i - 1] -= slope
        precision[(i - 1) * d + i] -= slope
      }
    }
    return PosteriorMode(
      values: values, nll: 0.5 * (t - mean) * (t - mean), precision: precision)
  }

  func nll(at t: Double, _ nuisances: UnsafePointer<Double>) -> Double {
    let values = (0..<nuisanceCount).map { nuisances[$0] }
    guard region(values) else { return .infinity }
    var sum = 0.5 * (t - mean) * (t - mean), before = t - mean
    for x in values {
      sum += 0.5 * (x - slope * before) * (x - slope * before)
      before = x
    }
    return sum
  }
}

@Suite struct BayesianCalculatorTests {
  /// A normal posterior cut at zero.
  private func quantile(_ mean: Double, _ level: Double) -> Double {
    let tail = (1 - level) * NormalDistribution.upperTail(-mean)
    return mean + NormalDistribution.quantile(upperTail: tail)
  }

  @Test func normalPosteriorsHaveTheirClosedForm() throws {
    for d in 0...3 {
      for (mean, level) in [(1.3, 0.9), (-1.5, 0.95), (9, 0.9)] {
        let found = try BayesianCalculator(
          NormalSource(d, mean: mean, slope: 0.7), BayesianSettings(level: level)
        ).limit("")
        #expect(found.status == .found && found.samples == 0, "\(found)")
        #expect(abs(found.value / quantile(mean, level) - 1) < 2e-5, "\(d) \(mean) \(found)")
      }
    }
  }

  /// Six nuisances go by samples; the exact frame makes the ratio of two likelihoods exact.
  @Test func manyNuisancesGoBySamples() throws {
    let found = try BayesianCalculator(
      NormalSource(6, mean: 1.3, slope: 0.4), BayesianSettings(level: 0.9, seed: 5)
    ).limit("")
    #expect(found.status == .found && found.samples >= 512 && found.seed == 5)
    #expect(found.effectiveSamples > 100)
    #expect(abs(found.value - quantile(1.3, 0.9)) < 4 * found.error + 2e-5 * found.value)
  }

  /// Two nuisances in a region with an edge, against a sum over a grid.
  @Test func anEdgeOfTheAllowedRegionIsIntegrated() throws {
    let source = NormalSource(2, mean: 0.8, slope: 0.9) { $0[0] + 0.5 * $0[1] > 0.4 }
    let found = try BayesianCalculator(source, BayesianSettings(level: 0.9, seed: 2)).limit("")
    var below = 0.0, total = 0.0
    let step = 0.1
    for i in 0..<80 {
      let t = (Double(i) + 0.5) * step
      var sum = 0.0
      for j in -68..<68 {
        for k in -68..<68 {
          let x = [(Double(j) + 0.5) * step, (Double(k) + 0.5) * step]
          let nll = source.nll(at: t, x)
          if nll < .infinity { sum += SpecialFunctions.exp(-nll) }
        }
      }
      total += sum
      let part = min(max((found.value - Double(i) * step) / step, 0), 1)
      below += part * sum
    }
    #expect(found.status == .found, "\(found)")
    // The grid cuts cells at the edge: 1e-3; the density at the limit is about 0.2.
    #expect(abs(below / total - 0.9) < 1e-3 + 0.8 * found.error, "\(found) \(below / total)")
  }

  /// Yield factors: the same likelihood as a count without background, by CountingModel.
  @Test func yieldFactorsAgreeWithCounts() throws {
    final class Exponential: PosteriorSource {
      let nuisanceCount = 0
      let scale = 1.0
      func mode(at t: Double) -> PosteriorMode? {
        PosteriorMode(values: [], nll: t, precision: [])
      }
      func nll(at t: Double, _ nuisances: UnsafePointer<Double>) -> Double { t }
    }
    for (constraint, knowledge) in [
      (Nuisance.Constraint.logNormal, EfficiencyKnowledge.logNormal(kappa: 1.2)),
      (.gaussian, .gaussian(size: 0.1)),
    ] {
      let size = constraint == .gaussian ? 0.1 : 0.2
      let nuisance = Nuisance(name: "e", target: .yield, constraint: constraint, size: size)
      for prior in [StrengthPrior.flat, .logUniform(0.1...20), .inverseSquareRoot(offset: 0.5)] {
        let found = try BayesianCalculator(
          Exponential(), BayesianSettings(level: 0.9, prior: prior), unit: 2,
          nuisances: [nuisance]
        ).limit("")
        let count = try CountingModel(
          observed: 0, background: .exact(0), efficiency: knowledge, yieldPerUnit: 2
        ).limit(.bayesian(prior), level: 0.9)
        #expect(abs(found.value / count.value - 1) < 2e-5, "\(prior) \(found) \(count)")
      }
    }
    // Two factors of one kind are one of their joint width; a normal beside it moves it up.
    let two = [0.1, 0.2].map {
      Nuisance(name: "a", target: .yield, constraint: .logNormal, size: $0)
    }
    let joint = (0.1.logOnePlus * 0.1.logOnePlus + 0.2.logOnePlus * 0.2.logOnePlus).squareRoot()
    let found = try BayesianCalculator(
      Exponential(), BayesianSettings(level: 0.9), nuisances: two
    ).limit("")
    let count = try CountingModel(
      observed: 0, background: .exact(0),
      efficiency: .logNormal(kappa: SpecialFunctions.exp(joint))
    ).limit(.bayesian(.flat), level: 0.9)
    #expect(abs(found.value / count.value - 1) < 2e-5)
  }

  /// Moments of exp(-x²): √π, √π/2, 3√π/4.
  @Test func hermiteRulesIntegrateMoments() {
    for rule in GaussHermiteRule.raised {
      for (power, moment) in [(0, 1.0), (2, 0.5), (4, 0.75), (1, 0)] {
        var sum = 0.0
        for (x, w) in zip(rule.nodes, rule.logWeights) {
          var term = SpecialFunctions.exp(w)
          for _ in 0..<power { term *= x }
          sum += term
        }
        #expect(abs(sum - moment * Double.pi.squareRoot()) < 1e-13)
      }
    }
  }

  /// An honest failure: hardly any sample lies where the likelihood is.
  @Test func samplesThatMissAreUnreliable() throws {
    let source = NormalSource(5, mean: 1, slope: 0.2) { $0.allSatisfy { $0 > 1.8 } }
    let found = try BayesianCalculator(
      source, BayesianSettings(level: 0.9, mostSamples: 512)
    ).limit("")
    #expect(found.status == .unreliable || found.status == .notFound)
    #expect(found.warning != nil)
  }
}

extension Double {
  fileprivate var logOnePlus: Double { SpecialFunctions.log1p(self) }
}
