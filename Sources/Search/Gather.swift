import Expressions
import Inference
import PipelineSpec
import Settings

/// Brings the results of all tasks together for the outputs.
struct Gather: Sendable {
  let plan: SearchPlan

  var pipeline: Pipeline { plan.pipeline }

  /// Fills everything that outputs show.
  func results(
    samples: [SkimmedSample], fits: [NamedFit], points: [[ScanPoint]], provenance: Provenance
  ) throws -> SearchResults {
    var results = SearchResults(
      title: pipeline.title, isSimulated: pipeline.simulated, provenance: provenance)
    results.sqrtS = pipeline.beams?.sqrtS
    let text = pipeline.outputs.hepdata
    if text != HEPDataSettings() {
      results.submission = SubmissionText(
        comment: text.comment ?? "", reactions: text.reactions, phrases: text.phrases)
    }
    for (files, skimmed) in zip(plan.samples, samples) {
      let counts = try skimmed.counts
      results.samples.append(summary(files, skimmed, counts))
      results.cutFlows.append(try cutFlow(files, skimmed, counts))
    }
    // Words for axes belong to the report: a checkpoint never decides them.
    results.namedFits = zip(fits, pipeline.fits).map { fit, settings in
      var fit = fit
      fit.observable = plan.quantity(of: settings.value.observable)
      return fit
    }
    results.spectra = [try spectrum(samples)].compactMap { $0 }
    results.comparisons = try comparisons(samples)
    results.weightShifts = try weightShifts(samples)
    guard let scan = pipeline.scan else { return results }
    results.scans = try zip(plan.scans, points).map { own, points in
      var found = scanResults(scan, own, points)
      found.windows = try windowPlots(scan, own, points: points, samples: samples)
      return found
    }
    return results
  }

  private func summary(_ files: SampleFiles, _ skimmed: SkimmedSample, _ counts: SkimCounts)
    -> SampleSummary
  {
    SampleSummary(
      name: files.name, role: SampleRole(files.settings.role), files: files.files.count,
      rows: Int64(skimmed.rowCount), luminosity: files.settings.luminosity,
      scale: scale(of: files), weight: Self.weightText(files.settings),
      notANumber: Int64(counts.withoutObservable))
  }

  /// The weight in words: the expression and the names of the binned tables.
  private static func weightText(_ sample: SampleSettings) -> String? {
    let factors = [sample.weight?.text].compactMap { $0 } + sample.corrections.map(\.name)
    return factors.isEmpty ? nil : factors.joined(separator: " × ")
  }

  /// Factor from a simulated sample's luminosity to that of the data; 1 where one is not stated.
  func scale(of files: SampleFiles) -> Double {
    guard files.settings.role != .data, let own = files.settings.luminosity,
      let data = SearchPlan.luminosity(
        of: pipeline, samples: SearchPlan.names(of: pipeline.scan?.sample, in: pipeline))
    else { return 1 }
    return data / own
  }

  private func cutFlow(_ files: SampleFiles, _ skimmed: SkimmedSample, _ counts: SkimCounts)
    throws -> CutFlow
  {
    let candidates = SkimCounts.passing(counts.depths)
    let events = counts.events.map { SkimCounts.passing($0.depths) }
    let totals = counts.weights?.totals
    let sums = totals.map { SkimCounts.passing($0.sums) } ?? candidates.map(Double.init)
    let squares = totals.map { SkimCounts.passing($0.squares) } ?? sums
    let all = counts.depths.last ?? 0
    let skim = pipeline.skim
    let names = ["all"] + skim.select.map(\.name) + skim.veto.map(\.name)
    let texts =
      [""] + skim.select.map(\.value.text) + skim.veto.map { Self.text(of: $0.value) }
    var steps = names.indices.map { index in
      CutFlow.Step(
        name: names[index], kind: index == 0 ? .input : index <= skim.select.count ? .cut : .veto,
        expression: texts[index], candidates: Int64(candidates[index]),
        events: Int64(events?[index] ?? candidates[index]), sumOfWeights: sums[index],
        sumOfSquares: squares[index],
        passingOthers: index == 0 ? nil : Int64(all + counts.failOnly[index - 1]))
    }
    let isBlinded =
      files.settings.role == .data && pipeline.blind && pipeline.unblindFraction == nil
    if isBlinded {
      if steps.count > 1 { steps.removeLast() }
      for index in steps.indices { steps[index].passingOthers = nil }
    } else if let best = try skimmed.bestCounts, let choice = skim.bestCandidate {
      let weights = try skimmed.weights(rows: 0..<skimmed.count)
      let kept = weights.map { $0.reduce(0, +) } ?? Double(best[0])
      let squared = weights.map { $0.reduce(0) { $0 + $1 * $1 } } ?? kept
      steps.append(
        CutFlow.Step(
          name: "best candidate", kind: .bestCandidate,
          expression: "\(choice.keep.rawValue) \(choice.key.text)", candidates: Int64(best[0]),
          events: Int64(best[1]), sumOfWeights: kept, sumOfSquares: squared))
    }
    return CutFlow(sample: files.name, steps: steps, isCutShortByBlinding: isBlinded)
  }

