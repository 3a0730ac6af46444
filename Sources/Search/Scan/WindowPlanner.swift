import Diagnostics
import Inference
import PipelineSpec
import Settings

/// Turns the scan's settings into one window a hypothesis.
struct WindowPlanner: Sendable {
  /// Ranges of the observable that every window leaves out, ascending.
  let excluded: [NamedRange]
  private let scan: ScanSettings
  private let constituent: Double?
  private let signal: SignalSettings
  private let resolution: CurveFunction
  private let efficiency: CurveFunction
  private let parameters: [CurveFunction]
  private let sizes: [CurveFunction]
  private let luminosity: Double?
  /// Whether blinding hides the data of every window.
  private let isBlind: Bool

  /// Compiles the curves.
  ///
  /// `luminosity` is that of the scanned data in inverse femtobarn, unblinded part only.
  init(_ pipeline: Pipeline, scan: ScanSettings, signal: SignalSettings, luminosity: Double?)
    throws
  {
    self.scan = scan
    let constituent = scan.constituentMass.flatMap { pipeline.value(of: $0) }
    self.constituent = constituent
    self.signal = signal
    self.luminosity = luminosity
    let scanned = scan.sample.flatMap { pipeline.samples.value(named: $0) }
    isBlind =
      pipeline.blind && pipeline.unblindFraction == nil && scanned.map { $0.role == .data } ?? true
    func curve(_ name: String, _ curve: Curve) throws(Diagnostics) -> CurveFunction {
      try CurveFunction(
        name, curve, constants: pipeline.constants, hasReducedMass: constituent != nil)
    }
    resolution = try curve("signal.resolution", signal.resolution)
    efficiency = try curve("signal.efficiency", signal.efficiency)
    parameters = try signal.parameters.map { try curve("signal.shape.\($0.name)", $0.value) }
    sizes = try scan.systematics.map {
      try curve("scan.systematics.\($0.name).size", $0.value.size)
    }

    var excluded = scan.window.exclude.map {
      NamedRange(name: "excluded", low: $0.lowerBound, high: $0.upperBound)
    }
    for veto in pipeline.skim.veto
    where veto.value.expression.text.filter({ !$0.isWhitespace })
      == scan.observable.text.filter({ !$0.isWhitespace })
    {
      excluded += veto.value.windows.map {
        NamedRange(name: veto.name, low: $0.lowerBound, high: $0.upperBound)
      }
    }
    let mean = parameters[0]
    for range in scan.window.excludeHypotheses {
      let edges = try [range.bounds.lowerBound, range.bounds.upperBound].map { value in
        try mean.value(at: Self.hypothesis(value, range.variable, constituent))
      }
      excluded.append(NamedRange(name: "excluded", low: edges[0], high: edges[1]))
    }
    self.excluded = excluded.sorted { ($0.low, $0.high) < ($1.low, $1.high) }
  }

  /// Plans all windows, ascending in the hypothesis.
  func windows() throws -> [MassWindow] {
    try MassGrid(scan.hypotheses, constituent: constituent, resolution: resolution).hypotheses.map {
      try window($0)
    }
  }

  private static func hypothesis(
    _ value: Double, _ variable: HypothesisVariable, _ constituent: Double?
  ) -> Hypothesis {
    let threshold = 4 * (constituent ?? 0) * (constituent ?? 0)
    return switch variable {
    case .mass:
      Hypothesis(
        index: 0, mass: value,
        reducedMass: constituent.map { _ in max(0, value * value - threshold).squareRoot() })
    case .reducedMass:
      Hypothesis(index: 0, mass: (value * value + threshold).squareRoot(), reducedMass: value)
    }
  }

  private func window(_ hypothesis: Hypothesis) throws -> MassWindow {
    let sigma = try resolution.value(at: hypothesis, allowed: Double.leastNormalMagnitude...1e6)
    let shape = try shape(at: hypothesis)
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
      efficiency: try efficiency.value(at: hypothesis, allowed: 0...1), yieldPerUnit: 1,
      background: try background(at: hypothesis), nuisances: try nuisances(at: hypothesis),
      rules: 0, skipped: nil)
    for (bit, rule) in scan.select.enumerated() where hypothesis.isInside(rule.range) {
      window.rules |= 1 << UInt64(bit)
    }
    if let limit = scan.limit, limit.parameter == .crossSection {
      window.yieldPerUnit =
        (luminosity ?? 0) * (limit.unit?.femtobarns ?? 1) * window.efficiency
    }
    window.segments = segments(low, high)
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
    return window
  }

  /// The range without the excluded ones.
  private func segments(_ low: Double, _ high: Double) -> [ClosedRange<Double>] {
    var segments: [ClosedRange<Double>] = []
    var start = low
    for gap in excluded where gap.high > start && gap.low < high {
      if gap.low > start { segments.append(start...gap.low) }
      start = max(start, gap.high)
    }
    if start < high { segments.append(start...high) }
    return segments
  }

  private func shape(at hypothesis: Hypothesis) throws -> SignalShape {
    var values: [String: Double] = [:]
    for (named, curve) in zip(signal.parameters, parameters) {
      values[named.name] = try curve.value(at: hypothesis)
    }
    func value(_ name: String) -> Double { values[name] ?? .nan }
    func side(_ index: Int) -> CrystalBallTail.Side {
      signal.sides.indices.contains(index) && signal.sides[index] == .high ? .high : .low
    }
    return switch signal.shape {
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

  private func background(at hypothesis: Hypothesis) throws -> BackgroundShape {
    for rule in scan.background where hypothesis.isInside(rule.range) {
      return BackgroundShape(rule.shape)
    }
    throw SearchError.noBackground(mass: hypothesis.mass)
  }

  private func nuisances(at hypothesis: Hypothesis) throws -> [Nuisance] {
    try zip(scan.systematics, sizes).map { named, size in
      Nuisance(
        name: named.name, target: named.value.affects == .yield ? .yield : .width,
        constraint: named.value.constraint == .logNormal ? .logNormal : .gaussian,
        size: try size.value(at: hypothesis, allowed: 0...0.999))
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
      case .sum(let shapes): .sum(shapes.map(BackgroundShape.init))
      }
  }
}
