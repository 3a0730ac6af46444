import Diagnostics
import Expressions
import Settings

extension ScanSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan"
  /// What it states, in one sentence.
  public static let summary = "States the scan over hypotheses."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> ScanSettings {
    let sample = keys.optional(
      "sample", Format<String>.text("a sample"), "Sample; absent: all samples of role data")
    let observable = keys.required(
      "observable", Format<ExpressionSource>.expression, "The fitted quantity")
    let constituent = keys.optional(
      "constituentMass", Format<MassValue>.mass,
      "Mass m in reducedMass = sqrt(mass^2 - 4 m^2): GeV, or the name of a constant")
    let hypotheses = keys.required(
      "hypotheses", Format<HypothesisSettings>.section, "Which hypotheses are tested")
    let select = keys.value(
      "select", Format<[HypothesisCut]>.list(of: .section, of: "cuts"), default: "[]",
      "Cuts that a hypothesis chooses for its whole window")
    let window = keys.required(
      "window", Format<WindowSettings>.section, "The window around a hypothesis")
    let background = keys.required(
      "background",
      Format<[BackgroundRule]>.list(of: .section, count: 1...Int.max, of: "backgrounds"),
      "Backgrounds; the first whose range holds the hypothesis is used")
    let fit = keys.value(
      "fit", Format<WindowFitSettings>.section, default: "{}", "How a window is fitted")
    let systematics = keys.value(
      "systematics", Format<[Named<SystematicSettings>]>.entries(of: .section, named: "luminosity"),
      default: "{}", "Nuisance parameters; the same name is the same parameter everywhere")
    let limit = keys.optional(
      "limit", Format<LimitSettings>.section, "The upper limit; absent: none is set")
    let acceptance = keys.value(
      "minimumAcceptance", Format<Double>.quantity(.fraction, .fraction), default: "0.5",
      "Hypotheses with a smaller part of the signal inside the window are skipped")
    let lookElsewhere = keys.optional(
      "lookElsewhere", Format<LookElsewhereSettings>.section,
      "The global significance; absent: none is sought")
    let closure = keys.optional(
      "closure", Format<ClosureSettings>.section, "Toys with injected signals; absent: none")
    let profiles = keys.value(
      "profiles", Format<Bool>.boolean, default: "false",
      "Whether the summary keeps the profile likelihood of each hypothesis: 'nightjar combine' "
        + "needs it")
    let isCounting = fit.likelihood == .counting
    let cuts = select + background.enumerated().flatMap { $1.invertedCuts($0) }
    return ScanSettings(
      sample: sample, observable: observable, constituentMass: constituent,
      hypotheses: hypotheses, select: cuts, window: window, background: background, fit: fit,
      systematics: systematics, limit: limit?.forWindows(counted: isCounting),
      minimumAcceptance: acceptance,
      lookElsewhere: lookElsewhere, closure: closure, profiles: profiles)
  }
}

extension Format where Value == MassValue {
  /// A mass in GeV, or the name of a constant.
  static var mass: Format<MassValue> {
    .either(
      Format<Double>.number(.notNegative).map { MassValue.number($0) }, if: { $0.isNumber },
      else: Format<String>.text("mMu").map { MassValue.constant($0) })
  }
}

extension Format where Value == StepSize {
  /// A positive length: "5 MeV" or "60 resolution".
  static var length: Format<StepSize> {
    Format<Quantity>.quantity([.mass, .resolution]).checked { quantity, node in
      quantity.value > 0 ? nil : ("must be positive, found \(node.scalarText)", nil)
    }.map { $0.dimension == .mass ? .fixed($0.value) : .resolutions($0.value) }
  }
}

extension HypothesisSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.hypotheses"
  /// What it states, in one sentence.
  public static let summary = "States which hypotheses are tested."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> HypothesisSettings {
    let range = keys.required(
      "range", Format<HypothesisRange?>.hypotheses, "First and last hypothesis")
    let step = keys.required("step", Format<StepSection>.section, "From one to the next")
    return HypothesisSettings(
      range: range ?? HypothesisRange(variable: .mass, bounds: 0...1), stepVariable: step.variable,
      step: step.size)
  }
}

