import Expressions
import Settings

/// A control sample: a known particle selected, and fitted or counted, in data and in simulation.
///
/// It is a small search of its own: samples, selection, and one fit or count of each bin of a quantity in
/// data and in simulation. What data yield over what simulation yields corrects the signal. Stating it makes
/// it a region that is seen, all of it, while the search is blind.
public struct ControlSettings: Sendable, Equatable {
  /// How the efficiencies of the signal are corrected.
  public enum EfficiencyGift: String, Sendable, CaseIterable {
    /// By data over simulation in each bin.
    case ratio
    /// By the same over its value in all bins together: what is produced is not simulated well.
    case shape
  }

  /// How the widths of the signal are corrected.
  public enum WidthGift: String, Sendable, CaseIterable {
    /// By the width in data over that in simulation.
    case ratio
  }

  /// Samples of roles data and background, which stands for its simulation.
  public var samples: [Named<SampleSettings>]
  /// Definitions, cuts and best candidate of the control sample; the search's do not count.
  public var skim: SkimSettings
  /// The fit, whose first peak is what is counted, or a count.
  public var measure: ControlMeasure
  /// The quantity whose bins are compared; nil: all candidates together.
  public var quantity: ExpressionSource?
  /// Edges of its bins, ascending; empty without a quantity.
  public var edges: [Double]
  /// What corrects the signal's efficiency; nil: nothing.
  public var efficiency: EfficiencyGift?
  /// What corrects the signal's width; nil: nothing.
  public var width: WidthGift?
}

