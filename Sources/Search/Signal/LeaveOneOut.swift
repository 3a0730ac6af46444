import Inference

/// How well the other masses predict an inner one.
public struct LeaveOneOut: Equatable, Sendable, Codable {
  /// The mass that is left out, in GeV.
  public var mass: Double
  /// Predicted over measured efficiency.
  public var efficiency: PredictedRatio
  /// Predicted over measured resolution.
  public var resolution: PredictedRatio
  /// Predicted over measured part of the candidates within two resolutions; nil without a shape.
  public var core: PredictedRatio?
  /// Largest difference of the cumulative distributions of the predicted shape and the one fitted
  /// there, both on the window of the fit; nil without a shape.
  public var shapeDistance: Double?
}

/// A prediction over a measurement.
public struct PredictedRatio: Equatable, Sendable, Codable {
  /// The ratio.
  public var ratio: Double
  /// Its error: of the measurement, and statistical and interpolation ones of the prediction.
  public var error: Double

  /// (ratio − 1) / error.
  public var pull: Double { (ratio - 1) / error }

  init(predicted: Double, error: Double, measured: Double, measuredError: Double) {
    ratio = predicted / measured
    let a = error / measured, b = ratio * measuredError / measured
    self.error = (a * a + b * b).squareRoot()
  }
}

extension MeasuredSignal {
  /// Predicts each inner mass from all others; empty with fewer than three masses.
  ///
  /// The shape is checked where the mass has one and is inside of the others' range.
  public func leaveOneOut() throws(SignalError) -> [LeaveOneOut] {
    var out: [LeaveOneOut] = []
    for index in measurements.indices.dropFirst().dropLast() {
      let left = measurements[index]
      var others = measurements
      others.remove(at: index)
      let hasShape =
        left.hasShape && measurements[..<index].contains(where: \.hasShape)
        && measurements[(index + 1)...].contains(where: \.hasShape)
      let signal = try MeasuredSignal(
        name: name, settings: settings, interpolation: interpolation, measurements: others)
      let here = SignalHypothesis(mass: left.mass, mean: left.mean)
      guard let efficiency = signal.efficiency(at: here),
        let resolution = signal.resolution(at: here)
      else { continue }
      var check = LeaveOneOut(
        mass: left.mass,
        efficiency: PredictedRatio(
          predicted: efficiency.value, error: efficiency.error, measured: left.efficiency,
          measuredError: left.efficiencyError),
        resolution: PredictedRatio(
          predicted: resolution.value, error: resolution.error, measured: left.resolution,
          measuredError: left.resolutionError))
      if hasShape, let fit = left.fit {
        (check.core, check.shapeDistance) = try signal.compareShape(with: left, fit, here)
      }
      out.append(check)
    }
    return out
  }

  private func compareShape(
    with left: SignalMeasurement, _ fit: SignalFit, _ here: SignalHypothesis
  ) throws(SignalError) -> (PredictedRatio, Double) {
    let predicted: ShapeDistribution, own: ShapeDistribution
    do {
      predicted = try ShapeDistribution(try shape(at: here))
      own = try ShapeDistribution(fit.shape(settings))
    } catch let error as SignalError { throw error } catch {
      throw .checkpoint(place: name, reason: "\(error)")
    }
    let inside = predicted.probability(from: fit.low, to: fit.high)
    let core =
      predicted.probability(
        from: max(fit.low, left.mean - 2 * left.resolution),
        to: min(fit.high, left.mean + 2 * left.resolution)) / inside
    // The neighbours know their own part as well as this mass does. And a shape of another width
    // has another part there: ∂(part)/∂ln σ = -Σ f(edge) |edge - mean|.
    let x = interpolation.value(here)
    let place = resolutionCurve.place(x)
    let t = place.t, a = measurements[place.low].coreFractionError * (1 - t)
    let b = measurements[place.low + 1].coreFractionError * t
    let width = resolution(at: here).map { $0.error / $0.value } ?? 0
    let slope = [-2.0, 2].reduce(0) { sum, edge in
      let x = left.mean + edge * left.resolution
      return x < fit.low ? sum : sum + predicted.density(at: x) * 2 * left.resolution / inside
    }
    let c = width * slope
    var largest = 0.0
    let ownInside = own.probability(from: fit.low, to: fit.high)
    // A grid of a twentieth of the resolution over the window.
    let steps = 2000
    for i in 1..<steps {
      let y = fit.low + (fit.high - fit.low) * Double(i) / Double(steps)
      largest = max(
        largest,
        abs(
          predicted.probability(from: fit.low, to: y) / inside
            - own.probability(from: fit.low, to: y) / ownInside))
    }
    return (
      PredictedRatio(
        predicted: core, error: (a * a + b * b + c * c).squareRoot(), measured: left.coreFraction,
        measuredError: left.coreFractionError), largest
    )
  }
}
