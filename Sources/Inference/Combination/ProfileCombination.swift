import Kernels
import NumericalMethods

/// Several windows with one common parameter: their profile likelihoods in one fit and one limit.
///
/// The windows must be independent: no event in two of them. Nuisance parameters that multiply
/// yields are one parameter where they have one name; those of widths belong to their window.
public struct ProfileCombination: Sendable {
  /// One window of a search.
  public struct Input: Sendable {
    /// Name, for nuisance parameters that are not shared.
    public var name: String
    /// The profiles.
    public var profiles: WindowProfiles
    /// The window's parameter for a common parameter of 1, > 0.
    public var scale: Double
    /// The nuisance parameters; those of widths are in the profile already and passed over.
    public var nuisances: [Nuisance]

    /// Makes an input.
    public init(
      name: String, profiles: WindowProfiles, scale: Double = 1, nuisances: [Nuisance] = []
    ) {
      self.name = name
      self.profiles = profiles
      self.scale = scale
      self.nuisances = nuisances
    }
  }

  /// What a combination says.
  public struct Result: Sendable {
    /// How the fit ended.
    public var status: FitStatus
    /// The fitted common parameter.
    public var value: Double
    /// Its error with all nuisance parameters; NaN where undefined.
    public var error: Double
    /// The fitted nuisance parameters in the order of `parameters`.
    public var nuisances: [FittedParameter]
    /// The fitted signal of each input, events on the full line.
    public var signals: [Double]
    /// The discovery test statistic q0 of arXiv:1007.1727 (eq 12), zero for negative values.
    public var q0: Double
    /// sign(value) √(2 ln L(value)/L(0)).
    public var signedRoot: Double
    /// The one-sided local p-value Φ(-signedRoot).
    public var pValue: Double
    /// The limits on the common parameter, or nil where none were asked for.
    public var limit: UpperLimit?
    /// Whether the fit or a limit lies where a profile had to be continued beyond its nodes.
    public var isExtrapolated: Bool
  }

  /// Names of the nuisance parameters.
  public let parameters: [String]
  private let observed: CombinedProfile
  private let asimov: CombinedProfile
  private let level: Double?
  private let deviations: [Double]

  /// Prepares a combination.
  ///
  /// - Parameters:
  ///   - inputs: The windows.
  ///   - separate: Nuisance parameters that are not shared although they have one name.
  ///   - level: The confidence level of the limits, in (0, 1); nil: none is set.
  ///   - expected: The expected limits wanted, in standard deviations of background fluctuation.
  /// - Throws: `InferenceError.invalid` with what is out of range.
  public init(
    _ inputs: [Input], separate: Set<String> = [], level: Double?,
    expected: [Double] = [-2, -1, 0, 1, 2]
  ) throws(InferenceError) {
    guard !inputs.isEmpty else {
      throw .invalid(what: "number of combined windows", found: 0, allowed: ">= 1")
    }
    if let level, !(level > 0 && level < 1) {
      throw .invalid(what: "level", found: level, allowed: "above 0 and below 1")
    }
    var names: [String] = []
    var factors: [[CombinedProfile.Factor]] = []
    for input in inputs {
      let unit = input.scale * input.profiles.yieldPerUnit
      guard unit > 0, unit.isFinite else {
        throw .invalid(what: "yield per unit of '\(input.name)'", found: unit, allowed: "> 0")
      }
      var own: [CombinedProfile.Factor] = []
      for nuisance in input.nuisances where nuisance.target == .yield {
        guard nuisance.size > 0, nuisance.size < 1 else {
          throw .invalid(
            what: "size of nuisance '\(nuisance.name)' of '\(input.name)'", found: nuisance.size,
            allowed: "above 0 and below 1")
        }
        let name =
          separate.contains(nuisance.name) ? "\(input.name): \(nuisance.name)" : nuisance.name
        let index = names.firstIndex(of: name) ?? names.count
        if index == names.count { names.append(name) }
        own.append(
          CombinedProfile.Factor(
            parameter: index, constraint: nuisance.constraint,
            size: nuisance.constraint == .logNormal
              ? nj_log1p_scalar(nuisance.size) : nuisance.size))
      }
      factors.append(own)
    }
    parameters = names
    func combined(_ profile: KeyPath<WindowProfiles, SignalProfile>) -> CombinedProfile {
      CombinedProfile(
        channels: zip(inputs, factors).map { input, factors in
          CombinedProfile.Channel(
            profile: input.profiles[keyPath: profile],
            yieldPerUnit: input.scale * input.profiles.yieldPerUnit, factors: factors)
        }, parameters: names.count)
    }
    observed = combined(\.observed)
    asimov = combined(\.asimov)
    self.level = level
    deviations = expected
  }

