/// Upper limits on the parameter of interest by CLs with the asymptotic formulae for q-tilde.
public struct UpperLimit: Hashable, Sendable {
  /// How the search for a limit ended.
  public enum Status: String, Hashable, Sendable {
    /// All limits solve CLs = 1 - level.
    case found
    /// A root was not found, or a fit under way failed; the values are NaN where missing.
    case notFound = "not found"
  }

  /// How the search ended.
  public var status: Status
  /// The confidence level.
  public var level: Double
  /// The observed limit, in units of the parameter of interest.
  public var observed: Double
  /// The expected limits, in the order asked for.
  public var expected: [Double]
}
