/// Why toys of a window cannot be made.
public enum ToyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The fit of the data with the parameter of interest fixed failed.
  case conditionalFit(strength: Double, status: String)
  /// A tested strength, or one toys are drawn at, is not a number that can be used.
  case strength(Double)
  /// The expected events are too many or not a number.
  case expectation(Double)

  /// The text as the user sees it.
  public var description: String {
    switch self {
    case .conditionalFit(let strength, let status):
      "toys: the fit of the data at strength \(strength) ended '\(status)'; "
        + "toys need its nuisance parameters; see the window's fits"
    case .strength(let strength):
      "toys: strength is \(strength); allowed: a finite number, >= 0 where it is tested"
    case .expectation(let mean):
      "toys: \(mean) events are expected in the window; allowed: at most 1e9"
    }
  }
}
