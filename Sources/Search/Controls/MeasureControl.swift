import Inference
import PipelineSpec
import Platform
import Settings

/// Fits or counts a control sample in data and simulation, all together and bin by bin.
struct MeasureControl: Sendable {
  let name: String
  let settings: ControlSettings
  /// The control sample as a search of its own.
  let plan: SearchPlan

  /// Which candidates are fitted.
  private enum Side: String, CaseIterable {
    case simulation, data
    var role: PipelineSpec.SampleRole { self == .data ? .data : .background }
  }

  /// Candidates of one side, those of all its samples at one luminosity.
  private struct Candidates {
    var events: [Double] = []
    var weights: [Double]?
    /// The quantity of the bins.
    var places: [Double] = []
    /// From their luminosity to that of the data.
    var scale = 1.0
  }

  /// Fits simulation with a free shape, then data and each bin with its tails.
  func measured(_ samples: [SkimmedSample], pool: WorkerPool, stop: StopSignal) throws
    -> ControlMeasurement
  {
    let sides = try Side.allCases.map { ($0, try candidates($0, samples)) }
    let edges = settings.edges
    let bins: [(low: Double, high: Double)?] =
      [nil] + zip(edges, edges.dropFirst()).map { (low: $0.0, high: $0.1) }
    guard case .fit(let free) = settings.measure else {
      return try counted(sides, bins)
    }
    let first = try fit(free, .simulation, sides[0].1, bin: nil)
    let held = held(free, first)
    let fits = Slots<NamedFit>(count: 2 * bins.count)
    try pool.forEach(count: 2 * bins.count) { _, index in
      try stop.check()
      let (side, own) = sides[index % 2]
      let bin = bins[index / 2]
      fits.set(index, index == 0 ? first : try fit(held, side, own, bin: bin))
    }
    let all = fits.all()
    func value(_ index: Int, _ parameter: String, _ scale: Double) -> ControlMeasurement.Value {
      let found = all[index].parameters.first { $0.name == parameter }
      return .init(scale * (found?.value ?? .nan), scale * (found?.error ?? 0))
    }
    let counted = bins.indices.map { bin in
      ControlMeasurement.Bin(
        low: bins[bin]?.low ?? -.infinity, high: bins[bin]?.high ?? .infinity,
        data: value(2 * bin + 1, yieldName, sides[1].1.scale),
        simulation: value(2 * bin, yieldName, sides[0].1.scale))
    }
    let width = parameterName("width")
    return ControlMeasurement(
      name: name, quantity: settings.quantity.map { plan.quantity(of: $0) },
      bins: counted.count > 1 ? Array(counted.dropFirst()) : counted, whole: counted[0],
      width: value(1, width, 1) / value(0, width, 1),
      isShape: settings.efficiency == .shape, correctsEfficiency: settings.efficiency != nil,
      correctsWidth: settings.width != nil, fits: all)
  }

  private func candidates(_ side: Side, _ samples: [SkimmedSample]) throws -> Candidates {
    let own = zip(plan.samples, samples).filter { $0.0.settings.role == side.role }
    let data =
      SearchPlan.luminosity(
        of: plan.pipeline,
        samples: plan.samples.filter { $0.settings.role == .data }.map(\.name)) ?? .nan
    let reference = own.first?.0.settings.luminosity ?? .nan
    var found = Candidates()
    found.scale = side == .data ? 1 : data / reference
    let isPlain = own.allSatisfy {
      !$0.1.isWeighted && (side == .data || $0.0.settings.luminosity == reference)
    }
    if !isPlain { found.weights = [] }
    let observable = plan.column(of: settings.measure.observable)
    for (files, sample) in own {
      let rows = try sample.rows(of: observable, in: settings.measure.range)
      found.events += try sample.values(observable, rows: rows)
      if let quantity = settings.quantity {
        found.places += try sample.values(plan.column(of: quantity), rows: rows)
      }
      guard !isPlain else { continue }
      let factor = side == .data ? 1 : reference / (files.settings.luminosity ?? .nan)
      let weights = try sample.weights(rows: rows)
      found.weights? += rows.indices.map { factor * (weights?[$0 - rows.lowerBound] ?? 1) }
    }
    return found
  }

  /// Candidates of a bin, their weights, and what they are called.
  private func chosen(_ side: Side, _ own: Candidates, bin: (low: Double, high: Double)?)
    -> (title: String, events: [Double], weights: [Double]?)
  {
    let title = "\(name) in \(side.rawValue)"
    guard let bin else { return (title, own.events, own.weights) }
    let kept = own.places.indices.filter {
      bin.low <= own.places[$0] && own.places[$0] < bin.high
    }
    return (
      title + ", \(settings.quantity?.text ?? "") \(NumberText.short(bin.low)) to "
        + NumberText.short(bin.high),
      kept.map { own.events[$0] }, own.weights.map { all in kept.map { all[$0] } }
    )
  }

