/// One parameter of a finished fit.
public struct FittedParameter: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The value at the minimum.
  public var value: Double
  /// The error from the exact Hessian; NaN where undefined, 0 where fixed.
  public var error: Double

  /// Creates a parameter.
  public init(name: String, value: Double, error: Double) {
    self.name = name
    self.value = value
    self.error = error
  }
}

/// A minimum of -ln L: status, parameters, covariance.
public struct FitResult: Hashable, Sendable {
  /// How the fit ended.
  public var status: FitStatus
  /// The parameters in the order of the model.
  public var parameters: [FittedParameter]
  /// The covariance, row by row, shape [parameters, parameters]; zero rows where undefined.
  public var covariance: [Double]
  /// -ln L at the minimum: Σν - Σ w ln ν(x), densities per unit of the observable, no constant dropped.
  public var nll: Double
  /// How often the likelihood was swept over the events.
  public var calls: Int

  /// Creates a result.
  public init(
    status: FitStatus, parameters: [FittedParameter], covariance: [Double], nll: Double, calls: Int
  ) {
    self.status = status
    self.parameters = parameters
    self.covariance = covariance
    self.nll = nll
    self.calls = calls
  }

  /// The parameter of a name, or nil.
  public subscript(name: String) -> FittedParameter? { parameters.first { $0.name == name } }
}
