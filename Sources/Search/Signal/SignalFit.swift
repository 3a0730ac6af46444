import Inference
import PipelineSpec

/// A signal shape fitted to the candidates of one mass, unbinned and without background.
public struct SignalFit: Equatable, Sendable, Codable {
  /// How the fit ended; a failed one keeps its numbers.
  public var status: PointStatus
  /// What the user should know beyond the outcome; empty for nothing.
  public var message: String
  /// The window.
  public var low: Double
  /// The upper end of the window.
  public var high: Double
  /// Candidates in the window.
  public var candidates: Int
  /// The yield on the full line, then the shape by the names and in the order of the pipeline file.
  public var parameters: [FittedParameter]
  /// Names of the free parameters, the axes of `covariance`.
  public var freeParameters: [String]
  /// Their covariance, row by row; of weighted candidates the sandwich (arXiv:1911.01303).
  public var covariance: [Double]
  /// -ln L at the minimum.
  public var negativeLogLikelihood: Double
  /// Probability of the shape inside the window: the rest is beyond it or below the threshold.
  public var insideProbability: Double
  /// Largest difference of the cumulative distributions of candidates and shape in the window.
  public var largestDistance: Double

  /// A parameter by name.
  public subscript(name: String) -> FittedParameter? { parameters.first { $0.name == name } }
}

extension SignalFit {
  /// The window of a fit: so many resolutions around the expected position, from the threshold on.
  static func window(mean: Double, resolution: Double, _ settings: SignalMeasurementSettings)
    -> ClosedRange<Double>
  {
    let half = settings.halfWindow * resolution
    let low = max(mean - half, settings.threshold ?? -.infinity)
    return low...max(mean + half, low)
  }

  /// Fits the shape of the settings by maximum likelihood; values ascending.
  ///
  /// Components are normalised on the full line before they are added, as the scan's default is;
  /// what the window (and with it the threshold) cuts off enters the normalisation. The yield is free,
  /// so the shape's minimum is that of the likelihood of the positions alone. Starts come from the
  /// smallest interval, so the outcome depends on nothing but values and settings.
  static func fitted(
    values: [Double], weights: [Double]?, mean: Double, interval: SmallestInterval,
    window: ClosedRange<Double>, settings: SignalMeasurementSettings
  ) -> SignalFit {
    let starts = FitStarts(
      settings: settings, centre: 0.5 * (interval.low + interval.high),
      resolution: interval.halfWidth)
    let first = SmallestInterval.firstIndex(values) { $0 >= window.lowerBound }
    let end = max(first, SmallestInterval.firstIndex(values) { $0 > window.upperBound })
    let inside = Array(values[first..<end])
    let insideWeights = weights.map { Array($0[first..<end]) }
    let total = insideWeights?.reduce(0, +) ?? Double(inside.count)
    var out = SignalFit(
      status: .failed, message: "", low: window.lowerBound, high: window.upperBound,
      candidates: inside.count, parameters: [], freeParameters: [], covariance: [],
      negativeLogLikelihood: .nan, insideProbability: .nan, largestDistance: .nan)
    do {
      var fit = try PeakFit(
        segments: [window],
        peaks: [
          Peak(
            name: "signal", shape: starts.shape,
            yield: Inference.FitParameter("yield", start: total, minimum: 0),
            normalisation: .fullLine)
        ], background: nil)
      if settings.shape == .twoCrystalBalls {
        fit.orders = [PeakFit.Order("width", atMost: "width2")]
      }
      let result = fit.fit(events: inside, weights: insideWeights).result
      out.fill(from: result, starts: starts)
      let shape = try ShapeDistribution(out.shape(settings))
      out.compare(shape, inside, insideWeights, total: total)
    } catch {
      out.status = .failed
      out.message = "\(error)"
    }
    return out
  }

  private mutating func fill(from result: FitResult, starts: FitStarts) {
    status = PointStatus(result.status)
    negativeLogLikelihood = result.nll
    var undefined: [String] = []
    if case .atLimit(let names) = result.status { undefined = names }
    var free: [Int] = []
    for (index, found) in result.parameters.enumerated() {
      let parameter = starts.parameters.first { $0.name == found.name }
      let isFixed = parameter?.isFixed ?? false
      let isAtLimit = undefined.contains(found.name)
      parameters.append(
        FittedParameter(
          name: found.name, value: found.value,
          error: isFixed || isAtLimit || !found.error.isFinite ? nil : found.error,
          isFixed: isFixed, isAtLimit: isAtLimit))
      if !isFixed { free.append(index) }
    }
    freeParameters = free.map { result.parameters[$0].name }
    let count = result.parameters.count
    if result.covariance.count == count * count {
      covariance = free.flatMap { i in free.map { result.covariance[i * count + $0] } }
    }
    message =
      status.isValid
      ? undefined.isEmpty ? "" : "at a limit: " + undefined.joined(separator: ", ")
      : result.status.name
  }