  /// Fits the common parameter and sets its limits.
  public func solve() -> Result {
    var asimov = self.asimov
    var failed = Result(
      status: .notANumber, value: .nan, error: .nan, nuisances: [], signals: [], q0: .nan,
      signedRoot: .nan, pValue: .nan, limit: level.map { missing($0) }, isExtrapolated: false)
    guard let start = asimov.evaluate(at: 0) else { return failed }
    let spread = Self.spread(start)
    guard spread > 0, spread.isFinite else { return failed }
    var source = observed
    guard let zero = source.evaluate(at: 0), let fit = minimise(&source, spread: spread) else {
      failed.status = .callLimit(calls: Self.mostSteps, distance: .nan)
      return failed
    }
    let twice = max(2 * (zero.value - fit.point.value), 0)
    let mu = fit.point.at, root = mu < 0 ? -twice.squareRoot() : twice.squareRoot()
    var result = describe(source, fit)
    result.q0 = mu > 0 ? twice : 0
    result.signedRoot = root
    result.pValue = NormalDistribution.upperTail(root)
    guard let level else { return result }
    let limit = limits(
      level, mu > 0 ? fit.point : zero, asimov: asimov, start, spread: spread,
      error: mu > 0 && result.error > 0 ? max(result.error, spread) : spread)
    result.limit = limit
    if limit.observed.isFinite {
      result.isExtrapolated = result.isExtrapolated || extrapolates(observed, at: limit.observed)
    }
    for value in [limit.observed] + limit.expected where value.isFinite {
      result.isExtrapolated = result.isExtrapolated || extrapolates(self.asimov, at: value)
    }
    return result
  }

  private static let mostSteps = 200

  /// The natural scale of μ by the Asimov set's profile at zero: its error, or one event where there
  /// is no background and the profile is a straight line.
  private static func spread(_ start: ProfilePoint) -> Double {
    let width = 1 / max(start.curvature, 0).squareRoot()
    guard start.slope * width > 0.1 else { return width }
    let event = 1 / start.slope
    return start.curvature > 0 ? max(width, 0.1 * event) : event
  }

  /// The least -ln L over μ: Newton on its slope inside a bracket.
  private func minimise(
    _ source: inout CombinedProfile, spread: Double
  ) -> (point: ProfilePoint, isAtBound: Bool)? {
    let isBounded = observed.channels.contains { $0.profile.isBounded }
    var low = isBounded ? 0 : -Double.infinity, high = Double.infinity, mu = 0.0
    for _ in 0..<Self.mostSteps {
      guard let point = source.evaluate(at: mu) else { return nil }
      if point.slope > 0 {
        if mu <= low { return (point, true) }
        high = mu
      } else {
        low = mu
      }
      var step =
        point.curvature > 0 ? -point.slope / point.curvature : point.slope > 0 ? -spread : spread
      if abs(step) < 1e-8 * spread { return (point, false) }
      step = min(max(step, -4 * spread), 4 * spread)
      var next = mu + step
      if next <= low && low == 0 && isBounded {
        next = low
      } else if !(next > low && next < high) {
        next = 0.5 * (low + high)
      }
      if high - low < 1e-12 * max(abs(low), abs(high)) { return (point, false) }
      mu = next
    }
    return nil
  }