  /// Counts all candidates and those of each bin.
  ///
  /// The yield is Σw of the window less r Σw beside it, r the ratio of widths, with the variance Σw² + r² Σw²:
  /// a Poisson count that enters a weight has w² as the estimate of its variance.
  private func counted(
    _ sides: [(Side, Candidates)], _ bins: [(low: Double, high: Double)?]
  ) throws -> ControlMeasurement {
    guard case .count(let count) = settings.measure else { preconditionFailure("a fit") }
    func width(_ range: ClosedRange<Double>) -> Double { range.upperBound - range.lowerBound }
    let beside = count.sidebands.map(width).reduce(0, +)
    let ratio = beside > 0 ? width(count.window) / beside : 0
    let found = try bins.map { bin in
      let values = try sides.map { side, own in
        let (title, events, weights) = chosen(side, own, bin: bin)
        var (sum, square) = (0.0, 0.0)
        for (place, x) in events.enumerated() {
          let isInside = count.window.contains(x)
          guard isInside || count.sidebands.contains(where: { $0.contains(x) }) else { continue }
          let w = (isInside ? 1 : -ratio) * (weights?[place] ?? 1)
          sum += w
          square += w * w
        }
        guard sum > 0 else {
          throw SearchError.control(
            name: name, place: title,
            finding: "the window holds no more candidates than the sidebands lead to expect")
        }
        return ControlMeasurement.Value(own.scale * sum, own.scale * square.squareRoot())
      }
      return ControlMeasurement.Bin(
        low: bin?.low ?? -.infinity, high: bin?.high ?? .infinity, data: values[1],
        simulation: values[0])
    }
    return ControlMeasurement(
      name: name, quantity: settings.quantity.map { plan.quantity(of: $0) },
      bins: found.count > 1 ? Array(found.dropFirst()) : found, whole: found[0],
      width: .init(0, 0), isShape: settings.efficiency == .shape,
      correctsEfficiency: settings.efficiency != nil, correctsWidth: false, fits: [])
  }

  private func fit(
    _ settings: FitSettings, _ side: Side, _ own: Candidates, bin: (low: Double, high: Double)?
  ) throws -> NamedFit {
    let (title, events, weights) = chosen(side, own, bin: bin)
    let fit = try FitMass(
      name: title, settings: Self.started(settings, candidates: events.count)
    ).fit(
      events: events, weights: weights, sample: side.rawValue,
      observable: plan.quantity(of: settings.observable))
    let yield = fit.parameters.first { $0.name == yieldName }
    guard fit.status.isValid, let yield, yield.value > 0, yield.error ?? 0 > 0 else {
      let finding =
        fit.status.isValid ? "the fit finds no \(countedPeak)" : "the fit failed (\(fit.message))"
      throw SearchError.control(name: name, place: title, finding: finding)
    }
    let width = fit.parameters.first { $0.name == parameterName("width") }
    if bin == nil, self.settings.width != nil, !(width?.error ?? 0 > 0) {
      throw SearchError.control(
        name: name, place: title, finding: "the fit gives no error of the width of \(countedPeak)")
    }
    return fit
  }

  /// The fit with the shape that simulation gave: mean and width of the counted peak, whoever shares
  /// them, yields and background stay free.
  private func held(_ settings: FitSettings, _ fit: NamedFit) -> FitSettings {
    var held = settings
    let free = [parameterName("mean"), parameterName("width")]
    for index in held.peaks.indices {
      let peak = held.peaks[index]
      for place in peak.value.parameters.indices {
        let own = peak.value.parameters[place]
        guard !own.value.isFixed else { continue }
        let name = own.value.sharedName ?? "\(peak.name).\(own.name)"
        guard let found = fit.parameters.first(where: { $0.name == name }) else { continue }
        held.peaks[index].value.parameters[place].value.start = found.value
        held.peaks[index].value.parameters[place].value.isFixed = !free.contains(name)
      }
    }
    return held
  }

  /// The fit with free yields that start where so many candidates suggest.
  private static func started(_ settings: FitSettings, candidates: Int) -> FitSettings {
    var settings = settings
    for index in settings.peaks.indices {
      guard var yield = settings.peaks[index].value.yield, !yield.isFixed else { continue }
      let start = max(1, 0.3 * Double(candidates) / Double(settings.peaks.count))
      yield.start = min(max(start, yield.min ?? -.infinity), yield.max ?? .infinity)
      settings.peaks[index].value.yield = yield
    }
    return settings
  }

  private var peak: Named<PeakSettings>? {
    if case .fit(let fit) = settings.measure { fit.peaks.first } else { nil }
  }

  private var countedPeak: String { peak?.name ?? "" }

  private var yieldName: String { peak?.value.yield?.sharedName ?? "\(countedPeak).yield" }

  private func parameterName(_ name: String) -> String {
    peak?.value.parameters.value(named: name)?.sharedName
      ?? "\(countedPeak).\(name)"
  }
}