extension ControlSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "controls"
  /// What it states, in one sentence.
  public static let summary =
    "Measures data over simulation in a control sample, bin by bin, for the signal."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> ControlSettings {
    let samples = keys.required(
      "samples", Format<[Named<SampleSettings>]>.entries(of: .section, named: "data"),
      "Its samples by name, of roles data and background, with luminosities")
    let skim = keys.value(
      "skim", Format<SkimSettings>.section, default: "{}",
      "Its definitions, cuts and best candidate; those of the search do not count. What is selected is seen "
        + "while the search is blind")
    let fit = keys.optional(
      "fit", Format<FitSettings>.section,
      "Its fit, of all simulated candidates first; mean, width, yields and background are then free in "
        + "each bin of data and simulation, the rest of the shape stays; or 'count'")
    let count = keys.optional(
      "count", Format<ControlCount>.section,
      "What is counted in data and simulation, where nothing is fitted")
    let bins = keys.optional(
      "bins",
      Format<[Named<[Double]>]>.entries(
        of: .list(of: .number(), count: 2...1000, of: "edges"), named: "dr"),
      "Edges of the bins of one quantity; the nearest bin counts for signal outside of them")
    let gives = keys.value(
      "gives", Format<ControlGifts>.section, default: "{}", "What the signal gets from it")
    keys.channels()
    if keys.isClean, (fit == nil) == (count == nil) {
      if fit == nil {
        keys.reportMissing("fit", "a control sample states it, or 'count'")
      } else {
        keys.report(
          atKey: "count", "'fit' and 'count' are both stated", remedy: "keep one of them")
      }
    }
    let measure = count.map { .count($0) } ?? fit.map { .fit($0) } ?? ControlMeasure.none
    if keys.isClean { check(&keys, samples, skim, measure, bins, gives) }
    return ControlSettings(
      samples: samples, skim: skim, measure: measure,
      quantity: bins?.first.map { ExpressionSource(text: $0.name, location: keys.location) },
      edges: bins?.first?.value ?? [], efficiency: gives.efficiency, width: gives.width)
  }

  private static func check(
    _ keys: inout SectionReader, _ fit: FitSettings, _ gives: ControlGifts
  ) {
    if fit.peaks.isEmpty {
      keys.report("fit", "has no peak", remedy: "state the peak that is counted under 'peaks'")
    }
    if fit.sample != nil {
      keys.report(
        "fit.sample", "is not asked for: a control sample is fitted in all of its samples")
    }
    if gives.width != nil, let counted = fit.peaks.first {
      if fit.peaks.count > 1 || counted.value.shape == .twoCrystalBalls {
        keys.report(
          "gives.width", "needs one peak with one width; what of several is wider is not known")
      } else if counted.value.parameters.value(named: "width")?.isFixed == true {
        keys.report("gives.width", "needs a free width, found a fixed one in 'fit'")
      }
    }
  }

  private static func check(
    _ keys: inout SectionReader, _ samples: [Named<SampleSettings>], _ skim: SkimSettings,
    _ measure: ControlMeasure, _ bins: [Named<[Double]>]?, _ gives: ControlGifts
  ) {
    for role in [SampleRole.data, .background]
    where !samples.contains(where: { $0.value.role == role }) {
      keys.report(
        "samples", "has none of role \(role.rawValue)",
        remedy: "a control sample compares data with their simulation, of role background")
    }
    for sample in samples {
      if sample.value.role == .signal {
        keys.report("samples.\(sample.name)", "has the role signal, found in a control sample")
      }
      if sample.value.luminosity == nil {
        keys.report(
          "samples.\(sample.name)", "states no luminosity, which data over simulation needs",
          remedy: "add 'luminosity: …'")
      }
      if !sample.value.corrections.isEmpty {
        keys.report(
          "samples.\(sample.name).corrections", "are not available yet in control samples")
      }
    }
    if skim.score != nil { keys.report("skim.score", "is not available yet in control samples") }
    if !skim.comparisons.isEmpty {
      keys.report("skim.comparisons", "are not available yet in control samples")
    }
    if case .fit(let fit) = measure { check(&keys, fit, gives) }
    if case .count(let count) = measure, gives.width != nil {
      keys.report(
        "gives.width", "cannot come from a count of \(count.observable.text)",
        remedy: "state a 'fit', or remove it")
    }
    if let bins {
      if bins.count != 1 {
        keys.report("bins", "must state one quantity, found \(bins.count)")
      } else if !bins[0].name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) {
        keys.report(
          "bins", "must state a column or definition, found '\(bins[0].name)'",
          remedy: "define it under 'skim.define', here and in the search")
      } else if zip(bins[0].value, bins[0].value.dropFirst()).contains(where: { $0 >= $1 }) {
        keys.report("bins.\(bins[0].name)", "must be ascending")
      }
    }
    if gives.efficiency == .shape, bins == nil {
      keys.report("gives.efficiency", "is a shape, which needs 'bins'")
    }
  }
}

/// How candidates of a control sample are counted.
public enum ControlMeasure: Sendable, Equatable {
  /// The yield of the first peak of a fit.
  case fit(FitSettings)
  /// Candidates of a window.
  case count(ControlCount)
  /// Not stated, which was told.
  case none

  /// What is fitted or counted.
  public var observable: ExpressionSource {
    switch self {
    case .fit(let fit): fit.observable
    case .count(let count): count.observable
    case .none: .missing
    }
  }

  /// Where candidates are looked at.
  public var range: ClosedRange<Double> {
    switch self {
    case .fit(let fit): fit.window
    case .count(let count):
      count.sidebands.reduce(count.window) { range, side in
        min(range.lowerBound, side.lowerBound)...max(range.upperBound, side.upperBound)
      }
    case .none: 0...1
    }
  }

  /// Its key in the file.
  public var key: String { if case .count = self { "count" } else { "fit" } }
}

/// Candidates of a window less those beside it.
public struct ControlCount: Sendable, Equatable {
  /// What is counted.
  public var observable: ExpressionSource
  /// The window.
  public var window: ClosedRange<Double>
  /// Ranges beside it; what they hold, scaled by widths, is taken off.
  public var sidebands: [ClosedRange<Double>]
}

