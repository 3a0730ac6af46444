import Diagnostics
import Inference
import PipelineSpec
import Settings

/// Turns the scan's settings into one window a hypothesis.
struct WindowPlanner: Sendable {
  /// Ranges of the observable that every window leaves out, ascending.
  let excluded: [NamedRange]
  let scan: ScanSettings
  private let constituent: Double?
  private let signal: SignalSettings
  private let curves: SignalCurves
  private let sizes: [CurveFunction?]
  private let cuts: HypothesisCuts
  private let luminosity: Double?
  /// Produced parents in what is scanned.
  private let parents: MeasuredNumber?
  /// Whether blinding hides the data of every window.
  private let isBlind: Bool

  /// Compiles the sizes of nuisances.
  ///
  /// `excluded` are the ranges of the observable that every window leaves out, ascending;
  /// `luminosity` is that of the scanned data in inverse femtobarn, unblinded part only.
  init(
    _ pipeline: Pipeline, scan: ScanSettings, signal: SignalSettings, curves: SignalCurves,
    cuts: HypothesisCuts, excluded: [NamedRange], luminosity: Double?
  ) throws {
    self.curves = curves
    self.cuts = cuts
    self.scan = scan
    let constituent = scan.constituentMass.flatMap { pipeline.value(of: $0) }
    self.constituent = constituent
    self.signal = signal
    self.luminosity = luminosity
    parents = pipeline.normalisation.map { settings in
      let count = settings.count
      let seen = pipeline.visibleFraction ?? 1
      return MeasuredNumber(value: count.value * seen, error: count.error * seen)
    }
    let scanned = scan.sample.flatMap { pipeline.samples.value(named: $0) }
    isBlind =
      pipeline.blind && pipeline.unblindFraction == nil && scanned.map { $0.role == .data } ?? true
    sizes = try scan.systematics.map { named in
      guard case .stated(let size) = named.value.size else { return nil }
      return try CurveFunction(
        "scan.systematics.\(named.name).size", size, constants: pipeline.constants,
        hasReducedMass: constituent != nil)
    }

    self.excluded = excluded
  }

  /// Plans all windows, ascending in the hypothesis.
  func windows() throws -> [MassWindow] {
    try MassGrid(
      scan.hypotheses, constituent: constituent, resolution: { try curves.resolution(at: $0) }
    ).hypotheses.map { try window($0) }
  }

  private func window(_ hypothesis: Hypothesis) throws -> MassWindow {
    let sigma = try curves.resolution(at: hypothesis)
    let shape = try curves.shape(at: hypothesis)
    let efficiency = try curves.efficiency(at: hypothesis)
    let width =
      switch scan.window.width {
      case .fixed(let value): value
      case .resolutions(let factor): factor * sigma
      }
    var low = shape.mean - width / 2
    var high = shape.mean + width / 2
    if let limits = scan.window.limits {
      low = max(low, limits.lowerBound)
      high = min(high, limits.upperBound)
    }
    var window = MassWindow(
      hypothesis: hypothesis, resolution: sigma, range: low...max(low, high), segments: [],
      signal: shape, normalisation: signal.normalise == .window ? .window : .fullLine,
      acceptance: 0,
      efficiency: efficiency.value, yieldPerUnit: 1, background: try background(at: hypothesis),
      nuisances: try nuisances(at: hypothesis, signalError: efficiency.relativeError), rules: 0,
      score: nil, skipped: nil)
    (window.rules, window.score) = cuts.requirements(at: hypothesis)
    window.benchmarks = try curves.benchmarkRatios(at: hypothesis)
    switch scan.limit?.parameter {
    case .crossSection:
      window.yieldPerUnit =
        (luminosity ?? 0) * (scan.limit?.unit?.femtobarns ?? 1) * window.efficiency
    case .branchingProduct: window.yieldPerUnit = (parents?.value ?? 0) * window.efficiency
    case .yield, nil: break
    }
    window.segments = Self.segments(low, high, without: excluded.map { $0.low...$0.high })
    if excluded.contains(where: { $0.low <= shape.mean && shape.mean <= $0.high }) {
      window.skipped = .skippedVeto
    } else if window.segments.isEmpty {
      window.skipped = .skippedAcceptance
    } else {
      window.acceptance = WindowSolver.acceptance(
        shape, normalisation: .fullLine, segments: window.segments)
      if !(window.acceptance >= scan.minimumAcceptance) { window.skipped = .skippedAcceptance }
      if !(window.yieldPerUnit > 0) { window.skipped = .skippedAcceptance }
      if isBlind, window.skipped == nil { window.skipped = .skippedBlind }
    }
    window.counted = counted(window)
    return window
  }

  private func background(at hypothesis: Hypothesis) throws -> BackgroundShape {
    for rule in scan.background where hypothesis.isInside(rule.range) {
      return BackgroundShape(rule.shape)
    }
    throw SearchError.noBackground(mass: hypothesis.mass)
  }

  private func nuisances(at hypothesis: Hypothesis, signalError: Double) throws -> [Nuisance] {
    try zip(scan.systematics, sizes).map { named, curve in
      let size =
        switch named.value.size {
        case .stated: try curve?.value(at: hypothesis, allowed: 0...0.999) ?? 0
        case .signal: signalError
        case .normalisation: parents?.relativeError ?? 0
        case .correction(let name):
          named.value.affects == .width
            ? curves.widthError(name, at: hypothesis)
            : abs(try curves.efficiencyShift(name, at: hypothesis))
        }
      return Nuisance(
        name: named.name, target: named.value.affects == .yield ? .yield : .width,
        constraint: named.value.constraint == .logNormal ? .logNormal : .gaussian, size: size)
    }.filter { $0.size > 0 }
  }
}

extension BackgroundShape {
  /// The shape that settings name.
  init(_ settings: BackgroundShapeSettings) {
    self =
      switch settings {
      case .polynomial(let order): .polynomial(order: order)
      case .exponential: .exponential
      case .peak(let shape, let parameters):
        .peak(SignalShape(shape, sides: []) { name in parameters.value(named: name) ?? .nan })
      case .sum(let shapes): .sum(shapes.map(BackgroundShape.init))
      }
  }
}