/// A step from one hypothesis to the next.
private struct StepSection: SettingsSection {
  static let sectionName = "scan.hypotheses.step"
  static let summary = "States the step from one hypothesis to the next."

  var variable: HypothesisVariable
  var size: StepSize

  static func read(_ keys: inout SectionReader) -> StepSection {
    StepSection(
      variable: keys.required(
        "in", Format<HypothesisVariable>.choice(), "The variable the step is taken in"),
      size: keys.required(
        "size", Format<StepSize>.length, "Fixed, or a multiple of the resolution there"))
  }
}

extension HypothesisCut: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.select"
  /// What it states, in one sentence.
  public static let summary = "States a cut for the hypotheses of one range."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> HypothesisCut {
    let range = keys.hypothesisRange()
    let network = keys.optional(
      "network", Format<String>.text("mlp1"), "The network whose score is cut on")
    let cut = keys.required(
      "cut", cutFormat,
      "What kept candidates fulfil; with 'network' the score above which they are kept, or how "
        + "it is chosen")
    keys.channels()
    guard let network else {
      if keys.isClean, case .score = cut {
        keys.report("cut", "is on a score, which needs 'network'", remedy: "add 'network: …'")
      }
      return HypothesisCut(range: range, criterion: cut)
    }
    guard case .score(_, let score) = cut else {
      if keys.isClean {
        keys.report(
          "cut", "must be a number or {optimise: punzi, …} with 'network'",
          remedy: "remove 'network' to cut on an expression")
      }
      return HypothesisCut(range: range, criterion: .score(network: network, .above(0)))
    }
    return HypothesisCut(range: range, criterion: .score(network: network, score))
  }

  private static var cutFormat: Format<Criterion> {
    .either(
      Format<OptimisedCutSettings>.section.map { .score(network: "", .optimised($0)) },
      if: { $0.isMap },
      else: .either(
        Format<Double>.number().map { .score(network: "", .above($0)) }, if: { $0.isNumber },
        else: Format<ExpressionSource>.expression.map { .expression($0) }))
  }
}

extension WindowSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.window"
  /// What it states, in one sentence.
  public static let summary = "States the window around a hypothesis."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> WindowSettings {
    let width = keys.required(
      "width", Format<StepSize>.length, "Full width, centred on the mean of the signal")
    let limits = keys.optional(
      "limits", Format<ClosedRange<Double>>.interval(),
      "Thresholds [low, high] in the observable that cut every window")
    let exclude = keys.value(
      "exclude", Format<[Exclusion]>.list(of: .exclusion), default: "[]",
      "Excluded ranges: [low, high] in the observable, or {mass: [low, high]}")
    var ranges: [ClosedRange<Double>] = []
    var hypotheses: [HypothesisRange] = []
    for exclusion in exclude {
      switch exclusion {
      case .observable(let range): ranges.append(range)
      case .hypotheses(let range): hypotheses.append(range)
      }
    }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    if keys.isClean,
      zip(ranges, ranges.dropFirst()).contains(where: { $0.upperBound >= $1.lowerBound })
    {
      keys.report("exclude", "has ranges that overlap", remedy: "join them")
    }
    return WindowSettings(
      width: width, limits: limits, exclude: ranges, excludeHypotheses: hypotheses)
  }
}

private enum Exclusion: Sendable {
  case observable(ClosedRange<Double>)
  case hypotheses(HypothesisRange)
}

extension Format where Value == Exclusion {
  fileprivate static var exclusion: Format<Exclusion> {
    .either(
      Format<HypothesisRange?>.hypotheses.map {
        .hypotheses($0 ?? HypothesisRange(variable: .mass, bounds: 0...1))
      }, if: { $0.isMap }, else: Format<ClosedRange<Double>>.interval().map { .observable($0) })
  }
}

