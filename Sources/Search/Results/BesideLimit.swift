/// Limits by toys of a hypothesis that has asymptotic ones.
public struct BesideLimit: Equatable, Sendable {
  /// Observed limit, in the unit of the parameter.
  public var observed: Double
  /// Its Monte Carlo error.
  public var observedError: Double
  /// Median limit without a signal.
  public var median: Double
  /// Its Monte Carlo error.
  public var medianError: Double
  /// Toys that were drawn; 0 where so much background is expected that asymptotic formulae hold.
  public var toys: Double

  /// The numbers in the order of checkpoints.
  var numbers: [Double] { [observed, observedError, median, medianError, toys] }

  /// Takes the numbers in the order of checkpoints.
  init(_ numbers: ArraySlice<Double>) {
    let values = Array(numbers)
    (observed, observedError, median, medianError, toys) = (
      values[0], values[1], values[2], values[3], values[4]
    )
  }

  static let count = 5
}
