import Inference
import NumericalMethods
import PipelineSpec

/// How measurements are joined between their masses.
public struct SignalInterpolation: Equatable, Sendable, Codable {
  /// The coordinate along which they are joined.
  public enum Coordinate: String, Sendable, Codable, CaseIterable {
    /// The mass.
    case mass
    /// The expected position in the observable (the reduced mass, say).
    case mean
  }

  /// The coordinate.
  public var coordinate: Coordinate
  /// The method.
  public var method: InterpolationMethod

  /// States how to join.
  public init(
    coordinate: Coordinate = .mass, method: InterpolationMethod = .monotoneCubic
  ) {
    self.coordinate = coordinate
    self.method = method
  }

  func value(_ hypothesis: SignalHypothesis) -> Double {
    switch coordinate {
    case .mass: hypothesis.mass
    case .mean: hypothesis.mean
    }
  }
}

extension InterpolationMethod: Codable {}

/// A signal measured at its generated masses, as a function of the hypothesis.
///
/// Joined are the efficiency, ln(resolution), the part in the window of the fit, and of the shape:
/// (mean − expected position) / resolution, ln(width / resolution), ln(width2 / width), fraction,
/// alphas and powers. In these units a shape hardly changes with the mass, widths stay positive and
/// in order, and the shape scales with the interpolated resolution.
public struct MeasuredSignal: Equatable, Sendable {
  /// The name of the signal in the pipeline file.
  public let name: String
  /// How it was measured.
  public let settings: SignalMeasurementSettings
  /// How measurements are joined.
  public let interpolation: SignalInterpolation
  /// Generated coordinates and tested lifetimes; nil where there are neither.
  public let grid: BenchmarkGrid?
  /// The measurements, ascending in the coordinate.
  public let measurements: [SignalMeasurement]

  let efficiencyCurve: QuantityCurve
  let resolutionCurve: QuantityCurve
  let windowCurve: QuantityCurve
  let shapeCurves: [QuantityCurve]
  /// Efficiencies of benchmarks over that of all generated events, each with the places of its
  /// measurements; nil where fewer than two masses know it.
  private let benchmarkCurves: [BenchmarkCurve?]

  /// Joins measurements.
  ///
  /// - Throws: `SignalError.tooFewMasses` with fewer than two masses, or fewer than two with a shape;
  ///   `sameMass` for two at one coordinate.
  public init(
    name: String, settings: SignalMeasurementSettings, interpolation: SignalInterpolation,
    grid: BenchmarkGrid? = nil, measurements: [SignalMeasurement]
  ) throws(SignalError) {
    self.name = name
    self.settings = settings
    self.interpolation = interpolation
    self.grid = grid
    func coordinate(_ m: SignalMeasurement) -> Double {
      interpolation.value(SignalHypothesis(mass: m.mass, mean: m.mean))
    }
    let sorted = measurements.sorted { (coordinate($0), $0.mass) < (coordinate($1), $1.mass) }
    self.measurements = sorted
    func curve(
      _ what: String, _ list: [SignalMeasurement],
      _ value: (SignalMeasurement) -> (Double, Double)
    ) throws(SignalError) -> QuantityCurve {
      guard list.count >= 2 else {
        throw .tooFewMasses(place: name, what: what, found: list.count)
      }
      for (a, b) in zip(list, list.dropFirst()) where coordinate(a) == coordinate(b) {
        throw .sameMass(place: name, mass: b.mass)
      }
      let values = list.map(value)
      do {
        return try QuantityCurve(
          arguments: list.map(coordinate), values: values.map(\.0), errors: values.map(\.1),
          method: interpolation.method)
      } catch { throw .checkpoint(place: name, reason: "\(what): \(error)") }
    }
    efficiencyCurve = try curve("measurement", sorted) { ($0.efficiency, $0.efficiencyError) }
    resolutionCurve = try curve("measurement", sorted) {
      (SpecialFunctions.log($0.resolution), $0.resolutionError / $0.resolution)
    }
    windowCurve = try curve("measurement", sorted) { ($0.windowFraction, $0.windowFractionError) }
    let shaped = sorted.filter(\.hasShape)
    var curves: [QuantityCurve] = []
    for parameter in settings.shape.parameters {
      curves.append(try curve("fitted shape", shaped) { ShapeQuantity.value(of: parameter, $0) })
    }
    shapeCurves = curves
    let benchmarks = grid?.count ?? 0
    var joined: [BenchmarkCurve?] = []
    for benchmark in 0..<benchmarks {
      let places = sorted.indices.filter { place in
        guard let own = sorted[place].benchmarks, own.count == benchmarks else { return false }
        return sorted[place].efficiency > 0 && !own[benchmark].efficiency.isNaN
      }
      guard places.count >= 2 else {
        joined.append(nil)
        continue
      }
      let found = try curve("measurement", places.map { sorted[$0] }) { measurement in
        guard let own = measurement.benchmarks?[benchmark] else { return (0, 0) }
        return (own.efficiency / measurement.efficiency, own.error / measurement.efficiency)
      }
      joined.append(BenchmarkCurve(curve: found, places: places))
    }
    benchmarkCurves = joined
  }

