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
}

extension SignalSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "signal"
  /// What it states, in one sentence.
  public static let summary = "States the signal as a function of the hypothesis."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> SignalSettings {
    let shape = keys.required("shape", Format<SignalShapeKind>.choice(), "Family of the shape")
    let isFromSamples = keys.has("samples")
    let mass = ExpressionSource(text: "mass", location: keys.location)
    let parameters = keys.shapeParameters(
      of: shape, Format<Curve>.curve(.mass), isComplete: !isFromSamples,
      meanDefault: .expression(mass))
    let sides = keys.tailSides(of: shape)
    let resolution = keys.optional(
      "resolution", resolutionFormat,
      "Mass resolution, the unit of steps and windows; absent: the width of the shape")
    let efficiency = keys.optional(
      "efficiency", Format<Curve>.curve(.fraction), "Selection efficiency, 0…1")
    let normalise = keys.value(
      "normalise", Format<Normalisation>.choice(), default: "full line",
      "Where the density is one")
    keys.later(
      "samples", Format<[String]>.oneOrMore(.text("a sample")),
      "Signal samples that shape, resolution and efficiency are measured on")
    keys.later("interpolate", Format<InterpolateSection>.section, "How samples are joined")
    keys.later(
      "lifetimes", Format<[Named<LifetimeSection>]>.entries(of: .section, named: "S"),
      "Lifetimes that are tested")
    keys.later("at", Later.parameters, "Other coordinates of the tested hypotheses")
    if keys.isClean, efficiency == nil {
      keys.reportMissing("efficiency", "a scan needs it")
    }
    return SignalSettings(
      shape: shape, parameters: parameters, sides: sides,
      resolution: resolution ?? parameters.value(named: "width") ?? .constant(1),
      efficiency: efficiency ?? .constant(1), normalise: normalise)
  }

  private static var resolutionFormat: Format<Curve> {
    .either(
      .later(
        Format<ResolutionSection>.section, "a resolution measured on samples",
        as: { Curve.constant(1) }), if: { $0.keys.contains("interval") },
      else: Format<Curve>.curve(.mass))
  }
}

/// A resolution measured on simulated signals.
private struct ResolutionSection: SettingsSection {
  static let sectionName = "signal.resolution"
  static let summary = "Measures the resolution on simulated signals."

  static func read(_ keys: inout SectionReader) -> Self {
    _ = keys.required(
      "interval", Format<Double>.quantity(.fraction, .fraction),
      "Probability of the smallest interval whose half-width is the resolution")
    return Self()
  }
}

/// How measured values are joined between the masses of samples.
private struct InterpolateSection: SettingsSection {
  static let sectionName = "signal.interpolate"
  static let summary = "Joins what was measured at the masses of the samples."

  static func read(_ keys: inout SectionReader) -> Self {
    _ = keys.required("in", Format<HypothesisVariable>.choice(), "The variable")
    _ = keys.value("method", Format<Curve.Method>.choice(), default: "monotone cubic", "The method")
    return Self()
  }
}
