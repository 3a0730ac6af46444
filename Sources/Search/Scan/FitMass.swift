import Inference
import PipelineSpec
import Settings

/// Runs one named fit: peaks with free shapes on a background.
struct FitMass: Sendable {
  let name: String
  let settings: FitSettings

  /// Fits the selected rows of one or more samples.
  func fit(_ samples: [SkimmedSample], observable: Quantity) throws -> NamedFit {
    let column = observable.name
    var events: [Double] = []
    // Beside weighted samples data count one each.
    var weights: [Double]? = samples.contains(where: \.isWeighted) ? [] : nil
    for sample in samples {
      let rows = try sample.rows(of: column, in: settings.window)
      events += try sample.values(column, rows: rows)
      guard weights != nil else { continue }
      weights? += try sample.weights(rows: rows) ?? [Double](repeating: 1, count: rows.count)
    }
    return try fit(
      events: events, weights: weights,
      sample: samples.map(\.name).joined(separator: " + "), observable: observable)
  }

  /// Fits candidates inside the window, in any order; what lies outside is left out.
  func fit(events: [Double], weights: [Double]?, sample: String, observable: Quantity) throws
    -> NamedFit
  {
    let unit = observable.unit
    let inside = events.indices.filter { isInside(events[$0]) }
    let weights = weights.map { all in inside.map { all[$0] } }
    let events = inside.map { events[$0] }
    var model = try PeakFit(
      segments: segments, peaks: try settings.peaks.map { try peak($0, events: events) },
      background: BackgroundShape(settings.background))
    model.bins = settings.bins
    let (result, curve) = model.fit(events: events, weights: weights)

    let free = result.parameters.indices.filter { !isFixed(result.parameters[$0].name) }
    let count = result.parameters.count
    let status = PointStatus(result.status)
    return NamedFit(
      name: name, sample: sample,
      observable: observable,
      low: settings.window.lowerBound, high: settings.window.upperBound,
      events: Int64(events.count), status: status, message: PointStatus.message(result.status),
      negativeLogLikelihood: result.nll,
      parameters: result.parameters.map { parameter in
        FittedParameter(
          name: parameter.name, value: parameter.value,
          error: parameter.error.isFinite && !isFixed(parameter.name) ? parameter.error : nil,
          unit: isLength(parameter.name) ? unit : "", isFixed: isFixed(parameter.name),
          isAtLimit: isUndefined(parameter.name, result.status))
      },
      freeParameters: free.map { result.parameters[$0].name },
      covariance: status.isValid
        ? free.flatMap { row in free.map { result.covariance[row * count + $0] } } : [],
      plot: status.isValid
        ? FitPlot(
          segments: segments, window: settings.window, events: events,
          weights: weights, total: { curve.total(at: $0) },
          background: { curve.background(at: $0) },
          parts: settings.peaks.map { peak in (peak.name, { curve.peak(peak.name, at: $0) }) })
        : nil)
  }

  private func isInside(_ value: Double) -> Bool { segments.contains { $0.contains(value) } }

  private var segments: [ClosedRange<Double>] {
    var segments: [ClosedRange<Double>] = []
    var start = settings.window.lowerBound
    for gap in settings.exclude where gap.upperBound > start {
      if gap.lowerBound > start { segments.append(start...min(gap.lowerBound, end)) }
      start = gap.upperBound
      if start >= end { return segments }
    }
    if start < end { segments.append(start...end) }
    return segments
  }

  private var end: Double { settings.window.upperBound }

  private func isUndefined(_ name: String, _ status: FitStatus) -> Bool {
    if case .atLimit(let undefined) = status { undefined.contains(name) } else { false }
  }

  private func allParameters() -> [(name: String, kind: String, settings: FitSettings.Parameter)] {
    settings.peaks.flatMap { peak in
      peak.value.parameters.map { named in
        (parameterName(peak.name, named), named.name, named.value)
      }
    }
  }

  private func parameterName(_ peak: String, _ named: Named<FitSettings.Parameter>) -> String {
    named.value.sharedName ?? "\(peak).\(named.name)"
  }

  private func isFixed(_ name: String) -> Bool {
    allParameters().contains { $0.name == name && $0.settings.isFixed }
      || settings.peaks.contains { "\($0.name).yield" == name && $0.value.yield?.isFixed == true }
  }

  private func isLength(_ name: String) -> Bool {
    allParameters().contains { $0.name == name && ["mean", "width", "width2"].contains($0.kind) }
  }

  private func peak(_ named: Named<PeakSettings>, events: [Double]) throws -> Peak {
    let peak = named.value
    func parameter(_ name: String) -> Inference.FitParameter {
      guard let settings = peak.parameters.value(named: name) else {
        preconditionFailure("checked settings hold every parameter of their shape")
      }
      return Inference.FitParameter(
        parameterName(named.name, Named(name, settings)), settings)
    }
    func side(_ index: Int) -> CrystalBallTail.Side {
      peak.sides.indices.contains(index) && peak.sides[index] == .high ? .high : .low
    }
    let shape: Peak.Shape =
      switch peak.shape {
      case .gaussian: .gaussian(mean: parameter("mean"), width: parameter("width"))
      case .doubleSidedCrystalBall:
        .doubleSidedCrystalBall(
          mean: parameter("mean"), width: parameter("width"), alphaLow: parameter("alphaLow"),
          nLow: parameter("nLow"), alphaHigh: parameter("alphaHigh"), nHigh: parameter("nHigh"))
      case .twoCrystalBalls:
        .twoCrystalBalls(
          mean: parameter("mean"), width: parameter("width"), alpha: parameter("alpha"),
          n: parameter("n"), side: side(0), width2: parameter("width2"),
          alpha2: parameter("alpha2"), n2: parameter("n2"), side2: side(1),
          fraction: parameter("fraction"))
      }
    let yieldName = peak.yield?.sharedName ?? "\(named.name).yield"
    let yield =
      peak.yield.map { Inference.FitParameter(yieldName, $0) }
      ?? Inference.FitParameter(
        yieldName, start: max(1, 0.3 * Double(events.count) / Double(settings.peaks.count)))
    return Peak(
      name: named.name, shape: shape, yield: yield,
      normalisation: peak.normalise == .window ? .window : .fullLine)
  }
}

extension FitSettings {
  /// A parameter as the pipeline file states it.
  typealias Parameter = PipelineSpec.FitParameter
}

extension Inference.FitParameter {
  init(_ name: String, _ settings: PipelineSpec.FitParameter) {
    self.init(
      name, start: settings.start, minimum: settings.min ?? -.infinity,
      maximum: settings.max ?? .infinity, isFixed: settings.isFixed)
  }
}