  private func describe(
    _ source: CombinedProfile, _ fit: (point: ProfilePoint, isAtBound: Bool)
  ) -> Result {
    let inverse = source.hessian.positiveDefiniteInverse()
    let isEmpty = observed.channels.allSatisfy(\.profile.isBounded)
    let isDefined = !fit.isAtBound && inverse != nil
    let nuisances = parameters.enumerated().map { i, name in
      // At the bound μ is held: the error of θ is that with μ fixed.
      let variance =
        isDefined
        ? inverse?[i + 1, i + 1]
        : source.hessian.submatrix(Array(1...parameters.count)).positiveDefiniteInverse()?[i, i]
      return FittedParameter(
        name: name, value: source.theta[i], error: variance.map { $0.squareRoot() } ?? .nan)
    }
    return Result(
      status: isEmpty
        ? .empty
        : fit.isAtBound
          ? .atLimit(undefined: ["strength"]) : isDefined ? .converged : .notPositiveDefinite,
      value: fit.point.at,
      error: isDefined ? inverse.map { $0[0, 0].squareRoot() } ?? .nan : .nan,
      nuisances: nuisances, signals: source.signals(at: fit.point.at), q0: .nan,
      signedRoot: .nan, pValue: .nan, limit: nil,
      isExtrapolated: extrapolates(observed, at: fit.point.at))
  }

  private func extrapolates(_ profile: CombinedProfile, at mu: Double) -> Bool {
    var profile = profile
    guard profile.evaluate(at: mu) != nil else { return true }
    return zip(profile.channels, profile.signals(at: mu)).contains { channel, signal in
      !channel.profile.contains(signal)
    }
  }

  private func missing(_ level: Double) -> UpperLimit {
    UpperLimit(
      .nan, expected: deviations.map { _ in .nan }, level: level, unit: 1)
  }

  private func limits(
    _ level: Double, _ reference: ProfilePoint, asimov source: CombinedProfile,
    _ start: ProfilePoint, spread: Double, error: Double
  ) -> UpperLimit {
    let none = NuisanceFactor([], on: .yield)
    var asimov = TestStatisticCurve(source: source, factor: none)
    asimov.reference = start.value
    asimov.point = start
    var data = TestStatisticCurve(source: observed, factor: none)
    data.reference = reference.value
    let fitted = max(reference.at, 0)
    guard data.expand(at: fitted + 1.5 * spread) else { return missing(level) }
    var search = AsymptoticLimit(
      alpha: 1 - level, asimov: asimov, observed: data, fitted: fitted, error: error,
      spread: spread)
    var expected = [Double](repeating: .nan, count: deviations.count)
    let found = search.solve(LimitTargets(level: level, deviations: deviations), into: &expected)
    return UpperLimit(found, expected: expected, level: level, unit: 1)
  }
}

extension ProfileCombination {
  /// What a common parameter is excluded with, by asymptotic CLs (`AsymptoticLimit`).
  public struct Exclusion: Sendable, Equatable {
    /// ln CLs of the data.
    public var logCLs: Double
    /// √q of the background-only Asimov set; the median limit is where it is Φ⁻¹(1 − α/2).
    public var asimovRoot: Double
  }

  /// Tests one value of the common parameter, which takes far less than its limit; nil where a fit
  /// fails.
  public func exclusion(of mu: Double) -> Exclusion? {
    var asimov = self.asimov, source = observed
    guard let start = asimov.evaluate(at: 0), let tested = asimov.evaluate(at: mu),
      let zero = source.evaluate(at: 0)
    else { return nil }
    let qA = max(2 * (tested.value - start.value), 0), rootA = max(qA, 1e-24).squareRoot()
    var reference = zero
    if zero.slope < 0 {
      guard let fit = minimise(&source, spread: Self.spread(start)) else { return nil }
      if fit.point.at > 0 { reference = fit.point }
    }
    var t = -rootA
    if reference.at < mu {
      guard let data = source.evaluate(at: mu) else { return nil }
      let q = max(2 * (data.value - reference.value), 0), root = q.squareRoot()
      t = root <= rootA ? root - rootA : (q - qA) / (2 * rootA)
    }
    return Exclusion(
      logCLs: NormalDistribution.logUpperTail(t + rootA) - NormalDistribution.logUpperTail(t),
      asimovRoot: rootA)
  }

  /// Returns 2 ln L above its minimum at a common parameter, all else fitted; nil where a fit fails.
  public func twiceNLL(at mu: Double) -> Double? {
    var asimov = self.asimov, source = observed
    guard let start = asimov.evaluate(at: 0) else { return nil }
    guard let fit = minimise(&source, spread: Self.spread(start)),
      let point = source.evaluate(at: mu)
    else {
      return nil
    }
    return 2 * (point.value - fit.point.value)
  }
}