  /// Fills in what the shape holds of the window, and how far it is from the candidates.
  private mutating func compare(
    _ shape: ShapeDistribution, _ values: [Double], _ weights: [Double]?, total: Double
  ) {
    insideProbability = shape.probability(from: low, to: high)
    let below = shape.probability(below: low)
    var sum = 0.0, largest = 0.0
    for (i, x) in values.enumerated() {
      let expected = (shape.probability(below: x) - below) / insideProbability
      let before = sum / total
      sum += weights?[i] ?? 1
      largest = max(largest, abs(expected - before), abs(sum / total - expected))
    }
    largestDistance = largest
  }

  /// The fitted shape.
  func shape(_ settings: SignalMeasurementSettings) -> SignalShape {
    SignalShape(settings.shape, sides: settings.sides) { self[$0]?.value ?? .nan }
  }
}

extension SignalShape {
  /// Makes a shape from the parameters of the pipeline file, asked for by name.
  init(_ kind: SignalShapeKind, sides: [TailSide], _ value: (String) -> Double) {
    func side(_ index: Int) -> CrystalBallTail.Side {
      sides.indices.contains(index) && sides[index] == .high ? .high : .low
    }
    self =
      switch kind {
      case .gaussian: .gaussian(mean: value("mean"), width: value("width"))
      case .doubleSidedCrystalBall:
        .doubleSidedCrystalBall(
          mean: value("mean"), width: value("width"), alphaLow: value("alphaLow"),
          nLow: value("nLow"), alphaHigh: value("alphaHigh"), nHigh: value("nHigh"))
      case .twoCrystalBalls:
        .twoCrystalBalls(
          mean: value("mean"), width: value("width"),
          tail: CrystalBallTail(alpha: value("alpha"), n: value("n"), side: side(0)),
          width2: value("width2"),
          tail2: CrystalBallTail(alpha: value("alpha2"), n: value("n2"), side: side(1)),
          fraction: value("fraction"))
      }
  }
}

/// Where the fit of a signal's shape starts, and what its parameters may be.
private struct FitStarts {
  var parameters: [Inference.FitParameter]
  var shape: Peak.Shape

  init(settings: SignalMeasurementSettings, centre: Double, resolution: Double) {
    var made: [Inference.FitParameter] = []
    func parameter(_ name: String, _ start: Double) -> Inference.FitParameter {
      let isWidth = name.hasPrefix("width"), unit = isWidth ? resolution : 1
      let bounds = ShapeParameterLimits.of(name)
      let result =
        if let value = settings.fixed[name] {
          Inference.FitParameter(name, start: value, isFixed: true)
        } else if name == "mean" {
          Inference.FitParameter(
            name, start: start, minimum: start - 5 * resolution, maximum: start + 5 * resolution)
        } else {
          Inference.FitParameter(
            name, start: start * unit, minimum: bounds.lowerBound * unit,
            maximum: bounds.upperBound * unit)
        }
      made.append(result)
      return result
    }
    func side(_ index: Int) -> CrystalBallTail.Side {
      settings.sides.indices.contains(index) && settings.sides[index] == .high ? .high : .low
    }
    switch settings.shape {
    case .gaussian: shape = .gaussian(mean: parameter("mean", centre), width: parameter("width", 1))
    case .doubleSidedCrystalBall:
      shape = .doubleSidedCrystalBall(
        mean: parameter("mean", centre), width: parameter("width", 0.95),
        alphaLow: parameter("alphaLow", 1.5), nLow: parameter("nLow", 5),
        alphaHigh: parameter("alphaHigh", 1.5), nHigh: parameter("nHigh", 5))
    case .twoCrystalBalls:
      shape = .twoCrystalBalls(
        mean: parameter("mean", centre), width: parameter("width", 0.85),
        alpha: parameter("alpha", 1.5), n: parameter("n", 5), side: side(0),
        width2: parameter("width2", 1.5), alpha2: parameter("alpha2", 1.5), n2: parameter("n2", 5),
        side2: side(1), fraction: parameter("fraction", 0.7))
    }
    parameters = made
  }
}