  private static func text(of veto: VetoSettings) -> String {
    let windows = veto.windows.map { "[\($0.lowerBound), \($0.upperBound)]" }
    return "\(veto.expression.text) not in \(windows.joined(separator: ", "))"
  }

  private static func posteriorWords(_ positivity: WindowFitSettings.Positivity?) -> String {
    "quantile of the posterior; priors: flat in the parameter from zero on, flat in the coefficients "
      + "of the background's density where the "
      + "\((positivity ?? .totalDensity).rawValue) is not negative, nuisance parameters by their "
      + "constraints; quadrature about the conditional modes, or importance sampling where an edge of "
      + "the allowed region is near"
  }

  private func limitSettings(_ limit: PipelineSpec.LimitSettings) -> LimitSettings {
    if pipeline.scan?.fit.likelihood == .counting { return countedLimitSettings(limit) }
    if limit.method == .bayesian {
      var settings = LimitSettings(
        level: limit.level, method: "Bayesian, flat prior on the parameter",
        expected: limit.expected,
        isAsymptotic: false)
      settings.posterior = PosteriorOfLimits(
        seed: pipeline.seed, construction: Self.posteriorWords(pipeline.scan?.fit.positivity))
      return settings
    }
    guard let toys = limit.toys else {
      return LimitSettings(level: limit.level, expected: limit.expected)
    }
    let isAuto = limit.method == .clsAuto
    let below = NumberText.short(toys.belowBackground)
    return LimitSettings(
      level: limit.level,
      method: isAuto
        ? "CLs from toys where fewer than \(below) background events are expected within two "
          + "resolutions of the mass, by asymptotic formulae elsewhere"
        : "CLs from toys",
      expected: limit.expected, isAsymptotic: false,
      toys: ToysOfLimits(
        seed: pipeline.seed, construction: ToyUpperLimit.construction, error: toys.error,
        absoluteError: toys.absolute, most: toys.most,
        belowBackground: isAuto ? toys.belowBackground : nil))
  }

  private func scanResults(_ scan: ScanSettings, _ own: SignalScan, _ points: [ScanPoint])
    -> ScanResults
  {
    var results = ScanResults(
      mass: Quantity(name: "mass", label: "Mass hypothesis", unit: "GeV"),
      observable: plan.quantity(of: scan.observable),
      parameter: pipeline.fittedQuantity(scan),
      limit: scan.limit.map { limitSettings($0) }, points: points)
    results.signal = own.signal
    results.likelihood = plan.likelihoodText(scan)
    results.signalShape = pipeline.signal?.shape.rawValue ?? ""
    results.backgroundShapes = scan.background.map { plan.text(of: $0) }
    results.shapeParameters = pipeline.signal?.shape.parameters ?? []
    results.shapes = own.windows.map(\.signal.parameters)
    results.systematics = scan.systematics.map { named in
      let sizes = own.windows.map { window in
        window.nuisances.first { $0.name == named.name }?.size ?? 0
      }
      var systematic = ScanResults.Systematic(
        name: named.name, target: named.value.affects.rawValue, size: sizes.first ?? 0,
        constraint: named.value.constraint.rawValue)
      if sizes.contains(where: { $0 != systematic.size }) { systematic.sizes = sizes }
      return systematic
    }
    results.excluded = own.excluded
    if let grid = own.grid, points.count == own.windows.count {
      let decays = own.signal.flatMap { pipeline.samples.value(named: $0)?.truth?.decays } ?? []
      var lifetimes = LifetimeResults(
        quantity: pipeline.limitedQuantity(scan), grid: grid,
        coordinates: pipeline.signal?.coordinates.map(\.value) ?? [],
        longest: decays.map { $0.value.lifetimes.last ?? 0 },
        fewest: pipeline.signal?.lifetimes?.fewestEvents ?? 20, windows: own.windows,
        points: points)
      lifetimes.labels = grid.lifetimes.map {
        pipeline.outputs.report?.labels.value(named: $0.name) ?? $0.name
      }
      results.lifetimes = lifetimes
    }
    results.overlays = plan.overlays.filter { $0.belongs(toSignal: own.signal) }.map(\.curve)
    return results
  }
}

