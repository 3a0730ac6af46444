/// An upper limit, or an interval, of the strength of a counting experiment.
public struct CountingLimit: Hashable, Sendable {
  /// How the search for a limit ended.
  public enum Status: String, Hashable, Sendable {
    /// The limit solves its equation to `error`.
    case found
    /// No strength >= 0 is allowed: the count is too low even without a signal; the value is 0.
    case empty
    /// The posterior is improper: the limit depends on where its prior is cut.
    case improper
    /// No limit was found; the value is NaN.
    case notFound = "not found"
  }

  /// How the search ended.
  public var status: Status
  /// The confidence (credibility) level.
  public var level: Double
  /// The lower end of the interval; 0 for limits.
  public var lower: Double
  /// The upper limit, in units of the strength.
  public var value: Double
  /// The estimated numerical error of the limit; there is no Monte Carlo error, as no toys are used.
  public var error: Double
  /// The construction in words.
  public var construction: String
  /// What a reader of the limit must know, or nil.
  public var warning: String?

  init(
    status: Status, level: Double, value: Double, error: Double, construction: String,
    warning: String? = nil, lower: Double = 0
  ) {
    self.status = status
    self.level = level
    self.lower = lower
    self.value = value
    self.error = error
    self.construction = construction
    self.warning = warning
  }
}
