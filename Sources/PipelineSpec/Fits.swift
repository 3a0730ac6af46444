import Expressions
import Settings

/// A named fit of peaks on a background.
public struct FitSettings: Sendable, Equatable {
  /// Name of the sample; nil means all samples of role data.
  public var sample: String?
  /// The fitted quantity.
  public var observable: ExpressionSource
  /// Fitted range of the observable.
  public var window: ClosedRange<Double>
  /// Ranges left out of the window, ascending and disjoint.
  public var exclude: [ClosedRange<Double>]
  /// Number of equal bins of a binned fit; nil: each candidate counts where it is.
  public var bins: Int?
  /// The peaks in the order of the file.
  public var peaks: [Named<PeakSettings>]
  /// The background.
  public var background: BackgroundShapeSettings
}

/// One peak of a named fit.
public struct PeakSettings: Sendable, Equatable {
  /// Family of the shape.
  public var shape: SignalShapeKind
  /// Where its density is one.
  public var normalise: Normalisation
  /// Start of the yield; nil: estimated from the data.
  public var yield: FitParameter?
  /// The shape's parameters by name, in the order of `shape.parameters`.
  public var parameters: [Named<FitParameter>]
  /// Sides of the tails of two Crystal Balls.
  public var sides: [TailSide]
}

/// A parameter of a named fit.
public struct FitParameter: Sendable, Equatable {
  /// Where the fit starts, or the value if `isFixed`.
  public var start: Double
  /// Whether the fit leaves it alone.
  public var isFixed: Bool
  /// Lower bound, if any.
  public var min: Double?
  /// Upper bound, if any.
  public var max: Double?
  /// Parameters with the same name are one parameter; nil: on its own.
  public var sharedName: String?
}

extension FitSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "fits"
  /// What it states, in one sentence.
  public static let summary = "States a fit of peaks on a background."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> FitSettings {
    let sample = keys.optional(
      "sample", Format<String>.text("a sample"), "Sample; absent: all samples of role data")
    let observable = keys.required(
      "observable", Format<ExpressionSource>.expression, "The fitted quantity")
    let window = keys.required(
      "window", Format<ClosedRange<Double>>.interval(), "Fitted range [low, high] of the observable"
    )
    let exclude = keys.value(
      "exclude", Format<[ClosedRange<Double>]>.list(of: .interval()), default: "[]",
      "Ranges [low, high] left out of the window")
    let bins = keys.optional(
      "bins", Format<Int>.integer(.init(from: 1, to: 100_000)),
      "Number of equal bins of a binned fit; absent: unbinned")
    let peaks = keys.value(
      "peaks", Format<[Named<PeakSettings>]>.entries(of: .section, named: "J/psi"), default: "{}",
      "The peaks by name")
    let background = keys.required(
      "background", Format<BackgroundShapeSection>.section, "The background")
    keys.channels()
    keys.later("minos", Format<Bool>.boolean, "Asymmetric errors by the profile likelihood")
    if keys.isClean, background.shape.hasPeaks {
      keys.report(
        "background", "holds a peak; those of a named fit have free shapes",
        remedy: "state it under 'peaks'")
    }
    if keys.isClean {
      for peak in peaks {
        let mean = peak.value.parameters.value(named: "mean")
        guard let mean, !window.contains(mean.start) else { continue }
        keys.report(
          "peaks.\(peak.name)",
          "has its mean at \(SettingsText.number(mean.start)), outside the window [\(SettingsText.number(window.lowerBound)), \(SettingsText.number(window.upperBound))]"
        )
      }
    }
    return FitSettings(
      sample: sample, observable: observable, window: window,
      exclude: exclude.sorted { $0.lowerBound < $1.lowerBound }, bins: bins, peaks: peaks,
      background: background.shape)
  }
}

extension PeakSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "fits.peaks"
  /// What it states, in one sentence.
  public static let summary = "States one peak with its parameters; free unless fixed."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> PeakSettings {
    let shape = keys.required("shape", Format<SignalShapeKind>.choice(), "Family of the shape")
    let normalise = keys.value(
      "normalise", Format<Normalisation>.choice(), default: "full line",
      "Where the density is one, so what the yield counts")
    let yield = keys.optional(
      "yield", Format<FitParameter>.parameter, "Number of candidates; absent: free, estimated")
    let parameters = keys.shapeParameters(
      of: shape, Format<FitParameter>.parameter, isComplete: true, meanDefault: nil)
    let sides = keys.tailSides(of: shape)
    return PeakSettings(
      shape: shape, normalise: normalise, yield: yield, parameters: parameters, sides: sides)
  }
}

extension Format where Value == FitParameter {
  /// A number to start from, or a map that says more.
  static var parameter: Format<FitParameter> {
    .either(
      Format<FitParameterSection>.section.map(\.parameter), if: { $0.isMap },
      else: Format<Double>.number().map { FitParameter(start: $0, isFixed: false) })
  }
}

/// The map form of a parameter of a fit.
private struct FitParameterSection: SettingsSection {
  static let sectionName = "fit parameter"
  static let summary = "States where a parameter starts, its bounds, or its fixed value."

  var parameter: FitParameter

  static func read(_ keys: inout SectionReader) -> FitParameterSection {
    let start = keys.optional("start", Format<Double>.number(), "Where the fit starts")
    let fixed = keys.optional("fixed", Format<Double>.number(), "The value of a fixed parameter")
    let min = keys.optional("min", Format<Double>.number(), "Lower bound")
    let max = keys.optional("max", Format<Double>.number(), "Upper bound")
    let name = keys.optional(
      "name", Format<String>.text("sigma"), "Parameters of the same name are one parameter")
    let value = fixed ?? start ?? 0
    if keys.isClean {
      if fixed == nil, start == nil {
        keys.reportMissing("start", "a free parameter needs it")
      } else if fixed != nil, start != nil || min != nil || max != nil {
        keys.report(
          "fixed", "is stated beside a start or bounds of a free parameter",
          remedy: "keep either 'fixed' or the others")
      } else if let min, let max, min >= max {
        keys.report("max", "must be larger than 'min'")
      } else if value < min ?? value || value > max ?? value {
        keys.report("start", "lies outside the bounds, found \(SettingsText.number(value))")
      }
    }
    return FitParameterSection(
      parameter: FitParameter(
        start: value, isFixed: fixed != nil, min: min, max: max, sharedName: name))
  }
}
