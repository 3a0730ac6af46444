import Inference
import PipelineSpec
import Settings

/// The signal as a function of the hypothesis: curves of the pipeline file, or measured on samples.
struct SignalCurves: Sendable {
  private enum Source: Sendable {
    case stated(resolution: CurveFunction, efficiency: CurveFunction, parameters: [CurveFunction])
    case measured(SignalByCuts)
  }

  private let settings: SignalSettings
  private let mean: CurveFunction
  private let source: Source

  /// Compiles the curves; `measured` stands for those of the file.
  init(
    _ settings: SignalSettings, measured: SignalByCuts?, constants: [Named<Double>],
    hasReducedMass: Bool
  ) throws {
    self.settings = settings
    func curve(_ name: String, _ curve: Curve) throws -> CurveFunction {
      try CurveFunction(name, curve, constants: constants, hasReducedMass: hasReducedMass)
    }
    mean = try curve("signal.mean", settings.parameters.value(named: "mean") ?? .constant(.nan))
    if let measured {
      source = .measured(measured)
    } else {
      source = .stated(
        resolution: try curve("signal.resolution", settings.resolution),
        efficiency: try curve("signal.efficiency", settings.efficiency),
        parameters: try settings.parameters.map { try curve("signal.\($0.name)", $0.value) })
    }
  }

  /// Where the signal is expected in the observable.
  func mean(at hypothesis: Hypothesis) throws -> Double { try mean.value(at: hypothesis) }

  /// Resolution of the observable.
  func resolution(at hypothesis: Hypothesis) throws -> Double {
    switch source {
    case .stated(let resolution, _, _):
      return try resolution.value(at: hypothesis, allowed: Double.leastNormalMagnitude...1e6)
    case .measured(let parts):
      let signal = parts.signal(at: hypothesis.mass)
      let place = try place(hypothesis)
      guard let value = signal.resolution(at: place)?.value else {
        _ = try signal.shape(at: place)
        throw SearchError.curve(
          name: "signal.samples", mass: hypothesis.mass, value: .nan, allowed: "a resolution")
      }
      return value
    }
  }

  /// Signal on the full line of its shape per generated event.
  ///
  /// Measured, it makes up for what the shape has where no candidate can be
  /// (`MeasuredSignal.lineEfficiency`). The error is relative, zero for curves of the file.
  func efficiency(at hypothesis: Hypothesis) throws -> (value: Double, relativeError: Double) {
    switch source {
    case .stated(_, let efficiency, _):
      return (try efficiency.value(at: hypothesis, allowed: 0...1), 0)
    case .measured(let parts):
      let found = try parts.signal(at: hypothesis.mass).lineEfficiency(at: try place(hypothesis))
      return (found.value, found.value > 0 ? found.error / found.value : 0)
    }
  }

  /// Relative change of the efficiency by the tables of a systematic; zero for curves of the file.
  func efficiencyShift(_ systematic: String, at hypothesis: Hypothesis) throws -> Double {
    guard case .measured(let parts) = source else { return 0 }
    return parts.signal(at: hypothesis.mass).efficiencyShift(
      systematic, at: try place(hypothesis)) ?? 0
  }

  /// Relative error of the width by a control sample; zero for curves of the file.
  func widthError(_ control: String, at hypothesis: Hypothesis) -> Double {
    guard case .measured(let parts) = source else { return 0 }
    return parts.signal(at: hypothesis.mass).widthError(control)
  }

  /// Efficiencies for benchmarks over that of the hypothesis; empty where there are none.
  func benchmarkRatios(at hypothesis: Hypothesis) throws -> [EfficiencyRatio] {
    guard case .measured(let parts) = source else { return [] }
    let place = try place(hypothesis)
    return parts.signal(at: hypothesis.mass).benchmarkRatios(at: place)
  }

  /// Coordinates and lifetimes of the benchmarks; nil where there are none.
  var grid: BenchmarkGrid? {
    guard case .measured(let parts) = source else { return nil }
    return parts.parts[0].signal.grid
  }

  /// Shape of the signal.
  func shape(at hypothesis: Hypothesis) throws -> SignalShape {
    guard case .stated(_, _, let parameters) = source else {
      guard case .measured(let parts) = source else { preconditionFailure("two sources") }
      return try parts.signal(at: hypothesis.mass).shape(at: try place(hypothesis))
    }
    var values: [String: Double] = [:]
    for (named, curve) in zip(settings.parameters, parameters) {
      values[named.name] = try curve.value(at: hypothesis)
    }
    return SignalShape(settings.shape, sides: settings.sides) { values[$0] ?? .nan }
  }

  private func place(_ hypothesis: Hypothesis) throws -> SignalHypothesis {
    SignalHypothesis(mass: hypothesis.mass, mean: try mean(at: hypothesis))
  }
}

extension SearchPlan {
  /// The signal's curves; `measured` stands for those of the file.
  func signalCurves(_ signal: SignalSettings, measured: SignalByCuts? = nil) throws -> SignalCurves
  {
    try SignalCurves(
      signal, measured: measured, constants: pipeline.constants,
      hasReducedMass: constituentMass != nil)
  }
}
