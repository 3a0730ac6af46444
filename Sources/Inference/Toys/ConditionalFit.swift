import Kernels

/// What the data say about background and nuisances where the parameter of interest is fixed.
package struct ConditionalFit {
  /// Signal events on the full line, yield nuisances included.
  package var signal: Double
  /// The nuisance parameters in the order of the window.
  package var thetas: [Double]
  /// The factor on all widths of the signal.
  package var widthFactor: Double
  /// Coefficients of the Chebyshev polynomials, in density.
  package var chebyshev: [Double]
  package var exponentials: [FittedCurve.Exponential]
  package var peaks: [FittedCurve.Peak] = []
}

extension WindowSolver {
  /// Fits a window with the parameter of interest fixed.
  package func conditionalFit(
    _ window: ScanWindow, strength: Double
  ) throws(ToyError) -> ConditionalFit {
    guard strength.isFinite else { throw .strength(strength) }
    linear.place(window)
    general.load(window, model: linear.model, geometry: linear.geometry)
    let expected = strength * window.yieldPerUnit
    var raw = general.minimise(signal: .fixed(0))
    var signal = 0.0
    let factor = NuisanceFactor(window.nuisances, on: .yield)
    if expected != 0 {
      if raw.status.isValid, !factor.isEmpty {
        var curve = TestStatisticCurve(
          source: GeneralProfile(general, isAsimov: false, start: raw), factor: factor)
        guard let found = curve.conditionalSignal(expected) else {
          throw .conditionalFit(strength: strength, status: "failed")
        }
        signal = found
      } else {
        signal = expected
      }
      let free = general.minimise(signal: .free)
      raw = general.minimise(
        signal: .fixed(signal), from: free.status.isValid ? free.values : nil)
    }
    guard raw.status.isValid else {
      throw .conditionalFit(strength: strength, status: raw.status.name)
    }
    let q = raw.values, eta = general.hasWidth ? q[general.widthIndex] : 0
    let f = expected == 0 ? 0 : nj_log_scalar(signal / expected)
    let first = general.order + 2, base = general.slopeBase
    return ConditionalFit(
      signal: signal,
      thetas: window.nuisances.map { nuisance in
        switch nuisance.target {
        case .yield: f == 0 ? 0 : factor.theta(nuisance, at: f)
        case .width: general.widthFactor.theta(nuisance, at: eta)
        }
      },
      widthFactor: nj_exp_scalar(eta),
      chebyshev: general.order >= 0 ? Array(q[1...(general.order + 1)]) : [],
      exponentials: (0..<general.exponentials).map {
        FittedCurve.Exponential(coefficient: q[base + 2 * $0], slope: q[base + 2 * $0 + 1])
      },
      peaks: general.peaks.shapes.enumerated().map {
        FittedCurve.Peak(events: q[first + $0], shape: $1)
      })
  }
}
