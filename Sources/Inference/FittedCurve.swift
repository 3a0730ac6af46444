import Kernels

/// Fitted densities over a window, for plots: events per unit of the observable.
public struct FittedCurve: Sendable {
  /// A part of the model.
  public enum Component: Hashable, Sendable {
    /// Signal and background.
    case total
    /// The signal alone.
    case signal
    /// The background alone.
    case background
  }

  /// One exponential of the background: coefficient · exp(slope · u).
  package struct Exponential: Hashable, Sendable {
    package var coefficient: Double
    package var slope: Double
  }

  /// One peak of the background: events on the full line.
  package struct Peak: Hashable, Sendable {
    package var events: Double
    package var shape: SignalShape

    /// Events per unit of the observable.
    func density(at x: Double) -> Double {
      events == 0 ? 0 : events * ((try? ShapeDistribution(shape))?.density(at: x) ?? 0)
    }
  }

  package var signal: SignalShape
  package var normalisation: ShapeNormalisation
  package var segments: [ClosedRange<Double>]
  /// Signal events on the full line.
  package var signalScale: Double
  /// What the fit multiplied the widths with.
  package var widthFactor: Double
  package var chebyshev: [Double]
  package var exponentials: [Exponential]
  package var peaks: [Peak] = []

  /// Returns the densities at values of the observable, in events per unit; also defined in gaps.
  public func densities(_ component: Component = .total, at values: [Double]) -> [Double] {
    let model = SignalModel()
    model.place(signal, normalisation: normalisation, segments: segments)
    return values.map { x in
      var sum = 0.0
      if component != .background {
        sum += signalScale * model.density(at: x, widthFactor: widthFactor)
      }
      if component != .signal { sum += background(at: x) }
      return sum
    }
  }

  /// Returns the density at a value of the observable, in events per unit; also defined in gaps.
  public func density(_ component: Component = .total, at x: Double) -> Double {
    densities(component, at: [x])[0]
  }

  /// The background at a value of the observable, in events per unit.
  package func background(at x: Double) -> Double {
    let u = WindowGeometry(segments).u(x)
    var sum = WindowGeometry.chebyshevSum(chebyshev, u)
    for e in exponentials { sum += e.coefficient * nj_exp_scalar(e.slope * u) }
    for peak in peaks { sum += peak.density(at: x) }
    return sum
  }
}
