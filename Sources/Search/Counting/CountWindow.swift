import Inference
import NumericalMethods
import PipelineSpec

/// Counts one window and what its background is estimated from.
struct CountWindow: Sendable {
  let window: MassWindow
  let background: WindowBackground
  /// Candidates in the window.
  var observed: Int
  /// What was counted for the background, and divided by what.
  var first = Double.nan, second = Double.nan, both = Double.nan
  var ratio: Double

  /// Counts candidates; nil where the window is fitted.
  init?(_ window: MassWindow, data: ScanData, simulation: [SimulatedCounts]) {
    guard let background = window.counted else { return nil }
    (self.window, self.background, ratio) = (window, background, background.ratio)
    observed = data.count(in: window.segments, of: window)
    switch background.source {
    case .sidebands: first = Double(data.count(in: background.segments, of: window))
    case .simulation:
      let total = SimulatedCounts.total(simulation, background.segments, of: window)
      first = total.count
      ratio *= total.ratio
    case .inverted(let one, let other):
      first = Double(data.count(in: background.segments, of: window, failing: one))
      second = Double(data.count(in: background.segments, of: window, failing: other))
      both = Double(data.count(in: background.segments, of: window, failing: one | other))
    case .stated: ratio = .nan
    }
  }

  /// Takes the counts of a finished hypothesis; nil where it was not counted or has no limit.
  init?(_ window: MassWindow, of point: ScanPoint) {
    guard let background = window.counted, let count = point.count, point.status.isValid,
      point.limitStatus.hasLimit
    else { return nil }
    (self.window, self.background) = (window, background)
    observed = Int(point.events)
    (first, second, both, ratio) = (count.first, count.second, count.both, count.ratio)
  }

  /// What is known of the expected background.
  var knowledge: BackgroundKnowledge {
    switch background.source {
    case .sidebands, .simulation:
      .control(count: first, ratio: ratio, kappa: background.kappa)
    case .inverted:
      .inverted(
        first: Int(first), second: Int(second), both: Int(both), ratio: ratio,
        kappa: background.kappa)
    case .stated(let number): .gaussian(mean: number.value, width: number.error)
    }
  }

  /// The best estimate of the expected background.
  var estimate: Double { knowledge.estimate }

  /// What is known of the efficiency: the nuisances of yield and width together.
  ///
  /// A width changes the part of the signal inside of the window. Log-normal errors add up in logarithms.
  var efficiency: EfficiencyKnowledge {
    var square = 0.0
    var isNormal = false
    for nuisance in yieldNuisances {
      isNormal = isNormal || nuisance.constraint == .gaussian
      let part =
        nuisance.constraint == .gaussian ? nuisance.size : SpecialFunctions.log1p(nuisance.size)
      square += part * part
    }
    guard square > 0 else { return .exact }
    return isNormal
      ? .gaussian(size: square.squareRoot())
      : .logNormal(kappa: SpecialFunctions.exp(square.squareRoot()))
  }

  /// The nuisances of yield and width, each with its size on the yield in the window.
  var yieldNuisances: [Nuisance] {
    window.nuisances.map { nuisance in
      guard nuisance.target == .width else { return nuisance }
      let wider = WindowSolver.acceptance(
        window.signal.scaled(by: 1 + nuisance.size), normalisation: .fullLine,
        segments: window.segments)
      return Nuisance(
        name: nuisance.name, target: .yield, constraint: nuisance.constraint,
        size: (wider / window.acceptance - 1).magnitude)
    }
  }

  /// The count as a model; `isKnown`: background and efficiency at their best estimates.
  func model(isKnown: Bool = false) -> CountingModel {
    CountingModel(
      observed: observed, background: isKnown ? .exact(estimate) : knowledge,
      efficiency: isKnown ? .exact : efficiency,
      yieldPerUnit: window.yieldPerUnit * window.acceptance)
  }

  /// The p-value of the background alone, and standard deviations with their sign.
  ///
  /// An excess has those of P(>= n), a deficit minus those of P(<= n); neither is as small as a half
  /// where the count is what is expected: then they are 0.
  func significance(_ nuisances: CountingNuisances) throws -> (pValue: Double, root: Double) {
    let excess = try model().significance(nuisances)
    if excess.significance > 0 { return (excess.pValue, excess.significance) }
    var more = self
    more.observed += 1
    return (excess.pValue, min(0, try more.model().significance(nuisances).significance))
  }

  /// The numbers of the background that are kept.
  var count: WindowCount {
    let interval = knowledge.interval(0.6827)
    return WindowCount([interval.low, interval.high, first, second, both, ratio][...])
  }
}

extension SetLimit {
  /// Counts a window, with its p-value and limit.
  func count(_ point: inout ScanPoint, _ counted: CountWindow) {
    let window = counted.window
    point.events = Int64(counted.observed)
    point.status = counted.observed > 0 ? .converged : .empty
    point.count = counted.count
    point.backgroundYield = counted.estimate
    point.backgroundYieldError =
      0.5 * ((point.count?.backgroundHigh ?? .nan) - (point.count?.backgroundLow ?? .nan))
    point.backgroundUnderPeak = counted.estimate
    let error = point.backgroundYieldError
    point.signalYield = (Double(counted.observed) - counted.estimate) / window.acceptance
    point.signalYieldError =
      (Double(max(counted.observed, 1)) + error * error).squareRoot() / window.acceptance
    point.parameter = point.signalYield / window.yieldPerUnit
    point.parameterError = point.signalYieldError / window.yieldPerUnit
    do {
      guard counted.ratio > 0 || counted.ratio.isNaN else {
        throw InferenceError.invalid(
          what: "range in which the background is counted", found: 0, allowed: "of some length")
      }
      let nuisances: CountingNuisances = scan.limit?.nuisances == .profiled ? .profiled : .hybrid
      (point.pValue, point.signedRoot) = try counted.significance(nuisances)
      point.q0 = point.signedRoot > 0 ? point.signedRoot * point.signedRoot : 0
      try setCountedLimit(&point, counted, nuisances)
    } catch {
      point.status = .failed
      point.message = "\(error)"
    }
  }

  private func setCountedLimit(
    _ point: inout ScanPoint, _ counted: CountWindow, _ nuisances: CountingNuisances
  ) throws {
    guard let settings = scan.limit else { return }
    let isUnified = settings.method == .feldmanCousins
    let method: CountingMethod =
      switch settings.method {
      case .bayesian: .bayesian(.flat)
      case .feldmanCousins: .feldmanCousins(adjusted: true)
      case .clsCounting, .clsAsymptotic, .clsToys, .clsAuto: .cls(nuisances)
      }
    let model = counted.model(isKnown: isUnified)
    let limit = try model.limit(method, level: settings.level)
    point.limitStatus =
      switch limit.status {
      case .found, .empty: .found
      case .improper: .unreliable
      case .notFound: .notFound
      }
    point.observedLimit = limit.value
    point.message = limit.warning ?? ""
    point.expectedLimits = try model.expectedQuantiles(
      method, level: settings.level, deviations: settings.expected)
  }
}
