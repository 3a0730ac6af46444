import NumericalMethods

/// How many candidates and events pass the cuts, one after the other.
///
/// Step 0 holds everything that was read, step k what passes the first k cuts. Sums of weights are
/// added block by block (4,096 file rows) in file order, files in the order of their digests, so
/// that no digit depends on chunks or threads.
public struct SkimCounts: Sendable, Equatable {
  /// Names of the steps: `all`, then the cuts and vetoes in order.
  public var steps: [String]
  /// Candidates after each step, shape [steps].
  public var candidates: [Int]
  /// Events with at least one candidate after each step, shape [steps]; nil without identity.
  public var events: [Int]?
  /// Sums of weights after each step, shape [steps]; equal to the counts for data.
  public var weights: [Double]
  /// Sums of squared weights after each step, shape [steps].
  public var squaredWeights: [Double]
  /// Candidates that pass all other cuts, shape [steps − 1]; nil when blinded.
  public var allOthers: [Int]?
  /// Selected candidates dropped because the observable is not a number.
  public var withoutObservable: Int

  /// Creates an empty cut flow.
  public init(steps: [String], countsEvents: Bool) {
    self.steps = steps
    let zeros = [Int](repeating: 0, count: steps.count)
    candidates = zeros
    events = countsEvents ? zeros : nil
    weights = zeros.map(Double.init)
    squaredWeights = weights
    allOthers = [Int](repeating: 0, count: steps.count - 1)
    withoutObservable = 0
  }

  /// Adds the counts of another file of the same sample.
  public mutating func add(_ other: SkimCounts) {
    precondition(steps == other.steps)
    for index in steps.indices {
      candidates[index] += other.candidates[index]
      weights[index] += other.weights[index]
      squaredWeights[index] += other.squaredWeights[index]
    }
    events = zip(events, other.events).map { zip($0, $1).map(+) }
    allOthers = zip(allOthers, other.allOthers).map { zip($0, $1).map(+) }
    withoutObservable += other.withoutObservable
  }

  /// Removes the last steps' content: what a blinded sample must not show.
  public mutating func hideLastStep() {
    steps.removeLast()
    candidates.removeLast()
    events?.removeLast()
    weights.removeLast()
    squaredWeights.removeLast()
    allOthers = nil
    withoutObservable = 0
  }
}

private func zip<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
  guard let a, let b else { return nil }
  return (a, b)
}
