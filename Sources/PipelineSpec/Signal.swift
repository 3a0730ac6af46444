import Expressions
import Settings

/// The signal as a function of the hypothesis.
public struct SignalSettings: Sendable, Equatable {
  /// Family of the shape.
  public var shape: SignalShapeKind
  /// The shape's parameters by name, in the order of `shape.parameters`; mean in the observable.
  public var parameters: [Named<Curve>]
  /// Sides of the tails of two Crystal Balls.
  public var sides: [TailSide]
  /// The mass resolution that steps and windows are multiples of, in the observable.
  public var resolution: Curve
  /// Selection efficiency, 0…1.
  public var efficiency: Curve
  /// Where its density is one.
  public var normalise: Normalisation
  /// How the curves are measured on samples; nil: they are stated.
  ///
  /// Parameters that are stated nevertheless are held.
  public var measured: MeasuredSignalSettings?
  /// Lifetimes that are tested beside the mass; nil: one limit a mass.
  public var lifetimes: LifetimeSettings?
  /// Values of the samples' other coordinates at which limits are set; empty where there are none.
  public var coordinates: [Named<Double>] = []
}

extension SignalSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "signal"
  /// What it states, in one sentence.
  public static let summary = "States the signal as a function of the hypothesis."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> SignalSettings {
    let shape = keys.required("shape", Format<SignalShapeKind>.choice(), "Family of the shape")
    let isMeasured = keys.has("samples")
    let mass = ExpressionSource(text: "mass", location: keys.location)
    let parameters = keys.shapeParameters(
      of: shape, Format<Curve>.curve(.mass), isComplete: !isMeasured,
      meanDefault: .expression(mass))
    let sides = keys.tailSides(of: shape)
    let resolution = keys.optional(
      "resolution", ResolutionSetting.format,
      "Mass resolution, the unit of steps and windows; absent: the width of the shape, or what is "
        + "measured with 68.27 %")
    let efficiency = keys.optional(
      "efficiency", Format<Curve>.curve(.fraction), "Selection efficiency, 0…1")
    let normalise = keys.value(
      "normalise", Format<Normalisation>.choice(), default: "full line",
      "Where the density is one")
    let samples = keys.optional(
      "samples", Format<[String]>.oneOrMore(.text("a sample")),
      "Signal samples that shape, resolution and efficiency are measured on; each is scanned for")
    let interpolate = keys.optional(
      "interpolate", Format<InterpolateSection>.section, "How the samples' masses are joined")
    let range = keys.optional(
      "fitRange", Format<Double>.quantity(.resolution, .init(from: 3)),
      "Half-width around the mean in which the shape is fitted")
    let lifetimes = keys.optional(
      "lifetimes", LifetimeSettings.format, "Lifetimes that are tested beside the mass")
    let coordinates = keys.optional(
      "at",
      Format<[Named<Double>]>.entries(of: .number(), named: "chi1Mass").checkedNames(),
      "Other coordinates of the tested hypotheses, inside the grid that was generated")
    var measured: MeasuredSignalSettings?
    var stated: Curve?
    if case .curve(let curve) = resolution { stated = curve }
    if let samples {
      var interval = 0.6827
      if case .measured(let part) = resolution { interval = part }
      measured = MeasuredSignalSettings(
        samples: samples, interval: interval, variable: interpolate?.variable ?? .mass,
        method: interpolate?.method ?? .monotoneCubic, fitRange: range ?? 15)
    }
    if keys.isClean, lifetimes != nil, samples == nil {
      keys.report(atKey: "lifetimes", "'lifetimes' needs 'samples' that are measured")
    }
    if keys.isClean, coordinates != nil, samples == nil {
      keys.report(atKey: "at", "'at' needs 'samples' that are measured", remedy: "remove it")
    }
    if keys.isClean { check(&keys, isMeasured: isMeasured, hasCurve: stated != nil) }
    return SignalSettings(
      shape: shape, parameters: parameters, sides: sides,
      resolution: stated ?? parameters.value(named: "width") ?? .constant(1),
      efficiency: efficiency ?? .constant(1), normalise: normalise, measured: measured,
      lifetimes: lifetimes, coordinates: coordinates ?? [])
  }

  /// The stated parameters of a measured shape, which are held; the mean is where it is expected.
  public var heldParameters: [Named<Double>] {
    parameters.compactMap { named in
      guard named.name != "mean", case .constant(let value) = named.value else { return nil }
      return Named(named.name, value)
    }
  }

  private static func check(_ keys: inout SectionReader, isMeasured: Bool, hasCurve: Bool) {
    guard isMeasured else {
      if !keys.has("efficiency") { keys.reportMissing("efficiency", "a scan needs it") }
      for key in ["interpolate", "fitRange"] where keys.has(key) {
        keys.report(atKey: key, "'\(key)' needs 'samples' that are measured", remedy: "remove it")
      }
      if keys.has("resolution"), !hasCurve {
        keys.report(
          "resolution", "is to be measured, which needs 'samples'",
          remedy: "add 'samples: …', or state a curve")
      }
      return
    }
    if keys.has("efficiency") {
      keys.report(
        atKey: "efficiency", "'efficiency' is stated and measured on 'samples'",
        remedy: "keep one of them")
    }
    if hasCurve {
      keys.report(
        "resolution", "is stated and measured on 'samples'",
        remedy: "write '{interval: 0.6827}', or remove 'samples'")
    }
  }
}

/// How the signal's curves are measured on simulated samples.
public struct MeasuredSignalSettings: Sendable, Equatable {
  /// Signal samples; each is scanned for.
  public var samples: [String]
  /// Probability of the smallest interval whose half-width is the resolution.
  public var interval: Double
  /// Variable in which measured values are joined.
  public var variable: HypothesisVariable
  /// How they are joined.
  public var method: Curve.Method
  /// Half-width around the mean in which the shape is fitted, in resolutions.
  public var fitRange: Double
}

/// A resolution: a curve, or the probability of the interval it is measured with.
private enum ResolutionSetting: Sendable {
  case curve(Curve)
  case measured(interval: Double)

  static var format: Format<ResolutionSetting> {
    .either(
      Format<ResolutionSection>.section.map { .measured(interval: $0.interval) },
      if: { $0.keys.contains("interval") },
      else: Format<Curve>.curve(.mass).map { .curve($0) })
  }
}

/// A resolution measured on simulated signals.
private struct ResolutionSection: SettingsSection {
  static let sectionName = "signal.resolution"
  static let summary = "Measures the resolution on simulated signals."

  var interval: Double

  static func read(_ keys: inout SectionReader) -> Self {
    Self(
      interval: keys.required(
        "interval", Format<Double>.quantity(.fraction, .init(above: 0, to: 0.999)),
        "Probability of the smallest interval whose half-width is the resolution"))
  }
}

/// How measured values are joined between the masses of samples.
private struct InterpolateSection: SettingsSection {
  static let sectionName = "signal.interpolate"
  static let summary = "Joins what was measured at the masses of the samples."

  var variable: HypothesisVariable
  var method: Curve.Method

  static func read(_ keys: inout SectionReader) -> Self {
    Self(
      variable: keys.required("in", Format<HypothesisVariable>.choice(), "The variable"),
      method: keys.value(
        "method", Format<Curve.Method>.choice(), default: "monotone cubic", "The method"))
  }
}
