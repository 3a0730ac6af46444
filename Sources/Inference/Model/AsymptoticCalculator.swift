import Kernels
import NumericalMethods

/// Profile likelihood ratio tests of one parameter of interest (arXiv:1007.1727), with asymptotic
/// distributions.
///
/// The Asimov sets lie at strength 0 (limits) and at a stated strength (discovery), nuisances and
/// global observables at the conditional fit to the data.
public final class AsymptoticCalculator {
  /// Which statistic tests a strength μ for an upper limit.
  public enum Statistic: String, Hashable, Sendable {
    /// q̃_μ (eq. 16): for fitted strengths below zero the reference is the fit at zero.
    case qTilde = "q-tilde"
    /// q_μ (eq. 14): the reference is the free minimum.
    case q
  }

  /// The likelihood of the data.
  public let likelihood: Likelihood
  /// The parameter of interest.
  public let parameterOfInterest: String
  /// The fit with nothing held.
  public let fit: FitResult
  /// The fit with the parameter of interest at zero.
  public let nullFit: FitResult
  /// Whether both fits, and those of the Asimov set at zero, may be used.
  public var isValid: Bool {
    fit.status.isValid && nullFit.status.isValid && asimovNull.status.isValid
  }

  let poi: Int
  private let raw: RawFit
  private let null: RawFit
  let asimov: Likelihood
  private let asimovNull: RawFit
  /// Where the next conditional fit starts.
  private var dataStart: [Double]
  private var asimovStart: [Double]

  /// Compiles the model and fits it; throws where the model is not valid.
  ///
  /// The parameter of interest may be negative in `fit` if its minimum allows.
  public init(_ model: LikelihoodModel, parameterOfInterest: String) throws(InferenceError) {
    let likelihood = try Likelihood(model)
    self.likelihood = likelihood
    self.parameterOfInterest = parameterOfInterest
    guard let poi = likelihood.index[parameterOfInterest] else {
      throw .unknownParameter(
        name: parameterOfInterest, place: "the parameter of interest", nearest: nil)
    }
    self.poi = poi
    var raw = likelihood.minimise(from: likelihood.startValues(), fixing: [])
    likelihood.refineCovariance(&raw)
    let from = raw.status.isValid ? raw.values : likelihood.startValues()
    let null = likelihood.profiled(poi, at: 0, from: from)
    if null.status.isValid, !raw.status.isValid || raw.nll > null.nll + 1e-9 {
      // The free minimum lies above the constrained one: start again from there.
      var again = likelihood.minimise(from: null.values, fixing: [])
      likelihood.refineCovariance(&again)
      if again.status.isValid, !raw.status.isValid || again.nll < raw.nll { raw = again }
    }
    self.raw = raw
    self.null = null
    fit = likelihood.result(raw, fixing: [])
    nullFit = likelihood.result(null, fixing: [poi])
    guard null.status.isValid else {
      // Without a fit at zero there is no Asimov set: every answer says so.
      asimov = likelihood
      asimovNull = null
      (dataStart, asimovStart) = (null.values, null.values)
      return
    }
    let set = likelihood.asimov(at: null.values, parameters: nullFit)
    asimov = try Likelihood(model.replacing(set))
    asimovNull = asimov.profiled(poi, at: 0, from: null.values)
    (dataStart, asimovStart) = (null.values, null.values)
  }

  /// The fitted strength.
  public var fitted: Double { raw.values[poi] }

  /// The discovery test statistic q0 of equation 12: zero for fitted strengths below zero; NaN where a fit failed.
  public var q0: Double {
    guard raw.status.isValid, null.status.isValid else { return .nan }
    return fitted > 0 ? max(2 * (null.nll - raw.nll), 0) : 0
  }

  /// sign(fitted strength) √(2 ln L(fit) / L(0)), not capped at zero; NaN where a fit failed.
  public var signedRoot: Double {
    guard raw.status.isValid, null.status.isValid else { return .nan }
    let root = max(2 * (null.nll - raw.nll), 0).squareRoot()
    return fitted < 0 ? -root : root
  }

  /// The p-value of the background hypothesis, Φ(-signedRoot).
  public var discoveryPValue: Double { NormalDistribution.upperTail(signedRoot) }

  /// Expected p-values of the background if the strength is `strength`, for this many deviations of
  /// fluctuation of the data upward; NaN where a fit failed.
  public func expectedDiscoveryPValues(
    strength: Double = 1, deviations: [Double] = [0]
  ) throws(InferenceError) -> [Double] {
    let raw = likelihood.profiled(poi, at: strength, from: null.values)
    guard raw.status.isValid else { return deviations.map { _ in .nan } }
    let set = likelihood.asimov(
      at: raw.values, parameters: likelihood.result(raw, fixing: [poi]))
    let asimov = try Likelihood(likelihood.model.replacing(set))
    let best = asimov.profiled(poi, at: strength, from: raw.values)
    let zero = asimov.profiled(poi, at: 0, from: raw.values)
    guard best.status.isValid, zero.status.isValid else { return deviations.map { _ in .nan } }
    let root = max(2 * (zero.nll - best.nll), 0).squareRoot()
    return deviations.map { NormalDistribution.upperTail(root + $0) }
  }

  /// Computes the test statistic of a strength >= 0; NaN where a fit failed.
  public func testStatistic(_ mu: Double, _ statistic: Statistic = .qTilde) -> Double {
    observed(mu, statistic)?.q ?? .nan
  }

  /// Computes the test statistic of the background-only Asimov set; NaN where a fit failed.
  public func asimovTestStatistic(_ mu: Double) -> Double { expected(mu)?.q ?? .nan }

  /// q of the data and its derivative in μ.
  func observed(_ mu: Double, _ statistic: Statistic) -> (q: Double, slope: Double)? {
    guard raw.status.isValid, null.status.isValid else { return nil }
    if mu <= fitted { return (0, 0) }
    let point = likelihood.profiled(poi, at: mu, from: dataStart)
    guard point.status.isValid else { return nil }
    dataStart = point.values
    let reference = statistic == .qTilde && fitted < 0 ? null.nll : raw.nll
    return (max(2 * (point.nll - reference), 0), 2 * point.slope[poi])
  }

  /// q of the Asimov set and its derivative in μ.
  func expected(_ mu: Double) -> (q: Double, slope: Double)? {
    guard asimovNull.status.isValid else { return nil }
    let point = asimov.profiled(poi, at: mu, from: asimovStart)
    guard point.status.isValid else { return nil }
    asimovStart = point.values
    return (max(2 * (point.nll - asimovNull.nll), 0), 2 * point.slope[poi])
  }

  /// A scale of the strength: its error in the fit, or where the Asimov set's q is about one.
  var scale: Double {
    let n = likelihood.parameterNames.count
    let variance = raw.covariance.count == n * n ? raw.covariance[poi * n + poi] : 0
    return variance > 0 && variance.isFinite ? variance.squareRoot() : max(abs(fitted), 1)
  }
}
