/// How a fit ended; it always travels with the numbers.
public enum FitStatus: Hashable, Sendable {
  /// A minimum inside the allowed region, with a positive definite Hessian.
  case converged
  /// A minimum on the edge of the allowed region; the named parameters have no meaning or error.
  case atLimit(undefined: [String])
  /// No event in the window: every yield is zero.
  case empty
  /// The minimum was not reached within the allowed calls; `distance` is the estimated distance.
  case callLimit(calls: Int, distance: Double)
  /// The Hessian at an inner minimum is not positive definite.
  case notPositiveDefinite
  /// An input or an intermediate value is not a number.
  case notANumber

  /// Whether the numbers of the fit may be used.
  public var isValid: Bool {
    switch self {
    case .converged, .atLimit, .empty: true
    case .callLimit, .notPositiveDefinite, .notANumber: false
    }
  }

  /// One word for tables and files.
  public var name: String {
    switch self {
    case .converged: "converged"
    case .atLimit: "at limit"
    case .empty: "empty"
    case .callLimit: "call limit"
    case .notPositiveDefinite: "not positive definite"
    case .notANumber: "not a number"
    }
  }
}