extension SampleRole {
  init(_ role: PipelineSpec.SampleRole) {
    self =
      switch role {
      case .data: .data
      case .background: .background
      case .signal: .signal
      }
  }
}

extension SearchPlan {
  /// Unit of an observable: that of its column, else GeV for a definition by masses.
  func unit(of observable: ExpressionSource) -> String {
    if let column = schema.columns.value(named: observable.text) { return column.unit }
    return "GeV"
  }

  /// How an observable is named on axes.
  func quantity(of observable: ExpressionSource) -> Quantity {
    let label = pipeline.outputs.report?.labels.value(named: observable.text)
    return Quantity(
      name: column(of: observable), label: label ?? observable.text, unit: unit(of: observable))
  }

  /// The likelihood in words.
  func likelihoodText(_ scan: ScanSettings) -> String {
    let kind =
      switch scan.fit.likelihood {
      case .unbinned: "extended unbinned likelihood"
      case .binned(let bins): "binned Poisson likelihood, \(bins) bins a window"
      case .counting: "one count a window"
      }
    if scan.fit.likelihood == .counting { return kind }
    return "\(kind), \(scan.fit.positivity.rawValue) ≥ 0"
  }

  /// A background rule in words.
  func text(of rule: BackgroundRule) -> String {
    let shape = rule.counted.map(Self.text) ?? Self.text(of: rule.shape)
    guard let range = rule.range else { return shape }
    return "\(shape) for \(range.variable.rawValue) in "
      + "[\(range.bounds.lowerBound), \(range.bounds.upperBound)]"
  }

  private static func text(of shape: BackgroundShapeSettings) -> String {
    switch shape {
    case .polynomial(let order): "polynomial of order \(order)"
    case .exponential: "exponential"
    case .peak(let shape, let parameters):
      "\(shape.rawValue) at \(NumberText.short(parameters.value(named: "mean") ?? .nan, 5))"
    case .sum(let shapes): shapes.map(text).joined(separator: " + ")
    }
  }
}

extension Pipeline {
  /// What the fits of a scan measure: of a signal with several lifetimes, all that were generated
  /// together, which is a limit on no single one.
  func fittedQuantity(_ scan: ScanSettings) -> Quantity {
    var quantity = limitedQuantity(scan)
    if signal?.lifetimes != nil { quantity.label += " (all generated lifetimes together)" }
    if signal?.lifetimes == nil, signal?.coordinates.isEmpty == false {
      quantity.label += " (all generated coordinates together)"
    }
    return quantity
  }

  /// What a scan limits.
  func limitedQuantity(_ scan: ScanSettings) -> Quantity {
    switch scan.limit?.parameter {
    case .crossSection:
      return Quantity(
        name: "crossSection", label: "σ × B", unit: scan.limit?.unit?.rawValue ?? "fb")
    case .branchingProduct:
      let product = normalisation?.product ?? "product of branching fractions"
      let includes = normalisation?.includes ?? []
      return Quantity(
        name: "branchingProduct",
        label: includes.isEmpty
          ? product : "\(product), \(includes.joined(separator: ", ")) included", unit: "")
    case .yield, nil: return Quantity(name: "yield", label: "signal yield", unit: "events")
    }
  }
}