extension BackgroundRule: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.background"
  /// What it states, in one sentence.
  public static let summary = "States the background for the hypotheses of one range."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> BackgroundRule {
    let range = keys.hypothesisRange()
    let counted = keys.optional(
      "from", Format<CountedBackground>.section,
      "Where the background of a counting window comes from, instead of a shape")
    let shape = keys.backgroundShape()
    keys.channels()
    if keys.isClean, counted != nil, keys.has("shape") || keys.has("sum") || keys.has("peak") {
      keys.report(
        atKey: "from", "'from' stands beside a density", remedy: "keep one of them")
    }
    return BackgroundRule(range: range, shape: shape, counted: counted)
  }
}

extension WindowFitSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.fit"
  /// What it states, in one sentence.
  public static let summary = "States how a window is fitted."

  private enum Kind: String, Sendable, CaseIterable {
    case unbinned, binned, counting
  }

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> WindowFitSettings {
    let kind = keys.value(
      "likelihood", Format<Kind>.choice(), default: "unbinned",
      "Kind of likelihood")
    let bins = keys.optional(
      "bins", Format<Int>.integer(.init(from: 2, to: 100_000)),
      "Number of equal bins over each window, for a binned likelihood")
    let positivity = keys.value(
      "positivity", Format<Positivity>.choice(), default: "total density",
      "Which density may not become negative inside the window")
    let negative = keys.value(
      "negativeSignal", Format<Bool>.boolean, default: "true",
      "Whether the fitted signal may be negative")
    if keys.isClean {
      if kind == .binned, bins == nil { keys.reportMissing("bins", "a binned likelihood needs it") }
      if kind != .binned, bins != nil {
        keys.report(
          atKey: "bins", "'bins' belongs to a binned likelihood, found with \(kind.rawValue)",
          remedy: "remove it, or write 'likelihood: binned'")
      }
    }
    let likelihood: Likelihood =
      switch kind {
      case .unbinned: .unbinned
      case .binned: .binned(bins: bins ?? 2)
      case .counting: .counting
      }
    return WindowFitSettings(
      likelihood: likelihood, positivity: positivity,
      negativeSignal: negative)
  }
}

extension SystematicSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.systematics"
  /// What it states, in one sentence.
  public static let summary = "States a nuisance parameter."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> SystematicSettings {
    let affects = keys.required(
      "affects", Format<Effect>.choice(later: ["mean", "background"]), "What it changes")
    let size = keys.required(
      "size", sizeFormat, "Relative size of one standard deviation")
    let constraint = keys.required(
      "constraint", Format<Constraint>.choice(),
      "Its prior: κ^θ with κ = 1 + size, or 1 + size·θ")
    keys.channels()
    return SystematicSettings(affects: affects, size: size, constraint: constraint)
  }

  private static var sizeFormat: Format<Size> {
    let curve = Format<Curve>.curve(.fraction).checked { curve, node in
      guard case .constant(let value) = curve, value <= 0 else { return nil }
      return ("must be positive, found \(node.scalarText)", nil)
    }
    return .either(
      Format<FromSection>.section.map(\.size), if: { $0.keys.contains("from") },
      else: curve.map { .stated($0) })
  }
}

/// A size measured by another stage.
private struct FromSection: SettingsSection {
  static let sectionName = "scan.systematics.size"
  static let summary = "Takes the size from another stage."

  var size: SystematicSettings.Size

  static func read(_ keys: inout SectionReader) -> Self {
    let source = keys.required(
      "from", Format<String>.text("signal"),
      "'signal': the error of its measured efficiency; 'normalisation': that of the produced parents; "
        + "the name of a control; or the 'systematic' of a signal's corrections"
    )
    switch source {
    case "signal": return Self(size: .signal)
    case "normalisation": return Self(size: .normalisation)
    default: return Self(size: .correction(source))
    }
  }
}