extension ControlCount: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "controls.count"
  /// What it states, in one sentence.
  public static let summary = "Counts candidates of a window, less those beside it."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> ControlCount {
    let observable = keys.required(
      "observable", Format<ExpressionSource>.expression, "What is counted: a column or definition")
    let window = keys.required(
      "window", Format<ClosedRange<Double>>.interval(), "Range in which it is counted")
    let sidebands = keys.value(
      "sidebands", Format<[ClosedRange<Double>]>.list(of: .interval()), default: "[]",
      "Ranges beside the window: their candidates, scaled by widths, are taken off")
    if keys.isClean {
      let ranges = ([window] + sidebands).sorted { $0.lowerBound < $1.lowerBound }
      if zip(ranges, ranges.dropFirst()).contains(where: { $0.upperBound > $1.lowerBound }) {
        keys.report("sidebands", "overlap the window or each other")
      }
    }
    return ControlCount(observable: observable, window: window, sidebands: sidebands)
  }
}

/// What the signal gets from a control sample.
struct ControlGifts: SettingsSection, Equatable {
  var efficiency: ControlSettings.EfficiencyGift?
  var width: ControlSettings.WidthGift?

  static let sectionName = "controls.gives"
  static let summary =
    "States what the signal gets from a control sample; the errors are sizes for 'systematics'."

  static func read(_ keys: inout SectionReader) -> Self {
    Self(
      efficiency: keys.optional(
        "efficiency", Format<ControlSettings.EfficiencyGift>.choice(),
        "Each signal candidate is weighted by data over simulation in its bin, or by the same over "
          + "its value in all bins"),
      width: keys.optional(
        "width", Format<ControlSettings.WidthGift>.choice(),
        "The signal is as much wider about its expected position as data are than simulation"))
  }
}

extension Pipeline {
  /// A control sample as a search of its own, open, without fits and scan.
  public func control(_ control: ControlSettings) -> Pipeline {
    var own = self
    own.samples = control.samples
    own.skim = control.skim
    own.blind = false
    own.unblindFraction = nil
    own.regions = []
    own.normalisation = nil
    own.split = nil
    own.controls = []
    own.fits = []
    own.signal = nil
    own.scan = nil
    own.interpretations = []
    own.planes = []
    own.keptQuantities = [control.measure.observable] + [control.quantity].compactMap { $0 }
    let texts = own.expressions(of: control)
    own.constants = constants.filter { constant in texts.contains { $0.mentions(constant.name) } }
    own.massHypotheses = massHypotheses.filter { mass in
      texts.contains { $0.mentions(mass.name) }
    }
    return own
  }

  /// The settings of a control sample without spelling, with those of the search it stands on.
  ///
  /// What its expressions do not name is left out: channels then share a control sample.
  public static func control(_ name: String, of canonical: CanonicalValue, as own: Pipeline)
    -> CanonicalValue
  {
    func named(_ path: String, _ names: [String]) -> Named<CanonicalValue> {
      Named(path, .map(names.sorted().map { Named($0, canonical["\(path).\($0)"]) }))
    }
    let kept = [Named("beams", canonical["beams"])]
    let measure = canonical["controls.\(name).count"] == .nothing ? "fit" : "count"
    let parts = ["bins", measure, "gives", "samples", "skim"].map {
      Named($0, canonical["controls.\(name).\($0)"])
    }
    return .map(
      (kept + parts
        + [
          named("constants", own.constants.map(\.name)),
          named("massHypotheses", own.massHypotheses.map(\.name)),
        ]).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
  }

  private func expressions(of control: ControlSettings) -> [ExpressionSource] {
    let skim = control.skim
    return skim.define.map(\.value) + skim.select.map(\.value) + skim.veto.map(\.value.expression)
      + [skim.bestCandidate?.key, control.quantity, control.measure.observable].compactMap { $0 }
      + control.samples.compactMap(\.value.weight)
  }
}

extension ExpressionSource {
  /// Whether a name occurs in the text.
  func mentions(_ name: String) -> Bool {
    text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == name }
  }
}
