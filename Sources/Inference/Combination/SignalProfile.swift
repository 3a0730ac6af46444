/// -ln L of one mass window as a function of the signal, minimised over all else, by its nodes.
///
/// Value, slope and curvature at each node; between nodes the polynomial of fifth degree that has
/// them, beyond the ends the parabola of the end. The minimisation runs over the background and
/// the nuisance parameters of the signal's width; those that multiply the yield are left out.
public struct SignalProfile: Hashable, Sendable {
  /// Signal events on the full line, ascending.
  public var signals: [Double]
  /// -ln L less its reference: of data the least value, of an Asimov set the one at zero.
  public var values: [Double]
  /// First derivatives in the signal.
  public var slopes: [Double]
  /// Second derivatives in the signal.
  public var curvatures: [Double]
  /// Whether a signal below the first node is impossible, as in a window without events.
  public var isBounded: Bool

  /// Makes a profile from nodes.
  ///
  /// - Throws: `InferenceError.profile` unless there are two finite ascending nodes or more.
  public init(
    signals: [Double], values: [Double], slopes: [Double], curvatures: [Double],
    isBounded: Bool = false
  ) throws(InferenceError) {
    let count = signals.count
    guard count >= 2, values.count == count, slopes.count == count, curvatures.count == count
    else { throw .profile(reason: "it has \(count) nodes and other numbers of derivatives") }
    guard [signals, values, slopes, curvatures].allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw .profile(reason: "a node is not a finite number")
    }
    guard zip(signals, signals.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .profile(reason: "its nodes are not ascending")
    }
    self.init(
      nodes: (0..<count).map {
        ProfilePoint(
          at: signals[$0], value: values[$0], slope: slopes[$0], curvature: curvatures[$0])
      }, isBounded: isBounded)
  }

  /// Takes ascending, finite nodes.
  init(nodes: [ProfilePoint], isBounded: Bool) {
    signals = nodes.map(\.at)
    values = nodes.map(\.value)
    slopes = nodes.map(\.slope)
    curvatures = nodes.map(\.curvature)
    self.isBounded = isBounded
  }

  /// Whether a signal lies between the first and the last node, or below an end that binds.
  public func contains(_ signal: Double) -> Bool {
    let count = signals.count
    // The ends are met with rounding errors.
    let slack = 1e-9 * (signals[count - 1] - signals[0])
    return signal <= signals[count - 1] + slack && (isBounded || signal >= signals[0] - slack)
  }

  /// Evaluates value, slope and curvature at a signal.
  public func evaluate(_ signal: Double) -> (value: Double, slope: Double, curvature: Double) {
    let last = signals.count - 1
    if signal < signals[0] { return beyond(0, signal) }
    if signal > signals[last] { return beyond(last, signal) }
    var low = 0, high = last
    while high - low > 1 {
      let middle = (low + high) / 2
      if signals[middle] <= signal { low = middle } else { high = middle }
    }
    return Self.between(node(low), node(high), signal)
  }

  func node(_ index: Int) -> ProfilePoint {
    ProfilePoint(
      at: signals[index], value: values[index], slope: slopes[index], curvature: curvatures[index])
  }

  private func beyond(
    _ index: Int, _ signal: Double
  ) -> (value: Double, slope: Double, curvature: Double) {
    let d = signal - signals[index], bend = max(curvatures[index], 0)
    return (values[index] + d * (slopes[index] + 0.5 * d * bend), slopes[index] + d * bend, bend)
  }

  /// The polynomial of fifth degree with value, slope and curvature of both ends.
  ///
  /// In t = (x - a) / h: p = Σ aₖ tᵏ with a₀, a₁, a₂ from the first end; the rest solves
  /// p(1), p'(1), p''(1) / 2, whose misses are D₀, D₁, D₂.
  static func between(
    _ a: ProfilePoint, _ b: ProfilePoint, _ x: Double
  ) -> (value: Double, slope: Double, curvature: Double) {
    let h = b.at - a.at, t = (x - a.at) / h
    let a1 = h * a.slope, a2 = 0.5 * h * h * a.curvature
    let d0 = b.value - a.value - a1 - a2
    let d1 = h * b.slope - a1 - 2 * a2
    let d2 = 0.5 * h * h * b.curvature - a2
    let a3 = 10 * d0 - 4 * d1 + d2
    let a4 = -15 * d0 + 7 * d1 - 2 * d2
    let a5 = 6 * d0 - 3 * d1 + d2
    let value = a.value + t * (a1 + t * (a2 + t * (a3 + t * (a4 + t * a5))))
    let slope = (a1 + t * (2 * a2 + t * (3 * a3 + t * (4 * a4 + t * 5 * a5)))) / h
    let curvature = (2 * a2 + t * (6 * a3 + t * (12 * a4 + t * 20 * a5))) / (h * h)
    return (value, slope, curvature)
  }
}

/// The profiles of a window from which combinations are made: of its data, and of the Asimov set
/// of its background-only fit.
public struct WindowProfiles: Hashable, Sendable {
  /// Signal events on the full line for a parameter of interest of 1.
  public var yieldPerUnit: Double
  /// The profile of the data.
  public var observed: SignalProfile
  /// The profile of the Asimov set.
  public var asimov: SignalProfile
  /// An estimate of the largest error of 2 ln L between nodes.
  public var error: Double

  /// Makes a pair of profiles.
  public init(
    yieldPerUnit: Double, observed: SignalProfile, asimov: SignalProfile, error: Double
  ) {
    self.yieldPerUnit = yieldPerUnit
    self.observed = observed
    self.asimov = asimov
    self.error = error
  }
}
