/// -ln L, constraints included, of a parameter of interest t and nuisance parameters, for the
/// Bayesian calculator.
///
/// The prior of the nuisances is flat in these parameters within the allowed region; constraints
/// are part of -ln L.
package protocol PosteriorSource: AnyObject {
  /// The number of nuisance parameters.
  var nuisanceCount: Int { get }
  /// A step of t over which -ln L changes by about one half, > 0.
  var scale: Double { get }
  /// Finds the nuisances that fit best at t; nil where the fit fails.
  func mode(at t: Double) -> PosteriorMode?
  /// Computes -ln L; infinite outside of the allowed region.
  func nll(at t: Double, _ nuisances: UnsafePointer<Double>) -> Double
}

/// Where the nuisances fit best at one value of the parameter of interest.
package struct PosteriorMode {
  /// The nuisances.
  package var values: [Double]
  /// -ln L there.
  package var nll: Double
  /// The Hessian in the nuisances, or another guess of their inverse covariance, positive definite,
  /// row by row.
  package var precision: [Double]

  /// Creates a mode.
  package init(values: [Double], nll: Double, precision: [Double]) {
    self.values = values
    self.nll = nll
    self.precision = precision
  }
}
