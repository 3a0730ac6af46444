import NumericalMethods

/// A general likelihood for the Bayesian calculator: one of its parameters is of interest, all
/// others that are free are nuisances.
///
/// Priors: flat in each parameter within its range, where no rate is negative, times its
/// constraint; a log-normal constraint is a prior in the logarithm.
final class LikelihoodPosterior: PosteriorSource {
  private let likelihood: Likelihood
  private let interest: Int
  private let free: [Int]
  let scale: Double
  private var values: [Double]

  init(_ likelihood: Likelihood, interest: Int, scale: Double) {
    self.likelihood = likelihood
    self.interest = interest
    self.scale = scale
    values = likelihood.startValues()
    free = likelihood.model.parameters.indices.filter {
      $0 != interest && !likelihood.model.parameters[$0].isFixed && likelihood.roles[$0].isUsed
    }
  }

  var nuisanceCount: Int { free.count }

  func mode(at t: Double) -> PosteriorMode? {
    values[interest] = t
    let raw = likelihood.minimise(from: values, fixing: [interest])
    guard raw.status.isValid, let found = likelihood.evaluate(at: raw.values) else { return nil }
    values = raw.values
    let n = raw.values.count, d = free.count
    var precision = [Double](repeating: 0, count: d * d)
    for (a, i) in free.enumerated() {
      for (b, j) in free.enumerated() {
        // On the edge of the allowed region the likelihood falls as exp(-gradient · step).
        precision[a * d + b] =
          found.hessian[i * n + j] + found.gradient[i] * found.gradient[j]
      }
      precision[a * d + a] += 0.01 * likelihood.roles[i].leastCurvature
    }
    return PosteriorMode(
      values: free.map { raw.values[$0] }, nll: found.value + logarithms(raw.values),
      precision: precision)
  }

  func nll(at t: Double, _ nuisances: UnsafePointer<Double>) -> Double {
    var point = values
    point[interest] = t
    for (a, i) in free.enumerated() {
      let (low, high) = likelihood.range(i)
      guard nuisances[a] >= low, nuisances[a] <= high else { return .infinity }
      point[i] = nuisances[a]
    }
    guard let found = likelihood.evaluate(at: point), likelihood.isAllowed(point) else {
      return .infinity
    }
    return found.value + logarithms(point)
  }

  /// ln x of each parameter whose prior is normal in ln x.
  private func logarithms(_ point: [Double]) -> Double {
    var sum = 0.0
    for i in free {
      if case .logNormal = likelihood.model.parameters[i].constraint {
        sum += SpecialFunctions.log(point[i])
      }
    }
    return sum
  }
}

extension Likelihood {
  /// Whether no rate is negative where fits keep it from being so.
  func isAllowed(_ point: [Double]) -> Bool {
    objective.release()
    let isViolated = objective.findViolated(point)
    objective.release()
    return !isViolated
  }

  /// Computes a Bayesian upper limit on a parameter >= 0, all other free parameters marginalised.
  ///
  /// - Parameters:
  ///   - name: The parameter of interest.
  ///   - settings: What to compute, and how.
  /// - Returns: The limit with its status, error and construction.
  /// - Throws: `InferenceError` for an unknown parameter, settings out of range and improper priors.
  public func bayesianLimit(
    on name: String, _ settings: BayesianSettings
  ) throws(InferenceError) -> BayesianLimit {
    guard let interest = index[name] else {
      throw .unknownParameter(name: name, place: "a Bayesian limit", nearest: nil)
    }
    let words =
      "other parameters flat within their ranges where no rate is negative, times their constraints"
    let fit = minimise(from: startValues(), fixing: [])
    let variance = fit.covariance.isEmpty ? 0 : fit.covariance[interest * (fit.values.count + 1)]
    let scale = fit.status.isValid && variance > 0 ? variance.squareRoot() : 1
    let source = LikelihoodPosterior(self, interest: interest, scale: scale)
    return try BayesianCalculator(source, settings).limit(words)
  }
}