  /// For each benchmark its efficiency over that of all generated events together, and the effective
  /// events of the mass beside with fewer; not a number and none outside of the masses that know it.
  func benchmarkRatios(at hypothesis: SignalHypothesis) -> [EfficiencyRatio] {
    let x = interpolation.value(hypothesis)
    return benchmarkCurves.enumerated().map { benchmark, known in
      guard let known, let ratio = known.curve.value(at: x) else { return .absent }
      let (low, part) = known.curve.place(x)
      let beside = part == 0 ? [low] : [low, low + 1]
      let events = beside.compactMap {
        measurements[known.places[$0]].benchmarks?[benchmark].effectiveEvents
      }
      return EfficiencyRatio(
        value: ratio.value, error: ratio.error, effectiveEvents: events.min() ?? 0)
    }
  }

  /// Masses that give no shape, each with the reason.
  public var withoutShape: [(mass: Double, reason: String)] {
    measurements.filter { !$0.hasShape }.map { ($0.mass, $0.message) }
  }

  /// The coordinates where efficiency and resolution are known.
  public var range: ClosedRange<Double> { efficiencyCurve.range }

  /// The coordinates where the shape is known.
  public var shapeRange: ClosedRange<Double> { shapeCurves.first?.range ?? range }

  /// The efficiency per generated event; nil outside of the measured masses.
  public func efficiency(at hypothesis: SignalHypothesis) -> InterpolatedValue? {
    efficiencyCurve.value(at: interpolation.value(hypothesis))
  }

  /// Relative change of the efficiency by a systematic's tables; nil outside of the measured masses.
  ///
  /// Straight lines between the masses.
  public func efficiencyShift(_ systematic: String, at hypothesis: SignalHypothesis) -> Double? {
    let x = interpolation.value(hypothesis)
    let known = measurements.map { interpolation.value(.init(mass: $0.mass, mean: $0.mean)) }
    guard let above = known.firstIndex(where: { $0 >= x }), x >= known[0] else { return nil }
    func shift(_ index: Int) -> Double {
      measurements[index].shifts.first { $0.systematic == systematic }?.relative ?? 0
    }
    guard above > 0, known[above] > x else { return shift(above) }
    let t = (x - known[above - 1]) / (known[above] - known[above - 1])
    return shift(above - 1) + t * (shift(above) - shift(above - 1))
  }

  /// Relative error of the width by a control sample.
  func widthError(_ control: String) -> Double {
    measurements.first?.widthShifts?.first { $0.systematic == control }?.relative ?? 0
  }

  /// The resolution in the observable's unit; nil outside of the measured masses.
  public func resolution(at hypothesis: SignalHypothesis) -> InterpolatedValue? {
    resolutionCurve.value(at: interpolation.value(hypothesis))?.exponential
  }

  /// The efficiency that, times A_w of the shape on the full line, counts the candidates in a window.
  ///
  /// A shape on the full line has parts below a threshold where nothing can be, and its power laws
  /// are not the far tails of the candidates. This is efficiency · (part of the candidates in the
  /// window of the fit) / (probability of the shape there), the window placed at the hypothesis: with
  /// it ε·A_w is right in any window that cuts the shape where it was fitted.
  public func lineEfficiency(at hypothesis: SignalHypothesis) throws(SignalError)
    -> InterpolatedValue
  {
    let shape = try shape(at: hypothesis), x = interpolation.value(hypothesis)
    guard let efficiency = efficiencyCurve.value(at: x), let part = windowCurve.value(at: x),
      let resolution = resolution(at: hypothesis)
    else { throw outside(hypothesis, range) }
    let window = SignalFit.window(
      mean: hypothesis.mean, resolution: resolution.value, settings)
    do {
      let inside = try ShapeDistribution(shape).probability(
        from: window.lowerBound, to: window.upperBound)
      return efficiency.scaled(by: part.value / inside)
    } catch {
      throw .checkpoint(place: name, reason: "\(error)")
    }
  }

