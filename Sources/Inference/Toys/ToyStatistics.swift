/// What the fits of one toy say.
public struct ToyStatistics: Hashable, Sendable {
  /// How the fits ended.
  public enum Status: Int, Hashable, Sendable, CaseIterable {
    /// At an inner minimum.
    case converged = 0
    /// Where the density touches zero.
    case atLimit = 1
    /// Without events.
    case empty = 2
    /// A fit failed: the numbers are not to be used.
    case failed = 3

    /// One word for tables and files.
    public var name: String {
      switch self {
      case .converged: "converged"
      case .atLimit: "at limit"
      case .empty: "empty"
      case .failed: "failed"
      }
    }
  }

  /// How the fits ended.
  public var status: Status
  /// The candidates.
  public var events: Double
  /// The fitted parameter of interest.
  public var value: Double
  /// Its error with all nuisance parameters; NaN where undefined.
  public var error: Double
  /// -ln L of signal and background.
  public var nll: Double
  /// -ln L of the background alone; NaN where it was not wanted.
  public var nullNLL: Double
  /// The discovery test statistic; NaN without the background-only fit.
  public var q0: Double
  /// sign(value) √(2 ln L(S+B)/L(B)); NaN without the background-only fit.
  public var signedRoot: Double

  /// Creates the numbers of a toy.
  public init(
    status: Status, events: Double, value: Double, error: Double, nll: Double, nullNLL: Double,
    q0: Double, signedRoot: Double
  ) {
    self.status = status
    self.events = events
    self.value = value
    self.error = error
    self.nll = nll
    self.nullNLL = nullNLL
    self.q0 = q0
    self.signedRoot = signedRoot
  }

  static let failure = ToyStatistics(
    status: .failed, events: .nan, value: .nan, error: .nan, nll: .nan, nullNLL: .nan, q0: .nan,
    signedRoot: .nan)
}