  /// The shape for a hypothesis.
  ///
  /// - Throws: `SignalError.outside` where no two masses with a shape enclose it.
  public func shape(at hypothesis: SignalHypothesis) throws(SignalError) -> SignalShape {
    let x = interpolation.value(hypothesis)
    guard let resolution = resolution(at: hypothesis)?.value, shapeRange.contains(x) else {
      throw outside(hypothesis, shapeRange)
    }
    let numbers = shapeCurves.map { $0.number(at: x) ?? .nan }
    let natural = ShapeQuantity.natural(
      settings.shape.parameters, numbers, mean: hypothesis.mean, resolution: resolution)
    return SignalShape(settings.shape, sides: settings.sides) { name in
      settings.shape.parameters.firstIndex(of: name).map { natural[$0] } ?? .nan
    }
  }

  /// The interpolated quantities of the shape by the name of the parameter; empty outside.
  ///
  /// `mean` is in resolutions from the expected position, `width` in resolutions, `width2` in widths.
  public func shapeQuantities(at hypothesis: SignalHypothesis) -> [(
    name: String, value: InterpolatedValue
  )] {
    let x = interpolation.value(hypothesis)
    return zip(settings.shape.parameters, shapeCurves).compactMap { name, curve in
      curve.value(at: x).map { (name, name.hasPrefix("width") ? $0.exponential : $0) }
    }
  }

  private func outside(_ hypothesis: SignalHypothesis, _ range: ClosedRange<Double>) -> SignalError
  {
    let known = measurements.filter {
      range.contains(interpolation.value(SignalHypothesis(mass: $0.mass, mean: $0.mean)))
    }
    return .outside(
      place: name, mass: hypothesis.mass, low: known.first?.mass ?? .nan,
      high: known.last?.mass ?? .nan)
  }
}

/// The efficiency of a benchmark over that of all generated events.
private struct BenchmarkCurve: Equatable, Sendable {
  var curve: QuantityCurve
  /// Places of its measurements among those of the signal.
  var places: [Int]
}

/// What of a shape is interpolated.
enum ShapeQuantity {
  /// Value and error of a parameter's quantity; fixed and limited parameters have no error.
  static func value(of parameter: String, _ m: SignalMeasurement) -> (Double, Double) {
    guard let fit = m.fit, let found = fit[parameter] else { return (.nan, .nan) }
    let error = found.error ?? 0
    switch parameter {
    case "mean": return ((found.value - m.mean) / m.resolution, error / m.resolution)
    case "width":
      return (SpecialFunctions.log(found.value / m.resolution), error / found.value)
    case "width2":
      let first = fit["width"]?.value ?? .nan, firstError = fit["width"]?.error ?? 0
      let a = error / found.value, b = firstError / first
      let both = fit.covariance("width", "width2") / (first * found.value)
      return (
        SpecialFunctions.log(found.value / first), max(a * a + b * b - 2 * both, 0).squareRoot()
      )
    default: return (found.value, error)
    }
  }

  /// The parameters of a shape from their quantities.
  static func natural(_ names: [String], _ values: [Double], mean: Double, resolution: Double)
    -> [Double]
  {
    var out = values, width = Double.nan
    for (i, name) in names.enumerated() {
      switch name {
      case "mean": out[i] = mean + values[i] * resolution
      case "width":
        width = resolution * SpecialFunctions.exp(values[i])
        out[i] = width
      case "width2": out[i] = width * SpecialFunctions.exp(values[i])
      default: break
      }
    }
    return out
  }
}

extension SignalFit {
  /// The covariance of two free parameters; 0 where one is fixed.
  func covariance(_ a: String, _ b: String) -> Double {
    guard let i = freeParameters.firstIndex(of: a), let j = freeParameters.firstIndex(of: b),
      covariance.count == freeParameters.count * freeParameters.count
    else { return 0 }
    return covariance[i * freeParameters.count + j]
  }
}
